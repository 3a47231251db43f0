/** Clients for a server, and what the generated operations leave to be done by hand. */

import { type Client, createClient, createConfig, formDataBodySerializer } from "./generated/client/index.js";
import { client as defaultClient } from "./generated/client.gen.js";
import type { Source } from "./generated/index.js";
import { asError, ProblemError } from "./problem.js";

export interface Connection {
  /** Where the server is, without `/api/v1`: `http://127.0.0.1:8000`. In a browser, left out: where the page is from. */
  baseUrl?: string;
  /** For a server with authentication: the bearer token, or what returns it. */
  token?: string | (() => string | undefined);
  fetch?: typeof fetch;
}

/** A client for one server, to be passed to the operations as `client`. */
export function connect(connection: Connection = {}): Client {
  return configure(createClient(createConfig()), connection);
}

/** The same for the default client, which operations use that are given none. */
export function configure(client: Client, connection: Connection): Client {
  const { baseUrl, token, fetch } = connection;
  client.setConfig({ ...(baseUrl === undefined ? {} : { baseUrl }), ...(fetch ? { fetch } : {}) });
  client.interceptors.request.use((request) => {
    const bearer = typeof token === "function" ? token() : token;
    if (bearer) request.headers.set("Authorization", `Bearer ${bearer}`);
    return request;
  });
  client.interceptors.error.use((error, response) => asError(error, response));
  return client;
}

/** Add files as sources. They are read after the answer: `readSource` says when one is ready. */
export async function uploadSources(
  files: readonly File[],
  options: { client?: Client; signal?: AbortSignal } = {},
): Promise<Source[]> {
  const client = options.client ?? defaultClient;
  const { data, error, response } = await client.post<{ 202: Source[] }, unknown>({
    ...formDataBodySerializer,
    url: "/api/v1/sources",
    body: { file: files },
    headers: { "Content-Type": null },
    signal: options.signal ?? null,
  });
  if (data === undefined) throw asError(error, response);
  return data;
}

export interface ComponentHealth {
  status: "ok" | "failing";
  detail?: string | null;
}

export interface Readiness {
  status: "ok" | "failing";
  components: Record<string, ComponentHealth>;
}

/** How the server and each of its components is; answered also where one of them fails. */
export async function readiness(options: { client?: Client; signal?: AbortSignal } = {}): Promise<Readiness> {
  const client = options.client ?? defaultClient;
  const { data, error, response } = await client.get<{ 200: Readiness }, Readiness>({
    url: "/health/ready",
    signal: options.signal ?? null,
  });
  if (data !== undefined) return data;
  const failure: unknown = error;
  const body = failure instanceof ProblemError ? failure.cause : failure;
  if (typeof body === "object" && body !== null && "components" in body) return body as Readiness;
  throw asError(error, response);
}
