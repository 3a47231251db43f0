/** Asking, and following answers while they are being written. */

import { type ChatRequest, followRun, type Message, rateMessage, streamChat } from "../api";
import type { Failure } from "../api/failure";
import type { Slice } from "../app/store";
import { keepUnchanged } from "./conversations";
import { EMPTY_DRAFT, type Mention, NEW } from "./drafts";
import { consume, end, type GetState, requestStop, type SetState, STREAM, show } from "./following";
import { askedIn, type LiveAnswer, type Run, runIn, withAnswer, withAnswerPlace } from "./run";

export interface SendFailure {
  failure: Failure;
  text: string;
  /** Sent again with the same key, a question is never taken twice. */
  idempotencyKey: string;
}

export interface AnswersSlice {
  /** By conversation. */
  runs: Record<string, Run>;
  /** By message: what a row reads while its answer grows. No other row reads it. */
  live: Record<string, LiveAnswer>;
  /** The run on show in a conversation that has no id yet. */
  pending: string | null;
  /** The question that was asked last in this page: it goes to the top. */
  asked: string | null;
  sendFailures: Record<string, SendFailure>;
  sendMessage: (content: string, useRag?: boolean, mentions?: Mention[]) => Promise<void>;
  regenerate: (messageId: string) => Promise<void>;
  edit: (messageId: string, content: string) => Promise<void>;
  follow: (conversationId: string, runId: string) => Promise<void>;
  stop: () => Promise<void>;
  switchVersion: (messageId: string) => Promise<void>;
  rate: (messageId: string, rating: "up" | "down" | null, comment?: string) => Promise<void>;
  showLive: (conversationId: string, messages?: Message[]) => void;
}

export const answersSlice: Slice<AnswersSlice> = (set, get) => ({
  runs: {},
  live: {},
  pending: null,
  asked: null,
  sendFailures: {},

  sendMessage: async (content, useRag = true, mentions = []) => {
    const draftKey = get().currentId ?? NEW;
    const { [draftKey]: last, ...sendFailures } = get().sendFailures;
    const idempotencyKey = last?.text === content ? last.idempotencyKey : crypto.randomUUID();
    const thread = askedIn(get().messages, content, mentions);
    const run = runIn(get().currentId ?? `pending-${crypto.randomUUID()}`, thread);
    get().setDraft(draftKey, EMPTY_DRAFT);
    const uploads = get().uploads.filter((upload) => upload.step !== "ready");
    set({ uploads, sendFailures, asked: thread.at(-2)?.id ?? null, pending: get().currentId ? null : run.key });
    show(set, get, run);
    try {
      const body: ChatRequest = {
        message: content,
        use_rag: useRag,
        ...(get().currentId ? { conversation_id: get().currentId ?? "" } : {}),
        ...(mentions.length > 0 ? { sources: mentions.map((mention) => mention.id) } : {}),
      };
      await consume(set, get, run, streamChat(body, { ...STREAM, idempotencyKey }));
    } catch (error) {
      const failure = get().failed(error);
      end(set, get, run);
      if (get().currentId === run.key || get().pending === run.key) set({ messages: thread.slice(0, -2), asked: null });
      const text = content;
      get().setDraft(draftKey, { text, mentions });
      set({ sendFailures: { ...get().sendFailures, [draftKey]: { failure, text, idempotencyKey } } });
      if (failure.status === 409 && get().currentId) void get().loadConversation(get().currentId ?? "", true);
    }
  },

  regenerate: async (messageId) => {
    const place = get().messages.findIndex((message) => message.id === messageId);
    const base = get().messages.slice(0, place);
    await askAgain(set, get, withAnswerPlace(base), { regenerate: messageId }, base.at(-1)?.id ?? null);
  },

  edit: async (messageId, content) => {
    const place = get().messages.findIndex((message) => message.id === messageId);
    const before = get().messages[place];
    const mentions = mentionsOf(before).filter((mention) => content.includes(`@${mention.title}`));
    const thread = askedIn(get().messages.slice(0, place), content, mentions);
    const body: ChatRequest = {
      message: content,
      parent_id: before?.parent_id ?? null,
      ...(mentions.length > 0 ? { sources: mentions.map((mention) => mention.id) } : {}),
    };
    await askAgain(set, get, thread, body, thread.at(-2)?.id ?? null);
  },

  follow: async (conversationId, runId) => {
    if (get().runs[conversationId]) return;
    const run = { ...runIn(conversationId, get().messages, runId), messageId: runId };
    show(set, get, run);
    await consume(set, get, run, followRun(runId, STREAM)).catch((error: unknown) => {
      get().failed(error);
      end(set, get, run);
    });
  },

  stop: async () => {
    const key = get().currentId ?? get().pending ?? "";
    const run = get().runs[key];
    if (!run) return;
    set({ runs: { ...get().runs, [key]: { ...run, stopping: true } } });
    if (run.runId) await requestStop(get, run.runId);
  },

  switchVersion: async (messageId) => {
    const id = get().currentId;
    if (!id) return;
    if (await get().updateConversation(id, { active_message_id: messageId })) await get().loadConversation(id, true);
  },

  rate: async (messageId, rating, comment) => {
    const message = get().messages.find((each) => each.id === messageId);
    if (!message) return;
    const feedback = rating ? { rating, comment: comment ?? null } : undefined;
    const replace = (now: Message) => set({ messages: withAnswer(get().messages, messageId, () => now) });
    replace({ ...message, metadata: { ...message.metadata, feedback } });
    try {
      const path = { conversation_id: message.conversation_id, message_id: messageId };
      const { data } = await rateMessage({
        path,
        body: { rating, ...(comment ? { comment } : {}) },
        throwOnError: true,
      });
      replace(data);
    } catch (error) {
      replace(message);
      get().notify({ text: get().failed(error).text, tone: "error" });
    }
  },

  showLive: (conversationId, messages) => {
    const run = get().runs[conversationId];
    if (!run) return;
    const stored = messages?.some((message) => message.id === run.messageId) ? messages : undefined;
    show(set, get, stored ? { ...run, thread: keepUnchanged(run.thread, stored) } : run);
  },
});

export function mentionsOf(message: Message | undefined): Mention[] {
  const mentions = message?.metadata.mentions;
  return Array.isArray(mentions) ? (mentions as Mention[]) : [];
}

async function askAgain(
  set: SetState,
  get: GetState,
  thread: Message[],
  body: ChatRequest,
  asked: string | null,
): Promise<void> {
  const id = get().currentId;
  if (!id || get().runs[id]) return;
  const before = get().messages;
  const run = runIn(id, thread);
  set({ asked });
  show(set, get, run);
  try {
    const request = { ...body, conversation_id: id };
    await consume(set, get, run, streamChat(request, { ...STREAM, idempotencyKey: crypto.randomUUID() }));
  } catch (error) {
    end(set, get, run);
    if (get().currentId === id) set({ messages: before });
    get().notify({ text: get().failed(error).text, tone: "error" });
  }
}
