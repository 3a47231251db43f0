/** The pictures of docs/images: the main states, made anew by `scripts/web/screenshots.sh`. */

import { resolve } from "node:path";
import { Chat, expect, startQuoth, test } from "./test";

const FOLDER = process.env.QUOTH_TEST_IMAGES ?? resolve(import.meta.dirname, "../../docs/images");

test("first run", async ({ page, isMobile }, { project }) => {
  const quoth = await startQuoth();
  try {
    const chat = new Chat(page, quoth.url, isMobile);
    await chat.open();
    await expect(page.getByText("Drop files here to begin")).toBeVisible();
    await chat.question.blur();
    await page.screenshot({ path: `${FOLDER}/first-run-${project.name}.png` });
    await page.getByRole("button", { name: "Try it with the sample handbook" }).click();
    await expect(page.getByRole("list", { name: "Questions to begin with" })).toBeVisible({ timeout: 60_000 });
    await page.screenshot({ path: `${FOLDER}/ready-${project.name}.png` });
  } finally {
    await quoth.remove();
  }
});

test("the main states", async ({ chat, page }, { project }) => {
  const shot = (name: string) =>
    page.screenshot({ path: `${FOLDER}/${name}-${project.name}.png`, animations: "disabled" });
  await chat.open();
  await chat.ask("When does the reading room open?");
  await chat.answered();
  await (await chat.openSidebar()).getByRole("button", { name: "New conversation" }).click();
  await expect(page.getByRole("list", { name: "Questions to begin with" })).toBeVisible();
  await chat.ask("Tell me slowly what late returns and fines cost");
  await expect(chat.answers.last().locator("[data-citation]").nth(1)).toBeVisible({ timeout: 60_000 });
  await shot("answering");
  await chat.answered();
  await shot("answer");
  if (project.name === "desktop") {
    await chat.footnotes.first().hover();
    await expect(page.getByRole("tooltip")).toBeVisible();
    await shot("preview");
  }
  await chat.footnotes.first().click();
  await expect(chat.panel.locator("mark.bg-mark-strong")).toBeVisible();
  await page.mouse.move(5, 400);
  await page.waitForTimeout(300);
  await shot("footnote");
  await page.evaluate(() => {
    document.documentElement.dataset.theme = "dark";
  });
  await page.waitForTimeout(300);
  await shot("footnote-dark");
  await page.keyboard.press("Escape");
  await shot("answer-dark");
  await page.evaluate(() => {
    document.documentElement.dataset.theme = "light";
  });
  await chat.question.pressSequentially("What may one eat, @hand");
  await expect(page.getByRole("option").first()).toBeVisible();
  await shot("mention");
  await chat.question.fill("");
  if (project.name === "phone") {
    await chat.openSidebar();
    await page.waitForTimeout(300);
    await shot("conversations");
    await page.keyboard.press("Escape");
  }
  await page.goto(`${chat.url}/sources`);
  await expect(page.getByRole("link", { name: "handbook.md", exact: true })).toBeVisible();
  await shot("sources");
});
