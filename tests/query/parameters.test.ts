import { describe, expect, test } from "vitest";
import type { Article } from "../../src/article.ts";
import { filterArticles, mergeSources } from "../../src/query/filter.ts";
import { PARAMETERS } from "../../src/query/parameters.ts";
import { parseQuery } from "../../src/query/query.ts";

/** As many as `lang` takes. */
const LANGUAGES = Array.from({ length: 20 }, (_, i) => `${String.fromCharCode(97 + i)}x`);

const NOW = Date.parse("2026-01-31T00:00:00Z");
const ask = (query: string) => parseQuery(new URLSearchParams(query), NOW);

async function canonical(query: string): Promise<string> {
  const parsed = await ask(query);
  if ("error" in parsed) throw new Error(parsed.error.detail);
  return decodeURIComponent(parsed.query.canonical.replaceAll("+", " "));
}

async function bad(query: string) {
  const parsed = await ask(query);
  return "error" in parsed ? parsed.error : undefined;
}

describe("good values and their canonical form", () => {
  test.each([
    ["", ""],
    ["limit=1", "limit=1"],
    ["limit=500", "limit=500"],
    ["limit=50", "limit=50"],
    ["limit=007", "limit=7"],
    ["content=excerpt&sort=newest", ""],
    ["content=FULL", "content=full"],
    ["mode=fulltext", "content=full"],
    ["mode=FullText&content=full", "content=full"],
    ["sort=oldest", "sort=oldest"],
    ["sorted=true&sorted2=", undefined],
    ["sorted=false", ""],
    ["since=2026-01-30", "since=2026-01-30"],
    ["since=2024-02-29", "since=2024-02-29"],
    ["since=24h", "since=1d"],
    ["since=2W", "since=14d"],
    ["since=7d&until=36h", "since=7d&until=36h"],
    ["since=2026-01-30T09:00:00%2B09:00", "since=2026-01-30T00:00:00Z"],
    ["since=2026-01-30T09:00:00+09:00", "since=2026-01-30T00:00:00Z"],
    ["since=2026-01-30t09:00z", "since=2026-01-30T09:00:00Z"],
    ["lang=EN", "lang=en"],
    ["lang=ko,en,en", "lang=en,ko"],
    ["lang=,ko%20en%2Bzh-hant,%20,", "lang=en,ko,zh-hant"],
    [`lang=${LANGUAGES.join(",")}`, `lang=${LANGUAGES.join(",")}`],
    ["q=b+A", "q=a b"],
    ["q=&since=&limit=", ""],
    ["utm_source=x&utm_medium=y&fbclid=1&gclid=2&_=3", ""],
    ["q=b&limit=5&lang=en", "lang=en&limit=5&q=b"],
    ["before=2026-01-30T01:40:40Z_1769737240-205284", "before=2026-01-30T01:40:40Z_1769737240-205284"],
    // Keys of any site: 32 hexadecimal digits, numbers, dates with letters; and the edits' own.
    [
      "before=2026-01-30T01:40:40Z_0123456789abcdef0123456789abcdef",
      "before=2026-01-30T01:40:40Z_0123456789abcdef0123456789abcdef",
    ],
    ["before=2026-01-30T01:40:40Z_48213", "before=2026-01-30T01:40:40Z_48213"],
    ["before=2026-01-30T01:40:40Z_AKR20260130012345504", "before=2026-01-30T01:40:40Z_AKR20260130012345504"],
    ["before=2026-01-30T01:40:40Z_c000000000812", "before=2026-01-30T01:40:40Z_c000000000812"],
    ["filter=A|b&filter_case_sensitive=false", "filter=A|b&filter_case_sensitive=false"],
    ["filter_case_sensitive=false", ""],
    ["filter=a&filter_case_sensitive=true", "filter=a"],
    ["brief=100&filter_time=3600", "brief=100&filter_time=3600"],
    ["once=1", "once=true"],
    ["once=TRUE", "once=true"],
    ["once=false", ""],
    ["once=0&edits=all&filter_case_sensitive=1", ""],
    // Spaces at the ends are a part of a regular expression, and of nothing else.
    ["filter=+launch+&limit=+5+&q=+a+", "filter= launch &limit=5&q=a"],
    [
      "filterout_title=a+&filter_time=+60+&filter_case_sensitive=+false+",
      "filter_case_sensitive=false&filter_time=60&filterout_title=a ",
    ],
    ["since=+&filter=+", ""],
  ])("%s → %s", async (query, expected) => {
    if (expected === undefined) expect(await bad(query)).toBeDefined();
    else expect(await canonical(query)).toBe(expected);
  });
});

describe("bad values name the parameter and what it takes", () => {
  test.each([
    ["limit=0", "limit"],
    ["limit=501", "limit"],
    ["limit=-1", "limit"],
    ["limit=5.5", "limit"],
    ["limit=1e2", "limit"],
    ["limit=ten", "limit"],
    ["limit=5&limit=6", "limit"],
    ["content=all", "content"],
    ["sort=random", "sort"],
    ["since=yesterday", "since"],
    ["since=2026-02-30", "since"],
    ["since=2026-1-3", "since"],
    ["since=0d", "since"],
    ["since=7x", "since"],
    ["since=99999w", "since"],
    ["until=2026-01-30T25:00:00Z", "until"],
    ["until=2026-02-30T00:00:00Z", "until"],
    ["lang=english", "lang"],
    ["lang=en,!", "lang"],
    ["lang=,", "lang"],
    ["lang=en-", "lang"],
    ["lang=x", "lang"],
    [`lang=${LANGUAGES.join(",")},ux`, "lang"],
    ["before=x", "before"],
    ["before=x2026-01-30T01:40:40Z_1-1", "before"],
    ["before=2026-01-30T01:40:40Z_", "before"],
    ["before=2026-01-30T01:40:40Z_a%00", "before"],
    [`before=2026-01-30T01:40:40Z_${"k".repeat(301)}`, "before"],
    ["before=2026-01-30T99:00:00Z_1-1", "before"],
    ["before=2026-02-30T00:00:00Z_1-1", "before"],
    ["until=9999-12-31T23:59:59Z", "until"],
    // Of 256 characters at most, but not when written out.
    [`q=${Array.from({ length: 17 }, (_, i) => `title:%22w${i} xy%22`).join("|")}`, "q"],
    ["q=%22a", "q"],
    ["filter=(", "filter"],
    ["filter_title=%5B", "filter_title"],
    ["filterout=(?=x)", "filterout"],
    [`filter=${"a".repeat(257)}`, "filter"],
    ["filter_case_sensitive=maybe", "filter_case_sensitive"],
    ["filter_time=0", "filter_time"],
    ["filter_time=soon", "filter_time"],
    ["brief=99", "brief"],
    ["brief=x", "brief"],
    ["mode=dark", "mode"],
    ["sorted=maybe", "sorted"],
  ])("%s", async (query, parameter) => {
    const wrong = await bad(query);
    expect(wrong?.parameter).toBe(parameter);
    expect(wrong?.detail).toContain(parameter);
    expect(wrong?.accepts?.length).toBeGreaterThan(3);
  });

  test("the error says what is wrong with the value, and repeats at most 60 characters of it", async () => {
    const detail = async (query: string) => (await bad(query))?.detail;
    expect(await detail("q=%22a")).toBe('q has a quote (") that is not closed');
    expect(await detail("limit=0")).toBe('limit takes a whole number from 1 to 500, not "0"');
    expect(await detail("since=soon")).toMatch(/^since takes a Korean day .*, not "soon"$/);
    const long = "x".repeat(60);
    expect(await detail(`sort=${long}`)).toContain(`not "${long}"`);
    expect(await detail(`sort=${long}y`)).toContain(`not "${long}…"`);
    expect((await bad(`${long}yz=1`))?.parameter).toBe(`${long}…`);
  });

  test("each parameter says what it takes and what it does; those of RSSHub's documentation are marked", () => {
    for (const [name, { accepts, description }] of Object.entries(PARAMETERS))
      expect([name, accepts, description]).toEqual([name, expect.stringMatching(/.../), expect.stringMatching(/.../)]);
    const ofRsshub = Object.entries(PARAMETERS).flatMap(([name, { rsshub }]) => (rsshub ? name : []));
    expect(ofRsshub.sort().join(" ")).toBe(
      "brief filter filter_case_sensitive filter_description filter_time filter_title filterout filterout_description filterout_title mode sorted",
    );
  });

  test.each([
    ["limt=5", "limit"],
    ["lnag=en", "lang"],
    ["contentstext=full", "content"],
    ["Q=a", "q"],
    ["sence=7d", "since"],
    ["language=en", "lang"],
    ["filterTitle=a", "filter_title"],
    ["contents=full", "content"],
    ["from=2026-01-01", "since"],
    ["to=2026-01-01", "until"],
    ["search=missile", "q"],
    ["n=5", "limit"],
    ["count=5", "limit"],
    ["locale=ko", "lang"],
    ["exclude=weather", "filterout"],
    ["until_=7d", "until"],
  ])("%s: did you mean %s?", async (query, near) => {
    expect((await bad(query))?.detail).toContain(`did you mean ${near}?`);
  });

  test("a name like nothing else lists them all", async () => {
    for (const name of ["xyzzyplugh", "x", "id", ".", "go", "foo", "page", "rest", "__proto__"])
      expect((await bad(`${name}=1`))?.detail).toMatch(/^there is no parameter "[^"]+"; there are q, since/);
    expect((await bad("xyzzyplugh=1"))?.detail).toContain(Object.keys(PARAMETERS).join(", "));
    expect((await bad("__proto__=1"))?.parameter).toBe("__proto__");
    expect((await bad("constructor=1"))?.parameter).toBe("constructor");
  });
});

function article(title: string, published: string, more: Partial<Article> = {}): Article {
  const key = `${Date.parse(published) / 1000}-1`;
  return {
    site: "kcnawatch",
    key,
    id: key,
    source: "kcna-en",
    language: "en",
    title,
    excerpt: `About ${title}`,
    url: "https://x/",
    day: published.slice(0, 10),
    published,
    updated: published,
    firstSeen: published,
    ...more,
  };
}

const ALL = [
  article("Blue sky", "2026-01-30T15:00:00Z"),
  article("Yellow sea", "2026-01-30T14:59:59Z", { language: "ko" }),
  article("Black tea", "2026-01-29T15:00:00Z", { language: "zh-Hant" }),
  article("Green field", "2026-01-28T00:00:00Z", { excerpt: "" }),
  article("White snow", "2026-01-20T00:00:00Z", { excerpt: "with blue shadows" }),
];

/** 256 characters of Korean words of which one must occur. */
const KOREAN = Array.from({ length: 64 }, (_, i) => String.fromCharCode(0xac00 + i * 77, 0xac01 + i * 31, 0xb000 + i))
  .join("|")
  .slice(0, 256);

async function picked(query: string, articles = ALL) {
  const parsed = await ask(query);
  if ("error" in parsed) throw new Error(parsed.error.detail);
  return filterArticles(articles, parsed.query).articles.map(({ title }) => title.split(" ")[0]);
}

describe("picking", () => {
  test.each([
    ["", ["Blue", "Yellow", "Black", "Green", "White"]],
    ["limit=2", ["Blue", "Yellow"]],
    ["sort=oldest&limit=2", ["White", "Green"]],
    ["since=2026-01-31", ["Blue"]],
    ["until=2026-01-30", ["Yellow", "Black", "Green", "White"]],
    ["since=2026-01-30&until=2026-01-30", ["Yellow", "Black"]],
    ["since=24h", ["Blue", "Yellow"]],
    ["until=2d", ["Green", "White"]],
    ["since=2026-01-30T14:59:59Z&until=2026-01-30T14:59:59Z", ["Yellow"]],
    ["lang=ko", ["Yellow"]],
    ["lang=zh", ["Black"]],
    ["lang=en,ko", ["Blue", "Yellow", "Green", "White"]],
    ["q=blue", ["Blue", "White"]],
    ["q=title:blue", ["Blue"]],
    ["q=nothing", []],
    ["before=2026-01-30T14:59:59Z_1769785199-1", ["Black", "Green", "White"]],
    ["sort=oldest&before=2026-01-29T15:00:00Z_1769698800-1", ["Yellow", "Blue"]],
    // RSSHub's own examples of its parameters, with its meanings.
    ["filter=Blue|Yellow|Black", ["Blue", "Yellow", "Black"]],
    ["filterout=Blue|Yellow|Black", ["Green", "White"]],
    ["filter=BluE|yeLLow|BlaCK&filter_case_sensitive=false", ["Blue", "Yellow", "Black", "White"]],
    ["filter=BluE|yeLLow|BlaCK", []],
    ["filter_title=blue", []],
    ["filter_description=blue", ["White"]],
    ["filter_description=Green", ["Green"]],
    ["filter_description=^Yellow", []],
    ["filterout_title=^Blue", ["Yellow", "Black", "Green", "White"]],
    ["filterout_description=blue", ["Blue", "Yellow", "Black", "Green"]],
    ["filter_time=36000", ["Blue", "Yellow"]],
    ["filter=e&filter_title=^B", ["Blue", "Black"]],
    ["filter=sky|sea&filterout=Yellow&limit=1", ["Blue"]],
    ["sorted=false&limit=1", ["Blue"]],
  ])("%s → %j", async (query, expected) => expect(await picked(query)).toEqual(expected));

  test.each([
    ["filter=missile|nuclear|satellite launch"],
    ["filter=(%3Fi)kim jong un.*(visit|guidance)"],
    ["filter=missile.{0,100}test|test.{0,100}missile"],
    ["filter=\\bsatellites%3F\\b&filter_title=[A-Z]{2,5}&filterout=^(Weather|Sports):"],
    [`filter=${KOREAN}&filterout_title=${KOREAN}`],
    [`filter=${KOREAN}&filterout_title=${KOREAN}&filter_case_sensitive=false`],
    ["filter=[가-힣]%2B 위성&filter_case_sensitive=false"],
  ])("patterns as people write them are taken: %s", async (query) => {
    expect(await ask(query)).toHaveProperty("query.regexFilters");
  });

  test.each([
    ["filter=(%3F:.%3F.%3F.%3F.%3F.%3F){1000}[0-9]{9}", "filter", "10,011"],
    ["filterout_title=(.{30}x){30}", "filterout_title", "992"],
    ["filter=(((((.{9}){9}){9}){9}){9}){9}", "filter", "664,301"],
    ["filter=((((((.{99}){99}){99}){99}){99}){99}){99}", "filter", "more than a million"],
    [`filter=${KOREAN}&filter_title=${KOREAN}&filterout=${KOREAN}`, "filterout", "all expressions together 771"],
    ["filter=^\\pL{900}", "filter", "instructions"],
    [`filter=(%3Fi)${"[B-\\x{1e942}]".repeat(12)}`, "filter", "instructions"],
    [`filter=${"[B-\\x{1e942}]".repeat(12)}&filter_case_sensitive=false`, "filter", "instructions"],
  ])("patterns that compile to too much are refused: %s", async (query, parameter, size) => {
    const refused = await bad(query);
    expect(refused?.parameter).toBe(parameter);
    expect(refused?.detail).toContain(`${parameter} is too large`);
    expect(refused?.detail).toContain(size);
    expect(refused?.detail.includes("all expressions together")).toBe(query.includes("&filter_title="));
    expect(refused?.accepts).toContain("600 instructions");
  });

  test("a title with a zero-width space inside a word is found by the word", async () => {
    expect(await picked("q=missile", [article("Mis\u200bsile launch", "2026-01-30T15:00:00Z")])).toHaveLength(1);
  });

  test("a catastrophic pattern takes no longer than a good one", async () => {
    expect(
      await picked("filter=(a%2B)%2B%24", [article("a".repeat(50_000).concat("!"), "2026-01-30T15:00:00Z")]),
    ).toEqual([]);
  });

  test("an article that two sources show is one: named by the first, with what the later snapshot says", () => {
    const BOTH = ["kcna-en", "newstream"];
    const own = article("Blue sky", "2026-01-30T15:00:00Z");
    const at = "2026-01-30T17:00:00Z";
    // What came to the mixed listing later was in a feed of both from the first: nothing changes there.
    const mixed = { ...own, source: "newstream", enrichedAt: at };
    expect(mergeSources([[own], [own]], BOTH)).toEqual([own]);
    expect(mergeSources([[own], [mixed]], BOTH)).toEqual([own]);
    expect(mergeSources([[mixed], [own]], BOTH)).toEqual([{ ...own, source: "newstream" }]);
    expect(mergeSources([[{ ...own, enrichedAt: "2026-01-30T18:00:00Z" }], [mixed]], BOTH)).toEqual([
      { ...own, enrichedAt: at },
    ]);
    // An edit that either snapshot knows is shown, and a text.
    const edited = { ...own, title: "Corrected", updated: at, earlierTitles: ["Blue sky"] };
    expect(mergeSources([[own], [{ ...edited, source: "newstream" }]], BOTH)).toEqual([edited]);
    expect(mergeSources([[edited], [mixed]], BOTH)).toEqual([edited]);
    expect(mergeSources([[own], [{ ...own, source: "newstream", body: 10 }]], BOTH)).toEqual([{ ...own, body: 10 }]);
  });
});
