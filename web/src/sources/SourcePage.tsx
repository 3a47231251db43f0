/** One source: what it is, and its text. */

import { ArrowLeft, Download, ExternalLink, MessageSquareText, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { readSource, type Source } from "../api";
import { type Failure, isNotFound } from "../api/failure";
import { PageHeader } from "../app/PageHeader";
import { useStore } from "../app/store";
import { flowing } from "../panel/highlight";
import { useSourceText } from "../panel/texts";
import { t } from "../strings";
import { Button } from "../ui/Button";
import { dateOf, sizeOf, webAddress } from "../ui/format";
import { Empty, FailureNote, Loading, Skeleton } from "../ui/states";
import { SourceProblem } from "./SourcesPage";
import { useAskAbout } from "./UploadTray";

export function SourcePage({ id }: { id: string }) {
  const { source, failure, gone, again } = useSource(id);
  return (
    <div className="flex h-full flex-col">
      <PageHeader title={source?.title ?? t.sources.title} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-[46rem] px-4 pt-4 pb-16 sm:px-6">
          <Link
            href="/sources"
            className="mb-3 inline-flex min-h-8 items-center gap-1.5 text-sm text-muted hover:text-ink touch:min-h-11"
          >
            <ArrowLeft aria-hidden size={15} />
            {t.sources.back}
          </Link>
          {gone && <Empty text={t.sources.gone} />}
          {failure && <FailureNote failure={failure} title={t.sources.failed} onAction={again} />}
          {!source && !gone && !failure && (
            <Loading className="flex flex-col gap-3">
              <Skeleton className="h-7 w-1/2" />
              <Skeleton className="h-4" />
              <Skeleton className="h-4 w-3/4" />
            </Loading>
          )}
          {source && <Shown source={source} />}
        </div>
      </div>
    </div>
  );
}

function useSource(id: string) {
  const [attempt, setAttempt] = useState(0);
  const [source, setSource] = useState<Source | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [gone, setGone] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another request
  useEffect(() => {
    let left = false;
    setSource(null);
    setGone(false);
    setFailure(null);
    void (async () => {
      const { data, error } = await readSource({ path: { source_id: id } });
      if (left) return;
      if (data) setSource(data);
      else if (isNotFound(error)) setGone(true);
      else setFailure(useStore.getState().failed(error));
      if (data?.status !== "indexing") return;
      const settled = await useStore.getState().watchSource(id);
      if (!left && settled) setSource(settled);
    })();
    return () => {
      left = true;
    };
  }, [id, attempt]);
  return { source, failure, gone, again: () => setAttempt(attempt + 1) };
}

function Shown({ source }: { source: Source }) {
  const [, navigate] = useLocation();
  const askAbout = useAskAbout();
  const { downloadSource, deleteSource, newConversation } = useStore.getState();
  const address = webAddress(source.url);
  return (
    <>
      <h2 className="text-[22px] leading-8 font-semibold tracking-tight wrap-anywhere">{source.title}</h2>
      <p className="mt-1 text-sm text-muted wrap-anywhere">
        {[
          t.sources.typeNames[source.type],
          t.sources.updated(dateOf(source.last_updated)),
          sizeOf(source.size),
          t.sources.passages(source.passages),
        ].join(" · ")}
      </p>
      <SourceProblem source={source} />
      <div className="my-4 flex flex-wrap gap-2">
        {source.passages > 0 && (
          <Button
            look="primary"
            icon={MessageSquareText}
            onClick={() => {
              newConversation();
              askAbout(source);
            }}
          >
            {t.sources.ask}
          </Button>
        )}
        <Button icon={Download} onClick={() => void downloadSource(source)}>
          {t.sources.download}
        </Button>
        {address && (
          <a
            href={address.href}
            title={address.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="inline-flex min-h-9 items-center gap-2 rounded-lg border border-line bg-raised px-3.5 text-sm font-medium hover:bg-panel touch:min-h-11"
          >
            <ExternalLink aria-hidden size={16} />
            {t.panel.openPage(address.host)}
          </a>
        )}
        <Button
          look="danger"
          icon={Trash2}
          onClick={() => {
            deleteSource(source);
            navigate("/sources");
          }}
        >
          {t.sources.delete}
        </Button>
      </div>
      {source.passages > 0 ? <SourceWords id={source.id} /> : <p className="text-muted">{t.sources.noText}</p>}
    </>
  );
}

const PORTION = 40_000;

function SourceWords({ id }: { id: string }) {
  const { source, again } = useSourceText(id);
  const [shown, setShown] = useState(PORTION);
  if (source.state === "failed")
    return <FailureNote failure={source.failure} title={t.panel.failed} onAction={again} />;
  if (source.state === "removed") return null;
  if (source.state === "loading") {
    return (
      <Loading className="flex flex-col gap-3">
        <Skeleton className="h-4" />
        <Skeleton className="h-4 w-5/6" />
        <Skeleton className="h-4 w-2/3" />
      </Loading>
    );
  }
  return (
    <section aria-label={source.text.slice(0, 40)} className="border-t border-line pt-5">
      <div className="passage">{flowing(source.text.slice(0, shown))}</div>
      {shown < source.text.length && (
        <Button look="quiet" className="mt-3 w-full" onClick={() => setShown(shown + PORTION * 2)}>
          {t.sources.loadMore}
        </Button>
      )}
    </section>
  );
}
