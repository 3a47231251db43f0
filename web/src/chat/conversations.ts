/** The conversations: the list beside, and the one on show. */

import { navigate } from "wouter/use-browser-location";
import {
  type Conversation,
  createConversation,
  deleteConversation,
  exportConversation,
  listConversations,
  type Message,
  readConversation,
  updateConversation,
} from "../api";
import { type Failure, isNotFound } from "../api/failure";
import { isBeingRemoved, keepAfterAll, removeLater } from "../app/removal";
import type { Slice } from "../app/store";
import { tellOtherTabs } from "../app/tabs";
import { t } from "../strings";
import { saveAs } from "../ui/save";

export interface Filters {
  search: string;
  space: string | null;
  tag: string | null;
}

export type Change = Partial<Pick<Conversation, "title" | "space" | "tags">> & { active_message_id?: string };

export interface ConversationsSlice {
  conversations: Conversation[];
  listState: "idle" | "loading" | "ready" | "failed";
  listFailure: Failure | null;
  hasMore: boolean;
  filters: Filters;
  spaces: string[];
  tags: string[];
  /** The conversation that the address names; null while a new one is being begun. */
  currentId: string | null;
  currentConversation: Conversation | null;
  messages: Message[];
  isLoading: boolean;
  error: Failure | null;
  unread: Record<string, true>;
  loadConversations: (more?: boolean) => Promise<void>;
  setFilters: (filters: Partial<Filters>) => void;
  loadConversation: (id: string, quietly?: boolean) => Promise<void>;
  newConversation: () => void;
  createConversation: (title: string, space?: string) => Promise<Conversation>;
  updateConversation: (id: string, change: Change) => Promise<boolean>;
  deleteConversation: (id: string) => void;
  exportConversation: (id: string, format: "markdown" | "json") => Promise<void>;
}

const PAGE = 50;
const NO_FILTERS: Filters = { search: "", space: null, tag: null };
let listRequest = 0;
let detailRequest = 0;

export const conversationsSlice: Slice<ConversationsSlice> = (set, get) => ({
  conversations: [],
  listState: "idle",
  listFailure: null,
  hasMore: false,
  filters: NO_FILTERS,
  spaces: [],
  tags: [],
  currentId: null,
  currentConversation: null,
  messages: [],
  isLoading: false,
  error: null,
  unread: {},

  loadConversations: async (more = false) => {
    listRequest += 1;
    const request = listRequest;
    const { filters, conversations } = get();
    if (get().listState !== "ready") set({ listState: "loading" });
    try {
      const query = {
        limit: more ? PAGE : Math.max(PAGE, Math.min(200, conversations.length)),
        offset: more ? conversations.length : 0,
        ...(filters.search ? { search: filters.search } : {}),
        ...(filters.space ? { space: filters.space } : {}),
        ...(filters.tag ? { tag: filters.tag } : {}),
      };
      const { data, response } = await listConversations({ query, throwOnError: true });
      if (request !== listRequest) return;
      const found = data.filter((each) => !isBeingRemoved(each.id));
      const known = new Set(conversations.map((each) => each.id));
      const all = more ? [...conversations, ...found.filter((each) => !known.has(each.id))] : found;
      set({
        conversations: all,
        listState: "ready",
        listFailure: null,
        hasMore: Number(response.headers.get("X-Total-Count") ?? 0) > query.offset + data.length,
        spaces: union(
          get().spaces,
          data.map((each) => each.space),
        ),
        tags: union(
          get().tags,
          data.flatMap((each) => each.tags),
        ),
      });
    } catch (error) {
      if (request === listRequest) set({ listState: "failed", listFailure: get().failed(error) });
    }
  },

  setFilters: (filters) => {
    set({ filters: { ...get().filters, ...filters } });
    void get().loadConversations();
  },

  loadConversation: async (id, quietly = false) => {
    detailRequest += 1;
    const request = detailRequest;
    const { [id]: _, ...unread } = get().unread;
    if (!quietly) {
      set({
        currentId: id,
        currentConversation: null,
        messages: [],
        isLoading: true,
        error: null,
        panel: null,
        unread,
      });
      get().showLive(id);
    }
    try {
      const { data } = await readConversation({ path: { conversation_id: id }, throwOnError: true });
      if (request !== detailRequest || get().currentId !== id) return;
      const { messages, active_run, ...conversation } = data;
      set({ currentConversation: conversation, isLoading: false, error: null });
      if (get().runs[id]) get().showLive(id, messages);
      else {
        set({ messages: keepUnchanged(get().messages, messages) });
        if (active_run) void get().follow(id, active_run);
      }
    } catch (error) {
      if (request !== detailRequest || get().currentId !== id) return;
      const failure = get().failed(error);
      // The reader did not ask for this one: it was only the last one that was open.
      if (isNotFound(error) && id === get().lastId) return get().newConversation();
      if (isNotFound(error)) set({ currentId: null, currentConversation: null, messages: [] });
      if (!quietly || isNotFound(error)) set({ error: failure, isLoading: false });
    }
  },

  newConversation: () => {
    detailRequest += 1;
    set({ currentId: null, currentConversation: null, messages: [], isLoading: false, error: null, panel: null });
    navigate("/");
  },

  createConversation: async (title, space) => {
    const body = { title, ...(space ? { space } : {}) };
    const { data } = await createConversation({ body, throwOnError: true });
    set({ conversations: [data, ...get().conversations], currentId: data.id, currentConversation: data });
    navigate(`/c/${data.id}`);
    return data;
  },

  updateConversation: async (id, change) => {
    const { active_message_id: _, ...shown } = change;
    const before = { conversations: get().conversations, currentConversation: get().currentConversation };
    const apply = (each: Conversation) => (each.id === id ? { ...each, ...shown } : each);
    const { currentConversation: current } = before;
    set({ conversations: before.conversations.map(apply), currentConversation: current && apply(current) });
    try {
      const { data } = await updateConversation({ path: { conversation_id: id }, body: change, throwOnError: true });
      set({
        conversations: get().conversations.map((each) => (each.id === id ? data : each)),
        spaces: union(get().spaces, [data.space]),
        tags: union(get().tags, data.tags),
      });
      tellOtherTabs({ conversationId: id });
      return true;
    } catch (error) {
      set(before);
      get().notify({ text: `${t.errors.rename} ${get().failed(error).text}`, tone: "error" });
      return false;
    }
  },

  deleteConversation: (id) => {
    const conversation = get().conversations.find((each) => each.id === id) ?? get().currentConversation;
    const place = get().conversations.findIndex((each) => each.id === id);
    const wasOnShow = get().currentId === id;
    const restore = () => {
      if (!conversation) return;
      const others = get().conversations.filter((each) => each.id !== id);
      set({ conversations: others.toSpliced(Math.max(0, place), 0, conversation) });
      if (wasOnShow) navigate(`/c/${id}`);
    };
    removeLater(id, (keepalive) => void remove(keepalive));
    set({ conversations: get().conversations.filter((each) => each.id !== id) });
    if (wasOnShow) get().newConversation();
    get().notify({
      text: t.sidebar.deleted(conversation?.title ?? ""),
      tone: "plain",
      undo: () => keepAfterAll(id) && restore(),
    });

    async function remove(keepalive: boolean): Promise<void> {
      try {
        await deleteConversation({ path: { conversation_id: id }, keepalive, throwOnError: true });
        tellOtherTabs({ conversationId: id });
      } catch (error) {
        if (isNotFound(error)) return;
        restore();
        get().notify({ text: `${t.errors.delete} ${get().failed(error).text}`, tone: "error" });
      }
    }
  },

  exportConversation: async (id, format) => {
    try {
      const { data, response } = await exportConversation({
        path: { conversation_id: id },
        query: { format },
        parseAs: "blob",
        throwOnError: true,
      });
      saveAs(data as unknown as Blob, response, `conversation.${format === "json" ? "json" : "md"}`);
    } catch (error) {
      get().notify({ text: `${t.errors.export} ${get().failed(error).text}`, tone: "error" });
    }
  },
});

function union(known: string[], found: string[]): string[] {
  const all = new Set([...known, ...found]);
  return all.size === known.length ? known : [...all].sort((a, b) => a.localeCompare(b));
}

/** The messages as the server has them, each the same object as before where nothing changed: rows need not render. */
export function keepUnchanged(before: Message[], now: Message[]): Message[] {
  const known = new Map(before.map((message) => [message.id, message]));
  return now.map((message) => {
    const kept = known.get(message.id);
    return kept && JSON.stringify(kept) === JSON.stringify(message) ? kept : message;
  });
}
