/** The cited words in their place in the source, and whether they are really there. */

import { CircleCheck, TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { t } from "../strings";
import { FailureNote, Loading, Skeleton } from "../ui/states";
import { documentExcerpt, type Excerpt, passageExcerpt } from "./highlight";
import type { Stop } from "./stops";
import { useSourceText } from "./texts";

export function SourceWords({ stop, whole }: { stop: Stop; whole: boolean }) {
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
