/** The state of the page as a whole: the connection, notices, the theme, what is open. */

import { type Readiness, readiness } from "../api";
import { type Failure, failureOf } from "../api/failure";
import type { Slice } from "./store";

export type Theme = "system" | "light" | "dark";

export interface Notice {
  id: number;
  text: string;
  tone: "plain" | "error";
  undo?: () => void;
}

export interface PageSlice {
  /** The conversation that was on show before this page was loaded. */
  lastId: string | null;
  connection: "ok" | "lost";
  needsToken: boolean;
  notices: Notice[];
  /** What a screen reader is told, politely. */
  announcement: string;
  sidebarOpen: boolean;
  drawerOpen: boolean;
  helpOpen: boolean;
  theme: Theme;
  health: Readiness | null;
  /** Take note of a failure wherever it happened; returns how to show it. */
  failed: (error: unknown) => Failure;
  notify: (notice: Omit<Notice, "id">, milliseconds?: number) => number;
  dismissNotice: (id: number) => void;
  announce: (text: string) => void;
  loadHealth: () => Promise<void>;
  setTheme: (theme: Theme) => void;
  setConnection: (connection: "ok" | "lost") => void;
  setOpen: (what: Partial<Pick<PageSlice, "sidebarOpen" | "drawerOpen" | "helpOpen">>) => void;
}

const NOTICE_MILLISECONDS = 6000;
let lastNotice = 0;

function keptTheme(): Theme {
  const kept = localStorage.getItem("quoth-theme");
  return kept === "light" || kept === "dark" ? kept : "system";
}

export const pageSlice: Slice<PageSlice> = (set, get) => ({
  lastId: null,
  connection: "ok",
  needsToken: false,
  notices: [],
  announcement: "",
  sidebarOpen: true,
  drawerOpen: false,
  helpOpen: false,
  theme: keptTheme(),
  health: null,

  failed: (error) => {
    const failure = failureOf(error);
    if (failure.kind === "offline") set({ connection: "lost" });
    if (failure.status === 401) set({ needsToken: true });
    return failure;
  },

  notify: (notice, milliseconds = NOTICE_MILLISECONDS) => {
    lastNotice += 1;
    const id = lastNotice;
    set({ notices: [...get().notices, { ...notice, id }] });
    setTimeout(() => get().dismissNotice(id), milliseconds);
    return id;
  },

  dismissNotice: (id) => set({ notices: get().notices.filter((notice) => notice.id !== id) }),

  announce: (announcement) => set({ announcement }),

  loadHealth: async () => {
    try {
      set({ health: await readiness() });
    } catch (error) {
      get().failed(error);
    }
  },

  setTheme: (theme) => {
    if (theme === "system") localStorage.removeItem("quoth-theme");
    else localStorage.setItem("quoth-theme", theme);
    set({ theme });
    applyTheme(theme);
  },

  setConnection: (connection) => set({ connection }),
  setOpen: (what) => set(what),
});

export function applyTheme(theme: Theme): void {
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}
