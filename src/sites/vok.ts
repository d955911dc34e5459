import { printedDate } from "../scrape/dates.ts";
import { DATE_BEHIND, parseByShape } from "./by-shape.ts";
import type { Site } from "./site.ts";

/**
 * Voice of Korea, www.vok.rep.kp, in nine languages. Its lists are known, the markup of its article pages is not: the
 * text is the largest block of paragraphs below the title.
 */

/** The website's codes of its languages, by BCP 47. */
const CODES: Readonly<Record<string, string>> = {
  ...{ ko: "ko", en: "en", ru: "ru", zh: "ch", ja: "ja" },
  ...{ fr: "fr", es: "sp", de: "ge", ar: "ar" },
};

const LISTS: Readonly<Record<string, string>> = { news: "Colist/newslist/18", leaders: "revolist/36" };

export const vok: Site = {
  id: "vok",
  name: "Voice of Korea",
  origin: "http://www.vok.rep.kp",
  aliases: ["vok.rep.kp"],
  idPrefix: "tag:vok.rep.kp,2026:",
  timeZone: "Asia/Pyongyang",
  languages: Object.keys(CODES),
  // `ien261003020`: the language's letter, then a date that is a day or two before the printed one.
  articlePath: /^\/index\.php\/(?:revo_de\/getDetail|detail_com\/comde)\/(i[a-z]{2}\d{9})(?=\/)/,
  showsOtherPages: true,
  politeness: { timeout: 60_000, pause: 3_000 },
  sources: Object.keys(CODES).map((language) => ({
    id: `kp-vok-${language}`,
    name: `Voice of Korea, vok.rep.kp (${language[0]?.toUpperCase()}${language.slice(1)})`,
    language,
    outlet: "vok",
  })),

  listingPath: ({ language, location }, page) =>
    page === 0 ? `/index.php/${location.list ?? LISTS.news}/${CODES[language]}` : undefined,

  readCard(card) {
    const day = card.day ?? printedDate(DATE_BEHIND.exec(card.title)?.[0] ?? "")?.day;
    const title = card.title.replace(DATE_BEHIND, "").replace(/^[·・•\s]+/, "");
    return { ...card, title, excerpt: "", ...(day && { day }) };
  },

  parseArticle: parseByShape,

  ownsPage: (source, { pathname }) => pathname.endsWith(`/${CODES[source.language]}`),

  locationFields: ["list"],
  parseLocation({ list }) {
    if (list === undefined) return { location: {} };
    const path = typeof list === "string" && Object.hasOwn(LISTS, list) ? LISTS[list] : undefined;
    return path ? { location: { list: path } } : { error: `list must be ${Object.keys(LISTS).join(" or ")}` };
  },
};
