/** What can be done with an answer: copy, ask again, switch versions, rate. */

import { Check, Copy, RefreshCw, ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";
import type { Message } from "../api";
import { useStore } from "../app/store";
import { t } from "../strings";
import { Button, IconButton } from "../ui/Button";
import { classes } from "../ui/classes";
import { Versions } from "./Versions";

export function AnswerActions({ message, isLast }: { message: Message; isLast: boolean }) {
  const regenerate = useStore((state) => state.regenerate);
  const rate = useStore((state) => state.rate);
  const busy = useStore((state) => Boolean(state.currentId && state.runs[state.currentId]));
  const [asking, setAsking] = useState(false);
  const feedback = message.metadata.feedback as { rating?: string | null } | undefined;
  const rating = feedback?.rating ?? null;
  const choose = (choice: "up" | "down") => {
    const next = rating === choice ? null : choice;
    setAsking(next === "down");
    void rate(message.id, next);
  };
  return (
    <>
      <div
        className={classes(
          "-ml-2 flex flex-wrap items-center gap-0.5 transition-opacity touch:opacity-100",
          !isLast && "opacity-0 group-focus-within:opacity-100 group-hover:opacity-100",
        )}
      >
        <CopyButton text={message.content} />
        <IconButton
          icon={RefreshCw}
          size={16}
          label={t.thread.regenerate}
          disabled={busy}
          onClick={() => void regenerate(message.id)}
        />
        <Versions message={message} disabled={busy} />
        <IconButton
          icon={ThumbsUp}
          size={16}
          label={t.thread.good}
          aria-pressed={rating === "up"}
          className={rating === "up" ? "bg-accent-soft text-accent" : ""}
          onClick={() => choose("up")}
        />
        <IconButton
          icon={ThumbsDown}
          size={16}
          label={t.thread.bad}
          aria-pressed={rating === "down"}
          className={rating === "down" ? "bg-danger-soft text-danger" : ""}
          onClick={() => choose("down")}
        />
        <Maker message={message} />
      </div>
      {asking && <Comment onClose={() => setAsking(false)} onSend={(text) => void rate(message.id, "down", text)} />}
    </>
  );
}

function Maker({ message }: { message: Message }) {
  const { model, provider } = message.metadata as { model?: string; provider?: string };
  if (provider === "extractive") return <span className="ml-2 text-xs text-muted">{t.thread.extractive}</span>;
  return model ? <span className="ml-2 text-xs text-muted">{t.thread.usage(model)}</span> : null;
}

function Comment({ onClose, onSend }: { onClose: () => void; onSend: (text: string) => void }) {
  const notify = useStore((state) => state.notify);
  const [text, setText] = useState("");
  return (
    <form
      className="mt-2 flex max-w-md animate-appear flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) {
          onSend(text.trim());
          notify({ text: t.thread.commentThanks, tone: "plain" }, 3000);
        }
        onClose();
      }}
    >
      <label className="flex flex-col gap-1 text-sm text-muted">
        {t.thread.commentLabel}
        <textarea
          value={text}
          maxLength={2000}
          rows={2}
          onChange={(event) => setText(event.target.value)}
          className="resize-y rounded-lg border border-line bg-raised px-3 py-2 text-ink"
        />
      </label>
      <div className="flex gap-2">
        <Button type="submit">{t.thread.commentSend}</Button>
        <Button look="quiet" onClick={onClose}>
          {t.app.cancel}
        </Button>
      </div>
    </form>
  );
}

export function CopyButton({ text, label = t.thread.copy }: { text: string; label?: string }) {
  const notify = useStore((state) => state.notify);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 1600);
    } catch {
      notify({ text: t.errors.clipboard, tone: "error" });
    }
  };
  return (
    <IconButton
      icon={copied ? Check : Copy}
      size={16}
      label={copied ? t.thread.copied : label}
      onClick={() => void copy()}
    />
  );
}
