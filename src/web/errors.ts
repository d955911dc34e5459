import type { BadParameter } from "../query/parameters.ts";

/**
 * An error on its way out, as RFC 9457 has it. Every error of the bridge is one of these: none comes as a feed with
 * the status 200, and none as an item in somebody's reader.
 */
export interface Problem {
  status: 400 | 401 | 404 | 405 | 413 | 415 | 422 | 429 | 500 | 503;
  title: string;
  detail: string;
  /** The parameter that is wrong, and what it takes. */
  parameter?: string;
  takes?: string;
  /** Why a page gave nothing, in a word. */
  reason?: string;
  headers?: Record<string, string>;
}

export const badParameter = (bad: BadParameter): Problem => ({ status: 400, title: "Bad parameter", ...bad });

export const notFound = (detail: string): Problem => ({ status: 404, title: "Not found", detail });

export const notAllowed = (method: string, allow: string): Problem => ({
  status: 405,
  title: "Method not allowed",
  detail: `this address takes ${allow}, not ${method.slice(0, 20)}`,
  headers: { allow },
});

/** Nothing is kept yet, or the archive cannot be read: the cases in which a feed is not there. */
export const unavailable = (detail: string, seconds: number): Problem => ({
  status: 503,
  title: "Nothing to show yet",
  detail,
  headers: { "retry-after": String(Math.max(1, Math.ceil(seconds))) },
});

/** Errors are never kept by caches: the next answer may be a good one. */
export function problemResponse({ headers, ...problem }: Problem): Response {
  return new Response(JSON.stringify({ type: "about:blank", ...problem }), {
    status: problem.status,
    headers: { ...headers, "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}
