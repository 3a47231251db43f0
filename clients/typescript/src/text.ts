/** Offsets of the API count characters (Unicode code points); JavaScript's strings count UTF-16 units. */

/** Where in `text` the character with this number begins. */
export function utf16Offset(text: string, characters: number): number {
  let offset = 0;
  for (let passed = 0; passed < characters && offset < text.length; passed += 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

/** The characters of `text` from `start` to `end`, both as the API counts them. */
export function characters(text: string, start: number, end: number): string {
  const from = utf16Offset(text, start);
  return text.slice(from, from + utf16Offset(text.slice(from), end - start));
}
