/** What jsdom lacks, and a clean page before each test. */

import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";
import { useStore } from "../app/store";
import { renders } from "../chat/AnswerMessage";
import { resetServer, server } from "./server";

const initial = useStore.getState();

class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

vi.stubGlobal("ResizeObserver", NoObserver);
vi.stubGlobal("matchMedia", (query: string) => ({
  matches: query.includes("min-width") || query.includes("hover: hover"),
  media: query,
  addEventListener() {},
  removeEventListener() {},
}));
Element.prototype.scrollTo = () => {};
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.open = false;
};

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  localStorage.clear();
  history.replaceState(null, "", "/");
  useStore.setState(initial, true);
  renders.clear();
  resetServer();
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
});
afterAll(() => server.close());
