import { MEDIA_TYPES } from "../../feeds/document.ts";
import { NDJSON } from "../../feeds/ndjson.ts";
import { COUNT_FORMATS } from "../counts.ts";
import { OPENMETRICS_TYPE } from "../http/openmetrics.ts";
import type { PHRASES } from "../http/problem.ts";
import { LINK_FORMAT } from "../memento.ts";
import { MANIFEST_TYPE, OPENSEARCH_TYPE } from "../site-files.ts";
import {
  ARTICLE_QUERY,
  builderQuery,
  countParameters,
  EXPORT_QUERY,
  feedParameters,
  INGEST_QUERY,
  opmlQuery,
  syncQuery,
} from "./parameters.ts";
import { ref, type schemas } from "./schemas.ts";

/** Every operation of the bridge. A test compares the table with the routes, and the routes' answers with the table. */
export interface Operation {
  summary: string;
  /** Of what is not in the path. */
  parameters?: readonly object[];
  body?: { type: string; schema: object };
  /** What a success is, by media type; absent: no body. */
  content?: Record<string, object>;
  /** 200 if absent. */
  success?: 200 | 202 | 301;
  /** What it redirects to (303) if the client asks for that. */
  redirects?: string;
  /** Headers of a success. */
  headers?: readonly (keyof typeof RESPONSE_HEADERS)[];
  errors?: readonly Status[];
  access: "reader" | "operator" | "metrics" | "everybody";
  /** Where it is no error, but has the content of a success. */
  unavailable?: Record<string, object>;
}

type Status = keyof typeof PHRASES;

export const RESPONSE_HEADERS = {
  ETag: "the entity tag, for If-None-Match",
  "Last-Modified": "when the content last changed, for If-Modified-Since",
  Link: "the links self, hub, next, alternate, prev-archive, next-archive and current (RFC 8288), those that exist",
  "Cache-Control": "how long the response may be kept (RFC 9111)",
  "Cache-Status": "whether the content is stale, and why (RFC 9211)",
  "Memento-Datetime": "when the version was first seen (RFC 7089)",
  Location: "where the feed is",
  "Accept-Encoding": "that a body must not be compressed (RFC 9110, section 12.5.3), if it was",
  "WWW-Authenticate": "how to send the key or the token (RFC 9110, section 11.6.1)",
} as const;

/** By method and path. Made at the first look at the description: few isolates need it. */
export function operations(): Readonly<Record<`${"get" | "post"} /${string}`, Operation>> {
  const json = (name: keyof ReturnType<typeof schemas>) => ({ "application/json": { schema: ref(name) } });
  const string = { schema: { type: "string" } };
  const anyObject = { schema: { type: "object" } };
  const page = { "text/html": string };
  const feed = { [MEDIA_TYPES.rss]: string, [MEDIA_TYPES.atom]: string, [MEDIA_TYPES.json]: { schema: ref("Feed") } };
  const lines = (description: string) => ({ [NDJSON]: { schema: { type: "string", description } } });

  const VALIDATORS = ["ETag", "Last-Modified", "Link", "Cache-Control", "Cache-Status"] as const;
  const LINKED = ["ETag", "Link", "Cache-Control"] as const;
  const READER = { errors: [400, 404, 503], access: "reader" } as const;
  const FEED = { ...READER, parameters: feedParameters() };
  const FEED_RESPONSE = { content: feed, headers: VALIDATORS };
  const PAGE = { content: page, headers: LINKED };
  const FEED_PAGE = {
    content: page,
    headers: ["ETag", "Cache-Control"],
    redirects: "The feed, if the client prefers one of its media types (Accept)",
  } as const;
  const REDIRECT = { parameters: feedParameters(), success: 301, headers: ["Location"], access: "reader" } as const;
  const ARTICLE = { ...READER, headers: LINKED };
  const COUNTS = { ...READER, parameters: countParameters(), headers: LINKED };
  const ICON = { headers: ["Cache-Control"], access: "everybody" } as const;
  const FILE = { headers: ["ETag", "Cache-Control"], access: "everybody" } as const;
  const READER_FILE = { ...FILE, access: "reader" } as const;
  const OPERATOR = { errors: [404, 503], access: "operator" } as const;

  const HUB_REQUEST = {
    type: "object",
    required: ["hub.mode", "hub.topic", "hub.callback"],
    properties: {
      "hub.mode": { enum: ["subscribe", "unsubscribe"] },
      "hub.topic": { type: "string", description: "the self link of a feed" },
      "hub.callback": { type: "string", format: "uri", maxLength: 2000 },
      "hub.lease_seconds": { type: "integer", minimum: 0 },
      "hub.secret": { type: "string", maxLength: 199 },
      "hub.verify_token": { type: "string", maxLength: 500 },
    },
  };

  return {
    "get /": {
      ...PAGE,
      summary: "The home page, with a form that builds the address of a feed",
      parameters: builderQuery(),
      errors: [503],
      access: "reader",
    },
    "get /feeds/{sources}.{format}": { ...FEED, ...FEED_RESPONSE, summary: "The feed of one or several sources" },
    "get /feeds/{sources}/{month}.{format}": { ...FEED, ...FEED_RESPONSE, summary: "A month of the archive" },
    "get /feeds/{sources}/changes.{format}": {
      ...FEED,
      ...FEED_RESPONSE,
      summary: "Edits, deletions and returns, newest first",
    },
    "get /feeds/{sources}": { ...FEED, ...FEED_PAGE, summary: "The feed as a page" },
    "get /feeds/{sources}/{month}": { ...FEED, ...FEED_PAGE, summary: "A month as a page" },
    "get /feeds/{sources}/changes": { ...FEED, ...FEED_PAGE, summary: "Changes as a page" },
    "get /feeds/{sources}/status.{format}": {
      ...ARTICLE,
      summary: "Outages of more than three hours, gaps, and webhooks that were off",
      content: { ...feed, [MEDIA_TYPES.json]: { schema: ref("StatusFeed") } },
      headers: ["ETag", "Last-Modified", "Link", "Cache-Control"],
    },
    "get /feeds/{sources}/status": { ...ARTICLE, ...FEED_PAGE, summary: "Outages and gaps as a page" },
    "get /feeds/{sources}/counts.json": {
      ...COUNTS,
      summary: "How many articles of each month match a query",
      content: json("Counts"),
    },
    "get /feeds/{sources}/counts.csv": {
      ...COUNTS,
      summary: "The same counts as CSV, with a header line",
      content: { [COUNT_FORMATS.csv]: string },
    },
    "get /feeds.opml": {
      summary: "All sources as a subscription list",
      parameters: opmlQuery(),
      content: { "text/x-opml": string },
      headers: ["ETag", "Last-Modified", "Cache-Control"],
      errors: [400],
      access: "reader",
    },
    "get /rss.xml": { ...REDIRECT, summary: "Redirects to the default source's RSS" },
    "get /atom.xml": { ...REDIRECT, summary: "Redirects to the default source's Atom" },
    "get /feed.json": { ...REDIRECT, summary: "Redirects to the default source's JSON Feed" },
    "get /articles/{site}/{key}.json": {
      ...ARTICLE,
      summary: "An article with every version and how to cite it",
      content: json("Article"),
    },
    "get /articles/{site}/{key}": {
      ...ARTICLE,
      ...PAGE,
      summary: "An article as a page, with the differences of two versions",
      parameters: ARTICLE_QUERY,
    },
    "get /articles/{site}/{key}/v{v}.json": {
      ...ARTICLE,
      summary: "A version of an article",
      content: json("Version"),
      headers: [...LINKED, "Memento-Datetime"],
    },
    "get /articles/{site}/{key}/v{v}": {
      ...ARTICLE,
      ...PAGE,
      summary: "A version of an article as a page",
      parameters: ARTICLE_QUERY,
      headers: [...LINKED, "Memento-Datetime"],
    },
    "get /articles/{site}/{key}/timemap": {
      ...ARTICLE,
      summary: "The versions of an article as links (RFC 7089)",
      content: { [LINK_FORMAT]: string },
    },
    "get /sync/{sources}": {
      summary: "The journal of changes, for services that keep a copy",
      parameters: syncQuery(),
      content: lines("one SyncEvent per line, and SyncEnd as the last line"),
      headers: LINKED,
      errors: [400, 404, 410, 503],
      access: "reader",
    },
    "get /openapi.json": { ...READER_FILE, summary: "This description", content: { "application/json": anyObject } },
    "post /hub": {
      summary: "Subscribe to a feed (WebSub); the hub then asks the callback to confirm it",
      body: { type: "application/x-www-form-urlencoded", schema: HUB_REQUEST },
      success: 202,
      errors: [400, 404, 413, 415, 503],
      access: "reader",
    },
    "get /health": {
      ...READER_FILE,
      summary: "The state of the bridge and its sources",
      content: { ...json("Health"), ...page },
      unavailable: json("Health"),
    },
    "get /health/{source}": {
      ...READER_FILE,
      summary: "The state of a source, and its outages and gaps",
      content: { ...json("SourceHealth"), ...page },
      errors: [404, 503],
    },
    "get /robots.txt": { ...FILE, summary: "What crawlers may read", content: { "text/plain": string } },
    "get /icon.svg": { ...ICON, summary: "The bridge's icon", content: { "image/svg+xml": string } },
    "get /icon.png": { ...ICON, summary: "The bridge's icon as PNG", content: { "image/png": string } },
    "get /opensearch.xml": {
      ...READER_FILE,
      summary: "How a browser searches the bridge (OpenSearch)",
      content: { [OPENSEARCH_TYPE]: string },
    },
    "get /manifest.webmanifest": {
      ...READER_FILE,
      summary: "The bridge as a web application",
      content: { [MANIFEST_TYPE]: anyObject },
    },
    "get /healthz": { summary: "Whether the process is alive", content: { "text/plain": string }, access: "everybody" },
    "get /metrics": {
      summary: "Numbers for monitors (OpenMetrics)",
      content: { [OPENMETRICS_TYPE.split(";")[0] ?? ""]: string },
      errors: [503],
      access: "metrics",
    },
    "post /refresh/{sources}": { ...OPERATOR, summary: "Fetch sources now", content: json("Refreshed") },
    "post /ingest/{source}": {
      ...OPERATOR,
      summary: "Store the articles of a page that you send",
      parameters: INGEST_QUERY,
      body: { type: "text/html", ...string },
      content: json("Ingested"),
      errors: [400, 404, 413, 415, 422, 503],
    },
    "get /export": {
      ...OPERATOR,
      summary: "The whole archive, as lines of a backup",
      parameters: EXPORT_QUERY,
      content: lines("one event per line; the last line has `end`"),
      errors: [400, 404, 503],
    },
    "post /import": {
      ...OPERATOR,
      summary: "Restore lines of a backup",
      body: { type: NDJSON, ...string },
      content: json("Restored"),
      errors: [400, 404, 413, 415, 422, 503],
    },
    "get /webhooks": { ...OPERATOR, summary: "Webhooks and deliveries", content: json("Webhooks") },
    "post /webhooks/{n}/test": {
      ...OPERATOR,
      summary: "Send a test message to a webhook",
      content: json("WebhookTest"),
    },
  };
}
