import { MEDIA_TYPES } from "../../feeds/document.ts";
import { NDJSON } from "../../feeds/ndjson.ts";
import { COUNT_FORMATS } from "../counts.ts";
import { OPENMETRICS_TYPE } from "../http/openmetrics.ts";
import type { PHRASES } from "../http/problem.ts";
import { LINK_FORMAT } from "../memento.ts";
import { MANIFEST_TYPE, OPENSEARCH_TYPE } from "../site-files.ts";
import {
  CONDITIONS,
  COUNT_QUERY,
  EXPORT_QUERY,
  FEED_PARAMETERS,
  INGEST_QUERY,
  OPML_QUERY,
  SYNC_QUERY,
} from "./parameters.ts";
import { ref, type SCHEMAS } from "./schemas.ts";

/** Every operation of the bridge. A test compares the table with the routes, and the routes' answers with the table. */
export interface Operation {
  method: "get" | "post";
  path: string;
  summary: string;
  /** Of what is not in the path. */
  parameters?: readonly object[];
  /** The request's body. */
  body?: { type: string; schema: object; required: boolean };
  /** What a success is, by media type; empty: no body. */
  content: Record<string, object>;
  /** 200 if absent. */
  success?: 200 | 202 | 301;
  /** Headers of a success. */
  headers?: readonly (keyof typeof RESPONSE_HEADERS)[];
  errors: readonly Status[];
  access: "reader" | "operator" | "metrics" | "everybody";
  /** Where it is no error, but has the content of a success. */
  unavailable?: Record<string, object>;
}

type Status = keyof typeof PHRASES;

export const RESPONSE_HEADERS = {
  ETag: "the entity tag, for If-None-Match",
  "Last-Modified": "when the content last changed, for If-Modified-Since",
  Link: "the links self, hub, next, alternate, prev-archive, next-archive and current (RFC 8288), as far as there are such",
  "Cache-Control": "how long the response may be kept (RFC 9111)",
  "Cache-Status": "whether the content is stale, and why (RFC 9211)",
  "Memento-Datetime": "when the version was first seen (RFC 7089)",
  Location: "where the feed is",
} as const;

const json = (name: keyof typeof SCHEMAS) => ({ "application/json": { schema: ref(name) } });
const string = { schema: { type: "string" } };
const page = { "text/html": string };
const feed = {
  [MEDIA_TYPES.rss]: string,
  [MEDIA_TYPES.atom]: string,
  [MEDIA_TYPES.json]: { schema: ref("Feed") },
};
const lines = (description: string) => ({ [NDJSON]: { schema: { type: "string", description } } });
const SYNC_LINES = "one SyncEvent per line, and SyncEnd as the last line";

const VALIDATORS = ["ETag", "Last-Modified", "Link", "Cache-Control", "Cache-Status"] as const;
const ARTICLE_HEADERS = ["ETag", "Link", "Cache-Control"] as const;
const FEED = {
  method: "get",
  parameters: [...FEED_PARAMETERS, ...CONDITIONS],
  errors: [400, 404, 503],
  access: "reader",
} as const;
const FEED_RESPONSE = { content: feed, headers: VALIDATORS };
const PAGE = { content: page, headers: ["ETag", "Link", "Cache-Control"] as const };
const REDIRECT = {
  method: "get",
  parameters: FEED_PARAMETERS,
  content: {},
  success: 301,
  headers: ["Location"] as const,
  errors: [],
  access: "reader",
} as const;
const ARTICLE = { method: "get", parameters: CONDITIONS, errors: [400, 404, 503], access: "reader" } as const;
const COUNTS = {
  method: "get",
  parameters: [...COUNT_QUERY, ...CONDITIONS.slice(0, 1)],
  headers: ["ETag", "Link", "Cache-Control"] as const,
  errors: [400, 404, 503],
  access: "reader",
} as const;
const ICON = { method: "get", headers: ["Cache-Control"], errors: [], access: "everybody" } as const;
const FILE = { ...ICON, headers: ["ETag", "Cache-Control"] } as const;
const OPERATOR = { access: "operator", headers: [] } as const;

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

export const OPERATIONS: readonly Operation[] = [
  { ...PAGE, method: "get", path: "/", summary: "The home page", errors: [400, 503], access: "reader" },
  { ...FEED, ...FEED_RESPONSE, path: "/feeds/{sources}.{format}", summary: "The feed of one or several sources" },
  { ...FEED, ...FEED_RESPONSE, path: "/feeds/{sources}/{month}.{format}", summary: "A month of the archive" },
  { ...FEED, ...FEED_RESPONSE, path: "/feeds/{sources}/changes.{format}", summary: "Edits, newest first" },
  { ...FEED, ...PAGE, path: "/feeds/{sources}", summary: "The feed as a page" },
  { ...FEED, ...PAGE, path: "/feeds/{sources}/{month}", summary: "A month as a page" },
  { ...FEED, ...PAGE, path: "/feeds/{sources}/changes", summary: "Edits as a page" },
  {
    ...ARTICLE,
    path: "/feeds/{sources}/status.{format}",
    summary: "Outages of more than three hours and gaps, an entry each",
    content: { ...feed, [MEDIA_TYPES.json]: { schema: ref("StatusFeed") } },
    headers: ["ETag", "Last-Modified", "Link", "Cache-Control"],
  },
  { ...ARTICLE, ...PAGE, path: "/feeds/{sources}/status", summary: "Outages and gaps as a page" },
  {
    ...COUNTS,
    path: "/feeds/{sources}/counts.json",
    summary: "How many articles of each month match a query",
    content: json("Counts"),
  },
  {
    ...COUNTS,
    path: "/feeds/{sources}/counts.csv",
    summary: "The same as a table, with a header line",
    content: { [COUNT_FORMATS.csv]: string },
  },
  {
    method: "get",
    path: "/feeds.opml",
    summary: "All sources as a subscription list",
    parameters: [...OPML_QUERY, ...CONDITIONS],
    content: { "text/x-opml": string },
    headers: ["ETag", "Last-Modified", "Cache-Control"],
    errors: [400],
    access: "reader",
  },
  { ...REDIRECT, path: "/rss.xml", summary: "Redirects to the default source's RSS" },
  { ...REDIRECT, path: "/atom.xml", summary: "Redirects to the default source's Atom" },
  { ...REDIRECT, path: "/feed.json", summary: "Redirects to the default source's JSON Feed" },
  {
    ...ARTICLE,
    path: "/articles/{site}/{key}.json",
    summary: "An article with every version and how to cite it",
    content: json("Article"),
    headers: ARTICLE_HEADERS,
  },
  { ...ARTICLE, ...PAGE, path: "/articles/{site}/{key}", summary: "An article as a page" },
  {
    ...ARTICLE,
    path: "/articles/{site}/{key}/v{v}.json",
    summary: "A version of an article",
    content: json("Version"),
    headers: [...ARTICLE_HEADERS, "Memento-Datetime"],
  },
  { ...ARTICLE, ...PAGE, path: "/articles/{site}/{key}/v{v}", summary: "A version of an article as a page" },
  {
    ...ARTICLE,
    path: "/articles/{site}/{key}/timemap",
    summary: "The versions of an article as links (RFC 7089)",
    content: { [LINK_FORMAT]: string },
    headers: ARTICLE_HEADERS,
  },
  {
    method: "get",
    path: "/sync/{sources}",
    summary: "The journal of changes, for services that keep a copy",
    parameters: [...SYNC_QUERY, ...CONDITIONS.slice(0, 1)],
    content: lines(SYNC_LINES),
    headers: ["ETag", "Link", "Cache-Control"],
    errors: [400, 404, 410, 503],
    access: "reader",
  },
  {
    method: "get",
    path: "/openapi.json",
    summary: "This description",
    content: { "application/json": { schema: { type: "object" } } },
    headers: ["ETag", "Cache-Control"],
    errors: [],
    access: "reader",
  },
  {
    method: "post",
    path: "/hub",
    summary: "Subscribe to a feed (WebSub); the callback is asked afterwards",
    body: { type: "application/x-www-form-urlencoded", schema: HUB_REQUEST, required: true },
    content: {},
    success: 202,
    errors: [400, 404, 413, 415, 503],
    access: "reader",
  },
  {
    method: "get",
    path: "/health",
    summary: "The state of the bridge and its sources",
    content: { ...json("Health"), ...page },
    headers: ["ETag", "Cache-Control"],
    unavailable: json("Health"),
    errors: [],
    access: "reader",
  },
  {
    method: "get",
    path: "/health/{source}",
    summary: "The state of a source, and what was wrong with it",
    content: { ...json("SourceHealth"), ...page },
    headers: ["ETag", "Cache-Control"],
    errors: [404, 503],
    access: "reader",
  },
  { ...FILE, path: "/robots.txt", summary: "What crawlers may read", content: { "text/plain": string } },
  { ...ICON, path: "/icon.svg", summary: "The bridge's icon", content: { "image/svg+xml": string } },
  { ...ICON, path: "/icon.png", summary: "The same as PNG", content: { "image/png": string } },
  {
    ...FILE,
    access: "reader",
    path: "/opensearch.xml",
    summary: "How a browser searches the bridge (OpenSearch)",
    content: { [OPENSEARCH_TYPE]: string },
  },
  {
    ...FILE,
    access: "reader",
    path: "/manifest.webmanifest",
    summary: "The bridge as a web application",
    content: { [MANIFEST_TYPE]: { schema: { type: "object" } } },
  },
  {
    method: "get",
    path: "/healthz",
    summary: "Alive",
    content: { "text/plain": string },
    errors: [],
    access: "everybody",
  },
  {
    method: "get",
    path: "/metrics",
    summary: "Numbers for monitors (OpenMetrics)",
    content: { [OPENMETRICS_TYPE.split(";")[0] ?? ""]: string },
    errors: [503],
    access: "metrics",
  },
  {
    ...OPERATOR,
    method: "post",
    path: "/refresh/{sources}",
    summary: "Fetch sources now",
    content: json("Refreshed"),
    errors: [404, 503],
  },
  {
    ...OPERATOR,
    method: "post",
    path: "/ingest/{source}",
    summary: "Store the articles of a page",
    parameters: INGEST_QUERY,
    body: { type: "text/html", schema: { type: "string" }, required: true },
    content: json("Ingested"),
    errors: [400, 404, 413, 415, 422, 503],
  },
  {
    ...OPERATOR,
    method: "get",
    path: "/export",
    summary: "The whole archive, as lines of a backup",
    parameters: EXPORT_QUERY,
    content: lines("one event per line; the last line has `end`"),
    errors: [400, 404, 503],
  },
  {
    ...OPERATOR,
    method: "post",
    path: "/import",
    summary: "Restore lines of a backup",
    body: { type: NDJSON, schema: { type: "string" }, required: true },
    content: json("Restored"),
    errors: [404, 413, 422, 503],
  },
  {
    ...OPERATOR,
    method: "get",
    path: "/webhooks",
    summary: "Webhooks and deliveries",
    content: json("Webhooks"),
    errors: [404, 503],
  },
  {
    ...OPERATOR,
    method: "post",
    path: "/webhooks/{n}/test",
    summary: "Send a test message to a webhook",
    content: json("WebhookTest"),
    errors: [404, 503],
  },
];
