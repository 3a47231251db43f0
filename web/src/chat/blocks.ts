/** An answer's Markdown in blocks, so that of a growing answer only the last one is parsed again. */

import { fromMarkdown } from "mdast-util-from-markdown";

export interface Blocks {
  text: string;
  /** Those that can't change any more: another one has begun behind each. */
  closed: string[];
  /** Where the open rest begins. */
  from: number;
}

export const NO_BLOCKS: Blocks = { text: "", closed: [], from: 0 };

/** The blocks of `text`, going on from those of an earlier state of it. */
export function blocksOf(text: string, before: Blocks = NO_BLOCKS): Blocks {
  const start = text.startsWith(before.text) ? before : NO_BLOCKS;
  const tail = text.slice(start.from);
  const nodes = fromMarkdown(tail).children;
  const closed = [...start.closed];
  let from = 0;
  for (const [index] of nodes.slice(0, -1).entries()) {
    const end = nodes[index + 1]?.position?.start.offset ?? 0;
    closed.push(tail.slice(from, end));
    from = end;
  }
  return { text, closed, from: start.from + from };
}
