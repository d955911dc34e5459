import { beforeEach, describe, expect, test } from "vitest";
import type { ArticleRecord } from "../../src/archive/article-record.ts";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import type { Article } from "../../src/article.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import { articleDocument, newestOf } from "../../src/web/article-document.ts";
import { ArticlePage } from "../../src/web/pages/article.tsx";
import { bodyHtml, textInLines } from "../../src/web/pages/body-html.ts";
import { articleAt, ask, bindings, countedKv, type Listings, resetAfterEach, serve } from "../simulation.ts";

/** The pages of an article and of its versions. */

const HOUR = 3600_000;
const NOW = Date.parse("2026-06-01T00:00:00Z");
const first = articleAt(NOW, 7);
const PAGE = `/articles/kcnawatch/${first.key}`;
const BASE = `https://bridge.example${PAGE}`;

let env: Bindings;
let website: Listings;

beforeEach(async () => {
  env = bindings(countedKv().kv);
  website = new Map([["156", [{ ...first }]]]);
  serve(website);
  await tick(bridgeOf(env), NOW);
});
resetAfterEach();

const html = { accept: "text/html" };
/** A failed comparison prints the whole page: without its style. */
const pageOf = async (path: string): Promise<string> => {
  const response = await ask(env, path, { headers: html });
  expect([path, response.status]).toEqual([path, 200]);
  return mainOf(await response.text());
};

const mainOf = (page: string) => /<main.*<\/main>/s.exec(page)?.[0] ?? page;

async function edit(title: string, now: number): Promise<void> {
  website.set("156", [{ ...first, title }]);
  await refresh(
    bridgeOf(env),
    bridgeOf(env).sources.filter(({ id }) => id === "kcna-en"),
    now,
  );
}

describe("the page of an article", () => {
  test("shows text, outlet, dates, address and citation; search engines are asked to leave it out", async () => {
    const response = await ask(env, PAGE, { headers: html });
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("x-robots-tag")).toBe("noindex");
    expect(response.headers.get("link")).toContain(`<${BASE}/v2>; rel="cite-as"`);
    const page = await response.text();
    for (const part of [
      '<meta name="robots" content="noindex"/>',
      `<h1 lang="en">${first.title}</h1>`,
      "<p>Article 7, first paragraph of the text that the article page shows.</p>",
      '<dd><time datetime="2026-06-01">1 June 2026</time></dd>',
      `<a href="https://kcnawatch.org/newstream/${first.key}/${first.slug}/"`,
      "not a copy of the website&#39;s page",
      `“${first.title}”, 1 June 2026,`,
      "@misc{kcnawatch-",
      `<a href="${BASE}/v2">Version 2</a>`,
      `<a href="${BASE}/timemap">TimeMap</a>`,
      '<a href="https://bridge.example/feeds/kcna-en/2026-06">June 2026</a>',
      '<a href="https://bridge.example/feeds/kcna-en/2026-06?since=2026-06-01&amp;until=2026-06-01">',
      `<a href="https://bridge.example/feeds/all?q=%22${encodeURIComponent(first.title.toLowerCase()).replaceAll("%20", "+")}%22">`,
    ]) {
      expect(page).toContain(part);
    }
    expect(page).not.toContain("<img");
  });

  test("a version that brought only the first text is named so, and is not compared unless somebody asks", async () => {
    const page = await pageOf(PAGE);
    expect(page).toContain("<span>full text</span>");
    expect(page).not.toContain("From version 1 to version 2");
    expect(await pageOf(`${PAGE}?from=1&to=2`)).toContain("From version 1 to version 2");
  });

  test("differences of any two versions, in one text or side by side", async () => {
    await edit("Second headline <b>", NOW + HOUR);
    await edit("Third headline", NOW + 26 * HOUR);
    expect(await pageOf(PAGE)).toContain(
      "<del><i>[-</i>Second<i>-]</i></del> <ins><i>{+</i>Third<i>+}</i></ins> headline<del><i>[-</i> &#60;b&#62;<i>-]</i></del>",
    );
    // The first version was read in the listing, the second has the text.
    const side = await pageOf(`${PAGE}?from=1&to=3&view=side-by-side&utm_source=mail`);
    expect(side).toContain("From version 1 to version 3");
    expect(side).toContain('<div class="difference" lang="en"><del>Article</del> <del>7</del></div>');
    expect(side).toContain('<div class="difference" lang="en"><ins>Second</ins> <ins>headline &#60;b&#62;</ins></div>');
    expect(side).not.toContain("<ins>Article 7, first paragraph");
    expect(await pageOf(`${PAGE}?from=1&to=2`)).toContain(
      "<p>Both versions have the same title and excerpt.</p><p>The bridge had not read the text of version 1.</p>",
    );
    expect(await pageOf(`${PAGE}?from=2&to=2`)).toContain(
      "<p>Both versions have the same title, excerpt and text.</p>",
    );
    for (const [path, parameter] of [
      ["?from=9", "from"],
      ["?to=0", "to"],
      ["?from=1&to=1e1", "to"],
      ["?view=cube", "view"],
    ]) {
      const response = await ask(env, PAGE + path);
      expect([path, response.status]).toEqual([path, 400]);
      const problem = (await response.json()) as { accepts: string };
      expect(problem).toMatchObject({ parameter, detail: `${parameter} takes ${problem.accepts}` });
    }
  });

  test("an article that is not kept is a page in words, and its address is not repeated", async () => {
    const response = await ask(env, "/articles/kcnawatch/%3Cscript%3E", { headers: html });
    expect(response.status).toBe(404);
    const page = await response.text();
    expect(page).toContain("No article with this address is stored.");
    expect(page).not.toMatch(/<script>|%3Cscript/);
  });
});

test("the page of a version is a memento, and shows what that version said", async () => {
  await edit("Second headline", NOW + HOUR);
  const response = await ask(env, `${PAGE}/v1`, { headers: html });
  expect(response.headers.get("memento-datetime")).toBe("Mon, 01 Jun 2026 00:00:00 GMT");
  expect(response.headers.get("link")).toContain(`<${BASE}/timemap>; rel="timemap"`);
  const page = await response.text();
  expect(page).toContain(`<h1 lang="en">${first.title}</h1>`);
  expect(page).toContain("Version 1 of 3, first seen 1 Jun 2026, 09:00 in Korea.");
  expect(page).toContain(`Version 1, read by bridge.example on 1 June 2026, ${BASE}/v1.`);
  expect((await ask(env, `${PAGE}/v4`, { headers: html })).status).toBe(404);
});

describe("every entry of a feed leads to the article's page", () => {
  const linked = (text: string) =>
    [...text.matchAll(/https:\/\/bridge\.example\/articles\/[^"<&\\]+/g)].map(([url]) => url);

  test.each(["rss?content=full", "atom", "json"])("%s", async (format) => {
    expect(linked(await (await ask(env, `/feeds/kcna-en.${format}`)).text())).toEqual([BASE]);
  });

  test("an edit's too, in the change feed and on its page; and the lines of pages, which also lead to the versions", async () => {
    await edit("Second headline", NOW + HOUR);
    for (const file of ["changes.rss", "changes.atom", "changes.json"]) {
      expect([file, linked(await (await ask(env, `/feeds/kcna-en/${file}`)).text())]).toEqual([file, [BASE]]);
    }
    for (const path of ["/feeds/kcna-en/changes", "/feeds/kcna-en", "/"])
      expect(new Set(linked(await pageOf(path)))).toEqual(new Set([BASE, `${BASE}#versions`]));
  });
});

describe("a text for a page", () => {
  test("pictures are named in their places and not loaded; a picture in a link is only text", () => {
    const html = `<h2>One</h2><p>A <img alt=" src=" src="https://a.example/1.jpg?x=1&amp;y=2"></p><a href="https://b.example/" rel="noopener noreferrer"><img src="https://a.example/2.jpg"></a><a href="https://c.example/"> </a>`;
    expect(bodyHtml(html)).toBe(
      `<h3>One</h3><p>A <span class="picture">Picture “src=”: <a href="https://a.example/1.jpg?x=1&#38;y=2" rel="noopener noreferrer">https://a.example/1.jpg?x=1&#38;y=2</a></span></p><a href="https://b.example/" rel="noopener noreferrer"><span class="picture">Picture: https://a.example/2.jpg</span></a>`,
    );
  });

  test("two versions are compared by paragraphs and pictures", () => {
    expect(
      textInLines('<p>One<br>two</p><p>A &lt; <b>B</b></p><img src="https://a.example/1.jpg" alt="A leader">'),
    ).toBe("One\n\ntwo\n\nA < B\n\nPicture “A leader”: https://a.example/1.jpg");
  });
});

describe("an article with a long history", () => {
  const record = (): ArticleRecord => {
    const url = "https://www.kcna.kp/ar/article/1";
    const article = { site: "kcna", key: "a/b ؟", id: "tag:kcna.kp,2026:1", source: "kcna-ar", language: "ar", url };
    const at = "2026-06-01T00:00:00Z";
    const dates = { day: "2026-06-01", published: at, updated: at, firstSeen: at };
    const copy = {
      ...article,
      ...dates,
      site: "kcnawatch",
      key: "1-1",
      title: "نسخة",
      excerpt: "",
      url: "https://kcnawatch.org/1",
    };
    return {
      article: { ...article, ...dates, title: "عنوان", excerpt: "مقتطف" },
      listed: [{ source: "kcna-ar", since: at, lastSeen: at }],
      lastSeen: at,
      versions: Array.from({ length: 45 }, (_, i) => ({
        n: i + 1,
        at,
        event: i === 0 ? "added" : "edited",
        title: `عنوان ${i + 1}`,
        excerpt: "مقتطف",
        html: "",
      })),
      versionCount: 45,
      presence: [
        { event: "gone", at: "2026-06-03T00:00:00Z" },
        { event: "back", at: "2026-06-04T00:00:00Z" },
      ],
      copies: [{ article: copy, html: "" }],
    };
  };
  const render = async (before: number, key?: string, more: Partial<Article> = {}) => {
    const { article, ...rest } = record();
    const of: ArticleRecord = { ...rest, article: { ...article, ...more } };
    const document = await articleDocument({ url: "https://bridge.example" }, [], of);
    const base = { url: "https://bridge.example", ...(key && { key }) };
    const version = newestOf(document);
    return String(ArticlePage({ base, sources: [], document, version, isVersionPage: false, before }));
  };

  test("versions are paged; deletion, return, copy and direction are told; odd keys are encoded", async () => {
    const page = await render(Number.POSITIVE_INFINITY);
    expect(page).toContain('<h1 lang="ar" dir="rtl">عنوان 45</h1>');
    expect(page.match(/>Version \d+<\/a>/g)).toHaveLength(20);
    expect(page).toContain("/articles/kcna/a%2Fb%20%D8%9F?before=26#versions");
    expect(page).toMatch(/No longer at this address<\/dt><dd><time datetime="2026-06-03T00:00:00Z">/);
    expect(page).toMatch(/Back at its address<\/dt><dd><time datetime="2026-06-04T00:00:00Z">/);
    expect(page).toContain('<a href="https://bridge.example/articles/kcnawatch/1-1">as read by this bridge</a>');
    const last = await render(6);
    expect(last.match(/>Version \d+<\/a>/g)).toHaveLength(5);
    expect(last).not.toContain("Older versions");
  });

  test("that the website has deleted it stands beside its date, as long as it is so", async () => {
    const gone = /2026<\/time> · <a href="#versions">45 versions<\/a> · .*no longer at this address.*<\/p>/;
    expect(await render(1)).not.toContain("no longer at this address");
    expect(await render(1, undefined, { dayOnly: true, gone: "2026-06-05T00:00:00Z" })).toMatch(gone);
  });

  test("of an article whose website prints no time, none is told", async () => {
    expect(await render(1)).toContain('<time datetime="2026-06-01T00:00:00Z">1 June 2026, 09:00 in Korea</time> ·');
    expect(await render(1, undefined, { dayOnly: true })).toContain('<time datetime="2026-06-01">1 June 2026</time> ·');
  });

  test("its reprints are links, each to the website and to what this bridge has read", async () => {
    const url = "https://www.rodong.rep.kp/2";
    const reprint = { site: "rodong", key: "ko-2", source: "kp-rodong-ko", url, listed: {}, firstSeen: "" };
    expect(await render(1, undefined, { reprints: [reprint] })).toContain(
      `<li>Reprint: <a href="${url}" rel="noopener noreferrer">${url}</a> (<a href="https://bridge.example/articles/rodong/ko-2">as read by this bridge</a>)</li>`,
    );
  });

  test("in a private bridge its links hand on the key, the citation does not", async () => {
    const page = await render(Number.POSITIVE_INFINITY, "secret");
    expect(page).toContain("/v45?key=secret");
    expect(page).toContain('<input type="hidden" name="key" value="secret"/>');
    expect(page).toContain("/v45.</p>");
  });
});
