import fc from "fast-check";
import { expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { tokensOf } from "../../src/archive/search-index.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { canonicalQuery, parseParameters } from "../../src/query/parameters.ts";
import { matchesTerms, parseSearchTerms, searchText } from "../../src/query/search-terms.ts";
import { plainText } from "../../src/scrape/text.ts";
import { runs } from "../runs.ts";
import { articlesIn, HOUR, listing, NOW, shownAt } from "./fixtures.ts";

/** Few letters and words, so that random texts and queries meet. */
const PIECES = [
  ..."missile missiles Missile-test U.S. DPRK kim Kim's jong un 2026 1.5 café cafe Ким Кима ça Ω ΣΟΦΟΣ ﬁre １２".split(
    " ",
  ),
  ..."José jose ÉTÉ ete łódź straße 로동 노동당 조선로동당 녀성 여성 리명박 이명박 니명 미싸일 력사 로 라 땅크 2026년 년간".split(
    " ",
  ),
  ..."북한 북한은 미사일 미사 사일 일 은 김정은 정은 朝鮮 朝鲜 中朝 東京 とうきょう ミサイル ใน ไทย 한a a한 𠮷野 𠮷".split(
    " ",
  ),
  ...[" ", " ", " ", "-", ".", ",", " ,", "'", "’", "《", "》", "\u00a0", "_", "_t", "\u200b", "e\u0301"],
];
const text = (most: number) =>
  fc.array(fc.constantFrom(...PIECES), { maxLength: most }).map((pieces) => pieces.join(""));
const spaced = (most: number) =>
  fc.array(fc.constantFrom(...PIECES), { maxLength: most }).map((pieces) => pieces.join(" "));
const prose = (most: number) => fc.oneof(text(most), spaced(most));

const word = fc.oneof(
  fc.constantFrom(...PIECES).map((piece) => piece.replace(/["|\s]/g, "")),
  fc.tuple(fc.constantFrom(...PIECES), fc.nat(3)).map(([piece, length]) =>
    [...piece]
      .slice(0, length + 1)
      .join("")
      .replace(/["|\s]/g, ""),
  ),
  prose(3).map((phrase) => `"${phrase.replace(/["|]/g, "")}"`),
);
const term = fc.tuple(fc.constantFrom("", "", "", "-", "title:", "-title:"), word).map((parts) => parts.join(""));
const query = fc
  .array(fc.tuple(term, fc.constantFrom(" ", " ", " | ")), { minLength: 1, maxLength: 4 })
  .map((terms) => terms.flat().slice(0, -1).join(""));

const articles = fc.array(fc.record({ title: prose(5), excerpt: prose(6), body: prose(12) }), {
  minLength: 1,
  maxLength: 12,
});

async function searched(archive: Archive, q: string): Promise<string[] | undefined> {
  const parsed = parseParameters(new URLSearchParams({ q, limit: "500" }));
  if ("error" in parsed) return undefined;
  const found = await archive.find({
    sources: ["kcna-en"],
    view: "newest",
    query: canonicalQuery(parsed.values).toString(),
    now: NOW,
  });
  return found.articles.map(({ key }) => key);
}

test("the index finds exactly what the matcher finds, in every script", async () => {
  let found = 0;
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(articles, fc.array(query, { minLength: 6, maxLength: 6 }), async (texts, queries) => {
      const archive = new Archive(nodeSql(":memory:"));
      const shown = texts.map(({ title, excerpt }, i) => shownAt(NOW - i * HOUR, title || "Untitled", excerpt));
      archive.commit([listing(shown)], NOW);
      const pages = shown.map((article, i) => ({
        source: "kcna-en",
        site: "kcnawatch",
        timeZone: "Asia/Pyongyang",
        article,
        body: `<p>${texts[i]?.body}</p>`,
      }));
      archive.commit([{ source: "kcna-en", pages }], NOW);
      const kept = articlesIn(archive).reverse();
      for (const q of queries) {
        const keys = await searched(archive, q);
        if (!keys) continue;
        asked++;
        const terms = parseSearchTerms(q.trim());
        const wanted = kept
          .filter(({ key, title, excerpt }) => {
            const i = shown.findIndex((article) => article.key === key);
            return matchesTerms(terms, searchText(title, `${excerpt} ${plainText(pages[i]?.body ?? "")}`));
          })
          .map(({ key }) => key);
        expect(keys, q).toEqual(wanted);
        found += keys.length;
      }
    }),
    { numRuns: runs(60, 120) },
  );
  // A test in which nothing is ever found would hold as well.
  expect(asked).toBeGreaterThan(runs(100, 200));
  expect(found).toBeGreaterThan(asked);
});

test("words of one and two syllables, and words that only the text has, are found in everything that is kept", async () => {
  const archive = new Archive(nodeSql(":memory:"));
  for (let i = 0; i < 40; i++) {
    const articles = Array.from({ length: 25 }, (_, k) =>
      shownAt(NOW - (i * 25 + k) * 24 * HOUR, `Article ${i * 25 + k}`),
    );
    archive.commit([listing(articles, { unbroken: false })], NOW);
  }
  const oldest = shownAt(NOW - 999 * 24 * HOUR, "Article 999");
  archive.commit(
    [
      {
        source: "kcna-en",
        pages: [
          {
            source: "kcna-en",
            site: "kcnawatch",
            timeZone: "Asia/Pyongyang",
            article: oldest,
            body: "<p>평양에서 눈이 온다</p>",
          },
        ],
      },
    ],
    NOW,
  );
  for (const q of ["눈", "평양", "양에", "에서", "title:999", "999 평양"])
    expect(await searched(archive, q), q).toEqual([oldest.key]);
  for (const q of ["양서", "title:평양", "998 평양"]) expect(await searched(archive, q), q).toEqual([]);
});

test("a hit that only the text has comes with its context, if that is asked for", async () => {
  const archive = new Archive(nodeSql(":memory:"));
  const [first, second] = [shownAt(NOW, "Missile"), shownAt(NOW - HOUR, "Another")];
  archive.commit([listing([first, second])], NOW);
  const pages = [first, second].map((article) => ({
    source: "kcna-en",
    site: "kcnawatch",
    timeZone: "Asia/Pyongyang",
    article,
    body: `<p>${"Before. ".repeat(100)}A missile &amp; more. ${"After. ".repeat(100)}</p>`,
  }));
  archive.commit([{ source: "kcna-en", pages }], NOW);
  const ask = (snippets: boolean) =>
    archive.find({ sources: ["kcna-en"], view: "newest", query: "q=missile", now: NOW, snippets });
  const { snippets = {}, articles } = await ask(true);
  expect(articles).toHaveLength(2);
  expect(Object.keys(snippets)).toEqual([second.id]);
  expect(snippets[second.id]?.text).toContain("Before. A missile & more. After.");
  expect((await ask(false)).snippets).toBeUndefined();
});

test("what a query looks at is bounded, and its next links go on to the end", async () => {
  const archive = new Archive(nodeSql(":memory:"));
  for (let i = 0; i < 10; i++) {
    const articles = Array.from({ length: 100 }, (_, k) =>
      shownAt(NOW - (i * 100 + k) * HOUR, `Article ${i * 100 + k}`),
    );
    archive.commit([listing(articles, { unbroken: false })], NOW);
  }
  for (const q of ["-title:article", "zz", "a -article"]) {
    let pages = 0;
    let cursor = "";
    for (; pages < 100; pages++) {
      const found = await archive.find({
        sources: ["kcna-en"],
        view: "newest",
        query: `q=${encodeURIComponent(q)}${cursor}`,
        now: NOW,
      });
      expect(found.articles).toEqual([]);
      if (!found.next) break;
      cursor = `&before=${found.next.published}_${found.next.key}`;
    }
    expect(pages).toBeLessThan(10);
  }
});

test("the tokens of an article: words, with a mark those of the title, pairs of letters; of many words, each once", () => {
  const tokens = "kim met kim _tkim _tmet _tkim _ae40 _ae40_c815 _c815 _c815_c740 _c740 a 2026 _b144 ok";
  expect(tokensOf("Kim met Kim", "김정은 à", "2026년 ok")).toEqual({
    tokens,
    words: "kim met kim a 2026 ok".split(" "),
  });
  expect(tokensOf("", "", "")).toEqual({ tokens: "", words: [] });
  // The other spelling of a beginning is that of a word's beginning alone.
  expect(tokensOf("", "2026리명박 리명박", "").tokens.match(/_s_\w+/g)).toEqual(["_s_c774_ba85"]);
  const [letters, other] = ["x".repeat(80), "ж".repeat(80)];
  expect(tokensOf("", letters, other).words.map(({ length }) => length)).toEqual([64, 64]);
  const once = (count: number) => tokensOf("", "a b ".repeat(count / 2), "").words.length;
  expect([once(100), once(102)]).toEqual([100, 2]);
});

test("a text of 200,000 letters without a space is indexed like any other", () => {
  const { tokens } = tokensOf("", "", "가나".repeat(100_000));
  expect(new Set(tokens.split(" "))).toEqual(new Set(["_ac00", "_b098", "_ac00_b098", "_b098_ac00"]));
});
