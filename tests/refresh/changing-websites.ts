import { kcna } from "../../src/sites/kcna.ts";
import { kcnawatch } from "../../src/sites/kcnawatch.ts";
import type { Site, Source } from "../../src/sites/site.ts";
import { articlePage } from "../replica/markup.ts";
import { koreanDay } from "../replica/outlets/world.ts";
import { printedDay } from "../replica/website.ts";

/** KCNA Watch and kcna.kp with the same stories, which both of them edit, take back and delete as chance has it. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** What a website shows of an article since an instant. */
interface Version {
  at: number;
  title: string;
  excerpt: string;
  body: readonly string[];
  isThere: boolean;
}

export interface WebArticle {
  site: "kcnawatch" | "kcna";
  number: number;
  key: string;
  at: number;
  /** Address of the original that its page names. */
  original?: string | undefined;
  versions: Version[];
}

export interface Odds {
  /** Of an edit at a step. */
  edit: number;
  /** Of edits: deletions, and words of an earlier version. */
  deletion: number;
  revert: number;
  /** Whether kcna.kp is read as well. */
  outlet: boolean;
  /** An old article stands on top of the listings. */
  pinned: boolean;
}

const WORDS =
  "visits farm factory missile launch congress party workers army navy plenary meeting greetings delegation museum flower steel coal harvest rice poultry school hospital concert youth union women guards ceremony wreath letter statement spokesman foreign ministry".split(
    " ",
  );
/** Articles on a page of a listing. */
const LISTED = 12;
const FRAGMENT = 10;

/** Listings are read from JSON, which is ten times as fast as markup; articles' pages are as they are. */
const fromJson: Pick<Site, "readFragment"> = {
  readFragment: (text) => (text.startsWith("[") ? { cards: JSON.parse(text) } : undefined),
};
const WATCH: Site = { ...kcnawatch, ...fromJson };
const { politeness: _, olderRequest: __, ...plain } = kcna;
const OUTLET: Site = { ...plain, ...fromJson };
export const SOURCES: readonly Source[] = [
  { ...(WATCH.sources[0] as Source), site: WATCH, location: { article: 156, loadMore: 156 } },
  { ...(WATCH.sources[1] as Source), site: WATCH },
  { ...(OUTLET.sources[0] as Source), site: OUTLET, location: {} },
];

export class Websites {
  readonly articles: WebArticle[] = [];
  now: number;
  readonly #random: () => number;
  readonly #odds: Odds;
  #stories = 0;

  constructor(start: number, odds: Odds, random: () => number) {
    this.now = start;
    this.#odds = odds;
    this.#random = random;
    for (let hours = 16 * 3; hours > 0; hours -= 3) this.publish(start - hours * HOUR);
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }

  #words(count: number): string {
    return Array.from({ length: count }, () => this.pick(WORDS)).join(" ");
  }

  /** A new story, on one of the websites or both. */
  publish(at: number): void {
    const number = ++this.#stories;
    const title = `Number ${number} ${this.#words(5)}`;
    const body = [`${title} told. ${this.#words(25)}.`, `${this.#words(30)} ${number}.`, `${this.#words(20)}.`];
    const where = this.#odds.outlet ? this.#random() : 0;
    const hash = number.toString(16).padStart(32, "ab");
    const excerpt = `Pyongyang (KCNA) -- ${(body[0] as string).slice(0, 110).trim()}`;
    const add = (site: WebArticle["site"], key: string, delay: number, original?: string) =>
      this.articles.push({
        site,
        number,
        key,
        at: at + delay,
        original,
        versions: [{ at: at + delay, title, excerpt: site === "kcna" ? "" : excerpt, body, isThere: true }],
      });
    const isLinked = this.#odds.outlet && this.#random() < 0.7;
    if (where < 0.8) {
      const original = isLinked ? `http://www.kcna.kp/en/article/detail/${hash}` : undefined;
      const taken = Math.floor(at / 1000) + (this.#odds.outlet ? 2400 : 0);
      add("kcnawatch", `${taken}-${number + 100}`, taken * 1000 - at, original);
    }
    if (this.#odds.outlet && where > 0.2) add("kcna", hash, 0);
  }

  /** What an article is at an instant; undefined before its first. */
  versionAt({ versions }: WebArticle, at: number): Version | undefined {
    return versions.findLast((version) => version.at <= at);
  }

  /** What a website lists at an instant, newest first. */
  listed(site: string, at: number): WebArticle[] {
    return this.articles
      .filter((article) => article.site === site && this.versionAt(article, at)?.isThere)
      .sort((a, b) => b.at - a.at);
  }

  /** Edits, takes back, deletes or returns one of the newest articles, mostly. */
  change(): void {
    if (this.#random() >= this.#odds.edit) return;
    const article = this.pick(this.articles.slice(-18));
    const before = article.versions.at(-1) as Version;
    if (article.versions.filter(({ at }) => this.now - at < 24 * HOUR).length > 2) return;
    const after = this.#changed(article, before);
    if (JSON.stringify({ ...after, at: 0 }) !== JSON.stringify({ ...before, at: 0 })) article.versions.push(after);
  }

  #changed({ versions, site }: WebArticle, before: Version): Version {
    const after = { ...before, at: this.now };
    const chance = this.#random();
    if (!before.isThere) return { ...after, isThere: chance < 0.5 };
    if (chance < this.#odds.deletion) return { ...after, isThere: false };
    if (chance < this.#odds.deletion + this.#odds.revert) {
      const { title, excerpt, body } = this.pick(versions);
      return { ...after, title, excerpt, body };
    }
    const what = this.#random();
    const word = this.pick(WORDS);
    if (what < 0.5)
      after.title = this.#random() < 0.5 ? `${before.title} ${word}` : before.title.replace(/ \w+$/, ` ${word}`);
    if (what > 0.3 && what < 0.7 && site === "kcnawatch")
      after.excerpt = before.excerpt
        .split(" ")
        .map((one, i, { length }) => (i === Math.floor(length / 2) ? word : one))
        .join(" ");
    if (what > 0.5) after.body = before.body.map((one, i) => (i === 1 ? `${one} ${this.#words(3)}.` : one));
    return after;
  }

  /** The page at an address as it was at an instant; undefined if there is none. */
  page(url: URL, at: number): string | undefined {
    const { pathname, searchParams } = url;
    if (pathname === "/article/156/" || pathname === "/newstream/") return this.#cards("kcnawatch", at, 0, LISTED);
    if (pathname === "/wp-admin/admin-ajax.php")
      return this.#cards("kcnawatch", at, Number(searchParams.get("from")), FRAGMENT);
    if (pathname.includes("/article/list/"))
      return this.#cards("kcna", at, (Number(searchParams.get("page_num") ?? 1) - 1) * 15, 15);
    const article = this.articles.find(({ key }) => pathname.includes(key));
    const version = article && this.versionAt(article, at);
    if (!version?.isThere) return undefined;
    return article?.site === "kcna" ? outletPage(version) : this.#watchPage(article as WebArticle, version, at);
  }

  #cards(site: string, at: number, from: number, count: number): string {
    const listed = this.listed(site, at);
    const shown = listed.slice(from, from + count);
    const [old] = listed.slice(-1);
    if (this.#odds.pinned && from === 0 && old && !shown.includes(old)) shown.unshift(old);
    return JSON.stringify(
      shown.map((article) => {
        const { title, excerpt } = this.versionAt(article, at) as Version;
        const day = koreanDay(article.at);
        const href = site === "kcna" ? `/en/article/detail/${article.key}` : `/newstream/${article.key}/a/`;
        return { key: article.key, href, title, excerpt, day };
      }),
    );
  }

  #watchPage(article: WebArticle, version: Version, at: number): string {
    const shown = (one: WebArticle) => {
      const { title, excerpt, body } = this.versionAt(one, at) as Version;
      const printed = printedDay(one.at);
      return { key: one.key, slug: "a", title, excerpt, printed, body: [...body], original: one.original };
    };
    const others = this.listed("kcnawatch", at).filter((one) => one !== article);
    return articlePage(
      "KCNA.kp (En)",
      { ...shown(article), ...version, body: [...version.body] },
      others.slice(0, 3).map(shown),
    );
  }
}

const outletPage = ({ title, body }: Version): string =>
  `<!DOCTYPE html><html lang="en"><head><title>KCNA | ${title}</title></head><body><main><article><div class="container">
<h1>${title}</h1><h1></h1>${body.map((one) => `<p>${one}</p>`).join("\n")}</div></article></main></body></html>`;
