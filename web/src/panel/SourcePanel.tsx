/** The words that an answer rests on, in their place in the source. */

import { ChevronLeft, ChevronRight, Download, ExternalLink, FileSearch, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import type { Reference } from "../api";
import { useStore } from "../app/store";
import { CopyButton } from "../chat/AnswerActions";
import { t } from "../strings";
import { IconButton } from "../ui/Button";
import { linkToWords, webAddress } from "../ui/format";
import { useMediaQuery } from "../ui/hooks";
import { Modal } from "../ui/Modal";
import { CitedList } from "./CitedList";
import { goBack } from "./origin";
import { SourceWords } from "./SourceWords";
import { type Stop, stopsOf } from "./stops";
import { type Tab, Tabs } from "./Tabs";

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
