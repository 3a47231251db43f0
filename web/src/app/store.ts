/** The one store of the page, put together from what each part keeps. Read it with selectors. */

import { create, type StateCreator } from "zustand";
import { createJSONStorage, persist } from "zustand/middleware";
import { type AnswersSlice, answersSlice } from "../chat/answers";
import { type ConversationsSlice, conversationsSlice } from "../chat/conversations";
import { type Draft, type DraftsSlice, draftsSlice } from "../chat/drafts";
import { type PanelSlice, panelSlice } from "../panel/slice";
import { type SourcesSlice, sourcesSlice } from "../sources/slice";
import { type PageSlice, pageSlice } from "./page";

export type State = ConversationsSlice & AnswersSlice & DraftsSlice & SourcesSlice & PanelSlice & PageSlice;
export type Slice<Part> = StateCreator<State, [["zustand/persist", unknown]], [], Part>;

/** What a reload finds again. Never messages: those are the server's, and private. */
interface Kept {
  currentId: string | null;
  drafts: Record<string, Draft>;
  sidebarOpen: boolean;
}

export const useStore = create<State>()(
  persist(
    (...all) => ({
      ...conversationsSlice(...all),
      ...answersSlice(...all),
      ...draftsSlice(...all),
      ...sourcesSlice(...all),
      ...panelSlice(...all),
      ...pageSlice(...all),
    }),
    {
      name: "quoth-chat",
      version: 1,
      storage: createJSONStorage(() => localStorage),
      partialize: ({ currentId, drafts, sidebarOpen }): Kept => ({ currentId, drafts, sidebarOpen }),
      migrate: () => ({ currentId: null, drafts: {}, sidebarOpen: true }),
      // What is on show is for the address to say; what was on show last is only where the bare address leads.
      merge: (kept, now) => {
        const { currentId = null, ...others } = (kept ?? {}) as Partial<Kept>;
        return { ...now, ...others, lastId: currentId };
      },
    },
  ),
);
