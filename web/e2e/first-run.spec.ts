import { readFileSync } from "node:fs";
import { Chat, expect, SAMPLE, startQuoth, test } from "./test";

test("from nothing at all, by a dropped file, to a cited answer, without a model", async ({ page, isMobile }) => {
  const quoth = await startQuoth();
  try {
    const chat = new Chat(page, quoth.url, isMobile);
    await chat.open();
    await expect(page.getByText("Drop files here to begin")).toBeVisible();
    await expect(page.getByRole("heading", { name: "No language model is connected" })).toBeVisible();
    await chat.expectAccessible();

    const text = readFileSync(SAMPLE, "utf8");
    const files = await page.evaluateHandle((content) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], "rules.md", { type: "text/markdown" }));
      return transfer;
    }, text);
    await page.dispatchEvent("main", "dragenter", { dataTransfer: files });
    await expect(page.getByText("Drop files here to add them")).toBeVisible();
    await page.dispatchEvent("main", "drop", { dataTransfer: files });
    await expect(page.getByText(/Ready, \d+ passages/)).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole("list", { name: "Questions to begin with" }).getByRole("button")).toHaveCount(3);
    await chat.expectAccessible();

    await chat.ask("How long are books lent?");
    await chat.answered();
    await expect(chat.answers.last()).toContainText("28 days");
    await chat.footnotes.first().click();
    await expect(chat.panel.locator("mark").first()).toContainText("28 days");
    await expect(chat.panel).toContainText("Word for word in the source");
    chat.expectQuiet();
  } finally {
    await quoth.remove();
  }
});

test("conversations are there after the server was started again, and a server that is gone is waited for", async ({
  page,
  isMobile,
}) => {
  const quoth = await startQuoth();
  try {
    const chat = new Chat(page, quoth.url, isMobile);
    await chat.open();
    await page.getByRole("button", { name: "Try it with the sample handbook" }).click();
    await expect(page.getByText(/Ready, \d+ passages/)).toBeVisible({ timeout: 60_000 });
    await chat.ask("When does the reading room open?");
    await chat.answered();

    await quoth.stop();
    await chat.ask("And on Saturdays?");
    await expect(page.getByText("Quoth can't be reached. Trying again…")).toBeVisible();
    await expect(page.getByRole("alert")).toContainText("Your question was not sent.");
    await expect(chat.question).toHaveValue("And on Saturdays?");
    await chat.expectAccessible();
    await quoth.start();
    await expect(page.getByText("Quoth can't be reached. Trying again…")).toBeHidden();
    await page.getByRole("button", { name: "Try again" }).click();
    await chat.answered();
    await expect(chat.questions).toHaveCount(2);

    await page.reload();
    await expect(chat.answers).toHaveCount(2);
    await expect(
      (await chat.openSidebar()).getByRole("link", { name: "When does the reading room open?" }),
    ).toBeVisible();
  } finally {
    await quoth.remove();
  }
});
