import { describe, expect, test } from "vitest";
import { isPublicHost } from "../src/public-host.ts";
import { readSourceSettings } from "../src/source-settings.ts";

const SITE = {
  id: "jornal",
  name: "Jornal",
  origin: "https://jornal.example",
  timeZone: "America/Sao_Paulo",
  language: "pt",
  listing: "/noticias/",
  article: "/noticias/([0-9]+)",
  body: "article .texto",
};
const read = (more: object = {}, ...others: object[]) =>
  readSourceSettings({ SITES: [{ ...SITE, ...more }, ...others] });
const errorOf = (variables: { SITES?: unknown; SOURCES?: unknown }): string => {
  try {
    readSourceSettings(variables);
  } catch (error) {
    return String(error);
  }
  return "none";
};

describe("SITES", () => {
  test("an entry is a website and a source; one with sources has those", () => {
    const { sites, sources } = read();
    expect(sites.at(-1)).toMatchObject({ id: "jornal", idPrefix: "tag:jornal.example,2026:", timeZone: SITE.timeZone });
    expect(sources.at(-1)).toMatchObject({ id: "jornal", language: "pt", site: { id: "jornal" } });
    const { listing: _, ...site } = SITE;
    const several = [
      { id: "jornal-pt", name: "J", listing: "/pt/" },
      { id: "jornal-en", name: "J (En)", language: "en", listing: "/en/" },
    ];
    const of = readSourceSettings({ SITES: JSON.stringify([{ ...site, sources: several }]) });
    expect(of.sources.slice(-2).map(({ id, language }) => [id, language])).toEqual([
      ["jornal-pt", "pt"],
      ["jornal-en", "en"],
    ]);
    expect(of.sources.at(-1)?.site.listingPath(of.sources.at(-1) as never, 0)).toBe("/en/");
  });

  test("older pages are numbered from 2, or by how many articles stand above", () => {
    const paths = (older: string) => {
      const source = read({ older, pageSize: 20 }).sources.at(-1);
      return [1, 2].map((page) => source?.site.listingPath(source, page));
    };
    expect(paths("/noticias/?p={page}")).toEqual(["/noticias/?p=2", "/noticias/?p=3"]);
    expect(paths("/noticias/?from={offset}")).toEqual(["/noticias/?from=20", "/noticias/?from=40"]);
  });

  test("SOURCES adds a listing of a website of SITES", () => {
    const more = { id: "jornal-mundo", name: "Mundo", language: "pt", site: "jornal", listing: "/mundo/" };
    const { sources } = readSourceSettings({ SITES: [SITE], SOURCES: [more] });
    expect(sources.at(-1)).toMatchObject({ id: "jornal-mundo", location: { listing: "/mundo/" } });
    expect(errorOf({ SITES: [SITE], SOURCES: [{ ...more, listing: "mundo" }] })).toContain(
      "SOURCES[0]: listing must be",
    );
    expect(errorOf({ SITES: [SITE], SOURCES: [{ ...more, article: 7 }] })).toContain("no field article");
  });

  test.each<[string, object, string]>([
    ["id", { id: "Jornal" }, "a-z"],
    ["id", { id: "all" }, "not all or changes"],
    ["id", { id: "kcnawatch" }, 'there is a website "kcnawatch" already'],
    ["id", { id: undefined }, "is missing; it must be 1 to 40"],
    ["name", { name: " " }, "1 to 100 characters"],
    ["timeZone", { timeZone: "Brazil/Nowhere" }, "Europe/Berlin"],
    ["timeZone", { timeZone: undefined }, "is missing; it must be a time zone"],
    ["language", { language: "portuguese!" }, "language tag"],
    ["language", { language: "english" }, "language tag"],
    ["listing", { listing: "noticias" }, "must be a path"],
    ["listing", { listing: "//other.example/" }, "must be a path"],
    ["listing", { listing: "/\\other.example/" }, "must be a path"],
    ["listing", { listing: undefined }, "must be a path"],
    ["older", { older: "/noticias/2", pageSize: 10 }, "{page}"],
    ["pageSize", { older: "/noticias/{page}" }, "is missing"],
    ["pageSize", { pageSize: 0 }, "from 1 to 200"],
    ["article", { article: "/noticias/[0-9]+" }, "one group"],
    ["article", { article: "/(a)/(b)" }, "one group"],
    ["article", { article: "/noticias/(" }, "regular expression"],
    ["article", { article: "/(?=x)(a)" }, "RE2"],
    ["article", { article: "/((?:a{9}){9}){9}" }, "100 instructions"],
    ["article", { article: `/(${"a".repeat(300)})` }, "200 characters"],
    ["body", { body: "div:has(p)" }, "selector"],
    ["body", { body: "a b c d e f" }, "4 steps"],
    ["body", { body: "" }, "selector"],
    ["body", { body: undefined }, "is missing; it must be a selector"],
    ["title", { title: "h1 +" }, "selector"],
    ["aliases", { aliases: ["localhost"] }, "public hosts"],
    ["datesWithoutYear", { datesWithoutYear: "yes" }, "true or false"],
    ["bodies", { bodies: "p" }, "no field"],
  ])("a mistake in %s is an error that names it: %j", (field, more, rule) => {
    const error = errorOf({ SITES: [{ ...SITE, ...more }] });
    expect(error).toMatch(new RegExp(`^SettingError: SITES\\[0\\]\\.${field}(?:\\[0\\])?: `));
    expect(error).toContain(rule);
  });

  test("mistakes of the whole, and of what lies within", () => {
    expect(errorOf({ SITES: "{" })).toContain("SITES: not JSON");
    expect(errorOf({ SITES: "{}" })).toContain("SITES: must be a JSON array");
    expect(errorOf({ SITES: [7] })).toContain("SITES[0]: must be an object with id");
    expect(errorOf({ SITES: [{ ...SITE, sources: [7] }] })).toMatch(/SITES\[0\]\.sources\[0\]: must be/);
    expect(errorOf({ SITES: Array(51).fill(SITE) })).toContain("more than 50");
    expect(errorOf({ SITES: [SITE, SITE] })).toContain('SITES[1].id: there is a website "jornal" already');
    expect(errorOf({ SITES: [SITE, { ...SITE, id: "b" }] })).toContain(
      "SITES[1].origin: jornal.example is the website",
    );
    expect(errorOf({ SITES: [{ ...SITE, id: "kcna-en" }] })).toContain('SITES: the id "kcna-en" occurs twice');
    const of = { id: "b", name: "B", listing: "b" };
    expect(errorOf({ SITES: [{ ...SITE, listing: undefined, sources: [of] }] })).toContain(
      "SITES[0].sources[0].listing",
    );
    expect(errorOf({ SITES: [{ ...SITE, sources: [{ ...of, listing: "/" }] }] })).toContain("SITES[0].listing");
  });

  test.each([
    "http://localhost",
    "https://127.0.0.1",
    "http://0x7f.1",
    "http://2130706433",
    "http://10.1.2.3",
    "http://100.64.0.1",
    "http://169.254.169.254",
    "http://172.31.0.1",
    "http://192.168.1.1",
    "http://[::1]",
    "http://[::ffff:127.0.0.1]",
    "http://[fe80::1]",
    "https://user@jornal.example",
    "https://jornal.example:8443",
    "https://jornal.example@127.0.0.1",
    "https://jornal.example/path",
    "ftp://jornal.example",
    "http://printer",
    "http://printer.local.",
    "http://a.localhost",
    "http://metadata.google.internal",
    "javascript:alert(1)",
    "",
  ])("no origin: %s", (origin) => {
    expect(errorOf({ SITES: [{ ...SITE, origin }] })).toContain("SITES[0].origin: must be the address of a public");
  });

  test.each(["https://jornal.example", "http://www.jornal.example/", "http://175.45.176.71", "https://172.32.0.1"])(
    "an origin: %s",
    (origin) => {
      expect(errorOf({ SITES: [{ ...SITE, origin }] })).toBe("none");
    },
  );
});

test("hosts of private networks, at their edges", () => {
  const inside = ["172.16.0.0", "172.31.255.255", "100.127.255.255", "127.255.255.255", "255.255.255.255", "0.0.0.0"];
  const outside = ["172.15.255.255", "172.32.0.0", "100.128.0.0", "128.0.0.0", "223.255.255.255", "1.0.0.0"];
  expect(inside.filter(isPublicHost)).toEqual([]);
  expect(outside.filter((host) => !isPublicHost(host))).toEqual([]);
});
