/** The conversations, grouped by day, to search, filter, rename and delete. */

import { BookOpenText, Keyboard, LogOut, Monitor, Moon, PanelLeftClose, Search, SquarePen, Sun, X } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { type Conversation, keepToken, token } from "../api";
import type { Theme } from "../app/page";
import { useStore } from "../app/store";
import { t } from "../strings";
import { Button, IconButton } from "../ui/Button";
import { classes } from "../ui/classes";
import { dayGroup } from "../ui/format";
import { useMediaQuery, useSettled } from "../ui/hooks";
import { Menu } from "../ui/Menu";
import { Modal } from "../ui/Modal";
import { Empty, FailureNote, Loading, Skeleton } from "../ui/states";
import { ConversationRow } from "./ConversationRow";

export function Sidebar() {
  const wide = useMediaQuery("(min-width: 1024px)");
  const sidebarOpen = useStore((state) => state.sidebarOpen);
  const drawerOpen = useStore((state) => state.drawerOpen);
  const setOpen = useStore((state) => state.setOpen);
  const [path] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever went somewhere is done with the drawer
  useEffect(() => setOpen({ drawerOpen: false }), [path, setOpen]);
  if (wide) {
    return sidebarOpen ? (
      <div className="w-72 shrink-0 border-r border-line bg-panel">
        <Content onHide={() => setOpen({ sidebarOpen: false })} />
      </div>
    ) : null;
  }
  if (!drawerOpen) return null;
  const close = () => setOpen({ drawerOpen: false });
  return (
    <Modal place="drawer" label={t.sidebar.label} onClose={close}>
      <div className="h-full bg-panel">
        <Content onHide={close} />
      </div>
    </Modal>
  );
}

function Content({ onHide }: { onHide: () => void }) {
  const newConversation = useStore((state) => state.newConversation);
  const setOpen = useStore((state) => state.setOpen);
  return (
    <nav aria-label={t.sidebar.label} className="flex h-full flex-col">
      <div className="flex h-14 shrink-0 items-center gap-1 px-3">
        <Link
          href="/"
          onClick={newConversation}
          className="flex flex-1 items-center gap-2 rounded-lg px-1.5 py-1 text-[17px] font-semibold tracking-tight"
        >
          <img src="/favicon.svg" alt="" width={24} height={24} />
          {t.app.name}
        </Link>
        <IconButton icon={PanelLeftClose} label={t.sidebar.hide} onClick={onHide} />
      </div>
      <div className="flex flex-col gap-1 px-3 pb-2">
        <button
          type="button"
          onClick={() => {
            newConversation();
            setOpen({ drawerOpen: false });
          }}
          className="flex min-h-10 items-center gap-2.5 rounded-lg border border-line bg-raised px-3 font-medium hover:border-muted touch:min-h-11"
        >
          <SquarePen aria-hidden size={16} />
          {t.sidebar.new}
        </button>
        <SourcesLink />
      </div>
      <Filters />
      <List />
      <Foot />
    </nav>
  );
}

function SourcesLink() {
  const [path] = useLocation();
  const count = useStore((state) => state.allSources);
  const here = path.startsWith("/sources");
  return (
    <Link
      href="/sources"
      aria-current={path === "/sources" ? "page" : undefined}
      className={classes(
        "flex min-h-10 items-center gap-2.5 rounded-lg px-3 touch:min-h-11",
        here ? "bg-line/70 font-medium" : "hover:bg-line/50",
      )}
    >
      <BookOpenText aria-hidden size={16} />
      <span className="flex-1">{t.sidebar.sources}</span>
      {count !== null && count > 0 && <span className="text-sm text-muted tabular-nums">{count}</span>}
    </Link>
  );
}

function Filters() {
  const filters = useStore((state) => state.filters);
  const spaces = useStore((state) => state.spaces);
  const tags = useStore((state) => state.tags);
  const setFilters = useStore((state) => state.setFilters);
  const [search, setSearch] = useState(filters.search);
  const settled = useSettled(search, 180);
  useEffect(() => {
    if (settled !== useStore.getState().filters.search) setFilters({ search: settled });
  }, [settled, setFilters]);
  useEffect(() => {
    if (filters.search === "") setSearch("");
  }, [filters.search]);
  return (
    <search className="flex flex-col gap-2 px-3 pb-2">
      <label className="flex min-h-9 items-center gap-2 rounded-lg border border-transparent bg-line/50 px-3 focus-within:border-accent focus-within:bg-raised touch:min-h-11">
        <Search aria-hidden size={15} className="shrink-0 text-muted" />
        <span className="sr-only">{t.sidebar.search}</span>
        <input
          id="conversation-search"
          type="search"
          value={search}
          placeholder={t.sidebar.search}
          onChange={(event) => setSearch(event.target.value)}
          className="min-w-0 flex-1 bg-transparent text-sm outline-none placeholder:text-muted [&::-webkit-search-cancel-button]:hidden"
        />
        {search && (
          <button
            type="button"
            aria-label={t.sidebar.clearSearch}
            onClick={() => setSearch("")}
            className="-mr-1 grid size-6 place-items-center"
          >
            <X aria-hidden size={14} />
          </button>
        )}
      </label>
      {spaces.length > 1 && (
        <label className="flex items-center gap-2 text-sm text-muted">
          <span className="pl-1">{t.sidebar.space}</span>
          <select
            value={filters.space ?? ""}
            onChange={(event) => setFilters({ space: event.target.value || null })}
            className="min-h-8 min-w-0 flex-1 rounded-lg border border-line bg-raised px-2 text-ink touch:min-h-11"
          >
            <option value="">{t.sidebar.allSpaces}</option>
            {spaces.map((space) => (
              <option key={space} value={space}>
                {space === "default" ? t.sidebar.defaultSpace : space}
              </option>
            ))}
          </select>
        </label>
      )}
      {tags.length > 0 && (
        <div role="group" aria-label={t.sidebar.tags} className="flex max-h-20 flex-wrap gap-1.5 overflow-y-auto p-0.5">
          {tags.map((tag) => (
            <button
              key={tag}
              type="button"
              aria-pressed={filters.tag === tag}
              onClick={() => setFilters({ tag: filters.tag === tag ? null : tag })}
              className={classes(
                "max-w-full truncate rounded-full border px-2.5 py-0.5 text-xs touch:py-2.5",
                filters.tag === tag
                  ? "border-accent bg-accent-soft text-accent"
                  : "border-line text-muted hover:text-ink",
              )}
            >
              {tag}
            </button>
          ))}
        </div>
      )}
    </search>
  );
}

function List() {
  const conversations = useStore((state) => state.conversations);
  const state = useStore((all) => all.listState);
  const failure = useStore((all) => all.listFailure);
  const hasMore = useStore((all) => all.hasMore);
  const filtered = useStore(({ filters }) => Boolean(filters.search || filters.space || filters.tag));
  const { loadConversations, setFilters } = useStore.getState();
  const groups = byDay(conversations);
  let content: ReactNode = null;
  if (conversations.length === 0 && state === "failed" && failure) {
    content = <FailureNote failure={failure} title={t.sidebar.failed} onAction={() => void loadConversations()} />;
  } else if (conversations.length === 0 && state !== "ready") {
    content = (
      <Loading className="flex flex-col gap-3 px-2 pt-4">
        {["w-4/5", "w-3/5", "w-11/12", "w-2/3"].map((width) => (
          <Skeleton key={width} className={`h-4 ${width}`} />
        ))}
      </Loading>
    );
  } else if (conversations.length === 0 && filtered) {
    content = (
      <Empty text={t.sidebar.nothingFound}>
        <Button onClick={() => setFilters({ search: "", space: null, tag: null })}>{t.sidebar.clearFilters}</Button>
      </Empty>
    );
  } else if (conversations.length === 0) {
    content = <Empty text={t.sidebar.empty} />;
  }
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-3">
      {content}
      {[...groups].map(([group, rows]) => (
        <section key={group} aria-label={group}>
          <h2 className="px-3 pt-4 pb-1 text-xs font-medium text-muted">{group}</h2>
          <ul>
            {rows.map((conversation) => (
              <ConversationRow key={conversation.id} conversation={conversation} />
            ))}
          </ul>
        </section>
      ))}
      {hasMore && conversations.length > 0 && (
        <Button look="quiet" className="mt-2 w-full" onClick={() => void loadConversations(true)}>
          {t.sidebar.loadMore}
        </Button>
      )}
    </div>
  );
}

function byDay(conversations: Conversation[]): Map<string, Conversation[]> {
  const groups = new Map<string, Conversation[]>();
  for (const each of conversations) {
    const group = dayGroup(each.updated_at);
    groups.set(group, [...(groups.get(group) ?? []), each]);
  }
  return groups;
}

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon };

function Foot() {
  const theme = useStore((state) => state.theme);
  const setTheme = useStore((state) => state.setTheme);
  const setOpen = useStore((state) => state.setOpen);
  const themes: Theme[] = ["system", "light", "dark"];
  return (
    <div className="flex items-center gap-1 border-t border-line px-3 py-1.5">
      <Menu
        label={t.app.theme}
        icon={THEME_ICONS[theme]}
        items={themes.map((each) => ({
          label: t.app.themes[each],
          icon: THEME_ICONS[each],
          checked: theme === each,
          onSelect: () => setTheme(each),
        }))}
      />
      <IconButton
        icon={Keyboard}
        label={t.app.shortcuts}
        onClick={() => setOpen({ helpOpen: true, drawerOpen: false })}
      />
      <span className="flex-1" />
      <a href="/docs" className="rounded-lg px-2.5 py-1.5 text-sm text-muted hover:text-ink hover:underline">
        {t.app.apiDocs}
      </a>
      {token() && (
        <IconButton
          icon={LogOut}
          size={16}
          label={t.signIn.signOut}
          onClick={() => {
            keepToken(undefined);
            location.assign("/");
          }}
        />
      )}
    </div>
  );
}
