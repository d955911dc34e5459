import { accepts } from "hono/accepts";
import { FORMATS, type Format, MEDIA_TYPES } from "../feeds/document.ts";
import { type AppContext, baseOf } from "./context.ts";
import { NEGOTIATED } from "./pages/page.ts";

/** Addresses that people and programs try, and the addresses that they mean. */

/** By the address that is tried: the one that it means, or the format of the default source's feed. */
const MEANT = new Map(
  Object.entries({
    rss: "/feed /rss /feed.xml /index.xml /feed.rss /rss2.xml",
    atom: "/atom /feed.atom /feed/atom /index.atom",
    json: "/json /feed/json /index.json",
    "/": "/feeds /index.html",
    "/feeds.opml": "/opml /opml.xml",
    "/feeds/all": "/search",
    "/health": "/status",
    "/icon.png": "/favicon.ico /apple-touch-icon.png",
  }).flatMap(([meant, tried]) => tried.split(" ").map((address) => [address, meant])),
);

/** A redirect from an address that does not exist to the one that it means; undefined if that is not known. */
export function redirectHabitual(c: AppContext, isRoute: (path: string) => boolean): Response | undefined {
  // As it was sent: the path in Hono's request is decoded, and a header takes no letters beyond ASCII.
  const { pathname: path } = new URL(c.req.url);
  // Keys of articles may have upper-case letters. The lookbehind keeps the time linear for any path.
  const usual = (path.startsWith("/articles/") ? path : path.toLowerCase()).replace(/(?<=[^/])\/+$/, "");
  const meant = MEANT.get(usual) ?? usual;
  const target = meant.startsWith("/") ? meant : `/feeds/${c.get("bridge").defaultSource.id}.${meant}`;
  // A path of two slashes would be another host's address.
  if (target === path || target.startsWith("//") || !isRoute(target)) return undefined;
  return redirect(c, target);
}

/** Redirects an address that readers try by habit (`/rss.xml`) to the default source's feed. */
export const redirectToFeed =
  (format: Format) =>
  (c: AppContext): Response =>
    redirect(c, `/feeds/${c.get("bridge").defaultSource.id}.${format}`);

const HTML = "text/html";

/** Redirects from the page of a feed to the feed, if the client prefers that (RFC 9110, section 12.5.1). */
export function redirectToAccepted(c: AppContext): Response | undefined {
  const supports = [HTML, ...Object.values(MEDIA_TYPES)];
  const accepted = accepts(c, { header: "Accept", supports, default: HTML });
  const format = FORMATS.find((name) => MEDIA_TYPES[name] === accepted);
  // Not every cache knows Vary: it must not send browsers to the feed.
  return (
    format &&
    redirect(c, `${new URL(c.req.url).pathname}.${format}`, 303, { ...NEGOTIATED, "cache-control": "no-store" })
  );
}

/** To another path of the bridge, with the same query. */
function redirect(
  c: AppContext,
  path: string,
  status = 301,
  headers: Record<string, string> = { "cache-control": "public, max-age=86400" },
): Response {
  const folder = new URL(baseOf(c).url).pathname.replace(/\/$/, "");
  const location = folder + path + new URL(c.req.url).search;
  return new Response(null, { status, headers: { location, ...headers } });
}
