import { readHealth } from "../archive/cache.ts";
import { ifReachable } from "../archive/client.ts";
import { DAY, koreanDay } from "../time.ts";
import { type AppContext, baseOf } from "./context.ts";
import { secondsToDue } from "./freshness.ts";
import { healthReport } from "./health.ts";
import { notFound } from "./http/problem.ts";
import { HealthPage } from "./pages/health.tsx";
import { asksForPage, NEGOTIATED, pageResponse } from "./pages/page.ts";
import { SourceHealthPage } from "./pages/source-health.tsx";
import { requireSources } from "./sources.ts";

/** `/health` and `/health/{source}`, as JSON for monitors and as pages for browsers. */

/** Days of arrivals that the pages draw. */
const DAYS = 90;

const lastDays = (now: number): string[] =>
  Array.from({ length: DAYS }, (_, i) => koreanDay(now - (DAYS - 1 - i) * DAY));

const HEADERS = { "cache-control": "no-store", ...NEGOTIATED };

/** The state of all: 503 if the bridge is down. */
export async function serveHealth(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  const now = Date.now();
  const cached = await readHealth(bridge, now);
  const report = healthReport(bridge, cached.status, now, cached.reachable);
  const status = report.status === "down" ? 503 : 200;
  const headers = {
    ...HEADERS,
    ...(status === 503 && {
      "retry-after": String(Math.max(1, secondsToDue(bridge.sources, cached.status, now) ?? 60)),
    }),
  };
  if (!asksForPage(c.req.raw)) return Response.json(report, { status, headers });
  const page = HealthPage({
    base: baseOf(c),
    sources: bridge.sources,
    report,
    states: cached.status.sources,
    days: lastDays(now),
    now,
  });
  return pageResponse(c.req.raw, page, { status, headers });
}

/** The state and the history of one source. */
export async function serveSourceHealth(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  const id = c.req.param("source") ?? "";
  const now = Date.now();
  requireSources(bridge, id);
  const { status, reachable } = await readHealth(bridge, now);
  const report = healthReport(bridge, status, now, reachable).sources.find((source) => source.id === id);
  if (!report) throw notFound("/health/{source} takes the id of one source");
  const incidents = await ifReachable(bridge.archive.incidents([id], [], now));
  const articlesPerDay = status.sources[id]?.stats?.articlesPerDay ?? {};
  if (!asksForPage(c.req.raw)) {
    const history = incidents?.map(({ kind, from, to, ended, detail }) => {
      return { kind, from, to: to ?? null, ended: ended ?? null, detail: detail ?? null };
    });
    const body = { ...report, articles_per_day: articlesPerDay, history: history ?? null };
    return Response.json(body, { headers: HEADERS });
  }
  const base = baseOf(c);
  const page = SourceHealthPage({
    base,
    sources: bridge.sources,
    report,
    articlesPerDay,
    days: lastDays(now),
    incidents,
    now,
  });
  return pageResponse(c.req.raw, page, { headers: HEADERS });
}
