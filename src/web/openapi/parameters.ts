import { FORMATS } from "../../feeds/document.ts";
import { parameterSchema } from "../../query/parameter-schema.ts";
import { NAMES, type Name, PARAMETERS, type Parameter } from "../../query/parameters.ts";
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
const isSyncParameter = (name: Name): boolean => !OTHER_PARAMETERS.includes(name) && name !== "limit";

export const feedParameters = (): readonly object[] => NAMES.map(feedParameter);

const integer = (accepts: string): Record<string, unknown> => {
  const [, minimum, maximum] = /from (\d+) to (\d+)/.exec(accepts) ?? [];
  return minimum === undefined
    ? { type: "string" }
    : { type: "integer", minimum: Number(minimum), maximum: Number(maximum) };
};

export const syncQuery = (): readonly object[] => [
  ...Object.entries(SYNC_PARAMETERS).map(([name, parameter]) => query(name, parameter, integer(parameter.accepts))),
  ...NAMES.filter(isSyncParameter).map(feedParameter),
];

export const countParameters = (): readonly object[] =>
  NAMES.filter((name) => !NO_COUNT_PARAMETERS.includes(name)).map(feedParameter);

const AFTER: Parameter = { accepts: "the number of an event", description: "only events after it", default: "0" };
export const EXPORT_QUERY: readonly object[] = [query("after", AFTER, { type: "integer", minimum: 0 })];

const FORMAT = { accepts: FORMATS.join(", "), description: "the format of the feeds in the list", default: "rss" };
export const opmlQuery = (): readonly object[] => [
  query("format", FORMAT, { type: "string", enum: FORMATS }),
  ...feedParameters(),
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

/** The headers of conditional requests (RFC 9110, section 13). */
export const CONDITIONS: readonly object[] = [
  header("If-None-Match", "the ETag of an earlier response: 304 if nothing has changed"),
  header("If-Modified-Since", "the Last-Modified of an earlier response; only without If-None-Match"),
];
