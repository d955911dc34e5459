import { createMiddleware } from "hono/factory";
import { HonoBase } from "hono/hono-base";
import { TrieRouter } from "hono/router/trie-router";
import type { Bridge } from "../archive/bridge.ts";
import { ArchiveUnavailable } from "../archive/client.ts";
import { SettingError } from "../environment.ts";
import { logError } from "../log.ts";
import { diskError } from "../platform/sql.ts";
import { requireAccessKey } from "./access-key.ts";
import { addOperatorRoutes } from "./admin.ts";
import { addArticleRoutes } from "./articles.ts";
import type { App, AppContext, AppEnv } from "./context.ts";
import { errorResponse } from "./error-response.ts";
import { addFeedRoutes } from "./feeds.ts";
import { finishHeaders } from "./finish-headers.ts";
import { serveHealth, serveSourceHealth } from "./health-pages.ts";
import { serveHome } from "./home.ts";
import { HttpError, type Problem, problemResponse, unavailable } from "./http/problem.ts";
import { serveHub } from "./hub.ts";
import { servePngIcon, serveSvgIcon } from "./icons.ts";
import { unmatched } from "./method-not-allowed.ts";
import { countRequests, serveAlive, serveMetrics } from "./metrics.ts";
import { OPENAPI_PATH, serveOpenApi } from "./openapi/document.ts";
import { serveOpml } from "./opml.ts";
import { rateLimit } from "./rate-limit.ts";
import { redirectToFeed } from "./redirects.ts";
import { cachedResponse } from "./response-cache.ts";
import { serveManifest, serveOpenSearch, serveRobots } from "./site-files.ts";
import { serveSync } from "./sync.ts";

/**
 * The bridge's HTTP interface. All routes and the order of all checks are here.
 *
 * @param bridgeOf the bridge for the runtime's bindings: the same object for the same bindings, since caches are kept by
 *   it. It throws a SettingError if a variable or binding is wrong.
 */
export function createApp<Bindings extends object>(
  bridgeOf: (bindings: Bindings) => Bridge,
): Pick<App, "fetch" | "routes" | "router"> {
  // Hono with all its routers would first build another one, which cannot have these paths, at the first request.
  const app: App = new HonoBase<AppEnv>({ router: new TrieRouter() });
  let known: { bindings: object; bridge: Bridge } | undefined;

  app.use(countRequests);
  app.use(finishResponse);
  app.use(async (c, next) => {
    const bridge = bridgeOf(c.env as Bindings);
    known = { bindings: c.env, bridge };
    c.set("bridge", bridge);
    await next();
  });
  app.get("/healthz", serveAlive);
  app.use(rateLimit);

  addOperatorRoutes(app);
  app.get("/robots.txt", serveRobots);
  app.get("/icon.svg", serveSvgIcon);
  app.get("/icon.png", servePngIcon);
  app.get("/metrics", serveMetrics);

  // Everything from here on requires the access key of a private bridge.
  app.use(requireAccessKey);
  app.get("/", serveHome);
  app.get("/health", serveHealth);
  app.get("/health/:source{[^/]+}", serveSourceHealth);
  app.get("/rss.xml", redirectToFeed("rss"));
  app.get("/atom.xml", redirectToFeed("atom"));
  app.get("/feed.json", redirectToFeed("json"));
  app.get("/feeds.opml", serveOpml);
  app.get("/opensearch.xml", serveOpenSearch);
  app.get("/manifest.webmanifest", serveManifest);
  addFeedRoutes(app);
  addArticleRoutes(app);
  app.get("/sync/:sources{[^/]+}", serveSync);
  app.post("/hub", serveHub);
  app.get(OPENAPI_PATH, serveOpenApi);

  app.notFound(unmatched(app));
  app.onError((error, c) => errorResponse(c, problemOf(error, c)));
  const { routes, router } = app;
  return {
    routes,
    router,
    fetch(request, bindings, context) {
      const answer = known && known.bindings === bindings ? cachedResponse(known.bridge, request) : undefined;
      return answer ?? app.fetch(request, bindings, context);
    },
  };
}

/**
 * Adds to every response what it does not say itself. Hono's `secure-headers` and `cors` would set a dozen headers one
 * by one on each cached feed, which has them already.
 */
const finishResponse = createMiddleware<AppEnv>(async (c, next) => {
  // A server passes on any Host and any path; everything after this may rely on an address that can be parsed.
  if (URL.canParse(c.req.url)) await next();
  else c.res = problemResponse({ status: 400, detail: "the header Host and the path are no valid address" });
  finishHeaders(c.res.headers, c.get("bridge"));
});

/** Seconds until an archive that cannot be reached is worth another try. */
const ARCHIVE_RETRY = 60;

/** The response to an exception. It never contains a setting; the details are in the log. */
function problemOf(error: unknown, c: AppContext): Problem {
  if (error instanceof HttpError) return error.problem;
  const isSetting = error instanceof SettingError;
  if (!isSetting) logError("error", error, { path: c.req.path });
  const disk = diskError(error instanceof ArchiveUnavailable ? error.cause : error);
  if (disk && disk !== "failing") return unavailable("the archive can store nothing at present", ARCHIVE_RETRY).problem;
  if (error instanceof ArchiveUnavailable)
    return unavailable("the archive cannot be read at present", ARCHIVE_RETRY).problem;
  const detail = isSetting ? "the bridge is not set up right; its log says why" : "the bridge has an internal error";
  return { status: 500, detail };
}
