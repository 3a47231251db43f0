/** `[1]` in an answer's Markdown becomes a citation; in code and links it stays what it is. */

import type { Nodes, Parent, PhrasingContent, Root } from "mdast";

const MARKERS = /(?:\[\d{1,3}\])+[.,;:!?)]*/g;
const OPAQUE = new Set(["link", "code", "inlineCode", "definition"]);

/** A remark plugin. What a number refers to, and whether it refers to anything, is decided where it is shown. */
export function remarkCitations() {
  return (tree: Root) => visit(tree);
}

function visit(node: Parent): void {
  node.children = node.children.flatMap((child): Nodes[] => {
    if (child.type === "text") return withCitations(child.value);
    // `[1]` is a reference once the text defines `[1]: somewhere`: a marker can't be turned into a link like that.
    if (child.type === "linkReference" && /^\d{1,3}$/.test(child.identifier)) return [citation(child.identifier)];
    if ("children" in child && !OPAQUE.has(child.type)) visit(child);
    return [child];
  }) as Parent["children"];
  if (node.type === "paragraph" || node.type === "heading" || node.type === "tableCell") withClaims(node);
}

function withCitations(text: string): PhrasingContent[] {
  const parts: PhrasingContent[] = [];
  let from = 0;
  for (const match of text.matchAll(MARKERS)) {
    const before = text.slice(from, match.index).replace(/\s+$/, "\u00a0");
    const word = /\S{0,30}$/u.exec(before.trimEnd())?.[0] ?? "";
    const rest = before.slice(0, before.trimEnd().length - word.length);
    if (rest) parts.push({ type: "text", value: rest });
    parts.push(together(before.slice(rest.length), match[0]));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ type: "text", value: text.slice(from) });
  return parts;
}

/** A word, its markers and the stop behind them stay on one line. */
function together(word: string, markers: string): PhrasingContent {
  const numbers = [...markers.matchAll(/\d+/g)].map(([number]) => citation(number));
  const stop = /[^\d\]]*$/.exec(markers)?.[0] ?? "";
  const children: PhrasingContent[] = [{ type: "text", value: word }, ...numbers, { type: "text", value: stop }];
  return { type: "emphasis", children, data: { hName: "span", hProperties: { className: ["whitespace-nowrap"] } } };
}

/** Tells each citation of a block the words that it stands behind, back to where the one before it ended a claim. */
function withClaims(block: Parent): void {
  let claim = "";
  let said = "";
  const walk = (node: Nodes): void => {
    const data = node.data as { hName?: string; hProperties?: Record<string, string> } | undefined;
    if (data?.hName === "cite" && data.hProperties) {
      if (/[\p{L}\p{N}]/u.test(said)) claim = said;
      data.hProperties.claim = claim.trim();
      said = "";
    } else if ("value" in node) said += node.value;
    else if ("children" in node) node.children.forEach(walk);
  };
  block.children.forEach(walk);
}

function citation(number: string): PhrasingContent {
  return {
    type: "emphasis",
    children: [{ type: "text", value: `[${number}]` }],
    data: { hName: "cite", hProperties: { number } },
  };
}
