/** The server, as this page talks to it: the one place where the client is set up. */

import { client, configure } from "@quoth/client";

const TOKEN = "quoth-token";

export function token(): string | undefined {
  return localStorage.getItem(TOKEN) ?? undefined;
}

export function keepToken(value: string | undefined): void {
  if (value) localStorage.setItem(TOKEN, value);
  else localStorage.removeItem(TOKEN);
}

configure(client, {
  baseUrl: location.origin,
  token,
  // Looked up at each call, so that a test's interception, installed later, is the one that is used.
  fetch: (input, init) => globalThis.fetch(input, init),
});

export * from "@quoth/client";
