import { expect, test } from "vitest";
import { mentionAt, withMention } from "./mention";

test("a mention begins with an @ at the beginning of a word", () => {
  expect(mentionAt("@", 1)).toEqual({ from: 0, to: 1, query: "" });
  expect(mentionAt("see @hand", 9)).toEqual({ from: 4, to: 9, query: "hand" });
  expect(mentionAt("(@hand", 6)?.query).toBe("hand");
  expect(mentionAt("@annual report 20", 17)?.query).toBe("annual report 20");
});

test("an address of mail is no mention, nor is what lies far behind", () => {
  expect(mentionAt("write to me@example.org", 23)).toBeNull();
  expect(mentionAt("@one two three four five", 24)).toBeNull();
  expect(mentionAt("nothing here", 7)).toBeNull();
});

test("the title takes the place of what was typed, with one space behind", () => {
  const at = mentionAt("ask @han now", 8);
  if (!at) throw new Error("there is a mention");

  expect(withMention("ask @han now", at, "Handbook.md")).toEqual({ text: "ask @Handbook.md now", caret: 17 });
  expect(withMention("ask @han", at, "Handbook.md")).toEqual({ text: "ask @Handbook.md ", caret: 17 });
});
