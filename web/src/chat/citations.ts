/** `[1]` in an answer's Markdown becomes a citation; in code and links it stays what it is. */

import type { Nodes, Parent, PhrasingContent, Root } from "mdast";

const MARKER = /\[(\d{1,3})\]/g;
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
  for (const match of text.matchAll(MARKER)) {
    const before = text.slice(from, match.index);
    // A marker stays on the line of the word that it belongs to.
    if (before) parts.push({ type: "text", value: before.replace(/\s+$/, "\u00a0") });
    parts.push(citation(match[1] ?? ""));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ type: "text", value: text.slice(from) });
  return parts;
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
