import { DatabaseSync } from "node:sqlite";
import { expect } from "vitest";
import type { PushedPage } from "../bench/stores.ts";
import { articlePage, fragment, listingPage, type Shown } from "../replica/markup.ts";
import { printedDay } from "../replica/website.ts";

/** For tests that kill a bridge: pages to push without an end, and what must be left of them. */

const MINUTE = 60_000;

/** Two sources of the website that move on by three articles a page, an edit at every fourth page, and texts. */
export const SOURCES = [
  { id: "kcna-en", name: "KCNA.kp (En)", number: 156 },
  { id: "rodong-ko", name: "Rodong Sinmun (Kr)", number: 189661 },
] as const;
const FIRST = Date.parse("2026-01-10T00:00:00Z");

/** Article `n` of a source, as the page that is pushed as number `i` shows it. */
function articleAt(which: number, n: number, i: number): Shown {
  const at = FIRST + n * 20 * MINUTE + which * 1000;
  // Every tenth article is edited by and by.
  const isEdited = n % 10 === 0 && i >= n + 4;
  const title = `${which === 0 ? "Field guidance" : "현지지도 소식"} ${n}${isEdited ? ", corrected" : ""}`;
  return {
    key: `${at / 1000}-${which}${n}`,
    slug: `article-${n}`,
    title,
    excerpt: `Pyongyang (KCNA) -- What ${title} says`,
    printed: printedDay(at),
    body: [`${title}: the text, first paragraph.`, "김정은 and the second paragraph, which is of the usual length."],
  };
}

/** What is pushed as number `i`. */
export function pageAt(i: number): PushedPage & { source: string; keys: string[] } {
  const which = i % 2;
  const { id, name, number } = SOURCES[which] as (typeof SOURCES)[number];
  const newest = i * 3;
  const shown = (count: number, from = 0) =>
    Array.from({ length: count }, (_, k) => newest - from - k)
      .filter((n) => n >= 0)
      .map((n) => articleAt(which, n, i));
  const [first] = shown(1);
  if (i % 5 === 4 && first) {
    const path = `/newstream/${first.key}/${first.slug}/`;
    return { source: id, path, html: articlePage(name, first, shown(4, 1)), keys: [first.key] };
  }
  const articles = i % 7 === 6 ? shown(10, 10) : shown(16);
  const keys = articles.map(({ key }) => key);
  const fragmentPath = `/wp-admin/admin-ajax.php?action=get_cat_by_source&from=10&to=10&id=${number}`;
  if (i % 7 === 6 && which === 1) return { source: id, path: fragmentPath, html: fragment(articles), keys };
  const path =
    which === 0 ? `/article/${number}/` : `/wp-admin/admin-ajax.php?action=get_cat_by_source&from=0&to=0&id=${number}`;
  return { source: id, path, html: which === 0 ? listingPage(name, articles) : fragment(articles), keys };
}

interface Item {
  id: string;
  title: string;
  summary?: string;
  date_published: string;
  content_html?: string;
  content_text?: string;
}

/** All that the feeds hold, following their next links. */
export async function allItems(origin: string): Promise<Item[]> {
  const items: Item[] = [];
  let next: string | undefined = `${origin}/feeds/kcna-en+rodong-ko.json?content=full&limit=500`;
  while (next) {
    const response: Response = await fetch(next);
    expect(response.status).toBe(200);
    const feed = (await response.json()) as { items: Item[]; next_url?: string };
    items.push(...feed.items);
    next = feed.next_url;
  }
  return items.map(({ id, title, summary, date_published, content_html, content_text }) => ({
    id,
    title,
    ...(summary !== undefined && { summary }),
    date_published,
    ...(content_html !== undefined && { content_html }),
    ...(content_text !== undefined && { content_text }),
  }));
}

/** Checks an archive's file as it was left; returns the rows of its journal. */
export function inspect(file: string): Record<string, unknown>[] {
  const database = new DatabaseSync(file);
  const row = (sql: string) => ({ ...database.prepare(sql).get() });
  try {
    expect(row("PRAGMA integrity_check")).toEqual({ integrity_check: "ok" });
    if (!row("SELECT 1 AS there FROM sqlite_schema WHERE name = 'journal'").there) return [];
    expect(row("SELECT coalesce(max(seq), 0) - count(*) AS holes FROM journal")).toEqual({ holes: 0 });
    // An article has its entry in the search index and, for each source that lists it, its place in a month's count.
    const { articles, searchable, listed, counted } = row(
      `SELECT (SELECT count(*) FROM article) AS articles, (SELECT count(*) FROM search) AS searchable,
       (SELECT count(*) FROM listing) AS listed, (SELECT coalesce(sum(articles), 0) FROM month) AS counted`,
    );
    expect({ searchable, counted }).toEqual({ searchable: articles, counted: listed });
    return database
      .prepare("SELECT * FROM journal ORDER BY seq")
      .all()
      .map((each) => ({ ...each }));
  } finally {
    database.close();
  }
}
