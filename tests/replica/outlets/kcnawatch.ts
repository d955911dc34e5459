import type { Shown } from "../markup.ts";
import { printedDay } from "../website.ts";
import { chosonsinboAddress } from "./chosonsinbo.ts";
import { plainTitle } from "./http.ts";
import { kcnaAddress } from "./kcna.ts";
import { mfaAddress } from "./mfa.ts";
import { rodongAddress } from "./rodong.ts";
import { vokAddress } from "./vok.ts";
import type { Publication, World } from "./world.ts";

/** The same stories as KCNA Watch shows them: what its replica's `listings` hold, by the source's number. */

/** Numbers of KCNA Watch's listings, as far as they are known, by outlet and language. */
const LISTINGS: Readonly<Record<string, string>> = {
  "kcna en": "156",
  "kcna ko": "190036",
  "rodong ko": "189661",
  "vok en": "163",
};

/** Characters of an excerpt on the website. */
const EXCERPT = 125;

/** Fills the listings with what KCNA Watch shows at the world's time; listings of other numbers stay. */
export function showOnKcnaWatch(listings: Map<string, Shown[]>, world: World): void {
  for (const number of Object.values(LISTINGS)) listings.set(number, []);
  for (const publication of world.shown("kcnawatch")) {
    const number = LISTINGS[`${publication.outlet} ${publication.language}`];
    if (number) listings.get(number)?.push(shownOf(publication));
  }
}

function shownOf(publication: Publication): Shown {
  const { id, title, paragraphs, day, language } = publication;
  const text = paragraphs.join(" ");
  const shown = plainTitle(title);
  return {
    key: id,
    slug: encodeURIComponent(shown.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-"))
      .toLowerCase()
      .slice(0, 200),
    title: language === "ko" ? `·${shown}` : shown,
    excerpt: text.length <= EXCERPT ? text : text.slice(0, text.lastIndexOf(" ", EXCERPT)),
    printed: printedDay(Date.parse(day)),
    body: [...paragraphs],
    original: originalOf(publication),
  };
}

/** Where "Read original version at source" leads; undefined where the page has no such link. */
export function originalOf({ original }: Publication): string | undefined {
  if (!original || original.link === "missing") return undefined;
  const { publication, link } = original;
  if (link === "dead" && publication.outlet === "kcna")
    return `http://www.kcna.kp/en/article/q/${publication.id}.kcmsf`;
  const addresses = {
    kcna: kcnaAddress,
    rodong: (one: Publication) => rodongAddress(one, "search"),
    vok: vokAddress,
    mfa: mfaAddress,
    chosonsinbo: chosonsinboAddress,
  };
  return addresses[publication.outlet](publication);
}
