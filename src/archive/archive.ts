import type { Article } from "../article.ts";
import type { Sql } from "../platform/sql.ts";

import type { Failure } from "../scrape/page.ts";
import { DAY, instant } from "../time.ts";
import { exportLines, importLines, type Line } from "./backup.ts";
import { knownGaps } from "./coverage.ts";
import { type FindQuery, type Found, find } from "./find.ts";
import { adjoins, coverageOf } from "./listing-coverage.ts";
import type { Noise } from "./noise.ts";
import { type ArticleRow, sourcesOf } from "./rows.ts";
import { INTERVAL } from "./schedule.ts";
import { migrate } from "./schema.ts";
import { type Latest, type Status, takeLatest, takeStatus } from "./snapshot.ts";
import { archiveStats, type Outcome, type SourceStatus, statusAfter } from "./source-status.ts";
import { Store } from "./store.ts";
import { commitListing, commitPage, eventTime, type ListingCommit, type PageCommit, RefusedPage } from "./write.ts";

/** What one look at a source found. All of it is kept, or none. */
export interface SourceCommit {
  source: string;
  listings?: readonly ListingCommit[];
  pages?: readonly PageCommit[];
  /** Article pages that could not be read; `error` is an error of the bridge itself. */
  failedPages?: readonly { site: string; key: string; error?: string }[];
  outcome?: Outcome;
  /** Keep nothing if the first listing shares no article with the archive: the caller first fetches more pages. */
  onlyIfAdjoining?: boolean;
}

export interface CommitResult {
  source: string;
  added: number;
  edited: number;
  /** Articles with an addition that is no edit, such as a first text. */
  enriched: number;
  /** Nothing was kept: the listing shares no article with the archive. */
  notAdjoining?: true;
  /** Nothing was kept: the page cannot be right. */
  failure?: Failure;
  /** Nothing was kept, because of an error. */
  error?: string;
  status?: SourceStatus;
  /** Number of the last event of the source's articles. */
  seq: number;
}

/** An article whose page is to be read. */
export interface DuePage {
  site: string;
  key: string;
  url: string;
  title: string;
  sources: string[];
}

const HOUR = 3600_000;
/** How long an article page is read again after the first sight. */
const RECHECK_PERIOD = 3 * DAY;
/** Pauses after a page that could not be read. After the last one, the page is given up. */
const RETRY_DELAYS = [HOUR, 6 * HOUR, DAY];

/**
 * The archive: everything that was ever read, in SQLite. There is only one writer, so no change overwrites another.
 * Each commit is one transaction, and each change has a number (see journal.ts).
 */
export class Archive {
  readonly store: Store;

  constructor(sql: Sql) {
    migrate(sql);
    this.store = new Store(sql);
  }

  /** Keeps what looks at some sources found, each in its own transaction: a failure stops no other source. */
  commit(commits: readonly SourceCommit[], now: number): CommitResult[] {
    return commits.map((commit) => {
      try {
        return this.store.sql.transaction(() => this.#commit(commit, now));
      } catch (error) {
        if (error instanceof RefusedPage) return this.#refuse(commit, error.failure, now);
        const message = String(error).slice(0, 200);
        console.error(JSON.stringify({ event: "commit", source: commit.source, error: message }));
        return {
          source: commit.source,
          added: 0,
          edited: 0,
          enriched: 0,
          error: message,
          seq: this.#seqOf(commit.source),
        };
      }
    });
  }

  /** Keeps that a page was refused: for a listing as a failed look; an article's page is tried again. */
  #refuse({ source, pages = [], outcome }: SourceCommit, failure: Failure, now: number): CommitResult {
    return this.store.sql.transaction(() => {
      for (const { site, article } of pages) this.#pageFailed({ site, key: article.key }, now);
      const noise = this.#statusOf(source)?.noise;
      const status = outcome && !outcome.pushed && this.#record(source, { ok: false, ...failure }, noise, now);
      return { source, added: 0, edited: 0, enriched: 0, failure, seq: this.#seqOf(source), ...(status && { status }) };
    });
  }

  #commit(commit: SourceCommit, now: number): CommitResult {
    const { store } = this;
    const { source, listings = [], pages = [], failedPages = [], outcome } = commit;
    const before = store.head().seq;
    const result: CommitResult = { source, added: 0, edited: 0, enriched: 0, seq: 0 };
    const [first] = listings;
    if (commit.onlyIfAdjoining && first && !adjoins(store, first)) {
      return { ...result, notAdjoining: true, seq: this.#seqOf(source) };
    }
    const status = this.#statusOf(source);
    let noise = status?.noise;
    for (const listing of listings) {
      const counts = commitListing(store, listing, noise, now);
      result.added += counts.added;
      result.edited += counts.edited;
      noise = counts.noise;
    }
    for (const page of pages) {
      const counts = commitPage(store, page, now);
      result.added += counts.added;
      result.edited += counts.edited;
      result.enriched += counts.enriched ?? 0;
      this.#pageRead(page, now);
    }
    for (const page of failedPages) this.#pageFailed(page, now);
    this.#touch(before);
    if (outcome) result.status = this.#record(source, outcome, listings.length > 0 ? noise : status?.noise, now);
    result.seq = this.#seqOf(source);
    return result;
  }

  /** Notes the last event for every source that lists a changed article. */
  #touch(before: number): void {
    const { sql } = this.store;
    const touched = new Map<string, number>();
    for (const { seq, sources } of sql.rows<{ seq: number; sources: string }>(
      "SELECT max(seq) AS seq, sources FROM (SELECT journal.seq, article.sources FROM journal JOIN article USING (n) WHERE journal.seq > ?) GROUP BY sources",
      before,
    )) {
      for (const id of sourcesOf({ sources })) touched.set(id, Math.max(seq, touched.get(id) ?? 0));
    }
    for (const [id, seq] of touched) {
      sql.run("INSERT INTO source (id, seq) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq", id, seq);
    }
  }

  #seqOf(source: string): number {
    return this.store.sql.rows<{ seq: number }>("SELECT seq FROM source WHERE id = ?", source)[0]?.seq ?? 0;
  }

  #statusOf(source: string): SourceStatus | undefined {
    const [row] = this.store.sql.rows<{ status: string | null }>("SELECT status FROM source WHERE id = ?", source);
    return row?.status ? (JSON.parse(row.status) as SourceStatus) : undefined;
  }

  #record(source: string, outcome: Outcome, noise: Noise | undefined, now: number): SourceStatus {
    const { store } = this;
    const { status, event } = statusAfter(this.#statusOf(source), outcome, now);
    if (noise) status.noise = noise;
    else delete status.noise;
    const coverage = coverageOf(store, source);
    const seq = this.#seqOf(source);
    // Counted again only after a change, so that a look without news costs nothing.
    const gaps = knownGaps(coverage);
    if (!status.stats || status.statsSeq !== seq || JSON.stringify(status.stats.gaps) !== JSON.stringify(gaps)) {
      status.stats = archiveStats(store.sql, source, coverage, now);
      status.statsSeq = seq;
    }
    if (event) store.append({ at: eventTime(store, now), source, ...event });
    store.sql.run(
      "INSERT INTO source (id, seq, status) VALUES (?, 0, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status",
      source,
      JSON.stringify(status),
    );
    return status;
  }

  #pageRead({ site, article, body }: PageCommit, now: number): void {
    const row = this.store.byKey(site, article.key);
    if (!row) return;
    if (!body && row.body === null) {
      this.#pageFailed({ site, key: article.key }, now);
      return;
    }
    // The age at the next look counts, not the age now.
    const isYoung = now + DAY - Date.parse(row.first_seen) < RECHECK_PERIOD;
    this.#setPageDue(row.n, isYoung ? instant(now + DAY - INTERVAL / 2) : null, 0, null);
  }

  /** A page is tried again a few times; after an error of the bridge itself, every day. */
  #pageFailed({ site, key, error }: { site: string; key: string; error?: string }, now: number): void {
    const row = this.store.byKey(site, key);
    if (!row) return;
    const failures = row.page_failures + 1;
    const wait = RETRY_DELAYS[failures - 1] ?? (error ? DAY : undefined);
    this.#setPageDue(row.n, wait === undefined ? null : instant(now + wait), failures, error ?? null);
  }

  #setPageDue(n: number, due: string | null, failures: number, error: string | null): void {
    this.store.sql.run(
      "UPDATE article SET page_due = ?, page_failures = ?, page_error = ? WHERE n = ?",
      ...[due, failures, error, n],
    );
  }

  /** The article pages to read now: first those without a text, newest first; then those that are due longest. */
  duePages(sources: readonly string[], most: number, now: number): DuePage[] {
    const rows = this.store.sql.rows<ArticleRow>(
      `SELECT * FROM article WHERE page_due IS NOT NULL AND page_due <= ? AND EXISTS (
         SELECT 1 FROM json_each(?) AS source CROSS JOIN listing
         ON listing.source = source.value AND listing.n = article.n)
       ORDER BY n DESC LIMIT 500`,
      instant(now),
      JSON.stringify(sources),
    );
    const first = rows.filter(({ body }) => body === null);
    const again = rows
      .filter(({ body }) => body !== null)
      .sort((a, b) => ((a.page_due ?? "") < (b.page_due ?? "") ? -1 : 1));
    return [...first, ...again].slice(0, most).map((row) => ({
      site: this.store.sites.nameOf(row.site),
      key: row.key,
      url: row.url,
      title: row.title,
      sources: sourcesOf(row),
    }));
  }

  status(now: number): Status {
    return takeStatus(this.store, now);
  }

  latest(sources: readonly string[]): [string, Latest][] {
    return sources.flatMap((source) => {
      const latest = takeLatest(this.store, source);
      return latest ? [[source, latest] as [string, Latest]] : [];
    });
  }

  find(query: FindQuery): Promise<Found> {
    return find(this.store, query);
  }

  export(after: number): { lines: Line[]; next?: number } {
    return exportLines(this.store, after);
  }

  /** @throws BackupError if the lines do not continue the archive; none of them is kept */
  import(lines: readonly Line[]): { restored: number; seq: number } {
    return this.store.sql.transaction(() => {
      const before = this.store.head().seq;
      const result = importLines(this.store, lines);
      this.#touch(before);
      return result;
    });
  }

  /** Every article, oldest first: for tests and checks. */
  *articles(): Iterable<Article> {
    for (const row of this.store.sql.rows<ArticleRow>("SELECT * FROM article ORDER BY n")) {
      yield this.store.articleOf(row);
    }
  }
}
