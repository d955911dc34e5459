import { type Context, Hono } from "hono";
import { type Bridge, bridgeOf } from "../archive/bridge.ts";
import { ArchiveUnavailable } from "../archive/client.ts";
import type { View } from "../archive/find.ts";
import { type Format, MEDIA_TYPES } from "../feeds/document.ts";
import { type Bindings, SettingError } from "../settings.ts";
import { checkAccessKey, keyInAddress, privateCacheControl } from "./access-key.ts";
import { serveIngest, serveRefresh } from "./admin.ts";
import { serveExport, serveImport } from "./backup.ts";
import { serveFeed, serveUnchanged } from "./feed.ts";
import { CHALLENGE } from "./http/authorization.ts";
import { addDefaultHeaders } from "./http/headers.ts";
import { methodNotAllowed, notFound, type Problem, problemResponse, unavailable } from "./http/problem.ts";
import type { Base } from "./links.ts";
import { isFormat, serveOpml } from "./opml.ts";
import { ErrorPage } from "./pages/error.tsx";
import { asksForPage, pageResponse } from "./pages/page.ts";
import { serveFeedPage, serveHealth, serveHome } from "./pages.ts";
import { checkRateLimit } from "./rate-limit.ts";
import { selectSources } from "./sources.ts";

type Env = { Bindings: Bindings };
type Answered = Response | Problem;

export const app = new Hono<Env>({ strict: true });

const FEED = /^\/feeds\/([^/.]+)(?:\/(\d{4}-\d\d|changes))?(?:\.([a-z]+))?$/;

const HEALTH = /^\/health$/;
const INGEST = /^\/ingest\/([^/]+)$/;
const REFRESH = /^\/refresh\/([^/]+)$/;

/** Paths of the operator, which the token opens and the access key does not. */
const OPERATOR = /^\/(?:export|import|ingest|refresh)\b/;

/** Paths and the methods that they take; the first that matches counts. */
const ROUTES: [
  path: RegExp,
  handlers: Partial<Record<"GET" | "POST", (c: Context<Env>, s: Bridge) => Promise<Answered> | Answered>>,
][] = [
  [/^\/$/, { GET: (c, settings) => serveHome(c, settings, baseOf(c, settings)) }],
  [HEALTH, { GET: (c, settings) => serveHealth(c, settings, baseOf(c, settings)) }],
  [/^\/(?:rss\.xml|atom\.xml|feed\.json)$/, { GET: shortcut }],
  [/^\/feeds\.opml$/, { GET: (c, settings) => serveOpml(c, settings, baseOf(c, settings)) }],
  [FEED, { GET: feed }],
  [INGEST, { POST: (c, settings) => serveIngest(c, settings, idsOf(INGEST, c)) }],
  [REFRESH, { POST: (c, settings) => serveRefresh(c, settings, idsOf(REFRESH, c)) }],
  [/^\/export$/, { GET: serveExport }],
  [/^\/import$/, { POST: serveImport }],
];

app.all("*", async (c) => {
  // A server hands on any Host and any path; what reads the address from here on may rely on it.
  if (!URL.canParse(c.req.url)) {
    const response = problemResponse({ status: 400, detail: "the request's Host and path make no address" });
    addDefaultHeaders(response.headers);
    return response;
  }
  let settings: Bridge | undefined;
  let answered: Answered;
  try {
    settings = bridgeOf(c.env);
    answered = await limited(c, settings);
  } catch (error) {
    answered = faulty(c, error);
  }
  const response = await respond(c, answered, settings);
  const { headers } = response;
  addDefaultHeaders(headers);
  const cacheControl = headers.get("cache-control");
  if (cacheControl && settings?.accessKey) headers.set("cache-control", privateCacheControl(cacheControl));
  return response;
});

/** Seconds until an archive that cannot be read is worth another try. */
const UNREADABLE = 60;

function faulty(c: Context<Env>, error: unknown): Problem {
  const known = error instanceof SettingError;
  if (!known) console.error(JSON.stringify({ event: "error", path: c.req.path, error: String(error).slice(0, 500) }));
  if (error instanceof ArchiveUnavailable) return unavailable("the archive cannot be read at present", UNREADABLE);
  const detail = known ? "the bridge is not set up right; its log says why" : "the bridge has an error of its own";
  return { status: 500, detail };
}

/**
 * The answer, unless its client has asked too often: that is found out before anything is done. Preflights, health and
 * polls answered from memory do not count; but behind a key all that may tell a right key from a wrong one does.
 */
async function limited(c: Context<Env>, settings: Bridge): Promise<Answered> {
  const { raw, method, path } = c.req;
  const { limiter, accessKey } = settings;
  if (!limiter || method === "OPTIONS" || (!accessKey && HEALTH.test(path))) return route(c, settings);
  const unchanged = accessKey || !/^(?:GET|HEAD)$/.test(method) ? undefined : await serveUnchanged(c, settings);
  return unchanged ?? (await checkRateLimit(raw, limiter)) ?? route(c, settings);
}

/** A problem becomes a page where a page was asked for: never in the place of a feed. */
async function respond(c: Context<Env>, answered: Answered, settings: Bridge | undefined): Promise<Response> {
  if (answered instanceof Response) return answered;
  if (c.req.method === "POST" || /\.\w+$/.test(c.req.path)) return problemResponse(answered);
  const { status } = answered;
  const headers = { ...answered.headers, vary: "Accept, Accept-Encoding" };
  if (!asksForPage(c.req.raw)) return problemResponse({ ...answered, headers });
  // The page has a form for the key. Asked for a password, a browser opens a window of its own and shows no page.
  if (status === 401) Object.assign(headers, CHALLENGE);
  const base = baseOf(c, settings);
  return pageResponse(c.req.raw, ErrorPage({ base, problem: answered }), { status, headers });
}

async function route(c: Context<Env>, settings: Bridge): Promise<Answered> {
  const { method, path } = c.req;
  const found = ROUTES.find(([pattern]) => pattern.test(path));
  // Without a token set the operator's routes are not there, whatever the method.
  if (!found || (!settings.adminToken && OPERATOR.test(path)))
    return notFound(`there is nothing at ${path.slice(0, 100)}; feeds are at /feeds/{source}.rss, .atom and .json`);
  const [, handlers] = found;
  const handler = handlers[(method === "HEAD" ? "GET" : method) as "GET" | "POST"];
  if (handler && handler === handlers.GET && !OPERATOR.test(path))
    return (await checkAccessKey(c.req.raw, settings)) ?? handler(c, settings);
  if (handler) return handler(c, settings);
  const allow = [...Object.keys(handlers).flatMap((m) => (m === "GET" ? ["GET", "HEAD"] : [m])), "OPTIONS"].join(", ");
  if (method === "OPTIONS") return preflight(allow);
  return methodNotAllowed(method, allow);
}

/** OPTIONS, and with it the preflight of other pages' scripts (Fetch, section 3.2.2). */
function preflight(allow: string): Response {
  return new Response(null, {
    status: 204,
    headers: {
      allow,
      "access-control-allow-methods": allow,
      "access-control-allow-headers": "Authorization, Cache-Control, Content-Type, If-None-Match, If-Modified-Since",
      "access-control-max-age": "86400",
      "cache-control": "public, max-age=86400",
    },
  });
}

/** Source ids in a path. */
function idsOf(pattern: RegExp, c: Context<Env>): string {
  const ids = pattern.exec(c.req.path)?.[1] ?? "";
  try {
    return decodeURIComponent(ids);
  } catch {
    return ids;
  }
}

/** Where the bridge's own links begin; in a private bridge they hand on the key that came in the address. */
function baseOf(c: Context<Env>, settings: Bridge | undefined): Base {
  const url = new URL(c.req.url);
  const key = settings?.accessKey && keyInAddress(url);
  return { url: settings?.publicUrl ?? url.origin, ...(key && { key }) };
}

function feed(c: Context<Env>, settings: Bridge): Promise<Answered> | Answered {
  const [, , where, format] = FEED.exec(c.req.path) ?? [];
  const selection = selectSources(settings, idsOf(FEED, c));
  if ("error" in selection) return notFound(selection.error);
  if (where && where !== "changes" && !/-(?:0[1-9]|1[0-2])$/.test(where)) return notFound(`${where} is not a month`);
  const view: View = where === undefined ? "newest" : where === "changes" ? "changes" : { month: where };
  const base = baseOf(c, settings);
  if (format === undefined) return serveFeedPage(c, settings, base, selection, view);
  if (isFormat(format)) return serveFeed(c, settings, base, { selection, view, format });
  const formats = Object.keys(MEDIA_TYPES).map((name) => `.${name}`);
  return notFound(`feeds come as ${formats.join(", ")}`);
}

const SHORTCUTS: Record<string, Format> = { "/rss.xml": "rss", "/atom.xml": "atom", "/feed.json": "json" };

/** The names under which feeds are looked for by habit. */
function shortcut(c: Context<Env>, settings: Bridge): Response {
  const folder = new URL(baseOf(c, settings).url).pathname.replace(/\/$/, "");
  const location = `${folder}/feeds/${settings.defaultSource.id}.${SHORTCUTS[c.req.path]}${new URL(c.req.url).search}`;
  return new Response(null, { status: 301, headers: { location, "cache-control": "public, max-age=86400" } });
}
