import type { Article } from "../article.ts";
import { latestOf } from "../time.ts";
import { articlesOf } from "./copy-groups.ts";
import type { EventName } from "./journal.ts";
import { type ArticleRow, articleRows, sourcesOf } from "./rows.ts";
import type { Store } from "./store.ts";

/** One article with all that the archive knows of it: for the article's page, and to cite it. */
export interface ArticleRecord {
  article: Article;
  /** The sources that list it, the first one first. `lastSeen` is the last look at which the listing showed it. */
  listed: { source: string; since: string; lastSeen: string }[];
  /** The last look at which a listing or the article's own page showed it. */
  lastSeen: string;
  /**
   * The versions of the article, oldest first: title, excerpt and text, as a page showed them. If there are very many:
   * the first, the newest, and those whose texts the caller asked for, with the versions beside them.
   */
  versions: Version[];
  /** Versions in all. */
  versionCount: number;
  /** When the article was no longer at its address, and when it was again; oldest first. */
  presence: Presence[];
  /** The current words of its copies on other websites, the first seen first. */
  copies: CopyRecord[];
}

interface Version {
  /** 1 for the first. */
  n: number;
  /** When it was first seen, and the event that made it. */
  at: string;
  event: EventName;
  title: string;
  excerpt: string;
  /** Sanitized HTML; empty if no text was read. Absent if the caller did not ask for it, or for too many. */
  html?: string;
}

/** Whose texts are read: the newest 100, or those of some versions. 0 is the newest version, -1 the one before it. */
export type WantedTexts = "all" | readonly number[];

interface Presence {
  event: "gone" | "back";
  at: string;
}

export interface CopyRecord {
  article: Article;
  /** Absent if the caller did not ask for all texts. */
  html?: string;
}

/**
 * Maximum number of versions in a record; of those whose texts "all" reads besides the newest, the number and the
 * bytes.
 */
const MAX_VERSIONS = 1000;
const MAX_TEXTS = 100;
const MAX_BYTES = 500_000;

/** The record of an article; undefined if none is kept. A site that nobody knows is not added. */
export function readArticle(store: Store, site: string, key: string, texts: WantedTexts): ArticleRecord | undefined {
  const [row] = articleRows(
    store.sql,
    "FROM site JOIN article ON article.site = site.no AND article.key = ? WHERE site.name = ?",
    [key, site],
  );
  if (!row) return undefined;
  const sources = sourcesOf(row);
  const [article] = articlesOf(store, [row], sources);
  const { hiddenSince: _, ...own } = article as Article;
  const versions = versionsOf(store, row, texts);
  const listed = row.sources.split(" ").map((entry) => {
    const [source = "", since = row.first_seen] = entry.split("@");
    return { source, since, lastSeen: lastListed(store, row, source) ?? since };
  });
  return {
    article: own,
    listed,
    lastSeen: latestOf([
      row.first_seen,
      ...versions.map(({ at }) => at),
      ...listed.map(({ lastSeen }) => lastSeen),
      row.page_seen ?? "",
    ]),
    versions,
    versionCount: row.versions,
    presence: presenceOf(store, row),
    copies: store.copiesOf(row).map((copy) => ({
      article: articlesOf(store, [copy], sourcesOf(copy))[0] as Article,
      ...(texts === "all" && { html: store.textOf(copy) }),
    })),
  };
}

/**
 * The last look at which a source's listing showed an article: the source's last success while the first page shows it,
 * else the look before it left the page. Kept so that a look at a listing writes no row an article.
 */
function lastListed(store: Store, { n, key }: ArticleRow, source: string): string | undefined {
  const [row] = store.sql.rows<{ last_seen: string | null; success: string | null; listed: number }>(
    `SELECT last_seen, status ->> 'lastSuccess' AS success,
       EXISTS (SELECT 1 FROM json_each(source.listed) WHERE value = ?) AS listed
     FROM listing LEFT JOIN source ON source.id = listing.source WHERE listing.source = ? AND listing.n = ?`,
    [key, source, n],
  );
  return (row?.listed ? row.success : row?.last_seen) ?? undefined;
}

/** Every version names the one before it; the article names the current one. */
function versionsOf(store: Store, { seq, versions: count }: ArticleRow, texts: WantedTexts): Version[] {
  const newest = Array.from({ length: MAX_TEXTS }, (_, i) => count - i);
  const read = texts === "all" ? newest : texts.map((n) => (n > 0 ? n : count + n));
  const listed = [1, ...read.flatMap((n) => [n - 1, n, n + 1])];
  const maxBytes = texts === "all" ? MAX_BYTES : Number.MAX_SAFE_INTEGER;
  const rows = store.sql.rows<Omit<Version, "html"> & { html: string | null }>(
    // `size`: bytes of the texts from the version to the newest one, without that.
    `WITH RECURSIVE version (seq, previous, number, size) AS (
       SELECT seq, previous, ?1, 0 FROM journal WHERE seq = ?2
       UNION ALL
       SELECT journal.seq, journal.previous, number - 1, size + coalesce(octet_length(journal.html), 0)
       FROM version JOIN journal ON journal.seq = version.previous)
     SELECT number AS n, at, event, title, excerpt,
       CASE WHEN number IN (SELECT value FROM json_each(?3)) AND size <= ?6 THEN coalesce(html, '') END AS html
     FROM version JOIN journal USING (seq)
     WHERE number > ?1 - ?5 OR number IN (SELECT value FROM json_each(?4)) ORDER BY number DESC`,
    [count, seq, JSON.stringify(read), JSON.stringify(listed), MAX_VERSIONS, maxBytes],
  );
  return rows.map(({ html, ...version }): Version => (html === null ? version : { ...version, html })).reverse();
}

const presenceOf = (store: Store, { n }: ArticleRow): Presence[] =>
  store.sql
    .rows<Presence>(
      "SELECT event, at FROM journal WHERE n = ? AND event IN ('gone', 'back') ORDER BY seq DESC LIMIT 100",
      [n],
    )
    .reverse();
