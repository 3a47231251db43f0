/** Following an answer: its events into the store, through lost connections, to its end. */

import { navigate } from "wouter/use-browser-location";
import type { Message } from "../api";
import { ConnectionError, followRun, ProblemError, type StreamEvent, stopRun } from "../api";
import type { State } from "../app/store";
import { tellOtherTabs } from "../app/tabs";
import { t } from "../strings";
import { failedAnswer, type LiveAnswer, NOTHING_YET, type Run, started, withAnswer, withQuote } from "./run";

export type SetState = (part: Partial<State>) => void;
export type GetState = () => State;

export const STREAM = { reconnects: 1, reconnectDelay: 300 };

const BATCH_MILLISECONDS = 33;

/** Keep the run, and show its thread if it is the one on show. */
export function show(set: SetState, get: GetState, run: Run): void {
  const { live, currentId, pending } = get();
  const shown = currentId === run.key || (currentId === null && pending === run.key);
  set({
    runs: { ...get().runs, [run.key]: run },
    ...(live[run.messageId] ? {} : { live: { ...live, [run.messageId]: NOTHING_YET } }),
    ...(shown ? { messages: run.thread } : {}),
  });
}

export function end(set: SetState, get: GetState, run: Run): void {
  const { [run.key]: _, ...runs } = get().runs;
  const { [run.messageId]: __, ...live } = get().live;
  set({ runs, live });
}

/**
 * Follow the run to its end. Throws only what happened before the run began; later, a lost connection is waited out and
 * a run that is no longer known is read from where it was stored.
 */
export async function consume(
  set: SetState,
  get: GetState,
  begun: Run,
  events: AsyncIterable<StreamEvent>,
): Promise<void> {
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
    private readonly set: SetState,
    private readonly get: GetState,
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

export async function requestStop(get: GetState, runId: string): Promise<void> {
  const { error } = await stopRun({ path: { run_id: runId } });
  if (error) get().notify({ text: get().failed(error).text, tone: "error" });
}

/** Resolves when the connection is no longer known to be lost. */
function connectionIsBack(get: GetState): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (get().connection === "ok" ? resolve() : void setTimeout(look, 500));
    look();
  });
}
