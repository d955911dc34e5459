import type { CommitResult, SourceCommit } from "./archive.ts";
import type { DuePage } from "./article-looks.ts";
import type { ArticleRecord } from "./article-record.ts";
import type { Line } from "./backup-lines.ts";
import type { EventPage, EventQuery } from "./events.ts";
import type { FindQuery, Found } from "./find.ts";
import type { Incident } from "./incidents.ts";
import type { ArchiveObject } from "./object.ts";
import type { Latest, Quota, Status } from "./snapshot.ts";

/** The archive as the rest of the bridge calls it, wherever it is. Every method throws `ArchiveUnavailable` only. */
export interface ArchiveClient {
  commit(commits: readonly SourceCommit[], now: number, publish: boolean): Promise<CommitResult[]>;
  status(now: number): Promise<Status>;
  latest(sources: readonly string[]): Promise<[string, Latest][]>;
  /** Article pages to read now, at most `most`, of sources that can be read. */
  duePages(sources: readonly string[], most: number, now: number): Promise<DuePage[]>;
  /** Article pages of a website that can be read if any of its pages can: its listings show them now. */
  listedPages(site: string, sources: readonly string[], most: number): Promise<DuePage[]>;
  find(query: FindQuery): Promise<Found>;
  /** Everything that is kept of one article; undefined if it is not kept. */
  article(site: string, key: string): Promise<ArticleRecord | undefined>;
  /** Outages and gaps of the sources, newest first. */
  incidents(sources: readonly string[], now: number): Promise<Incident[]>;
  /** The journal from a cursor on. */
  events(query: EventQuery): Promise<EventPage>;
  /** Waits until the journal has an event after number `seq`, or so many milliseconds; the number of its last event. */
  waitForEvent(seq: number, ms: number): Promise<number>;
  /** What the platform limits per day, used and allowed; empty if it limits nothing. */
  usage(now: number): Promise<Quota[]>;
  export(after: number): Promise<{ lines: Line[]; next?: number }>;
  import(lines: readonly Line[], now: number): Promise<{ restored: number; seq: number } | { refused: string }>;
  /** A request to webhooks and hub, as plain data (see notify/client.ts); undefined if both are off. */
  notify(request: unknown): Promise<unknown>;
}

/** The archive cannot be reached, or its quota is used up. */
export class ArchiveUnavailable extends Error {
  override name = "ArchiveUnavailable";
}

/** Clients whose last call failed. */
const unreachable = new WeakSet<ArchiveClient>();

/** Whether the archive could not be reached when it was last tried here. */
export const isUnreachable = (archive: ArchiveClient): boolean => unreachable.has(archive);

const METHODS = [
  "commit",
  "status",
  "latest",
  "duePages",
  "listedPages",
  "find",
  "article",
  "incidents",
  "events",
  "waitForEvent",
  "usage",
  "export",
  "import",
  "notify",
] as const;

/** Calls a method of the archive, wherever it is. */
type Call = (method: (typeof METHODS)[number], values: unknown[]) => Promise<unknown>;

/** The archive in a Durable Object. */
export function archiveObject(namespace: DurableObjectNamespace<ArchiveObject>): ArchiveClient {
  return clientOf((method, values) => {
    // A stub that failed once stays broken, so each call gets a new one.
    const stub = namespace.get(namespace.idFromName("archive")) as unknown as Service;
    return stub[method](...values);
  });
}

/** The archive in this process. */
export function localArchive(service: ArchiveClient): ArchiveClient {
  return clientOf((method, values) => (service as unknown as Service)[method](...values));
}

type Service = Record<(typeof METHODS)[number], (...values: unknown[]) => Promise<unknown>>;

/** A client that fails with `ArchiveUnavailable` only, and says in the log why. */
function clientOf(call: Call): ArchiveClient {
  const methodOf =
    (method: (typeof METHODS)[number]) =>
    async (...values: unknown[]) => {
      try {
        const result = await call(method, values);
        unreachable.delete(client);
        return result;
      } catch (error) {
        unreachable.add(client);
        console.error(JSON.stringify({ event: "archive", method, error: String(error).slice(0, 300) }));
        throw new ArchiveUnavailable(`the archive cannot be reached (${method})`);
      }
    };
  const client = Object.fromEntries(METHODS.map((method) => [method, methodOf(method)])) as unknown as ArchiveClient;
  return client;
}
