import { BUILT_IN, SITES } from "./sites/index.ts";
import type { Location, Site, Source } from "./sites/site.ts";
import { type Environment, readOrigin, readVariable, refuseMisspelt, SettingError } from "./variables.ts";

/** The settings: every variable, checked once. */
export interface Settings {
  sources: readonly Source[];
  defaultSource: Source;
  /** Where each site's pages are fetched, by the site's canonical origin. */
  origins: ReadonlyMap<string, string>;
  /** Where the bridge's own links begin; undefined: at the origin of the request. */
  publicUrl?: string;
  userAgent: string;
  /** Article pages to fetch in a tick of the cron. */
  bodiesPerTick: number;
  adminToken?: string;
  accessKey?: string;
  /** Milliseconds, whole seconds: when these settings were first read. */
  setAt: number;
}

const checked = new WeakMap<Environment, Settings | SettingError>();

/**
 * Checks the variables, once for an environment. An error is logged at every call.
 *
 * @param checkBindings throws a `SettingError` if something else that the runtime provides is wrong
 * @throws SettingError naming the first variable that is wrong, and what it takes
 */
export function settingsOf(env: Environment, checkBindings: (env: Environment) => void = () => {}): Settings {
  let settings = checked.get(env);
  if (!settings) {
    try {
      checkBindings(env);
      settings = check(env);
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      settings = error;
    }
    checked.set(env, settings);
  }
  if (settings instanceof SettingError) {
    console.error(JSON.stringify({ event: "settings", error: settings.message }));
    throw settings;
  }
  return settings;
}

function check(env: Environment): Settings {
  const sites = Object.values(SITES);
  refuseMisspelt(
    env,
    sites.map(({ id }) => id),
  );
  const sources = allSources(furtherSources(readVariable(env, "SOURCES")));
  const defaultId = readVariable(env, "DEFAULT_SOURCE");
  const defaultSource = sources.find(({ id }) => id === defaultId);
  if (!defaultSource) {
    const ids = sources.map(({ id }) => id).join(", ");
    throw new SettingError(`DEFAULT_SOURCE: there is no source "${defaultId}"; the sources are ${ids}`);
  }
  const publicUrl = readVariable(env, "PUBLIC_URL");
  const [adminToken, accessKey] = [readVariable(env, "ADMIN_TOKEN"), readVariable(env, "ACCESS_KEY")];
  return {
    sources,
    defaultSource,
    origins: new Map(sites.map((site) => [site.origin, readOrigin(env, site)])),
    ...(publicUrl && { publicUrl }),
    userAgent: readVariable(env, "USER_AGENT"),
    bodiesPerTick: readVariable(env, "BODIES_PER_TICK"),
    ...(adminToken && { adminToken }),
    ...(accessKey && { accessKey }),
    setAt: Math.floor(Date.now() / 1000) * 1000,
  };
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
