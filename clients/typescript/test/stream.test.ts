import { afterEach, expect, test } from "vitest";
import { ConnectionError, connect, followRun, ProblemError, type StreamEvent, streamChat } from "../src/index.js";
import { type Asked, beginStream, encoded, events, type Loopback, loopback, refuse, writeApart } from "./loopback.js";

let server: Loopback | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(...parameters: Parameters<typeof loopback>): Promise<Loopback> {
  server = await loopback(...parameters);
  return server;
}

function ask(url: string, options: Parameters<typeof streamChat>[1] = {}) {
  return streamChat({ message: "How long?" }, { client: connect({ baseUrl: url }), reconnectDelay: 5, ...options });
}

async function collected(stream: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  const all: StreamEvent[] = [];
  for await (const event of stream) all.push(event);
  return all;
}

async function failure(stream: AsyncIterable<StreamEvent>): Promise<{ seen: string[]; error: unknown }> {
  const seen: string[] = [];
  try {
    for await (const event of stream) seen.push(event.type);
  } catch (error) {
    return { seen, error };
  }
  throw new Error(`nothing was thrown after ${seen.join(", ")}`);
}

const posts = (all: Asked[]) => all.filter((one) => one.method === "POST");

test("events arrive in order, each with its id, up to the last", async () => {
  const { url, asked } = await serve((_, response) => {
    beginStream(response);
    response.end(encoded(1, events.start) + encoded(2, events.delta("Thirty ")) + encoded(3, events.done));
  });

  const all = await collected(ask(url, { idempotencyKey: "k1" }));

  expect(all.map((event) => [event.eventId, event.type])).toEqual([
    ["1", "start"],
    ["2", "delta"],
    ["3", "done"],
  ]);
  expect(asked).toHaveLength(1);
  expect(asked[0]?.headers["idempotency-key"]).toBe("k1");
  expect(JSON.parse(asked[0]?.body ?? "")).toEqual({ message: "How long?" });
});

test("CRLF split across chunks makes no false end of an event, nor does a split character", async () => {
  const whole =
    encoded(1, events.start, "\r\n") + encoded(2, events.delta("Müßig — 🦉"), "\r\n") + encoded(3, events.done, "\r\n");
  const bytes = Buffer.from(whole);
  const { url } = await serve(async (_, response) => {
    beginStream(response);
    let from = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      // After each CR, and in the middle of each character that takes several bytes.
      const cut = bytes[at] === 0x0d || (bytes[at] ?? 0) >= 0xc0;
      if (!cut) continue;
      response.write(bytes.subarray(from, at + 1));
      from = at + 1;
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    response.end(bytes.subarray(from));
  });

  const all = await collected(ask(url));

  expect(all.map((event) => event.type)).toEqual(["start", "delta", "done"]);
  expect(all[1]).toMatchObject({ text: "Müßig — 🦉" });
});

test("comments that keep the line open are no events", async () => {
  const { url } = await serve(async (_, response) => {
    beginStream(response);
    await writeApart(response, [encoded(1, events.start), ": still here\n\n", encoded(2, events.done)]);
    response.end();
  });

  expect((await collected(ask(url))).map((event) => event.type)).toEqual(["start", "done"]);
});

test("an error event is the last one and is not retried", async () => {
  const { url, asked } = await serve((_, response) => {
    beginStream(response);
    response.end(encoded(1, events.start) + encoded(2, events.error));
  });

  const all = await collected(ask(url));

  expect(all.at(-1)).toMatchObject({ type: "error", problem: { status: 502, detail: "It failed." } });
  expect(asked).toHaveLength(1);
});

test("a refusal is a problem, sent once and not again", async () => {
  const { url, asked } = await serve((_, response) =>
    refuse(response, 429, "Too much at once.", { "Retry-After": "7" }),
  );

  const { error } = await failure(ask(url));

  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ status: 429, detail: "Too much at once.", retryAfter: 7 });
  expect(posts(asked)).toHaveLength(1);
});

test("a passing fault of something in between does not send the question again either", async () => {
  const { url, asked } = await serve((_, response) => {
    response.writeHead(502, { "Content-Type": "text/html" });
    response.end("<h1>Bad gateway</h1>");
  });

  const { error } = await failure(ask(url));

  expect(error).toMatchObject({ name: "ProblemError", status: 502 });
  expect(posts(asked)).toHaveLength(1);
});

test("a connection that breaks in the middle goes on from the last event, and nothing comes twice", async () => {
  const { url, asked } = await serve(async (one, response) => {
    beginStream(response);
    if (one.method === "POST") {
      await writeApart(response, [encoded(1, events.start), encoded(2, events.delta("Thirty ")), "id: 3\nevent: del"]);
      response.destroy();
      return;
    }
    response.end(encoded(3, events.delta("days [1].")) + encoded(4, events.done));
  });

  const all = await collected(ask(url));

  expect(all.map((event) => event.eventId)).toEqual(["1", "2", "3", "4"]);
  expect(asked.map((one) => `${one.method} ${one.headers["last-event-id"] ?? "-"}`)).toEqual(["POST -", "GET 2"]);
  expect(asked[1]?.url).toBe(`/api/v1/chat/runs/${events.start.run_id}`);
});

test("a stream that ends without done is followed, not taken for finished", async () => {
  const { url, asked } = await serve((one, response) => {
    beginStream(response);
    response.end(one.method === "POST" ? encoded(1, events.start) : encoded(2, events.done));
  });

  const all = await collected(ask(url));

  expect(all.map((event) => event.type)).toEqual(["start", "done"]);
  expect(posts(asked)).toHaveLength(1);
});

test("a connection lost before the answer began is an error, for nobody knows the run", async () => {
  const { url, asked } = await serve((_, response) => {
    beginStream(response);
    response.end();
  });

  const { error } = await failure(ask(url));

  expect(error).toBeInstanceOf(ConnectionError);
  expect(asked).toHaveLength(1);
});

test("a connection that falls silent counts as lost", async () => {
  const { url } = await serve((one, response) => {
    beginStream(response);
    if (one.method === "POST") response.write(encoded(1, events.start));
    else response.end(encoded(2, events.done));
  });

  const all = await collected(ask(url, { silence: 80 }));

  expect(all.map((event) => event.type)).toEqual(["start", "done"]);
});

test("following gives up after the attempts it was given, and says so", async () => {
  const { url, asked } = await serve((one, response) => {
    if (one.method === "GET") return refuse(response, 503, "Restarting.");
    beginStream(response);
    response.end(encoded(1, events.start));
  });

  const { seen, error } = await failure(ask(url, { reconnects: 2 }));

  expect(seen).toEqual(["start"]);
  expect(error).toMatchObject({ status: 503 });
  expect(asked.map((one) => one.method)).toEqual(["POST", "GET", "GET", "GET"]);
});

test("a run that is not known is a problem at once", async () => {
  const { url, asked } = await serve((_, response) => refuse(response, 404, "No such run."));

  const { error } = await failure(followRun(events.start.run_id, { client: connect({ baseUrl: url }) }));

  expect(error).toMatchObject({ status: 404, detail: "No such run." });
  expect(asked).toHaveLength(1);
});

test("an abort ends the stream at once and is not taken for a loss", async () => {
  const { url, asked } = await serve((_, response) => {
    beginStream(response);
    response.write(encoded(1, events.start));
  });
  const controller = new AbortController();

  const { error } = await failure(
    (async function* aborting() {
      for await (const event of ask(url, { signal: controller.signal })) {
        yield event;
        controller.abort();
      }
    })(),
  );

  expect(error).toMatchObject({ name: "AbortError" });
  expect(asked).toHaveLength(1);
});

test("an event type narrows its fields", async () => {
  const { url } = await serve((_, response) => {
    beginStream(response);
    response.end(encoded(1, events.start) + encoded(2, events.delta("Hi")) + encoded(3, events.done));
  });

  let text = "";
  for await (const event of ask(url)) {
    if (event.type === "delta") text += event.text;
    if (event.type === "done") expect(event.message.content).toBe("Thirty days [1].");
  }

  expect(text).toBe("Hi");
});
