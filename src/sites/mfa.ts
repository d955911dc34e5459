import { parseByShape } from "./by-shape.ts";
import type { Site } from "./site.ts";

/**
 * The Foreign Ministry, www.mfa.gov.kp. Its addresses and dates are known, its markup is not: lists are read by the
 * shape of their links, article pages by their largest block of paragraphs.
 */

const CATEGORIES = [
  ...["foreign-ministry", "foreign-ministry-2", "views", "embassies", "institutes"],
  ...["abroad", "home-2", "organizations", "others", "archives"],
];

/** "More", the link behind an item that is not printed whole. */
const MORE = "더보기";

export const mfa: Site = {
  id: "mfa",
  name: "Ministry of Foreign Affairs",
  origin: "http://www.mfa.gov.kp",
  aliases: ["mfa.gov.kp"],
  idPrefix: "tag:mfa.gov.kp,2026:",
  timeZone: "Asia/Pyongyang",
  articlePath: /^\/view\/article\/(\d{1,9})(?=[/?]|$)/,
  showsOtherPages: true,
  politeness: { timeout: 60_000, pause: 2_000 },
  sources: [{ id: "kp-mfa-ko", name: "Foreign Ministry, mfa.gov.kp (Ko)", language: "ko", outlet: "mfa" }],

  listingPath: ({ location }, page) =>
    page === 0 ? `/article/category/${location.category ?? CATEGORIES[0]}` : undefined,

  /** The title is a heading, a link, or just the first line of the item, of which only "more" is a link. */
  readCard(card, texts) {
    const title = card.title === MORE ? (texts.find((text) => !/^[.\s]*(?:더보기)?$/.test(text)) ?? "") : card.title;
    const excerpt = card.excerpt === title ? "" : card.excerpt.replace(/\s*(?:\(끝\)|\.{10})$/, "");
    return { ...card, title, excerpt };
  },

  parseArticle: parseByShape,

  ownsPage: ({ location }, { pathname }) =>
    pathname.startsWith("/view/article/") ||
    pathname.replace(/\/$/, "") === `/article/category/${location.category ?? CATEGORIES[0]}`,

  locationFields: ["category"],
  parseLocation({ category }) {
    if (category === undefined) return { location: {} };
    if (typeof category === "string" && CATEGORIES.includes(category)) return { location: { category } };
    return { error: `category must be one of ${CATEGORIES.join(", ")}` };
  },
};
