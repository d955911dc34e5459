import { describe, expect, test } from "vitest";
import type { ArticleDocument, VersionDocument } from "../../src/web/article-document.ts";
import { citationOf } from "../../src/web/citation.ts";
import { articleLinks, mementoLinks, timeMap } from "../../src/web/memento.ts";

/** What a scholar copies, and what archives of the web read, whole. */

const BASE = "https://bridge.example/articles/kcnawatch/1-2";
const versions = [1, 2, 3, 4, 5].map((n) => ({
  n,
  at: `2026-06-0${n}T01:02:03Z`,
  title: `T${n}`,
  url: `${BASE}/v${n}`,
}));
const document = {
  article: {
    ...{ site: "kcnawatch", key: "1-2 {x}", url: "https://kcnawatch.org/newstream/1-2/{slug}/" },
    ...{ day: "2026-05-31", language: "ko" },
  },
  outlet: "Rodong & Sinmun",
  timemap: `${BASE}/timemap`,
  versions,
} as unknown as ArticleDocument;

test("a citation names outlet, title, day, address, version, when it was read, and where it is kept", () => {
  const version = { ...versions[1], title: "50 % of {all} \\ ~^" } as unknown as VersionDocument;
  const { text, bibtex, csl } = citationOf(document, version);
  expect(text).toBe(
    "Rodong & Sinmun, “50 % of {all} \\ ~^”, 31 May 2026, https://kcnawatch.org/newstream/1-2/{slug}/. " +
      `Version 2, read by bridge.example on 2 June 2026, ${BASE}/v2.`,
  );
  expect(bibtex.split("\n")).toEqual([
    "@misc{kcnawatch-1-2207bx7d-v2,",
    "  title = {{50 \\% of \\textbraceleft{}all\\textbraceright{} \\textbackslash{} \\textasciitilde{}\\textasciicircum{}}},",
    "  author = {{Rodong \\& Sinmun}},",
    "  year = {2026},",
    "  month = {5},",
    "  day = {31},",
    "  url = {https://kcnawatch.org/newstream/1-2/%7Bslug%7D/},",
    "  urldate = {2026-06-02},",
    `  note = {Version 2, read by bridge.example on 2 June 2026: \\url{${BASE}/v2}},`,
    "  langid = {ko},",
    "}",
  ]);
  expect(csl).toEqual({
    id: "kcnawatch-1-2 {x}-v2",
    type: "article-newspaper",
    title: "50 % of {all} \\ ~^",
    "container-title": "Rodong & Sinmun",
    language: "ko",
    issued: { "date-parts": [[2026, 5, 31]] },
    accessed: { "date-parts": [[2026, 6, 2]] },
    URL: "https://kcnawatch.org/newstream/1-2/{slug}/",
    version: "2",
    archive: "bridge.example",
    archive_location: `${BASE}/v2`,
  });
});

test("signs that TeX prints as others are escaped: `<` as ¡, `>` as ¿, `|` as a dash", () => {
  const version = { ...versions[0], title: "<Ode | Song>" } as unknown as VersionDocument;
  expect(citationOf(document, version).bibtex).toContain(
    "  title = {{\\textless{}Ode \\textbar{} Song\\textgreater{}}},\n",
  );
});

test("two articles whose keys are in Korean have two keys in BibTeX", () => {
  const keyOf = (key: string) => {
    const one = { ...document, article: { ...document.article, key } };
    return /^@misc\{([\w.:-]+),$/m.exec(citationOf(one, versions[0] as unknown as VersionDocument).bibtex)?.[1];
  };
  expect(keyOf("평양")).toBeDefined();
  expect(keyOf("평양")).not.toBe(keyOf("서울"));
});

test("nobody reads an article before its day: both are days in Korea", () => {
  const early = { ...document, article: { ...document.article, day: "2026-06-02" } };
  const version = { ...versions[0], at: "2026-06-01T23:30:00Z" } as unknown as VersionDocument;
  const { text, bibtex, csl } = citationOf(early, version);
  expect(text).toContain(", 2 June 2026, ");
  expect(text).toContain(" read by bridge.example on 2 June 2026, ");
  expect(bibtex).toContain("urldate = {2026-06-02},");
  expect(csl).toMatchObject({ issued: { "date-parts": [[2026, 6, 2]] }, accessed: { "date-parts": [[2026, 6, 2]] } });
});

describe("links between versions (RFC 7089)", () => {
  const date = (n: number) => `datetime="${new Date(`2026-06-0${n}T01:02:03Z`).toUTCString()}"`;
  const memento = (n: number, rel: string) => `<${BASE}/v${n}>; rel="${rel}"; ${date(n)}`;
  const original = '<https://kcnawatch.org/newstream/1-2/{slug}/>; rel="original"';
  const timemap = `<${BASE}/timemap>; rel="timemap"; type="application/link-format"`;

  test.each([
    [0, [memento(1, "first memento"), memento(2, "next memento"), memento(5, "last memento")]],
    [
      1,
      [memento(1, "first prev memento"), memento(2, "memento"), memento(3, "next memento"), memento(5, "last memento")],
    ],
    [
      3,
      [memento(1, "first memento"), memento(3, "prev memento"), memento(4, "memento"), memento(5, "last next memento")],
    ],
    [4, [memento(1, "first memento"), memento(4, "prev memento"), memento(5, "last memento")]],
  ])("of the version with index %i: the first, the last, those beside it, and itself, each once", (n, expected) => {
    const cite = `<${BASE}/v${n + 1}>; rel="cite-as"`;
    expect(mementoLinks(document, n)).toBe([original, timemap, cite, ...expected].join(", "));
  });

  test("the article's are to be cited in its newest version", () => {
    expect(articleLinks(document)).toBe([original, timemap, `<${BASE}/v5>; rel="cite-as"`].join(", "));
  });

  test("the TimeMap has every version and the span of all", () => {
    const self = timemap.replace('"timemap"', '"self"');
    const span = `; from=${date(1).slice(9)}; until=${date(5).slice(9)}`;
    const all = [
      memento(1, "first memento"),
      ...[2, 3, 4].map((n) => memento(n, "memento")),
      memento(5, "last memento"),
    ];
    expect(timeMap(document)).toBe([original, self + span, ...all].join(",\n"));
    expect(timeMap({ ...document, versions: [] })).toBe([original, self].join(",\n"));
  });
});
