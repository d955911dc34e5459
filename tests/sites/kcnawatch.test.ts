import { describe, expect, test } from "vitest";
import type { ScrapedArticle } from "../../src/article.ts";
import { isAnswer as isAnswerOf, listingRegion, newestPath } from "../../src/sites/addresses.ts";
import { BUILT_IN } from "../../src/sites/index.ts";
import { readArticlePage, readListing } from "../../src/sites/reader.ts";
import type { Source } from "../../src/sites/site.ts";
import { page } from "../pages.ts";
import seed from "../replica/seed.json" with { type: "json" };

const kcna = BUILT_IN[0] as Source;
const LISTING = "https://kcnawatch.org/article/156/";

function read(html: string, source = kcna, url = LISTING): ScrapedArticle[] {
  const listing = readListing({ html, source, address: url });
  if ("failure" in listing) throw new Error(`${listing.failure.reason}: ${listing.failure.detail}`);
  return listing.articles;
}

function reasonOf(html: string, source = kcna, url = LISTING): string {
  const listing = readListing({ html, source, address: url });
  return "failure" in listing ? listing.failure.reason : `${listing.articles.length} articles`;
}

const expected = seed.map(({ key, slug, title, excerpt, printed }) => ({
  key,
  id: `tag:kcnawatch.org,2026:newstream/${key}`,
  url: `https://kcnawatch.org/newstream/${key}/${slug}/`,
  title,
  excerpt,
  day: `2026-01-${printed.slice(8, 10)}`,
  language: "en",
  collectedAt: Number.parseInt(key, 10) * 1000,
}));

describe("a listing is read whatever its markup", () => {
  test.each([
    "source-156",
    "markup-image-alt",
    "markup-renamed-classes",
    "markup-relative-links",
    "markup-xyz",
    "markup-one-link",
    "markup-flat",
    "markup-day-headings",
    "markup-chrome",
  ])("%s shows the seed's 16 articles in its order, each excerpt once", (name) => {
    expect(read(page(name))).toEqual(expected);
  });

  test("nested paths keep their folder and their key", () => {
    const articles = read(page("markup-nested"));
    expect(articles).toEqual(
      expected.map((article) => ({ ...article, url: article.url.replace(/(\d+-\d+\/)/, "$12014/") })),
    );
  });

  test("a card without an excerpt has not its source as one", () => {
    const card = (n: number, more: string) =>
      `<li><a href="/newstream/176973724${n}-1/x/">Title ${n}</a><p>January 30, 2026${more}</p></li>`;
    const cards = [
      card(3, "</p><p>Minju Choson (EN)"),
      card(2, " | <span>Rodong Sinmun (En)</span>"),
      card(1, "</p><p>Words"),
    ];
    expect(read(`<ul>${cards.join("")}</ul>`).map(({ excerpt }) => excerpt)).toEqual(["", "", "Words"]);
  });

  test("load-more fragments are read, and their overlap and end told", () => {
    const fragment = (from: number) =>
      read(page(`load-more-${from}`), kcna, `https://kcnawatch.org/wp-admin/admin-ajax.php?from=${from}&to=10`);
    expect([...fragment(0), ...fragment(10)]).toEqual(expected);
    expect(fragment(20)).toEqual([]);
  });

  test("a load-more fragment that breaks off is none: its last excerpt would be an edit", () => {
    const [html, url] = [page("load-more-0"), "https://kcnawatch.org/wp-admin/admin-ajax.php?from=0&to=10"];
    const cut = html.indexOf(expected[9]?.excerpt.slice(0, 40) as string) + 30;
    expect(reasonOf(html.slice(0, cut), kcna, url)).toBe("truncated");
    expect(reasonOf(html.slice(0, html.lastIndexOf("<a") + 6), kcna, url)).toBe("truncated");
    expect(reasonOf(`${html}\n0`, kcna, url)).toBe("10 articles");
  });

  test("the article page's own list is read like any other", () => {
    expect(read(page("article"))).toEqual(expected);
  });

  test("another host is fetched, the canonical one is linked", () => {
    const articles = read(page("markup-relative-links"), kcna, "http://127.0.0.1:8080/article/156/");
    expect(articles.map(({ url }) => new URL(url).origin)).toEqual(expected.map(() => "https://kcnawatch.org"));
  });

  test("a listing of a single article does not take the header's date", () => {
    const one = page("source-156")
      .replace(/(<\/article>)[\s\S]*<\/article>/, "$1")
      .replaceAll("January 30, 2026</span></p>", "January 12, 2026</span></p>");
    const [article, ...more] = read(one);
    expect(more).toEqual([]);
    expect(article).toEqual({ ...expected[0], day: "2026-01-12" });
  });

  test("a card without a title has the words of its slug, but for what cannot be decoded at its cut end", () => {
    const titleOf = (path: string) =>
      read(`<div><a href="/newstream/${path}"></a><p>January 30, 2026</p></div>`).map(({ title }) => title);
    expect(titleOf("1769737240-1/press-review/")).toEqual(["Press review"]);
    expect(titleOf("1769737240-1/2014/%ED%8F%89%EC%96%91-%EB%B0%A9/")).toEqual(["평양 방"]);
    expect(titleOf("1769737240-1/%ED%8F%89%EC%96%91-%EB%B0/")).toEqual(["평양"]);
    expect(titleOf("1769737240-1/")).toEqual(["Untitled"]);
    // Of a longer end each part would be tried, for each card of a page.
    expect(titleOf("1769737240-1/press-%E5-review-of-the-day/")).toEqual(["Untitled"]);
  });

  test("an article listed twice is one", () => {
    const twice = page("source-156").replace(
      "<article",
      `${/<article[\s\S]*?<\/article>/.exec(page("source-156"))?.[0]}<article`,
    );
    expect(read(twice)).toEqual(expected);
  });

  test("two articles of one title on one day stay two", () => {
    const visits = page("source-156")
      .replaceAll("Technical Competition Brisk in DPRK", "Visits")
      .replaceAll("Intelligent Tele-education System Established in DPRK", "Visits");
    expect(
      read(visits)
        .filter(({ title }) => title === "Visits")
        .map(({ key }) => key),
    ).toEqual(["1769737240-205284", "1769736398-16043558"]);
  });

  test("a date within an excerpt is the story's, not the listing's", () => {
    const told = page("source-156").replaceAll("Pyongyang, January 30 (KCNA) -- ", "Pyongyang, on April 15, 2012 -- ");
    expect(read(told).map(({ day }) => day)).toEqual(expected.map(({ day }) => day));
  });

  test("a picture of the article is kept, the source's logo never", () => {
    const pictured = page("source-156").replace("kcna-english.png", "2026/01/kju-20260130-1.jpg");
    const images = read(pictured).map(({ image }) => image);
    expect(images[0]).toBe("https://assets.korearisk.com/uploads/sites/5/2015/11/2026/01/kju-20260130-1.jpg");
    expect(images.slice(1).filter(Boolean)).toEqual([]);
  });

  test.each([
    "/u/photo.jpg",
    "/uploads/sites/5/2026/01/launch-site.jpg",
    "/u/kju-1.jpg",
    "/u/kcna-20260130.jpg",
    "/2025/12/1.png",
  ])("a picture of one article: %s", (image) => {
    const pictured = page("source-156").replace(/src="[^"]*kcna-english.png"/, `src="${image}"`);
    expect(read(pictured).map(({ image }) => image)).toEqual([`https://kcnawatch.org${image}`, ...Array(15)]);
  });

  test.each([
    "/u/kcna-english.png",
    "/u/KCNA-English-150x150.png",
    "/u/rodong-sinmun-2.jpg",
    "/u/voice_of_korea.gif",
    "/u/naenara-logo-2015.png",
    "/u/default.jpg",
    "/uploads/sites/5/2015/11/meari.png",
    "data:image/png;base64,AAAA",
  ])("none, though one card alone shows it: %s", (image) => {
    const [first] = read(page("source-156").replace(/src="[^"]*kcna-english.png"/, `src="${image}"`));
    expect(first?.title).toBe(expected[0]?.title);
    expect(first?.image).toBeUndefined();
  });

  test("none whose address is longer than addresses are", () => {
    const imageOf = (length: number) =>
      read(
        page("source-156").replace(/src="[^"]*kcna-english.png"/, `src="${`/${"x".repeat(length)}`.slice(0, length)}"`),
      )[0]?.image;
    expect([imageOf(2000)?.length, imageOf(2001)]).toEqual(["https://kcnawatch.org".length + 2000, undefined]);
  });

  test("none where several cards show it", () => {
    const pictured = page("source-156").replace(/src="[^"]*kcna-english.png"/g, 'src="/u/photo.jpg"');
    expect(read(pictured).filter(({ image }) => image)).toEqual([]);
  });

  test("mixed sources tell the language by the script", () => {
    const newstream = BUILT_IN.find(({ id }) => id === "newstream") as Source;
    const mixed = page("source-156")
      .replaceAll("Press Review", "·경애하는 김정은동지께서")
      .replaceAll("Innovations in Timber Production", "Innovaciones en la producción de la madera");
    const languages = new Map(read(mixed, newstream).map(({ key, language }) => [key, language]));
    expect(languages.get("1769649156-31881832")).toBe("ko");
    expect(languages.get("1769737240-205284")).toBe("en");
    expect(new Set(languages.values())).toEqual(new Set(["en", "ko"]));
  });
});

describe("what is no listing says why", () => {
  test.each([
    ["signup", "sign-up"],
    ["challenge", "blocked"],
    ["source-empty", "layout-changed"],
  ])("%s: %s", (name, reason) => expect(reasonOf(page(name))).toBe(reason));

  test("the page to which it redirects visitors who have not signed up, whatever its form is called", () => {
    const html = "<html><body><h1>Become a member</h1><form><input type='email'></form></body></html>";
    expect(reasonOf(html, kcna, "https://kcnawatch.org/free-member-form/")).toBe("sign-up");
    expect(reasonOf(html)).toBe("layout-changed");
  });

  test("nothing is empty, half a page truncated, and noise or nonsense no HTML", () => {
    expect(reasonOf("")).toBe("empty");
    expect(reasonOf(page("source-156").slice(0, 9000))).toBe("truncated");
    expect(reasonOf("\u0000\u0001\u0002".repeat(500))).toBe("not-html");
    expect(reasonOf("just words")).toBe("not-html");
    expect(reasonOf("0", kcna, "https://kcnawatch.org/wp-admin/admin-ajax.php?from=0&to=10")).toBe("layout-changed");
  });

  test("one whose dates nobody can read has unreadable dates", () => {
    expect(reasonOf(page("source-156").replace(/January \d\d, 2026<\/span><\/p>/g, "recently</span></p>"))).toBe(
      "unreadable-dates",
    );
  });

  test("but not a page on which a picture has that title", () => {
    const html = page("source-156")
      .replaceAll("KCNA.kp (En)", "Another")
      .replace("</title>", "</title><svg><title>Newstream</title></svg>");
    expect(reasonOf(html)).toBe("16 articles");
  });

  test("the newstream of all in the place of a source's page", () => {
    const generic = page("source-156").replaceAll("KCNA.kp (En)", "Newstream");
    expect(reasonOf(generic)).toBe("wrong-page");
    expect(reasonOf(generic, BUILT_IN[1] as Source)).toBe("16 articles");
    // The source's own name is on one of its cards, as everybody's is.
    const media = ["Rodong Sinmun (En)", "KCNA.kp (En)", "Voice of Korea (EN)"];
    const mixed = generic.replace(/<\/h4>/g, () => `</h4><b>${media[0]}</b>${media.reverse() && ""}`);
    expect(reasonOf(mixed)).toBe("wrong-page");
  });

  test("what of a page tells whether its listing changed: all of its cards, nothing of its chrome", () => {
    const card = (n: number) =>
      `<div><span>January 30, 2026</span><h3>Title ${n}</h3><p>Text ${n}</p><a href="/newstream/176973724${n}-${n}/x/">Read</a><i>after ${n}</i></div>`;
    const html = `<header>January 31, 2026</header><nav>x</nav><main>${card(1)}${card(2)}${card(3)}</main>`;
    for (const chrome of ["January 31, 2026", "<nav>x</nav>"]) {
      expect(listingRegion(kcna.site, html.replace(chrome, "<nav>other</nav>"))).toBe(listingRegion(kcna.site, html));
    }
    for (const edit of ["Title 1", "Text 1", "Title 3", "after 3"]) {
      expect(listingRegion(kcna.site, html.replace(edit, "edited"))).not.toBe(listingRegion(kcna.site, html));
    }
  });

  test.each([
    ["elements nested beyond reason", "<div>".repeat(100_000), "nests elements more than 400 deep"],
    ["more elements than a page has", "<b></b>".repeat(60_000), "holds more than 40000 elements and texts"],
    ["more comments than a page has", "<!---->".repeat(60_000), "holds more than 40000 elements and texts"],
    ["more articles than a listing has", "", "links more than 1000 articles"],
  ])("%s", (_, html, bound) => {
    const link = (n: number) => `<p><a href="/newstream/${1769000000 + n}-1/x/">Title</a> January 30, 2026</p>`;
    const links = Array.from({ length: html ? 1 : 1001 }, (_, n) => link(n));
    const facts = "<h1>T</h1><p>Date: 23/03/2021 | Source: KCNA.kp (En)</p>";
    const url = "https://kcnawatch.org/newstream/1616457600-12345/x/";
    const failure = { reason: "layout-changed", detail: `the page ${bound}` };
    expect(readListing({ html: html + links.join(""), source: kcna, address: LISTING })).toEqual({ failure });
    expect(readArticlePage({ html: facts + html + links.join(""), source: kcna, address: url })).toEqual({ failure });
  });
});

describe("hostile pages", () => {
  const hostile = (title: string) =>
    read(`<div><h4><a href="/newstream/1769737240-1/x/">${title}</a></h4><p>January 30, 2026</p></div>`)[0]?.title;

  test("control characters go, entities are read once, markup in a title is text", () => {
    expect(hostile("a\u0000b\u0007c\u001fd")).toBe("abcd");
    expect(hostile("Workers&#8217; &amp;lt; &quot;Party&quot;")).toBe('Workers’ &lt; "Party"');
    expect(hostile("&lt;script&gt;alert(1)&lt;/script&gt;")).toBe("<script>alert(1)</script>");
    expect(hostile("&#xD800;x&#xFFFE;")).not.toMatch(/[\ud800-\udfff\ufffe]/);
    expect(hostile("]]&gt;")).toBe("]]>");
  });

  test("what is no character goes, the next line is white space", () => {
    expect(hostile("a\u0080b\u0084c\u0090d\u009fe\u0085f")).toBe("abcde f");
    expect(hostile("a\ufdd0b\ufdefc\u{1fffe}d\u{1ffff}e\u{5fffe}f\u{10ffff}g\uffffh&#x1FFFE;")).toBe("abcdefgh");
    expect(hostile("\ufdcf\ufdf0\u{1fffd}\u{10fffd}")).toBe("\ufdcf\ufdf0\u{1fffd}\u{10fffd}");
  });

  test("what nobody sees goes: directions turned, spaces of no width, hyphens that are not there", () => {
    expect(hostile("mis\u200bsile \u202egnp\u202c \u2067x\u2069 \ufeffco\u00adop\u2060")).toBe("missile gnp x coop");
    expect(hostile("mis\u200csi\u200dle 평\u200b양 \u200e2026")).toBe("missile 평양 2026");
    const [article] = read(
      `<div><h4><a href="/newstream/1769737240-1/x/">T</a></h4><p>An ex\u200bcerpt\u202e</p><p>January 30, 2026</p></div>`,
    );
    expect(article?.excerpt).toBe("An excerpt");
  });

  test("joiners stay where a script or a picture is made of them", () => {
    for (const text of ["می\u200cخواهم", "क्\u200dष", "👩\u200d🚀"]) expect(hostile(text)).toBe(text);
  });

  test("titles and excerpts are cut at a word", () => {
    const words = "word ".repeat(20_000);
    expect(hostile(words)).toBe("word ".repeat(100).trim());
    expect(hostile("x".repeat(100_000))).toBe("x".repeat(500));
    expect(hostile(`${"x".repeat(498)} ${"y".repeat(100_000)}`)).toBe("x".repeat(498));
    const html = `<div><h4><a href="/newstream/1769737240-1/x/">T</a></h4><p>${words}</p><p>January 30, 2026</p></div>`;
    expect(read(html)[0]?.excerpt).toBe("word ".repeat(400).trim());
    const articlePage = readArticlePage({
      html: `<h1>${words}</h1><p>Date: 23/03/2021 | Source: KCNA.kp (En)</p><p>x</p>`,
      source: kcna,
      address: "https://kcnawatch.org/newstream/1616457600-12345/x/",
    });
    expect("story" in articlePage && articlePage.story.article.title).toBe("word ".repeat(100).trim());
  });

  test("an original's address that is longer than addresses are is none", () => {
    const original = (length: number) => {
      const href = "http://www.kcna.kp/en/".padEnd(length, "o");
      const link = `<a href="${href}">Read original version at source</a>`;
      const read = readArticlePage({
        html: `<h1>T</h1><p>Date: 23/03/2021 | Source: KCNA.kp (En) | ${link}</p><div class="article-content"><p>x</p></div>`,
        source: kcna,
        address: "https://kcnawatch.org/newstream/1616457600-12345/x/",
      });
      return "story" in read && read.story.original?.length;
    };
    expect([original(2000), original(2001)]).toEqual([2000, undefined]);
  });

  test("a text that fits into no line of a backup is not kept, however short its page is", () => {
    const story = (text: string) =>
      readArticlePage({
        html: `<h1>T</h1><p>Date: 23/03/2021 | Source: KCNA.kp (En)</p><div class="article-content"><p>${text}</p></div>`,
        source: kcna,
        address: "https://kcnawatch.org/newstream/1616457600-12345/x/",
      });
    const failure = { reason: "too-large", detail: "the text is larger than 1 MB" };
    for (const [text, count] of [
      ["> ", 250_000],
      ['" ', 400_000],
      ["김정은 ", 110_000],
    ] as const) {
      expect([text, story(text.repeat(count))]).toEqual([text, { failure }]);
      expect([text, "story" in story(text.repeat(count / 2))]).toEqual([text, true]);
    }
  });

  test("a time of intake that cannot be is none, and gives no day", () => {
    const card = (key: string, day: string) => `<p><a href="/newstream/${key}/x/">Title</a> ${day}</p>`;
    const dated = card("1769737240-1", "January 30, 2026");
    const keys = ["999999999999-2", "946684799-3", "4102444800-4", "100000-5"];
    const scraped = read(
      `<main>${dated}${keys.map((key) => card(key, "")).join("")}${dated.replace("-1", "-6")}</main>`,
    );
    expect(scraped.map(({ key, day }) => [key, day])).toEqual([
      ["1769737240-1", "2026-01-30"],
      ["1769737240-6", "2026-01-30"],
    ]);
    for (const key of keys) {
      const [article] = read(`<main>${card(key, "January 30, 2026")}</main>`);
      expect(article).toMatchObject({ key, day: "2026-01-30" });
      expect(article).not.toHaveProperty("collectedAt");
    }
  });

  test("an element may be called what every object has", () => {
    for (const name of ["constructor", "toString", "hasOwnProperty"]) {
      expect(hostile(`<${name} ${name}=x __proto__=y>Title</${name}>`)).toBe("Title");
    }
  });

  test("a script inside a card is not its text", () => {
    const [article] = read(page("source-156").replace("<h4>", "<script>var title = 'no'</script><h4>"));
    expect(article).toEqual(expected[0]);
  });
});

describe("addresses", () => {
  test("each kind of source has its listing, and only load-more can be paged", () => {
    const kinds = ["kcna-en", "newstream", "rodong-ko", "kcna-ko"].map((id) =>
      BUILT_IN.find((source) => source.id === id),
    );
    const lists = (kinds as Source[]).map((source) => [
      source.id,
      newestPath(source),
      source.site.listingPath(source, 1),
    ]);
    const ajax = (from: number) =>
      `/wp-admin/admin-ajax.php?action=get_cat_by_source&die=true&from=${from}&to=10&sort=&id=189661`;
    expect(lists).toEqual([
      ["kcna-en", "/article/156/", undefined],
      ["newstream", "/newstream/", undefined],
      ["rodong-ko", ajax(0), ajax(10)],
      ["kcna-ko", "/?s=&source=190036&sort=recent", undefined],
    ]);
  });

  test("a redirect within the listing is an answer, one to another page is none", () => {
    const isAnswer = (asked: string, path: string) => isAnswerOf(kcna.site, asked, path);
    expect(isAnswer("/article/156/", "/article/156")).toBe(true);
    expect(isAnswer("/?s=&source=190036&sort=recent", "/?source=190036&sort=recent")).toBe(true);
    expect(isAnswer("/article/156/", "/newstream/")).toBe(false);
    expect(isAnswer("/?s=&source=190036&sort=recent", "/")).toBe(false);
    expect(isAnswer("/newstream/1-2/old/", "/newstream/1-2/new/")).toBe(false);
    expect(isAnswer("/newstream/1769737240-2/old/", "/newstream/1769737240-2/new/")).toBe(true);
  });
});

describe("cards of other making", () => {
  const A = (title: string, n = 1) => `<a href="/newstream/176973724${n}-${n}/x/">${title}</a>`;
  const one = (html: string) => {
    const [first] = read(`<main>${html}</main>`);
    return [first?.title, first?.excerpt, first?.day];
  };
  const DAY = "2026-01-30";
  const E = "Pyongyang, January 12 (KCNA) -- An excerpt of some length";

  test.each([
    [
      "a date in the title",
      `<article><h4>${A("Visits on January 5, 2026")}</h4><p>${E}</p><p>January 30, 2026</p></article>`,
      "Visits on January 5, 2026",
      E,
    ],
    [
      "a title that is a date",
      `<article><h4>${A("January 5, 2026")}</h4><p>${E}</p><p>January 30, 2026</p></article>`,
      "January 5, 2026",
      E,
    ],
    [
      "a short excerpt with a date",
      `<article><h4>${A("T")}</h4><p>Pyongyang, January 12, 2026 --</p><p>January 30, 2026</p></article>`,
      "T",
      "Pyongyang, January 12, 2026 --",
    ],
    [
      "the date in the heading",
      `<div><h4>${A("Title")} <small>January 30, 2026</small></h4><p>${E}</p></div>`,
      "Title",
      E,
    ],
    [
      "the medium in a heading",
      `<div><h5>Rodong Sinmun (En)</h5><h4>${A("Title")}</h4><p>${E}</p><p>January 30, 2026</p></div>`,
      "Title",
      E,
    ],
    [
      "a footer of its own",
      `<div><div><h3>Title</h3><p>${E}</p></div><footer><span>January 30, 2026</span> ${A("Read")}</footer></div>`,
      "Title",
      E,
    ],
    ["line breaks", `<p>${A("Title")}<br>${E}<br>January 30, 2026</p>`, "Title", E],
    ["line breaks, the date first", `<p>January 30, 2026<br>${A("Title")}<br>${E}</p>`, "Title", E],
    [
      "an excerpt of two lines",
      `<div><h4>${A("Title")}</h4><p>One line,<br>and another.</p><p>January 30, 2026</p></div>`,
      "Title",
      "One line, and another.",
    ],
    ["all in one line", `<ul><li>${A("Title")} <span>${E}</span> <span>January 30, 2026</span></li></ul>`, "Title", E],
    [
      "all in one line, with emphasis",
      `<ul><li><strong>${A("Title")}</strong> ${E} <em>January 30, 2026</em></li></ul>`,
      "Title",
      E,
    ],
    ["a dash and the date", `<ul><li>${A("Title")} - January 30, 2026</li></ul>`, "Title", ""],
    ["the date in brackets", `<ul><li>${A("Title")} (January 30, 2026)</li></ul>`, "Title", ""],
    ["the date and a colon", `<ul><li>January 30, 2026: ${A("Title")}</li></ul>`, "Title", ""],
    ["read more", `<div><h4>${A("Title")}</h4><p>${E} ${A("Read more")}</p><p>January 30, 2026</p></div>`, "Title", E],
    [
      "a link within the excerpt",
      `<div><h4>${A("Title")}</h4><p>One <a href="/tag/x/">Kim</a> spoke.</p><p>January 30, 2026</p></div>`,
      "Title",
      "One Kim spoke.",
    ],
  ])("%s", (_, html, title, excerpt) => {
    expect(one(html)).toEqual([title, excerpt, DAY]);
  });

  test("parts that lie flat, each card's date before it", () => {
    const cards = [1, 2, 3].map((n) => `<p>January ${27 + n}, 2026</p><h3>${A(`Title ${n}`, n)}</h3><p>${E} ${n}</p>`);
    const scraped = read(`<main>${cards.reverse().join("")}</main>`);
    expect(scraped.map(({ title, excerpt, day }) => [title, excerpt, day])).toEqual(
      [3, 2, 1].map((n) => [`Title ${n}`, `${E} ${n}`, `2026-01-${27 + n}`]),
    );
  });

  test("one title on most cards is the title of them all the same, whatever the pictures are called", () => {
    const cards = ["Visits", "Visits", "Third"].map(
      (title, n) => `<div><h4>${A(title, n)}</h4><img src="/k.png" alt="kju-${n}"><p>January 30, 2026</p></div>`,
    );
    expect(read(`<main>${cards.join("")}</main>`).map(({ title }) => title)).toEqual(["Visits", "Visits", "Third"]);
  });

  test("what stands aside is not the listing, dated or not", () => {
    const aside = `<aside><h3>Trending</h3><ul><li>${A("Old", 9)} <span>July 14, 2017</span></li></ul></aside>`;
    const cards = [1, 2].map((n) => `<div><h4>${A(`Title ${n}`, n)}</h4><p>January 30, 2026</p></div>`).join("");
    for (const html of [aside + cards, cards + aside]) {
      expect(read(`<main>${html}</main>`).map(({ title }) => title)).toEqual(["Title 1", "Title 2"]);
    }
  });

  test.each(["latest_article_wrapper", "search_wrapper"])("what stands outside #%s is not the listing", (id) => {
    const cardOf = (title: string, n: number) => `<div><h4>${A(title, n)}</h4><p>January 30, 2026</p></div>`;
    const side = `<div class="sidebar"><h3>Most read</h3>${cardOf("Old", 9)}</div>`;
    const listing = `<div id="${id}">${cardOf("Title 1", 1)}<aside>${cardOf("Aside", 8)}</aside>${cardOf("Title 2", 2)}</div>`;
    for (const html of [side + listing, listing + side]) {
      expect(read(`<main>${html}</main>`).map(({ title }) => title)).toEqual(["Title 1", "Title 2"]);
    }
    // An empty one, or none, is no reason to see nothing.
    for (const empty of [`<div id="${id}"></div>`, ""]) expect(read(`<main>${empty}${side}</main>`)).toHaveLength(1);
  });

  test.each([
    "January 30 2026",
    "30th of January 2026",
    "30 January 2026",
    "30-01-2026",
    "30.01.2026",
    "30/01/2026",
    "2026. 1. 30.",
    "2026.01.30",
    "2026-01-30",
    "2026년 1월 30일",
    "2026年1月30日",
    "30 de enero de 2026",
    '<time datetime="2026-01-29T17:00:00Z">2 hours ago</time>',
    '<time datetime="2026-01-30">today</time>',
  ])("the day is read from %s", (printed) => {
    expect(one(`<div><h4>${A("Title")}</h4><p>${E}</p><p>${printed}</p></div>`)).toEqual(["Title", E, DAY]);
  });
});
