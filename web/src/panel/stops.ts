/** The places that an answer cites, one after the other. */

import type { Quote, Reference } from "../api";
import type { PanelTarget } from "./slice";

export interface Stop {
  reference: Reference;
  quote: Quote | undefined;
  target: PanelTarget;
}

/** A passage without a quote is one place too. */
export function stopsOf(messageId: string, references: Reference[]): Stop[] {
  const shown = references.some((each) => each.cited) ? references.filter((each) => each.cited) : references;
  return shown.flatMap((reference) =>
    (reference.quotes.length > 0 ? reference.quotes : [undefined]).map((quote, index) => ({
      reference,
      quote,
      target: { messageId, number: reference.number, quote: index },
    })),
  );
}
