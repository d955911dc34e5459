import { createMiddleware } from "hono/factory";
import { isMediaTypeOf } from "../refresh/fetch.ts";
import { ingest } from "../refresh/ingest.ts";
import { MAX_PAGE_BYTES } from "../refresh/page-bytes.ts";
import { refresh } from "../refresh/refresh.ts";
import type { RefreshOutcome } from "../refresh/round.ts";
import { hostsOf, newestPath } from "../sites/addresses.ts";
import { serveExport, serveImport } from "./backup.ts";
import { type App, type AppContext, type AppEnv, otherParameter, ownParameter, sourcesInPath } from "./context.ts";
import { checkBearer } from "./http/authorization.ts";
import { badParameter, HttpError, notFound, wrongParameter } from "./http/problem.ts";
import { readBody } from "./request-body.ts";
import { requireSources, unfollowedSource } from "./sources.ts";
import { serveWebhooks, serveWebhookTest } from "./webhooks.ts";

/** The operator's routes. A bearer token opens them; without ADMIN_TOKEN they do not exist, whatever the method. */

const onlyWithAdminToken = createMiddleware<AppEnv>(async (c, next) => {
  if (!c.get("bridge").adminToken) throw notFound("this bridge takes no such requests: ADMIN_TOKEN is not set");
  await next();
});

/**
 * Lets only the operator pass. Hono's `bearer-auth` is not used: it refuses tokens with characters beyond RFC 6750's
 * `b64token`, and its errors are not problem details.
 */
const requireAdminToken = createMiddleware<AppEnv>(async (c, next) => {
  await checkBearer(c.req.raw, c.get("bridge").adminToken ?? "", "send Authorization: Bearer <ADMIN_TOKEN>");
  await next();
});

/** Adds the operator's routes. */
export function addOperatorRoutes(app: App): void {
  for (const path of ["/refresh/*", "/ingest/*", "/export", "/import", "/webhooks", "/webhooks/*"])
    app.use(path, onlyWithAdminToken);
  app.post("/refresh/:sources{[^/]+}", requireAdminToken, serveRefresh);
  app.post("/ingest/:sources{[^/]+}", requireAdminToken, serveIngest);
  app.get("/export", requireAdminToken, serveExport);
  app.post("/import", requireAdminToken, serveImport);
  app.get("/webhooks", requireAdminToken, serveWebhooks);
  app.post("/webhooks/:n{[1-9]\\d?}/test", requireAdminToken, serveWebhookTest);
}

/** Fetches a source now as the cron does, even if it is not due, and reports the result. */
async function serveRefresh(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  const { sources } = requireSources(bridge, sourcesInPath(c));
  const all = await refresh(bridge, sources, Date.now(), { articlePages: bridge.bodiesPerTick });
  const outcomes = all.map(outcomeOf);
  return Response.json(outcomes.length === 1 ? outcomes[0] : { outcomes });
}

/** Stores the articles of a page that was fetched elsewhere, for bridges that the website blocks. */
async function serveIngest(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  const id = sourcesInPath(c);
  const source = bridge.sources.find((source) => source.id === id);
  if (!source) {
    const error = unfollowedSource(bridge, id)?.error ?? `there is no source "${id.slice(0, 60)}"`;
    throw notFound(error);
  }
  const { site } = source;
  const page = URL.parse(ownParameter(c, "url") ?? "");
  const hosts = [...hostsOf(site), new URL(bridge.origins.get(site.origin) ?? site.origin).host];
  if (!page || !/^https?:$/.test(page.protocol) || !hosts.includes(page.host)) {
    const accepts = `an address of ${site.name}, such as ${site.origin}${newestPath(source)}`;
    throw wrongParameter("url", accepts);
  }
  // An address whose "&" is not encoded ends there, and would be that of another page.
  const parameter = otherParameter(c, ["url"]);
  if (parameter !== undefined) {
    const detail = `there is no parameter "${parameter}"; in url, "&" is written as %26`;
    throw badParameter({ parameter, detail });
  }
  const contentType = c.req.header("content-type") ?? "";
  if (contentType && !isMediaTypeOf(site, contentType)) {
    const detail = `the page must be sent as ${site.contentType ?? "text/html"}`;
    throw new HttpError({ status: 415, detail });
  }
  const bytes = await readBody(c.req.raw, MAX_PAGE_BYTES, "a page");
  const ingested = await ingest(bridge, source, { url: page, bytes, contentType }, Date.now());
  if ("failure" in ingested) {
    const { reason, detail } = ingested.failure;
    throw new HttpError({ status: 422, detail, reason });
  }
  return Response.json(ingested);
}

const outcomeOf = ({ source, ok, added, edited, reason, detail, status }: RefreshOutcome) => ({
  source,
  ok,
  added,
  edited,
  ...(reason && { reason, detail }),
  articles: status?.stats?.articles ?? 0,
  next_due: status?.nextDue ?? null,
});
