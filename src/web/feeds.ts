import { Hono } from "hono";
import type { View } from "../archive/find.ts";
import { isFormat } from "../feeds/document.ts";
import { type AppContext, type AppEnv, sourcesInPath } from "./context.ts";
import { isCountFormat, serveCounts } from "./counts.ts";
import { errorResponse } from "./error-response.ts";
import { serveFeed } from "./feed.ts";
import { FORMATS_TEXT, MONTH, splitFormat } from "./feeds-path.ts";
import { notFound } from "./http/problem.ts";
import { serveFeedPage } from "./pages.ts";
import { redirectHabitual, redirectToAccepted } from "./redirects.ts";
import { selectSources } from "./sources.ts";
import { serveStatusFeed, serveStatusPage } from "./status-feed.ts";

/** The routes under /feeds: `{sources}.{format}` is a feed, without a format it is the page for people. */
export const feeds = new Hono<AppEnv>();

// Hono has one parameter per path segment, so that a file name is one parameter.
feeds.get("/:file{[^/.]+(?:\\.[a-z]+)?}", (c) => {
  const [sources, format] = splitFormat(c.req.param("file"));
  return serve(c, sources, "newest", format);
});
feeds.get("/:sources{[^/.]+}/:file{changes(?:\\.[a-z]+)?}", (c) =>
  serve(c, sourcesInPath(c), "changes", splitFormat(c.req.param("file"))[1]),
);
feeds.get("/:sources{[^/.]+}/:file{status(?:\\.[a-z]+)?}", (c) => {
  const selection = selectSources(c.get("bridge"), sourcesInPath(c));
  if ("error" in selection) return errorResponse(c, notFound(selection.error));
  const [, format] = splitFormat(c.req.param("file"));
  if (format === undefined) return redirectToAccepted(c) ?? serveStatusPage(c, selection);
  return isFormat(format) ? serveStatusFeed(c, selection, format) : errorResponse(c, notFound(FORMATS_TEXT));
});
feeds.get("/:sources{[^/.]+}/:file{counts(?:\\.[a-z]+)?}", (c) => {
  const selection = selectSources(c.get("bridge"), sourcesInPath(c));
  if ("error" in selection) return errorResponse(c, notFound(selection.error));
  const [, format = ""] = splitFormat(c.req.param("file"));
  if (isCountFormat(format)) return serveCounts(c, selection, format);
  return errorResponse(c, notFound("counts come as .json and .csv"));
});
feeds.get("/:sources{[^/.]+}/:file{\\d\\d\\d\\d-\\d\\d(?:\\.[a-z]+)?}", (c) => {
  const [month, format] = splitFormat(c.req.param("file"));
  if (!MONTH.test(month)) return errorResponse(c, notFound(`${month} is not a month`));
  return serve(c, sourcesInPath(c), { month }, format);
});

function serve(c: AppContext, ids: string, view: View, format: string | undefined): Response | Promise<Response> {
  const selection = selectSources(c.get("bridge"), ids);
  if ("error" in selection) {
    const isKnown = () => !("error" in selectSources(c.get("bridge"), ids.toLowerCase()));
    return redirectHabitual(c, isKnown) ?? errorResponse(c, notFound(selection.error));
  }
  if (format === undefined) return redirectToAccepted(c) ?? serveFeedPage(c, selection, view);
  if (isFormat(format)) return serveFeed(c, { selection, view, format });
  return errorResponse(c, notFound(FORMATS_TEXT));
}
