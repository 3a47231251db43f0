/** Where a conversation belongs: its space and its tags. */

import { type FormEvent, useId, useState } from "react";
import type { Conversation } from "../api";
import { useStore } from "../app/store";
import { t } from "../strings";
import { Button } from "../ui/Button";
import { Modal } from "../ui/Modal";

export function OrganiseDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const spaces = useStore((state) => state.spaces);
  const updateConversation = useStore((state) => state.updateConversation);
  const [space, setSpace] = useState(conversation.space);
  const [tags, setTags] = useState(conversation.tags.join(", "));
  const list = useId();
  const save = (event: FormEvent) => {
    event.preventDefault();
    const wanted = [
      ...new Set(
        tags
          .split(",")
          .map((tag) => tag.trim().slice(0, 50))
          .filter(Boolean),
      ),
    ].slice(0, 50);
    void updateConversation(conversation.id, { space: space.trim() || "default", tags: wanted });
    onClose();
  };
  const field = "min-h-10 w-full rounded-lg border border-line bg-raised px-3 text-ink";
  return (
    <Modal place="centre" label={t.sidebar.organiseTitle} onClose={onClose}>
      <form onSubmit={save} className="flex flex-col gap-4 p-5">
        <h2 className="text-lg font-semibold">{t.sidebar.organiseTitle}</h2>
        <label className="flex flex-col gap-1.5 text-sm">
          {t.sidebar.spaceField}
          <input
            list={list}
            value={space}
            maxLength={50}
            onChange={(event) => setSpace(event.target.value)}
            className={field}
          />
          <span className="text-xs text-muted">{t.sidebar.spaceHint}</span>
        </label>
        <datalist id={list}>
          {spaces.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <label className="flex flex-col gap-1.5 text-sm">
          {t.sidebar.tagsField}
          <input value={tags} onChange={(event) => setTags(event.target.value)} className={field} />
        </label>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t.app.cancel}
          </Button>
          <Button look="primary" type="submit">
            {t.app.save}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
