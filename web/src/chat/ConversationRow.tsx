/** One conversation in the list. */

import { Braces, Download, Ellipsis, FolderPen, Pencil, Trash2 } from "lucide-react";
import { memo, useRef, useState } from "react";
import { Link } from "wouter";
import type { Conversation } from "../api";
import { useStore } from "../app/store";
import { t } from "../strings";
import { classes } from "../ui/classes";
import { Menu, type MenuItem } from "../ui/Menu";
import { OrganiseDialog } from "./OrganiseDialog";

export function useConversationMenu(
  conversation: Conversation | null,
  onRename: () => void,
  onOrganise: () => void,
): MenuItem[] {
  const { exportConversation, deleteConversation } = useStore.getState();
  if (!conversation) return [];
  const { id } = conversation;
  return [
    { label: t.sidebar.rename, icon: Pencil, onSelect: onRename },
    { label: t.sidebar.organise, icon: FolderPen, onSelect: onOrganise },
    { label: t.sidebar.exportMarkdown, icon: Download, onSelect: () => void exportConversation(id, "markdown") },
    { label: t.sidebar.exportJson, icon: Braces, onSelect: () => void exportConversation(id, "json") },
    { label: t.sidebar.delete, icon: Trash2, danger: true, onSelect: () => deleteConversation(id) },
  ];
}

export const ConversationRow = memo(function ConversationRow({ conversation }: { conversation: Conversation }) {
  const { id, title, tags } = conversation;
  const here = useStore((state) => state.currentId === id);
  const running = useStore((state) => Boolean(state.runs[id]));
  const unread = useStore((state) => Boolean(state.unread[id]));
  const setOpen = useStore((state) => state.setOpen);
  const [renaming, setRenaming] = useState(false);
  const [organising, setOrganising] = useState(false);
  const items = useConversationMenu(
    conversation,
    () => setRenaming(true),
    () => setOrganising(true),
  );
  return (
    <li
      className={classes(
        "group relative flex items-center rounded-lg [contain-intrinsic-size:auto_40px] [content-visibility:auto]",
        here ? "bg-line/70" : "hover:bg-line/40",
      )}
    >
      {renaming ? (
        <TitleField conversation={conversation} onClose={() => setRenaming(false)} />
      ) : (
        <>
          <Link
            href={`/c/${id}`}
            aria-current={here ? "page" : undefined}
            onClick={() => setOpen({ drawerOpen: false })}
            onDoubleClick={() => setRenaming(true)}
            title={title}
            className="flex min-h-10 min-w-0 flex-1 flex-col justify-center rounded-lg py-1.5 pl-3 -outline-offset-2 touch:min-h-11"
          >
            <span className={classes("flex items-center gap-2", unread && "font-semibold")}>
              <span className="truncate">{title}</span>
              {running && (
                <span
                  role="img"
                  aria-label={t.sidebar.running}
                  className="size-2 shrink-0 animate-breathe rounded-full bg-accent"
                />
              )}
              {unread && !running && (
                <span role="img" aria-label={t.sidebar.unread} className="size-2 shrink-0 rounded-full bg-accent" />
              )}
            </span>
            {tags.length > 0 && <span className="truncate text-xs text-muted">{tags.join(", ")}</span>}
          </Link>
          <Menu
            label={t.sidebar.menu(title)}
            icon={Ellipsis}
            items={items}
            className="mr-1 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 aria-expanded:opacity-100 touch:opacity-100"
          />
        </>
      )}
      {organising && <OrganiseDialog conversation={conversation} onClose={() => setOrganising(false)} />}
    </li>
  );
});

export function TitleField({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const updateConversation = useStore((state) => state.updateConversation);
  const [title, setTitle] = useState(conversation.title);
  const left = useRef(false);
  const done = (keep: boolean) => {
    if (left.current) return;
    left.current = true;
    const wanted = title.trim();
    if (keep && wanted && wanted !== conversation.title) void updateConversation(conversation.id, { title: wanted });
    onClose();
  };
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the reader asked for this field just now
      autoFocus
      aria-label={t.sidebar.titleField}
      value={title}
      maxLength={255}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTitle(event.target.value)}
      onBlur={() => done(true)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") done(true);
        if (event.key === "Escape") {
          event.stopPropagation();
          done(false);
        }
      }}
      className="min-h-10 min-w-0 flex-1 rounded-lg border border-accent bg-raised px-3"
    />
  );
}
