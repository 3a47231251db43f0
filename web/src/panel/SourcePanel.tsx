/** The words that an answer rests on, in their place in the source. */

import {
  ChevronLeft,
  ChevronRight,
  CircleCheck,
  Download,
  ExternalLink,
  FileSearch,
  TriangleAlert,
  X,
} from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import type { Quote, Reference } from "../api";
import { useStore } from "../app/store";
import { CopyButton } from "../chat/AnswerMessage";
import { t } from "../strings";
import { IconButton } from "../ui/Button";
import { classes } from "../ui/classes";
import { linkToWords, webAddress } from "../ui/format";
import { useMediaQuery } from "../ui/hooks";
import { Modal } from "../ui/Modal";
import { SourceIcon } from "../ui/SourceIcon";
import { FailureNote, Loading, Skeleton } from "../ui/states";
import { documentExcerpt, type Excerpt, passageExcerpt } from "./highlight";
import { goBack } from "./origin";
import type { PanelTarget } from "./slice";
import { useSourceText } from "./texts";

type Tab = "passage" | "document" | "cited";

interface Stop {
  reference: Reference;
  quote: Quote | undefined;
  target: PanelTarget;
}

export function SourcePanel() {
  const panel = useStore((state) => state.panel);
  const references = useStore((state) => {
    const { panel: shown, live, messages } = state;
    if (!shown) return undefined;
    const growing = live[shown.messageId]?.sources;
    return growing && growing.length > 0 ? growing : messages.find((each) => each.id === shown.messageId)?.sources;
  });
  const wide = useMediaQuery("(min-width: 1024px)");
  const phone = useMediaQuery("(max-width: 639px)");
  const stops = useMemo(() => stopsOf(panel?.messageId ?? "", references ?? []), [panel?.messageId, references]);
  const index = stops.findIndex((stop) => stop.target.number === panel?.number && stop.target.quote === panel.quote);
  const close = () => {
    useStore.getState().closePanel();
    goBack();
  };
  const stop = stops[index] ?? stops[0];
  if (!panel || !stop) return null;
  const content = <Content stop={stop} stops={stops} index={Math.max(0, index)} onClose={close} />;
  if (wide) {
    return (
      <aside
        aria-label={t.panel.label}
        className="w-[26rem] max-w-[40vw] shrink-0 animate-aside border-l border-line bg-panel"
        onKeyDown={(event) => event.key === "Escape" && close()}
      >
        {content}
      </aside>
    );
  }
  return (
    <Modal place={phone ? "sheet" : "side"} label={t.panel.label} onClose={close}>
      {content}
    </Modal>
  );
}

/** The cited places one after the other; a passage without a quote is one place too. */
function stopsOf(messageId: string, references: Reference[]): Stop[] {
  const shown = references.some((each) => each.cited) ? references.filter((each) => each.cited) : references;
  return shown.flatMap((reference) =>
    (reference.quotes.length > 0 ? reference.quotes : [undefined]).map((quote, index) => ({
      reference,
      quote,
      target: { messageId, number: reference.number, quote: index },
    })),
  );
}

function Content(props: { stop: Stop; stops: Stop[]; index: number; onClose: () => void }) {
  const { stop, stops, index, onClose } = props;
  const { reference, quote } = stop;
  const openPanel = useStore((state) => state.openPanel);
  const [tab, setTab] = useState<Tab>("passage");
  const heading = useRef<HTMLHeadingElement>(null);
  const { messageId, number } = stop.target;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another footnote is another visit
  useEffect(() => {
    setTab((now) => (now === "cited" ? "passage" : now));
    heading.current?.focus({ preventScroll: true });
  }, [messageId, number]);
  const to = (step: number) => {
    const next = stops[index + step];
    if (next) openPanel(next.target);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys that lead from citation to citation, beside the buttons
    <div
      className="flex h-full flex-col"
      onKeyDown={(event) => {
        if (event.key === "j") to(1);
        if (event.key === "k") to(-1);
      }}
    >
      <header className="flex items-start gap-3 px-4 pt-3 pb-1">
        <span className="mt-1.5 grid h-6 min-w-6 place-items-center rounded-md bg-mark-strong px-1.5 text-xs font-semibold tabular-nums">
          {reference.number}
        </span>
        <div className="min-w-0 flex-1 pt-1.5">
          <h2 ref={heading} tabIndex={-1} className="text-[15px] leading-6 font-semibold wrap-anywhere outline-none">
            {reference.title}
          </h2>
          <p className="truncate text-sm text-muted">{placeOf(reference)}</p>
        </div>
        <IconButton icon={X} label={t.panel.close} onClick={onClose} />
      </header>
      <Tabs tab={tab} onTab={setTab} count={stops.length} />
      <div
        role="tabpanel"
        id="panel-content"
        aria-labelledby={`tab-${tab}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-4 py-4 -outline-offset-2"
      >
        {tab === "cited" ? (
          <CitedList stops={stops} current={stop} />
        ) : (
          <SourceWords stop={stop} whole={tab === "document"} />
        )}
      </div>
      <footer className="flex items-center gap-1 border-t border-line px-2 py-1.5 pb-[max(0.375rem,env(safe-area-inset-bottom))]">
        <IconButton icon={ChevronLeft} label={t.panel.previous} disabled={index === 0} onClick={() => to(-1)} />
        <span className="text-sm text-muted tabular-nums">{t.panel.position(index + 1, stops.length)}</span>
        <IconButton
          icon={ChevronRight}
          label={t.panel.next}
          disabled={index >= stops.length - 1}
          onClick={() => to(1)}
        />
        <span className="flex-1" />
        <CopyButton text={quote?.text ?? reference.text} label={t.panel.copyQuote} />
        <Original reference={reference} words={quote?.text ?? reference.text} />
      </footer>
    </div>
  );
}

function placeOf(reference: Reference): string {
  const page = reference.page == null ? "" : t.citation.page(reference.page);
  return [page, reference.section ?? ""].filter(Boolean).join(" · ") || t.sources.typeNames[reference.type];
}

function Tabs({ tab, onTab, count }: { tab: Tab; onTab: (tab: Tab) => void; count: number }) {
  const tabs: Tab[] = ["passage", "document", "cited"];
  return (
    <div
      role="tablist"
      aria-label={t.panel.label}
      className="flex gap-1 border-b border-line px-3"
      onKeyDown={(event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = tabs.at((tabs.indexOf(tab) + step) % tabs.length);
        if (!next) return;
        onTab(next);
        document.getElementById(`tab-${next}`)?.focus();
      }}
    >
      {tabs.map((each) => (
        <button
          key={each}
          id={`tab-${each}`}
          type="button"
          role="tab"
          aria-selected={tab === each}
          aria-controls="panel-content"
          tabIndex={tab === each ? 0 : -1}
          onClick={() => onTab(each)}
          className={classes(
            "-mb-px min-h-10 border-b-2 px-2.5 text-sm touch:min-h-11",
            tab === each ? "border-accent font-medium text-ink" : "border-transparent text-muted hover:text-ink",
          )}
        >
          {t.panel.tabs[each]}
          {each === "cited" && <span className="ml-1.5 tabular-nums">{count}</span>}
        </button>
      ))}
    </div>
  );
}

function SourceWords({ stop, whole }: { stop: Stop; whole: boolean }) {
  const { reference, quote } = stop;
  const { source, again } = useSourceText(reference.source_id);
  const excerpt = useMemo(() => {
    if (source.state === "loading" || source.state === "failed") return null;
    const text = source.state === "ready" ? source.text : null;
    return whole && text !== null ? documentExcerpt(text, reference, quote) : passageExcerpt(text, reference, quote);
  }, [source, whole, reference, quote]);
  if (source.state === "failed") {
    return <FailureNote failure={source.failure} title={t.panel.failed} onAction={again} />;
  }
  if (!excerpt) {
    return (
      <Loading className="flex flex-col gap-3">
        {["w-full", "w-11/12", "w-full", "w-4/5", "w-2/3"].map((width, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: five bars that never change
          <Skeleton key={index} className={`h-4 ${width}`} />
        ))}
      </Loading>
    );
  }
  return (
    <>
      <Verdict excerpt={excerpt} removed={source.state === "removed"} />
      <Words excerpt={excerpt} whole={whole} />
      {whole && (excerpt.cutBefore || excerpt.cutAfter) && (
        <p className="mt-4 text-sm text-muted">{t.panel.shortened}</p>
      )}
    </>
  );
}

function Verdict({ excerpt, removed }: { excerpt: Excerpt; removed: boolean }) {
  if (excerpt.state === "verified") {
    return (
      <p className="sticky -top-4 z-10 -mx-4 -mt-4 mb-2 flex items-center gap-1.5 bg-panel px-4 py-2.5 text-xs font-medium text-good max-lg:bg-bg">
        <CircleCheck aria-hidden size={14} />
        {t.panel.verified}
      </p>
    );
  }
  const says = {
    unverified: t.panel.unverified,
    unquoted: t.panel.noQuote,
    moved: removed ? t.panel.removed : t.panel.moved,
  };
  return (
    <p className="mb-3 flex items-start gap-2 rounded-lg border border-line bg-raised px-3 py-2 text-sm">
      <TriangleAlert aria-hidden size={16} className="mt-0.5 shrink-0 text-danger" />
      {says[excerpt.state]}
    </p>
  );
}

/** Scrolled so that the current words stand in the middle. */
function Words({ excerpt, whole }: { excerpt: Excerpt; whole: boolean }) {
  const current = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words are another place
  useEffect(() => {
    current.current?.scrollIntoView?.({ block: "center" });
  }, [excerpt]);
  const marked = (node: HTMLElement | null) => {
    current.current ??= node;
  };
  current.current = null;
  const hasQuote = excerpt.pieces.some((piece) => piece.kind === "quote");
  const shown: ReactNode[] = excerpt.pieces.map((piece, index) => {
    const key = `${index} ${piece.kind}`;
    if (piece.kind === "quote") {
      return (
        <mark key={key} ref={piece.current ? marked : undefined} className={piece.current ? "bg-mark-strong" : ""}>
          {piece.text}
        </mark>
      );
    }
    if (piece.kind === "context" && !whole) {
      return (
        <span key={key} className="text-muted">
          {piece.text}
        </span>
      );
    }
    // Without a quote it is the passage that the reader came for.
    return (
      <span key={key} ref={hasQuote || piece.kind === "context" ? undefined : marked}>
        {piece.text}
      </span>
    );
  });
  return <div className="passage">{shown}</div>;
}

function CitedList({ stops, current }: { stops: Stop[]; current: Stop }) {
  const openPanel = useStore((state) => state.openPanel);
  return (
    <ol className="flex flex-col gap-2">
      {stops.map((stop) => (
        <li key={`${stop.target.number}/${stop.target.quote}`}>
          <button
            type="button"
            aria-current={stop === current}
            onClick={() => openPanel(stop.target)}
            className={classes(
              "flex w-full gap-3 rounded-xl border p-3 text-left hover:bg-raised",
              stop === current ? "border-muted bg-raised" : "border-line",
            )}
          >
            <span className="grid h-5 min-w-5 place-items-center rounded-md bg-mark text-xs font-semibold tabular-nums">
              {stop.reference.number}
            </span>
            <span className="min-w-0">
              <span className="flex items-center gap-1.5 text-xs text-muted">
                <SourceIcon type={stop.reference.type} size={13} className="shrink-0" />
                <span className="truncate">
                  {stop.reference.title}
                  {stop.reference.page != null && ` · ${t.citation.page(stop.reference.page)}`}
                </span>
              </span>
              <span className="mt-1 line-clamp-3 font-serif leading-6">{stop.quote?.text ?? stop.reference.text}</span>
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function Original({ reference, words }: { reference: Reference; words: string }) {
  const download = useStore((state) => state.downloadSource);
  const address = webAddress(reference.url);
  const look =
    "inline-flex size-9 items-center justify-center rounded-lg text-muted hover:bg-line/50 hover:text-ink touch:size-11";
  return (
    <>
      <Link
        href={`/sources/${reference.source_id}`}
        className={look}
        aria-label={t.panel.openSource}
        title={t.panel.openSource}
      >
        <FileSearch aria-hidden size={17} />
      </Link>
      {address ? (
        <a
          href={linkToWords(address, words)}
          target="_blank"
          rel="noopener noreferrer nofollow"
          aria-label={t.panel.openPage(address.host)}
          title={address.href}
          className={look}
        >
          <ExternalLink aria-hidden size={17} />
        </a>
      ) : (
        <IconButton
          icon={Download}
          size={17}
          label={t.panel.original}
          onClick={() => void download({ id: reference.source_id, title: reference.title })}
        />
      )}
    </>
  );
}
