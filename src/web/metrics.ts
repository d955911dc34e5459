import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import type { Bridge } from "../archive/bridge.ts";
import { readHealth } from "../archive/cache.ts";
import type { Status } from "../archive/snapshot.ts";
import { type DeliveryReport, reportDeliveries } from "../notify/client.ts";
import { count, countsOf } from "../platform/counters.ts";
import type { Source } from "../sites/site.ts";
import { checkAccessKey } from "./access-key.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { checkBearer } from "./http/authorization.ts";
import { type MetricFamily, OPENMETRICS_TYPE, openMetrics } from "./http/openmetrics.ts";

/** For monitors: whether the bridge is alive, and its numbers. */

/** Alive: the process answers and its settings are right. It reads nothing; `/health` says how the sources are doing. */
export const serveAlive = (): Response =>
  new Response("ok\n", { headers: { "content-type": "text/plain; charset=utf-8" } });

/** Counts requests by route and status. The route is the pattern of the path, never the path. */
export const countRequests = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  count("requests", { route: routeOf(c), status: String(c.res.status) });
});

/** Middleware matches too; it is registered for every method and path. */
export const routeOf = (c: AppContext): string =>
  matchedRoutes(c)
    .findLast(({ method }) => method !== "ALL")
    ?.path.replace(/\{.*?\}(?=\/|$)/g, "") ?? "none";

/** The numbers. METRICS_TOKEN opens them if it is set; else they are as open as the feeds. */
export async function serveMetrics(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  await checkAccess(c.req.raw, bridge);
  const now = Date.now();
  const [{ status, reachable }, usage, deliveries] = await Promise.all([
    readHealth(bridge, now),
    bridge.archive.usage(now).catch(() => []),
    // A call to the archive: only if there is something to send.
    bridge.hub || bridge.webhooks.length > 0 ? reportDeliveries(bridge.archive).catch(() => undefined) : undefined,
  ]);
  const quota = (what: "used" | "limit") =>
    usage.map((one) => ({ labels: { resource: one.resource }, value: one[what] }));
  const families: MetricFamily[] = [
    gauge("archive_reachable", "Whether the archive can be reached", reachable ? 1 : 0),
    gauge("archive_writable", "Whether the archive could store what it tried to store last", status.isReadOnly ? 0 : 1),
    gauge("journal_head", "Number of the newest event of the journal", status.seq),
    ...sourceGauges(bridge.sources, status, now),
    ...pushGauges(status, now),
    counter("fetches", "Fetches of listings by source and result, since the process started"),
    counter("requests", "Requests by route and status, since the process started"),
    counter("cache_hits", "Feeds that were answered from memory, since the process started"),
    ...deliveryMetrics(deliveries, now),
    gauge("quota_used", "What Cloudflare's free plan limits, used today (UTC)", quota("used")),
    gauge("quota_limit", "Cloudflare's free limit per day", quota("limit")),
  ];
  return new Response(openMetrics(families), { headers: { "content-type": OPENMETRICS_TYPE } });
}

async function checkAccess(request: Request, { metricsToken, accessKey }: Bridge): Promise<void> {
  if (metricsToken !== undefined)
    return checkBearer(request, metricsToken, "METRICS_TOKEN is needed as a bearer token");
  if (accessKey) await checkAccessKey(request, accessKey);
}

const PREFIX = "feed_bridge_";

type Samples = MetricFamily["samples"];

const gauge = (name: string, help: string, value: number | Samples): MetricFamily => ({
  name: PREFIX + name,
  type: "gauge",
  help,
  samples: typeof value === "number" ? [{ value }] : value,
});

const counter = (name: Parameters<typeof countsOf>[0], help: string, samples = countsOf(name)): MetricFamily => ({
  name: PREFIX + name,
  type: "counter",
  help,
  samples,
});

/** A sample for each known value, with a label that names its object. */
const labelled = (label: string, values: readonly (readonly [name: string, value: number | undefined])[]): Samples =>
  values.flatMap(([name, value]) => (value === undefined ? [] : [{ labels: { [label]: name }, value }]));

/** None where nobody has subscribed and there is no webhook. */
function pushGauges({ deliveries }: Status, now: number): MetricFamily[] {
  if (!deliveries) return [];
  const { subscriptions, tried, delivered, lastDelivered, webhooks } = deliveries;
  const off = Object.values(webhooks).filter((webhook) => webhook.off !== undefined).length;
  const age = lastDelivered === undefined ? [] : Math.max(0, (now - Date.parse(lastDelivered)) / 1000);
  return [
    gauge("hub_subscriptions", "Subscriptions of the hub", subscriptions),
    gauge("hub_deliveries_tried", "Deliveries of the hub in the last day", tried),
    gauge("hub_deliveries_succeeded", "Those of them that succeeded", delivered),
    gauge("hub_last_delivery_age_seconds", "Seconds since a delivery of the hub has succeeded", age),
    gauge("webhooks_off", "Webhooks that are switched off after failures", off),
  ];
}

function sourceGauges(sources: readonly Source[], { sources: states }: Status, now: number): MetricFamily[] {
  const bySource = (name: string, help: string, take: (state: Status["sources"][string]) => number | undefined) => {
    const values = sources.map(({ id }) => [id, states[id] && take(states[id])] as const);
    return gauge(name, help, labelled("source", values));
  };
  const age = (at: string | undefined) => (at === undefined ? undefined : Math.round((now - Date.parse(at)) / 1000));
  return [
    bySource("source_last_attempt_age_seconds", "Age of the newest look at a source", (s) => age(s.lastAttempt)),
    bySource("source_last_success_age_seconds", "Age of the newest look that succeeded", (s) => age(s.lastSuccess)),
    bySource("source_newest_article_age_seconds", "Age of the newest article", (s) => age(s.stats?.newest?.published)),
    bySource("source_failures", "Looks that failed since the last success", ({ failures }) => failures),
    bySource("source_articles", "Articles of a source in the archive", ({ stats }) => stats?.articles),
    bySource("source_gaps", "Times from which articles are missing", ({ stats }) => stats?.gaps.length),
  ];
}

function deliveryMetrics({ sent, waiting }: DeliveryReport = { sent: [], waiting: {} }, now: number): MetricFamily[] {
  const kinds = Object.entries(waiting);
  const counts = kinds.map(([kind, { count }]) => [kind, count] as const);
  const ages = kinds.map(([kind, { oldest = now }]) => [kind, Math.max(0, Math.round((now - oldest) / 1000))] as const);
  return [
    // Of the process that sends, which need not be this one.
    counter("deliveries", "Requests to webhooks and subscribers by result, since the process that sends started", sent),
    gauge("deliveries_waiting", "Deliveries that wait for their first or next attempt", labelled("kind", counts)),
    gauge(
      "delivery_oldest_age_seconds",
      "Age of the oldest delivery that waits; 0 if none does",
      labelled("kind", ages),
    ),
  ];
}
