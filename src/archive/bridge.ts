import { type Environment, SettingError } from "../environment.ts";
import { kvSnapshots } from "../platform/cloudflare.ts";
import type { RateLimiter } from "../platform/rate-limiter.ts";
import type { Snapshots } from "../platform/snapshots.ts";
import { type Settings, settingsOf } from "../settings.ts";
import { type ArchiveClient, archiveObject } from "./client.ts";
import type { ArchiveObject } from "./object.ts";

/** The settings with what they apply to: what everything above the archive works with. */
export interface Bridge extends Settings {
  archive: ArchiveClient;
  snapshots: Snapshots;
  /** How often one client may ask; undefined: as often as it likes. */
  limiter?: RateLimiter;
}

/** What wrangler.toml binds, beside the variables. */
export interface Bindings extends Environment {
  /** The archive's Durable Object, and the copies of its newest articles. */
  ARCHIVE: DurableObjectNamespace;
  SNAPSHOTS: KVNamespace;
  RATE_LIMITER?: RateLimit;
  VERSION?: WorkerVersionMetadata;
}

const bridges = new WeakMap<Bindings, Bridge>();

/**
 * The bridge on Cloudflare, made once for an isolate's bindings.
 *
 * @throws SettingError naming the first variable or binding that is wrong
 */
export function bridgeOf(env: Bindings): Bridge {
  const known = bridges.get(env);
  if (known) return known;
  const settings = settingsOf(env, checkBindings);
  const archive = archiveObject(env.ARCHIVE as DurableObjectNamespace<ArchiveObject>);
  const bridge: Bridge = {
    ...settings,
    archive,
    snapshots: kvSnapshots(env.SNAPSHOTS),
    ...(env.RATE_LIMITER && { limiter: env.RATE_LIMITER }),
    setAt: deployedAt(env) ?? settings.setAt,
  };
  bridges.set(env, bridge);
  return bridge;
}

function checkBindings(env: Environment): void {
  const { ARCHIVE, SNAPSHOTS, RATE_LIMITER } = env as Partial<Bindings>;
  if (typeof ARCHIVE?.idFromName !== "function") throw new SettingError("ARCHIVE: the Durable Object is not bound");
  if (typeof SNAPSHOTS?.get !== "function") throw new SettingError("SNAPSHOTS: the KV namespace is not bound");
  if (RATE_LIMITER && typeof RATE_LIMITER.limit !== "function")
    throw new SettingError("RATE_LIMITER: is not a rate-limiting binding");
}

/** When this version was deployed, in milliseconds, whole seconds; undefined if Cloudflare does not say. */
function deployedAt({ VERSION }: Bindings): number | undefined {
  const at = Date.parse(VERSION?.timestamp ?? "");
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000) * 1000;
}
