import { readBodies } from "../archive/bodies.ts";
import { type Change, changesOf } from "../archive/changes.ts";
import { countOf, type Latest, readMonths } from "../archive/store.ts";
import { type Article, monthOf, newestFirst, touched } from "../article.ts";
import { mergeSources, type Picked } from "../query/pick.ts";
import type { Question } from "../query/question.ts";
import { type Means, pickThrough } from "../query/through.ts";
import { plainText } from "../scrape/text.ts";
import type { Settings } from "../settings.ts";
import { bounded, changedOf } from "./extent.ts";
import { around, isFinished, koreanMonth, monthsOf } from "./months.ts";
import type { Selection } from "./sources.ts";

/** What of the archive a path asks for. */
export type Part = { month: string } | "newest" | "changes";

/** The articles that answer a question. */
export interface Answer extends Picked {
  /** The edits that are asked for, by the key that stands for each in `articles`. */
  changes?: Map<string, Change>;
  /** When what is picked last changed. */
  changed: string;
  /** Months of these sources that links lead to, oldest first: those that do not change any more. */
  archived: string[];
  /** Whether the months that were read hold what `latest` says of them: for a minute after a change KV may be behind. */
  whole: boolean;
}

/** Months read for one question at most, and articles looked at; the next link says where to go on. */
const MOST_MONTHS = 12;
const MOST_LOOKED_AT = 5000;

export async function answer(
  settings: Settings,
  { sources }: Selection,
  latest: ReadonlyMap<string, Latest>,
  part: Part,
  question: Question,
  now: number,
): Promise<Answer> {
  const { kv } = settings;
  const kept = sources.flatMap(({ id }) => latest.get(id) ?? []);
  const months = monthsOf(kept);
  const ids = sources.map(({ id }) => id);
  let whole = true;
  const read = new Map<string, ReturnType<typeof monthsOfAll>>();
  const readMonth = async (month: string) => {
    // Two sources may have printed different days on one article: it is in the month of its first sight alone.
    const near = kept.length > 1 ? around(month).filter((other) => months.includes(other)) : [month];
    for (const other of near) if (!read.has(other)) read.set(other, monthsOfAll(kv, ids, latest, other));
    const lists = (await Promise.all(near.map((other) => read.get(other) ?? []))).flat();
    whole &&= lists.every(({ articles, count }) => articles.length >= count);
    const inOrder = ids.flatMap((id) => lists.filter(({ source }) => source === id).map(({ articles }) => articles));
    return mergeSources(inOrder)
      .filter((article) => monthOf(article) === month)
      .sort(newestFirst);
  };
  const texts = searchesTexts(question) ? (articles: readonly Article[]) => textsOf(kv, articles) : undefined;
  const means: Means = { articles: MOST_LOOKED_AT, ...(texts && { texts }) };

  let picked: Picked;
  let changes: Map<string, Change> | undefined;
  if (part === "changes") {
    const older = goesDeep(question, Number.POSITIVE_INFINITY)
      ? await readRecent(months, kept, readMonth, question)
      : [];
    const all = mergeSources([...kept.map(({ articles }) => articles), ...older]).flatMap(changesOf);
    changes = new Map(all.map((change) => [changeKey(change), change]));
    const edits = [...changes].map(([key, change]) => asArticle(key, change)).sort(newestFirst);
    const ordered = question.sort === "oldest" ? edits.reverse() : edits;
    picked = await pickThrough([ordered], question, { articles: Number.POSITIVE_INFINITY });
  } else if (typeof part === "object") {
    const all = months.includes(part.month) ? await readMonth(part.month) : [];
    // A month is told whole, as far as one answer may go, unless a limit is asked for.
    const unlimited = question.limited ? question : { ...question, limit: MOST_LOOKED_AT, limited: true };
    const ordered = question.sort === "oldest" ? all.toReversed() : all;
    picked = await pickThrough([ordered], unlimited, texts ? means : { articles: Number.POSITIVE_INFINITY });
  } else {
    const found = runsOf(kept, months, readMonth, question);
    picked = await pickThrough(found.runs, question, means, found.further);
  }
  picked = bounded(picked, question.full, changes);
  const archived = months.filter((month) => isFinished({ month }, now));
  const changed = changedOf(picked, question, kept, part, archived);
  return { ...picked, ...(changes && { changes }), changed, archived, whole };
}

/** Whether the texts have to be read to know which articles answer. */
export const searchesTexts = ({ full, words, patterns }: Question) =>
  full && (words.length > 0 || patterns !== undefined);

/** The texts of articles, plain, for questions that search them. */
async function textsOf(kv: KVNamespace, articles: readonly Article[]): Promise<(article: Article) => string> {
  const bodies = await readBodies(
    kv,
    articles.filter(({ body }) => body).map(({ key }) => key),
  );
  return ({ key }) => plainText(bodies.get(key)?.html ?? "");
}

const changeKey = ({ article, at }: Change) => `${article.key}-${at.replace(/\D/g, "")}`;

/**
 * An edit in the place of an article, so that it is picked, ordered and paged like one: by the time it was seen. Of
 * later edits it says nothing.
 */
const asArticle = (key: string, { article, at }: Change): Article => ({
  ...article,
  revisions: (article.revisions ?? []).filter((revision) => revision.at <= at),
  learned: touched(article),
  key,
  id: `${article.id}/revision/${at}`,
  published: at,
  updated: at,
});

/** The oldest article down to which `latest` holds everything; undefined where it holds all there is. */
function floorOf(kept: readonly Latest[]): Article | undefined {
  const floors = kept
    .filter((latest) => countOf(latest) > latest.articles.length)
    .flatMap((l) => l.articles.at(-1) ?? []);
  return floors.sort(newestFirst)[0];
}

/**
 * The articles in the question's order: the newest, and where they do not answer it, month after month of the archive,
 * from where the question begins; from the oldest month up where the oldest come first.
 */
function runsOf(
  kept: readonly Latest[],
  months: readonly string[],
  readMonth: (month: string) => Promise<Article[]>,
  question: Question,
): { runs: AsyncIterable<Article[]>; further: boolean } {
  const newest = mergeSources(kept.map(({ articles }) => articles));
  const floor = floorOf(kept);
  const above = floor ? newest.filter((article) => newestFirst(article, floor) <= 0) : newest;
  const oldestFirst = question.sort === "oldest";
  const unanswered = floor !== undefined && !isAnswered(floor, question);
  const deep = unanswered && goesDeep(question, above.length);

  const within = months.filter((month) => {
    if (question.since && month < koreanMonth(question.since)) return false;
    if (question.until && month > koreanMonth(question.until)) return false;
    const start = question.after && koreanMonth(question.after.published);
    if (start && (oldestFirst ? month < start : month > start)) return false;
    return oldestFirst || (floor !== undefined && month <= monthOf(floor));
  });
  const order = oldestFirst ? within : within.toReversed();
  async function* runs() {
    if (!deep || !oldestFirst) yield oldestFirst ? above.toReversed() : above;
    if (!deep) return;
    const held = new Set(oldestFirst ? [] : above.map(({ id }) => id));
    for (const month of order.slice(0, MOST_MONTHS)) {
      const articles = (await readMonth(month)).filter(({ id }) => !held.has(id));
      yield oldestFirst ? articles.toReversed() : articles;
    }
  }
  return { runs: runs(), further: unanswered && (!deep || order.length > MOST_MONTHS) };
}

/** The articles of the months in which edits are looked for: the last ones that the question reaches up to. */
async function readRecent(
  months: readonly string[],
  kept: readonly Latest[],
  readMonth: (month: string) => Promise<Article[]>,
  { until, after, sort }: Question,
): Promise<Article[][]> {
  // An edit comes after its article: nothing later than the latest edit that is asked for need be read.
  const ends = [until, sort === "newest" ? after?.published : undefined].filter((end) => end !== undefined);
  const [end] = ends.map(koreanMonth).sort();
  const lists: Article[][] = [];
  let left = MOST_LOOKED_AT;
  for (const month of months
    .filter((month) => !end || month <= end)
    .slice(-MOST_MONTHS)
    .reverse()) {
    left -= kept.reduce((sum, { months }) => sum + (months[month] ?? 0), 0);
    if (left < 0 && lists.length > 0) break;
    lists.push(await readMonth(month));
  }
  return lists;
}

/** Whether nothing below the floor can be wanted. */
function isAnswered(floor: Article, { sort, since }: Question): boolean {
  return sort === "newest" && since !== undefined && since > floor.published;
}

/** Whether the question asks for more than the newest: a time, a place to go on, the oldest, or more than there are. */
function goesDeep(question: Question, above: number): boolean {
  const { since, until, after, limit, sort } = question;
  return Boolean(since || until || after) || limit > above || sort === "oldest";
}

/** A month of each of the sources that have it, and how many articles `latest` says that are. */
async function monthsOfAll(
  kv: KVNamespace,
  ids: readonly string[],
  latest: ReadonlyMap<string, Latest>,
  month: string,
): Promise<{ source: string; articles: Article[]; count: number }[]> {
  const lists: { source: string; articles: Article[]; count: number }[] = [];
  for (const id of ids) {
    const count = latest.get(id)?.months[month];
    if (!count) continue;
    lists.push({ source: id, articles: (await readMonths(kv, id, [month], latest.get(id))).get(month) ?? [], count });
  }
  return lists;
}
