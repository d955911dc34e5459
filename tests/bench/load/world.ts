import { random, wait } from "../../random.ts";
import { FAULTS } from "../../replica/faults.ts";
import { articlePage, fragment, listingPage, type Shown } from "../../replica/markup.ts";
import { type Replica, startReplica } from "../../replica/replica.ts";
import { printedDay } from "../../replica/website.ts";
import type { PushedPage } from "../stores.ts";

/** A website on which something happens all the time, and which fails in one way after the other. */

interface Listed {
  id: string;
  number: number;
  name: string;
  language: "en" | "ko";
  /** Path of the listing that is pushed. */
  path: string;
  /** Whether the website blocks the bridge there: its pages are only pushed. */
  isBlocked?: true;
}

const fragmentPath = (number: number) =>
  `/wp-admin/admin-ajax.php?action=get_cat_by_source&die=true&from=0&to=10&sort=&id=${number}`;

/** The first three are built in; the others are set with `SOURCES`. */
export const SOURCES: readonly Listed[] = [
  { id: "kcna-en", number: 156, name: "KCNA.kp (En)", language: "en", path: "/article/156/" },
  { id: "rodong-ko", number: 189661, name: "Rodong Sinmun (Kr)", language: "ko", path: fragmentPath(189661) },
  { id: "kcna-ko", number: 190036, name: "KCNA.kp (Kr)", language: "ko", path: "/?s=&source=190036" },
  { id: "voice-en", number: 163, name: "Voice of Korea (EN)", language: "en", path: "/article/163/" },
  { id: "pushed-en", number: 1001, name: "Pushed (En)", language: "en", path: "/article/1001/", isBlocked: true },
  { id: "pushed-ko", number: 1002, name: "Pushed (Kr)", language: "ko", path: "/article/1002/", isBlocked: true },
];

/** Milliseconds between two things that happen, and of a fault and of the rest after it. */
const PACE = 600;
const FAULT = 5_000;
/** Longer than the bridge waits for an answer. */
const HANG = 12_000;
const REST = 4_000;
/** An article that changes more often than four times a day is noise, whose changes the bridge does not keep. */
const MAX_EDITS = 2;
/** Of an editor, the newest articles: they are on the first page of their listing. */
const EDITED = 8;

export class World {
  readonly replica: Replica;
  /** Every title and every first paragraph that an article ever had, by its key. */
  readonly titles = new Map<string, Set<string>>();
  readonly texts = new Map<string, Set<string>>();
  /** Keys that a listing showed the bridge while it was healthy. */
  readonly shown: Set<string>;
  readonly #next: () => number;
  #count = 0;
  #acts: Record<string, number> = { published: 0, edited: 0, deleted: 0, faults: 0 };

  constructor(replica: Replica, shown: Set<string>, seed: number) {
    this.replica = replica;
    this.shown = shown;
    this.#next = random(seed);
    for (const { number } of SOURCES) {
      replica.listings.set(String(number), []);
      for (let i = 0; i < 20; i++) this.#publish(number);
    }
    this.healthy();
  }

  get acts(): Record<string, number> {
    return this.#acts;
  }

  pick = <T>(values: readonly T[]): T => values[Math.floor(this.#next() * values.length)] as T;

  /** A number from 0 to 1. */
  chance = (): number => this.#next();

  /** Ends all faults, but that the website blocks the bridge where pages are pushed. */
  healthy(): void {
    this.replica.faults.clear();
    for (const { path, isBlocked } of SOURCES) if (isBlocked) this.replica.faults.set(path, "403");
  }

  /** Publishes, edits and deletes. */
  async live(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const dice = this.#next();
      const { number } = this.pick(SOURCES);
      if (dice < 0.7) for (let i = 0; i <= this.#next() * 3; i++) this.#publish(number);
      else if (dice < 0.93) this.#edit(number);
      else this.#delete(number);
      await wait(PACE);
    }
  }

  /** Fails in each way of `FAULTS` in turn: a listing, the pages of articles, or everything. */
  async fail(signal: AbortSignal): Promise<void> {
    for (let i = 0; !signal.aborted; i++) {
      await wait(REST);
      const fault = FAULTS[i % FAULTS.length] as (typeof FAULTS)[number];
      const starts = ["/article/156/", "/wp-admin/", "/newstream/", "/article/163/", "/"];
      this.replica.faults.set(this.pick(starts), fault);
      (this.#acts.faults as number)++;
      await wait(fault === "hang" ? HANG : FAULT);
      this.healthy();
    }
  }

  /** A page as it is now, for a pusher, and the keys of its articles: the listing of a source, or any page. */
  page(source?: Listed): PushedPage & { source: string; keys: string[] } {
    const { id, number, name, path } = source ?? this.pick(SOURCES);
    const listed = this.#articles(number);
    if (!source && this.#next() < 0.3) {
      const article = this.pick(listed.slice(0, 16));
      const html = articlePage(name, article, listed.slice(0, 16));
      return { source: id, path: `/newstream/${article.key}/${article.slug}/`, html, keys: [article.key] };
    }
    const isFragment = path.startsWith("/wp-admin/");
    const articles = listed.slice(0, isFragment ? 10 : 16);
    const html = isFragment ? fragment(articles) : listingPage(name, articles);
    return { source: id, path, html, keys: articles.map(({ key }) => key) };
  }

  /** Articles that a listing shows now on its first page. */
  newest = (number: number): Shown[] => this.#articles(number).slice(0, 16);

  #articles = (number: number): Shown[] => this.replica.listings.get(String(number)) as Shown[];

  #publish(number: number): void {
    const n = this.#count++;
    const { language } = SOURCES.find((source) => source.number === number) as Listed;
    const at = Math.floor(Date.now() / 1000);
    const subject = this.pick(
      language === "en" ? ["Kim", "Missile", "Harvest", "Weather"] : ["김정은", "미싸일", "농장", "날씨"],
    );
    const title = language === "en" ? `${subject} report number ${n} of the day` : `${subject} 소식 제${n}호를 전한다`;
    const article: Shown = {
      key: `${at}-${100_000 + n}`,
      slug: `article-${n}`,
      title,
      excerpt: `Pyongyang (KCNA) -- ${title}: what happened at place ${n * 7} and who went there on that day, in words of its own`,
      printed: printedDay(Date.now()),
      body: [
        `Text of article ${n}.`,
        `${subject} ${"and the paragraph goes on ".repeat(8)} ${n}.`,
        "김정은 and a last paragraph.",
      ],
    };
    this.#articles(number).unshift(article);
    this.titles.set(article.key, new Set([title]));
    this.texts.set(article.key, new Set([`Text of article ${n}.`]));
    (this.#acts.published as number)++;
  }

  #edit(number: number): void {
    const article = this.pick(this.#articles(number).slice(0, EDITED));
    const titles = this.titles.get(article.key) as Set<string>;
    if (titles.size > MAX_EDITS) return;
    article.title = `${article.title}, corrected`;
    titles.add(article.title);
    if (this.#next() < 0.5 && article.body) {
      article.body = [`${article.body[0]} It was corrected.`, ...article.body.slice(1)];
      this.texts.get(article.key)?.add(article.body[0] as string);
    }
    (this.#acts.edited as number)++;
  }

  #delete(number: number): void {
    const articles = this.#articles(number);
    if (articles.length < 20) return;
    articles.splice(Math.floor(this.#next() * 16), 1);
    (this.#acts.deleted as number)++;
  }
}

export async function startWorld(seed: number): Promise<World> {
  const shown = new Set<string>();
  const names = Object.fromEntries(SOURCES.map(({ number, name }) => [String(number), name]));
  const replica = await startReplica({
    names,
    onAnswer(path, html) {
      if (/^\/newstream\/\d/.test(path)) return;
      for (const [, key] of html.matchAll(/\/newstream\/(\d+-\d+)\//g)) shown.add(key as string);
    },
  });
  return new World(replica, shown, seed);
}
