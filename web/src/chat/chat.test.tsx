import { act, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http } from "msw";
import { beforeEach, expect, test } from "vitest";
import type { Message } from "../api";
import { App } from "../app/App";
import { useStore } from "../app/store";
import { conversation, message, problem, reference, type Script, server, source, state, uuid } from "../test/server";
import { renders } from "./AnswerMessage";

let asked: Script[];

beforeEach(() => {
  asked = [];
  state.onAsk = (script) => asked.push(script);
});

async function script(index = 0): Promise<Script> {
  await waitFor(() => expect(asked.length).toBeGreaterThan(index));
  const found = asked[index];
  if (!found) throw new Error("nothing was asked");
  return found;
}

function begin(run: Script, of: string, content: string, answerId = run.runId): Message {
  const question = message(of, "user", content);
  const user_message = question;
  act(() => run.send({ type: "start", run_id: run.runId, conversation_id: of, user_message, message_id: answerId }));
  return question;
}

function finish(run: Script, of: string, content: string, part: Partial<Message> = {}): void {
  const answer = message(of, "assistant", content, { id: run.runId, ...part });
  act(() => {
    run.send({ type: "done", message: answer, sources: answer.sources, conversation_id: of });
    run.end();
  });
}

async function open(path: string) {
  history.replaceState(null, "", path);
  render(<App />);
  return userEvent.setup();
}

const field = () => screen.getByRole("textbox", { name: "Your question" });

test("a question begins a conversation, streams its answer and stays where it was kept", async () => {
  const of = source();
  const user = await open("/");
  await screen.findByText("What would you like to know?");

  await user.type(field(), "How long?{Enter}");
  const run = await script();
  const begun = conversation({ title: "How long?" });
  begin(run, begun.id, "How long?");
  const text = "The notice period is thirty days.";
  const sources = [reference(of, 1, "thirty days", text)];
  act(() => run.send({ type: "sources", sources: sources.map((each) => ({ ...each, cited: false, quotes: [] })) }));
  expect(await screen.findByText(/Reading 1 passage in 1 source: handbook.md/)).toBeInTheDocument();
  act(() => run.send({ type: "delta", text: "Thirty " }, { type: "delta", text: "days [1]." }));
  expect(await screen.findByRole("button", { name: /Source 1/ })).toBeInTheDocument();
  finish(run, begun.id, "Thirty days [1].", { sources });

  expect(await screen.findByRole("button", { name: "Answer again" })).toBeInTheDocument();
  expect(location.pathname).toBe(`/c/${begun.id}`);
  expect(run.body).toEqual({ message: "How long?", use_rag: true });
  const cited = screen.getByRole("list", { name: "Cited" });
  expect(within(cited).getAllByRole("button")).toHaveLength(1);
  expect(field()).toHaveValue("");
});

test("a token renders only the answer that it belongs to", async () => {
  const { id } = conversation();
  for (let index = 0; index < 30; index += 1) {
    message(id, "user", `Question ${index}`);
    message(id, "assistant", `Answer ${index}`);
  }
  source();
  const user = await open(`/c/${id}`);
  await screen.findByText("Answer 29");
  await user.type(field(), "One more?{Enter}");
  const run = await script();
  begin(run, id, "One more?");
  await waitFor(() => expect(useStore.getState().live[run.runId]).toBeDefined());
  await new Promise((resolve) => setTimeout(resolve, 200));
  const before = new Map(renders);

  for (let index = 0; index < 20; index += 1) {
    act(() => run.send({ type: "delta", text: `word${index} ` }));
    await new Promise((resolve) => setTimeout(resolve, 40));
  }

  expect(await screen.findByText(/word19/)).toBeInTheDocument();
  const changed = [...renders].filter(([key, count]) => before.get(key) !== count).map(([key]) => key);
  expect(changed).toEqual([run.runId]);
  expect((renders.get(run.runId) ?? 0) - (before.get(run.runId) ?? 0)).toBeLessThanOrEqual(21);
});

test("a question that was not sent is kept, and sent again under the same key", async () => {
  source();
  const { id } = conversation();
  const keys: (string | null)[] = [];
  server.use(
    http.post("http://quoth.test/api/v1/chat/stream", ({ request }) => {
      keys.push(request.headers.get("Idempotency-Key"));
      return problem(503, "The database does not answer.");
    }),
  );
  const user = await open(`/c/${id}`);

  await user.type(field(), "Is anybody there?{Enter}");
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("Your question was not sent. The database does not answer.");
  expect(field()).toHaveValue("Is anybody there?");
  expect(screen.queryByText("Searching your sources")).not.toBeInTheDocument();
  await user.click(within(alert).getByRole("button", { name: "Try again" }));

  await waitFor(() => expect(keys).toHaveLength(2));
  expect(keys[0]).toBe(keys[1]);
});

test("an answer that fails keeps its text and says why", async () => {
  source();
  const { id } = conversation();
  const user = await open(`/c/${id}`);
  await user.type(field(), "Why?{Enter}");
  const run = await script();
  begin(run, id, "Why?");
  const failure = { type: "about:blank", title: "Model", status: 502, detail: "The model is overloaded." };
  message(id, "assistant", "Because", { id: run.runId, metadata: { status: "failed", problem: failure } });

  act(() => {
    run.send({ type: "delta", text: "Because" }, { type: "error", problem: failure });
    run.end();
  });

  expect(await screen.findByRole("alert")).toHaveTextContent("The model is overloaded.");
  expect(screen.getByText("Because")).toBeInTheDocument();
});

test("a reload in the middle of an answer follows it from its start", async () => {
  const { id } = conversation();
  message(id, "user", "How long?");
  const answer = message(id, "assistant", "Thir", { metadata: { status: "answering" } });
  state.activeRun = answer.id;
  await open(`/c/${id}`);
  expect(await screen.findByText("Thir")).toBeInTheDocument();

  const run = await script();
  act(() => run.send({ type: "delta", text: "Thirty days." }));

  expect(await screen.findByText("Thirty days.")).toBeInTheDocument();
  expect(run.body).toEqual({ follow: answer.id });
  expect(screen.getByRole("button", { name: "Stop" })).toBeInTheDocument();
});

test("stop stands in the place of send, and also counts before the answer has begun", async () => {
  source();
  const { id } = conversation();
  const user = await open(`/c/${id}`);
  await user.type(field(), "Go on?{Enter}");
  await user.click(await screen.findByRole("button", { name: "Stop" }));
  expect(screen.queryByRole("button", { name: "Send" })).not.toBeInTheDocument();

  const run = await script();
  begin(run, id, "Go on?");

  await waitFor(() => expect(state.requests).toContain(`STOP ${run.runId}`));
});

test("leaving for another conversation before the first word loses nothing", async () => {
  source();
  const first = conversation({ title: "First" });
  const second = conversation({ title: "Second" });
  message(second.id, "user", "Something else");
  const user = await open(`/c/${first.id}`);
  await user.type(field(), "Slow one?{Enter}");
  const run = await script();
  await user.click(await screen.findByRole("link", { name: "Second" }));
  await screen.findByText("Something else");

  begin(run, first.id, "Slow one?");
  act(() => run.send({ type: "delta", text: "Not here" }));
  await screen.findByRole("img", { name: "Answer is being written" });
  expect(screen.queryByText("Not here")).not.toBeInTheDocument();
  finish(run, first.id, "Here it is.");

  expect(await screen.findByRole("img", { name: "New answer" })).toBeInTheDocument();
  await user.click(screen.getByRole("link", { name: /First/ }));
  expect(await screen.findByText("Here it is.")).toBeInTheDocument();
});

test("answering again and editing make siblings, and the switch shows another one", async () => {
  const { id } = conversation();
  const question = message(id, "user", "How long?");
  const [one, two] = [uuid(), uuid()];
  message(id, "assistant", "Second try", { id: two, parent_id: question.id, siblings: [one, two] });
  const user = await open(`/c/${id}`);
  expect(await screen.findByText("2 / 2")).toBeInTheDocument();

  await user.click(screen.getByRole("button", { name: "Previous version" }));
  await waitFor(() => expect(state.requests).toContain(`PUT {"active_message_id":"${one}"}`));
  await user.click(screen.getByRole("button", { name: "Answer again" }));
  const again = await script();
  expect(again.body).toEqual({ regenerate: two, conversation_id: id });
  act(() => {
    again.send({ type: "error", problem: { type: "about:blank", title: "", status: 502, detail: "No." } });
    again.end();
  });
  await waitFor(() => expect(useStore.getState().runs).toEqual({}));
  await user.click(screen.getByRole("button", { name: "Edit" }));
  const editor = screen.getByRole("textbox", { name: "Edit your question" });
  await user.clear(editor);
  await user.type(editor, "How short?{Enter}");

  expect((await script(1)).body).toEqual({ message: "How short?", parent_id: null, conversation_id: id });
});

test("an @ lists the sources; the keyboard picks one, which travels as an id", async () => {
  const handbook = source({ title: "Handbook.md" });
  source({ title: "Handwriting.pdf", passages: 0, status: "indexing" });
  const { id } = conversation();
  const user = await open(`/c/${id}`);

  await user.type(field(), "What does @hand");
  const options = await screen.findAllByRole("option");
  expect(options).toHaveLength(2);
  expect(field()).toHaveAttribute("aria-activedescendant", options[0]?.id);
  expect(options[1]).toHaveAttribute("aria-disabled", "true");
  await user.keyboard("{ArrowDown}{Enter}");
  expect(field()).toHaveValue("What does @hand");
  await user.keyboard("{ArrowUp}{Enter}");
  expect(field()).toHaveValue("What does @Handbook.md ");
  await user.type(field(), "say?{Enter}");

  const run = await script();
  expect(run.body).toMatchObject({ message: "What does @Handbook.md say?", sources: [handbook.id] });
});

test("Escape closes the list of sources and it stays closed for this @", async () => {
  source();
  const { id } = conversation();
  const user = await open(`/c/${id}`);
  await user.type(field(), "@ha");
  await screen.findByRole("option");

  await user.keyboard("{Escape}");
  await user.type(field(), "n");

  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(screen.queryByRole("option")).not.toBeInTheDocument();
});

test("a mention goes when its title is taken out of the text", async () => {
  const handbook = source();
  useStore.getState().setDraft("x", { text: `@${handbook.title} `, mentions: [handbook] });
  useStore.getState().setDraft("x", { text: "nothing", mentions: [handbook] });

  expect(useStore.getState().drafts.x?.mentions).toEqual([]);
});

test("Enter that ends the composing of a word sends nothing", async () => {
  source();
  const { id } = conversation();
  const user = await open(`/c/${id}`);
  await user.type(field(), "日本");

  fireEvent.keyDown(field(), { key: "Enter", isComposing: true });
  fireEvent.keyDown(field(), { key: "Enter", keyCode: 229 });

  expect(field()).toHaveValue("日本");
  expect(asked).toHaveLength(0);
});

test("drafts are kept for each conversation and over a reload", async () => {
  const first = conversation({ title: "First" });
  const second = conversation({ title: "Second" });
  const user = await open(`/c/${first.id}`);
  await user.type(field(), "half a thou");
  await user.click(await screen.findByRole("link", { name: "Second" }));
  expect(field()).toHaveValue("");

  await user.click(screen.getByRole("link", { name: "First" }));

  expect(field()).toHaveValue("half a thou");
  const kept = JSON.parse(localStorage.getItem("quoth-chat") ?? "{}");
  expect(kept.state.drafts[first.id].text).toBe("half a thou");
  expect(Object.keys(kept.state).sort()).toEqual(["currentId", "drafts", "sidebarOpen"]);
  expect(kept.state.drafts[second.id]).toBeUndefined();
});

test("a click on a newer conversation wins over an answer that comes late", async () => {
  const slow = conversation({ title: "Slow" });
  const quick = conversation({ title: "Quick" });
  message(slow.id, "user", "slow one");
  message(quick.id, "user", "quick one");
  server.use(
    http.get(`http://quoth.test/api/v1/conversations/${slow.id}`, async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      return undefined;
    }),
  );
  const { loadConversation } = useStore.getState();

  await Promise.all([loadConversation(slow.id), loadConversation(quick.id)]);

  expect(useStore.getState().messages.map((each) => each.content)).toEqual(["quick one"]);
});

test("deleting waits for second thoughts", async () => {
  const { id } = conversation({ title: "Old" });
  const user = await open("/");
  await user.click(await screen.findByRole("button", { name: "Options for Old" }));
  await user.click(screen.getByRole("menuitem", { name: "Delete" }));
  expect(screen.queryByRole("link", { name: "Old" })).not.toBeInTheDocument();

  await user.click(screen.getByRole("button", { name: "Undo" }));

  expect(await screen.findByRole("link", { name: "Old" })).toBeInTheDocument();
  expect(state.requests).not.toContain(`DELETE ${id}`);
});

test("what was deleted is deleted when the page is left", async () => {
  const { id } = conversation({ title: "Old" });
  await useStore.getState().loadConversations();
  useStore.getState().deleteConversation(id);

  window.dispatchEvent(new Event("pagehide"));

  await waitFor(() => expect(state.requests).toContain(`DELETE ${id}`));
});

test("a conversation is renamed in place", async () => {
  conversation({ title: "Old" });
  const user = await open("/");
  await user.click(await screen.findByRole("button", { name: "Options for Old" }));
  await user.click(screen.getByRole("menuitem", { name: "Rename" }));

  expect(screen.getByRole("textbox", { name: "Title of the conversation" })).toHaveFocus();
  await user.keyboard("New name{Enter}");

  expect(await screen.findByRole("link", { name: "New name" })).toBeInTheDocument();
  expect(state.requests).toContain('PUT {"title":"New name"}');
});

test("a conversation that is gone says so and shows the way on", async () => {
  await open(`/c/${uuid()}`);

  expect(await screen.findByText(/This conversation is gone/)).toBeInTheDocument();
});

test("tags and the search narrow the list, and the way back is one click", async () => {
  conversation({ title: "Owls", tags: ["birds"] });
  conversation({ title: "Tax", tags: ["work"] });
  const user = await open("/");
  await user.click(await screen.findByRole("button", { name: "birds" }));
  await waitFor(() => expect(screen.queryByRole("link", { name: /Tax/ })).not.toBeInTheDocument());
  await user.type(screen.getByRole("searchbox", { name: "Search conversations" }), "nothing");

  await user.click(await screen.findByRole("button", { name: "Show all conversations" }));

  expect(await screen.findByRole("link", { name: /Tax/ })).toBeInTheDocument();
});

test("feedback is kept with its comment", async () => {
  const { id } = conversation();
  message(id, "user", "?");
  message(id, "assistant", "!");
  const user = await open(`/c/${id}`);
  await user.click(await screen.findByRole("button", { name: "Bad answer" }));
  await user.type(screen.getByRole("textbox", { name: /What was wrong/ }), "Too short");
  await user.click(
    within(screen.getByRole("textbox", { name: /What was wrong/ }).closest("form") as HTMLElement).getByRole("button", {
      name: "Send",
    }),
  );

  await waitFor(() => expect(state.requests).toContain('RATE {"rating":"down","comment":"Too short"}'));
  expect(screen.getByRole("button", { name: "Bad answer" })).toHaveAttribute("aria-pressed", "true");
});

test("a footnote opens the panel at the exact words, and Escape leads back to it", async () => {
  const text = "Owls 🦉 sleep by day. The notice period is thirty days.";
  const of = source();
  state.texts[of.id] = text;
  const { id } = conversation();
  message(id, "user", "How long?");
  message(id, "assistant", "Thirty days [1].", { sources: [reference(of, 1, "thirty days", text)] });
  const user = await open(`/c/${id}`);

  await user.click(await screen.findByRole("button", { name: "Source 1: handbook.md" }));
  const panel = await screen.findByRole("complementary", { name: "Source" });
  expect((await within(panel).findByText("thirty days")).tagName).toBe("MARK");
  expect(within(panel).getByText("Word for word in the source")).toBeInTheDocument();
  await user.keyboard("{Escape}");

  expect(screen.queryByRole("complementary", { name: "Source" })).not.toBeInTheDocument();
  await waitFor(() => expect(screen.getByRole("button", { name: "Source 1: handbook.md" })).toHaveFocus());
});

test("an answer that abstains says what was searched, and cites nothing", async () => {
  const of = source();
  const { id } = conversation();
  message(id, "user", "?");
  const searched = { ...reference(of, 1, "a", "a"), cited: false, quotes: [] };
  message(id, "assistant", "Your sources do not say.", {
    sources: [searched],
    metadata: { status: "complete", abstained: true },
  });
  await open(`/c/${id}`);

  expect(await screen.findByText("Searched:")).toBeInTheDocument();
  expect(screen.queryByRole("list", { name: "Cited" })).not.toBeInTheDocument();
});
