/** The sources that match what is being typed after an `@`. */

import { useEffect, useState } from "react";
import { listSources, type Source } from "../api";
import { isAbort } from "../api/failure";
import { useStore } from "../app/store";
import { t } from "../strings";
import { classes } from "../ui/classes";
import { SourceIcon } from "../ui/SourceIcon";

const TYPING_MILLISECONDS = 90;
const MOST = 8;

export interface Matches {
  query: string;
  sources: Source[];
}

/** What matches the query; an answer that comes too late for it is dropped. Null while nothing is asked or known. */
export function useMatches(query: string | null): Matches | null {
  const [matches, setMatches] = useState<Matches | null>(null);
  useEffect(() => {
    if (query === null) {
      setMatches(null);
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      const search = query.trim();
      const { data, error } = await listSources({
        query: { limit: MOST, ...(search ? { search } : {}) },
        signal: controller.signal,
      });
      if (controller.signal.aborted) return;
      if (data) setMatches({ query, sources: data });
      else if (!isAbort(error)) useStore.getState().failed(error);
    }, TYPING_MILLISECONDS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [query]);
  return query === null ? null : matches;
}

export function MentionList(props: {
  id: string;
  matches: Matches;
  active: number;
  onActive: (index: number) => void;
  onPick: (source: Source) => void;
}) {
  const { sources, query } = props.matches;
  return (
    <div className="absolute inset-x-0 bottom-full z-30 mb-2 animate-appear overflow-hidden rounded-xl border border-line bg-raised shadow-xl">
      {sources.length === 0 && <p className="px-4 py-3 text-sm text-muted">{t.composer.noMatch(query.trim())}</p>}
      <div
        id={props.id}
        role="listbox"
        aria-label={t.composer.mentions}
        tabIndex={-1}
        className="max-h-72 overflow-y-auto p-1.5 empty:hidden"
      >
        {sources.map((source, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the text; aria-activedescendant names the option
          <div
            key={source.id}
            id={`${props.id}-${index}`}
            role="option"
            aria-selected={index === props.active}
            aria-disabled={!isAskable(source)}
            ref={(row) => {
              if (index === props.active) row?.scrollIntoView?.({ block: "nearest" });
            }}
            onPointerEnter={() => props.onActive(index)}
            onPointerDown={(event) => {
              event.preventDefault();
              if (isAskable(source)) props.onPick(source);
            }}
            className={classes(
              "flex min-h-11 items-center gap-3 rounded-lg px-3 py-1.5",
              index === props.active && "bg-accent-soft",
              !isAskable(source) && "text-muted",
            )}
          >
            <SourceIcon type={source.type} className="shrink-0 text-muted" />
            <span className="min-w-0 flex-1 truncate">{inBold(source.title, query.trim())}</span>
            <span className="shrink-0 text-xs text-muted">{stateOf(source)}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

export function isAskable(source: Source): boolean {
  return source.passages > 0 && source.status !== "failed";
}

function stateOf(source: Source): string {
  if (source.status === "failed") return t.composer.failed;
  return isAskable(source) ? t.sources.typeNames[source.type] : t.composer.indexing;
}

function inBold(title: string, query: string) {
  const at = query ? title.toLowerCase().indexOf(query.toLowerCase()) : -1;
  if (at < 0) return title;
  return (
    <>
      {title.slice(0, at)}
      <strong className="font-semibold">{title.slice(at, at + query.length)}</strong>
      {title.slice(at + query.length)}
    </>
  );
}
