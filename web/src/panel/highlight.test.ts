import { expect, test } from "vitest";
import type { Quote, Reference } from "../api";
import { documentExcerpt, passageExcerpt } from "./highlight";

const TEXT =
  "# Owls 🦉🦉\n\nFirst.\n\nThe notice period is thirty days — for everybody.\n\nThird.\n\nFourth.\n\nFifth.";

/** As the server counts: in characters. */
function place(words: string, text = TEXT) {
  const start = [...text.slice(0, text.indexOf(words))].length;
  return { text: words, start, end: start + [...words].length };
}

function reference(quotes: Quote[], passage = place("The notice period is thirty days — for everybody.")): Reference {
  return {
    ...passage,
    number: 1,
    source_id: "s",
    passage_id: "p",
    url: "owls.md",
    title: "owls.md",
    type: "document",
    score: 1,
    cited: true,
    quotes,
  };
}

test("exactly the quoted words are marked, though owls take two units each", () => {
  const quote = { ...place("thirty days"), verified: true };

  const { pieces, state } = passageExcerpt(TEXT, reference([quote]), quote);

  expect(state).toBe("verified");
  expect(pieces.filter((piece) => piece.kind === "quote")).toEqual([
    { text: "thirty days", kind: "quote", current: true },
  ]);
  expect(pieces.filter((piece) => piece.kind === "passage").map((piece) => piece.text)).toEqual([
    "The notice period is ",
    " — for everybody.",
  ]);
});

test("the context is two paragraphs on each side, and nothing is lost or doubled", () => {
  const quote = { ...place("thirty days"), verified: true };

  const { pieces, cutBefore, cutAfter } = passageExcerpt(TEXT, reference([quote]), quote);

  expect(pieces.map((piece) => piece.text).join("")).toBe(TEXT.slice(0, TEXT.indexOf("\n\nFifth.")));
  expect([cutBefore, cutAfter]).toEqual([false, true]);
});

test("a source that has changed shows the words kept with the answer, and says so", () => {
  const quote = { ...place("thirty days"), verified: true };

  const { pieces, state } = passageExcerpt(TEXT.replace("thirty", "ninety"), reference([quote]), quote);

  expect(state).toBe("moved");
  expect(pieces.map((piece) => piece.text).join("")).toBe("The notice period is thirty days — for everybody.");
  expect(pieces.find((piece) => piece.kind === "quote")?.text).toBe("thirty days");
});

test("a source that is gone shows what was kept", () => {
  expect(passageExcerpt(null, reference([]), undefined).state).toBe("moved");
});

test("a quote that is not in the source is not marked anywhere", () => {
  const quote = { text: "thirty-one days", start: 0, end: 0, verified: false };

  const { pieces, state } = passageExcerpt(TEXT, reference([quote]), quote);

  expect(state).toBe("unverified");
  expect(pieces.some((piece) => piece.kind === "quote")).toBe(false);
});

test("the whole text marks the same words", () => {
  const quote = { ...place("Fifth"), verified: true };

  const { pieces } = documentExcerpt(TEXT, reference([quote], place("Fifth.")), quote);

  expect(pieces.map((piece) => piece.text).join("")).toBe(TEXT);
  expect(pieces.find((piece) => piece.current)?.text).toBe("Fifth");
});

test("a very long text is cut around the quote", () => {
  const long = `${"a b c\n\n".repeat(60_000)}the needle${"\n\nd e f".repeat(60_000)}`;
  const quote = { ...place("the needle", long), verified: true };

  const { pieces, cutBefore, cutAfter } = documentExcerpt(long, reference([quote], place("the needle", long)), quote);

  expect([cutBefore, cutAfter]).toEqual([true, true]);
  expect(pieces.find((piece) => piece.current)?.text).toBe("the needle");
});
