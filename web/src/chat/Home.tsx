/** The beginning: of everything, where there are no sources yet, or of one more conversation. */

import { FileUp, LibraryBig, Plug } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { type Source, searchPassages } from "../api";
import { useStore } from "../app/store";
import { t } from "../strings";
import { Button } from "../ui/Button";
import { Loading, Skeleton } from "../ui/states";

const SAMPLE = "sample-handbook.md";

export function Home() {
  const allSources = useStore((state) => state.allSources);
  const uploads = useStore((state) => state.uploads);
  const { loadHealth, loadSources } = useStore.getState();
  useEffect(() => {
    void loadHealth();
    void loadSources();
  }, [loadHealth, loadSources]);
  const nothingYet =
    allSources === 0 ||
    (allSources !== null && !uploads.every((each) => each.step === "ready") && allSources <= uploads.length);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex min-h-full max-w-[46rem] flex-col justify-center px-4 py-8 sm:px-6">
        {allSources === null ? <HomeSkeleton /> : nothingYet ? <FirstRun /> : <Beginning />}
      </div>
    </div>
  );
}

function HomeSkeleton() {
  const failure = useStore((state) => state.sourcesFailure);
  if (failure) return null;
  return (
    <Loading className="flex flex-col gap-4">
      <Skeleton className="h-9 w-2/3" />
      <Skeleton className="h-5 w-1/2" />
    </Loading>
  );
}

function FirstRun() {
  const input = useRef<HTMLInputElement>(null);
  const uploadFiles = useStore((state) => state.uploadFiles);
  const notify = useStore((state) => state.notify);
  const busy = useStore((state) => state.uploads.some((each) => each.step === "uploading" || each.step === "indexing"));
  const [fetching, setFetching] = useState(false);
  const trySample = async () => {
    setFetching(true);
    try {
      const response = await fetch(`/${SAMPLE}`);
      if (!response.ok) throw new Error(response.statusText);
      await uploadFiles([new File([await response.blob()], SAMPLE, { type: "text/markdown" })]);
    } catch {
      notify({ text: t.first.sampleFailed, tone: "error" });
    } finally {
      setFetching(false);
    }
  };
  return (
    <div className="flex flex-col gap-6">
      <div>
        <h2 className="text-[30px] leading-9 font-semibold tracking-[-0.02em]">{t.first.title}</h2>
        <p className="mt-2 max-w-[34rem] text-[17px] leading-7 text-muted">{t.first.lead}</p>
      </div>
      <div className="flex flex-col items-center gap-3 rounded-2xl border-2 border-dashed border-line bg-panel px-6 py-12 text-center">
        <FileUp aria-hidden size={30} strokeWidth={1.5} className="text-accent" />
        <p className="text-[17px] font-medium">{t.upload.dropBegin}</p>
        <p className="flex flex-wrap items-center justify-center gap-2 text-muted">
          {t.upload.or}
          <Button onClick={() => input.current?.click()}>{t.upload.choose}</Button>
        </p>
        <p className="text-sm text-muted">{t.upload.formats}</p>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          aria-label={t.composer.attach}
          onChange={(event) => {
            void uploadFiles([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
      </div>
      <div className="flex justify-center">
        <Button look="quiet" icon={LibraryBig} disabled={busy || fetching} onClick={() => void trySample()}>
          {t.first.sample}
        </Button>
      </div>
      <ModelCard />
    </div>
  );
}

/** What to do for a model where there is none, and what is wrong with it where it fails. */
function ModelCard({ onlyFailing = false }: { onlyFailing?: boolean }) {
  const model = useStore((state) => state.health?.components.model);
  if (!model) return null;
  const failing = model.status === "failing";
  const absent = !failing && /^no language model/i.test(model.detail ?? "");
  if (!failing && (onlyFailing || !absent)) return null;
  return (
    <section className="flex gap-3.5 rounded-xl border border-line bg-raised px-4 py-3.5">
      <Plug aria-hidden size={20} className="mt-0.5 shrink-0 text-accent" />
      <div className="min-w-0 text-sm">
        <h3 className="font-semibold">{failing ? t.first.modelFailing : t.first.noModelTitle}</h3>
        <p className="mt-1 text-muted wrap-anywhere">{failing ? model.detail : t.first.noModel}</p>
      </div>
    </section>
  );
}

function Beginning() {
  const count = useStore((state) => state.allSources ?? 0);
  const suggestions = useSuggestions();
  const sendMessage = useStore((state) => state.sendMessage);
  return (
    <div className="flex flex-col gap-6">
      <div>
        <h2 className="text-[30px] leading-9 font-semibold tracking-[-0.02em]">{t.first.readyTitle}</h2>
        <p className="mt-2 text-[17px] leading-7 text-muted">{t.first.readyLead(count)}</p>
      </div>
      {suggestions.length > 0 && (
        <ul aria-label={t.first.suggestions} className="flex flex-col gap-2">
          {suggestions.map((text) => (
            <li key={text}>
              <button
                type="button"
                onClick={() => void sendMessage(text)}
                className="min-h-11 w-full rounded-xl border border-line bg-raised px-4 py-2.5 text-left hover:border-muted hover:bg-panel"
              >
                {text}
              </button>
            </li>
          ))}
        </ul>
      )}
      <ModelCard onlyFailing />
    </div>
  );
}

/** Questions made of the sources' own headings; none where they have none, rather than some that fit anything. */
function useSuggestions(): string[] {
  const sources = useStore((state) => state.sources);
  const [suggestions, setSuggestions] = useState<string[]>([]);
  const ready = sources.filter((source) => source.status === "ready" && source.passages > 0).slice(0, 3);
  const key = ready.map((source) => source.id).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says which sources they are
  useEffect(() => {
    let left = false;
    void Promise.all(ready.map((source) => headingsOf(source))).then((found) => {
      if (left) return;
      // One of each source in turn, so that one long document does not ask all the questions.
      const rounds = [0, 1, 2].flatMap((round) => found.map((each) => each[round]));
      setSuggestions(rounds.filter((each) => each !== undefined).slice(0, 3));
    });
    return () => {
      left = true;
    };
  }, [key]);
  return suggestions;
}

async function headingsOf(source: Source): Promise<string[]> {
  const name = source.title.replace(/\.[a-z0-9]{1,5}$/i, "");
  const { data } = await searchPassages({ body: { query: name, sources: [source.id], limit: 12 } });
  const hits = (data ?? []).toSorted((a, b) => a.start - b.start);
  const paths = hits.map((hit) => (hit.section ?? "").split(" › ").map((part) => part.trim()));
  // What stands under the whole document's own heading says more than that heading.
  const deep = paths.filter((path) => path.length > 1);
  const chosen = deep.length > 0 ? deep : paths.filter((path) => path[0] && path[0] !== name);
  const questions = chosen.map((path) => {
    const heading = path.at(-1) ?? "";
    return heading.length < 70 ? t.first.suggestion(heading, path.length > 1 ? (path[0] ?? name) : name) : "";
  });
  return [...new Set(questions)].filter(Boolean);
}
