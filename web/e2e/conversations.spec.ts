import { readFile } from "node:fs/promises";
import { expect, test } from "./test";

async function made(
  url: string,
  title: string,
  messages: [string, string][] = [],
  tags: string[] = [],
): Promise<string> {
  const post = async (path: string, body: object) =>
    (await (
      await fetch(`${url}/api/v1${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      })
    ).json()) as { id: string };
  const { id } = await post("/conversations", { title, tags });
  for (const [role, content] of messages) await post(`/conversations/${id}/messages`, { role, content });
  return id;
}

test("conversations are found, renamed, put in order, exported and deleted, with a way back", async ({
  chat,
  page,
  isMobile,
}) => {
  const name = `Owls ${isMobile ? "on a phone" : "on a desk"}`;
  const id = await made(chat.url, name, [
    ["user", "Do owls read?"],
    ["assistant", "They do."],
  ]);
  await made(chat.url, `Other ${name}`, [], ["taxes"]);
  await chat.open(`/c/${id}`);
  await expect(chat.questions).toHaveCount(1);

  const list = await chat.openSidebar();
  await list.getByRole("searchbox").fill("owls read");
  await expect(list.getByRole("link", { name, exact: true })).toBeVisible();
  await expect(list.getByRole("link", { name: `Other ${name}` })).toBeHidden();
  await chat.expectAccessible();
  await list.getByRole("button", { name: "Clear the search" }).click();
  await list.getByRole("button", { name: "taxes" }).click();
  await expect(list.getByRole("link", { name, exact: true })).toBeHidden();
  await list.getByRole("button", { name: "taxes" }).click();

  await list.getByRole("button", { name: `Options for ${name}`, exact: true }).click();
  await chat.expectAccessible();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Title of the conversation" }).fill(`${name} renamed`);
  await page.keyboard.press("Enter");
  const row = list.getByRole("button", { name: `Options for ${name} renamed` });
  await row.click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "Export as Markdown" }).click(),
  ]);
  expect(await readFile(await download.path(), "utf8")).toContain("Do owls read?");

  await row.click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.getByText("was deleted.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page).toHaveURL(new RegExp(id));
  await expect(chat.questions).toHaveCount(1);
});

test("space and tags are set in a dialog", async ({ chat, page, isMobile }) => {
  const id = await made(chat.url, `Sorted ${isMobile}`);
  await chat.open(`/c/${id}`);
  await page
    .getByRole("banner")
    .or(page.locator("header"))
    .getByRole("button", { name: /Options for/ })
    .click();
  await page.getByRole("menuitem", { name: "Space and tags…" }).click();
  await chat.expectAccessible();
  await page.getByRole("combobox", { name: /Space/ }).fill("Library");
  await page.getByRole("textbox", { name: /Tags/ }).fill("rules, rules, fees");
  await page.getByRole("button", { name: "Save" }).click();

  await expect
    .poll(async () => {
      const kept = (await (await fetch(`${chat.url}/api/v1/conversations/${id}`)).json()) as {
        space: string;
        tags: string[];
      };
      return [kept.space, ...kept.tags];
    })
    .toEqual(["Library", "rules", "fees"]);
});

test("a conversation of a thousand messages opens at its end and is read upwards without jumps", async ({
  chat,
  page,
}) => {
  const messages = Array.from({ length: 500 }, (_, index): [string, string][] => [
    ["user", `Question number ${index}?`],
    ["assistant", `**Answer** number ${index}.\n\n- one\n- two\n\n${"Some more words. ".repeat(20)}`],
  ]).flat();
  test.setTimeout(180_000);
  const id = await made(chat.url, "A long one", messages);
  await chat.open(`/c/${id}`);
  await expect(page.getByText("Question number 499?")).toBeInViewport();
  expect(await chat.questions.count()).toBeLessThan(60);

  const top = chat.questions.first();
  const text = (await top.textContent()) ?? "";
  const scroller = page.locator("main .overflow-y-auto").first();
  await scroller.evaluate((view) => view.scrollTo({ top: 100 }));
  await expect.poll(async () => await chat.questions.count()).toBeGreaterThan(30);
  await expect(page.getByText(text, { exact: true })).toBeInViewport();

  await page.getByRole("button", { name: "Jump to latest" }).click();
  await expect(page.getByText("Answer number 499.")).toBeInViewport();
});

test("a new question goes to the top and nothing scrolls by itself while the answer grows", async ({ chat, page }) => {
  const filler = Array.from({ length: 6 }, (_, index): [string, string][] => [
    ["user", `Earlier ${index}?`],
    ["assistant", "Words. ".repeat(150)],
  ]).flat();
  const id = await made(chat.url, "Scrolling", filler);
  await chat.open(`/c/${id}`);
  await expect(page.getByText("Earlier 5?")).toBeInViewport();
  await chat.ask("Tell me slowly about everything in the handbook");
  const scroller = page.locator("main .overflow-y-auto").first();
  const place = () => scroller.evaluate((view) => Math.round(view.scrollTop));
  const distance = () =>
    chat.questions
      .last()
      .evaluate(
        (row) => row.getBoundingClientRect().top - (row.closest(".overflow-y-auto")?.getBoundingClientRect().top ?? 0),
      );
  await expect.poll(distance).toBeLessThan(25);
  await expect(chat.answers.last()).toContainText(/\w+ \w+ \w+/);
  const before = await place();

  await chat.answered();

  expect(await place()).toBe(before);
  expect(await distance()).toBeLessThan(60);
});

test("a conversation that is gone, and an address that leads nowhere, show the way on", async ({ chat, page }) => {
  await chat.open("/c/01890000-0000-7000-8000-000000000000");
  await expect(page.getByText(/This conversation is gone/)).toBeVisible();
  await chat.expectAccessible();
  await page.getByRole("main").getByRole("button", { name: "New conversation" }).click();
  await expect(page.getByText("What would you like to know?")).toBeVisible();
});

test("the keyboard alone goes everywhere", async ({ chat, page, isMobile }) => {
  test.skip(isMobile, "a phone has no such keyboard");
  await chat.open();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("searchbox", { name: "Search conversations" })).toBeFocused();
  await page.keyboard.press("Control+Shift+o");
  await expect(page).toHaveURL(`${chat.url}/`);
  await expect(chat.question).toBeFocused();
  await chat.question.blur();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await chat.expectAccessible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await expect(chat.question).toBeFocused();
});
