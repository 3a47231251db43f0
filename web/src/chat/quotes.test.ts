import { expect, test } from "vitest";
import type { Reference } from "../api";
import { quoteFor } from "./quotes";

const quote = (text: string) => ({ text, start: 0, end: text.length, verified: true });

const REFERENCE = {
  quotes: [
    quote("There is no fine for the first three days."),
    quote("A late item costs 20 cents a day."),
    quote("An item that is more than 60 days late counts as lost."),
  ],
} as unknown as Reference;

test("a marker means the quote that its own sentence is about", () => {
  expect(quoteFor("What is late costs 20 cents each day", REFERENCE)).toBe(1);
  expect(quoteFor("After 60 days it is lost", REFERENCE)).toBe(2);
  expect(quoteFor("Three days are free of any fine", REFERENCE)).toBe(0);
});

test("without a clue it means the first, also where there is none", () => {
  expect(quoteFor("", REFERENCE)).toBe(0);
  expect(quoteFor("anything", { quotes: [] } as unknown as Reference)).toBe(0);
});
