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
import { type Base, iconUrl, statusId, statusUrl } from "./links.ts";
import type { Alternate } from "./pages/layout.tsx";
import { pageResponse } from "./pages/page.ts";
import { StatusPage } from "./pages/status.tsx";
import { sitesOf } from "./site-names.ts";
import type { Selection } from "./sources.ts";

/** `/feeds/{sources}/status`: outages, gaps and webhooks that were off, as a feed and as a page, an entry each, updated when it ends. */

/** Seconds that a client may keep it. */
const MAX_AGE = 300;

export async function serveStatusFeed(c: AppContext, selection: Selection, format: Format): Promise<Response> {
  const wrong = unknownParameter(c);
  if (wrong) return errorResponse(c, badParameter(wrong));
  const base = baseOf(c);
  const open = statusDocument(base.url, selection, await incidentsOf(c, selection), namesOf(c, selection), format);
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
    StatusPage({ base, sites: sitesOf(sources), title, alternates, incidents, names: namesOf(c, selection) }),
  );
}

/** The feed has no parameters. A page ignores them. */
function unknownParameter(c: AppContext): { parameter: string; detail: string } | undefined {
  const name = [...new URL(c.req.url).searchParams.keys()].find((name) => name !== "key");
  if (name === undefined) return undefined;
  return { parameter: name.slice(0, 60), detail: "a status feed has no parameters" };
}

/** The webhooks that send of a selection, with their numbers. */
function webhooksOf(c: AppContext, { sources }: Selection): { id: string; n: number }[] {
  const { webhooks } = c.get("bridge");
  const ids = new Set(sources.map(({ id }) => id));
  return webhooks
    .map(({ id }, i) => ({ id, n: i + 1 }))
    .filter((_, i) => webhooks[i]?.sources.some((id) => ids.has(id)));
}

const incidentsOf = async (c: AppContext, selection: Selection): Promise<NumberedIncident[]> => {
  const webhooks = webhooksOf(c, selection);
  const incidents = await c.get("bridge").archive.incidents(
    selection.sources.map(({ id }) => id),
    webhooks.map(({ id }) => id),
    Date.now(),
  );
  return incidents.map((incident) => {
    const webhook = webhooks.find(({ id }) => incident.kind === "webhook" && id === incident.source);
    // A webhook's id is made from its address, which may be a secret.
    return webhook ? { ...incident, source: `webhook-${webhook.n}`, webhook: webhook.n } : incident;
  });
};

/** An incident whose webhook, if it has one, has its number in the place of its id. */
interface NumberedIncident extends Incident {
  webhook?: number;
}

const namesOf = (c: AppContext, selection: Selection): Map<string, string> =>
  new Map([
    ...selection.sources.map(({ id, name }): [string, string] => [id, name]),
    ...webhooksOf(c, selection).map(({ n }): [string, string] => [`webhook-${n}`, `Webhook ${n}`]),
  ]);

const titleOf = ({ name, sources }: Selection): string =>
  `${name === "all" ? "All sources" : sources.map((source) => source.name).join(" + ")}, status`;

function statusDocument(
  url: string,
  selection: Selection,
  incidents: readonly NumberedIncident[],
  names: ReadonlyMap<string, string>,
  format: Format,
): FeedDocument {
  const base: Base = { url };
  return {
    id: statusId(selection.name),
    title: titleOf(selection),
    subtitle: "Outages of more than three hours, articles that may be missing, and webhooks that were off",
    language: "en",
    // Nothing was ever wrong: the same date for everyone.
    updated: latestOf(incidents.map(({ updated }) => updated)) || instant(0),
    self: statusUrl(base, selection.name, format),
    page: statusUrl(base, selection.name, undefined),
    icon: iconUrl(base),
    ttl: INTERVAL / 60_000,
    links: [],
    about: selection.sources[0]?.site.origin ?? url,
    archive: false,
    entries: incidents.map((incident) => {
      const name = names.get(incident.source) ?? incident.source;
      const origin =
        incident.webhook === undefined
          ? originOf(base, incident.source, name, format)
          : originOf(base, "all", "This bridge", format);
      return entryOf(base, incident, name, origin);
    }),
  };
}

function entryOf(base: Base, incident: NumberedIncident, name: string, origin: Entry["source"]): Entry {
  const { kind, source, webhook, from, to, reported, updated, ended } = incident;
  // What is wrong with a webhook stands in the feeds of several sources: there it must be the same bytes.
  const page = webhook === undefined ? source : "all";
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
    incident: {
      ...(webhook === undefined ? { source } : { webhook }),
      kind,
      from,
      ...(to && { to }),
      ended: ended ?? null,
    },
  };
}
