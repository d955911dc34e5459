import type { Element } from "domhandler";
import { failure } from "../scrape/page.ts";
import { hasClass } from "../scrape/selector.ts";
import { listedHeading } from "../scrape/titles.ts";
import type { Site } from "./site.ts";

/**
 * Rodong Sinmun, www.rodong.rep.kp. An address is base64 of fields joined by `@`; the second is the article's id, the
 * others are where it was found, so that one article has many addresses. An id is of one language only.
 */

/** The website's codes of its languages, by BCP 47. */
const CODES: Readonly<Record<string, string>> = { ko: "ko", en: "en", zh: "cn" };
const LANGUAGES = new Map(Object.entries(CODES).map(([language, code]) => [code, language]));

const ID = /^\d{4}-\d{2}-\d{2}-[A-Z]?\d{3,4}$/i;
/** `2@@2@1@`: today's paper. */
const TODAY = "index.php?MkBAMkAxQA==";

/** What an address's query says, field by field; nothing if it is no base64. */
function fieldsOf({ search }: URL): string[] {
  try {
    const query = decodeURIComponent(search.slice(1)).replaceAll(" ", "+").replaceAll("-", "+").replaceAll("_", "/");
    return atob(query).split("@");
  } catch {
    return [];
  }
}

const languageInPath = ({ pathname }: URL): string | undefined =>
  LANGUAGES.get(/^\/([a-z]{2})\/(?:index\.php)?$/.exec(pathname)?.[1] ?? "");

export const rodong: Site = {
  id: "rodong",
  name: "Rodong Sinmun",
  origin: "http://www.rodong.rep.kp",
  aliases: ["rodong.rep.kp"],
  idPrefix: "tag:rodong.rep.kp,2026:",
  timeZone: "Asia/Pyongyang",
  languages: Object.keys(CODES),
  showsOtherPages: true,
  marksTitles: true,
  listsOneDay: true,
  politeness: { timeout: 60_000, pause: 2_000 },
  sources: [
    { id: "kp-rodong-ko", name: "Rodong Sinmun, rodong.rep.kp (Ko)", language: "ko", outlet: "rodong" },
    { id: "kp-rodong-en", name: "Rodong Sinmun, rodong.rep.kp (En)", language: "en", outlet: "rodong" },
    { id: "kp-rodong-zh", name: "Rodong Sinmun, rodong.rep.kp (Zh)", language: "zh", outlet: "rodong" },
  ],

  /** `ko-2026-02-19-003`. */
  articleKey(url) {
    const language = languageInPath(url);
    const id = fieldsOf(url)[1] ?? "";
    return language !== undefined && ID.test(id) ? `${language}-${id.toUpperCase()}` : undefined;
  },

  listingPath: ({ language }, page) => (page === 0 ? `/${CODES[language]}/${TODAY}` : undefined),

  // Beside title and date a row prints who wrote the article.
  readCard: (card) => ({ ...card, excerpt: "" }),

  parseArticle({ outline, dayIn, listedTitle }) {
    const { elements, textOf } = outline;
    const content = elements.find(({ attribs }) => attribs.id === "ContDIV");
    const titles = elements.filter((element) => hasClass(element, "TitleP")).map((element) => textOf(element));
    if (!content || titles.length === 0)
      return failure("wrong-page", "the website shows another page instead of the article");
    const date = elements.find(({ attribs }) => attribs.id === "article-date");
    const isChrome = (element: Element) => hasClass(element, "TitleP") || textOf(element, 10) === "목록으로";
    const title = listedHeading(titles, listedTitle) ?? titles.join(" ").trim();
    return { title, day: date && dayIn(textOf(date)), content: content.children, isChrome };
  },

  ownsPage: (source, url) => languageInPath(url) === source.language && (fieldsOf(url)[1] !== "" || isToday(url)),
};

const isToday = (url: URL): boolean => fieldsOf(url)[0] === "2";
