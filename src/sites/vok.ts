import { printedDate } from "../scrape/dates.ts";
import { DATE_BEHIND, parseByShape } from "./by-shape.ts";
import type { Site } from "./site.ts";

/**
 * Voice of Korea, www.vok.rep.kp, in nine languages. Its lists are known, the markup of its article pages is not: the
 * text is the largest block of paragraphs below the title.
 */

/** The website's codes of its languages, by BCP 47. */
// biome-ignore format: a table
const CODES: Readonly<Record<string, string>> = {
  ko: "ko", en: "en", ru: "ru", zh: "ch", ja: "ja", fr: "fr", es: "sp", de: "ge", ar: "ar",
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
  // Texts are at `comde`, answers to listeners at `gude`, videos and recordings at `vi_video` and `vi_audio`.
  articlePath: /^\/index\.php\/(?:revo_de|detail_com)\/\w{2,20}\/(i[a-z]{2}\d{9})(?=[/?]|$)/,
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

  /** Of a title of several lines, the last one ends with the day: a speech's own date may stand before it. */
  readCard(card, _, lines) {
    const first = lines.indexOf(card.title);
    const last = first < 0 ? -1 : lines.findIndex((line, i) => i >= first && DATE_BEHIND.test(line));
    const printed = last < 0 ? card.title : lines.slice(first, last + 1).join(" ");
    const day = printedDate(DATE_BEHIND.exec(printed)?.[0] ?? "")?.day ?? card.day;
    const title = printed.replace(DATE_BEHIND, "").replace(/^[·・•\s]+/, "");
    return { ...card, title, excerpt: "", ...(day && { day }) };
  },

  parseArticle: parseByShape,

  ownsPage(source, { pathname }) {
    const code = CODES[source.language] as string;
    // Videos and recordings name the language in their id alone: `ien261005004`.
    const letter = /\/i([a-z])[a-z]\d{9}\/?$/.exec(pathname)?.[1];
    return letter === undefined ? pathname.replace(/\/$/, "").endsWith(`/${code}`) : letter === code[0];
  },

  locationFields: ["list"],
  parseLocation({ list }) {
    if (list === undefined) return { location: {} };
    const path = typeof list === "string" && Object.hasOwn(LISTS, list) ? LISTS[list] : undefined;
    return path ? { location: { list: path } } : { error: `list must be ${Object.keys(LISTS).join(" or ")}` };
  },
};
