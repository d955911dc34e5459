import { describe, expect, inject, test } from "vitest";
import { sanitizeBody } from "../../src/scrape/sanitize.ts";
import { listingRegion } from "../../src/sites/addresses.ts";
import { BUILT_IN, SITES } from "../../src/sites/index.ts";
import { readArticlePage, readListing } from "../../src/sites/reader.ts";
import type { Source } from "../../src/sites/site.ts";
import { DEEPEST, HOSTILE, LISTINGS, NESTED, STORIES } from "../hostile.ts";
import { sourceOf } from "../sites/outlets.ts";

/** In Node, since a clock in workerd stands still while code runs. */

const kcna = BUILT_IN[0] as Source;
const LISTING = "https://kcnawatch.org/article/156/";
const ARTICLE = "https://kcnawatch.org/newstream/1616457600-12345/respected-comrade/";

const chosonsinbo = sourceOf("chosonsinbo-ko");
const POSTS = chosonsinbo.site.listingPath(chosonsinbo, 0) as string;
const post = {
  id: 1,
  date: "2026-10-06T00:30:00",
  link: "https://chosonsinbo.com/2026/10/05/",
  title: { rendered: "T" },
};
const postOf = (rendered: string) => JSON.stringify([{ ...post, content: { rendered } }]);

type Read = (html: string) => unknown;
const wrapped = (ways: typeof LISTINGS, read: Read) =>
  Object.entries(ways).map(([way, wrap]): [string, Read] => [way, (html) => read(wrap(html))]);
const READERS: [string, Read][] = [
  ...wrapped(LISTINGS, (html) => readListing({ html, source: kcna, address: LISTING })),
  ...wrapped(STORIES, (html) => readArticlePage({ html, source: kcna, address: ARTICLE })),
  ["as a text", (html) => sanitizeBody(html, ARTICLE, () => true)],
  ["as what is listed", (html) => listingRegion(kcna.site, html)],
  [
    "as a post of WordPress",
    (html) => readListing({ html: postOf(html), source: chosonsinbo, address: `${chosonsinbo.site.origin}${POSTS}` }),
  ],
  ["as the form of older pages", (html) => SITES.kcna?.olderRequest?.(new URL("http://www.kcna.kp/?page_num=2"), html)],
];

/** Characters, and the most time that four times as many may take: times that of the first. */
const SIZE = (inject("fuzz") === 1 ? 12 : 32) * 1024;
const GROWTH = 7;
/** Less time (milliseconds) than this cannot be told from none. */
const SHORTEST = 3;
/** A machine that does something else at the same time may make any single run slow, never all of them, and none so slow. */
const TRIES = 40;
const SLOW = 1000;

/** Milliseconds of this thread's processor time: what the machine and V8's other threads do is not counted. */
function time(read: Read, html: string): number {
  const start = process.threadCpuUsage();
  read(html);
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

/**
 * How much longer a page of four times the size takes: the shortest of several runs of each. Twice the size says too little:
 * at some size the collection of garbage begins to move what lives.
 */
function growth(read: Read, once: string, more: string): number {
  let long = time(read, more);
  // Were its time the square of its size, it would still be too short to tell.
  if (long <= SHORTEST * GROWTH) return 0;
  let short = time(read, once);
  for (let tries = 1; long / Math.max(short, SHORTEST) > GROWTH && long < SLOW && tries < TRIES; tries++) {
    short = Math.min(short, time(read, once));
    long = Math.min(long, time(read, more));
  }
  return long / Math.max(short, SHORTEST);
}

/** The ways in which a page that grows fourfold takes far more than fourfold the time to read. */
function slowWays(once: string, more: string): string[] {
  const ways = READERS.map(([way, read]): [string, number] => [way, growth(read, once, more)]);
  return ways.filter(([, times]) => times > GROWTH).map(([way, times]) => `${way}: ${times.toFixed(1)} times`);
}

/** What the engine does once (it drops optimized code) may last for all runs of a try; a page that is slow is slow again. */
const AGAIN = { retry: 2 };

describe("a page of four times the size takes about four times the time", AGAIN, () => {
  test.each(Object.entries(HOSTILE))("%s", (_, make) => {
    expect(slowWays(make(SIZE), make(4 * SIZE))).toEqual([]);
  });
});

describe("a page that nests four times as deep takes no more than four times the time", AGAIN, () => {
  test.each(Object.entries(NESTED))("%s", (_, make) => {
    expect(slowWays(make(DEEPEST / 4), make(DEEPEST))).toEqual([]);
  });
});
