/** One answer while it is being made, and the thread it belongs to, wherever the reader is meanwhile. */

import type { CitationEvent, Message, Problem, Reference, StartEvent } from "../api";
import type { Mention } from "./drafts";

export interface LiveAnswer {
  text: string;
  sources: Reference[];
  phase: "searching" | "reading" | "writing";
  /** The connection is gone; the server goes on writing. */
  lost: boolean;
}

export interface Run {
  /** The conversation's id, or a made-up one as long as there is none. */
  readonly key: string;
  readonly runId: string | null;
  /** The answer's id, or a made-up one as long as there is none. */
  readonly messageId: string;
  readonly thread: Message[];
  readonly stopping: boolean;
}

export const NOTHING_YET: LiveAnswer = { text: "", sources: [], phase: "searching", lost: false };

const rowKeys = new Map<string, string>();

/** What a row is known by for as long as it is on show: a message keeps its row when it gets its real id. */
export function rowKey(id: string): string {
  return rowKeys.get(id) ?? id;
}

function temporary(role: Message["role"], parent: string | null, content: string, metadata = {}): Message {
  const id = `new-${crypto.randomUUID()}`;
  return {
    id,
    conversation_id: "",
    parent_id: parent,
    siblings: [id],
    role,
    content,
    created_at: new Date().toISOString(),
    metadata,
    sources: [],
  };
}

/** The thread with a question at its end and the place of its answer. */
export function askedIn(thread: Message[], content: string, mentions: Mention[]): Message[] {
  const question = temporary("user", thread.at(-1)?.id ?? null, content, mentions.length > 0 ? { mentions } : {});
  return withAnswerPlace([...thread, question]);
}

export function withAnswerPlace(thread: Message[]): Message[] {
  return [...thread, temporary("assistant", thread.at(-1)?.id ?? null, "", { status: "answering" })];
}

/** A run that begins here, and one that goes on from before a reload. */
export function runIn(key: string, thread: Message[], runId: string | null = null): Run {
  return { key, runId, messageId: thread.at(-1)?.id ?? "", thread, stopping: false };
}

/** The real ids are known. */
export function started(run: Run, event: StartEvent): Run {
  const place = run.thread.findIndex((message) => message.id === run.messageId);
  const thread = run.thread.map((message, index) => {
    if (index === place) return { ...message, id: event.message_id, conversation_id: event.conversation_id };
    if (index === place - 1 && message.role === "user") return event.user_message;
    return message;
  });
  for (const [index, message] of thread.entries()) {
    const before = run.thread[index];
    if (before && before.id !== message.id) rowKeys.set(message.id, rowKey(before.id));
  }
  return { ...run, key: event.conversation_id, runId: event.run_id, messageId: event.message_id, thread };
}

export function withAnswer(thread: Message[], id: string, answer: (before: Message) => Message): Message[] {
  return thread.map((message) => (message.id === id ? answer(message) : message));
}

export function withQuote(sources: Reference[], { number, quote }: CitationEvent): Reference[] {
  return sources.map((source) =>
    source.number === number ? { ...source, cited: true, quotes: [...source.quotes, quote] } : source,
  );
}

export function failedAnswer(message: Message, live: LiveAnswer, problem: Problem): Message {
  const metadata = { ...message.metadata, status: "failed", problem };
  return { ...message, content: live.text || message.content, sources: live.sources, metadata };
}
