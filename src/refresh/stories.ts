import { readBodies, sizeOf, tell } from "../archive/bodies.ts";
import type { SourceHealth } from "../archive/health.ts";
import { type Opened, replace, take } from "../archive/store.ts";
import { type Article, instant } from "../article.ts";
import type { Source, Story } from "../sites/site.ts";
import { INTERVAL } from "./due.ts";
import { fetchPage, type Visit } from "./fetch.ts";

/**
 * Article pages, behind the cron: those of new articles, newest first, a few a tick; then, with what is left, those
 * of young articles once a day, in case they were edited.
 */
export interface Work {
  source: Source;
  visit: Visit;
  opened: Opened;
  /** Pages that could not be read, as health keeps them; changed here. */
  stories: NonNullable<SourceHealth["stories"]>;
}

const HOUR = 3600_000;
const DAY = 24 * HOUR;
/** How long an article is looked at again. */
const YOUNG = 3 * DAY;
/** Waits after a page that had no body: after the last, it is let be. */
const WAITS = [HOUR, 6 * HOUR, DAY];

/** Reads up to `most` article pages and puts what they tell into the opened archives. Returns how many it read. */
export async function readStories(kv: KVNamespace, works: readonly Work[], most: number, now: number): Promise<number> {
  for (const work of works) forgetOld(work);
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
      replace(work.opened, [{ ...article, body: sizeOf(body.html) }]);
      continue;
    }
    if (read >= most || work.visit.budget.left <= 0) break;
    read++;
    const page = await readStory(work, article);
    if ("story" in page) await keepStory(kv, works, work, article, page.story, now);
    else putOff(work, article, now);
    // A website that refuses or does not answer is asked no further in this tick.
    if ("unreachable" in page) break;
  }
  return read;
}

async function readStory(
  { visit, source }: Work,
  { url }: Article,
): Promise<{ story: Story } | { unreachable: true } | { unread: true }> {
  const { pathname } = new URL(url);
  const fetched = await fetchPage(visit, pathname);
  if (!("html" in fetched)) return { unreachable: true };
  if (!visit.site.answers(pathname, fetched.path)) return { unread: true };
  const page = visit.site.readStory(fetched.html, source, new URL(fetched.path, visit.origin).href);
  return "story" in page ? page : { unread: true };
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
      if (shown) replace(opened, [{ ...told, ...own(shown) }]);
    }
  }
  if (story.body) delete work.stories[article.key];
  else putOff(work, article, now);
  if (story.more.length > 0) take(work.opened, story.more, now);
}

/** What a source's copy of an article has of its own. */
const own = ({ source, published, firstSeen, title, excerpt }: Article) => ({
  source,
  published,
  firstSeen,
  title,
  excerpt,
});

function putOff({ stories }: Work, { key }: Article, now: number): void {
  const tries = (stories[key]?.tries ?? 0) + 1;
  const wait = WAITS[tries - 1];
  stories[key] = { tries, next: wait === undefined ? NEVER : instant(now + wait) };
}

const NEVER = "9999-12-31T23:59:59Z";

function forgetOld({ stories, opened }: Work): void {
  const kept = new Set(opened.kept.map(({ key }) => key));
  for (const key of Object.keys(stories)) if (!kept.has(key)) delete stories[key];
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
  // An article that two sources show has one page and one body.
  const seen = new Set<string>();
  const once = ({ article: { id } }: { article: Article }) => !seen.has(id) && Boolean(seen.add(id));
  return [
    ...due.filter(({ article }) => !article.body).sort(byDate),
    ...due.filter(({ article }) => article.body && isDayOld(article, now)).sort(byDate),
  ].filter(once);
}

/** Whether a full day, or two, since the first sight ended in this tick: so a day is told without keeping a time. */
function isDayOld({ firstSeen }: Article, now: number): boolean {
  const age = now - Date.parse(firstSeen);
  return age < YOUNG && age >= DAY && age % DAY < INTERVAL;
}
