import fc from "fast-check";
import { expect, test } from "vitest";
import { merge } from "../../src/archive/merge.ts";
import type { Article, ScrapedArticle } from "../../src/article.ts";
import { BUILT_IN } from "../../src/sites/index.ts";
import { readArticlePage, readListing } from "../../src/sites/reader.ts";
import type { Source } from "../../src/sites/site.ts";
import { page } from "../pages.ts";
import { runs } from "../runs.ts";
import { XSS } from "../xss.ts";

const kcna = BUILT_IN[0] as Source;
const LISTINGS = [
  "source-156",
  "load-more-10",
  "markup-chrome",
  "markup-day-headings",
  "markup-flat",
  "markup-image-alt",
  "markup-nested",
  "markup-renamed-classes",
  "markup-xyz",
  "signup",
  "challenge",
];
const PAGES = [...LISTINGS, ...new Array<string>(6).fill("article")].map((name) => page(name));

/** Pieces that break pages: what a template, an editor or an attacker leaves behind. */
const piece = fc.oneof(
  fc.constantFrom(
    "<",
    ">",
    "</div>",
    "<div>",
    "<div ",
    "</a>",
    '<a href="/newstream/1769737240-205284/x/">',
    '<a href="/newstream/1769737240-205284">January 31, 2026</a>',
    '<a href="https://kcnawatch.org/newstream/1769737241-205285/%E0%A4%A/">',
    "<article>",
    "</article>",
    "<h1>",
    "<table><tr>",
    "<!--",
    "<![CDATA[",
    "<script>",
    "<plaintext>",
    "<constructor __proto__=x>",
    "&",
    "&#0;",
    "&#xD800;",
    "&#99999999;",
    '"',
    "'",
    "\u0000",
    "\ud800",
    "\ufffe",
    "January 30, 2026",
    "February 30, 2026",
    "99/99/9999",
    "0000-00-00",
    "평양",
  ),
  fc.constantFrom(...XSS),
  fc.constant("<b>".repeat(500)),
  fc.constant("x".repeat(20_000)),
  fc.string({ unit: "binary", maxLength: 20 }),
);

interface Cut {
  at: number;
  length: number;
  /** What becomes of the characters there: gone, there twice, moved to the start, or gone for a piece. */
  how: "gone" | "twice" | "first" | "replaced";
  piece: string;
}

const cut = fc.record<Cut>({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 5000 })),
  how: fc.constantFrom("gone", "twice", "first", "replaced"),
  piece,
});

const mutated = fc
  .tuple(fc.constantFrom(...PAGES), fc.array(cut, { minLength: 1, maxLength: 6 }))
  .map(([html, cuts]) => cuts.reduce(mutate, html));

function mutate(html: string, { at, length, how, piece }: Cut): string {
  const start = Math.floor(at * html.length);
  const [before, middle, after] = [html.slice(0, start), html.slice(start, start + length), html.slice(start + length)];
  if (how === "gone") return before + after;
  if (how === "twice") return before + middle + middle + after;
  return how === "first" ? middle + before + after : before + piece + after;
}

const URLS = [
  "https://kcnawatch.org/article/156/",
  "https://kcnawatch.org/newstream/1616457600-12345/respected-comrade/",
  "https://kcnawatch.org/wp-admin/admin-ajax.php?action=get_cat_by_source&die=true&from=10&to=10&sort=&id=189661",
];

function sound(articles: readonly ScrapedArticle[]): void {
  expect(new Set(articles.map(({ key }) => key)).size).toBe(articles.length);
  for (const { key, id, url, day, title, excerpt, collectedAt = 0 } of articles) {
    expect(key).toMatch(/^\d{6,12}-\d{1,12}$/);
    expect(id).toBe(`tag:kcnawatch.org,2026:newstream/${key}`);
    expect(new URL(url).origin).toBe("https://kcnawatch.org");
    expect(new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(day);
    for (const text of [title, excerpt]) {
      expect(text).toBe(text.trim());
      expect(text.isWellFormed()).toBe(true);
    }
    expect(Number.isFinite(collectedAt)).toBe(true);
  }
}

function explained({ reason, detail }: { reason: string; detail: string }): void {
  expect(reason).toMatch(/^[a-z-]+$/);
  expect(detail.length).toBeGreaterThan(10);
}

test("a mutated page gives sound articles or a reason, as a listing and as an article page", () => {
  const now = Date.parse("2026-02-01T00:00:00Z");
  let [listings, stories, failures] = [0, 0, 0];
  fc.assert(
    fc.property(mutated, fc.constantFrom(...BUILT_IN), fc.constantFrom(...URLS), (html, source, url) => {
      const listing = readListing({ html, source, address: url });
      if ("articles" in listing) {
        sound(listing.articles);
        const { changed } = merge(
          [],
          listing.articles,
          { source: source.id, site: source.site.name, timeZone: source.site.timeZone },
          now,
        );
        expect(new Set(changed.map(({ published }) => published)).size).toBe(changed.length);
        expect(changed.every(({ published }: Article) => Date.parse(published) <= now)).toBe(true);
        listings++;
      } else {
        explained(listing.failure);
        failures++;
      }
      const page = readArticlePage({ html, source: kcna, address: url });
      if ("failure" in page) return explained(page.failure);
      sound([page.story.article]);
      sound(page.story.related);
      expect(page.story.body ?? "").not.toMatch(/<(?:script|style|iframe|form|svg|!)/i);
      stories++;
    }),
    { numRuns: runs(700, 1500) },
  );
  console.log(`mutated pages: ${listings} listings, ${stories} article pages, ${failures} refused`);
  expect(Math.min(listings, stories, failures)).toBeGreaterThan(10);
});
