/** Asking, and following answers while they are being written. */

import { navigate } from "wouter/use-browser-location";
import {
  type ChatRequest,
  ConnectionError,
  followRun,
  type Message,
  ProblemError,
  rateMessage,
  type StreamEvent,
  stopRun,
  streamChat,
} from "../api";
import type { Failure } from "../api/failure";
import type { Slice, State } from "../app/store";
import { tellOtherTabs } from "../app/tabs";
import { t } from "../strings";
import { keepUnchanged } from "./conversations";
import { EMPTY_DRAFT, type Mention, NEW } from "./drafts";
import {
  askedIn,
  failedAnswer,
  type LiveAnswer,
  NOTHING_YET,
  type Run,
  runIn,
  started,
  withAnswer,
  withAnswerPlace,
  withQuote,
} from "./run";

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

const BATCH_MILLISECONDS = 33;
const STREAM = { reconnects: 1, reconnectDelay: 300 };

type Set = (part: Partial<State>) => void;
type Get = () => State;

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

async function askAgain(set: Set, get: Get, thread: Message[], body: ChatRequest, asked: string | null): Promise<void> {
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

/** Keep the run, and show its thread if it is the one on show. */
function show(set: Set, get: Get, run: Run): void {
  const { live, currentId, pending } = get();
  const shown = currentId === run.key || (currentId === null && pending === run.key);
  set({
    runs: { ...get().runs, [run.key]: run },
    ...(live[run.messageId] ? {} : { live: { ...live, [run.messageId]: NOTHING_YET } }),
    ...(shown ? { messages: run.thread } : {}),
  });
}

function end(set: Set, get: Get, run: Run): void {
  const { [run.key]: _, ...runs } = get().runs;
  const { [run.messageId]: __, ...live } = get().live;
  set({ runs, live });
}

/**
 * Follow the run to its end. Throws only what happened before the run began; later, a lost connection is waited out and
 * a run that is no longer known is read from where it was stored.
 */
async function consume(set: Set, get: Get, begun: Run, events: AsyncIterable<StreamEvent>): Promise<void> {
  const following = new Following(set, get, begun);
  let source = events;
  for (;;) {
    try {
      for await (const event of source) following.take(event);
      following.flush();
      return;
    } catch (error) {
      following.flush();
      const { runId } = following.run;
      if (!runId) throw error;
      get().failed(error);
      if (!(error instanceof ConnectionError || (error instanceof ProblemError && error.status >= 502))) {
        following.endAsStored();
        return;
      }
      following.setLive({ lost: true });
      await connectionIsBack(get);
      following.setLive({ lost: false });
      source = followRun(runId, { ...STREAM, ...(following.after ? { after: following.after } : {}) });
    }
  }
}

/** Takes events into the store, text in batches. */
class Following {
  after: string | undefined;
  private text = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly set: Set,
    private readonly get: Get,
    private begun: Run,
  ) {}

  get run(): Run {
    return this.get().runs[this.begun.key] ?? this.begun;
  }

  take(event: StreamEvent): void {
    this.after = event.eventId;
    if (event.type === "delta") {
      this.text += event.text;
      this.timer ??= setTimeout(() => this.flush(), BATCH_MILLISECONDS);
      return;
    }
    this.flush();
    if (event.type === "start") this.start(event);
    else if (event.type === "sources") this.setLive({ sources: event.sources, phase: "reading" });
    else if (event.type === "citation") this.setLive({ sources: withQuote(this.live.sources, event) });
    else if (event.type === "done") this.finish(() => event.message);
    else this.finish((before) => failedAnswer(before, this.live, event.problem));
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.text) return;
    const added = this.text;
    this.text = "";
    this.setLive({ text: this.live.text + added, phase: "writing" });
  }

  setLive(part: Partial<LiveAnswer>): void {
    const { messageId } = this.run;
    this.set({ live: { ...this.get().live, [messageId]: { ...this.live, ...part } } });
  }

  endAsStored(): void {
    const run = this.run;
    end(this.set, this.get, run);
    if (this.get().currentId === run.key) void this.get().loadConversation(run.key, true);
  }

  private get live(): LiveAnswer {
    return this.get().live[this.run.messageId] ?? NOTHING_YET;
  }

  private start(event: Extract<StreamEvent, { type: "start" }>): void {
    const before = this.run;
    const wasPending = this.get().pending === before.key && this.get().currentId === null;
    const run = started(before, event);
    this.begun = run;
    // What was followed from its start after a reload begins anew: its text comes again from the first word.
    const { [before.messageId]: kept, ...live } = this.get().live;
    const { [before.key]: _, ...runs } = this.get().runs;
    this.set({ runs, live: { ...live, [run.messageId]: { ...(kept ?? NOTHING_YET), text: "" } } });
    if (this.get().asked === before.thread.at(-2)?.id) this.set({ asked: run.thread.at(-2)?.id ?? null });
    if (wasPending) this.set({ currentId: run.key, pending: null });
    show(this.set, this.get, run);
    if (wasPending) {
      navigate(`/c/${run.key}`);
      const { space } = this.get().filters;
      // A question asked while one space is on show belongs there.
      if (space) void this.get().updateConversation(run.key, { space });
      void this.get().loadConversation(run.key, true);
    }
    if (before.stopping && run.runId) void requestStop(this.get, run.runId);
    this.get().announce(t.thread.answering);
    void this.get().loadConversations();
    tellOtherTabs({ conversationId: run.key });
  }

  private finish(answer: (before: Message) => Message): void {
    const run = this.run;
    const thread = withAnswer(run.thread, run.messageId, answer);
    const status = thread.find((message) => message.id === run.messageId)?.metadata.status;
    const shown = this.get().currentId === run.key;
    if (shown) this.set({ messages: thread });
    else this.set({ unread: { ...this.get().unread, [run.key]: true } });
    end(this.set, this.get, run);
    this.get().announce(
      status === "stopped" ? t.thread.stopped : status === "failed" ? t.thread.failedAnswer : t.thread.ready,
    );
    if (shown) void this.get().loadConversation(run.key, true);
    void this.get().loadConversations();
    tellOtherTabs({ conversationId: run.key });
  }
}

async function requestStop(get: Get, runId: string): Promise<void> {
  const { error } = await stopRun({ path: { run_id: runId } });
  if (error) get().notify({ text: get().failed(error).text, tone: "error" });
}

/** Resolves when the connection is no longer known to be lost. */
function connectionIsBack(get: Get): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (get().connection === "ok" ? resolve() : void setTimeout(look, 500));
    look();
  });
}
