import { type Article, earliestOf, instant, latestOf, monthOf, newestFirst } from "../article.ts";
import { monthEnd } from "../scrape/dates.ts";
import { type Gap, type Stretch, withoutStretch } from "./gaps.ts";
import { merge, type Shown } from "./merge.ts";
import { type Latest, latestKey, monthKey, NEWEST, readLatestOf, readMonths, upsert } from "./store.ts";

/** Changing the archive: open a source's, take in what pages show, and write what that changed. */

/** Articles that wait to be filed into their months together. */
const FILED_TOGETHER = 10;

/** A source's archive, opened for one change. */
export interface Opened {
  source: string;
  latest: Latest | undefined;
  /** `latest` and the months that the change touches: everything kept that could matter. */
  kept: Article[];
  changed: Map<string, Article>;
  added: Article[];
  gaps: Gap[];
  completeSince?: string;
}

type Named = readonly { key: string; day: string }[];

/** Reads what a change needs that concerns these articles. */
export async function open(kv: KVNamespace, source: string, articles: Named): Promise<Opened> {
  const latest = await readLatestOf(kv, source);
  const opened: Opened = {
    source,
    latest,
    kept: latest ? [...latest.articles] : [],
    changed: new Map(),
    added: [],
    gaps: latest?.gaps ?? [],
    ...(latest && { completeSince: latest.completeSince }),
  };
  await reach(kv, opened, articles);
  return opened;
}

/** Reads on, so that a change may concern these articles too. */
export async function reach(kv: KVNamespace, opened: Opened, articles: Named): Promise<void> {
  const { source, latest, kept } = opened;
  const held = new Set(kept.map(({ key }) => key));
  const beyond = new Set(articles.filter(({ key }) => !held.has(key)).map(monthOf));
  const months = [...beyond].filter((month) => {
    const here = kept.filter((article) => monthOf(article) === month).length;
    return (latest?.months[month] ?? 0) > here;
  });
  for (const [, list] of await readMonths(kv, source, months, undefined, "throw")) {
    for (const article of list) if (!held.has(article.key)) kept.push(article);
  }
}

/**
 * Merges what a page shows, in memory.
 *
 * @param as `stretch`: a listing read without a break; `apart`: articles that say nothing of their neighbours
 * @returns how many articles are new and how many were edited
 */
export function take(
  opened: Opened,
  shown: readonly Shown[],
  now: number,
  as: "stretch" | "apart" = "stretch",
): { added: number; edited: number } {
  const { changed, added, undated } = merge(opened.kept, shown, opened.source, now);
  for (const key of undated) console.error(JSON.stringify({ event: "undated", source: opened.source, key }));
  const before = newestOf(opened.kept);
  const known = new Set(opened.kept.map(({ key }) => key));
  const overlaps = shown.some(({ key }) => known.has(key));
  opened.added.push(...changed.slice(0, added));
  replace(opened, [...lostFromNewest(opened, shown), ...changed]);

  const stretch = stretchOf(opened, shown);
  if (!stretch || as === "apart") return { added, edited: changed.length - added };
  if (before && !overlaps && stretch.oldest > before.published) {
    opened.gaps = [...opened.gaps, { after: before.published, before: stretch.oldest }];
  } else if (before && !overlaps && opened.completeSince && stretch.newest < opened.completeSince) {
    opened.gaps = [{ after: stretch.newest, before: opened.completeSince }, ...opened.gaps];
  }
  opened.gaps = withoutStretch(opened.gaps, stretch);
  if (!opened.completeSince || stretch.oldest < opened.completeSince) opened.completeSince = stretch.oldest;
  return { added, edited: changed.length - added };
}

/**
 * Articles that only their month still holds though they belong into `latest`: a writer that had not seen them has
 * overwritten it.
 */
function lostFromNewest({ latest, kept }: Opened, shown: readonly Shown[]): Article[] {
  if (!latest) return [];
  const held = new Set(latest.articles.map(({ key }) => key));
  const missing = new Set(shown.map(({ key }) => key).filter((key) => !held.has(key)));
  if (missing.size === 0) return [];
  const last = latest.articles[NEWEST - 1];
  return kept.filter((article) => missing.has(article.key) && (!last || newestFirst(article, last) < 0));
}

/** Puts changed articles in the place of what is kept. */
export function replace(opened: Opened, changed: readonly Article[]): void {
  for (const article of changed) opened.changed.set(article.key, article);
  opened.kept = upsert(opened.kept, changed);
}

/** The dates between which a listing was read without a break. */
function stretchOf(opened: Opened, shown: readonly Shown[]): Stretch | undefined {
  const keys = new Set(shown.map(({ key }) => key));
  const dates = opened.kept.filter(({ key }) => keys.has(key)).map(({ published }) => published);
  if (dates.length === 0) return undefined;
  return { oldest: earliestOf(dates), newest: latestOf(dates) };
}

const newestOf = (articles: readonly Article[]) =>
  articles.reduce<Article | undefined>((a, b) => (!a || b.published > a.published ? b : a), undefined);

/**
 * Writes what `take` and `replace` have changed: the months first, then `latest`, so that a stop in between loses
 * nothing. Nothing changed, nothing written.
 *
 * @returns what `latest` now holds
 */
export async function commit(kv: KVNamespace, opened: Opened, now: number): Promise<Latest | undefined> {
  const { source, latest } = opened;
  const facts = opened.completeSince !== latest?.completeSince || !sameGaps(opened.gaps, latest?.gaps ?? []);
  if (opened.changed.size === 0 && !facts) return latest;

  const months = { ...latest?.months };
  const late = { ...latest?.late };
  for (const month of opened.added.map(monthOf)) {
    if (!months[month] && monthEnd(month) <= now) late[month] = instant(now);
    months[month] = (months[month] ?? 0) + 1;
  }
  let newest = upsert(latest?.articles ?? [], [...opened.changed.values()]);
  const unfiled = new Set([...(latest?.unfiled ?? []), ...opened.changed.keys()]);
  const leaving = newest.slice(NEWEST).some(({ key }) => unfiled.has(key));
  if (leaving || unfiled.size >= FILED_TOGETHER) {
    newest = await file(kv, source, newest, unfiled, months);
    unfiled.clear();
  }
  const next: Latest = {
    version: (latest?.version ?? 0) + 1,
    stamp: crypto.randomUUID(),
    changedAt: instant(now),
    checkedAt: instant(now),
    completeSince: opened.completeSince ?? instant(now),
    gaps: opened.gaps,
    months,
    ...(Object.keys(late).length > 0 && { late }),
    unfiled: [...unfiled],
    articles: newest.slice(0, NEWEST),
  };
  await kv.put(latestKey(source), JSON.stringify(next));
  return next;
}

/**
 * Writes the unfiled articles into their months; returns `articles` as the months now have them. With them goes all
 * else of these months that is at hand: what is read of a month may be a minute old, and writing that back must not
 * take out what another writer has filed meanwhile.
 */
async function file(
  kv: KVNamespace,
  source: string,
  articles: Article[],
  unfiled: ReadonlySet<string>,
  months: Record<string, number>,
): Promise<Article[]> {
  const waiting = articles.filter(({ key }) => unfiled.has(key));
  const documents = await readMonths(kv, source, [...new Set(waiting.map(monthOf))], undefined, "throw");
  const settled = new Map<string, Article>();
  for (const [month, filed] of documents) {
    const known = new Map(filed.map((article) => [article.key, article]));
    const news = articles.filter((article) => monthOf(article) === month).map((article) => settle(article, known));
    for (const article of news) settled.set(article.key, article);
    const document = upsert(filed, news);
    months[month] = document.length;
    await kv.put(monthKey(source, month), JSON.stringify(document));
  }
  return articles.map((article) => settled.get(article.key) ?? article);
}

/**
 * An article beside what its month holds of it. Where a writer before us saw it first (we did not know: KV is
 * eventually consistent), that sight's dates stand; what only the month knows is kept.
 */
function settle(article: Article, filed: ReadonlyMap<string, Article>): Article {
  const other = filed.get(article.key);
  if (!other) return article;
  // Whether its day is a misprint the newer sight says.
  const { dayAhead: _ahead, ...filedBefore } = other;
  const both = { ...filedBefore, ...article };
  if (other.firstSeen >= article.firstSeen) return both;
  const { published, firstSeen, dayOnly } = other;
  const updated = article.updated === article.published ? other.updated : article.updated;
  const { dayOnly: _, ...rest } = both;
  return { ...rest, published, firstSeen, updated, ...(dayOnly && { dayOnly }) };
}

const sameGaps = (a: readonly Gap[], b: readonly Gap[]) => JSON.stringify(a) === JSON.stringify(b);
