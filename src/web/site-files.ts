import { escapeHtml } from "../scrape/text.ts";
import { type AppContext, baseOf } from "./context.ts";
import { conditionalResponse, weakEtag } from "./http/conditional.ts";
import { ICON_PIXELS } from "./icons.ts";
import { bridgeName } from "./pages/layout.tsx";

/**
 * Files that crawlers and browsers look for. None has the access key: a browser keeps them, and passes them on to its
 * maker's servers.
 */

const HEADERS = { "cache-control": "public, max-age=86400" };

/** Paths for programs, and all queries: there are infinitely many, and each needs the archive. */
const NOT_CRAWLED = ["/*?", "/sync/", "/export", "/import", "/hub", "/metrics", "/webhooks", "/refresh/", "/ingest/"];

/** `/robots.txt` (RFC 9309). That of a private bridge only refuses all crawlers. */
export function serveRobots(c: AppContext): Response | Promise<Response> {
  const paths = c.get("bridge").accessKey ? ["/"] : NOT_CRAWLED;
  return file(c, "text/plain", ["User-agent: *", ...paths.map((path) => `Disallow: ${path}`), ""].join("\n"));
}

export const OPENSEARCH_TYPE = "application/opensearchdescription+xml";
export const MANIFEST_TYPE = "application/manifest+json";

/** `/opensearch.xml`, with which a browser searches the bridge (OpenSearch 1.1, draft 6). */
export function serveOpenSearch(c: AppContext): Response | Promise<Response> {
  const { url } = baseOf(c);
  const template = (type: string, path: string) =>
    `<Url type="${type}" template="${escapeHtml(url)}${path}?q={searchTerms}"/>`;
  const name = bridgeName(c.get("bridge").sources);
  const text = `<?xml version="1.0" encoding="utf-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>Feed bridge</ShortName>
<Description>${escapeHtml(name)}: titles, excerpts and texts</Description>
${template("text/html", "/feeds/all")}
${template("application/rss+xml", "/feeds/all.rss")}
<Image width="${ICON_PIXELS}" height="${ICON_PIXELS}" type="image/png">${escapeHtml(url)}/icon.png</Image>
<InputEncoding>UTF-8</InputEncoding>
</OpenSearchDescription>
`;
  return file(c, OPENSEARCH_TYPE, text);
}

/** `/manifest.webmanifest` (https://www.w3.org/TR/appmanifest/). Addresses are relative to its own. */
export function serveManifest(c: AppContext): Response | Promise<Response> {
  const manifest = {
    name: bridgeName(c.get("bridge").sources),
    short_name: "Feed bridge",
    start_url: "./",
    display: "browser",
    icons: [
      { src: "icon.svg", type: "image/svg+xml", sizes: "any" },
      { src: "icon.png", type: "image/png", sizes: `${ICON_PIXELS}x${ICON_PIXELS}` },
    ],
  };
  return file(c, MANIFEST_TYPE, JSON.stringify(manifest));
}

function file(c: AppContext, type: string, text: string): Response | Promise<Response> {
  const contentType = `${type}; charset=utf-8`;
  return conditionalResponse(c.req.raw, { etag: weakEtag(text), contentType, headers: HEADERS }, () => text);
}
