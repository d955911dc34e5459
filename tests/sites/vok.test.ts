import { expect, test } from "vitest";
import { page } from "../pages.ts";
import { article, keyOf, listing, locationOf, sourceOf } from "./outlets.ts";

const PATH = "/index.php/detail_com/comde/iee261003010/18/en";
const HARVEST = "Harvest Nears End in South Hwanghae";

test("a list's links print title and day; the point before a title is not text, and the id's day is not the article's", () => {
  expect(listing("kp-vok-en", page("vok-list"))).toMatchObject([
    { key: "ien261005001", title: "Respected Comrade Kim Jong Un Visits Songhak Greenhouse Farm", day: "2026-10-06" },
    { key: "iee261003010", title: HARVEST, day: "2026-10-05", excerpt: "" },
    { key: "ien261003020", title: "Choir Gives Autumn Concert in Anju", day: "2026-10-04" },
  ]);
});

test.each([
  "（2026.10.5）",
  "（２０２６．１０．５．）",
  "(2026年10月5日)",
  "(2026-10-05)",
  "(2026. 10. 5)",
  "(\u0662\u0660\u0662\u0666.\u0661\u0660.\u0665)",
])("the day behind a title may be printed as %s, and another point before it", (day) => {
  const list = page("vok-list").replace(/(?:· ?)?Harvest Nears[^<]*/, `・${HARVEST} ${day}`);
  expect(listing("kp-vok-en", list)[1]).toMatchObject({ title: HARVEST, day: "2026-10-05" });
});

test("a title of several lines is whole, and a day in it is not the article's", () => {
  const lines = [
    '"Respects to the Glorious History of the University"',
    "Speech at the celebration",
    "October 4, 2026",
  ];
  const [first = "", ...others] = lines;
  const title = lines.join(" ");
  for (const lined of [
    lines.join("<br>"),
    `${first}<p>${others.join("<br>")}`,
    `<b>${first}</b><br>${others.join("<br>")}<br>`,
  ])
    expect(
      listing("kp-vok-en", page("vok-list").replace("Harvest Nears End in South Hwanghae", lined))[1],
    ).toMatchObject({
      key: "iee261003010",
      title,
      day: "2026-10-05",
    });
  for (const lined of [lines.join("<br>"), lines.map((line) => `<p>${line}</p>`).join("")])
    expect(
      article("kp-vok-en", PATH, page("vok-article").replace(`<h3>${HARVEST}</h3>`, `<div>${lined}</div>`), title),
    ).toMatchObject({ body: expect.stringContaining("threshed 83 percent") });
});

test("news that is a video or a recording, and answers to listeners, are articles", () => {
  for (const path of ["vi_video/iee261003010", "vi_audio/iee261003010", "gude/iee261003010/95/en"]) {
    const address = `/index.php/detail_com/${path}`;
    const html = page("vok-list").replace(PATH, address);
    expect(listing("kp-vok-en", html)).toMatchObject([
      {},
      { key: "iee261003010", title: HARVEST, day: "2026-10-05" },
      {},
    ]);
    const { site } = sourceOf("kp-vok-en");
    const ownsPage = (id: string) => site.ownsPage?.(sourceOf(id), new URL(address, site.origin));
    expect([ownsPage("kp-vok-en"), ownsPage("kp-vok-de")]).toEqual([true, false]);
  }
});

test("addresses may end in a slash or begin with two; a label between title and day is no part of the title", () => {
  const titles = (html: string) => {
    const read = listing("kp-vok-en", html);
    return typeof read === "string" ? read : read.map(({ title, day }) => `${title} ${day}`);
  };
  const plain = titles(page("vok-list"));
  expect(plain).toHaveLength(3);
  expect(titles(page("vok-list").replace(/\/en">(?=·)/g, '/en/">'))).toEqual(plain);
  expect(
    titles(
      page("vok-list").replace(/(?:http:\/\/www.vok.rep.kp)?\/(index.php\/[^"]*">·)/g, "http://www.vok.rep.kp//$1"),
    ),
  ).toEqual(plain);
  expect(titles(page("vok-list").replace(/ \((2026[^)]*)\)<\/a>/g, "</a> <i>Politics</i> <b>($1)</b>"))).toEqual(plain);
});

test("an article is known by its id at either kind of address", () => {
  expect(keyOf("kp-vok-en", "/index.php/revo_de/getDetail/ien250625008/en")).toBe("ien250625008");
  expect(keyOf("kp-vok-en", PATH)).toBe("iee261003010");
  expect(keyOf("kp-vok-en", "/index.php/Colist/newslist/18/en")).toBeUndefined();
  expect(keyOf("kp-vok-en", "/index.php/revo_de/getDetail/ien25062500/en")).toBeUndefined();
});

test("the text is the largest block of paragraphs below the title, whatever it stands in", () => {
  const [first, second] = [
    "Farmers in South Hwanghae Province have threshed 83 percent of the rice.",
    "The rest will be in within ten days, the Agricultural Commission of the province said.",
  ];
  expect(article("kp-vok-en", PATH, page("vok-article"), HARVEST)).toMatchObject({
    article: { title: HARVEST, day: "" },
    body: `<p>${first}</p>\n<p>${second}</p>`,
  });
  const cells = page("vok-article")
    .replace('<div class="a7"><div class="b2"><p>', "<table><tr><td>")
    .replace("</p>\n<p>The rest", "<br><br>The rest")
    .replace("said.</p></div></div>", "said.</td></tr></table>");
  expect(article("kp-vok-en", PATH, cells, HARVEST)).toMatchObject({ body: `${first}<br><br>${second}` });
});

test("paragraphs that are lines of div are all read; what stands before the title in their block is not", () => {
  const [first, second] = ["Farmers have threshed 83 percent of the rice.", "The rest will be in within ten days."];
  const html = `<html><body><div><div>Home. News.</div><div>${HARVEST}</div><div>${first}</div><div>${second}</div></div></body></html>`;
  expect(article("kp-vok-en", PATH, html, HARVEST)).toMatchObject({ body: `<p>${first}</p><p>${second}</p>` });
});

test("a day in a list of other articles is not the article's", () => {
  const link = '<a href="/index.php/revo_de/getDetail/ien250625008/en">Another story</a>';
  for (const item of [`${link} <i>2025.6.26.</i>`, `<i>2025.6.26.</i> ${link}`]) {
    const html = page("vok-article").replace("said.</p>", `said.</p><ul><li>${item}</li></ul>`);
    expect(article("kp-vok-en", PATH, html, HARVEST)).toMatchObject({ article: { day: "" } });
    const dated = html.replace("</h3>", "</h3><span>2026.10.5.</span>");
    expect(article("kp-vok-en", PATH, dated, HARVEST)).toMatchObject({ article: { day: "2026-10-05" } });
  }
});

test("a day before a link to the next article, or behind one to the article itself, is the article's", () => {
  const links = { next: "/index.php/revo_de/getDetail/ien250625008/en", own: PATH };
  const day = "<span>2026.10.5.</span>";
  for (const parts of [`${day}<a href="${links.next}">Next</a>`, `<a href="${links.own}">Print</a>${day}`]) {
    const html = page("vok-article").replace("</h3>", `</h3>${parts}`);
    expect(article("kp-vok-en", PATH, html, HARVEST)).toMatchObject({ article: { day: "2026-10-05" } });
  }
});

test("the text of an article whose title the list cuts is read", () => {
  const shown = page("vok-article");
  expect(article("kp-vok-en", PATH, shown, "Harvest Nears En…")).toMatchObject({ article: { title: HARVEST } });
  expect(article("kp-vok-en", PATH, shown, "Harvest Begins…")).toBe("wrong-page");
});

test("the title may stand in a header; what has a heading of its own below the text is none of it", () => {
  const html = page("vok-article").replace(/<h3>(.*)<\/h3>/, "<header><h2>$1</h2></header>");
  expect(article("kp-vok-en", PATH, html, HARVEST)).toMatchObject({ body: expect.stringContaining("threshed") });
  const [text, copyright] = [
    "<p>The rice is in, and so is the maize, ten days earlier than last year.</p>",
    "<p>Copyright © 2026 Voice of Korea.</p>",
  ];
  const more = "<div><h4>Others</h4><p>Another story, which goes on for some time.</p></div>";
  const flat = `<html><body><h2>${HARVEST}</h2>${text}${copyright}${more}</body></html>`;
  expect(article("kp-vok-en", PATH, flat, HARVEST)).toMatchObject({ body: text });
});

test("a page may print the day behind the title, as lists do", () => {
  const dated = page("vok-article").replaceAll(HARVEST, `· ${HARVEST} (2026.10.5)`);
  for (const listedTitle of [HARVEST, undefined])
    expect(article("kp-vok-en", PATH, dated, listedTitle)).toMatchObject({
      article: { title: expect.stringMatching(new RegExp(`^(?:· )?${HARVEST}$`)) },
    });
  const alone = dated.replace("<body>", "<body><h2>(2026.10.5)</h2>");
  expect(article("kp-vok-en", PATH, alone, undefined)).toMatchObject({ article: { title: `· ${HARVEST}` } });
  const own = `${HARVEST} (2026.10.5)`;
  expect(article("kp-vok-en", PATH, dated, own)).toMatchObject({ article: { title: `· ${own}` } });
});

test("a page whose text is not found, or that is another's, says so and keeps nothing", () => {
  expect(article("kp-vok-en", PATH, page("vok-article-no-text"), "Choir Gives Autumn Concert in Anju")).toBe(
    "layout-changed",
  );
  expect(article("kp-vok-en", PATH, page("vok-article"), "Choir Gives Autumn Concert in Anju")).toBe("wrong-page");
  // Its list names the article as well, but as a link.
  expect(article("kp-vok-en", PATH, page("vok-list"), HARVEST)).toBe("wrong-page");
  expect(listing("kp-vok-ko", page("vok-list"))).toBe("wrong-page");
  expect(listing("kp-vok-de", page("vok-list"))).toBe("wrong-page");
});

test("there are nine languages by BCP 47, each at the website's own code; leaders are a list of their own", () => {
  const { site } = sourceOf("kp-vok-en");
  const paths = site.sources.map((source) => [source.id, site.listingPath(sourceOf(source.id), 0)]);
  expect(paths).toEqual(
    Object.entries({ ko: "ko", en: "en", ru: "ru", zh: "ch", ja: "ja", fr: "fr", es: "sp", de: "ge", ar: "ar" }).map(
      ([language, code]) => [`kp-vok-${language}`, `/index.php/Colist/newslist/18/${code}`],
    ),
  );
  expect(locationOf("vok", "es", { list: "leaders" })).toEqual({ list: "revolist/36" });
  expect(() => locationOf("vok", "es", { list: "weather" })).toThrow("list must be news or leaders");
  expect(() => locationOf("vok", "it", {})).toThrow("language must be one of ko, en, ru,");
});
