import {
  checkVariables,
  type Environment,
  readOrigin,
  readVariable,
  refuseMisspelt,
  SettingError,
} from "./environment.ts";
import { logError } from "./log.ts";
import { readSourceSettings } from "./source-settings.ts";
import { VARIABLES } from "./variables.ts";
import { readWebhooks } from "./webhook-settings.ts";

/** The settings: every variable, checked once. */
export type Settings = ReturnType<typeof check>;

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
    logError("settings", settings.message);
    throw settings;
  }
  return settings;
}

function check(env: Environment) {
  checkVariables(env, Object.keys(VARIABLES));
  const { sites, sources, unfollowed } = readSourceSettings({
    SOURCES: readVariable(env, "SOURCES"),
    SITES: readVariable(env, "SITES"),
    FOLLOW: readVariable(env, "FOLLOW"),
  });
  refuseMisspelt(env, sites);
  const defaultId = readVariable(env, "DEFAULT_SOURCE");
  const named = sources.find(({ id }) => id === defaultId);
  // Who does not follow the usual one need not name another.
  const defaultSource = named ?? (env.DEFAULT_SOURCE ? undefined : sources[0]);
  if (!defaultSource) {
    const ids = sources.map(({ id }) => id).join(", ");
    const why = unfollowed.some(({ id }) => id === defaultId) ? "FOLLOW does not name" : "there is no source";
    throw new SettingError(`DEFAULT_SOURCE: ${why} "${defaultId}"; the sources are ${ids}`);
  }
  const publicUrl = readVariable(env, "PUBLIC_URL");
  const accessKey = readVariable(env, "ACCESS_KEY");
  const privateReceivers = readVariable(env, "PRIVATE_RECEIVERS");
  const webhooks = readWebhooks(readVariable(env, "WEBHOOKS"), sources, privateReceivers);
  // A message has links of the bridge, and no request that says where it is.
  if (webhooks.length > 0 && !publicUrl) throw new SettingError("WEBHOOKS: need PUBLIC_URL, for the links in messages");
  return {
    sources,
    /** The built-in sources that are not read, because `FOLLOW` does not name them. */
    unfollowed,
    defaultSource,
    /** Where each site's pages are fetched, by the site's canonical origin. */
    origins: new Map(sites.map((site) => [site.origin, readOrigin(env, site)])),
    /** Where the bridge's own links begin; undefined: at the origin of the request. */
    publicUrl,
    userAgent: readVariable(env, "USER_AGENT"),
    bodiesPerTick: readVariable(env, "BODIES_PER_TICK"),
    /** Whether feeds can be subscribed to (WebSub). What is pushed leaves the bridge without a key. */
    hub: readVariable(env, "HUB") === "on" && !accessKey,
    webhooks,
    /** `host:port` to which webhooks may send although they are no public hosts; the same for the hub. */
    privateReceivers,
    privateSubscribers: readVariable(env, "PRIVATE_SUBSCRIBERS"),
    adminToken: readVariable(env, "ADMIN_TOKEN"),
    accessKey,
    metricsToken: readVariable(env, "METRICS_TOKEN"),
    /** Milliseconds, whole seconds: when these settings were first read. */
    setAt: Math.floor(Date.now() / 1000) * 1000,
  };
}
