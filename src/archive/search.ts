import type { Query } from "../query/query.ts";
import type { Store } from "./store.ts";

/** What is searched in the archive, and for what. */

/** A query as plain data: it crosses from the Worker to the archive's object. */
export interface FindQuery {
  /** Ids of the sources. An article belongs to the first of them that lists it. */
  sources: readonly string[];
  view: View;
  /** The canonical query string. */
  query: string;
  /** Milliseconds; ages (`7d`) are counted back from it. */
  now: number;
  /** Maximum number of articles. It replaces the query's own limit. */
  limit?: number;
  /** Whether articles whose title and excerpt have none of the words come with the part of their text that has. */
  snippets?: boolean;
}

/** The same where the archive is. */
export interface Search {
  store: Store;
  /** Ids. An article belongs to the first of them that lists it. */
  sources: readonly string[];
  query: Query;
}

/** The part of the archive that a path names. */
export type View = { month: string } | "newest" | "changes";
