import * as v from "valibot";
import { parseEntry, SettingError, unknownField } from "./environment.ts";
import { logError } from "./log.ts";
import { isPublicHost } from "./public-host.ts";
import { programSize } from "./query/regex-size.ts";
import { MAX_SELECTOR_LENGTH, MAX_STEPS, parseSelector } from "./scrape/selector.ts";
import { hostsOf } from "./sites/addresses.ts";
import { configuredSite, isOlderPath, isPath, OLDER_PATH, PATH } from "./sites/configured.ts";
import { SITES as BUILT_IN_SITES, toSources } from "./sites/index.ts";
import type { Site, Source } from "./sites/site.ts";
import { isTimeZone } from "./time.ts";

/** The variables `SITES` (further websites), `SOURCES` (further listings) and `FOLLOW` (which are read), checked. */

/**
 * The built-in sites and sources, and the operator's. If a built-in source has the id of an operator's source, the
 * operator's is used, because its feeds have subscribers and its articles are stored.
 *
 * @throws SettingError naming the first field that is wrong, and what it takes
 */
export function readSourceSettings(variables: { SOURCES?: unknown; SITES?: unknown; FOLLOW?: readonly string[] }) {
  const builtIn = Object.values(BUILT_IN_SITES);
  const sites = [...builtIn];
  const entries = entriesOf("SITES", variables.SITES);
  if (entries.length > MAX_SITES) throw new SettingError(`SITES: has more than ${MAX_SITES} websites`);
  for (const [i, entry] of entries.entries()) sites.push(siteOf(entry, `SITES[${i}]`, sites));
  const byId = new Map(sites.map((site) => [site.id, site]));
  const further = entriesOf("SOURCES", variables.SOURCES).map((entry, i) => sourceOf(entry, `SOURCES[${i}]`, byId));
  checkUnique("SOURCES", further);
  const fromSites = sites.slice(builtIn.length).flatMap(toSources);
  checkUnique("SITES", [...builtIn.flatMap(toSources), ...fromSites, ...further], fromSites);
  const all = withOwnSources(builtIn.flatMap(toSources), fromSites, further);
  const isFollowed = followed(variables.FOLLOW ?? ["all"], all, [...fromSites, ...further]);
  return { sites, sources: all.filter(isFollowed), unfollowed: all.filter((source) => !isFollowed(source)) };
}

/**
 * Whether a source is read: those that `FOLLOW` names, and all that the operator defines.
 *
 * @throws SettingError naming an id that is no source's
 */
function followed(ids: readonly string[], all: readonly Source[], own: readonly Source[]) {
  // Also beside "all": `all, -newstream` would read what it seems to leave out.
  const unknown = ids.find((id) => id !== "all" && !all.some((source) => source.id === id));
  if (unknown !== undefined) {
    const known = all.map(({ id }) => id).join(", ");
    throw new SettingError(`FOLLOW: there is no source "${unknown.slice(0, 60)}"; there are ${known}, or all`);
  }
  return (source: Source) => ids.includes("all") || ids.includes(source.id) || own.includes(source);
}

function withOwnSources(
  builtIn: readonly Source[],
  fromSites: readonly Source[],
  further: readonly Source[],
): Source[] {
  const own = new Map(further.map((source) => [source.id, source]));
  const isBuiltIn = new Set(builtIn.map(({ id }) => id));
  for (const id of own.keys()) {
    if (!isBuiltIn.has(id)) continue;
    logError("settings", "SOURCES defines a source whose id is built in: the entry of SOURCES is used", { source: id });
  }
  const others = further.filter(({ id }) => !isBuiltIn.has(id));
  return [...builtIn.map((source) => own.get(source.id) ?? source), ...fromSites, ...others];
}

/** @param own those of `sources` whose ids must be their own */
function checkUnique(variable: string, sources: readonly Source[], own = sources): void {
  const count = (wanted: string) => sources.filter(({ id }) => id === wanted).length;
  const twice = own.find(({ id }) => count(id) > 1);
  if (twice) throw new SettingError(`${variable}: the id "${twice.id}" occurs twice`);
}

/** A JSON array, or what Wrangler makes of an array in wrangler.toml. */
function entriesOf(variable: string, value: unknown): unknown[] {
  let entries = value ?? [];
  if (typeof entries === "string") {
    try {
      entries = entries.trim() === "" ? [] : JSON.parse(entries);
    } catch (error) {
      throw new SettingError(`${variable}: not JSON (${(error as Error).message})`);
    }
  }
  const what = variable.toLowerCase();
  if (!Array.isArray(entries)) throw new SettingError(`${variable}: must be a JSON array of ${what}`);
  return entries;
}

/** Of further websites; the archive numbers 63 at most. */
const MAX_SITES = 50;

/** Words that stand in feed addresses beside source ids, or would be taken for one. */
const RESERVED = new Set(["all", "changes"]);
const RESERVED_WORDS = [...RESERVED].join(" or ");

/** BCP 47 would also allow `english`: it reserves words of up to 8 letters (RFC 5646, section 2.2.1), and has none yet. */
function isLanguage(tag: string): boolean {
  try {
    return /^[a-z]{2,3}(?:-|$)/.test(tag) && Intl.getCanonicalLocales(tag)[0] === tag;
  } catch {
    return false;
  }
}

/** Instructions of a site's pattern. */
const MAX_PATTERN_SIZE = 100;

/** What each field takes: errors say it. */
const RULES = {
  id: `must be 1 to 40 of a-z, 0-9 and "-", and not ${RESERVED_WORDS}`,
  name: "must be a text of 1 to 100 characters",
  language: "must be a language tag such as en, ko or es (mul for a mix)",
  origin: "must be the address of a public website without a path and a port, such as https://example.org",
  aliases: "must be a list of at most 10 public hosts, such as www.example.org",
  timeZone: "must be a time zone such as Europe/Berlin",
  article: `must be a regular expression (RE2) of at most 200 characters and ${MAX_PATTERN_SIZE} instructions, whose one group is the key, such as "/news/([0-9]+)"`,
  body: `must be a selector of tags, classes, ids and attributes, such as "article .text" (at most ${MAX_SELECTOR_LENGTH} characters and ${MAX_STEPS} steps)`,
  pageSize: "must be how many articles a part of the listing holds, from 1 to 200",
};

/** A text of which a check says whether it can be used. */
const text = (rule: string, isValid: (text: string) => boolean) =>
  v.message(v.pipe(v.string(), v.check(isValid)), rule);

const id = text(RULES.id, (id) => /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(id) && !RESERVED.has(id));
const name = v.message(v.pipe(v.string(), v.maxLength(100), v.trim(), v.minLength(1)), RULES.name);
const language = text(RULES.language, isLanguage);
const withoutSlash = v.pipe(
  v.string(),
  v.transform((value) => value.replace(/\/$/, "")),
);
const origin = v.message(v.pipe(withoutSlash, v.check(isPublicOrigin)), RULES.origin);
const aliases = v.message(v.pipe(v.array(v.pipe(v.string(), v.check(isHost))), v.maxLength(10)), RULES.aliases);
const selector = text(RULES.body, (value) => parseSelector(value) !== undefined);
const pageSize = v.message(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200)), RULES.pageSize);

function isPublicOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { origin, protocol, hostname, port } = new URL(value);
  return origin === value && /^https?:$/.test(protocol) && port === "" && isPublicHost(hostname);
}

function isHost(host: string): boolean {
  return URL.canParse(`https://${host}`) && new URL(`https://${host}`).host === host && isPublicHost(host);
}

/** What RE2 does not take, or takes in another sense: lookaround and backreferences. */
const NOT_RE2 = /\(\?(?:[=!]|<[=!])|\\(?:[1-9]|k|c|u)|\[\^?\]/;
function isPattern(pattern: string): boolean {
  if (pattern.length > 200 || NOT_RE2.test(pattern) || programSize(pattern, false) > MAX_PATTERN_SIZE) return false;
  try {
    // Matched with nothing, so that it cannot take long: only its groups are counted.
    return new RegExp(`${pattern}|`).exec("")?.length === 2;
  } catch {
    return false;
  }
}

const BOOLEAN_RULE = "must be true or false";
const SOURCES_RULE = "must be a list of 1 to 50 sources with id, name and listing";
const source = v.strictObject(
  { id, name, language: v.optional(language), listing: v.unknown(), older: v.optional(v.unknown()) },
  (issue) => unknownField(issue, SOURCES_RULE),
);
const SITE_RULE = "must be an object with id, name, origin, timeZone, language, listing, article and body";
const siteEntry = v.strictObject(
  {
    id,
    name,
    origin,
    aliases: v.optional(aliases, []),
    timeZone: text(RULES.timeZone, isTimeZone),
    language,
    listing: v.optional(v.unknown()),
    older: v.optional(v.unknown()),
    pageSize: v.optional(pageSize),
    article: text(RULES.article, isPattern),
    body: selector,
    title: v.optional(selector),
    date: v.optional(selector),
    datesWithoutYear: v.optional(v.boolean(BOOLEAN_RULE), false),
    sources: v.optional(
      v.pipe(v.array(source, SOURCES_RULE), v.minLength(1, SOURCES_RULE), v.maxLength(50, SOURCES_RULE)),
    ),
  },
  (issue) => unknownField(issue, SITE_RULE),
);

function siteOf(entry: unknown, at: string, sites: readonly Site[]): Site {
  // The message for a missing field is that for a wrong one.
  const { listing, older, pageSize, sources, ...site } = parseEntry(siteEntry, entry, at, (issue) =>
    missing(issue) ? `is missing; it ${ruleOf(issue)}` : issue.message,
  );
  const hosts = [new URL(site.origin).host, ...site.aliases];
  for (const other of sites) {
    if (other.id === site.id) throw new SettingError(`${at}.id: there is a website "${site.id}" already`);
    const host = hosts.find((host) => hostsOf(other).includes(host));
    if (host) throw new SettingError(`${at}.origin: ${host} is the website "${other.id}" already`);
  }
  const own = sources ?? [{ id: site.id, name: site.name, listing, older }];
  const isPaged = own.some(({ older }) => older !== undefined);
  if (isPaged && pageSize === undefined) throw new SettingError(`${at}.pageSize: is missing; it ${RULES.pageSize}`);
  if (sources && listing !== undefined)
    throw new SettingError(`${at}.listing: if the entry has sources, each of them has its own listing`);
  return configuredSite({
    ...site,
    pageSize: pageSize ?? 1,
    sources: own.map(({ listing, older, ...source }, i) => {
      const place = sources ? `${at}.sources[${i}]` : at;
      if (!isPath(listing, site.origin)) throw new SettingError(`${place}.listing: must be ${PATH}`);
      if (older !== undefined && !isOlderPath(older, site.origin))
        throw new SettingError(`${place}.older: must be ${OLDER_PATH}`);
      return { language: site.language, ...source, location: { listing, ...(older !== undefined && { older }) } };
    }),
  });
}

const missing = (issue: v.BaseIssue<unknown>) => issue.received === "undefined" && issue.input === undefined;
const ruleOf = ({ path, message }: v.BaseIssue<unknown>): string =>
  RULES[String(path?.at(-1)?.key) as keyof typeof RULES] ?? message;

function sourceOf(entry: unknown, at: string, sites: ReadonlyMap<string, Site>): Source {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry))
    throw new SettingError(`${at}: must be an object with id, name, language and article, loadMore or search`);
  const { id: _, name: __, language: ___, site: siteId = "kcnawatch", ...place } = entry as Record<string, unknown>;
  const named = parseEntry(v.object({ id, name, language }), entry, at, ruleOf);
  const site = typeof siteId === "string" ? sites.get(siteId) : undefined;
  if (!site) throw new SettingError(`${at}.site: there are ${[...sites.keys()].join(", ")}`);
  const { languages = [named.language], locationFields = [] } = site;
  const unknown = Object.keys(place).find((field) => !locationFields.includes(field));
  if (unknown !== undefined) throw new SettingError(`${at}: there is no field ${unknown}`);
  if (!languages.includes(named.language))
    throw new SettingError(`${at}: language must be one of ${languages.join(", ")}`);
  const read = site.parseLocation?.(place) ?? { location: {} };
  if ("error" in read) throw new SettingError(`${at}: ${read.error}`);
  const [first] = site.sources;
  const isOfOne = site.sources.every(({ outlet }) => outlet === first?.outlet);
  return {
    ...named,
    site,
    location: read.location,
    // What an outlet's own website lists further is the outlet's as well.
    ...(isOfOne && first?.outlet !== undefined && { outlet: first.outlet }),
  };
}
