import { readBodies, retell, sizeOf, tell } from "../archive/bodies.ts";
import type { Noise, SourceHealth } from "../archive/health.ts";
import { type Opened, reach, replace, take } from "../archive/opened.ts";
import { type Article, instant } from "../article.ts";
import { DAY } from "../scrape/dates.ts";
import type { Source, Story } from "../sites/site.ts";
import { INTERVAL } from "./due.ts";
import { fetchPage, type Visit } from "./fetch.ts";
import { garbledStory, withoutGarbled } from "./garbled.ts";
import { muted } from "./noise.ts";

/**
 * Article pages, behind the cron: those of new articles, newest first, a few a tick; then, with what is left, those
 * of young articles once a day, in case they were edited.
 */
export interface Work {
  source: Source;
  visit: Visit;
  opened: Opened;
  noise: Noise | undefined;
  /** Pages that could not be read, as health keeps them; changed here. */
  stories: NonNullable<SourceHealth["stories"]>;
}

const HOUR = 3600_000;
/** How long an article is looked at again. */
const YOUNG = 3 * DAY;
/** Waits after a page that had no body: after the last, it is let be. */
const WAITS = [HOUR, 6 * HOUR, DAY];

/** Reads up to `most` article pages and puts what they tell into the opened archives. */
export async function readStories(kv: KVNamespace, works: readonly Work[], most: number, now: number): Promise<void> {
  for (const work of works) forgetOld(work, now);
  const candidates = wanted(works, now).slice(0, most * 4);
  // Another source may have shown the article before: one page, one body.
  const kept = await readBodies(
    kv,
    candidates.filter(({ article }) => !article.body).map(({ article }) => article.key),
  );
  let read = 0;
  for (const { work, article } of candidates) {
    const body = article.body ? undefined : kept.get(article.key);
    if (body) {
      replace(work.opened, [{ ...article, body: sizeOf(body.html), learned: instant(now) }]);
      continue;
    }
    if (read >= most || work.visit.budget.left <= 0) break;
    read++;
    try {
      const page = await readStory(work, article);
      if ("story" in page) await keepStory(kv, works, work, article, page.story, now);
      else putOff(work, article, now);
      // A website that refuses or does not answer is asked no further in this tick.
      if ("unreachable" in page) break;
    } catch (thrown) {
      // What nobody foresaw on one page must not keep the others from being read, in this tick or the next.
      const error = String(thrown).slice(0, 200);
      console.error(JSON.stringify({ event: "article", source: work.source.id, key: article.key, error }));
      putOff(work, article, now, error);
    }
  }
}

async function readStory(
  { visit, source }: Work,
  article: Article,
): Promise<{ story: Story } | { unreachable: true } | { unread: true }> {
  const { pathname } = new URL(article.url);
  const fetched = await fetchPage(visit, pathname);
  // An article that is gone says nothing of the others.
  if ("failure" in fetched && /^http-4(?:04|10)$/.test(fetched.failure.reason)) return { unread: true };
  if (!("html" in fetched)) return { unreachable: true };
  if (!visit.site.answers(pathname, fetched.path)) return { unread: true };
  const page = visit.site.readStory(fetched.html, source, new URL(fetched.path, visit.site.origin).href);
  return "story" in page && !garbledStory(page.story, article) ? page : { unread: true };
}

async function keepStory(
  kv: KVNamespace,
  works: readonly Work[],
  work: Work,
  article: Article,
  story: Story,
  now: number,
): Promise<void> {
  const told = await tell(kv, article, story, now);
  if (told) {
    for (const { opened } of works) {
      const shown = opened.kept.find(({ id }) => id === article.id);
      if (shown) replace(opened, [retell(shown, article, told)]);
    }
  }
  if (story.body) work.stories[article.key] = { tries: 0, next: instant(now + DAY - INTERVAL / 2) };
  else putOff(work, article, now);
  if (story.more.length === 0) return;
  await reach(kv, work.opened, story.more);
  const more = muted(withoutGarbled(story.more, work.opened.kept), work.opened.kept, work.noise);
  take(work.opened, more, now, listBelow(work.source));
}

/** What the list below an article is of its source's listing: of one that mixes media, it shows a single one. */
export const listBelow = ({ language }: Source): "stretch" | "apart" => (language === "mul" ? "apart" : "stretch");

/** @param error of the bridge's own: it may be mended any day, so that the page is never given up */
function putOff({ stories }: Work, { key }: Article, now: number, error?: string): void {
  const tries = (stories[key]?.tries ?? 0) + 1;
  const wait = WAITS[tries - 1] ?? (error ? DAY : undefined);
  stories[key] = { tries, next: wait === undefined ? NEVER : instant(now + wait), ...(error && { error }) };
}

const NEVER = "9999-12-31T23:59:59Z";

/** What is not looked at again need not be remembered, but for pages that never had a body. */
function forgetOld({ stories, opened }: Work, now: number): void {
  const kept = new Map(opened.kept.map((article) => [article.key, article]));
  for (const key of Object.keys(stories)) {
    const article = kept.get(key);
    if (!article || (article.body && !isYoung(article, now))) delete stories[key];
  }
}

/** Articles whose pages are wanted, the first first. */
function wanted(works: readonly Work[], now: number): { work: Work; article: Article }[] {
  const all = works.flatMap((work) => work.opened.kept.map((article) => ({ work, article })));
  const due = all.filter(({ work, article }) => {
    const next = work.stories[article.key]?.next;
    return next === undefined || next <= instant(now);
  });
  const byDate = (a: { article: Article }, b: { article: Article }) =>
    a.article.published < b.article.published ? 1 : -1;
  const next = ({ work, article }: { work: Work; article: Article }) => work.stories[article.key]?.next ?? "";
  const longestDue = (a: { work: Work; article: Article }, b: { work: Work; article: Article }) =>
    next(a) < next(b) ? -1 : 1;
  // An article that two sources show has one page and one body.
  const seen = new Set<string>();
  const once = ({ article: { id } }: { article: Article }) => !seen.has(id) && Boolean(seen.add(id));
  return [
    ...due.filter(({ article }) => !article.body).sort(byDate),
    ...due.filter(({ article }) => article.body && isYoung(article, now) && !isNew(article, now)).sort(longestDue),
  ].filter(once);
}

const isYoung = ({ firstSeen }: Article, now: number) => now - Date.parse(firstSeen) < YOUNG;
/** Less than a day old: its text, wherever it came from, need not be looked at again yet. */
const isNew = ({ firstSeen }: Article, now: number) => now - Date.parse(firstSeen) < DAY - INTERVAL / 2;
