import { expect, test } from "./test";

test("sources are added, found, read and deleted, and one that can't be read says why", async ({
  chat,
  page,
  isMobile,
}) => {
  const name = isMobile ? "zebra-phone.md" : "zebra-desk.md";
  await page.goto(`${chat.url}/sources`);
  await expect(page.getByRole("link", { name: "handbook.md", exact: true })).toBeVisible();
  await chat.expectAccessible();

  const input = page.locator('main input[type="file"]').first();
  await input.setInputFiles([
    { name, mimeType: "text/markdown", buffer: Buffer.from("# Zebras\n\nZebras are striped, as everybody knows.") },
    { name: "broken.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\nthis is none") },
  ]);
  const tray = page.getByRole("list", { name: "Files being added" });
  await expect(tray.getByText(/Ready, 1 passage/)).toBeVisible({ timeout: 60_000 });
  await expect(tray.getByRole("button", { name: "Try again" })).toBeVisible({ timeout: 60_000 });
  await chat.expectAccessible();

  await page.getByRole("searchbox", { name: "Search sources" }).fill("zeb");
  await expect(page.getByRole("link", { name: "handbook.md", exact: true })).toBeHidden();
  await page.getByRole("link", { name, exact: true }).click();
  await expect(page.getByText("Zebras are striped, as everybody knows.")).toBeVisible();
  await chat.expectAccessible();

  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("was deleted.")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
});

test("a private address is refused with its reason", async ({ chat, page }) => {
  await page.goto(`${chat.url}/sources`);
  await page.getByRole("button", { name: "Add a web page" }).click();
  await page.getByRole("textbox", { name: "Address of the page" }).fill("http://127.0.0.1:9/private");
  await page.getByRole("button", { name: "Add", exact: true }).click();

  await expect(page.getByRole("alert").or(page.getByRole("list", { name: "Files being added" }))).toContainText(
    /127\.0\.0\.1|address/i,
  );
  chat.expectQuiet();
});
