// What a first visit loads must stay small: the entry script and everything it imports at once, gzipped.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT = 170_000;
const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "dist");
const html = readFileSync(join(dist, "index.html"), "utf8");
const first = new Set([...html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map((match) => match[1]));
let total = 0;
for (const path of first) {
  const code = readFileSync(join(dist, path));
  total += gzipSync(code, { level: 9 }).length;
  for (const [, imported] of code.toString().matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) {
    first.add(`/assets/${imported}`);
  }
}
console.log(`First load: ${(total / 1000).toFixed(1)} kB of JavaScript, gzipped (at most ${LIMIT / 1000}).`);
if (total > LIMIT) process.exit(1);
