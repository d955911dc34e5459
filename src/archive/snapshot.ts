import { type Article, isArticle } from "../article.ts";
import { DAY, instant } from "../time.ts";
import { articlesOf } from "./copy-groups.ts";
import { type DeliveryStats, deliveryStats } from "./delivery-stats.ts";
import { feedRows, sourcesOf } from "./rows.ts";
import type { SourceStatus } from "./source-status.ts";
import type { Store } from "./store.ts";

/**
 * The snapshot `latest:{source}`: the newest articles of a source. Plain feeds are made from it. It is written after a
 * commit: it can be older than the archive, but never newer.
 */
export interface Latest {
  /** Number of the last event about the source's articles. */
  seq: number;
  /** When the last of these events happened. */
  changedAt: string;
  /** Number of articles by month: `{"2026-01": 16}`. */
  months: Record<string, number>;
  /** By month: when it got its first article, if it was already over then. */
  late?: Record<string, string>;
  /** Newest first, at most `MAX_ARTICLES`. */
  articles: Article[];
  /** How the source was doing when the snapshot was written. */
  status?: Status["sources"][string];
}

/** The status of all sources. */
export interface Status {
  /** Number of the journal's last event, and the instant of the snapshot. */
  seq: number;
  at: string;
  /** When the last event happened; undefined if only its number is known. */
  headAt?: string | undefined;
  sources: Record<string, SourceStatus & { seq: number; unreadable?: UnreadableArticle[] }>;
  /** Statistics of push; undefined if nobody has subscribed and there is no webhook. */
  deliveries?: DeliveryStats;
  /** Articles of which a change was seen in the 24 hours before `at`. Absent in a status of an older version. */
  changes?: RecentChanges;
  /** Whether nothing could be stored at the last try; absent in what was stored. */
  isReadOnly?: boolean;
}

interface RecentChanges {
  edited: number;
  gone: number;
}

/** An article whose page the bridge cannot read because of an error of its own. */
interface UnreadableArticle {
  key: string;
  detail: string;
}

/** Maximum number of articles in a snapshot. */
const MAX_ARTICLES = 200;

/** Keys in KV: of the newest articles of a source, and of the status of all. */
export const latestKey = (source: string) => `latest:${source}`;
export const STATUS_KEY = "status";

/** The snapshots of the sources that have articles. */
export const takeLatest = (store: Store, sources: readonly string[]): [source: string, Latest][] =>
  sources.flatMap((source) => {
    const latest = latestOfSource(store, source);
    return latest ? [[source, latest]] : [];
  });

/** A value from KV as a snapshot: another version may have written it; undefined if it is none. Invalid articles are left out. */
export function snapshotOf(value: unknown): Latest | undefined {
  const { articles } = (value ?? {}) as Partial<Latest>;
  return Array.isArray(articles) ? { ...(value as Latest), articles: articles.filter(isArticle) } : undefined;
}

/** A value from KV as the status of all sources. Invalid statuses of sources are left out. */
export function statusOf(value: unknown): Status {
  const { seq, at, headAt, sources, deliveries, changes } = (value ?? {}) as Partial<Status>;
  const valid = Object.entries(sources ?? {}).filter(
    ([, status]) =>
      typeof status?.lastAttempt === "string" &&
      typeof status.seq === "number" &&
      typeof status.failures === "number" &&
      !Number.isNaN(Date.parse(status.nextDue)),
  );
  const isStats = typeof deliveries?.subscriptions === "number" && typeof deliveries.webhooks === "object";
  return {
    seq: Number(seq) || 0,
    at: String(at ?? ""),
    headAt: typeof headAt === "string" ? headAt : undefined,
    sources: Object.fromEntries(valid),
    deliveries: isStats ? deliveries : undefined,
    changes: typeof changes?.edited === "number" && typeof changes.gone === "number" ? changes : undefined,
  };
}

const LISTED = `FROM listing CROSS JOIN article ON article.n = listing.n
  WHERE listing.source = ? ORDER BY listing.n DESC LIMIT ${MAX_ARTICLES}`;

function latestOfSource(store: Store, source: string): Latest | undefined {
  const { seq } = store.sources.get(source);
  const head = store.head();
  const [changedAt] =
    seq >= store.sameInstantFrom ? [head.at] : store.sql.column<string>("SELECT at FROM journal WHERE seq = ?", [seq]);
  if (changedAt === undefined) return undefined;
  const { firstListing } = store;
  store.firstListing = undefined;
  const written =
    firstListing?.source === source ? firstListing.rows.toSorted((one, other) => other.n - one.n) : undefined;
  const rows = written?.slice(0, MAX_ARTICLES) ?? feedRows(store.sql, LISTED, [source]);
  const months = store.sql.rows<{ month: string; articles: number; late: string | null }>(
    "SELECT month, articles, late FROM month WHERE source = ? ORDER BY month",
    [source],
  );
  const late = months.flatMap(({ month, late }) => (late === null ? [] : [[month, late] as const]));
  return {
    seq,
    changedAt,
    months: Object.fromEntries(months.map(({ month, articles }) => [month, articles])),
    ...(late.length > 0 && { late: Object.fromEntries(late) }),
    articles: articlesOf(store, rows, [source]),
  };
}

/** How the sources are doing, by id: what a refresh has to know. */
export function takeStatuses(store: Store, ids: Iterable<string>): Status["sources"] {
  const sources: Status["sources"] = {};
  for (const id of ids) {
    const { seq, status } = store.sources.get(id);
    if (status) sources[id] = { ...status, seq };
  }
  return sources;
}

/**
 * How all sources, deliveries and changes are now.
 *
 * @param now milliseconds
 */
export function takeStatus(store: Store, now: number): Status {
  const sources = takeStatuses(store, store.sources.all().keys());
  const unreadable = store.sql.rows<{ key: string; sources: string; detail: string }>(
    `SELECT key, sources, page_error AS detail FROM (
       SELECT key, sources, page_error, page_due FROM article WHERE page_error IS NOT NULL ORDER BY n DESC LIMIT 500)
     ORDER BY page_due DESC LIMIT 20`,
  );
  for (const { key, sources: listed, detail } of unreadable) {
    for (const id of sourcesOf({ sources: listed })) {
      const source = sources[id];
      if (source) source.unreadable = [...(source.unreadable ?? []), { key, detail }];
    }
  }
  const deliveries = deliveryStats(store.sql, now);
  const changes = recentChanges(store, now);
  const { seq, at: headAt } = store.head();
  const isReadOnly = store.isReadOnly && { isReadOnly: true };
  return { seq, headAt, at: instant(now), sources, changes, ...(deliveries && { deliveries }), ...isReadOnly };
}

function recentChanges(store: Store, now: number): RecentChanges {
  const counts = store.sql.rows<{ event: string; articles: number }>(
    `SELECT event, count(DISTINCT n) AS articles FROM journal
     WHERE event IN ('edited', 'gone', 'back') AND seq > coalesce((
       SELECT seq FROM journal INDEXED BY journal_change
       WHERE event IN ('edited', 'gone', 'back') AND at < ? ORDER BY seq DESC LIMIT 1), 0)
     AND (event = 'edited' OR (SELECT gone FROM article WHERE article.n = journal.n) IS NOT NULL) GROUP BY event`,
    [instant(now - DAY)],
  );
  const of = (event: keyof RecentChanges) => counts.find((count) => count.event === event)?.articles ?? 0;
  return { edited: of("edited"), gone: of("gone") };
}
