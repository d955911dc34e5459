import type { RateLimiter } from "../platform/rate-limiter.ts";
import type { Snapshots } from "../platform/snapshots.ts";
import type { Sql } from "../platform/sql.ts";
import type { Settings } from "../settings.ts";
import type { Archive } from "./archive.ts";
import type { Bridge } from "./bridge.ts";
import { localArchive } from "./client.ts";
import { ArchiveService } from "./service.ts";
import { latestKey, STATUS_KEY } from "./snapshot.ts";

/**
 * The bridge with its archive in the same process, as on Node.
 *
 * @param sql belongs to this bridge alone: only it may write
 * @param limiter how often one client may ask; undefined: as often as it likes
 * @throws Error if the archive's tables are of a later version of the bridge, or cannot be read
 */
export function localBridge(
  settings: Settings,
  sql: Sql,
  limiter?: RateLimiter,
): { bridge: Bridge; archive: Archive; service: ArchiveService } {
  // The archive itself is at hand: a copy would be one more thing that can be late.
  const service = new ArchiveService(sql);
  return { bridge: { ...bridgeTo(service, settings), ...(limiter && { limiter }) }, archive: service.archive, service };
}

/** The bridge to an archive that is in the same process. Its snapshots are what the archive holds at that moment. */
export function bridgeTo(service: ArchiveService, settings: Settings): Bridge {
  const { archive } = service;
  const snapshots: Snapshots = {
    async get(keys) {
      const sources = keys.flatMap((key) => (key.startsWith(LATEST) ? key.slice(LATEST.length) : []));
      const values = new Map<string, unknown>(archive.latest(sources).map(([id, latest]) => [latestKey(id), latest]));
      return keys.includes(STATUS_KEY) ? values.set(STATUS_KEY, archive.status(Date.now())) : values;
    },
    async put() {},
  };
  return { ...settings, archive: localArchive(service), snapshots };
}

const LATEST = latestKey("");
