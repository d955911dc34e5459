import type { View } from "../archive/search.ts";
import { isFormat } from "../feeds/document.ts";
import { type App, type AppContext, sourcesInPath } from "./context.ts";
import { isCountFormat, serveCounts } from "./counts.ts";
import { serveFeed } from "./feed.ts";
import { serveFeedPage } from "./feed-page.ts";
import { FORMATS_TEXT, MONTH, splitFormat } from "./feeds-path.ts";
import { notFound } from "./http/problem.ts";
import { redirectHabitual, redirectToAccepted } from "./redirects.ts";
import { requireSources, selectSources } from "./sources.ts";
import { serveStatusFeed, serveStatusPage } from "./status-feed.ts";

/** Adds the routes under /feeds: `{sources}.{format}` is a feed, without a format it is the page for people. */
export function addFeedRoutes(app: App): void {
  // Hono has one parameter per path segment, so that a file name is one parameter.
  app.get("/feeds/:file{[^/.]+(?:\\.[a-z]+)?}", (c) => {
    const [sources, format] = splitFormat(c.req.param("file"));
    return serve(c, sources, "newest", format);
  });
  app.get("/feeds/:sources{[^/.]+}/:file{changes(?:\\.[a-z]+)?}", (c) =>
    serve(c, sourcesInPath(c), "changes", splitFormat(c.req.param("file"))[1]),
  );
  app.get("/feeds/:sources{[^/.]+}/:file{status(?:\\.[a-z]+)?}", (c) => {
    const selection = requireSources(c.get("bridge"), sourcesInPath(c));
    const [, format] = splitFormat(c.req.param("file"));
    if (format === undefined) return redirectToAccepted(c) ?? serveStatusPage(c, selection);
    if (isFormat(format)) return serveStatusFeed(c, selection, format);
    throw notFound(FORMATS_TEXT);
  });
  app.get("/feeds/:sources{[^/.]+}/:file{counts(?:\\.[a-z]+)?}", (c) => {
    const selection = requireSources(c.get("bridge"), sourcesInPath(c));
    const [, format = ""] = splitFormat(c.req.param("file"));
    if (isCountFormat(format)) return serveCounts(c, selection, format);
    throw notFound("counts come as .json and .csv");
  });
  app.get("/feeds/:sources{[^/.]+}/:file{\\d\\d\\d\\d-\\d\\d(?:\\.[a-z]+)?}", (c) => {
    const [month, format] = splitFormat(c.req.param("file"));
    if (!MONTH.test(month)) throw notFound(`${month} is not a month`);
    return serve(c, sourcesInPath(c), { month }, format);
  });
}

function serve(c: AppContext, ids: string, view: View, format: string | undefined): Response | Promise<Response> {
  const selection = selectSources(c.get("bridge"), ids);
  if ("error" in selection) {
    const isKnown = () => !("error" in selectSources(c.get("bridge"), ids.toLowerCase()));
    const redirect = redirectHabitual(c, isKnown);
    if (redirect) return redirect;
    throw notFound(selection.error);
  }
  if (format === undefined) return redirectToAccepted(c) ?? serveFeedPage(c, selection, view);
  if (isFormat(format)) return serveFeed(c, { selection, view, format });
  throw notFound(FORMATS_TEXT);
}
