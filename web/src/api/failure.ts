/** What went wrong, in the form that every part of the page shows it. */

import { ConnectionError, ProblemError } from "@quoth/client";
import { t } from "../strings";

export interface Failure {
  kind: "offline" | "problem";
  status?: number;
  /** One sentence for a person. */
  text: string;
  /** What to copy into a report. */
  details?: string;
  retryAfter?: number;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof ProblemError) {
    const details = [error.type, error.instance, ...(error.errors ?? []).map((each) => each.detail)];
    return {
      kind: "problem",
      status: error.status,
      text: error.detail || error.title,
      details: details.filter((part) => part && part !== "about:blank").join("\n"),
      ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
    };
  }
  if (error instanceof ConnectionError) return { kind: "offline", text: t.errors.offline };
  return { kind: "problem", text: t.errors.unexpected, details: String(error) };
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 404;
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
