import { logError } from "../log.ts";
import { diskError, type Sql } from "../platform/sql.ts";
import type { Failure } from "../scrape/page.ts";
import { cutAtWord } from "../scrape/text.ts";
import { archiveStats } from "./archive-stats.ts";
import { duePages, listedPages, pageAbsent, pageFailed, pageRead, putLooksBack } from "./article-looks.ts";
import { readArticle } from "./article-record.ts";
import { exportLines, importLines } from "./backup.ts";
import type { Line } from "./backup-lines.ts";
import { commitListing, RefusedPage } from "./commit-listing.ts";
import { commitPage } from "./commit-page.ts";
import { countByMonth } from "./counts.ts";
import { knownGaps } from "./coverage.ts";
import { readEvents } from "./events.ts";
import { find } from "./find.ts";
import { readIncidents } from "./incidents.ts";
import { adjoins } from "./listing-coverage.ts";
import type { Noise } from "./noise.ts";
import { sourcesOf } from "./rows.ts";
import { migrate } from "./schema.ts";
import { takeLatest, takeStatus, takeStatuses } from "./snapshot.ts";
import { usageOf } from "./snapshot-writer.ts";
import type { CommitResult, PageCommit, SourceCommit } from "./source-commit.ts";
import { type Outcome, type SourceStatus, statusAfter } from "./source-status.ts";
import { Store } from "./store.ts";

const NOTHING = { added: 0, edited: 0, enriched: 0, gone: 0, back: 0 };

/**
 * The archive: everything that was ever read, in SQLite. There is only one writer, so no change overwrites another.
 * Each commit is one transaction, and each change has a number (see journal.ts).
 */
export class Archive {
  readonly store: Store;
  readonly article = this.#method(readArticle);
  readonly counts = this.#method(countByMonth);
  readonly duePages = this.#method(duePages);
  readonly events = this.#method(readEvents);
  readonly export = this.#method(exportLines);
  readonly find = this.#method(find);
  readonly incidents = this.#method(readIncidents);
  readonly latest = this.#method(takeLatest);
  readonly listedPages = this.#method(listedPages);
  readonly status = this.#method(takeStatus);
  readonly statuses = this.#method(takeStatuses);
  readonly usage = this.#method(usageOf);

  constructor(sql: Sql) {
    migrate(sql);
    this.store = new Store(sql);
  }

  /** A function of the store as a method of the archive. */
  #method<Values extends unknown[], Result>(read: (store: Store, ...values: Values) => Result) {
    return (...values: Values): Result => read(this.store, ...values);
  }

  /** Keeps what looks at some sources found, each in its own transaction: a failure stops no other source. */
  commit(commits: readonly SourceCommit[], now: number): CommitResult[] {
    return commits.map((commit) => {
      try {
        return this.store.transaction(() => this.#commit(commit, now));
      } catch (error) {
        if (error instanceof RefusedPage) return this.#refuse(commit, error.failure, now);
        if (diskError(error)) throw error;
        const message = String(error).slice(0, 200);
        logError("commit", message, { source: commit.source });
        return { source: commit.source, ...NOTHING, error: message, seq: this.store.sources.get(commit.source).seq };
      }
    });
  }

  /** Keeps that a page was refused: for a listing as a failed look; an article's page is tried again. */
  #refuse({ source, pages = [], outcome }: SourceCommit, failure: Failure, now: number): CommitResult {
    const { store } = this;
    return store.transaction(() => {
      for (const { site, article } of pages) pageFailed(store, { site, key: article.key }, now);
      const noise = store.sources.get(source).status?.noise;
      const status = outcome && !outcome.pushed && this.#record(source, { ok: false, ...failure }, noise, now);
      return { source, ...NOTHING, failure, seq: store.sources.get(source).seq, ...(status && { status }) };
    });
  }

  #commit(commit: SourceCommit, now: number): CommitResult {
    const { store } = this;
    const { source, listings = [], pages = [], absentPages = [], failedPages = [], outcome } = commit;
    const before = store.head().seq;
    const result: CommitResult = { source, ...NOTHING, seq: 0 };
    const [first] = listings;
    if (commit.onlyIfAdjoining && first && !adjoins(store, first))
      return { ...result, notAdjoining: true, seq: store.sources.get(source).seq };
    let noise = this.#noiseBefore(commit, now);
    let isOld = false;
    for (const listing of listings) {
      const counts = commitListing(store, listing, noise, now);
      result.added += counts.added;
      result.edited += counts.edited;
      noise = counts.noise;
      isOld ||= counts.isOld;
    }
    for (const page of pages) this.#commitPage(page, result, now);
    for (const page of absentPages) if (pageAbsent(store, page, source, now)) result.gone++;
    for (const page of failedPages) pageFailed(store, page, now);
    this.#touch(before);
    // What seems to be an old copy is read again even if it stays: the article that it lacks may be gone.
    const read = outcome?.ok && isOld ? { ...outcome, digest: undefined, validators: undefined } : outcome;
    if (read) result.status = this.#record(source, read, noise, now);
    result.seq = store.sources.get(source).seq;
    return result;
  }

  /** The noise at the last look; none if the clock was ahead then, since its age is not known. */
  #noiseBefore({ source, outcome }: SourceCommit, now: number): Noise | undefined {
    const { status } = this.store.sources.get(source);
    const wasAhead = outcome && status && putLooksBack(this.store, source, status, now);
    return wasAhead ? undefined : status?.noise;
  }

  /** Merges an article's own page, and adds to the result what it changed. */
  #commitPage(page: PageCommit, result: CommitResult, now: number): void {
    const { store } = this;
    const counts = commitPage(store, page, now);
    result.added += counts.added;
    result.edited += counts.edited;
    result.enriched += counts.enriched ?? 0;
    if (counts.doubt !== undefined) {
      pageFailed(store, { site: page.site, key: page.article.key }, now, counts.doubt);
      const detail = `the page shows "${cutAtWord(page.article.title, 80)}", which seems to be another article`;
      result.failure = { reason: "wrong-page", detail };
    } else if (pageRead(store, page, now)) result.back++;
  }

  /** Notes the last event for every source that lists an article which changed after event `before`. */
  #touch(before: number): void {
    // `addArticles` has noted new ones.
    if (this.store.lastAppended <= before) return;
    const touched = new Map<string, number>();
    for (const { seq, sources } of this.store.sql.rows<{ seq: number; sources: string }>(
      "SELECT max(seq) AS seq, sources FROM (SELECT journal.seq, article.sources FROM journal JOIN article USING (n) WHERE journal.seq > ?) GROUP BY sources",
      [before],
    )) {
      for (const id of sourcesOf({ sources })) touched.set(id, Math.max(seq, touched.get(id) ?? 0));
    }
    for (const [id, seq] of touched) this.store.sources.save(id, { seq });
  }

  #record(source: string, outcome: Outcome, noise: Noise | undefined, now: number): SourceStatus {
    const { store } = this;
    const { coverage, seq, ...row } = store.sources.get(source);
    const { status, event } = statusAfter(row.status, outcome, now);
    if (noise) status.noise = noise;
    else delete status.noise;
    // Counted again only after a change: a look without news costs nothing.
    const gaps = knownGaps(coverage);
    if (!status.stats || status.statsSeq !== seq || JSON.stringify(status.stats.gaps) !== JSON.stringify(gaps)) {
      status.stats = archiveStats(store.sql, source, coverage, now, status);
      status.statsSeq = seq;
    }
    if (event) store.append({ at: store.eventTime(now), source, ...event });
    store.sources.save(source, { status });
    return status;
  }

  /**
   * @param restored is called at the end of the transaction, with the number of the last event before it
   * @throws BackupError if the lines do not continue the archive; none of them is kept
   */
  import(lines: readonly Line[], restored?: (before: number) => void): { restored: number; seq: number } {
    return this.store.transaction(() => {
      const before = this.store.head().seq;
      const result = importLines(this.store, lines);
      this.#touch(before);
      restored?.(before);
      return result;
    });
  }
}
