/** Where one asks: a field that grows, names sources with `@`, takes files, and stops what it began. */

import { ArrowUp, Paperclip, Square, X } from "lucide-react";
import { type ChangeEvent, type KeyboardEvent, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { Source } from "../api";
import { useStore } from "../app/store";
import { UploadTray } from "../sources/UploadTray";
import { t } from "../strings";
import { IconButton } from "../ui/Button";
import { classes } from "../ui/classes";
import { SourceIcon } from "../ui/SourceIcon";
import { FailureNote } from "../ui/states";
import { EMPTY_DRAFT, NEW } from "./drafts";
import { isAskable, MentionList, useMatches } from "./MentionList";
import { type MentionQuery, mentionAt, withMention } from "./mention";

const LONGEST = 100_000;

export function Composer() {
  const key = useStore((state) => state.currentId ?? NEW);
  const draft = useStore((state) => state.drafts[key] ?? EMPTY_DRAFT);
  const running = useStore((state) => Boolean(state.runs[state.currentId ?? state.pending ?? ""]));
  const stopping = useStore((state) => Boolean(state.runs[state.currentId ?? state.pending ?? ""]?.stopping));
  const isEmpty = useStore((state) => state.allSources === 0);
  const sendFailure = useStore((state) => state.sendFailures[key]);
  const { setDraft, sendMessage, stop } = useStore.getState();
  const field = useRef<HTMLTextAreaElement>(null);
  const mention = useMention(field, (text, source) =>
    setDraft(key, { text, mentions: [...draft.mentions, ...(source ? [{ id: source.id, title: source.title }] : [])] }),
  );
  const text = draft.text.trim();
  const canSend = text.length > 0 && text.length <= LONGEST && !running;
  const mentions = draft.mentions.filter((each, index, all) => all.findIndex(({ id }) => id === each.id) === index);

  const send = () => {
    if (!canSend) return;
    mention.close();
    void sendMessage(text, true, mentions);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter and the arrows are its own.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (mention.onKeyDown(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
    if (event.key === "ArrowUp" && draft.text === "") {
      const edits = document.querySelectorAll<HTMLButtonElement>("button[data-edit]");
      edits[edits.length - 1]?.click();
    }
  };

  return (
    <form
      aria-label={t.composer.label}
      className="mx-auto w-full max-w-[46rem] px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <UploadTray />
      {sendFailure && (
        <div className="mb-2">
          <FailureNote failure={sendFailure.failure} title={t.composer.notSent} onAction={send} />
        </div>
      )}
      <div className="relative rounded-2xl border border-line bg-raised shadow-sm transition-colors focus-within:border-accent">
        {mention.matches && (
          <MentionList
            id={mention.listId}
            matches={mention.matches}
            active={mention.active}
            onActive={mention.setActive}
            onPick={mention.pick}
          />
        )}
        <label htmlFor="question" className="sr-only">
          {t.composer.field}
        </label>
        <textarea
          id="question"
          ref={field}
          rows={1}
          value={draft.text}
          placeholder={isEmpty ? t.composer.placeholderEmpty : t.composer.placeholder}
          aria-haspopup="listbox"
          aria-autocomplete="list"
          aria-controls={mention.matches ? mention.listId : undefined}
          aria-activedescendant={mention.activeId}
          aria-describedby={`${mention.listId}-keys`}
          onChange={(event) => {
            setDraft(key, { text: event.target.value, mentions: draft.mentions });
            mention.look(event);
          }}
          onKeyDown={onKeyDown}
          onSelect={(event) => mention.look(event)}
          onBlur={mention.close}
          className="block field-sizing-content max-h-[200px] min-h-12 w-full resize-none bg-transparent px-4 pt-3 text-[16px] leading-6 outline-none placeholder:text-muted"
        />
        <p id={`${mention.listId}-keys`} className="sr-only">
          {t.composer.keys}
        </p>
        <p role="status" className="sr-only">
          {mention.matches && t.composer.mentionCount(mention.matches.sources.length)}
        </p>
        <div className="flex items-end gap-1 px-2 pt-0.5 pb-2">
          <AttachButton />
          <MentionChips
            mentions={mentions}
            onRemove={(id, title) => {
              const others = draft.mentions.filter((each) => each.id !== id);
              setDraft(key, { text: draft.text.replaceAll(`@${title}`, title), mentions: others });
              field.current?.focus();
            }}
          />
          {draft.text.length > LONGEST * 0.9 && (
            <span className={classes("self-center text-xs", text.length > LONGEST ? "text-danger" : "text-muted")}>
              {t.composer.tooLong(text.length)}
            </span>
          )}
          {running ? (
            <IconButton
              icon={Square}
              size={14}
              label={t.composer.stop}
              disabled={stopping}
              onClick={() => void stop()}
              className="bg-ink !text-bg hover:!bg-ink/85 [&>svg]:fill-current"
            />
          ) : (
            <IconButton
              icon={ArrowUp}
              label={t.composer.send}
              type="submit"
              disabled={!canSend}
              className="bg-accent !text-on-accent hover:!bg-accent/90 disabled:!bg-line disabled:!text-muted disabled:opacity-100"
            />
          )}
        </div>
      </div>
    </form>
  );
}

function MentionChips(props: {
  mentions: { id: string; title: string }[];
  onRemove: (id: string, title: string) => void;
}) {
  if (props.mentions.length === 0) return <span className="flex-1" />;
  return (
    <ul aria-label={t.composer.onlyIn} className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5 self-center">
      <li aria-hidden className="text-xs text-muted">
        {t.composer.onlyIn}
      </li>
      {props.mentions.map((each) => (
        <li
          key={each.id}
          className="flex h-7 max-w-full items-center gap-1 rounded-lg bg-accent-soft pl-2 text-[13px] text-accent"
        >
          <SourceIcon type="document" size={13} className="shrink-0" />
          <span className="truncate">{each.title}</span>
          <button
            type="button"
            aria-label={t.composer.remove(each.title)}
            onClick={() => props.onRemove(each.id, each.title)}
            className="grid size-7 place-items-center rounded-lg hover:bg-line/60"
          >
            <X aria-hidden size={13} />
          </button>
        </li>
      ))}
    </ul>
  );
}

export function AttachButton() {
  const input = useRef<HTMLInputElement>(null);
  const uploadFiles = useStore((state) => state.uploadFiles);
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    void uploadFiles([...(event.target.files ?? [])]);
    event.target.value = "";
  };
  return (
    <>
      <IconButton icon={Paperclip} label={t.composer.attach} onClick={() => input.current?.click()} />
      <input ref={input} type="file" multiple hidden aria-label={t.composer.attach} onChange={choose} />
    </>
  );
}

/** The list that opens behind an `@`: its state, its keys, and what picking does. */
function useMention(
  field: React.RefObject<HTMLTextAreaElement | null>,
  change: (text: string, source: Source | null) => void,
) {
  const listId = useId();
  const [at, setAt] = useState<MentionQuery | null>(null);
  const [active, setActive] = useState(0);
  const dismissed = useRef<number | null>(null);
  const found = useMatches(at?.query ?? null);
  // Behind a space nothing is shown that does not match: it is most likely just a sentence that goes on.
  const matches = found && found.sources.length === 0 && at?.query.includes(" ") ? null : found;

  const close = () => setAt(null);
  const look = ({ currentTarget }: { currentTarget: HTMLTextAreaElement }) => {
    const { value, selectionStart, selectionEnd } = currentTarget;
    const next = selectionStart === selectionEnd ? mentionAt(value, selectionStart) : null;
    if (next?.from !== dismissed.current) dismissed.current = null;
    if (next?.query !== at?.query) setActive(0);
    setAt(next && next.from === dismissed.current ? null : next);
  };
  const pick = (source: Source) => {
    if (!at || !field.current) return;
    const { text, caret } = withMention(field.current.value, at, source.title);
    dismissed.current = at.from;
    // At once, not with the next frame: who types on meanwhile would have the caret taken from under the hands.
    flushSync(() => {
      change(text, source);
      close();
    });
    field.current.focus();
    field.current.setSelectionRange(caret, caret);
  };
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!at || !matches) return false;
    const count = matches.sources.length;
    const chosen = matches.sources[active];
    if (event.key === "Escape") {
      dismissed.current = at.from;
      close();
    } else if (event.key === "ArrowDown" && count > 0) setActive((active + 1) % count);
    else if (event.key === "ArrowUp" && count > 0) setActive((active + count - 1) % count);
    else if ((event.key === "Enter" || event.key === "Tab") && chosen && !event.shiftKey) {
      if (isAskable(chosen)) pick(chosen);
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const activeId = matches && matches.sources.length > 0 ? `${listId}-${active}` : undefined;
  return { listId, matches, active, activeId, setActive, look, pick, close, onKeyDown };
}
