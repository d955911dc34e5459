import type { Incident } from "../archive/incidents.ts";
import { INTERVAL } from "../archive/schedule.ts";
import { type Entry, type FeedDocument, type Format, MEDIA_TYPES } from "../feeds/document.ts";
import { render } from "../feeds/index.ts";
import { escapeHtml } from "../scrape/text.ts";
import { instant, latestOf } from "../time.ts";
import { type AppContext, baseOf } from "./context.ts";
import { errorResponse } from "./error-response.ts";
import { originOf, withKey } from "./feed-document.ts";
import { conditionalResponse, weakEtag } from "./http/conditional.ts";
import { DEFAULT_HEADERS, linkHeader } from "./http/headers.ts";
import { badParameter } from "./http/problem.ts";
import { incidentText, incidentTitle } from "./incident-words.ts";
import { type Base, statusId, statusUrl } from "./links.ts";
import type { Alternate } from "./pages/layout.tsx";
import { pageResponse } from "./pages/page.ts";
import { StatusPage } from "./pages/status.tsx";
import { sitesOf } from "./site-names.ts";
import type { Selection } from "./sources.ts";

/** `/feeds/{sources}/status`: outages and gaps as a feed and as a page, an entry each, updated when it ends. */

/** Seconds that a client may keep it. */
const MAX_AGE = 300;

export async function serveStatusFeed(c: AppContext, selection: Selection, format: Format): Promise<Response> {
  const wrong = unknownParameter(c);
  if (wrong) return errorResponse(c, badParameter(wrong));
  const base = baseOf(c);
  const open = statusDocument(base.url, selection, await incidentsOf(c, selection), format);
  const etag = weakEtag(JSON.stringify(open));
  const document = base.key ? withKey(open, base.key) : open;
  const type = MEDIA_TYPES[format];
  const link = linkHeader([
    { rel: "self", href: document.self, type },
    { rel: "alternate", href: document.page, type: "text/html" },
  ]);
  const headers = { ...DEFAULT_HEADERS, "cache-control": `public, max-age=${MAX_AGE}`, ...(link && { link }) };
  const response = { etag, lastModified: Date.parse(document.updated), contentType: `${type}; charset=utf-8`, headers };
  return conditionalResponse(c.req.raw, response, () => render(document, format));
}

export async function serveStatusPage(c: AppContext, selection: Selection): Promise<Response> {
  const base = baseOf(c);
  const incidents = await incidentsOf(c, selection);
  const title = titleOf(selection);
  const alternates = (Object.keys(MEDIA_TYPES) as Format[]).map(
    (format): Alternate => ({ format, title, href: statusUrl(base, selection.name, format) }),
  );
  const { sources } = c.get("bridge");
  return pageResponse(
    c.req.raw,
    StatusPage({ base, sites: sitesOf(sources), title, alternates, incidents, names: namesOf(selection) }),
  );
}

/** The feed has no parameters. A page ignores them. */
function unknownParameter(c: AppContext): { parameter: string; detail: string } | undefined {
  const name = [...new URL(c.req.url).searchParams.keys()].find((name) => name !== "key");
  if (name === undefined) return undefined;
  return { parameter: name.slice(0, 60), detail: "a status feed has no parameters" };
}

const incidentsOf = (c: AppContext, { sources }: Selection): Promise<Incident[]> =>
  c.get("bridge").archive.incidents(
    sources.map(({ id }) => id),
    Date.now(),
  );

const namesOf = ({ sources }: Selection): Map<string, string> => new Map(sources.map(({ id, name }) => [id, name]));

const titleOf = ({ name, sources }: Selection): string =>
  `${name === "all" ? "All sources" : sources.map((source) => source.name).join(" + ")}, status`;

function statusDocument(
  url: string,
  selection: Selection,
  incidents: readonly Incident[],
  format: Format,
): FeedDocument {
  const base: Base = { url };
  const names = namesOf(selection);
  const origins = new Map([...names].map(([id, name]) => [id, originOf(base, id, name, format)]));
  return {
    id: statusId(selection.name),
    title: titleOf(selection),
    subtitle: "Outages of more than three hours, and articles that may be missing",
    language: "en",
    // Nothing was ever wrong: the same date for everyone.
    updated: latestOf(incidents.map(({ updated }) => updated)) || instant(0),
    self: statusUrl(base, selection.name, format),
    page: statusUrl(base, selection.name, undefined),
    ttl: INTERVAL / 60_000,
    links: [],
    about: selection.sources[0]?.site.origin ?? url,
    archive: false,
    entries: incidents.map((incident) => {
      const { source } = incident;
      return entryOf(base, incident, names.get(source) ?? source, origins.get(source) as Entry["source"]);
    }),
  };
}

function entryOf(base: Base, incident: Incident, name: string, origin: Entry["source"]): Entry {
  const { kind, source, from, to, told, updated, ended } = incident;
  const place = `/${kind}/${from}${to ? `/${to}` : ""}`;
  const text = incidentText(incident, name);
  return {
    id: statusId(source, place),
    url: `${statusUrl(base, source, undefined)}#${source}-${kind}-${from}`,
    title: incidentTitle(incident, name),
    summary: text,
    content: `<p>${escapeHtml(text)}</p>`,
    published: told,
    updated,
    language: "en",
    source: origin,
    incident: { source, kind, from, ...(to && { to }), ended: ended ?? null },
  };
}
