import { readBodies } from "../archive/bodies.ts";
import { type Change, changesOf } from "../archive/changes.ts";
import { countOf, type Latest, readMonths } from "../archive/store.ts";
import { type Article, latestOf, monthOf, newestFirst, touched } from "../article.ts";
import { mergeSources, type Picked, pick } from "../query/pick.ts";
import type { Question } from "../query/question.ts";
import { koreanDay } from "../scrape/dates.ts";
import { plainText } from "../scrape/text.ts";
import type { Settings } from "../settings.ts";
import type { Selection } from "./sources.ts";

/** What of the archive a path asks for. */
export type Part = { month: string } | "newest" | "changes";

/** The articles that answer a question. */
export interface Answer extends Picked {
  /** The edits that are asked for, by the key that stands for each in `articles`. */
  changes?: Map<string, Change>;
  /** When what is picked last changed. */
  changed: string;
  /** Months that the archive holds of these sources, oldest first. */
  months: string[];
}

/** Months read for one question at most; the next link says where to go on. */
const MOST_MONTHS = 12;

export async function answer(
  settings: Settings,
  { sources }: Selection,
  latest: ReadonlyMap<string, Latest>,
  part: Part,
  question: Question,
): Promise<Answer> {
  const kept = sources.flatMap(({ id }) => latest.get(id) ?? []);
  const months = [...new Set(kept.flatMap(({ months }) => Object.keys(months)))].sort();
  const ids = sources.map(({ id }) => id);
  const read = (month: string) => monthOfAll(settings.kv, ids, latest, month);
  const searched = new Texts(settings.kv, question);

  let picked: Picked;
  let changes: Map<string, Change> | undefined;
  if (part === "changes") {
    const deep = goesDeep(question, Number.POSITIVE_INFINITY) ? months.slice(-MOST_MONTHS) : [];
    const older = await Promise.all(deep.map(read));
    const all = mergeSources([...kept.map(({ articles }) => articles), ...older]).flatMap(changesOf);
    changes = new Map(all.map((change) => [changeKey(change), change]));
    picked = pick(
      [...changes].map(([key, change]) => asArticle(key, change)),
      question,
    );
  } else if (typeof part === "object") {
    const all = months.includes(part.month) ? await read(part.month) : [];
    const whole = question.limited ? question : { ...question, limit: Number.POSITIVE_INFINITY };
    picked = pick(all, whole, await searched.of(all));
  } else {
    picked = await pickFrom(
      mergeSources(kept.map(({ articles }) => articles)),
      floorOf(kept),
      months,
      read,
      question,
      searched,
    );
  }
  if (question.full) picked = cutToSize(picked);
  const dates = picked.articles.length > 0 ? picked.articles.map(touched) : kept.map(({ changedAt }) => changedAt);
  return { ...picked, ...(changes && { changes }), changed: latestOf(dates), months };
}

/** Bytes of a feed with full texts; what is beyond comes behind the next link. */
const LARGEST = 15 * 1024 * 1024;

/** Bytes of an entry beside its text, and what escaping makes of a byte of it, both on the safe side. */
const ENTRY = 3000;
const ESCAPED = 1.6;

function cutToSize(picked: Picked): Picked {
  let size = 0;
  const end = picked.articles.findIndex(({ body = 0 }) => {
    size += ENTRY + body * ESCAPED;
    return size > LARGEST;
  });
  if (end <= 0) return picked;
  const articles = picked.articles.slice(0, end);
  return { articles, next: articles.at(-1) as Article };
}

/** The bodies of articles as plain text, for questions that search them; read once each, a hundred at a time. */
class Texts {
  readonly #texts = new Map<string, string>();

  constructor(
    readonly kv: KVNamespace,
    readonly question: Question,
  ) {}

  /** What `pick` is to search besides title and excerpt; undefined where bodies are not asked for. */
  async of(articles: readonly Article[]): Promise<((article: Article) => string) | undefined> {
    const { full, words, patterns } = this.question;
    if (!full || (words.length === 0 && !patterns)) return undefined;
    const missing = articles.filter(({ key, body }) => body && !this.#texts.has(key)).map(({ key }) => key);
    for (const [key, { html }] of await readBodies(this.kv, missing)) this.#texts.set(key, plainText(html));
    return ({ key }) => this.#texts.get(key) ?? "";
  }
}

const changeKey = ({ article, at }: Change) => `${article.key}-${at.replace(/\D/g, "")}`;

/** An edit in the place of an article, so that it is picked, ordered and paged like one: by the time it was seen. */
const asArticle = (key: string, { article, at }: Change): Article => ({
  ...article,
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

async function pickFrom(
  newest: readonly Article[],
  floor: Article | undefined,
  months: readonly string[],
  read: (month: string) => Promise<Article[]>,
  question: Question,
  searched: Texts,
): Promise<Picked> {
  const above = floor ? newest.filter((article) => newestFirst(article, floor) <= 0) : newest;
  const oldestFirst = question.sort === "oldest";
  const first = oldestFirst && floor ? { articles: [] } : pick(above, question, await searched.of(above));
  if (!floor || first.next || isAnswered(first, floor, question)) return first;
  // The newest do not answer it: month after month of the archive, from where the question begins.
  if (!goesDeep(question, above.length)) return { ...first, next: floor };

  const within = months.filter((month) => {
    if (question.since && month < koreanMonth(question.since)) return false;
    if (question.until && month > koreanMonth(question.until)) return false;
    const start = question.after && koreanMonth(question.after.published);
    if (start && (oldestFirst ? month < start : month > start)) return false;
    return oldestFirst || month <= monthOf(floor);
  });
  const order = oldestFirst ? within : within.toReversed();
  const held = new Set(oldestFirst ? [] : above.map(({ id }) => id));
  const articles = [...first.articles];
  let last = oldestFirst ? undefined : above.at(-1);
  for (const [i, month] of order.entries()) {
    if (i === MOST_MONTHS) return { articles, ...(last && { next: last }) };
    const more = (await read(month)).filter(({ id }) => !held.has(id));
    last = (oldestFirst ? more[0] : more.at(-1)) ?? last;
    const picked = pick(more, { ...question, limit: question.limit - articles.length }, await searched.of(more));
    articles.push(...picked.articles);
    if (picked.next) return { articles, next: articles.at(-1) as Article };
  }
  return { articles };
}

/** Whether nothing below the floor can be wanted. */
function isAnswered(picked: Picked, floor: Article, question: Question): boolean {
  if (question.sort === "oldest") return false;
  return question.since !== undefined && question.since > floor.published && picked.next === undefined;
}

/** Whether the question asks for more than the newest: a time, a place to go on, the oldest, or more than there are. */
function goesDeep(question: Question, above: number): boolean {
  const { since, until, after, limit, sort } = question;
  return Boolean(since || until || after) || limit > above || sort === "oldest";
}

const koreanMonth = (published: string) => koreanDay(Date.parse(published)).slice(0, 7);

async function monthOfAll(
  kv: KVNamespace,
  ids: readonly string[],
  latest: ReadonlyMap<string, Latest>,
  month: string,
): Promise<Article[]> {
  const lists: Article[][] = [];
  for (const id of ids) {
    if (!latest.get(id)?.months[month]) continue;
    lists.push((await readMonths(kv, id, [month], latest.get(id))).get(month) ?? []);
  }
  return mergeSources(lists).sort(newestFirst);
}
