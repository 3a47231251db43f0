/** The client as a stranger would use it, against a real `quoth serve`. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Client,
  characters,
  chat,
  connect,
  createConversation,
  deleteConversation,
  exportConversation,
  followRun,
  listConversations,
  listSources,
  ProblemError,
  rateMessage,
  readConversation,
  readiness,
  readSource,
  readSourceText,
  type Source,
  type StreamEvent,
  streamChat,
  updateConversation,
  uploadSources,
} from "../src/index.js";

const COMMAND = process.env.QUOTH_TEST_COMMAND ?? resolve(import.meta.dirname, "../../../.venv/bin/quoth");
const TEXT =
  "# Rules 🦉\n\nThe notice period is thirty days. It begins on the first of a month.\n\nDogs are welcome.\n";

let folder: string;
let server: ChildProcess;
let client: Client;
let source: Source;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "quoth-client-"));
  const own = Object.entries(process.env).filter(([name]) => !/^(QUOTH|ANTHROPIC)_/.test(name));
  server = spawn(COMMAND, ["serve", "--port", "0", "--data-dir", folder], {
    env: { ...Object.fromEntries(own), PYTHONUNBUFFERED: "1" },
  });
  client = connect({ baseUrl: await addressOf(server) });
  // It says where it will be a moment before it is there.
  while (!(await readiness({ client }).catch(() => undefined))) await new Promise((done) => setTimeout(done, 50));
  source = await ready(await uploadSources([new File([TEXT], "rules.md")], { client }));
});

afterAll(async () => {
  const ended = new Promise((done) => server.once("exit", done));
  server.kill();
  await ended;
  await rm(folder, { recursive: true, force: true });
});

async function addressOf(process: ChildProcess): Promise<string> {
  let said = "";
  return await new Promise((done, failed) => {
    const listen = (data: Buffer) => {
      said += data;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (address) done(address);
    };
    process.stdout?.on("data", listen);
    process.stderr?.on("data", listen);
    process.once("exit", () => failed(new Error(`quoth serve ended: ${said}`)));
  });
}

async function ready([added]: Source[]): Promise<Source> {
  for (;;) {
    const { data } = await readSource({ client, path: { source_id: added?.id ?? "" }, throwOnError: true });
    if (data.status !== "indexing") return data;
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function collected(stream: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  const all: StreamEvent[] = [];
  for await (const event of stream) all.push(event);
  return all;
}

test("the server is ready and knows the source that was added", async () => {
  expect((await readiness({ client })).status).toBe("ok");
  expect(source).toMatchObject({ title: expect.stringMatching(/rules/i), status: "ready", type: "document" });
  const { data } = await listSources({ client, query: { search: "rul" } });
  expect(data?.map((each) => each.id)).toEqual([source.id]);
});

test("an answer streams, and its quotes are the very words of the source", async () => {
  const events = await collected(streamChat({ message: "How long is the notice period?" }, { client }));

  expect(events[0]?.type).toBe("start");
  const last = events.at(-1);
  if (last?.type !== "done") throw new Error(`ended with ${last?.type}`);
  const text = events.flatMap((event) => (event.type === "delta" ? [event.text] : [])).join("");
  expect(text).toBe(last.message.content);
  expect(text).toContain("thirty days");
  const quotes = last.sources.flatMap((reference) => reference.quotes);
  expect(quotes.length).toBeGreaterThan(0);
  const { data } = await readSourceText({ client, path: { source_id: source.id }, throwOnError: true });
  expect(data).toBe(TEXT);
  for (const quote of quotes) {
    expect(quote.verified).toBe(true);
    expect(characters(data, quote.start, quote.end)).toBe(quote.text);
  }
});

test("a run can be followed again, from its start or from any event", async () => {
  const events = await collected(streamChat({ message: "Are dogs welcome?" }, { client }));
  const [start] = events;
  if (start?.type !== "start") throw new Error("it begins with start");

  const again = await collected(followRun(start.run_id, { client }));
  const rest = await collected(followRun(start.run_id, { client, after: events[1]?.eventId ?? "" }));

  expect(again).toEqual(events);
  expect(rest).toEqual(events.slice(2));
});

test("a question that is sent twice under one key is asked once", async () => {
  const body = { message: "When does it begin?" };
  const first = await collected(streamChat(body, { client, idempotencyKey: "only-once" }));
  const second = await collected(streamChat(body, { client, idempotencyKey: "only-once" }));

  expect(second).toEqual(first);
});

test("conversations are made, changed, exported and deleted", async () => {
  const { data: made } = await createConversation({
    client,
    body: { title: "Notes", tags: ["a"] },
    throwOnError: true,
  });
  const path = { conversation_id: made.id };
  await chat({ client, body: { message: "Are dogs welcome?", conversation_id: made.id }, throwOnError: true });
  await updateConversation({ client, path, body: { title: "Dogs", space: "work" }, throwOnError: true });

  const { data: read } = await readConversation({ client, path, throwOnError: true });
  expect(read).toMatchObject({ title: "Dogs", space: "work", tags: ["a"], message_count: 2, active_run: null });
  const answer = read.messages[1];
  if (!answer) throw new Error("there is an answer");
  const rated = await rateMessage({
    client,
    path: { ...path, message_id: answer.id },
    body: { rating: "up" },
    throwOnError: true,
  });
  expect(rated.data.metadata.feedback).toMatchObject({ rating: "up" });
  const { data: found } = await listConversations({ client, query: { search: "dogs", space: "work" } });
  expect(found?.map((each) => each.id)).toEqual([made.id]);
  const { data: file } = await exportConversation({ client, path, parseAs: "text", throwOnError: true });
  expect(file).toContain("Are dogs welcome?");

  await deleteConversation({ client, path, throwOnError: true });
  const { error } = await readConversation({ client, path });
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ status: 404 });
});

test("a refused body names its faults", async () => {
  const { error } = await createConversation({ client, body: { title: "" } });

  expect(error).toMatchObject({ status: 400, errors: [{ pointer: "/title" }] });
});
