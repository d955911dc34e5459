import { describe, expect, test } from "vitest";
import { decode } from "../../src/refresh/page-bytes.ts";
import { page } from "../pages.ts";
import { encodeEucKr } from "../replica/outlets/faults.ts";
import { article, keyOf, listing, locationOf, sourceOf } from "./outlets.ts";

const GREENHOUSE = "Respected Comrade Kim Jong Un Visits Songhak Greenhouse Farm";
const PATH = "/en/article/detail/0f1e2d3c4b5a69788796a5b4c3d2e1f0";

describe("a listing of kcna.kp", () => {
  test("titles are the text without icons, leaders' names whole, and the day is the printed one", () => {
    const articles = listing("kp-kcna-en", page("kcna-kp-list"));
    expect(articles).toMatchObject([
      { title: GREENHOUSE, day: "2026-10-06", excerpt: "", language: "en" },
      { title: "Press Review", day: "2026-10-06" },
      { title: "Harvest Nears End in South Hwanghae", day: "2026-10-05" },
      { title: "Press Review", day: "2026-10-05" },
      { title: '"Wonsan" Stockings & Their Makers', day: "2026-09-30" },
    ]);
    expect(articles[0]).toMatchObject({
      key: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
      id: "tag:kcna.kp,2026:0f1e2d3c4b5a69788796a5b4c3d2e1f0",
      url: `http://www.kcna.kp${PATH}`,
    });
  });

  test("a thumbnail that is printed inside the page is no picture", () => {
    expect(JSON.stringify(listing("kp-kcna-en", page("kcna-kp-list")))).not.toContain("data:");
  });

  test("Korean is read alike", () => {
    expect(listing("kp-kcna-ko", page("kcna-kp-list-ko"))).toMatchObject([
      { title: "경애하는 김정은동지께서 송학온실농장을 찾으시였다", day: "2026-10-06", language: "ko" },
      { title: "《남포의 배무이》 기적은 ２４시간 이어진다", day: "2026-10-06" },
      { title: "원산 새 다리 개통", day: "2026-10-05" },
    ]);
  });

  test("the home page, a listing in another language and a block page are told from the listing", () => {
    expect(listing("kp-kcna-en", page("kcna-kp-home"))).toBe("wrong-page");
    expect(listing("kp-kcna-en", page("kcna-kp-list-ko").replaceAll("/kp/", "/en/"))).toBe("wrong-page");
    // Also one in the same letters: its articles are at the addresses of that language.
    expect(listing("kp-kcna-es", page("kcna-kp-list"))).toBe("wrong-page");
    expect(listing("kp-kcna-en", page("web-page-blocked"))).toBe("blocked");
    expect(listing("kp-kcna-en", decode(encodeEucKr(page("kcsc-block")), "text/html"))).toBe("blocked");
  });

  test("an older page is asked for by the form of the first one, and is the page that was asked for", () => {
    const { site } = sourceOf("kp-kcna-en");
    const path = site.listingPath(sourceOf("kp-kcna-en"), 2) as string;
    expect(site.olderRequest?.(new URL(path, site.origin), page("kcna-kp-list"))).toEqual({
      path: "/en/article/list/a666dda1282180e0ee1b4427b0574ae7",
      form: { page_num: "3", cnt_per_page: "15", keyword: "", _csrf: "2d6c1f0a-7f2b-4c55-9a53-5a4f3f2e1d0c" },
    });
    const token = (input: string) =>
      site.olderRequest?.(new URL(path, site.origin), `<form>${input}</form>`)?.form._csrf;
    expect(token("<INPUT value='a-1' type=hidden name='_csrf'>")).toBe("a-1");
    expect(token("<input name=_csrf value=a-1>")).toBe("a-1");
    expect(token('<input name="other" value="x"><input name="_csrf" value="">')).toBe("");
    expect(site.olderRequest?.(new URL(path, site.origin), page("kcna-kp-home"))).toBeUndefined();
    expect(site.listingOffset?.(sourceOf("kp-kcna-en"), new URL(path, site.origin))).toBe(30);
    const third = page("kcna-kp-list").replace("cur_page=1", "cur_page=3");
    expect(listing("kp-kcna-en", third, 2)).toHaveLength(5);
    expect(listing("kp-kcna-en", page("kcna-kp-list"), 2)).toBe("wrong-page");
  });

  test("the form is known in any spelling of its id, on a page without scripts", () => {
    const html = page("kcna-kp-list").replace(/<script.*?<\/script>/gs, "");
    for (const id of [`id='article_form'`, "id=article_form", `ID = "article_form"`])
      expect(listing("kp-kcna-en", html.replace('id="article_form"', id))).toHaveLength(5);
  });

  test("a page without articles, which a bad session gets, is no older page", () => {
    expect(listing("kp-kcna-en", page("kcna-kp-list-bad-session"), 1)).toBe("wrong-page");
  });
});

describe("an article of kcna.kp", () => {
  const known = (title = GREENHOUSE) => article("kp-kcna-en", PATH, page("kcna-kp-article"), title);

  test("the second title is the article's where the first is a kicker; the page tells no day", () => {
    expect(known()).toMatchObject({ article: { title: GREENHOUSE, day: "" }, related: [] });
    expect(article("kp-kcna-en", PATH, page("kcna-kp-article"))).toMatchObject({ article: { title: GREENHOUSE } });
  });

  test("the text is without titles, end mark, signature, gallery button and pictures printed inside the page", () => {
    expect(known()).toMatchObject({
      body: [
        "<p>Pyongyang, October 6 (KCNA) -- Kim Jong Un, general secretary of the Workers' Party of Korea, visited the Songhak Greenhouse Farm.</p>",
        "<p>He looked round rows of tomato seedlings and asked about the temperature at night.</p>",
        "<p>The farm has 64 houses and an own boiler.</p>",
      ].join("\n"),
    });
    expect(known()).toMatchObject({ image: undefined });
  });

  test("the title is the first one where the second is empty", () => {
    const path = "/kp/article/detail/28282828393939394a4a4a4a5b5b5b5b";
    expect(article("kp-kcna-ko", path, page("kcna-kp-article-ko"), "원산 새 다리 개통")).toMatchObject({
      article: { title: "원산 새 다리 개통" },
      body: "<p>(원산 10월 5일발 조선중앙통신) 원산에서 경간이 ３개인 새 다리가 개통되였다.</p>\n<p>다리의 길이는 180m이다.</p>",
    });
  });

  test.each(["-0-", "(끝)", "（完）", "－－－"])(
    "the end mark %s is not text, in a line of its own or behind the last",
    (mark) => {
      const html = (end: string) => page("kcna-kp-article").replace("<p>-0-</p>", end);
      for (const end of [`<p>${mark}</p>`, ""]) {
        const last = end === "" ? html(end).replace("own boiler.</p>", `own boiler. ${mark}</p>`) : html(end);
        expect(article("kp-kcna-en", PATH, last, GREENHOUSE)).toMatchObject({
          body: expect.stringMatching(/own boiler\.<\/p>$/),
        });
      }
    },
  );

  test("two headings may be the two lines of one title", () => {
    const listed = "Respects to the Glorious History of the University Comrade Kim Jong Un's Speech at Its Anniversary";
    const html = `<main><article><h1>Respects to the Glorious History of the University</h1><h1>Comrade Kim Jong Un's Speech at Its Anniversary</h1><p>Dear comrades.</p></article></main>`;
    expect(article("kp-kcna-en", PATH, html, listed)).toMatchObject({
      article: { title: listed },
      body: "<p>Dear comrades.</p>",
    });
  });

  test("another article, the home page and a block page are never taken for the article", () => {
    expect(known("Table Tennis Hall Opens in Sariwon")).toBe("wrong-page");
    expect(known("Respected Comrade Kim Jong Un Visits Nampho Shipyard")).toBe("wrong-page");
    expect(article("kp-kcna-en", PATH, page("kcna-kp-home"), GREENHOUSE)).toBe("wrong-page");
    expect(article("kp-kcna-en", PATH, page("kcna-kp-list"), GREENHOUSE)).toBe("wrong-page");
    expect(article("kp-kcna-en", PATH, page("web-page-blocked"), GREENHOUSE)).toBe("blocked");
    expect(article("kp-kcna-en", PATH, decode(encodeEucKr(page("kcsc-block")), "text/html"))).toBe("blocked");
  });
});

test("an article's key is its id in every language; dead addresses and galleries have none", () => {
  const id = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
  for (const code of ["kp", "en", "cn", "ru", "es", "jp"])
    expect(keyOf("kp-kcna-en", `/${code}/article/detail/${id}`)).toBe(id);
  expect(keyOf("kp-kcna-en", `/en/article/detail/${id}?${"x".repeat(1900)}`)).toBe(id);
  // Longer than addresses are.
  expect(keyOf("kp-kcna-en", `/en/article/detail/${id}?${"x".repeat(2000)}`)).toBeUndefined();
  expect(keyOf("kp-kcna-en", `/en/gallery/detail/${id}`)).toBeUndefined();
  expect(keyOf("kp-kcna-en", `/en/article/q/${id}.kcmsf`)).toBeUndefined();
  expect(keyOf("kp-kcna-en", `/en/article/list/${id}`)).toBeUndefined();
});

test("a category is configured by its name or hash, in one of the six languages", () => {
  const located = (place: object, language: string) => locationOf("kcna", language, place);
  const world = { category: "ecc14533d88be93068af4178946b1b05" };
  expect(located({ category: "world" }, "en")).toEqual(world);
  expect(located({ category: "ecc14533d88be93068af4178946b1b05" }, "ja")).toEqual(world);
  expect(located({}, "ru")).toEqual({});
  expect(() => located({ category: "weather" }, "en")).toThrow("category must be one of latest, top,");
  expect(() => located({ category: 7 }, "en")).toThrow("category must be one of latest, top,");
  expect(() => located({}, "de")).toThrow("language must be one of en, ko, zh, ru, es, ja");
  expect(() => located({ article: 5 }, "en")).toThrow("there is no field article");
});
