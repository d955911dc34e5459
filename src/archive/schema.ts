import type { Sql } from "../platform/sql.ts";

const NO_UPDATE =
  "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is final'); END";

/**
 * The archive's tables. The schema's version is the number of migrations that have run. It has a table of its own,
 * because Durable Objects forbid `PRAGMA user_version`. A released migration never changes: a new one is added.
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    "CREATE TABLE site (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    // `n` is the published date and the site in one number (see rows.ts), so that the tables are in date order.
    `CREATE TABLE article (
      n INTEGER PRIMARY KEY, key TEXT NOT NULL, site INTEGER NOT NULL, id TEXT NOT NULL, sources TEXT NOT NULL,
      language TEXT NOT NULL, title TEXT NOT NULL, excerpt TEXT NOT NULL, url TEXT NOT NULL, original TEXT, image TEXT,
      day TEXT NOT NULL, day_ahead INTEGER NOT NULL, day_only INTEGER NOT NULL, updated TEXT NOT NULL, first_seen TEXT NOT NULL,
      enriched_at TEXT, earlier_titles TEXT, edits TEXT, body INTEGER, seq INTEGER NOT NULL, versions INTEGER NOT NULL,
      page_due TEXT, page_failures INTEGER NOT NULL DEFAULT 0, page_error TEXT)`,
    "CREATE UNIQUE INDEX article_key ON article (key, site)",
    "CREATE INDEX article_page ON article (n) WHERE page_due IS NOT NULL",
    "CREATE TABLE listing (source TEXT, n INTEGER, PRIMARY KEY (source, n)) WITHOUT ROWID",
    "CREATE TABLE month (source TEXT, month TEXT, articles INTEGER NOT NULL, late TEXT, PRIMARY KEY (source, month)) WITHOUT ROWID",
    // The row of a new version holds the whole version; `previous` is the row of the version before.
    `CREATE TABLE journal (
      seq INTEGER PRIMARY KEY, at TEXT NOT NULL, event TEXT NOT NULL, source TEXT NOT NULL, n INTEGER,
      title TEXT, excerpt TEXT, html TEXT, previous INTEGER, data TEXT)`,
    "CREATE INDEX journal_change ON journal (seq) WHERE event IN ('edited', 'gone', 'back')",
    NO_UPDATE,
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is final'); END",
    "CREATE TABLE source (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, status TEXT, coverage TEXT, snapshot INTEGER)",
    "CREATE TABLE usage (day TEXT PRIMARY KEY, writes INTEGER NOT NULL) WITHOUT ROWID",
    // The tokens are our own (search-index.ts).
    `CREATE VIRTUAL TABLE search USING fts5(
      tokens, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'")`,
    // Every word once. A prefix is looked up here, because FTS5's own prefix queries read every article with one of the
    // words. It is an FTS5 index too, because a table with a row a word would be most of the rows written in a day.
    `CREATE VIRTUAL TABLE dictionary USING fts5(
      words, content = '', detail = none, tokenize = "ascii tokenchars '_'")`,
    // Segments are merged sixteen at a time: a merge writes them again, and rows written a day are scarce.
    "INSERT INTO search (search, rank) VALUES ('automerge', 16)",
    "INSERT INTO dictionary (dictionary, rank) VALUES ('automerge', 16)",
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(dictionary, row)",
  ],
  // The same article on several websites (copies.ts).
  [
    // Numbers of the events that listed it, by source: `{"kcna-en": 12}`. They say which copy a feed saw first.
    "ALTER TABLE article ADD COLUMN listed TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE article ADD COLUMN outlet TEXT",
    // The outlet's own article, if the page names it: `kcna/<key>`.
    "ALTER TABLE article ADD COLUMN copy_of TEXT",
    // Rows of its copies (a JSON array), and when that last changed.
    "ALTER TABLE article ADD COLUMN copies TEXT",
    "ALTER TABLE article ADD COLUMN joined_at TEXT",
    "CREATE INDEX article_copy_of ON article (copy_of) WHERE copy_of IS NOT NULL",
    // Every title that an article of a known outlet ever had, as a hash with outlet and language.
    "CREATE TABLE title (hash INTEGER, n INTEGER, PRIMARY KEY (hash, n)) WITHOUT ROWID",
  ],
  // Near-identical texts of different outlets (reprints.ts).
  [
    "CREATE TABLE text_signature (n INTEGER PRIMARY KEY, language TEXT NOT NULL, signature TEXT NOT NULL)",
    // `first` is the row of the article that the others reprint; it has a row of its own.
    "CREATE TABLE reprint (n INTEGER PRIMARY KEY, first INTEGER NOT NULL, at TEXT NOT NULL)",
    "CREATE INDEX reprint_first ON reprint (first)",
  ],
  // Rows written a day, for /metrics.
  ["ALTER TABLE usage ADD COLUMN rows INTEGER NOT NULL DEFAULT 0"],
  // Push. All instants are milliseconds.
  [
    // A subscriber that has agreed. `seq` is the last event of its sources that it was looked at for.
    `CREATE TABLE subscription (
      id INTEGER PRIMARY KEY, callback TEXT NOT NULL, host TEXT NOT NULL, topic TEXT NOT NULL, base TEXT NOT NULL,
      sources TEXT NOT NULL, secret TEXT, expires INTEGER NOT NULL, seq INTEGER NOT NULL, digest TEXT,
      latency INTEGER NOT NULL, succeeded INTEGER, failing_since INTEGER, UNIQUE (callback, topic))`,
    // The place in the journal up to which events were sent to a webhook.
    "CREATE TABLE webhook (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, digest TEXT NOT NULL, off TEXT) WITHOUT ROWID",
    // What is sent, and what was: `due` is NULL once it is over.
    `CREATE TABLE delivery (
      id INTEGER PRIMARY KEY, kind TEXT NOT NULL, receiver TEXT NOT NULL, seq INTEGER NOT NULL, created INTEGER NOT NULL,
      due INTEGER, attempts INTEGER NOT NULL DEFAULT 0, at INTEGER, status INTEGER, error TEXT, ms INTEGER, data TEXT)`,
    "CREATE INDEX delivery_due ON delivery (due) WHERE due IS NOT NULL",
  ],
  // Deletions and returns, and the schedule of article pages that finds them.
  [
    "ALTER TABLE article ADD COLUMN gone TEXT",
    // The first look at which the article's address had no page; not gone before a second look.
    "ALTER TABLE article ADD COLUMN absent TEXT",
    // The last look at which the article's own page showed it.
    "ALTER TABLE article ADD COLUMN page_seen TEXT",
    "ALTER TABLE article ADD COLUMN page_urgent INTEGER NOT NULL DEFAULT 0",
    // The title on the article's own page, if it is not the current title (printed-titles.ts).
    "ALTER TABLE article ADD COLUMN page_title TEXT",
    // A page that seemed to be another article's (printed-titles.ts).
    "ALTER TABLE article ADD COLUMN page_doubt TEXT",
    // The last look at which the source's listing showed the article, if it does not any more.
    "ALTER TABLE listing ADD COLUMN last_seen TEXT",
    // Title and excerpt in the source's listing, if they are not the current ones (printed-titles.ts).
    "ALTER TABLE listing ADD COLUMN shown TEXT",
    // Keys of the articles on the first page of the source's listing.
    "ALTER TABLE source ADD COLUMN listed TEXT",
    "DROP INDEX article_page",
    "CREATE INDEX article_first ON article (n) WHERE page_due IS NOT NULL AND body IS NULL",
    // Not of those without a text, so that a new article writes a row less.
    "CREATE INDEX article_due ON article (page_due) WHERE page_due IS NOT NULL AND body IS NOT NULL",
    "CREATE INDEX article_urgent ON article (page_due) WHERE page_urgent = 1",
    "CREATE INDEX article_doubt ON article (n) WHERE page_doubt IS NOT NULL",
    "CREATE INDEX article_error ON article (n) WHERE page_error IS NOT NULL",
    "CREATE INDEX journal_presence ON journal (n) WHERE event IN ('gone', 'back')",
    "CREATE INDEX journal_status ON journal (seq) WHERE event IN ('outage', 'recovered', 'gap', 'filled')",
  ],
  // When webhooks were off, for the status feed.
  [
    "CREATE TABLE webhook_outage (webhook TEXT, off TEXT, ended TEXT, PRIMARY KEY (webhook, off)) WITHOUT ROWID",
    "INSERT INTO webhook_outage SELECT id, off, NULL FROM webhook WHERE off IS NOT NULL",
  ],
  // A field of the column `status` was renamed (noise.ts).
  [`UPDATE source SET status = replace(status, '"restless":', '"editLimited":')`],
  // Search tokens without accents and in southern spelling: articles that are kept are indexed again (reindex.ts).
  [
    "CREATE TABLE reindex (below INTEGER NOT NULL)",
    "INSERT INTO reindex SELECT n + 1 FROM (SELECT max(n) AS n FROM article) WHERE n IS NOT NULL",
  ],
  // The articles that are gone are counted after each change of a source.
  ["CREATE INDEX article_gone ON article (n) WHERE gone IS NOT NULL"],
  // What feeds show of edits (edit-details.ts).
  ["CREATE TABLE edit (seq INTEGER PRIMARY KEY, substantial INTEGER, details TEXT)"],
  // Words that markup divides (`<b>김정은</b>동지`) are one word now: what shows them is made again.
  [
    "DELETE FROM edit",
    "DELETE FROM reindex",
    "INSERT INTO reindex SELECT n + 1 FROM (SELECT max(n) AS n FROM article) WHERE n IS NOT NULL",
  ],
  // Of each website: without it, the pages that wait of one website were read for those of another.
  [
    "DROP INDEX article_first",
    "DROP INDEX article_due",
    "DROP INDEX article_urgent",
    "CREATE INDEX article_first ON article (site, n) WHERE page_due IS NOT NULL AND body IS NULL",
    "CREATE INDEX article_due ON article (site, page_due) WHERE page_due IS NOT NULL AND body IS NOT NULL",
    "CREATE INDEX article_urgent ON article (site, page_due) WHERE page_urgent = 1",
  ],
  // Until when only parts of a backup are stored, milliseconds (service.ts); no row: nothing is being restored.
  ["CREATE TABLE restoring (until INTEGER NOT NULL)"],
];

/** What the first archive (d4564f5) named otherwise: its only migration was changed before a second one came. */
const FIRST_NAMES = [
  "ALTER TABLE article RENAME COLUMN learned TO enriched_at",
  "DROP TRIGGER journal_no_update",
  "UPDATE journal SET event = 'enriched' WHERE event = 'learned'",
  NO_UPDATE,
];

/**
 * Brings the tables to the newest schema, each migration in a transaction.
 *
 * @throws Error if the archive has a later schema than this code
 */
export function migrate(sql: Sql): void {
  const runAll = (statements: readonly string[]) => {
    for (const statement of statements) sql.run(statement);
  };
  // An archive of this schema is only read: when the day's rows are written, Cloudflare refuses statements that may write.
  if (sql.rows("SELECT 1 FROM sqlite_schema WHERE name = 'schema'").length === 0)
    sql.run("CREATE TABLE schema (version INTEGER PRIMARY KEY)");
  const version = sql.column<number | null>("SELECT max(version) FROM schema")[0] ?? 0;
  if (version > MIGRATIONS.length)
    throw new Error(`the archive has schema ${version}, and this bridge knows ${MIGRATIONS.length}: it is older`);
  if (sql.rows("SELECT 1 FROM sqlite_schema WHERE name = 'article' AND sql LIKE '%learned TEXT%'").length > 0)
    sql.transaction(() => runAll(FIRST_NAMES));
  for (let next = version; next < MIGRATIONS.length; next++) {
    sql.transaction(() => {
      runAll(MIGRATIONS[next] ?? []);
      sql.run("INSERT INTO schema (version) VALUES (?)", [next + 1]);
    });
  }
}
