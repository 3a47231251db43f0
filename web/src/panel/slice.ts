/** Which citation the source panel shows. */

import type { Slice } from "../app/store";

export interface PanelTarget {
  messageId: string;
  /** The number of the reference. */
  number: number;
  /** Which of its quotes. */
  quote: number;
}

export interface PanelSlice {
  panel: PanelTarget | null;
  openPanel: (target: PanelTarget) => void;
  closePanel: () => void;
}

export const panelSlice: Slice<PanelSlice> = (set) => ({
  panel: null,
  openPanel: (panel) => set({ panel }),
  closePanel: () => set({ panel: null }),
});
