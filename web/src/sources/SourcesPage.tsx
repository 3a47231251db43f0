/** All sources: to find, add and delete. */

import { Globe, Search, Trash2, Upload } from "lucide-react";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import type { Source, SourceType } from "../api";
import type { Failure } from "../api/failure";
import { PageHeader } from "../app/PageHeader";
import { useStore } from "../app/store";
import { t } from "../strings";
import { Button, IconButton } from "../ui/Button";
import { classes } from "../ui/classes";
import { dateOf, sizeOf } from "../ui/format";
import { useSettled } from "../ui/hooks";
import { SourceIcon } from "../ui/SourceIcon";
import { Empty, FailureNote, Loading, Skeleton } from "../ui/states";
import { UploadTray } from "./UploadTray";

export function SourcesPage() {
  const loadSources = useStore((state) => state.loadSources);
  useEffect(() => void loadSources(), [loadSources]);
  return (
    <div className="flex h-full flex-col">
      <PageHeader title={t.sources.title} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-[46rem] px-4 pt-4 pb-16 sm:px-6">
          <p className="mb-4 text-muted">{t.sources.intro}</p>
          <Adding />
          <UploadTray />
          <Filters />
          <SourceList />
        </div>
      </div>
    </div>
  );
}

function Adding() {
  const input = useRef<HTMLInputElement>(null);
  const { uploadFiles, addPage } = useStore.getState();
  const [asking, setAsking] = useState(false);
  const [url, setUrl] = useState("");
  const [failure, setFailure] = useState<Failure | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const refused = await addPage(url.trim());
    setFailure(refused);
    if (refused) return;
    setUrl("");
    setAsking(false);
  };
  return (
    <div className="mb-5">
      <div className="flex flex-wrap gap-2">
        <Button look="primary" icon={Upload} onClick={() => input.current?.click()}>
          {t.sources.upload}
        </Button>
        <Button icon={Globe} aria-expanded={asking} onClick={() => setAsking(!asking)}>
          {t.sources.addUrl}
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label={t.sources.upload}
          onChange={(event) => {
            void uploadFiles([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
      </div>
      {asking && (
        <form onSubmit={(event) => void submit(event)} className="mt-3 flex animate-appear flex-wrap gap-2">
          <input
            // biome-ignore lint/a11y/noAutofocus: the reader asked for this field just now
            autoFocus
            type="url"
            required
            aria-label={t.sources.urlField}
            placeholder="https://"
            value={url}
            onChange={(event) => setUrl(event.target.value)}
            className="min-h-10 min-w-0 flex-1 basis-60 rounded-lg border border-line bg-raised px-3"
          />
          <Button type="submit" look="primary">
            {t.sources.add}
          </Button>
          {failure && (
            <div className="w-full">
              <FailureNote failure={failure} />
            </div>
          )}
        </form>
      )}
    </div>
  );
}

function Filters() {
  const type = useStore((state) => state.sourceType);
  const kept = useStore((state) => state.sourceSearch);
  const setSourceFilter = useStore((state) => state.setSourceFilter);
  const [search, setSearch] = useState(kept);
  const settled = useSettled(search, 150);
  useEffect(() => {
    if (settled !== useStore.getState().sourceSearch) setSourceFilter({ sourceSearch: settled });
  }, [settled, setSourceFilter]);
  useEffect(() => setSearch(kept), [kept]);
  const choices: [SourceType | null, string][] = [
    [null, t.sources.types.all],
    ["document", t.sources.types.document],
    ["webpage", t.sources.types.webpage],
    ["api", t.sources.types.api],
  ];
  return (
    <search className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <label className="flex min-h-10 min-w-0 flex-1 basis-56 items-center gap-2 rounded-lg border border-line bg-raised px-3 focus-within:border-accent">
        <Search aria-hidden size={16} className="shrink-0 text-muted" />
        <span className="sr-only">{t.sources.search}</span>
        <input
          type="search"
          value={search}
          placeholder={t.sources.search}
          onChange={(event) => setSearch(event.target.value)}
          className="min-w-0 flex-1 bg-transparent outline-none placeholder:text-muted"
        />
      </label>
      <div role="group" aria-label={t.sources.type} className="flex rounded-lg border border-line bg-panel p-0.5">
        {choices.map(([value, label]) => (
          <button
            key={label}
            type="button"
            aria-pressed={type === value}
            onClick={() => setSourceFilter({ sourceType: value })}
            className={classes(
              "min-h-8 rounded-md px-2.5 text-sm touch:min-h-11",
              type === value ? "bg-raised font-medium shadow-sm" : "text-muted hover:text-ink",
            )}
          >
            {label}
          </button>
        ))}
      </div>
    </search>
  );
}

function SourceList() {
  const sources = useStore((state) => state.sources);
  const state = useStore((all) => all.sourcesState);
  const failure = useStore((all) => all.sourcesFailure);
  const count = useStore((all) => all.sourceCount);
  const filtered = useStore((all) => Boolean(all.sourceSearch || all.sourceType));
  const { loadSources, setSourceFilter } = useStore.getState();
  if (state === "failed" && failure && sources.length === 0) {
    return <FailureNote failure={failure} title={t.sources.failed} onAction={() => void loadSources()} />;
  }
  if (sources.length === 0 && state !== "ready") {
    return (
      <Loading className="flex flex-col gap-3 pt-2">
        <Skeleton className="h-12" />
        <Skeleton className="h-12" />
        <Skeleton className="h-12" />
      </Loading>
    );
  }
  if (sources.length === 0 && filtered) {
    return (
      <Empty icon={Search} text={t.sources.nothingFound}>
        <Button onClick={() => setSourceFilter({ sourceSearch: "", sourceType: null })}>{t.sources.showAll}</Button>
      </Empty>
    );
  }
  if (sources.length === 0) return <Empty icon={Upload} text={t.sources.empty} />;
  return (
    <>
      <p role="status" className="mb-1 text-sm text-muted">
        {t.sources.count(sources.length, count)}
      </p>
      <ul className="[&>li+li]:border-t [&>li+li]:border-line">
        {sources.map((source) => (
          <SourceRow key={source.id} source={source} />
        ))}
      </ul>
      {sources.length < count && (
        <Button look="quiet" className="mt-3 w-full" onClick={() => void loadSources(true)}>
          {t.sources.loadMore}
        </Button>
      )}
    </>
  );
}

function SourceRow({ source }: { source: Source }) {
  const deleteSource = useStore((state) => state.deleteSource);
  return (
    <li className="flex items-center gap-3 py-2.5 [contain-intrinsic-size:auto_64px] [content-visibility:auto]">
      <span className="grid size-9 shrink-0 place-items-center rounded-lg border border-line bg-panel text-muted">
        <SourceIcon type={source.type} />
      </span>
      <div className="min-w-0 flex-1">
        <Link href={`/sources/${source.id}`} className="block truncate font-medium hover:text-accent hover:underline">
          {source.title}
        </Link>
        <p className="truncate text-sm text-muted">
          {[dateOf(source.last_updated), sizeOf(source.size), t.sources.passages(source.passages)].join(" · ")}
        </p>
        <SourceProblem source={source} />
      </div>
      {source.status === "indexing" && <span className="shrink-0 text-sm text-accent">{t.upload.steps.indexing}</span>}
      <IconButton
        icon={Trash2}
        size={16}
        label={t.sources.deleteNamed(source.title)}
        onClick={() => deleteSource(source)}
      />
    </li>
  );
}

export function SourceProblem({ source }: { source: Source }) {
  if (!source.problem) return null;
  return (
    <p className="text-sm text-danger wrap-anywhere">
      {source.status === "ready" && `${t.sources.replacedFailed} `}
      {source.problem.detail}
    </p>
  );
}
