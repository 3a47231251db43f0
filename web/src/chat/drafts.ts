/** What was typed and not sent, kept for each conversation and over a reload. */

import type { Slice } from "../app/store";

export interface Mention {
  id: string;
  title: string;
}

export interface Draft {
  text: string;
  mentions: Mention[];
}

export const NEW = "new";
export const EMPTY_DRAFT: Draft = { text: "", mentions: [] };

export interface DraftsSlice {
  drafts: Record<string, Draft>;
  /** A mention lives as long as its title stands in the text. */
  setDraft: (key: string, draft: Draft) => void;
}

export const draftsSlice: Slice<DraftsSlice> = (set, get) => ({
  drafts: {},
  setDraft: (key, { text, mentions }) => {
    const { [key]: _, ...others } = get().drafts;
    const living = mentions.filter((mention) => text.includes(`@${mention.title}`));
    set({ drafts: text || living.length > 0 ? { ...others, [key]: { text, mentions: living } } : others });
  },
});
