import { FORMATS } from "../../feeds/document.ts";
import { parameterSchema } from "../../query/parameter-schema.ts";
import { NAMES, type Name, PARAMETERS, type Parameter } from "../../query/parameters.ts";
import { COMPARISON_VIEWS } from "../comparison.ts";
import { NO_COUNT_PARAMETERS } from "../counts.ts";
import { OTHER_PARAMETERS, SYNC_PARAMETERS } from "../sync.ts";

/** The parameters of all operations, from the tables that parse them. */

const query = (name: string, { description, accepts, default: preset }: Parameter, schema: object) => ({
  name,
  in: "query",
  description: `${description}; takes ${accepts}${preset === undefined ? "" : `; default: ${preset}`}`,
  schema,
});
const path = (name: string, description: string, schema: object = {}) => ({
  name,
  in: "path",
  description,
  required: true,
  schema: { type: "string", ...schema },
});
const header = (name: string, description: string) => ({ name, in: "header", description, schema: { type: "string" } });

const feedParameter = (name: Name) => query(name, PARAMETERS[name], parameterSchema(name));
// No ages.
const isSyncParameter = (name: Name): boolean =>
  !OTHER_PARAMETERS.includes(name) && name !== "limit" && name !== "filter_time";
const syncParameter = (name: Name) => {
  if (name !== "since" && name !== "until") return feedParameter(name);
  const accepts = "a Korean day (2026-01-30) or an instant (2026-01-30T09:00:00Z)";
  return query(name, { ...PARAMETERS[name], accepts }, { type: "string" });
};

export const feedParameters = (): readonly object[] => NAMES.map(feedParameter);

const integer = (accepts: string): Record<string, unknown> => {
  const [, minimum, maximum] = /from (\d+) to (\d+)/.exec(accepts) ?? [];
  return minimum === undefined
    ? { type: "string" }
    : { type: "integer", minimum: Number(minimum), maximum: Number(maximum) };
};

export const syncQuery = (): readonly object[] => [
  ...Object.entries(SYNC_PARAMETERS).map(([name, parameter]) => query(name, parameter, integer(parameter.accepts))),
  ...NAMES.filter(isSyncParameter).map(syncParameter),
];

export const countParameters = (): readonly object[] =>
  NAMES.filter((name) => !NO_COUNT_PARAMETERS.includes(name)).map(feedParameter);

const AFTER: Parameter = { accepts: "the number of an event", description: "only events after it", default: "0" };
export const EXPORT_QUERY: readonly object[] = [query("after", AFTER, { type: "integer", minimum: 0 })];

const formatParameter = (description: string) =>
  query("format", { accepts: FORMATS.join(", "), description, default: "rss" }, { type: "string", enum: FORMATS });
export const opmlQuery = (): readonly object[] => [
  formatParameter("the format of the feeds in the list"),
  ...feedParameters(),
];

const WORDS = { type: "string" };
/** The fields of the home page's form. */
export const builderQuery = (): readonly object[] => [
  query("source", { accepts: "ids of sources", description: "sources of the feed that the form builds" }, LIST),
  query("words", { accepts: "words, as in q", description: "words that its articles contain" }, WORDS),
  query("without", { accepts: "words, as in q", description: "words that its articles do not contain" }, WORDS),
  ...(["since", "lang", "content"] as const).map(feedParameter),
  formatParameter("its format"),
];
const LIST = { type: "array", items: { type: "string" } };

const VERSION = { type: "integer", minimum: 1 };
/** Which versions an article's page compares and lists. */
export const ARTICLE_QUERY: readonly object[] = [
  query("from", { accepts: "the number of a version", description: "the version to compare" }, VERSION),
  query("to", { accepts: "the number of a version", description: "the version to compare it with" }, VERSION),
  query(
    "view",
    { accepts: COMPARISON_VIEWS.join(" or "), description: "how the differences are shown", default: "inline" },
    { type: "string", enum: COMPARISON_VIEWS, default: "inline" },
  ),
  query("before", { accepts: "the number of a version", description: "the list has those before it" }, VERSION),
];

const PAGE_URL: Parameter = { accepts: "an address of the website", description: "where the page was read" };
export const INGEST_QUERY: readonly object[] = [{ ...query("url", PAGE_URL, { type: "string" }), required: true }];

/** The parameters in paths, by name. */
export const pathParameters = (ids: readonly string[]): Readonly<Record<string, object>> => ({
  sources: path("sources", `ids of sources joined by "+", or all: ${ids.join(", ")}`, { examples: [ids[0]] }),
  source: path("source", "the id of a source", { enum: ids }),
  format: path("format", "the format of the feed", { enum: FORMATS }),
  month: path("month", "a month in Korea", { pattern: "^[0-9]{4}-(?:0[1-9]|1[0-2])$" }),
  site: path("site", "the name of a website"),
  key: path("key", "the key of an article, as in `_bridge.key`"),
  v: path("v", "the number of a version, from 1 on", { type: "integer", minimum: 1 }),
  n: path("n", "the number of a webhook, from 1 on", { type: "integer", minimum: 1 }),
});

/** The headers of conditional requests (RFC 9110, section 13), by the validator of the response that they compare. */
export const CONDITIONS: Readonly<Record<string, object>> = {
  ETag: header("If-None-Match", "the ETag of an earlier response: 304 if nothing has changed"),
  "Last-Modified": header("If-Modified-Since", "the Last-Modified of an earlier response; only without If-None-Match"),
};
