import { kvSnapshots } from "../platform/cloudflare.ts";
import type { Snapshots } from "../platform/snapshots.ts";
import { type Bindings, type Settings, settingsOf } from "../settings.ts";
import { type ArchiveClient, archiveObject } from "./client.ts";
import type { ArchiveObject } from "./object.ts";

/** The settings with the archive that they belong to: what everything above the archive works with. */
export interface Bridge extends Settings {
  archive: ArchiveClient;
  snapshots: Snapshots;
}

const bridges = new WeakMap<Bindings, Bridge>();

/**
 * The bridge on Cloudflare, made once an isolate.
 *
 * @throws SettingError naming the first variable or binding that is wrong
 */
export function bridgeOf(env: Bindings): Bridge {
  const settings = settingsOf(env);
  let bridge = bridges.get(env);
  if (!bridge) {
    const archive = archiveObject(env.ARCHIVE as DurableObjectNamespace<ArchiveObject>);
    bridge = { ...settings, archive, snapshots: kvSnapshots(env.SNAPSHOTS) };
    bridges.set(env, bridge);
  }
  return bridge;
}
