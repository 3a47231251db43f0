/** What can go wrong: the server refused (a problem), or the connection did not hold. */

import type { Problem } from "./generated/index.js";

/** A refusal of the server (RFC 9457), as an error to throw. Its fields are those of the problem. */
export class ProblemError extends Error implements Problem {
  override readonly name = "ProblemError";
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly errors?: Problem["errors"];
  /** Seconds to wait, where the server said so. */
  readonly retryAfter?: number;

  constructor(problem: Problem, retryAfter?: number, body?: unknown) {
    super(problem.detail || problem.title, { cause: body });
    this.type = problem.type;
    this.title = problem.title;
    this.status = problem.status;
    this.detail = problem.detail;
    if (problem.instance) this.instance = problem.instance;
    if (problem.errors) this.errors = problem.errors;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
  }
}

/** The server could not be reached, or the connection was lost and could not be taken up again. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** Any failed request as one of the two errors; what is not a failure of a request (an abort) stays as it is. */
export function asError(error: unknown, response?: Response): unknown {
  if (error instanceof ProblemError || error instanceof ConnectionError || isAbort(error)) return error;
  if (!response) return new ConnectionError("The server can't be reached.", { cause: error });
  if (response.ok) return new ConnectionError("The server's answer could not be read.", { cause: error });
  const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new ProblemError(problemOf(error, response), Number.isFinite(wait) ? wait : undefined, error);
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** A proxy in between answers errors with pages of its own: those become problems too. */
function problemOf(body: unknown, response: Response): Problem {
  if (typeof body === "object" && body !== null && "title" in body && "status" in body) {
    return body as Problem;
  }
  const title = response.statusText || `HTTP ${response.status}`;
  return { type: "about:blank", title, status: response.status, detail: title };
}
