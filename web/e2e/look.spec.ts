import { expect, test } from "./test";

test("at 320 pixels, as on a screen at 400 %, nothing has to be scrolled sideways", async ({ chat, page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await chat.open();
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await sideways()).toBeLessThanOrEqual(0);
  await chat.ask(
    "What is written about opening hours and `averyveryverylongwordwithoutanyspaceinitatallthatgoesonandon`?",
  );
  await chat.answered();
  expect(await sideways()).toBeLessThanOrEqual(0);
  await page.goto(`${chat.url}/sources`);
  await expect(page.getByRole("link", { name: "handbook.md", exact: true })).toBeVisible();
  expect(await sideways()).toBeLessThanOrEqual(0);
});

test("forced colours and reduced motion leave everything usable", async ({ chat, page }) => {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await chat.open();
  await chat.ask("How long are books lent?");
  await chat.answered();
  await chat.footnotes.first().click();
  const mark = chat.panel.locator("mark.bg-mark-strong");
  await expect(mark).toBeVisible();
  const [colour, around] = await mark.evaluate((node) => [
    getComputedStyle(node).backgroundColor,
    getComputedStyle(document.body).backgroundColor,
  ]);
  expect(colour).not.toBe(around);
});

test("the theme that was chosen is there from the first paint on", async ({ chat, page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await chat.open();
  await (await chat.openSidebar()).getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");

  await page.reload({ waitUntil: "commit" });

  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("what the server sends of the page is what a strict policy needs", async ({ chat, request }) => {
  const page = await request.get(chat.url);
  const html = await page.text();
  expect(page.headers()["content-security-policy"]).toContain("default-src 'none'");
  expect(page.headers()["cache-control"]).toContain("no-cache");
  expect(html).not.toMatch(/<script>|<style|style=|onload=/);
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? "";
  expect((await request.get(chat.url + script)).headers()["cache-control"]).toContain("immutable");
  expect((await request.get(`${chat.url}/assets/missing.js`)).status()).toBe(404);
  expect((await request.get(`${chat.url}/c/anything`)).headers()["content-type"]).toContain("text/html");
  chat.expectQuiet();
});
