import { describe, expect, test } from "vitest";
import type { ArchivedArticle } from "../../src/archive/merge.ts";
import { mustParseAgain, type Noise, suppressNoise, withKeptTexts } from "../../src/archive/noise.ts";
import type { ScrapedArticle } from "../../src/article.ts";

const NOW = Date.parse("2026-06-01T00:00:00Z");
const HOUR = 3600_000;
const at = (hours: number) => new Date(NOW + hours * HOUR).toISOString().replace(".000", "");

/** As many articles as are kept; the first `changed` of them with other words or numbers. */
const keptOf = (count: number): ArchivedArticle[] =>
  Array.from({ length: count }, (_, i) => ({ key: `${i}`, title: `Title ${i}`, excerpt: `Read 5 times` }) as never);
const shownOf = (kept: ArchivedArticle[], changed: number, excerpt: string): ScrapedArticle[] =>
  kept.map((article, i) => (i < changed ? { ...article, excerpt } : article) as never);
const textsOf = (articles: readonly ScrapedArticle[]) => articles.map(({ excerpt }) => excerpt);

/** Looks at a page, one an hour, each with other numbers in the first `changed` of its articles. */
function look(kept: ArchivedArticle[], changed: readonly number[], before?: Noise) {
  let noise = before;
  let last: readonly ScrapedArticle[] = [];
  for (const [i, count] of changed.entries()) {
    last = shownOf(kept, count, `Read ${i}${i} times`);
    ({ articles: last, noise } = suppressNoise(last, kept, noise, NOW + i * HOUR));
  }
  return { noise, texts: textsOf(last) };
}

describe("most articles that change", () => {
  const kept = keptOf(8);

  test("are edited at one look and at two, and noise at the third within a day", () => {
    expect(look(kept, [8])).toEqual({ noise: { looks: [at(0)] }, texts: Array(8).fill("Read 00 times") });
    expect(look(kept, [8, 8])).toEqual({ noise: { looks: [at(0), at(1)] }, texts: Array(8).fill("Read 11 times") });
    const { noise, texts } = look(kept, [8, 8, 8]);
    expect(noise).toMatchObject({ looks: [], since: at(2), last: at(2) });
    expect(texts).toEqual(textsOf(kept));
  });

  test("are half of them or more, of eight or more", () => {
    expect(look(kept, [4, 4, 4]).noise?.since).toBe(at(2));
    expect(look(kept, [3, 3, 3]).noise).toBeUndefined();
    expect(look(keptOf(7), [7, 7, 7]).noise).toBeUndefined();
    expect(look(kept, [0, 0, 0]).noise).toBeUndefined();
  });

  test("a look that shows no change does not count, and does not forget the others", () => {
    expect(look(kept, [8, 0, 8]).noise).toEqual({ looks: [at(0), at(2)] });
    expect(look(kept, [8, 8, 0]).noise).toEqual({ looks: [at(0), at(1)] });
    expect(look(kept, [8, 0, 8, 8]).noise?.since).toBe(at(3));
  });

  test("looks of a day ago are forgotten", () => {
    const looks = (hours: number) => suppressNoise(kept, kept, { looks: [at(0), at(1)] }, NOW + hours * HOUR).noise;
    expect(looks(23)).toEqual({ looks: [at(0), at(1)] });
    expect(looks(24)).toEqual({ looks: [at(1)] });
    expect(looks(25)).toBeUndefined();
  });
});

describe("during noise", () => {
  const kept = keptOf(9);
  const { noise } = look(kept, [9, 9, 9]) as { noise: Noise };

  test("what differs in its numbers only is kept as it was; a title and an excerpt that say something else are edits", () => {
    const shown = shownOf(kept, 9, "Read 1,234.5 times");
    shown[4] = { ...(shown[4] as ScrapedArticle), excerpt: "Corrected", title: "New" };
    const found = withKeptTexts(shown, kept, noise);
    expect(found[4]).toEqual(shown[4]);
    expect(textsOf(found.toSpliced(4, 1))).toEqual(textsOf(kept.slice(1)));
    expect(withKeptTexts(shown, kept, { looks: [] })).toEqual(shown);
  });

  test("all that changed is kept as it was, if most of it is not about numbers", () => {
    expect(textsOf(withKeptTexts(shownOf(kept, 6, "An advertisement"), kept, noise))).toEqual(textsOf(kept));
    // Few changes are no noise.
    const few = shownOf(kept, 4, "Read 6 times");
    expect(withKeptTexts(few, kept, noise)).toEqual(few);
    // Of six that changed, four differ in words: less than half of nine.
    const mixed = shownOf(kept, 6, "Read 6 times").map((article, i) =>
      i < 4 ? { ...article, excerpt: "Else" } : article,
    );
    expect(textsOf(withKeptTexts(mixed, kept, noise))).toEqual([
      ...Array(4).fill("Else"),
      ...Array(5).fill("Read 5 times"),
    ]);
  });

  test("titles are noise of their own", () => {
    const shown = kept.map((article, i) => ({
      ...article,
      title: `Title ${i + 100}`,
      excerpt: i ? article.excerpt : "New",
    }));
    const found = withKeptTexts(shown as never, kept, noise);
    expect(found.map(({ title }) => title)).toEqual(kept.map(({ title }) => title));
    expect(found[0]?.excerpt).toBe("New");
  });

  test("an article that is not kept yet is as it is shown", () => {
    const shown = [{ key: "new", title: "New", excerpt: "Read 7 times" } as never, ...shownOf(kept, 9, "Read 8 times")];
    expect(textsOf(withKeptTexts(shown, kept, noise))).toEqual(["Read 7 times", ...textsOf(kept)]);
  });

  test("it goes on while most articles change from look to look, and ends 36 hours after they did", () => {
    const next = (before: Noise, changed: number, excerpt: string, hours: number) =>
      suppressNoise(shownOf(kept, changed, excerpt), kept, before, NOW + hours * HOUR);
    const changing = next(noise, 9, "Read 9 times", 10).noise as Noise;
    expect(changing).toMatchObject({ since: at(2), last: at(10) });
    // The same as at the last look, though not as it is kept.
    const still = next(changing, 9, "Read 9 times", 20).noise as Noise;
    expect(still).toEqual(changing);
    // Four of nine are no majority, five are.
    const mixed = (changed: number) =>
      shownOf(kept, 9, "Read 9 times").map((article, i) =>
        i < changed ? { ...article, excerpt: "Read 10" } : article,
      );
    expect(suppressNoise(mixed(4), kept, still, NOW + 30 * HOUR).noise).toMatchObject({ last: at(10) });
    expect(suppressNoise(mixed(5), kept, still, NOW + 30 * HOUR).noise).toMatchObject({ last: at(30) });
    const { articles, noise: before } = next(still, 9, "Read 9 times", 45);
    expect([before, textsOf(articles)]).toEqual([changing, textsOf(kept)]);
    expect(mustParseAgain(before, NOW + 45 * HOUR)).toBe(false);
    expect(mustParseAgain(before, NOW + 46 * HOUR)).toBe(true);
    expect(next(still, 9, "Read 9 times", 46)).toEqual({
      articles: shownOf(kept, 9, "Read 9 times"),
      noise: undefined,
    });
  });
});

test("an article that was edited as often as it may be is named, so that the page is read again", () => {
  const edits = Array.from({ length: 4 }, (_, i) => ({ at: at(-i), fields: ["excerpt" as const] }));
  const kept = keptOf(3).map((article, i) => (i < 2 ? { ...article, edits } : article));
  const { noise, articles } = suppressNoise(shownOf(kept, 1, "Else"), kept, undefined, NOW);
  expect([noise, articles[0]?.excerpt]).toEqual([{ looks: [], editLimited: ["0"] }, "Else"]);
  expect(mustParseAgain(noise, NOW)).toBe(true);
  expect(mustParseAgain({ looks: [at(0)] }, NOW + 99 * HOUR)).toBe(false);
  expect(mustParseAgain(undefined, NOW)).toBe(false);
  expect(suppressNoise(kept as never, kept, noise, NOW).noise).toBeUndefined();
});
