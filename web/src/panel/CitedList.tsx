/** Everything that an answer cites, to go from one to another. */

import { useStore } from "../app/store";
import { t } from "../strings";
import { classes } from "../ui/classes";
import { SourceIcon } from "../ui/SourceIcon";
import type { Stop } from "./stops";

export function CitedList({ stops, current }: { stops: Stop[]; current: Stop }) {
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
