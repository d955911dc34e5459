import type { Bridge } from "../archive/bridge.ts";
import { type AppContext, baseOf } from "./context.ts";
import { CHALLENGE } from "./http/authorization.ts";
import { type Problem, problemResponse } from "./http/problem.ts";
import { ErrorPage } from "./pages/error.tsx";
import { asksForPage, NEGOTIATED, pageResponse } from "./pages/page.ts";

/** The response for a problem: a page if a page was asked for, else problem+json. A feed's address never gets a page. */
export function errorResponse(c: AppContext, problem: Problem): Response | Promise<Response> {
  if (c.req.method === "POST" || /\.\w+$/.test(c.req.path)) return problemResponse(problem);
  const headers = { ...problem.headers, ...NEGOTIATED };
  if (!asksForPage(c.req.raw)) return problemResponse({ ...problem, headers });
  // The page has a form for the key. Given a Basic challenge, a browser opens its own dialog and shows no page.
  if (problem.status === 401) Object.assign(headers, CHALLENGE);
  const bridge: Bridge | undefined = c.get("bridge");
  // What a reader typed stays in the search field, to be mended.
  const { pathname: path, searchParams } = new URL(c.req.url);
  const others = [...searchParams].filter(([name]) => !["q", "before", "key"].includes(name));
  const search = problem.parameter === "q" ? { path, q: searchParams.get("q") ?? "", others } : undefined;
  const page = ErrorPage({ base: baseOf(c), sources: bridge?.sources ?? [], problem, search });
  return pageResponse(c.req.raw, page, { status: problem.status, headers });
}
