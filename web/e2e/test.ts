/** What every test of the page has: a server, a page that is watched, and the steps that all take. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { type Model, startModel } from "./model";
import { type Quoth, startQuoth } from "./server";

export { expect, startQuoth };

export const SAMPLE = resolve(import.meta.dirname, "../public/sample-handbook.md");

interface Fixtures {
  chat: Chat;
}

interface WorkerFixtures {
  model: Model;
  quoth: Quoth;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  model: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
    async ({}, use) => {
      const model = await startModel();
      await use(model);
      await model.close();
    },
    { scope: "worker" },
  ],
  quoth: [
    async ({ model }, use) => {
      const quoth = await startQuoth({ QUOTH_ANTHROPIC_BASE_URL: model.url, QUOTH_MODEL: "stub" });
      await addFile(quoth.url, "handbook.md", readFileSync(SAMPLE, "utf8"));
      await use(quoth);
      await quoth.remove();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  chat: async ({ page, quoth, isMobile }, use) => {
    const chat = new Chat(page, quoth.url, isMobile);
    await use(chat);
    chat.expectQuiet();
  },
});

/** Add a file and wait until it can be asked about. */
export async function addFile(url: string, name: string, text: string): Promise<string> {
  const form = new FormData();
  form.append("file", new File([text], name));
  const added = (await (await fetch(`${url}/api/v1/sources`, { method: "POST", body: form })).json()) as {
    id: string;
  }[];
  const id = added[0]?.id ?? "";
  await expect
    .poll(async () => ((await (await fetch(`${url}/api/v1/sources/${id}`)).json()) as { status: string }).status, {
      timeout: 60_000,
    })
    .toBe("ready");
  return id;
}

export class Chat {
  private readonly strangers: string[] = [];
  private readonly faults: string[] = [];

  constructor(
    readonly page: Page,
    readonly url: string,
    readonly isPhone: boolean,
  ) {
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== new URL(url).origin) this.strangers.push(request.url());
    });
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy|Refused to|Warning:|Minified React/.test(message.text()))
        this.faults.push(message.text());
    });
  }

  /** Nothing was asked of another host, nothing was refused by the policy, nothing broke. */
  expectQuiet(): void {
    expect(this.strangers).toEqual([]);
    expect(this.faults).toEqual([]);
  }

  async open(path = "/"): Promise<void> {
    await this.page.goto(this.url + path);
    await expect(this.question).toBeVisible();
  }

  get question(): Locator {
    return this.page.getByRole("textbox", { name: "Your question" });
  }

  get answers(): Locator {
    return this.page.getByRole("article", { name: "Quoth" });
  }

  get questions(): Locator {
    return this.page.getByRole("article", { name: "You" });
  }

  get footnotes(): Locator {
    return this.page.locator("[data-citation]");
  }

  get panel(): Locator {
    return this.isPhone
      ? this.page.getByRole("dialog", { name: "Source" })
      : this.page.getByRole("complementary", { name: "Source" });
  }

  async ask(text: string): Promise<void> {
    await this.question.fill(text);
    await this.page.getByRole("button", { name: "Send" }).click();
  }

  /** The answer stands: what can be done with it has appeared. */
  async answered(): Promise<void> {
    await expect(this.page.getByRole("button", { name: "Stop" })).toBeHidden({ timeout: 60_000 });
    await expect(this.answers.last().getByRole("button", { name: "Answer again" })).toBeVisible();
  }

  async openSidebar(): Promise<Locator> {
    if (this.isPhone) await this.page.getByRole("button", { name: "Open the list of conversations" }).click();
    return this.page.getByRole("navigation", { name: "Conversations" });
  }

  /** No violation, by the rules of WCAG 2.2 and good practice, in light and in dark. */
  async expectAccessible(): Promise<void> {
    for (const theme of ["light", "dark"]) {
      await this.page.evaluate((name) => {
        document.documentElement.dataset.theme = name;
      }, theme);
      // Colours on their way from one theme to the other are neither; what breathes for ever is not waited for.
      await this.page.evaluate(async () => {
        const passing = document.getAnimations().filter((each) => each.effect?.getComputedTiming().iterations === 1);
        await Promise.allSettled(passing.map((each) => each.finished));
      });
      const { violations } = await new AxeBuilder({ page: this.page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
        .analyze();
      expect(
        violations.map(({ id, nodes }) => `${theme}: ${id}: ${nodes.map((node) => node.html).join(" | ")}`),
      ).toEqual([]);
    }
    await this.page.evaluate(() => {
      document.documentElement.dataset.theme = "light";
    });
  }
}
