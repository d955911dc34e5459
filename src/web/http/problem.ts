import type { InvalidParameter } from "../../query/parameters.ts";

/** What HTTP calls each status (RFC 9110, section 15; RFC 6585 for 429). */
export const PHRASES = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  405: "Method Not Allowed",
  410: "Gone",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

/**
 * An error on its way out, as RFC 9457 has it. Every error of the bridge is one of these: none comes as a feed with
 * the status 200, and none as an item in somebody's reader.
 */
export interface Problem {
  status: keyof typeof PHRASES;
  detail: string;
  /** The parameter that is wrong, and what it takes. */
  parameter?: string;
  accepts?: string;
  /** Why a page gave nothing, in a word. */
  reason?: string;
  headers?: Record<string, string>;
}

export const badParameter = (error: InvalidParameter): Problem => ({ status: 400, ...error });

export const notFound = (detail: string): Problem => ({ status: 404, detail });

export const methodNotAllowed = (method: string, allow: string): Problem => ({
  status: 405,
  detail: `this address takes ${allow}, not ${method.slice(0, 20)}`,
  headers: { allow },
});

/** Nothing is kept yet, or the archive cannot be read: the cases in which a feed is not there. */
export const unavailable = (detail: string, seconds: number): Problem => ({
  status: 503,
  detail,
  headers: { "retry-after": String(Math.max(1, Math.ceil(seconds))) },
});

/**
 * Errors are never kept by caches: the next answer may be a good one. A problem without a type of its own has its
 * status's phrase for a title (RFC 9457, section 4.2.1).
 */
export function problemResponse({ headers, ...problem }: Problem): Response {
  return new Response(JSON.stringify({ type: "about:blank", title: PHRASES[problem.status], ...problem }), {
    status: problem.status,
    headers: { ...headers, "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}
