/** The API as the page's tests meet it: a small server with state, in front of the real client. */

import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import type { AnswerEvent, Conversation, Message, Reference, Source } from "../api";

export interface Script {
  /** Sends events to whoever follows the run. */
  send: (...events: AnswerEvent[]) => void;
  end: () => void;
  runId: string;
  body: Record<string, unknown>;
  key: string | null;
}

interface State {
  conversations: Conversation[];
  messages: Record<string, Message[]>;
  sources: Source[];
  texts: Record<string, string>;
  requests: string[];
  activeRun: string | null;
  /** Called for each question; without it, a question waits for ever. */
  onAsk: ((script: Script) => void) | null;
}

export const state: State = fresh();

function fresh(): State {
  return { conversations: [], messages: {}, sources: [], texts: {}, requests: [], activeRun: null, onAsk: null };
}

export function resetServer(): void {
  Object.assign(state, fresh());
  count = 0;
}

let count = 0;

export function uuid(): string {
  count += 1;
  return `01890000-0000-7000-8000-${String(count).padStart(12, "0")}`;
}

export function conversation(part: Partial<Conversation> = {}): Conversation {
  const made: Conversation = {
    id: uuid(),
    title: "Owls",
    space: "default",
    tags: [],
    metadata: {},
    created_at: new Date().toISOString(),
    updated_at: new Date().toISOString(),
    message_count: 0,
    last_message_preview: null,
    ...part,
  };
  state.conversations.push(made);
  state.messages[made.id] ??= [];
  return made;
}

export function message(of: string, role: Message["role"], content: string, part: Partial<Message> = {}): Message {
  const id = part.id ?? uuid();
  const made: Message = {
    id,
    conversation_id: of,
    parent_id: state.messages[of]?.at(-1)?.id ?? null,
    siblings: [id],
    role,
    content,
    created_at: new Date().toISOString(),
    metadata: role === "assistant" ? { status: "complete", model: "m", provider: "p" } : {},
    sources: [],
    ...part,
  };
  state.messages[of] = [...(state.messages[of] ?? []), made];
  return made;
}

export function source(part: Partial<Source> = {}): Source {
  const made: Source = {
    id: uuid(),
    url: "handbook.md",
    title: "handbook.md",
    type: "document",
    last_updated: new Date().toISOString(),
    passages: 3,
    size: 1200,
    status: "ready",
    problem: null,
    ...part,
  };
  state.sources.push(made);
  return made;
}

export function reference(of: Source, number: number, quote: string, text: string): Reference {
  const start = [...text.slice(0, text.indexOf(quote))].length;
  return {
    number,
    source_id: of.id,
    url: of.url,
    title: of.title,
    type: of.type,
    passage_id: uuid(),
    text,
    score: 0.9,
    start: 0,
    end: [...text].length,
    page: null,
    section: null,
    cited: true,
    quotes: [{ text: quote, start, end: start + [...quote].length, verified: true }],
  };
}

export function problem(status: number, detail: string, headers: Record<string, string> = {}) {
  return HttpResponse.json(
    { type: "about:blank", title: "Problem", status, detail },
    { status, headers: { "Content-Type": "application/problem+json", ...headers } },
  );
}

function list<T>(items: T[]) {
  return HttpResponse.json(items, { headers: { "X-Total-Count": String(items.length) } });
}

const API = "http://quoth.test/api/v1";

export const handlers = [
  http.get("http://quoth.test/health/ready", () => HttpResponse.json({ status: "ok", components: {} })),
  http.get(`${API}/conversations`, ({ request }) => {
    const query = new URL(request.url).searchParams;
    const search = query.get("search")?.toLowerCase() ?? "";
    return list(
      state.conversations
        .filter((each) => each.title.toLowerCase().includes(search))
        .filter((each) => !query.get("space") || each.space === query.get("space"))
        .filter((each) => !query.get("tag") || each.tags.includes(query.get("tag") ?? "")),
    );
  }),
  http.get(`${API}/conversations/:id`, ({ params }) => {
    const found = state.conversations.find((each) => each.id === params.id);
    if (!found) return problem(404, "No such conversation.");
    return HttpResponse.json({ ...found, messages: state.messages[found.id] ?? [], active_run: state.activeRun });
  }),
  http.put(`${API}/conversations/:id`, async ({ params, request }) => {
    const change = (await request.json()) as Partial<Conversation>;
    state.requests.push(`PUT ${JSON.stringify(change)}`);
    const found = state.conversations.find((each) => each.id === params.id);
    if (!found) return problem(404, "No such conversation.");
    Object.assign(found, change);
    return HttpResponse.json(found);
  }),
  http.delete(`${API}/conversations/:id`, ({ params }) => {
    state.requests.push(`DELETE ${params.id}`);
    state.conversations = state.conversations.filter((each) => each.id !== params.id);
    return new HttpResponse(null, { status: 204 });
  }),
  http.put(`${API}/conversations/:id/messages/:message/feedback`, async ({ params, request }) => {
    const feedback = await request.json();
    state.requests.push(`RATE ${JSON.stringify(feedback)}`);
    const found = state.messages[String(params.id)]?.find((each) => each.id === params.message);
    return HttpResponse.json({ ...found, metadata: { ...found?.metadata, feedback } });
  }),
  http.get(`${API}/sources`, ({ request }) => {
    const search = new URL(request.url).searchParams.get("search")?.toLowerCase() ?? "";
    return list(state.sources.filter((each) => each.title.toLowerCase().includes(search)));
  }),
  http.post(`${API}/search`, () => HttpResponse.json([])),
  http.get(`${API}/sources/:id`, ({ params }) => {
    const found = state.sources.find((each) => each.id === params.id);
    return found ? HttpResponse.json(found) : problem(404, "No such source.");
  }),
  http.get(`${API}/sources/:id/text`, ({ params }) => {
    const text = state.texts[String(params.id)];
    return text === undefined ? problem(404, "No such source.") : HttpResponse.text(text);
  }),
  http.post(`${API}/chat/stream`, async ({ request }) => {
    const body = (await request.json()) as Record<string, unknown>;
    return run(body, request.headers.get("Idempotency-Key"));
  }),
  http.get(`${API}/chat/runs/:id`, ({ params }) => run({ follow: params.id }, null)),
  http.delete(`${API}/chat/runs/:id`, ({ params }) => {
    state.requests.push(`STOP ${params.id}`);
    return new HttpResponse(null, { status: 204 });
  }),
];

function run(body: Record<string, unknown>, key: string | null) {
  const encoder = new TextEncoder();
  let id = 0;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      state.onAsk?.({
        runId: uuid(),
        body,
        key,
        send: (...events) => {
          for (const event of events) {
            id += 1;
            controller.enqueue(encoder.encode(`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`));
          }
        },
        end: () => controller.close(),
      });
    },
  });
  return new HttpResponse(stream, { headers: { "Content-Type": "text/event-stream" } });
}

export const server = setupServer(...handlers);
