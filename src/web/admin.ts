import type { Context } from "hono";
import type { Bridge } from "../archive/bridge.ts";
import { MAX_PAGE_BYTES, readAtMost } from "../refresh/fetch.ts";
import { ingest } from "../refresh/ingest.ts";
import { type RefreshOutcome, refresh } from "../refresh/refresh.ts";
import type { Settings } from "../settings.ts";
import { bearerOf, CHALLENGE, isSecret } from "./http/authorization.ts";
import { badParameter, notFound, type Problem } from "./http/problem.ts";
import { selectSources } from "./sources.ts";

/** The operator's routes: a bearer token opens them, and without ADMIN_TOKEN set they are not there. */

/** Why a request may not pass; undefined where it may. */
export async function checkAdminToken(c: Context, settings: Settings): Promise<Problem | undefined> {
  if (!settings.adminToken) return notFound("this bridge takes no such requests: ADMIN_TOKEN is not set");
  const token = bearerOf(c.req.raw);
  if (token !== undefined && (await isSecret(token, settings.adminToken))) return undefined;
  return {
    status: 401,
    detail: token === undefined ? "a bearer token is needed" : "the bearer token is wrong",
    headers: CHALLENGE,
  };
}

/** Does now what the cron does for a source, due or not, and says what came of it. */
export async function serveRefresh(c: Context, settings: Bridge, ids: string): Promise<Response | Problem> {
  const no = await checkAdminToken(c, settings);
  if (no) return no;
  const selection = selectSources(settings, ids);
  if ("error" in selection) return notFound(selection.error);
  const outcomes = (
    await refresh(settings, selection.sources, Date.now(), { articlePages: settings.bodiesPerTick })
  ).map(outcomeOf);
  const [only] = outcomes;
  return Response.json(outcomes.length === 1 ? only : { outcomes }, { headers: { "cache-control": "no-store" } });
}

/** Takes in a page that was fetched elsewhere: for bridges that the website blocks. */
export async function serveIngest(c: Context, settings: Bridge, id: string): Promise<Response | Problem> {
  const no = await checkAdminToken(c, settings);
  if (no) return no;
  const source = settings.sources.find((source) => source.id === id);
  if (!source) return notFound(`there is no source "${id.slice(0, 60)}"`);
  const { site } = source;
  const url = c.req.query("url");
  const accepts = `an address of ${site.name}, such as ${site.origin}${site.listing(source)}`;
  const page = url && URL.canParse(url) ? new URL(url) : undefined;
  const hosts = [...site.aliases, new URL(settings.origins.get(site.origin) ?? site.origin).host];
  if (!page || !/^https?:$/.test(page.protocol) || !hosts.includes(page.host)) {
    return badParameter({ parameter: "url", detail: `url takes ${accepts}`, accepts });
  }
  const contentType = c.req.header("content-type") ?? "";
  if (contentType && !/^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType)) {
    return { status: 415, detail: "the page must be sent as text/html" };
  }
  const bytes = await readAtMost(c.req.raw, MAX_PAGE_BYTES);
  if (!bytes) return { status: 413, detail: `a page may have ${MAX_PAGE_BYTES / 1024 / 1024} MiB at most` };
  const ingested = await ingest(settings, source, { url: page, bytes, contentType }, Date.now());
  if ("failure" in ingested) {
    const { reason, detail } = ingested.failure;
    return { status: 422, detail, reason };
  }
  return Response.json(ingested, { headers: { "cache-control": "no-store" } });
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
