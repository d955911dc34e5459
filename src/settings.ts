import { BUILT_IN, SITES } from "./sites/index.ts";
import type { Location, Site, Source } from "./sites/site.ts";

/** Bindings and variables as Cloudflare hands them over: anything may be missing or wrong. */
export interface Bindings {
  /** The archive's Durable Object, and the copies of its newest articles. */
  ARCHIVE: DurableObjectNamespace;
  SNAPSHOTS: KVNamespace;
  KCNAWATCH_ORIGIN?: string;
  DEFAULT_SOURCE?: string;
  PUBLIC_URL?: string;
  USER_AGENT?: string;
  SOURCES?: unknown;
  BODIES_PER_TICK?: string;
  ADMIN_TOKEN?: string;
  ACCESS_KEY?: string;
  RATE_LIMITER?: RateLimit;
  VERSION?: WorkerVersionMetadata;
}

export interface Settings {
  sources: readonly Source[];
  defaultSource: Source;
  /** Where each site's pages are fetched, by the site's canonical origin. */
  origins: ReadonlyMap<string, string>;
  /** Origin of the feeds' own links, undefined where the request's is to be taken. */
  publicUrl?: string;
  userAgent: string;
  /** Article pages to fetch a cron tick. */
  bodiesPerTick: number;
  adminToken?: string;
  accessKey?: string;
  /** How often one client may ask; undefined where that is not limited. */
  limiter?: RateLimit;
  /** Milliseconds, whole seconds: when all this was deployed, or where that is not known, when it was first read. */
  setAt: number;
}

/** A variable that cannot be used. The message names it and may hold its value: it is for the log alone. */
export class SettingError extends Error {
  override name = "SettingError";
}

const DEFAULT_USER_AGENT = "kcna-feed-bridge/1 (feed reader bridge)";

const read = new WeakMap<Bindings, Settings | SettingError>();

/**
 * Checks bindings and variables, once an isolate. What is wrong goes to the log each time.
 *
 * @throws SettingError naming the first variable that is wrong, and what it takes
 */
export function settingsOf(env: Bindings): Settings {
  let settings = read.get(env);
  if (!settings) {
    try {
      settings = check(env);
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      settings = error;
    }
    read.set(env, settings);
  }
  if (settings instanceof SettingError) {
    console.error(JSON.stringify({ event: "settings", error: settings.message }));
    throw settings;
  }
  return settings;
}

function check(env: Bindings): Settings {
  if (typeof env.ARCHIVE?.idFromName !== "function") throw new SettingError("ARCHIVE: the Durable Object is not bound");
  if (typeof env.SNAPSHOTS?.get !== "function") throw new SettingError("SNAPSHOTS: the KV namespace is not bound");
  if (env.RATE_LIMITER && typeof env.RATE_LIMITER.limit !== "function") {
    throw new SettingError("RATE_LIMITER: is no rate-limiting binding");
  }
  const sources = allSources(furtherSources(env.SOURCES));

  const wanted = env.DEFAULT_SOURCE || BUILT_IN[0]?.id;
  const defaultSource = sources.find(({ id }) => id === wanted);
  if (!defaultSource) {
    const ids = sources.map(({ id }) => id).join(", ");
    throw new SettingError(`DEFAULT_SOURCE: there is no source "${wanted}"; the sources are ${ids}`);
  }

  const kcnawatch = SITES.kcnawatch?.origin as string;
  const [adminToken, accessKey] = [secret("ADMIN_TOKEN", env.ADMIN_TOKEN), secret("ACCESS_KEY", env.ACCESS_KEY)];
  const publicUrl = env.PUBLIC_URL ? baseOf("PUBLIC_URL", env.PUBLIC_URL) : undefined;
  return {
    sources,
    defaultSource,
    origins: new Map([[kcnawatch, originOf("KCNAWATCH_ORIGIN", env.KCNAWATCH_ORIGIN || kcnawatch)]]),
    ...(publicUrl && { publicUrl }),
    userAgent: headerText("USER_AGENT", env.USER_AGENT || DEFAULT_USER_AGENT),
    bodiesPerTick: wholeNumber("BODIES_PER_TICK", env.BODIES_PER_TICK, 3, 20),
    ...(adminToken && { adminToken }),
    ...(accessKey && { accessKey }),
    ...(env.RATE_LIMITER && { limiter: env.RATE_LIMITER }),
    setAt: Math.floor((Date.parse(env.VERSION?.timestamp ?? "") || Date.now()) / 1000) * 1000,
  };
}

/** An http(s) address without query and fragment, and without a slash at its end. */
function baseOf(variable: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
    throw new SettingError(`${variable}: "${value}" is not an address such as https://feeds.example.org`);
  }
  return url.href.replace(/\/+$/, "");
}

function originOf(variable: string, value: string): string {
  const base = baseOf(variable, value);
  if (new URL(base).origin !== base)
    throw new SettingError(`${variable}: "${value}" must be an origin, without a path`);
  return base;
}

/** Characters of a secret that is not to be guessed within the rate limit. */
const SHORTEST_SECRET = 16;

function secret(variable: string, value: string | undefined): string | undefined {
  if (value && value.length < SHORTEST_SECRET) {
    throw new SettingError(`${variable}: must have at least ${SHORTEST_SECRET} characters`);
  }
  return value || undefined;
}

function headerText(variable: string, value: string): string {
  if (!/^[\x20-\x7e]{1,256}$/.test(value)) {
    throw new SettingError(`${variable}: must be 1 to 256 printable ASCII characters`);
  }
  return value;
}

function wholeNumber(variable: string, value: string | undefined, preset: number, most: number): number {
  if (value === undefined || value === "") return preset;
  if (!/^\d{1,3}$/.test(value) || Number(value) > most) {
    throw new SettingError(`${variable}: "${value}" is not a whole number from 0 to ${most}`);
  }
  return Number(value);
}

/** `SOURCES`: a JSON array (or what Wrangler makes of an array in wrangler.toml), an entry a source. */
function furtherSources(value: unknown): Source[] {
  let entries = value ?? [];
  if (typeof entries === "string") {
    try {
      entries = entries.trim() === "" ? [] : JSON.parse(entries);
    } catch (error) {
      throw new SettingError(`SOURCES: not JSON (${(error as Error).message})`);
    }
  }
  if (!Array.isArray(entries)) throw new SettingError("SOURCES: must be a JSON array of sources");
  return entries.map((entry, i) => sourceOf(entry, `SOURCES[${i}]`));
}

/**
 * The built-in sources and the operator's. An id that the operator gave away before it was built in goes on to name the
 * operator's source: its feeds have subscribers, and its archive is there.
 */
function allSources(further: readonly Source[]): Source[] {
  const own = new Map(further.map((source) => [source.id, source]));
  const twice = further.find((source) => own.get(source.id) !== source);
  if (twice) throw new SettingError(`SOURCES: the id "${twice.id}" occurs twice`);
  const isBuiltIn = new Set(BUILT_IN.map(({ id }) => id));
  for (const id of own.keys()) {
    if (!isBuiltIn.has(id)) continue;
    const detail = "SOURCES defines a source whose id is built in: the entry of SOURCES is used";
    console.error(JSON.stringify({ event: "settings", source: id, detail }));
  }
  return [...BUILT_IN.map((source) => own.get(source.id) ?? source), ...further.filter(({ id }) => !isBuiltIn.has(id))];
}

/** Words that stand in feed addresses beside source ids, or would be taken for one. */
const RESERVED = new Set(["all", "changes"]);

function sourceOf(entry: unknown, at: string): Source {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    throw new SettingError(`${at}: must be an object with id, name, language and article, loadMore or search`);
  }
  const { id, name, language, site: siteId = "kcnawatch", ...place } = entry as Record<string, unknown>;
  if (typeof id !== "string" || !/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(id) || RESERVED.has(id)) {
    throw new SettingError(`${at}.id: must be 1 to 40 of a-z, 0-9 and "-", and not ${[...RESERVED].join(" or ")}`);
  }
  if (typeof name !== "string" || name.trim() === "" || name.length > 100) {
    throw new SettingError(`${at}.name: must be a text of 1 to 100 characters`);
  }
  if (typeof language !== "string" || !isLanguage(language)) {
    throw new SettingError(`${at}.language: must be a language tag such as en, ko or es (mul for a mix)`);
  }
  const site = typeof siteId === "string" && Object.hasOwn(SITES, siteId) ? SITES[siteId] : undefined;
  if (!site) throw new SettingError(`${at}.site: there are ${Object.keys(SITES).join(", ")}`);
  const read = parseLocation(site, place);
  if ("error" in read) throw new SettingError(`${at}: ${read.error}`);
  return { id, name: name.trim(), language, site, location: read.location };
}

/** A website without a `parseLocation` of its own has one listing: there is nothing to say of its place. */
function parseLocation(site: Site, place: Record<string, unknown>): { location: Location } | { error: string } {
  if (site.parseLocation) return site.parseLocation(place);
  const [field] = Object.keys(place);
  return field === undefined ? { location: {} } : { error: `there is no field ${field}` };
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag;
  } catch {
    return false;
  }
}
