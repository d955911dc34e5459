/** The phrase of each status (RFC 9110, section 15; RFC 6585 for 429). */
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
 * An error as problem details (RFC 9457). Every error of the bridge is one of these: never a feed with status 200, and
 * never an item in a feed.
 */
export interface Problem {
  status: keyof typeof PHRASES;
  detail: string;
  /** The parameter that is wrong, and what it takes. */
  parameter?: string;
  accepts?: string;
  /** Why a page could not be used, in a word. */
  reason?: string;
  headers?: Record<string, string>;
}

/** A request that cannot be served: thrown like Hono's `HTTPException`, and answered with the problem by `onError`. */
export class HttpError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export const badParameter = (error: Omit<Problem, "status"> & { parameter: string }): HttpError =>
  new HttpError({ status: 400, ...error });

/** @param accepts what the parameter takes */
export const wrongParameter = (parameter: string, accepts: string): HttpError =>
  badParameter({ parameter, detail: `${parameter} takes ${accepts}`, accepts });

/** @param why what is wrong with it, to be read after its name */
export const refusedParameter = (parameter: string, why: string): HttpError =>
  badParameter({ parameter, detail: `${parameter} ${why}` });

export const notFound = (detail: string): HttpError => new HttpError({ status: 404, detail });

export const methodNotAllowed = (method: string, allow: string): HttpError =>
  new HttpError({ status: 405, detail: `this address takes ${allow}, not ${method.slice(0, 20)}`, headers: { allow } });

/** Nothing is stored yet, or the archive cannot be read. `seconds`: when to try again. */
export const unavailable = (detail: string, seconds: number): HttpError =>
  new HttpError({ status: 503, detail, headers: { "retry-after": String(Math.max(1, Math.ceil(seconds))) } });

/**
 * The response for a problem. Caches never store it: the next response may be a good one. The type is `about:blank`, and
 * the title is then the phrase of the status (RFC 9457, section 4.2.1).
 */
export function problemResponse({ headers, ...problem }: Problem): Response {
  return new Response(JSON.stringify({ type: "about:blank", title: PHRASES[problem.status], ...problem }), {
    status: problem.status,
    headers: { ...headers, "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}
