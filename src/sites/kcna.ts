import type { Element } from "domhandler";
import { failure } from "../scrape/page.ts";
import { listedHeading } from "../scrape/titles.ts";
import { ancestorsOf } from "./by-shape.ts";
import type { Site, Source } from "./site.ts";

/**
 * KCNA, www.kcna.kp, in six languages. Its article pages print no date: the listing's day is the article's. Older pages
 * of a listing are answers to its form, sent by POST within the session of the first page.
 */

/** A category's listing has the same hash in all languages. */
const CATEGORIES: Readonly<Record<string, string>> = {
  latest: "a666dda1282180e0ee1b4427b0574ae7",
  top: "6a47505ba5268fd7749c0fe11e4b24b4",
  "kim-jong-un": "b0721b9f23054ddc7fe56c2811a12715",
  home: "2f7d854121ccbbfbe6feae9fdcc3556e",
  documents: "1afa96195f9b303902490a126ab7285f",
  world: "ecc14533d88be93068af4178946b1b05",
  society: "680e40b40899891bbe75a7072e3285e7",
  external: "e2f336db98b5e69c75e0da264e037e8d",
  anecdotes: "503e9b606704f9b1c625fa5755928cd3",
  memory: "7bc083f00425be6aadfb828fba1cb5a7",
};

/** The website's codes of its languages, by BCP 47. */
const CODES: Readonly<Record<string, string>> = { en: "en", ko: "kp", zh: "cn", ru: "ru", es: "es", ja: "jp" };

const PER_PAGE = 15;

const listPath = ({ language, location }: Source): string =>
  `/${CODES[language]}/article/list/${location.category ?? CATEGORIES.latest}`;

/** Page numbers of addresses of older pages; 1 is the newest. */
const pageNumber = (url: URL): number => Number(url.searchParams.get("page_num") ?? 1);

export const kcna: Site = {
  id: "kcna",
  name: "KCNA",
  // Its TLS handshake fails.
  origin: "http://www.kcna.kp",
  aliases: ["kcna.kp"],
  idPrefix: "tag:kcna.kp,2026:",
  timeZone: "Asia/Pyongyang",
  languages: Object.keys(CODES),
  articlePath: /^\/(?:kp|en|cn|ru|es|jp)\/article\/detail\/([0-9a-f]{32})(?=[/?]|$)/,
  showsOtherPages: true,
  marksTitles: true,
  politeness: { timeout: 90_000, pause: 2_000 },
  sources: [
    { id: "kp-kcna-en", name: "KCNA, kcna.kp (En)", language: "en", outlet: "kcna" },
    { id: "kp-kcna-ko", name: "KCNA, kcna.kp (Ko)", language: "ko", outlet: "kcna" },
    { id: "kp-kcna-zh", name: "KCNA, kcna.kp (Zh)", language: "zh", outlet: "kcna" },
    { id: "kp-kcna-ru", name: "KCNA, kcna.kp (Ru)", language: "ru", outlet: "kcna" },
    { id: "kp-kcna-es", name: "KCNA, kcna.kp (Es)", language: "es", outlet: "kcna" },
    { id: "kp-kcna-ja", name: "KCNA, kcna.kp (Ja)", language: "ja", outlet: "kcna" },
  ],

  listingPath: (source, page) => (page === 0 ? listPath(source) : `${listPath(source)}?page_num=${page + 1}`),

  listingOffset(source, url) {
    const page = pageNumber(url);
    return url.pathname === listPath(source) && page >= 1 && page < 1000 ? (page - 1) * PER_PAGE : undefined;
  },

  olderRequest(url, first) {
    const inputs = first.match(/<input\b[^<>]{0,500}>/gi) ?? [];
    const token = inputs.find((input) => /\bname=["']?_csrf\b/i.test(input)) ?? "";
    const csrf = /\bvalue=["']?([^"'\s>]{0,200})/i.exec(token)?.[1];
    if (csrf === undefined) return undefined;
    const fields = { page_num: String(pageNumber(url)), cnt_per_page: String(PER_PAGE), keyword: "", _csrf: csrf };
    return { path: url.pathname, form: fields };
  },

  checkListing({ html, url }, { linked }) {
    const shown = /\bcur_page\s*=\s*(\d{1,6})/.exec(html)?.[1];
    // The home page, which the website may show instead of anything, has neither.
    if (shown === undefined && !/\bid\s*=\s*["']?article_form\b/i.test(html))
      return failure("wrong-page", "the website shows another page instead of the listing");
    const asked = pageNumber(url);
    if (linked === 0 && asked > 1) return failure("wrong-page", "the website no longer knows the session");
    if (shown === undefined || Number(shown) === asked) return undefined;
    return failure("wrong-page", `the website shows page ${shown} of the listing instead of page ${asked}`);
  },

  parseArticle({ outline, listedTitle }) {
    const article = outline.elements.find(({ name }) => name === "article");
    const headings = outline.elements.filter(
      (one) => one.name === "h1" && article && ancestorsOf(one).includes(article),
    );
    const titles = headings.map((heading) => outline.textOf(heading)).filter(Boolean);
    // Of two titles the first is a kicker.
    const title = listedHeading(titles, listedTitle) ?? titles.at(-1);
    if (!article || title === undefined)
      return failure("wrong-page", "the website shows another page instead of the article");
    const isChrome = ({ name, attribs }: Element) => name === "h1" || (attribs.class ?? "").includes("gallery_button");
    return { title, content: article.children, isChrome };
  },

  ownsPage: (source, url) =>
    url.pathname.split("/")[1] === CODES[source.language] &&
    (/\/article\/detail\//.test(url.pathname) || url.pathname === listPath(source)),

  locationFields: ["category"],
  parseLocation({ category }) {
    if (category === undefined) return { location: {} };
    const hash = typeof category === "string" ? (CATEGORIES[category] ?? category) : "";
    if (/^[0-9a-f]{32}$/.test(hash)) return { location: { category: hash } };
    return { error: `category must be one of ${Object.keys(CATEGORIES).join(", ")}, or a category's hash` };
  },
};
