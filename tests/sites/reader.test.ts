import { describe, expect, test } from "vitest";
import { BUILT_IN } from "../../src/sites/index.ts";
import { readArticlePage, readListing } from "../../src/sites/reader.ts";
import type { ArticlePage, Source } from "../../src/sites/site.ts";
import { page } from "../pages.ts";
import seed from "../replica/seed.json" with { type: "json" };

const kcna = BUILT_IN[0] as Source;
const URL_OF_SEED = "https://kcnawatch.org/newstream/1616457600-12345/respected-comrade/";

function read(html: string, source = kcna): ArticlePage {
  const result = readArticlePage({ html, source, address: URL_OF_SEED });
  if ("failure" in result) throw new Error(`${result.failure.reason}: ${result.failure.detail}`);
  return result.story;
}
const reasonOf = (html: string) => {
  const result = readArticlePage({ html, source: kcna, address: URL_OF_SEED });
  return "failure" in result ? result.failure.reason : "a story";
};

describe("the seed's article", () => {
  const articlePage = read(page("article"));
  test("title, day, medium and original; never the header's date", () => {
    expect(articlePage.article).toMatchObject({
      key: "1616457600-12345",
      title: "Respected Comrade Kim Jong Un Sends Verbal Message to President Xi Jinping",
      day: "2021-03-23",
      url: URL_OF_SEED,
    });
    expect(articlePage.article.excerpt).toMatch(
      /^Pyongyang, March 23 \(KCNA\) -- Kim Jong Un, general secretary .{40,90}$/,
    );
    expect(articlePage.publisher).toBe("KCNA.kp (En)");
    expect(articlePage.original).toBe("http://www.kcna.kp/en/article/q/00000000000000000000000000000000.kcmsf");
  });

  test("seven paragraphs with the dateline, without the end mark and the list below", () => {
    expect(articlePage.body?.match(/<p>/g)).toHaveLength(7);
    expect(articlePage.body).toMatch(
      /^<p>Pyongyang, March 23 \(KCNA\) -- Kim Jong Un, general secretary of the Workers' Party/,
    );
    expect(articlePage.body).toMatch(/leading the CPC and the Chinese people\.<\/p>$/);
    expect(articlePage.body).not.toMatch(/-0-|Technical Competition|Read original|Upgrade/);
    expect(articlePage.image).toBeUndefined();
  });

  test("the list below is a listing, for the source that it is of and for the newstream", () => {
    expect(articlePage.related.map(({ key }) => key)).toEqual(seed.map(({ key }) => key));
    expect(read(page("article"), BUILT_IN[1]).related).toHaveLength(16);
    expect(read(page("article"), BUILT_IN[2]).related).toEqual([]);
  });
});

describe("bodies", () => {
  const body = (html: string) =>
    read(page("article").replace(/<div class="article-content">[\s\S]*?<\/div>/, html)).body;
  const content = (html: string) => body(`<div class="article-content">${html}</div>`);

  test("renamed markup: what stands between the facts and the list", () => {
    expect(body("<p>One</p><p>Two -0-</p>")).toBe("<p>One</p><p>Two</p>");
  });
  describe("other nesting", () => {
    const [title, text] = ["A Title", "<p>Pyongyang (KCNA) -- It is said.</p><p>So it is. -0-</p>"];
    const byline = 'Date: 23/03/2021 | Source: KCNA.kp (En) | <a href="http://www.kcna.kp/x">Read original version</a>';
    const list = `<div class="x"><a href="/newstream/1769737240-205284/other/">Other</a><p>${"Another text. ".repeat(30)}</p></div>`;
    test.each([
      ["title and byline in a header", `<header><h1>${title}</h1><p>${byline}</p></header><section>${text}</section>`],
      ["three rows", `<div><h2>${title}</h2></div><div><p>${byline}</p></div><div><div>${text}</div></div>`],
      ["all in one", `<article><header><h1>${title}</h1><div>${byline}</div></header>${text}</article>`],
      ["the byline above", `<div>${byline}</div><h1>${title}</h1><div>${text}</div>`],
      ["the byline in a heading", `<h1>${title}</h1><h5>${byline}</h5><main>${text}</main>`],
      [
        "the byline in parts, and a line of the story that begins like it",
        `<h1>${title}</h1><p><span>${byline.replace(/ \| /g, "</span> | <span>")}</span></p><div>${text}</div>`,
        text.replace("It is said.", "</p><p>Date: 12/12/2012 was the day of the launch."),
      ],
      ["spaces around the original's address", `<h1>${title}</h1><p>${byline.replace("http", " http")}</p>${text}`],
      ["a part of the byline in bold", `<h1>${title}</h1><div><b>Date: 23/03/2021</b>${byline.slice(16)}</div>${text}`],
    ])("%s", (_, markup, told = text) => {
      const story = read(`<html><body><nav>KCNA Watch</nav>${markup.replace(text, told)}${list}</body></html>`);
      expect(story).toMatchObject({ article: { title, day: "2021-03-23" }, publisher: "KCNA.kp (En)" });
      expect([story.original, story.body]).toEqual(["http://www.kcna.kp/x", told.replace(" -0-", "")]);
    });
    test("the list below is no text, whatever it is called", () => {
      const story = read(`<html><body><div><h1>${title}</h1><p>${byline}</p></div>${list}</body></html>`);
      expect(story.body).toBeUndefined();
    });
  });
  test("that are missing or empty are none", () => {
    expect(body("")).toBeUndefined();
    expect(content(" <p>&nbsp;</p> ")).toBeUndefined();
  });
  test("Korean stays as it is, addresses become absolute, links are marked", () => {
    expect(content("<p>경애하는 《김정은》 &amp; ’s</p>")).toBe("<p>경애하는 《김정은》 &amp; ’s</p>");
    expect(content('<p><a href="/newstream/x" onclick="x()">a</a> <a href="javascript:x()">b</a></p>')).toBe(
      '<p><a href="https://kcnawatch.org/newstream/x" rel="noopener noreferrer">a</a> b</p>',
    );
  });
  test("what is no character goes", () => {
    expect(content("<p>a\u0080b\u009fc\ufdd0d\u{2fffe}e&#x3FFFF;f\ufdf0</p>")).toBe("<p>abcdef\ufdf0</p>");
  });
  test("pictures of the article stay, logos and pixels go", () => {
    const html = content(
      '<img src="/u/2026/kju-1.jpg" alt="x" onerror="y"><img src="/kcna-english.png"><img src="/p1.gif" width="1"><p>t</p><img src="photo.jpg">',
    );
    expect(html).toBe(
      '<img src="https://kcnawatch.org/u/2026/kju-1.jpg" alt="x"><p>t</p><img src="https://kcnawatch.org/newstream/1616457600-12345/respected-comrade/photo.jpg">',
    );
  });
});

test("a link that cannot be parsed is no original", () => {
  const original = (href: string) => read(page("article").replace(/http:\/\/www\.kcna\.kp\/[^"]*/, href)).original;
  expect(original("http://[")).toBeUndefined();
  expect(original('http://["></a><a href="http://www.kcna.kp/x')).toBe("http://www.kcna.kp/x");
});

test("what is no article says why", () => {
  expect(reasonOf(page("signup"))).toBe("sign-up");
  expect(reasonOf(page("challenge"))).toBe("blocked");
  expect(reasonOf(page("source-156"))).toBe("wrong-page");
  expect(reasonOf("<html><body><h1>Hello</h1></body></html>")).toBe("layout-changed");
});

describe("what is left out of a body", () => {
  const facts = "<p>Date: 23/03/2021 | Source: KCNA.kp (En)</p>";
  const body = (html: string) =>
    read(`<html><body><h1>T</h1>${facts}<div class="article-content">${html}</div></body></html>`).body;

  test.each([
    ["<p>Text.</p><p>-0-</p>", "<p>Text.</p>"],
    ["<p>Text. -0-</p>", "<p>Text.</p>"],
    ["<p>Text.</p><p>-0-&nbsp;</p>", "<p>Text.</p>"],
    ["<p>Text.</p><p><span>-0-</span></p><p>&nbsp;</p>", "<p>Text.</p>"],
    ["<p>A score of 3-0-1 held.</p>", "<p>A score of 3-0-1 held.</p>"],
    [
      "<p><strong>Kim Jong Un</strong> , general secretary</p>",
      "<p><strong>Kim Jong Un</strong>, general secretary</p>",
    ],
    ["<p>Kim Jong Un , general secretary</p>", "<p>Kim Jong Un, general secretary</p>"],
    ["<p>Text.</p><p>Upgrade to NK PRO today</p><p>Browse</p>", "<p>Text.</p>"],
    ['<p>Text.</p><div id="latest_article_wrapper"><p>Another article</p></div>', "<p>Text.</p>"],
    ["<p>Text.</p><h3>More From KCNA.kp (En)</h3><ul><li>Another article</li></ul>", "<p>Text.</p>"],
    ["<p>They browse the shops.</p>", "<p>They browse the shops.</p>"],
  ])("%s", (html, expected) => {
    expect(body(html)?.trim()).toBe(expected);
  });
});

test("a list of articles that has got into the body is read, and is no part of the text", () => {
  const card = (n: number, key = `176973724${n}-${n}`) =>
    `<div class="article-desc"><h4><a href="/newstream/${key}/x/">Title ${n}</a></h4><p class="articled-date"><span>January 30, 2026</span></p></div>`;
  const around = '<p><a href="/newstream/1769737243-3/y/">Another story</a></p><p>Read 123 times</p>';
  const facts = "<p>Date: 23/03/2021 | Source: KCNA.kp (En)</p>";
  const articlePage = read(
    `<html><body><h1>T</h1>${facts}<div class="article-content"><p>Text.</p>${around}${card(1)}${card(2)}${card(3, "1616457600-12345")}</div></body></html>`,
  );
  expect(articlePage.body).toBe("<p>Text.</p>");
  // The article's own card says nothing new.
  expect(articlePage.related.map(({ title }) => title)).toEqual(["Title 1", "Title 2"]);
});

test("a medium that is known to be another's is not the source's; what cannot be known may be", () => {
  const [kcnaEn, newstream, rodong, kcnaKo] = BUILT_IN as [Source, Source, Source, Source];
  const own = { ...kcnaEn, id: "voice-en", name: "Voice of Korea, English" };
  // The test brings its own sources: adding a built-in one changes nothing here.
  const all = [kcnaEn, newstream, rodong, kcnaKo, own];
  const may = (source: Source, publisher: string) =>
    source.site.ownsPublisher?.(
      source,
      publisher,
      all.filter((other) => other !== source),
    );
  for (const publisher of ["KCNA.kp (En)", "KCNA.kp (EN)", "KCNA.kp"]) expect(may(kcnaEn, publisher)).toBe(true);
  for (const publisher of ["KCNA.kp (Kr)", "Rodong Sinmun (En)", "Naenara"]) expect(may(kcnaEn, publisher)).toBe(false);
  for (const publisher of ["Rodong Sinmun (KR)", "Rodong Sinmun (Ko)", "로동신문"])
    expect(may(rodong, publisher)).toBe(true);
  expect(may(kcnaKo, "KCNA.kp (En)")).toBe(false);
  expect(may(newstream, "Naenara")).toBe(true);
  expect(may(own, "Voice of Korea (EN)")).toBe(true);
  expect(may(own, "KCNA.kp (En)")).toBe(false);
});

describe("a page that says that there is no such page", () => {
  const ARTICLES = {
    kcnawatch: URL_OF_SEED,
    kcna: `http://www.kcna.kp/en/article/detail/${"0a".repeat(16)}`,
    rodong: "http://www.rodong.rep.kp/ko/index.php?MTJAMjAyNi0wMi0xOS0wMDNAMUAxQEAwQDhA",
    vok: "http://www.vok.rep.kp/index.php/revo_de/getDetail/ien250625008/en",
    mfa: "http://www.mfa.gov.kp/view/article/24796",
  };
  const read = (site: keyof typeof ARTICLES, html: string, listedTitle?: string) => {
    const source = BUILT_IN.find((one) => one.site.id === site) as Source;
    const result = readArticlePage({ html, source, address: ARTICLES[site], listedTitle });
    return "failure" in result ? result.failure.reason : result.story.article.title;
  };
  const headed = (heading: string) => `<html><body><main><h1>${heading}</h1><p>Sorry.</p></main></body></html>`;

  test.each(Object.keys(ARTICLES) as (keyof typeof ARTICLES)[])("%s, with status 200", (site) => {
    expect(read(site, headed("Page not found"), "A Title of the Listing")).toBe("not-found");
    expect(read(site, headed("A Title"), "A Title of the Listing")).not.toBe("not-found");
  });

  test.each([
    "404",
    "404 Not Found",
    "Error 404 (Not Found)!!1",
    "Oops! That page can’t be found.",
    "The page you are looking for could not be found",
    "페지를 찾을수 없습니다",
    "요청하신 페이지를 찾을 수 없습니다.",
    "您访问的页面不存在",
    "お探しのページは見つかりませんでした",
    "Страница не найдена",
    "Página no encontrada",
    "This article has been removed.",
    "Object not found!",
    "No such article",
    "해당 기사가 존재하지 않습니다.",
    "존재하지 않는 페지입니다",
    "삭제된 게시물입니다.",
    "게시물이 삭제되였습니다",
    "该文章不存在或已被删除",
    "この記事は削除されました",
    "الصفحة غير موجودة",
  ])("%s", (words) => {
    expect(read("kcnawatch", headed(words))).toBe("not-found");
    expect(read("vok", headed(words).replaceAll("h1", "h2"))).toBe("not-found");
    const title = `<html><head><title>${words} | Example News</title></head><body><p>Sorry.</p></body></html>`;
    expect(read("kcnawatch", title)).toBe("not-found");
  });

  test("no article whose title only contains the words, or is them", () => {
    const article = (title: string) =>
      page("article")
        .replaceAll("Respected Comrade Kim Jong Un Sends Verbal Message to President Xi Jinping", title)
        .replace("<title>Newstream", `<title>${title}`);
    for (const title of ["404 Households Move into New Houses", "Missing Page Not Found in Archives of Japan", "410"])
      expect(read("kcnawatch", article(title), title)).toBe(title);
    for (const title of ["Kim Jong Un Inspects KPA Unit No. 410", "Order of Supreme Commander: 404"]) {
      expect(read("kcnawatch", article(title), title)).toBe(title);
      expect(read("kcnawatch", article(title))).toBe(title);
    }
    // Nor one that quotes them in its text, or goes on for longer than is compared.
    const below = headed("A Title").replace("</main>", `<h2>Page not found</h2></main>`);
    expect(read("vok", below)).not.toBe("not-found");
    expect(read("vok", below.replaceAll("h1", "h3"))).not.toBe("not-found");
    const quoting = article("A Title").replace(/<div class="article-content">/, "$&<h2>404 Not Found</h2><p>404</p>");
    expect(read("kcnawatch", quoting)).toBe("A Title");
    const long = `Page not found: ${"What the Archives of Japan Lack ".repeat(5).trim()}`;
    expect(read("kcnawatch", article(long), long)).toBe(long);
    const missing = headed("Page Not Found").replace("<body>", "<head><title>News</title></head><body>");
    expect(read("kcnawatch", missing)).toBe("not-found");
    expect(read("kcnawatch", missing, "Page Not Found")).not.toBe("not-found");
    const separated = "Exhibition of Books - 404";
    expect(read("kcnawatch", article(separated), separated)).toBe(separated);
  });
});

describe("relative addresses and the page's base", () => {
  const LISTING = "https://kcnawatch.org/article/156/";
  const html = (base: string, href: string) =>
    `<html><head>${base}</head><body><p><a href="${href}">A title</a> 2026-01-30<img src="a/1.jpg"></p></body></html>`;
  const PATH = "newstream/1769737240-205284/slug/";
  test.each([
    ['<base target="_blank"><base href="/"><base href="/x/">', PATH, "https://kcnawatch.org/a/1.jpg"],
    ['<BASE HREF="https://kcnawatch.xyz/a/">', `../${PATH}`, "https://kcnawatch.xyz/a/a/1.jpg"],
    // What is wrong or elsewhere changes nothing.
    ['<base href="https://elsewhere.example/">', `/${PATH}`, "https://kcnawatch.org/article/156/a/1.jpg"],
    ['<base href="http://[">', `/${PATH}`, "https://kcnawatch.org/article/156/a/1.jpg"],
    ["", `../../${PATH}`, "https://kcnawatch.org/article/156/a/1.jpg"],
  ])("%s", (base, href, image) => {
    const listing = readListing({ html: html(base, href), source: kcna, address: LISTING });
    expect(listing).toMatchObject({ articles: [{ url: `https://kcnawatch.org/${PATH}`, image }] });
  });

  test("count for the links of an article's text", () => {
    const article = page("article").replace("<head>", '<head><base href="/a/">');
    const { body } = read(article.replace(/<div class="article-content">/, '$&<p><a href="b">See</a></p>'));
    expect(body).toContain('href="https://kcnawatch.org/a/b"');
  });
});

test("a link's parameters of campaigns are no part of its article's address", () => {
  const site = { ...(kcna as Source).site, origin: "https://news.example", articlePath: /\/a(?:\?.*\bid=|\/)(\w+)$/ };
  const source = { ...kcna, site: { ...site, canonicalPath: undefined, checkListing: undefined } } as unknown as Source;
  const urlOf = (href: string) => {
    const html = `<html><body><p><a href="${href}">A title</a> 2026-01-30</p></body></html>`;
    const listing = readListing({ html, source, address: "https://news.example/" });
    return "failure" in listing ? listing.failure.detail : listing.articles.map(({ url }) => url).join();
  };
  const NEWS = "https://news.example";
  expect(urlOf("/a/7?utm_source=home&amp;fbclid=x#more")).toBe(`${NEWS}/a/7`);
  expect(urlOf("/a?s=1&amp;id=7&amp;utm_source=home")).toBe(`${NEWS}/a?s=1&id=7`);
  expect(urlOf("/a?UTM_Source&amp;s=%C3%A9,+1&amp;gclid=&amp;id=7")).toBe(`${NEWS}/a?s=%C3%A9,+1&id=7`);
  expect(urlOf("https://news.example//a/7")).toBe(`${NEWS}/a/7`);
  expect(urlOf("/a?s=utm_source&amp;not_utm_a=1&amp;id=7")).toBe(`${NEWS}/a?s=utm_source&not_utm_a=1&id=7`);
});

describe("days of a listing in digits", () => {
  const days = (...dates: string[]) => {
    const cards = dates.map(
      (date, i) => `<p><a href="/newstream/176973724${i}-${i}/x/">Title ${i}</a> <i>${date}</i></p>`,
    );
    const html = `<html><body>${cards.join("")}</body></html>`;
    const listing = readListing({
      html,
      source: kcna,
      address: "https://kcnawatch.org/article/156/",
      now: Date.parse("2026-11-05T00:00:00Z"),
    });
    return "failure" in listing ? listing.failure.reason : listing.articles.map(({ day }) => day).join();
  };
  test.each([
    // The page says which number is the month; where it does not, the day comes first.
    [["11/05/2026", "Posted: 11/04/2026", "10/31/2026"], "2026-11-05,2026-11-04,2026-10-31"],
    [["05/11/2026", "04/11/2026", "31/10/2026"], "2026-11-05,2026-11-04,2026-10-31"],
    [["05/11/2026", "04/11/2026", "3/11/2026"], "2026-11-05,2026-11-04,2026-11-03"],
    [["11/05/2026", "31/10/2026", "10/31/2026"], "2026-05-11,2026-10-31,2026-10-31"],
    [["26.11.5", "26.11.4"], "2026-11-05,2026-11-04"],
    [["주체115년 11월 5일", "주체115년 11월 4일"], "2026-11-05,2026-11-04"],
    [["10:11:12", "-5"], "unreadable-dates"],
  ])("%s", (dates, expected) => expect(days(...dates)).toBe(expected));
});
