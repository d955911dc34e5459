import { type Article, newestFirst } from "../article.ts";
import { mergeSources } from "../query/filter.ts";
import { MAX_IN_WINDOW } from "../query/parameters.ts";
import type { Query } from "../query/query.ts";
import { scan } from "../query/scan.ts";
import type { ArchiveClient } from "./client.ts";
import type { Found } from "./find.ts";
import { isFinished, monthsOf } from "./months.ts";
import { lastChangedAt, limitSize } from "./result-size.ts";
import type { FindQuery } from "./search.ts";
import type { Latest } from "./snapshot.ts";

/** The articles that a query selects, from the snapshots of the newest articles or from the archive itself. */
export interface Result extends Found {
  /** When the result last changed. */
  changed: string;
  /** Months of these sources that do not change any more, oldest first: links lead to them. */
  archived: string[];
}

/** What is selected, and the snapshots of the sources. */
interface Selecting extends Omit<FindQuery, "query" | "limit"> {
  query: Query;
  latest: ReadonlyMap<string, Latest>;
}

/** @throws ArchiveUnavailable if the archive is needed and cannot be reached */
export async function select(archive: ArchiveClient, selecting: Selecting): Promise<Result> {
  const { sources, latest, view, query, now, snippets = false } = selecting;
  const kept = sources.flatMap((id) => latest.get(id) ?? []);
  const found =
    fromSnapshots(selecting, kept) ??
    (await archive.find({
      sources,
      view,
      query: query.canonical,
      now,
      limit: query.hasLimit ? query.limit : undefined,
      snippets: snippets && query.terms.length > 0,
    }));
  const archived = monthsOf(kept).filter((month) => isFinished({ month }, now));
  return { ...found, changed: lastChangedAt(found, { view, query, kept, archived }), archived };
}

/** The result from the snapshots alone; undefined if the archive is needed. */
function fromSnapshots({ sources, view, query }: Selecting, kept: readonly Latest[]) {
  const { once, terms, regexFilters, since, until, cursor, fullText, sort } = query;
  const isPlain =
    !once && terms.length === 0 && !regexFilters && !since && !until && !cursor && !fullText && sort === "newest";
  if (view !== "newest" || !isPlain) return undefined;
  const lists = kept.map(({ articles }) => articles);
  const newest = mergeSources(lists, sources);
  const floor = floorOf(kept);
  const above = floor ? newest.filter((article) => newestFirst(article, floor) <= 0) : newest;
  const page = scan([above], query, { articles: Number.POSITIVE_INFINITY });
  if (floor && !page.next) {
    // Articles below the snapshots may belong to the feed too, unless the snapshots fill it.
    if (page.articles.length < (query.hasLimit ? query.limit : MAX_IN_WINDOW)) return undefined;
    page.next = page.articles.at(-1) as Article;
  }
  return { ...limitSize(page, false), bodies: {} };
}

/** The oldest article down to which the snapshots are complete; undefined if they hold all articles. */
function floorOf(kept: readonly Latest[]): Article | undefined {
  const count = ({ months }: Latest) => Object.values(months).reduce((sum, articles) => sum + articles, 0);
  const floors = kept
    .filter((latest) => count(latest) > latest.articles.length)
    .flatMap((l) => l.articles.at(-1) ?? []);
  return floors.sort(newestFirst)[0];
}
