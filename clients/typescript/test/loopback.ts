/** A small HTTP server on loopback that answers as each test says, byte by byte, and remembers what it was asked. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface Loopback {
  url: string;
  asked: Asked[];
  close: () => Promise<void>;
}

export async function loopback(answer: (asked: Asked, response: ServerResponse) => unknown): Promise<Loopback> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const one = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body };
    asked.push(one);
    await answer(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const ids = { run: "01890000-0000-7000-8000-000000000001", conversation: "01890000-0000-7000-8000-000000000002" };

export const message = {
  id: ids.run,
  conversation_id: ids.conversation,
  parent_id: null,
  siblings: [ids.run],
  role: "assistant",
  content: "Thirty days [1].",
  created_at: "2026-01-01T00:00:00Z",
  metadata: { status: "complete" },
  sources: [],
};

export const events = {
  start: {
    type: "start",
    run_id: ids.run,
    conversation_id: ids.conversation,
    user_message: { ...message, role: "user" },
    message_id: ids.run,
  },
  delta: (text: string) => ({ type: "delta", text }),
  done: { type: "done", message, sources: [], conversation_id: ids.conversation },
  error: { type: "error", problem: { type: "about:blank", title: "Model", status: 502, detail: "It failed." } },
};

export function encoded(id: number, event: { type: string }, newline = "\n"): string {
  return [`id: ${id}`, `event: ${event.type}`, `data: ${JSON.stringify(event)}`, "", ""].join(newline);
}

export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.flushHeaders();
}

/** Write the pieces so that each arrives on its own. */
export async function writeApart(response: ServerResponse, pieces: string[]): Promise<void> {
  for (const piece of pieces) {
    response.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

export function refuse(response: ServerResponse, status: number, detail: string, headers = {}): void {
  response.writeHead(status, { "Content-Type": "application/problem+json", ...headers });
  response.end(JSON.stringify({ type: "about:blank", title: "Refused", status, detail }));
}
