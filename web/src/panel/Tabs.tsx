/** What the panel shows of a source, as tabs with the keys that tabs have. */

import { t } from "../strings";
import { classes } from "../ui/classes";

export type Tab = "passage" | "document" | "cited";

export function Tabs({ tab, onTab, count }: { tab: Tab; onTab: (tab: Tab) => void; count: number }) {
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
