/** A footnote marker: a chip with a preview, that opens the source panel at the very words. */

import { createContext, type ReactNode, use, useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { Reference } from "../api";
import { useStore } from "../app/store";
import { comeFrom } from "../panel/origin";
import { t } from "../strings";
import { classes } from "../ui/classes";
import { SourceIcon } from "../ui/SourceIcon";
import { quoteFor } from "./quotes";

/** What the numbers of an answer refer to. */
export const References = createContext<{ messageId: string; references: Reference[] }>({
  messageId: "",
  references: [],
});

const PREVIEW_MILLISECONDS = 120;
const WIDTH = 320;

export function Citation({ number, claim, children }: { number: number; claim: string; children?: ReactNode }) {
  const { messageId, references } = use(References);
  const reference = references.find((each) => each.number === number);
  // A number that refers to nothing stays the plain text that it is.
  if (!reference) return <>{children}</>;
  return <Chip messageId={messageId} reference={reference} quote={quoteFor(claim, reference)} />;
}

function Chip({ messageId, reference, quote }: { messageId: string; reference: Reference; quote: number }) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [box, setBox] = useState<DOMRect | null>(null);
  const openPanel = useStore((state) => state.openPanel);
  const selected = useStore(
    (state) =>
      state.panel?.messageId === messageId && state.panel.number === reference.number && state.panel.quote === quote,
  );
  const show = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setBox(button.current?.getBoundingClientRect() ?? null), PREVIEW_MILLISECONDS);
  };
  const hide = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setBox(null), PREVIEW_MILLISECONDS);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!box) return;
    // The chip moves away under its preview.
    const away = () => setBox(null);
    window.addEventListener("scroll", away, { capture: true, once: true });
    return () => window.removeEventListener("scroll", away, { capture: true });
  }, [box]);

  return (
    <>
      <button
        ref={button}
        type="button"
        data-citation={`${messageId}/${reference.number}`}
        aria-label={t.citation.label(reference.number, reference.title, reference.page)}
        aria-describedby={box ? id : undefined}
        aria-pressed={selected}
        onPointerEnter={(event) => event.pointerType === "mouse" && show()}
        onPointerLeave={hide}
        onFocus={(event) => event.currentTarget.matches(":focus-visible") && show()}
        onBlur={hide}
        onKeyDown={(event) => {
          if (event.key === "Escape" && box) {
            event.stopPropagation();
            setBox(null);
          }
        }}
        onClick={() => {
          clearTimeout(timer.current);
          setBox(null);
          comeFrom(button.current);
          openPanel({ messageId, number: reference.number, quote });
        }}
        className={classes(
          "chip relative mr-0.5 inline-flex h-5 min-w-5 items-center justify-center rounded-md px-1.5 align-[0.12em] text-xs leading-none font-semibold tabular-nums transition-colors duration-100 before:absolute before:-inset-x-0.5 before:-inset-y-1.5",
          selected ? "bg-mark-strong text-ink" : "bg-accent-soft text-accent hover:bg-mark hover:text-ink",
        )}
      >
        {reference.number}
      </button>
      {box &&
        createPortal(
          <Preview id={id} reference={reference} quote={quote} box={box} onEnter={show} onLeave={hide} />,
          document.querySelector("main") ?? document.body,
        )}
    </>
  );
}

function Preview(props: {
  quote: number;
  id: string;
  reference: Reference;
  box: DOMRect;
  onEnter: () => void;
  onLeave: () => void;
}) {
  const { reference, box } = props;
  const words = reference.quotes[props.quote]?.text ?? reference.text;
  const above = box.top > 200;
  const style = {
    left: Math.max(8, Math.min(box.left - 24, innerWidth - WIDTH - 8)),
    width: WIDTH,
    ...(above ? { bottom: innerHeight - box.top + 6 } : { top: box.bottom + 6 }),
  };
  return (
    <div
      id={props.id}
      role="tooltip"
      style={style}
      onPointerEnter={props.onEnter}
      onPointerLeave={props.onLeave}
      className="fixed z-40 animate-appear rounded-xl border border-line bg-raised p-3.5 shadow-xl"
    >
      <p className="mb-1.5 flex items-center gap-1.5 text-xs text-muted">
        <SourceIcon type={reference.type} size={14} className="shrink-0" />
        <span className="truncate font-medium text-ink">{reference.title}</span>
        {reference.page != null && <span className="shrink-0">· {t.citation.page(reference.page)}</span>}
      </p>
      <p className="line-clamp-3 font-serif text-[15px] leading-6">
        <mark>{words}</mark>
      </p>
    </div>
  );
}
