/** A question, with its mentions as chips, to be edited in place. */

import { Pencil } from "lucide-react";
import { memo, type ReactNode, useState } from "react";
import type { Message } from "../api";
import { useStore } from "../app/store";
import { t } from "../strings";
import { Button, IconButton } from "../ui/Button";
import { mentionsOf } from "./answers";
import { Versions } from "./Versions";

export const UserMessage = memo(function UserMessage({ message }: { message: Message }) {
  const [editing, setEditing] = useState(false);
  const busy = useStore((state) => Boolean(state.currentId && state.runs[state.currentId]));
  const unsent = message.conversation_id === "";
  if (editing) return <Editor message={message} onClose={() => setEditing(false)} />;
  return (
    <article
      aria-label={t.thread.you}
      className="group ml-auto flex max-w-[88%] flex-col items-end sm:flex-row-reverse sm:items-center sm:gap-1"
    >
      <div className="rounded-2xl rounded-br-md border border-line bg-raised px-4 py-2.5 text-[16px] leading-[26px] whitespace-pre-wrap wrap-anywhere">
        {withMentions(message)}
      </div>
      {!unsent && (
        <div className="flex shrink-0 items-center gap-1 opacity-0 max-sm:-mb-5 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 touch:opacity-100 in-[li:last-child]:opacity-100">
          <Versions message={message} disabled={busy} />
          <IconButton
            icon={Pencil}
            size={15}
            label={t.thread.edit}
            disabled={busy}
            data-edit
            className="size-8"
            onClick={() => setEditing(true)}
          />
        </div>
      )}
    </article>
  );
});

function withMentions(message: Message): ReactNode {
  const titles = mentionsOf(message).map((mention) => mention.title);
  if (titles.length === 0) return message.content;
  // The longest first, for one title may begin like another.
  const patterns = titles.toSorted((a, b) => b.length - a.length).map((title) => escaped(title));
  return message.content.split(new RegExp(`(@(?:${patterns.join("|")}))`)).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text never change their order
      <span key={index} className="rounded-md bg-accent-soft px-1.5 py-0.5 text-accent">
        {part}
      </span>
    ),
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function Editor({ message, onClose }: { message: Message; onClose: () => void }) {
  const [text, setText] = useState(message.content);
  const edit = useStore((state) => state.edit);
  const submit = () => {
    const content = text.trim();
    if (!content) return;
    onClose();
    if (content !== message.content) void edit(message.id, content);
  };
  return (
    <form
      className="flex w-full flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        // biome-ignore lint/a11y/noAutofocus: the reader asked for this field just now
        autoFocus
        aria-label={t.thread.editField}
        value={text}
        maxLength={100_000}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.setSelectionRange(text.length, text.length)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Escape") onClose();
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            submit();
          }
        }}
        className="field-sizing-content max-h-72 min-h-20 w-full resize-none rounded-2xl border border-accent bg-raised px-4 py-3 text-[16px] leading-[26px]"
      />
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          {t.app.cancel}
        </Button>
        <Button look="primary" type="submit" disabled={!text.trim()}>
          {t.thread.send}
        </Button>
      </div>
    </form>
  );
}
