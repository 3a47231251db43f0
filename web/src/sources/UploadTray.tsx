/** The files on their way in, each with its real step, until they are dismissed. */

import { Check, CircleAlert, LoaderCircle, RotateCw, X } from "lucide-react";
import { useStore } from "../app/store";
import { NEW } from "../chat/drafts";
import { t } from "../strings";
import { Button, IconButton } from "../ui/Button";
import type { Upload } from "./slice";

export function UploadTray() {
  const uploads = useStore((state) => state.uploads);
  if (uploads.length === 0) return null;
  return (
    <ul
      aria-label={t.upload.label}
      className="mb-2 max-h-56 overflow-y-auto rounded-xl border border-line bg-raised [&>li+li]:border-t [&>li+li]:border-line"
    >
      {uploads.map((upload) => (
        <UploadRow key={upload.id} upload={upload} />
      ))}
    </ul>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  const dismiss = useStore((state) => state.dismissUpload);
  return (
    <li className="flex min-h-11 items-center gap-3 py-1 pr-1 pl-3.5 text-sm">
      <StepIcon step={upload.step} />
      <span className="min-w-0 flex-1">
        <span className="block truncate">{upload.name}</span>
        {upload.failure && <span className="block text-xs text-danger wrap-anywhere">{upload.failure}</span>}
      </span>
      <span role="status" className="shrink-0 text-xs text-muted">
        {upload.step === "ready" && upload.source
          ? t.upload.readyWith(upload.source.passages)
          : t.upload.steps[upload.step]}
      </span>
      {upload.step === "ready" && upload.source && <MentionIt upload={upload} />}
      {upload.step === "failed" && <IconButton icon={RotateCw} size={15} label={t.app.retry} onClick={upload.again} />}
      {(upload.step === "ready" || upload.step === "failed") && (
        <IconButton icon={X} size={15} label={t.upload.remove} onClick={() => dismiss(upload.id)} />
      )}
    </li>
  );
}

function StepIcon({ step }: { step: Upload["step"] }) {
  if (step === "ready") return <Check aria-hidden size={16} className="shrink-0 text-good" />;
  if (step === "failed") return <CircleAlert aria-hidden size={16} className="shrink-0 text-danger" />;
  return <LoaderCircle aria-hidden size={16} className="shrink-0 animate-spin text-accent" />;
}

function MentionIt({ upload }: { upload: Upload }) {
  const askAbout = useAskAbout();
  const { source } = upload;
  if (!source) return null;
  return (
    <Button look="quiet" className="max-sm:hidden" onClick={() => askAbout(source)}>
      {t.upload.mention}
    </Button>
  );
}

/** Puts a mention of the source into the question that is being written. */
export function useAskAbout() {
  return (source: { id: string; title: string }) => {
    const { currentId, drafts, setDraft } = useStore.getState();
    const key = currentId ?? NEW;
    const { text, mentions } = drafts[key] ?? { text: "", mentions: [] };
    const said = text.includes(`@${source.title}`)
      ? text
      : `${text}${text && !text.endsWith(" ") ? " " : ""}@${source.title} `;
    setDraft(key, { text: said, mentions: [...mentions, { id: source.id, title: source.title }] });
    requestAnimationFrame(() => {
      const field = document.querySelector<HTMLTextAreaElement>("#question");
      field?.focus();
      field?.setSelectionRange(said.length, said.length);
    });
  };
}
