/** Times, sizes and addresses as people read them. */

import { t } from "../strings";

const DAY = 86_400_000;

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** The heading under which a list shows what happened at this time. */
export function dayGroup(iso: string, now = new Date()): string {
  const date = new Date(iso);
  const days = Math.round((startOfDay(now) - startOfDay(date)) / DAY);
  if (days <= 0) return t.sidebar.groups.today;
  if (days === 1) return t.sidebar.groups.yesterday;
  if (days < 7) return t.sidebar.groups.week;
  if (days < 30) return t.sidebar.groups.month;
  return date.toLocaleDateString("en", { month: "long", year: "numeric" });
}

export function dateOf(iso: string): string {
  return new Date(iso).toLocaleDateString("en", { day: "numeric", month: "short", year: "numeric" });
}

export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** An http(s) address, or nothing: only those are ever made into links. */
export function webAddress(url: string): URL | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return parsed.protocol === "http:" || parsed.protocol === "https:" ? parsed : undefined;
}

/** The page with a text fragment, so that a browser goes to the words and marks them. */
export function linkToWords(url: URL, words: string): string {
  const encoded = (part: string) => encodeURIComponent(part).replaceAll("-", "%2D");
  const all = words.trim().split(/\s+/);
  const fragment =
    all.length > 12
      ? `${encoded(all.slice(0, 5).join(" "))},${encoded(all.slice(-5).join(" "))}`
      : encoded(all.join(" "));
  return `${url.href.split("#")[0]}#:~:text=${fragment}`;
}
