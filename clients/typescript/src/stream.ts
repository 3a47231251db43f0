/**
 * Answers as they are written. Hand-written: what is generated would send a POST again whenever a connection breaks.
 */

import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { Client } from "./generated/client/index.js";
import { client as defaultClient } from "./generated/client.gen.js";
import type {
  ChatRequest,
  CitationEvent,
  DeltaEvent,
  DoneEvent,
  ErrorEvent,
  SourcesEvent,
  StartEvent,
} from "./generated/index.js";
import { asError, ConnectionError, isAbort, ProblemError } from "./problem.js";

/** One event of an answer, told apart by its `type`. */
export type AnswerEvent = StartEvent | SourcesEvent | DeltaEvent | CitationEvent | DoneEvent | ErrorEvent;

/** An event with its place in the run: `followRun(run, { after: eventId })` goes on behind it. */
export type StreamEvent = AnswerEvent & { readonly eventId: string };

export interface StreamOptions {
  client?: Client;
  signal?: AbortSignal;
  /** How often a lost connection is taken up again without anything arriving in between. */
  reconnects?: number;
  /** Milliseconds before the first of those attempts; each next one waits twice as long. */
  reconnectDelay?: number;
  /** Milliseconds without a byte after which a connection counts as lost. The server sends one every 15 s at least. */
  silence?: number;
}

export interface ChatOptions extends StreamOptions {
  /** Names this question, so that the server never takes it twice. */
  idempotencyKey?: string;
}

export interface FollowOptions extends StreamOptions {
  /** The event to go on behind; left out: the run from its start. */
  after?: string;
}

const RECONNECTS = 5;
const RECONNECT_DELAY = 300;
const SILENCE = 40_000;
const PASSING = new Set([502, 503, 504]);

/**
 * Ask, and follow the answer. The question is sent exactly once. Should the connection be lost behind the `start`
 * event, the run is followed from the last event that arrived; the last event is always `done` or `error`.
 *
 * @throws ProblemError where the server refuses the question; ConnectionError where nobody can be reached.
 */
export async function* streamChat(body: ChatRequest, options: ChatOptions = {}): AsyncGenerator<StreamEvent, void> {
  const client = options.client ?? defaultClient;
  const headers: Record<string, string> = { Accept: "text/event-stream", "Content-Type": "application/json" };
  if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
  const bytes = await opened(
    client.post({ url: "/api/v1/chat/stream", body, headers, parseAs: "stream", signal: options.signal ?? null }),
  );
  let run: string | undefined;
  let after: string | undefined;
  try {
    for await (const event of eventsOf(bytes, options)) {
      if (event.type === "start") run = event.run_id;
      after = event.eventId;
      yield event;
      if (isLast(event)) return;
    }
  } catch (error) {
    if (run === undefined || !isLoss(error)) throw error;
  }
  if (run === undefined) throw new ConnectionError("The connection was lost before the answer began.");
  yield* followRun(run, after === undefined ? options : { ...options, after });
}

/**
 * Follow an answer from its start or from behind an event, however often the connection breaks.
 *
 * @throws ProblemError where the run is not known (any more); ConnectionError where nobody can be reached.
 */
export async function* followRun(runId: string, options: FollowOptions = {}): AsyncGenerator<StreamEvent, void> {
  const attempts = options.reconnects ?? RECONNECTS;
  let after = options.after;
  let failed = 0;
  for (;;) {
    try {
      for await (const event of eventsOf(await openRun(runId, after, options), options)) {
        after = event.eventId;
        failed = 0;
        yield event;
        if (isLast(event)) return;
      }
    } catch (error) {
      if (!isLoss(error)) throw error;
      if (failed >= attempts) throw error;
    }
    if (failed >= attempts) throw new ConnectionError("The answer stopped before it was complete.");
    await pause((options.reconnectDelay ?? RECONNECT_DELAY) * 2 ** failed, options.signal);
    failed += 1;
  }
}

function openRun(
  runId: string,
  after: string | undefined,
  options: StreamOptions,
): Promise<ReadableStream<Uint8Array>> {
  const client = options.client ?? defaultClient;
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  if (after !== undefined) headers["Last-Event-ID"] = after;
  const url = "/api/v1/chat/runs/{run_id}";
  return opened(
    client.get({ url, path: { run_id: runId }, headers, parseAs: "stream", signal: options.signal ?? null }),
  );
}

interface Opened {
  data?: unknown;
  error?: unknown;
  response?: Response | undefined;
}

async function opened(request: Promise<Opened>): Promise<ReadableStream<Uint8Array>> {
  const { data, error, response } = await request;
  if (error !== undefined) throw asError(error, response);
  if (!(data instanceof ReadableStream)) throw new ConnectionError("The server sent no stream.");
  return data as ReadableStream<Uint8Array>;
}

/** The events in these bytes. Ends where they end; throws a ConnectionError where they break off or fall silent. */
async function* eventsOf(bytes: ReadableStream<Uint8Array>, options: StreamOptions): AsyncGenerator<StreamEvent, void> {
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => arrived.push(event) });
  const decoder = new TextDecoder();
  const reader = bytes.getReader();
  try {
    for (;;) {
      const { done, value } = await nextChunk(reader, options);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      for (const event of arrived.splice(0)) yield decoded(event);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

async function nextChunk(reader: ReadableStreamDefaultReader<Uint8Array>, options: StreamOptions) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<never>((_, reject) => {
    const lost = () => reject(new ConnectionError("The connection fell silent."));
    timer = setTimeout(lost, options.silence ?? SILENCE);
  });
  try {
    return await Promise.race([reader.read(), silent]);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof ConnectionError || isAbort(error)) throw error;
    throw new ConnectionError("The connection was lost.", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function decoded(event: EventSourceMessage): StreamEvent {
  return { ...(JSON.parse(event.data) as AnswerEvent), eventId: event.id ?? "" };
}

function isLast(event: AnswerEvent): boolean {
  return event.type === "done" || event.type === "error";
}

/** Whether following once more may help: the line is dead, or something in between has a passing fault. */
function isLoss(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof ProblemError && PASSING.has(error.status));
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
