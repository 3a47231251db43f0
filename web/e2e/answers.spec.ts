import { expect, test } from "./test";

test("a footnote opens the source at its exact words, and Escape leads back", async ({ chat, page }) => {
  await chat.open();
  await chat.ask("What does a late item cost a day?");
  await chat.answered();
  await chat.expectAccessible();
  const [first] = await chat.footnotes.all();
  if (!first) throw new Error("there is no footnote");

  await first.click();
  const mark = chat.panel.locator("mark.bg-mark-strong");
  await expect(mark).toBeVisible();
  await expect(mark).toBeInViewport();
  await expect(chat.panel.getByRole("heading", { name: "handbook.md" })).toBeFocused();
  const marked = (await mark.allTextContents()).join("").replace(/\s+/g, " ");
  expect(marked).toContain("20 cents a day");
  await chat.expectAccessible();

  await chat.panel.getByRole("tab", { name: "Whole text" }).click();
  await expect(chat.panel.locator("mark.bg-mark-strong")).toBeInViewport();
  await expect(chat.panel.getByText("# The Lanternfield Library Handbook")).toBeAttached();
  await chat.panel.getByRole("tab", { name: /All cited/ }).click();
  await chat.expectAccessible();
  await page.keyboard.press("Escape");

  await expect(chat.panel).toBeHidden();
  await expect(first).toBeFocused();
});

test("a reload in the middle of an answer goes on with it, and another tab shows the same", async ({
  chat,
  page,
  context,
}) => {
  await chat.open();
  await chat.ask("Tell me slowly what the handbook says about books and cards and fines");
  await expect(chat.answers.last()).toContainText(/\w+ \w+ \w+ \w+/);
  await expect(page).toHaveURL(/\/c\//);

  await page.reload();
  await expect(page.getByRole("button", { name: "Stop" })).toBeVisible();
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByRole("button", { name: "Stop" })).toBeVisible();
  await chat.answered();

  await expect(other.getByRole("button", { name: "Answer again" })).toBeVisible();
  const words = (text: string | null) => text?.replace(/\s+/g, " ");
  expect(words(await other.getByRole("article", { name: "Quoth" }).last().textContent())).toBe(
    words(await chat.answers.last().textContent()),
  );
  await expect(chat.questions).toHaveCount(1);
  await expect(chat.answers).toHaveCount(1);
});

test("stop keeps what was said", async ({ chat, page }) => {
  await chat.open();
  await chat.ask("Tell me slowly about the locked cabinet and its manuscripts");
  await expect(chat.answers.last()).toContainText(/\w+ \w+ \w+ \w+/);
  await chat.expectAccessible();

  await page.getByRole("button", { name: "Stop" }).click();

  await expect(page.getByText("You stopped this answer.")).toBeVisible();
  const said = await chat.answers.last().locator(".prose-answer").textContent();
  expect((said ?? "").length).toBeGreaterThan(10);
  await page.reload();
  await expect(page.getByText("You stopped this answer.")).toBeVisible();
  await expect(chat.answers.last().locator(".prose-answer")).toContainText((said ?? "").slice(0, 20));
});

test("answering again and editing make versions to switch between", async ({ chat, page }) => {
  await chat.open();
  await chat.ask("How many items may be on loan?");
  await chat.answered();
  await chat.answers.last().getByRole("button", { name: "Answer again" }).click();
  await expect(page.getByText("2 / 2")).toBeVisible();
  await chat.answered();

  await page.getByRole("button", { name: "Previous version" }).click();
  await expect(page.getByText("1 / 2")).toBeVisible();
  await expect(chat.answers).toHaveCount(1);

  await chat.questions.last().hover();
  await chat.questions.last().getByRole("button", { name: "Edit" }).click();
  const editor = page.getByRole("textbox", { name: "Edit your question" });
  await editor.fill("How long is a card valid?");
  await chat.expectAccessible();
  await editor.press("Enter");
  await expect(chat.questions.last()).toContainText("How long is a card valid?");
  await chat.answered();
  await expect(chat.questions.last().getByText("2 / 2")).toBeVisible();
  await chat.questions.last().getByRole("button", { name: "Previous version" }).click();
  await expect(chat.questions.last()).toContainText("How many items may be on loan?");
});

test("a source is mentioned by the keyboard, and only it is asked", async ({ chat, page }) => {
  await chat.open();
  await chat.question.pressSequentially("What about food, @hand");
  await expect(page.getByRole("option", { name: /handbook.md/ })).toBeVisible();
  await chat.expectAccessible();
  await page.keyboard.press("Enter");
  await expect(chat.question).toHaveValue("What about food, @handbook.md ");
  await expect(page.getByRole("list", { name: "Only in" })).toContainText("handbook.md");

  const [request] = await Promise.all([page.waitForRequest(/chat\/stream/), page.keyboard.press("Enter")]);
  expect((request.postDataJSON() as { sources: string[] }).sources).toHaveLength(1);
  await chat.answered();
  await page.reload();
  await expect(chat.questions.last().getByText("@handbook.md")).toBeVisible();
});

test("an answer that fails says why, keeps its text and is tried again", async ({ chat, page }) => {
  await chat.open();
  await chat.ask("Please fail about the opening hours");
  await expect(page.getByRole("alert")).toContainText("The answer could not be finished.", { timeout: 60_000 });
  await expect(chat.answers.last().locator(".prose-answer")).toContainText(/\w+ \w+/);
  await chat.expectAccessible();
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
});

test("what an answer smuggles in loads nothing and runs nothing", async ({ chat }) => {
  await chat.open();
  await chat.ask("Please attack with books");
  await chat.answered();

  await expect(chat.answers.last()).toContainText("[image: here]");
  await expect(chat.answers.last().locator("img, script, iframe")).toHaveCount(0);
  const links = chat.answers.last().getByRole("link");
  await expect(links).toHaveCount(1);
  await expect(links).toContainText("A link");
  await expect(chat.answers.last()).toContainText("(evil.example)");
});

test("an answer that finds nothing says what was searched", async ({ chat, page }) => {
  await chat.open();
  await chat.ask("What is the unknown price of a book?");
  await chat.answered();

  await expect(page.getByText("Searched:")).toBeVisible();
  await expect(page.getByRole("list", { name: "Cited" })).toBeHidden();
  await chat.expectAccessible();
});
