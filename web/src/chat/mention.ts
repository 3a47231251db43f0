/** The `@` in a question: where it begins, and what replaces it. */

export interface MentionQuery {
  /** Where the `@` stands. */
  from: number;
  to: number;
  query: string;
}

const LONGEST = 60;

/** The mention that is being typed at this place, if one is: an `@` at the beginning of a word, and up to three words. */
export function mentionAt(text: string, caret: number): MentionQuery | null {
  const before = text.slice(Math.max(0, caret - LONGEST), caret);
  const match = /(?:^|[\s([{"'“‘])@((?:[^\s@]+ ?){0,3})$/u.exec(before);
  if (!match) return null;
  const query = match[1] ?? "";
  return { from: caret - query.length - 1, to: caret, query };
}

/** The text with the mention written out, and where the caret goes. */
export function withMention(text: string, at: MentionQuery, title: string): { text: string; caret: number } {
  const rest = text.slice(at.to);
  const written = `@${title}${rest.startsWith(" ") ? "" : " "}`;
  const caret = at.from + written.length + (rest.startsWith(" ") ? 1 : 0);
  return { text: text.slice(0, at.from) + written + rest, caret };
}
