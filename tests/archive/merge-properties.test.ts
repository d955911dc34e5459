import fc from "fast-check";
import { expect, test } from "vitest";
import { type ArchivedArticle, merge } from "../../src/archive/merge.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { runs } from "../runs.ts";
import { keep, koreanDay, NOW, SOURCE, shown } from "./merging.ts";

/** Of any pages, in any order. */

const day = Date.parse("2026-01-20T00:00:00Z");
/** A timeline, newest first, some imported long after their day. */
const timeline = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 9000 }),
      digits: fc.integer({ min: 10, max: 99_999 }),
      imported: fc.boolean(),
    }),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((steps) => {
    let at = day;
    return steps
      .map(({ gap, digits, imported }, i) => {
        at += gap * 1000;
        const printed = new Date(at).toISOString();
        const taken = imported ? new Date(at - 400 * 86_400_000).toISOString() : printed;
        return shown(`${taken.slice(0, 19)}Z`, { key: `${digits}${i}`, title: `T${i}`, day: koreanDay(printed) });
      })
      .reverse();
  });
const windows = (articles: ScrapedArticle[]) =>
  fc
    .array(fc.nat({ max: articles.length - 1 }), { minLength: 1, maxLength: 12 })
    .map((starts) => starts.map((from) => articles.slice(from, from + 16)));
const pages = timeline.chain((articles) => fc.tuple(fc.constant(articles), windows(articles)));

test("merging a page again changes nothing", () => {
  fc.assert(
    fc.property(pages, ([, windows]) => {
      let kept: ArchivedArticle[] = [];
      for (const page of windows) {
        kept = keep(kept, page);
        expect(merge(kept, page, SOURCE, NOW + 1000).changed).toEqual([]);
      }
    }),
    { numRuns: runs(100) },
  );
});

test("pages in any order give the same articles; those with a time of their own, the same dates", () => {
  fc.assert(
    fc.property(
      pages.chain(([, windows]) =>
        fc.tuple(fc.constant(windows), fc.shuffledSubarray(windows, { minLength: windows.length })),
      ),
      ([one, other]) => {
        const run = (windows: ScrapedArticle[][]) =>
          windows.reduce<ArchivedArticle[]>((kept, page) => keep(kept, page), []);
        const dated = (kept: ArchivedArticle[]) =>
          kept
            .filter(({ dayOnly }) => !dayOnly)
            .map(({ key, published }) => `${key} ${published}`)
            .sort();
        const keys = (kept: ArchivedArticle[]) => kept.map(({ key }) => key).sort();
        const [a, b] = [run(one), run(other)];
        expect(keys(a)).toEqual(keys(b));
        expect(dated(a)).toEqual(dated(b));
      },
    ),
    { numRuns: runs(100) },
  );
});

test("ids and dates are unique, on their day, never change and nothing is lost", () => {
  fc.assert(
    fc.property(pages, ([, windows]) => {
      let kept: ArchivedArticle[] = [];
      const first = new Map<string, string>();
      for (const [i, page] of windows.entries()) {
        kept = keep(kept, page, NOW + i * 60_000);
        for (const { key, published } of kept) {
          expect(published).toBe(first.get(key) ?? published);
          first.set(key, published);
        }
        expect(kept).toHaveLength(first.size);
        expect(new Set(kept.map(({ id }) => id)).size).toBe(kept.length);
        expect(new Set(kept.map(({ published }) => published)).size).toBe(kept.length);
        for (const { day, published } of kept) expect(koreanDay(published)).toBe(day);
      }
    }),
    { numRuns: runs(100) },
  );
});

test("the order of one list survives sorting by date", () => {
  fc.assert(
    fc.property(timeline, (articles) => {
      expect(keep([], articles).map(({ key }) => key)).toEqual(articles.map(({ key }) => key));
    }),
    { numRuns: runs(100) },
  );
});
