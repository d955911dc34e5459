import type { Sql } from "../platform/sql.ts";
import type { Bounds } from "./rows.ts";

/** What was read of a source's listing: its numbers in order, how many of them are used, and what is left to read. */
interface Listing {
  source: string;
  numbers: number[];
  used: number;
  rest: Bounds | undefined;
}

/** The fewest numbers of a listing that are read at a time. */
const MIN_PART = 16;

/**
 * The articles that some sources list, in order, each once. A listing is read in parts, and what is left of a part stays
 * for the next call, so that a reader who goes on reads each row once, however many the sources are.
 */
export class MergedListings {
  readonly #sql: Sql;
  readonly #sources: readonly string[];
  #listings: Listing[] = [];
  #descending = false;
  /** Bounds of the last call. */
  #bounds: Bounds = { first: 1, last: 0 };

  constructor(sql: Sql, sources: readonly string[]) {
    this.#sql = sql;
    this.#sources = sources;
  }

  /** The numbers of the first articles within the bounds, `most` at most. */
  read(bounds: Bounds, descending: boolean, most: number): number[] {
    this.#begin(bounds, descending);
    const size = Math.max(MIN_PART, Math.ceil((2 * most) / this.#sources.length));
    const numbers: number[] = [];
    while (numbers.length < most) {
      this.#readOn(size);
      const heads = this.#listings.flatMap((listing) => listing.numbers[listing.used] ?? []);
      if (heads.length === 0) break;
      const next = descending ? Math.max(...heads) : Math.min(...heads);
      numbers.push(next);
      for (const listing of this.#listings) if (listing.numbers[listing.used] === next) listing.used++;
    }
    return numbers;
  }

  /** Keeps what was read within the bounds, if they are the rest of the last ones. */
  #begin(bounds: Bounds, descending: boolean): void {
    const { first, last } = this.#bounds;
    const isRest = descending
      ? bounds.first === first && bounds.last <= last
      : bounds.last === last && bounds.first >= first;
    if (isRest && descending === this.#descending) {
      for (const listing of this.#listings) {
        listing.numbers = listing.numbers.filter((n) => n >= bounds.first && n <= bounds.last);
        listing.used = 0;
        if (listing.rest) listing.rest = common(listing.rest, bounds);
      }
    } else this.#listings = this.#sources.map((source) => ({ source, numbers: [], used: 0, rest: bounds }));
    this.#descending = descending;
    this.#bounds = bounds;
  }

  /** Reads a part of each listing of which all that was read is used. */
  #readOn(size: number): void {
    const empty = this.#listings.filter(({ numbers, used, rest }) => used === numbers.length && rest);
    if (empty.length === 0) return;
    const wanted = empty.map(({ source, rest }) => [source, rest?.first, rest?.last]);
    const lists = this.#sql.column<string>(
      `SELECT (SELECT json_group_array(n) FROM (
         SELECT n FROM listing WHERE source = wanted.value ->> 0 AND n BETWEEN wanted.value ->> 1 AND wanted.value ->> 2
         ORDER BY n ${this.#descending ? "DESC" : ""} LIMIT +?)) FROM json_each(?) AS wanted`,
      [size, JSON.stringify(wanted)],
    );
    for (const [i, listing] of empty.entries()) {
      const part = JSON.parse(lists[i] as string) as number[];
      listing.numbers.push(...part);
      listing.rest = part.length < size ? undefined : this.#after(part.at(-1) as number);
    }
  }

  #after(n: number): Bounds {
    const { first, last } = this.#bounds;
    return this.#descending ? { first, last: n - 1 } : { first: n + 1, last };
  }
}

const common = (a: Bounds, b: Bounds): Bounds => ({
  first: Math.max(a.first, b.first),
  last: Math.min(a.last, b.last),
});
