import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Reference } from "../api";
import { blocksOf } from "./blocks";
import { References } from "./Citation";
import { Markdown } from "./Markdown";

const REFERENCE = {
  number: 1,
  title: "handbook.md",
  type: "document",
  text: "",
  quotes: [],
  page: 3,
} as unknown as Reference;

function show(text: string, live = false) {
  return render(
    <References value={{ messageId: "m", references: [REFERENCE] }}>
      <Markdown text={text} live={live} />
    </References>,
  );
}

test("nothing in an answer loads, runs or leads anywhere but by a click on a web address", () => {
  const { container } = show(
    [
      "![secret](https://evil.example/x.png)",
      '<img src="https://evil.example/y.png" onerror="alert(1)">',
      "<script>alert(1)</script>",
      "[click](javascript:alert(1)) [data](data:text/html,hi) [page](https://example.org/a)",
      "![ref][r]",
      "[r]: https://evil.example/z.png",
    ].join("\n\n"),
  );

  expect(container.querySelector("img, script, iframe, style")).toBeNull();
  const links = [...container.querySelectorAll("a")];
  expect(links.map((link) => link.getAttribute("href"))).toEqual(["https://example.org/a"]);
  expect(links[0]).toHaveAttribute("rel", "noopener noreferrer nofollow");
  expect(links[0]?.parentElement).toHaveTextContent("page (example.org)");
});

test("a marker with a reference is a footnote, one without stays text", () => {
  show("Thirty days [1], or not [2].");

  expect(screen.getAllByRole("button")).toHaveLength(1);
  expect(screen.getByRole("button", { name: "Source 1: handbook.md, page 3" })).toHaveTextContent("1");
  expect(document.body.textContent?.replaceAll("\u00a0", " ")).toContain("or not [2].");
});

test("in code and in links a marker stays what it is, and no definition turns it into a link", () => {
  const { container } = show(
    "`a[1]` and [see [1]](https://example.org)\n\n```\nb[1]\n```\n\nSo [1].\n\n[1]: https://evil.example",
  );

  expect(container.querySelectorAll("code")[0]).toHaveTextContent("a[1]");
  expect(container.querySelector("a[href*=evil]")).toBeNull();
  expect(screen.getAllByRole("button", { name: /Source 1/ })).toHaveLength(1);
});

test("of a growing answer the blocks that are closed stay the same", () => {
  const text = "# One\n\nTwo two.\n\n- a\n- b\n\n```\nx\n\ny\n```\n\nThree";
  let blocks = blocksOf("");
  const seen: string[] = [];

  for (let length = 1; length <= text.length; length += 1) {
    blocks = blocksOf(text.slice(0, length), blocks);
    for (const [index, closed] of blocks.closed.entries()) {
      seen[index] ??= closed;
      expect(closed).toBe(seen[index]);
    }
  }

  expect(blocks.closed.join("") + text.slice(blocks.from)).toBe(text);
  expect(blocks.closed).toContain("```\nx\n\ny\n```\n\n");
});
