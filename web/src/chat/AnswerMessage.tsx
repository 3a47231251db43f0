/** An answer: how it is coming along, its text with footnotes, what it cites, and what can be done with it. */

import { memo, useMemo } from "react";
import type { Message, Problem, Reference } from "../api";
import { useStore } from "../app/store";
import { comeFrom } from "../panel/origin";
import { t } from "../strings";
import { Button } from "../ui/Button";
import { classes } from "../ui/classes";
import { SourceIcon } from "../ui/SourceIcon";
import { FailureNote } from "../ui/states";
import { AnswerActions } from "./AnswerActions";
import { References } from "./Citation";
import { Markdown } from "./Markdown";
import type { LiveAnswer } from "./run";

/** How often each answer was rendered, for the test that a token renders no other answer. */
export const renders = new Map<string, number>();

export const AnswerMessage = memo(function AnswerMessage({ message, isLast }: { message: Message; isLast: boolean }) {
  const live = useStore((state) => state.live[message.id]);
  if (import.meta.env.MODE === "test") renders.set(message.id, (renders.get(message.id) ?? 0) + 1);
  const references = live && live.sources.length > 0 ? live.sources : message.sources;
  const context = useMemo(() => ({ messageId: message.id, references }), [message.id, references]);
  const text = live && live.text.length >= message.content.length ? live.text : message.content;
  return (
    <article aria-label={t.thread.quoth} aria-busy={Boolean(live)} className="group min-w-0">
      <References value={context}>
        {text && <Markdown text={text} live={Boolean(live)} />}
        {/* Below the text, where the foot will be: when it goes, nothing that is being read moves. */}
        {live && <Progress live={live} />}
        {!live && (
          <>
            <Outcome message={message} isLast={isLast} />
            <Foot message={message} />
            <AnswerActions message={message} isLast={isLast} />
          </>
        )}
      </References>
    </article>
  );
});

function Progress({ live }: { live: LiveAnswer }) {
  if (live.lost) {
    return <p className="mt-1 min-h-8 text-sm text-danger">{t.thread.lost}</p>;
  }
  const titles = [...new Set(live.sources.map((source) => source.title))];
  const line = live.phase === "searching" ? t.thread.searching : t.thread.reading(live.sources.length, titles.length);
  if (live.phase !== "searching" && live.sources.length === 0) {
    return live.text ? null : <Breathing text={t.thread.thinking} />;
  }
  return <Breathing text={line} names={titles} still={live.phase === "writing"} />;
}

function Breathing({ text, names = [], still = false }: { text: string; names?: string[]; still?: boolean }) {
  return (
    <p className="mt-1 flex min-h-8 min-w-0 items-center gap-2.5 text-sm text-muted">
      <span aria-hidden className={classes("size-2 shrink-0 rounded-full bg-accent", !still && "animate-breathe")} />
      <span className="truncate">
        {text}
        {names.length > 0 && `: ${names.slice(0, 3).join(", ")}${names.length > 3 ? " …" : ""}`}
      </span>
    </p>
  );
}

/** Says so where an answer is not a whole one. */
function Outcome({ message, isLast }: { message: Message; isLast: boolean }) {
  const regenerate = useStore((state) => state.regenerate);
  const status = message.metadata.status;
  const again = isLast ? () => void regenerate(message.id) : undefined;
  if (status === "failed") {
    const problem = message.metadata.problem as Problem | undefined;
    const failure = { kind: "problem" as const, text: problem?.detail ?? "", details: problem?.type ?? "" };
    return (
      <div className="my-3">
        <FailureNote failure={failure} title={t.thread.status.failed} action={t.thread.again} onAction={again} />
      </div>
    );
  }
  if (status !== "stopped" && status !== "interrupted" && status !== "answering") return null;
  return (
    <div className="my-2 flex flex-wrap items-center gap-3 text-sm text-muted">
      <span>{status === "stopped" ? t.thread.status.stopped : t.thread.status.interrupted}</span>
      {again && status !== "stopped" && <Button onClick={again}>{t.thread.again}</Button>}
    </div>
  );
}

/** What was cited; of an answer that found nothing, what was searched. */
function Foot({ message }: { message: Message }) {
  const openPanel = useStore((state) => state.openPanel);
  const cited = message.sources.filter((source) => source.cited);
  if (message.metadata.abstained === true) return <Searched sources={message.sources} />;
  if (cited.length === 0) return null;
  return (
    <ul aria-label={t.thread.cited} className="mt-1 mb-2 flex flex-wrap gap-2">
      {cited.map((source) => (
        <li key={source.number} className="max-w-full">
          <button
            type="button"
            onClick={(event) => {
              comeFrom(event.currentTarget);
              openPanel({ messageId: message.id, number: source.number, quote: 0 });
            }}
            className="flex min-h-8 max-w-full items-center gap-1.5 rounded-lg border border-line bg-raised px-2.5 text-[13px] hover:border-muted hover:bg-panel touch:min-h-11"
          >
            <span className="font-semibold text-accent tabular-nums">{source.number}</span>
            <SourceIcon type={source.type} size={14} className="shrink-0 text-muted" />
            <span className="truncate">{source.title}</span>
            <Where source={source} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Where({ source }: { source: Reference }) {
  const section = source.section?.split(/\s*[›>/]\s*/).at(-1);
  const place = source.page != null ? t.citation.page(source.page) : section;
  return place ? <span className="truncate text-muted">· {place}</span> : null;
}

function Searched({ sources }: { sources: Reference[] }) {
  const titles = [...new Map(sources.map((source) => [source.source_id, source])).values()];
  if (titles.length === 0) return null;
  return (
    <p className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
      <span>{t.thread.searched}:</span>
      {titles.map((source) => (
        <span key={source.source_id} className="inline-flex min-w-0 items-center gap-1">
          <SourceIcon type={source.type} size={14} className="shrink-0" />
          <span className="truncate">{source.title}</span>
        </span>
      ))}
    </p>
  );
}
