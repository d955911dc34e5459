import { lazyPattern } from "../scrape/lazy-pattern.ts";
import { MIN_SIMILARITY, similarityOf } from "../scrape/min-hash.ts";
import { bareTitle } from "../scrape/titles.ts";
import { DAY } from "../time.ts";
import { setCopies } from "./groups.ts";
import { signatureOf, titleHashesOf } from "./identity.ts";
import type { Cause } from "./journal.ts";
import { type ArticleRow, firstListed, firstOf, publishedOf } from "./rows.ts";
import type { Store } from "./store.ts";

/**
 * Joins the same article on different websites. Each keeps its own row, id, dates and versions; the rows name each
 * other, and a feed shows the copy that it saw first.
 *
 * Two rules say what is the same article: the page of one names the address of the other ("Read original version at
 * source"); or outlet, language and title are the same, the printed days are at most a day apart, and no other article
 * of the two websites had that title in the weeks around. What a page names goes before what titles say.
 */

/** The outlet's own article, as `copy_of` holds it. */
export const addressOf = (site: string, key: string): string => `${site}/${key}`;

/** Copies of one article, and articles of one title that are looked at, at most. */
const MAX_COPIES = 8;
const MAX_SAME_TITLE = 100;
/** How far around an article its title must be unlike any other. */
const UNIQUE_WITHIN = 30 * DAY;
/** Minimum length of a title that identifies an article. `Press Review` is too short. */
const MIN_TITLE_LENGTH = { spaced: 16, unspaced: 8 };
/** Two texts that share less than this are two articles, even with the same title. */
const DIFFERENT_TEXTS = 0.08;

/** Those of some articles that `joinCopies` has anything to do for: it has a copy, or another article is like it. */
export function mayHaveCopies(store: Store, rows: readonly ArticleRow[]): number[] {
  const named = store.sql.column<string>(
    "SELECT DISTINCT copy_of FROM article WHERE copy_of IN (SELECT value FROM json_each(?))",
    [JSON.stringify(rows.map((row) => ownAddress(store, row)))],
  );
  const addresses = new Set(named);
  const titles = rows.flatMap((row) => (row.outlet === null ? [] : titleHashesOf(row.n, store.articleOf(row))));
  const alike = `SELECT DISTINCT value ->> 1 FROM json_each(?)
    WHERE EXISTS (SELECT 1 FROM title WHERE hash = value ->> 0 AND n <> value ->> 1)`;
  const isAlike = new Set(titles.length > 0 ? store.sql.column<number>(alike, [JSON.stringify(titles)]) : []);
  return rows
    .filter(
      (row) =>
        row.copies !== null || row.copy_of !== null || addresses.has(ownAddress(store, row)) || isAlike.has(row.n),
    )
    .map(({ n }) => n);
}

/**
 * Joins an article with its copies, as far as they are known now. To be called after each change of what says which
 * they are: a new article, a new title, the address or outlet that a page names, a text.
 */
export function joinCopies(store: Store, n: number, cause: Cause): void {
  const [row] = store.byNumbers([n]);
  if (!row) return;
  for (const copy of store.copiesOf(row)) {
    if (!isNamed(store, row, copy) && contradicts(store, row, copy)) separate(store, row, copy, cause);
  }
  for (const copy of namedCopies(store, row)) join(store, row, copy, true, cause);
  for (const copy of copiesByTitle(store, row)) join(store, row, copy, false, cause);
}

/** Marks the copies of a changed article as changed: they show its texts, and searches find them by these. */
export function touchCopies(store: Store, n: number, cause: Cause): void {
  const [row] = store.byNumbers([n]);
  for (const copy of row ? store.copiesOf(row) : [])
    store.change(copy, store.articleOf(copy), store.textOf(copy), "enriched", cause);
}

const ownAddress = (store: Store, { site, key }: ArticleRow): string => addressOf(store.sites.nameOf(site), key);

const isNamed = (store: Store, a: ArticleRow, b: ArticleRow): boolean =>
  a.copy_of === ownAddress(store, b) || b.copy_of === ownAddress(store, a);

/** The article that this one's page names, and those whose pages name this one. */
function namedCopies(store: Store, row: ArticleRow): ArticleRow[] {
  const [, site = "", key = ""] = /^([^/]*)\/(.*)$/s.exec(row.copy_of ?? "") ?? [];
  const named = row.copy_of === null ? undefined : store.byKey(site, key);
  const naming = store.sql.rows<ArticleRow>(
    `SELECT * FROM article
     WHERE copy_of = ? ORDER BY n LIMIT +?`,
    [ownAddress(store, row), MAX_COPIES],
  );
  return named ? [named, ...naming] : naming;
}

/** The articles of other websites that must be this one by their titles. */
function copiesByTitle(store: Store, row: ArticleRow): ArticleRow[] {
  const { site, title } = row;
  const hashes = titleHashesOf(row.n, store.articleOf(row)).map(([hash]) => hash);
  if (hashes.length === 0) return [];
  const at = Date.parse(publishedOf(row.n));
  const same = store.sql.rows<ArticleRow>(
    `SELECT article.* FROM article WHERE n IN (
       SELECT title.n FROM json_each(?) AS hash JOIN title ON title.hash = hash.value AND title.n BETWEEN ? AND ? LIMIT +?)
     ORDER BY n`,
    [JSON.stringify(hashes), firstOf(at - UNIQUE_WITHIN), firstOf(at + UNIQUE_WITHIN), MAX_SAME_TITLE],
  );
  const isAlone = (of: ArticleRow) => same.filter((other) => other.site === of.site).length === 1;
  if (same.length === MAX_SAME_TITLE || !isAlone(row)) return [];
  return same.filter(
    (other) =>
      other.site !== site &&
      isAlone(other) &&
      Math.abs(Date.parse(other.day) - Date.parse(row.day)) <= DAY &&
      (isDistinctive(title) || (similarityIn(store, row, other) ?? 0) >= MIN_SIMILARITY),
  );
}

const isDistinctive = (title: string): boolean => {
  const bare = bareTitle(title);
  const isUnspaced =
    lazyPattern.u`^\P{Script=Latin}*$`.test(bare) && lazyPattern.u`[\p{Script=Hangul}\p{Script=Han}]`.test(bare);
  return bare.length >= (isUnspaced ? MIN_TITLE_LENGTH.unspaced : MIN_TITLE_LENGTH.spaced);
};

/** Whether a page names another article of the other's website, or the texts are of two articles. */
function contradicts(store: Store, a: ArticleRow, b: ArticleRow): boolean {
  const namesAnother = (one: ArticleRow, other: ArticleRow) =>
    one.copy_of?.startsWith(addressOf(store.sites.nameOf(other.site), "")) && one.copy_of !== ownAddress(store, other);
  return namesAnother(a, b) || namesAnother(b, a) || (similarityIn(store, a, b) ?? 1) < DIFFERENT_TEXTS;
}

/** The share (0 to 1) that the texts of two articles have in common; undefined if one has none, or a short one. */
function similarityIn(store: Store, a: ArticleRow, b: ArticleRow): number | undefined {
  const [first, second] = [signatureOf(store.sql, a.n), signatureOf(store.sql, b.n)];
  return first === undefined || second === undefined ? undefined : similarityOf(first, second);
}

/**
 * Makes one group of the copies of two articles, with one article a website at most.
 *
 * @param isByName whether a page names the other: then articles that only their titles have joined give way
 */
function join(store: Store, a: ArticleRow, b: ArticleRow, isByName: boolean, cause: Cause): void {
  if (a.site === b.site || groupOf(store, a).some(({ n }) => n === b.n)) return;
  const directions = [
    [a, b],
    [b, a],
  ] as const;
  for (const [one, other] of isByName ? directions : []) {
    const rival = groupOf(store, one).find(({ site }) => site === other.site);
    if (rival && !isNamed(store, one, rival)) separate(store, one, rival, cause);
  }
  const [own, others] = [groupOf(store, a), groupOf(store, b)];
  // What titles join is one article in every pair. Otherwise each change would part and join them again.
  if (!isByName && own.some((one) => others.some((other) => contradicts(store, one, other)))) return;
  const group = [...own, ...others];
  if (group.length > MAX_COPIES || new Set(group.map(({ site }) => site)).size < group.length) return;
  saveGroup(store, group, "joined", cause);
}

/** An article and its copies, as they are now. */
const groupOf = (store: Store, { n }: ArticleRow): ArticleRow[] =>
  store.byNumbers([n]).flatMap((row) => [row, ...store.copiesOf(row)]);

/** Takes an article out of the group of another. */
function separate(store: Store, from: ArticleRow, rival: ArticleRow, cause: Cause): void {
  const group = groupOf(store, from).filter(({ n }) => n !== rival.n);
  setCopies(store, rival, [], "parted", cause);
  saveGroup(store, group, "parted", cause);
}

function saveGroup(store: Store, group: readonly ArticleRow[], event: "joined" | "parted", cause: Cause): void {
  const sorted = group.toSorted((x, y) => firstListed(x) - firstListed(y));
  for (const row of sorted) {
    const others = sorted.filter((other) => other !== row);
    setCopies(store, row, others, event, cause);
  }
}
