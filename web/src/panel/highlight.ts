/** A source's text in pieces: what is quoted, what surrounds it, and what is not shown. */

import { characters, type Quote, type Reference, utf16Offset } from "../api";

export interface Piece {
  text: string;
  kind: "context" | "passage" | "quote";
  /** The quote that the reader came for. */
  current?: boolean;
}

export interface Excerpt {
  pieces: Piece[];
  /** `moved`: the source says something else there now, and these are the words kept with the answer. */
  state: "verified" | "unverified" | "unquoted" | "moved";
  cutBefore: boolean;
  cutAfter: boolean;
}

const PARAGRAPHS = 2;
const MOST_CONTEXT = 1600;
const MOST_TEXT = 120_000;

interface Span {
  start: number;
  end: number;
  kind: "passage" | "quote";
  current: boolean;
}

/** The passage with its quotes and two paragraphs on each side. */
export function passageExcerpt(text: string | null, reference: Reference, quote: Quote | undefined): Excerpt {
  if (text === null || !isUnmoved(text, reference, quote)) return keptExcerpt(reference, quote);
  const passage = span(text, reference.start, reference.end);
  const spans = spansOf(text, reference, quote);
  const first = Math.min(passage.start, ...spans.map((each) => each.start));
  const last = Math.max(passage.end, ...spans.map((each) => each.end));
  const from = contextStart(text, first);
  const to = contextEnd(text, last);
  return {
    pieces: cut(text, from, to, spans),
    state: stateOf(quote),
    cutBefore: from > 0,
    cutAfter: to < text.length,
  };
}

/** The whole text, or of a very long one the part around the passage. */
export function documentExcerpt(text: string, reference: Reference, quote: Quote | undefined): Excerpt {
  const spans = isUnmoved(text, reference, quote) ? spansOf(text, reference, quote).slice(1) : [];
  const at = utf16Offset(text, quote?.start ?? reference.start);
  const from = text.length > MOST_TEXT ? Math.max(0, at - MOST_TEXT / 2) : 0;
  const to = Math.min(text.length, from + MOST_TEXT);
  return { pieces: cut(text, from, to, spans), state: stateOf(quote), cutBefore: from > 0, cutAfter: to < text.length };
}

function stateOf(quote: Quote | undefined): Excerpt["state"] {
  if (!quote) return "unquoted";
  return quote.verified ? "verified" : "unverified";
}

/** Compared and not believed: the text may have been replaced since the answer was written. */
function isUnmoved(text: string, reference: Reference, quote: Quote | undefined): boolean {
  if (quote?.verified) return characters(text, quote.start, quote.end) === quote.text;
  return characters(text, reference.start, reference.end).trim() === reference.text.trim();
}

function span(text: string, start: number, end: number): { start: number; end: number } {
  const from = utf16Offset(text, start);
  return { start: from, end: from + characters(text, start, end).length };
}

function spansOf(text: string, reference: Reference, quote: Quote | undefined): Span[] {
  const passage: Span = { ...span(text, reference.start, reference.end), kind: "passage", current: false };
  const quotes = reference.quotes
    .filter((each) => each.verified && characters(text, each.start, each.end) === each.text)
    .map((each): Span => ({ ...span(text, each.start, each.end), kind: "quote", current: each === quote }));
  return [passage, ...quotes];
}

/** What was kept with the answer, with the quote marked where it stands in it. */
function keptExcerpt(reference: Reference, quote: Quote | undefined): Excerpt {
  const at = quote ? reference.text.indexOf(quote.text) : -1;
  const spans: Span[] = [{ start: 0, end: reference.text.length, kind: "passage", current: false }];
  if (quote && at >= 0) spans.push({ start: at, end: at + quote.text.length, kind: "quote", current: true });
  return {
    pieces: cut(reference.text, 0, reference.text.length, spans),
    state: "moved",
    cutBefore: true,
    cutAfter: true,
  };
}

/** Lines that were broken only because they were full flow again, as on the screen they would break twice. The text
 * keeps its length, so that all places stay where they are. */
export function flowing(text: string): string {
  return text.replace(/(?<=[^\n]{60})\n(?=[\p{L}\p{N}("“‘'])/gu, " ");
}

/** The text between two places, cut wherever a span begins or ends; a quote wins over the passage it lies in. */
function cut(raw: string, from: number, to: number, spans: Span[]): Piece[] {
  const text = flowing(raw);
  const inside = (place: number) => Math.min(to, Math.max(from, place));
  const places = new Set([from, to, ...spans.flatMap((each) => [inside(each.start), inside(each.end)])]);
  const sorted = [...places].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, index): Piece => {
    const end = sorted[index + 1] ?? to;
    const over = spans.filter((each) => each.start <= start && each.end >= end);
    const quotes = over.filter((each) => each.kind === "quote");
    const kind = quotes.length > 0 ? "quote" : over.length > 0 ? "passage" : "context";
    return { text: text.slice(start, end), kind, current: quotes.some((each) => each.current) };
  });
}

function contextStart(text: string, place: number): number {
  let from = place;
  for (let count = 0; count <= PARAGRAPHS && from > 0; count += 1) {
    const gap = text.lastIndexOf("\n\n", from - 1);
    if (gap < 0) return Math.max(0, place - MOST_CONTEXT);
    from = gap;
  }
  return Math.max(from, place - MOST_CONTEXT, 0);
}

function contextEnd(text: string, place: number): number {
  let to = place;
  let from = place;
  for (let count = 0; count <= PARAGRAPHS; count += 1) {
    to = text.indexOf("\n\n", from);
    if (to < 0) return Math.min(text.length, place + MOST_CONTEXT);
    from = to + 2;
  }
  return Math.min(to, place + MOST_CONTEXT);
}
