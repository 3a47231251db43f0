/** An answer's text: Markdown without HTML, without pictures from elsewhere, with links that show where they lead. */

import { memo, useRef } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { classes } from "../ui/classes";
import { webAddress } from "../ui/format";
import { type Blocks, blocksOf, NO_BLOCKS } from "./blocks";
import { Citation } from "./Citation";
import { remarkCitations } from "./citations";

const PLUGINS = [remarkGfm, remarkCitations];

const COMPONENTS: Components = {
  a: ({ href, children }) => <ExternalLink href={href ?? ""}>{children}</ExternalLink>,
  img: ({ alt }) => <span className="text-muted">[image{alt ? `: ${alt}` : ""}]</span>,
  cite: ({ node, children }) => (
    <Citation number={Number(node?.properties.number)} claim={String(node?.properties.claim ?? "")}>
      {children}
    </Citation>
  ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <div className="table-frame" tabIndex={0} role="group">
      <table>{children}</table>
    </div>
  ),
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <pre tabIndex={0}>{children}</pre>
  ),
};

function ExternalLink({ href, children }: { href: string; children?: React.ReactNode }) {
  const address = webAddress(href);
  if (!address && !href.startsWith("mailto:")) return <span>{children}</span>;
  const host = address?.host ?? href.replace("mailto:", "");
  const saysSo = typeof children === "string" && children.includes(host);
  return (
    <a href={href} title={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
      {!saysSo && <span className="text-muted text-sm"> ({host})</span>}
    </a>
  );
}

/** Sources of pictures go; of links, only those remain that open a page or a letter. */
function safeUrl(url: string, key: string): string {
  if (key === "src") return "";
  return webAddress(url) || url.startsWith("mailto:") ? url : "";
}

const Block = memo(function Block({ text }: { text: string }) {
  return (
    <div>
      <ReactMarkdown skipHtml urlTransform={safeUrl} remarkPlugins={PLUGINS} components={COMPONENTS}>
        {text}
      </ReactMarkdown>
    </div>
  );
});

export function Markdown({ text, live = false }: { text: string; live?: boolean }) {
  const before = useRef<Blocks>(NO_BLOCKS);
  const blocks = blocksOf(text, before.current);
  before.current = blocks;
  return (
    <div className={classes("prose-answer", live && "live")}>
      {[...blocks.closed, text.slice(blocks.from)].map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only ever added at the end
        <Block key={index} text={block} />
      ))}
    </div>
  );
}
