/** Which of a reference's quotes a marker means: several may stand behind one number. */

import type { Reference } from "../api";

/** The place of the quote that shares most words with the claim before the marker; the first of equals. */
export function quoteFor(claim: string, reference: Reference): number {
  const said = new Set(wordsOf(claim));
  const shared = reference.quotes.map((quote) => {
    const words = [...new Set(wordsOf(quote.text))];
    return words.filter((word) => said.has(word)).length / Math.sqrt(words.length || 1);
  });
  return Math.max(0, shared.indexOf(Math.max(...shared)));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
