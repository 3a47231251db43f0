import { afterEach, expect, test } from "vitest";
import {
  ConnectionError,
  characters,
  connect,
  createConversation,
  listConversations,
  ProblemError,
  readiness,
  readSourceText,
  uploadSources,
  utf16Offset,
} from "../src/index.js";
import { type Loopback, loopback, refuse } from "./loopback.js";

let server: Loopback | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

test("a token goes with every request, also one that changes", async () => {
  server = await loopback((_, response) => response.writeHead(200, { "Content-Type": "application/json" }).end("[]"));
  let token = "first";
  const client = connect({ baseUrl: server.url, token: () => token });

  await listConversations({ client });
  token = "second";
  await listConversations({ client, query: { search: "tea & cake", limit: 5 } });

  expect(server.asked.map((one) => one.headers.authorization)).toEqual(["Bearer first", "Bearer second"]);
  expect(server.asked[1]?.url).toBe("/api/v1/conversations?search=tea%20%26%20cake&limit=5");
});

test("a refusal comes back as a problem with its fields, or is thrown where that was asked for", async () => {
  server = await loopback((_, response) => refuse(response, 400, "The title is empty."));
  const client = connect({ baseUrl: server.url });
  const body = { title: "" };

  const { data, error } = await createConversation({ client, body });
  const thrown = await createConversation({ client, body, throwOnError: true }).catch((each: unknown) => each);

  expect(data).toBeUndefined();
  expect(error).toMatchObject({ status: 400, detail: "The title is empty." });
  expect(thrown).toBeInstanceOf(ProblemError);
});

test("a server that is not there is a connection error", async () => {
  const { url, close } = await loopback(() => undefined);
  await close();

  const { error } = await listConversations({ client: connect({ baseUrl: url }) });

  expect(error).toBeInstanceOf(ConnectionError);
});

test("files go up as parts of one form", async () => {
  server = await loopback((_, response) => response.writeHead(202, { "Content-Type": "application/json" }).end("[]"));

  await uploadSources([new File(["# One"], "one.md"), new File(["two"], "zwei ü.txt")], {
    client: connect({ baseUrl: server.url }),
  });

  const [asked] = server.asked;
  expect(asked?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
  expect(asked?.body.match(/name="file"; filename="[^"]+"/g)).toEqual([
    'name="file"; filename="one.md"',
    'name="file"; filename="zwei ü.txt"',
  ]);
});

test("a source's text comes as text", async () => {
  server = await loopback((_, response) =>
    response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8" }).end("Zürich 🦉"),
  );

  const { data } = await readSourceText({ client: connect({ baseUrl: server.url }), path: { source_id: "s" } });

  expect(data).toBe("Zürich 🦉");
});

test("readiness names the components also where one of them fails", async () => {
  const body = { status: "failing", components: { model: { status: "failing", detail: "No key." } } };
  server = await loopback((_, response) =>
    response.writeHead(503, { "Content-Type": "application/json" }).end(JSON.stringify(body)),
  );

  expect(await readiness({ client: connect({ baseUrl: server.url }) })).toEqual(body);
});

test("offsets count characters, not UTF-16 units", () => {
  const text = "🦉🦉 née 30 days";

  expect(characters(text, 3, 6)).toBe("née");
  expect(characters(text, 0, 2)).toBe("🦉🦉");
  expect(utf16Offset(text, 3)).toBe(5);
  expect(utf16Offset(text, 1000)).toBe(text.length);
});
