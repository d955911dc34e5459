import type { App, AppContext } from "./context.ts";
import { methodNotAllowed, notFound } from "./http/problem.ts";
import { redirectHabitual } from "./redirects.ts";

/** Methods that routes may have. Hono answers HEAD with the handler for GET. */
const METHODS = ["GET", "POST", "PUT", "DELETE"] as const;
const READING = ["GET", "HEAD"];

/**
 * Answers a request that no route matches: OPTIONS and CORS preflights, 405 with Allow, or 404.
 *
 * Hono's own `method-not-allowed` is not used: it builds the 404 before it replaces it, and it also looks at every 404
 * that a handler returned. Hono's `cors` is not used: it allows the same methods for every path.
 */
export const unmatched =
  (app: App) =>
  (c: AppContext): Response => {
    const own = allowedMethods(app, c.req.path);
    const redirect =
      own.length === 0 ? redirectHabitual(c, (path) => allowedMethods(app, path).includes("GET")) : undefined;
    const allow = redirect ? READING : own;
    if (redirect && allow.includes(c.req.method)) return redirect;
    const path = c.req.path.slice(0, 100);
    if (allow.length === 0)
      throw notFound(`there is nothing at ${path}; feeds are at /feeds/{source}.rss, .atom and .json`);
    const methods = [...allow, "OPTIONS"].join(", ");
    if (c.req.method === "OPTIONS") return preflightResponse(methods);
    throw methodNotAllowed(c.req.method, methods);
  };

/** Methods with a handler for this path. Middleware is registered for all methods and does not count. */
function allowedMethods(app: App, path: string): string[] {
  const matched = METHODS.filter((method) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method === method),
  );
  return matched.flatMap((method) => (method === "GET" ? READING : [method]));
}

/** The answer to OPTIONS, including the preflight of scripts on other pages (Fetch, section 3.2.2). */
function preflightResponse(methods: string): Response {
  return new Response(null, {
    status: 204,
    headers: {
      allow: methods,
      "access-control-allow-methods": methods,
      "access-control-allow-headers":
        "Authorization, Cache-Control, Content-Type, If-None-Match, If-Modified-Since, Pragma",
      "access-control-max-age": "86400",
      "cache-control": "public, max-age=86400",
    },
  });
}
