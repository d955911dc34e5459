import type { Article } from "../article.ts";
import { type Snippet, snippetOf } from "../query/context.ts";
import { expiredAt, type ResultPage, readsTexts } from "../query/filter.ts";
import { type Query, readQuery } from "../query/query.ts";
import { type QueryBudget, scan } from "../query/scan.ts";
import type { SearchTerms } from "../query/search-terms.ts";
import { plainText } from "../scrape/text.ts";
import { latestOf } from "../time.ts";
import { type ChangePage, findChanges } from "./changes.ts";
import { textOfCopies, wordsOfCopies } from "./copy-groups.ts";
import { isReindexing } from "./reindex.ts";
import { limitSize } from "./result-size.ts";
import { boundsOf, FIRST_ROW, inBatches, type Progress, type ReadRows, rowsReader } from "./row-batches.ts";
import { type Bounds, firstOf, IS_LISTED, lastOf } from "./rows.ts";
import type { FindQuery, Search } from "./search.ts";
import { lookupOf } from "./search-index.ts";
import type { Store } from "./store.ts";

/** Reads articles by a query, in date order, until the page is full or the query's budget is used up. */

export interface Found extends ResultPage {
  /** In the view `changes` only. */
  changes?: ChangePage["changes"];
  /** Texts by article id, if the query asks for full texts. */
  bodies: Record<string, string>;
  /** Parts of texts with the words of the query, by article id, if they were asked for. */
  snippets?: Record<string, Snippet>;
}

/** Maximum number of articles that one query examines, and of those of a month: a reader who follows only months needs all. */
const MAX_ARTICLES = 2000;
const MAX_MONTH = 5000;

/** @throws RangeError if the query string is not valid */
export async function find(store: Store, asked: FindQuery): Promise<Found> {
  const { sources, view, limit, snippets } = asked;
  let query = await readQuery(asked.query, asked.now);
  if (limit !== undefined) query = { ...query, limit, hasLimit: true };
  if (view === "changes") return { ...findChanges({ store, sources, query }), bodies: {} };
  // A month is complete, up to the maximum of one response, unless the reader gave a limit.
  if (typeof view === "object" && !query.hasLimit) query = { ...query, limit: MAX_MONTH, hasLimit: true };

  const bounds = boundsOf(query, view);
  const search: Search = { store, sources, query };
  const { expression, read, remaining } = planOf(search);
  const page = scanRows(store, query, remaining, bounds, read);
  if (expression !== undefined)
    page.lastHiddenChange = latestOf([page.lastHiddenChange, mayHaveLeftIndexAt(search, bounds)]);
  if (query.since && query.sinceAge !== undefined) {
    // An article that has just become too old has changed the result as well.
    const below = { first: FIRST_ROW, last: firstOf(query.since) - 1 };
    const [newest = []] = inBatches(below, true, read, { rows: 0 });
    page.lastHiddenChange = latestOf([page.lastHiddenChange, expiredAt(newest, remaining)]);
  }
  const found = limitSize(page, query.fullText);
  return {
    ...found,
    bodies: query.fullText ? textsOf(store, found.articles) : {},
    snippets: snippets ? snippetsOf(store, found.articles, query.terms) : undefined,
  };
}

/** Bytes of texts that are searched for snippets. */
const MAX_SNIPPET_BYTES = 200_000;

/** The words of a query in the texts of the articles whose titles and excerpts have none of them. */
function snippetsOf(store: Store, articles: readonly Article[], terms: SearchTerms): Record<string, Snippet> {
  const hidden = articles.filter(({ title, excerpt }) => !snippetOf(terms, title) && !snippetOf(terms, excerpt));
  const snippets: Record<string, Snippet> = {};
  let bytes = 0;
  const searched = hidden.filter(({ body = 0 }) => {
    const fits = bytes + body <= MAX_SNIPPET_BYTES;
    if (fits) bytes += body;
    return fits;
  });
  for (const [id, html] of Object.entries(textsOf(store, searched))) {
    const snippet = snippetOf(terms, plainText(html));
    if (snippet) snippets[id] = snippet;
  }
  return snippets;
}

interface Plan {
  /** The FTS5 expression by which the rows are found; undefined if all rows of the sources are read. */
  expression: string | undefined;
  read: ReadRows;
  /** The query without the terms that the index has matched already. */
  remaining: Query;
}

/** How the articles of a query are found. */
export function planOf(search: Search): Plan {
  const { store, query } = search;
  const { expression, exact } = lookupOf(query.terms, {
    expand: (prefix, most) => wordsWith(store, prefix, most),
    hasUnfolded: query.terms.length > 0 && isReindexing(store),
  });
  // If the index finds exactly the matching articles, the terms need not be checked again.
  const remaining = exact ? { ...query, terms: [] } : query;
  return { expression, read: rowsReader({ ...search, query: remaining }, expression), remaining };
}

/**
 * Scans the rows, as far as the query's budget goes.
 *
 * @param query the reader's query
 * @param remaining the query without the terms that the index has already matched
 */
export function scanRows(store: Store, query: Query, remaining: Query, bounds: Bounds, read: ReadRows): ResultPage {
  const needsTexts = readsTexts(remaining);
  const texts = (articles: readonly Article[]) => {
    const bodies = textsOf(store, articles);
    return (article: Article, withCopies: boolean) => {
      const ofCopies = withCopies && article.copies ? wordsOfCopies(store, article) : "";
      return plainText(`${bodies[article.id] ?? ""} ${ofCopies}`);
    };
  };
  const most = needsTexts || remaining.regexFilters ? MAX_ARTICLES : Math.max(MAX_ARTICLES, query.limit);
  const budget: QueryBudget = { articles: most, ...(needsTexts && { texts }) };
  const progress: Progress = { rows: 0 };
  const page = scan(inBatches(bounds, query.sort === "newest", read, progress), remaining, budget);
  if (progress.end === undefined || page.next) return page;
  const [row] = store.byNumbers([progress.end]);
  return row ? { ...page, next: store.articleOf(row), budgetExhausted: true } : page;
}

/**
 * Maximum number of edits that are read to find the last one of some sources. An edit of a copy counts for all copies.
 */
const MAX_EDITS = 200;

/**
 * When an edit may last have removed an article from the results of the search index. The scan cannot tell, because the
 * index no longer finds that article. The instant can be too late, because any edit counts. It never goes back.
 */
function mayHaveLeftIndexAt({ store, sources, query: { terms } }: Search, bounds: Bounds): string {
  const ids = JSON.stringify(sources);
  // With a negated term, a first text can remove an article too. So every event of the sources counts.
  if (terms.some(({ negated }) => negated)) {
    const [last = ""] = store.sql.column<string>(
      `SELECT journal.at FROM json_each(?) AS wanted JOIN source ON source.id = wanted.value
       JOIN journal ON journal.seq = source.seq ORDER BY journal.seq DESC LIMIT 1`,
      [ids],
    );
    return last;
  }
  const edits = store.sql.rows<{ at: string; updated: string; own: number }>(
    `SELECT edit.at, article.updated,
       article.n BETWEEN ?3 AND ?4 AND ${IS_LISTED} OR article.copies IS NOT NULL AS own
     FROM (SELECT seq, n, at FROM journal WHERE event IN ('edited', 'gone', 'back') ORDER BY seq DESC LIMIT +?1) AS edit
     JOIN article USING (n) ORDER BY edit.seq DESC`,
    [MAX_EDITS, ids, bounds.first, bounds.last],
  );
  const own = edits.find((edit) => edit.own);
  if (own) return latestOf([own.at, own.updated]);
  return edits.length === MAX_EDITS ? (edits.at(-1)?.at ?? "") : "";
}

/** The texts of articles by id. An article without a text has the text of its copy. */
function textsOf(store: Store, articles: readonly Article[]): Record<string, string> {
  const withText = articles.filter(({ body }) => body);
  if (withText.length === 0) return {};
  const keys = withText.map(({ key, published }) => [key, firstOf(published), lastOf(published)]);
  const own = store.sql.rows<{ id: string; html: string | null }>(
    `SELECT article.id, journal.html FROM json_each(?) AS wanted
     JOIN article ON article.n BETWEEN wanted.value ->> 1 AND wanted.value ->> 2 AND article.key = wanted.value ->> 0
     JOIN journal ON journal.seq = article.seq`,
    [JSON.stringify(keys)],
  );
  const texts: Record<string, string> = {};
  for (const { id, html } of own) if (html) texts[id] = html;
  for (const article of withText) {
    const html = !texts[article.id] && article.copies ? textOfCopies(store, article) : "";
    if (html) texts[article.id] = html;
  }
  return texts;
}

/** Words of the dictionary that begin with a prefix. */
const wordsWith = (store: Store, prefix: string, most: number): string[] =>
  store.sql.column(
    "SELECT term FROM vocabulary WHERE term >= ? AND term < ? LIMIT +?",
    // The tokens are ASCII: nothing comes after "~".
    [prefix, `${prefix}~`, most],
  );
