import { NEVER } from "../archive/result-size.ts";
import { INTERVAL } from "../archive/schedule.ts";
import { type Entry, type FeedDocument, FORMATS, type Format, MEDIA_TYPES } from "../feeds/document.ts";
import { render } from "../feeds/index.ts";
import { escapeHtml } from "../scrape/text.ts";
import { latestOf } from "../time.ts";
import { type AppContext, baseOf, otherParameter } from "./context.ts";
import { originOf, withKey } from "./feed-document.ts";
import { conditionalResponse, weakEtag } from "./http/conditional.ts";
import { DEFAULT_HEADERS, linkHeader } from "./http/headers.ts";
import { badParameter } from "./http/problem.ts";
import { incidentText, incidentTitle, type NamedIncident } from "./incident-words.ts";
import { type Base, iconUrl, statusId, statusUrl } from "./links.ts";
import { NEGOTIATED, pageResponse } from "./pages/page.ts";
import { StatusPage } from "./pages/status.tsx";
import type { Selection } from "./sources.ts";

/** `/feeds/{sources}/status`: outages, gaps and webhooks that were off, as a feed and as a page, an entry each, updated when it ends. */

/** Seconds that a client may keep it. */
const MAX_AGE = 300;

export async function serveStatusFeed(c: AppContext, selection: Selection, format: Format): Promise<Response> {
  // A page ignores them.
  const parameter = otherParameter(c);
  if (parameter !== undefined) throw badParameter({ parameter, detail: "a status feed has no parameters" });
  const base = baseOf(c);
  const open = statusDocument(base.url, selection, await namedIncidents(c, selection), format);
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
  const incidents = await namedIncidents(c, selection);
  const title = statusTitle(selection);
  const alternates = FORMATS.map((format) => ({ format, title, href: statusUrl(base, selection.name, format) }));
  const { sources } = c.get("bridge");
  return pageResponse(c.req.raw, StatusPage({ base, sources, title, alternates, incidents }), { headers: NEGOTIATED });
}

/** The incidents of a selection's sources, and of the webhooks that send of them. */
async function namedIncidents(c: AppContext, { sources }: Selection): Promise<NamedIncident[]> {
  const { archive, webhooks } = c.get("bridge");
  const names = new Map(sources.map(({ id, name }) => [id, name]));
  const senders = webhooks.filter((webhook) => webhook.sources.some((id) => names.has(id))).map(({ id }) => id);
  const incidents = await archive.incidents([...names.keys()], senders, Date.now());
  return incidents.map((incident) => {
    const { kind, source } = incident;
    if (kind !== "webhook") return { ...incident, name: names.get(source) ?? source };
    // A webhook's id is made from its address, which may be a secret.
    const n = webhooks.findIndex(({ id }) => id === source) + 1;
    return { ...incident, source: `webhook-${n}`, webhook: n, name: `Webhook ${n}` };
  });
}

const statusTitle = ({ name, sources }: Selection): string =>
  `${name === "all" ? "All sources" : sources.map((source) => source.name).join(" + ")}, status`;

function statusDocument(
  url: string,
  selection: Selection,
  incidents: readonly NamedIncident[],
  format: Format,
): FeedDocument {
  const base: Base = { url };
  return {
    id: statusId(selection.name),
    title: statusTitle(selection),
    subtitle: "Outages of more than three hours, articles that may be missing, and webhooks that were off",
    language: "en",
    updated: latestOf([...incidents.map(({ updated }) => updated), NEVER]),
    self: statusUrl(base, selection.name, format),
    page: statusUrl(base, selection.name, undefined),
    icon: iconUrl(base),
    ttl: INTERVAL / 60_000,
    links: [],
    about: selection.sources[0]?.site.origin ?? url,
    archive: false,
    entries: incidents.map((incident) => incidentEntry(base, incident, format)),
  };
}

function incidentEntry(base: Base, incident: NamedIncident, format: Format): Entry {
  const { kind, source, webhook, from, to, reported, updated, ended, name } = incident;
  // An incident of a webhook is in the feeds of several sources, with the same bytes in each.
  const page = webhook === undefined ? source : "all";
  const origin = originOf(base, page, webhook === undefined ? name : "This bridge", format);
  const text = incidentText(incident, name);
  return {
    id: statusId(page, `/${kind}/${webhook === undefined ? "" : `${webhook}/`}${from}${to ? `/${to}` : ""}`),
    url: `${statusUrl(base, page, undefined)}#${source}-${kind}-${from}`,
    title: incidentTitle(incident, name),
    summary: text,
    content: `<p>${escapeHtml(text)}</p>`,
    published: reported,
    updated,
    language: "en",
    source: origin,
    incident: { ...(webhook === undefined ? { source } : { webhook }), kind, from, to, ended: ended ?? null },
  };
}
