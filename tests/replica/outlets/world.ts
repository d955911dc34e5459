import { memoize } from "../../../src/memoize.ts";
import { FILLERS, type Language, type OutletName, STORIES, type Story, type Text } from "./stories.ts";

/** What the outlets and KCNA Watch show, over time: the replicas' one state. Pure: it knows no server and no clock. */

type Publisher = OutletName | "kcnawatch";

/** One story as one website shows it in one language. */
export interface Publication {
  story: string;
  publisher: Publisher;
  language: Language;
  /** In the website's own form; see `idOf`. */
  id: string;
  /** The Korean day that the website prints. */
  day: string;
  /** When the website shows it first, milliseconds. */
  from: number;
  title: string;
  kicker?: string;
  paragraphs: readonly string[];
  icons: readonly string[];
  pictures: number;
  gallery: number;
  isDeleted: boolean;
  /** Of KCNA Watch's copies: the outlet, and what the outlet itself shows, deleted there or not. */
  outlet: OutletName;
  original?: { publication: Publication; link: "linked" | "missing" | "dead" };
}

/** Which publications of a story are meant; all where nothing is said. */
interface Where {
  publisher?: Publisher;
  language?: Language;
}

type Order = "newest" | "oldest" | ((a: Publication, b: Publication) => number);

const DAY = 86_400_000;
const KOREA = 9 * 3_600_000;

/** Midnight at the beginning of a Korean day. */
const dayStart = (day: string): number => Date.parse(`${day}T00:00:00+09:00`);
export const koreanDay = (ms: number): string => new Date(ms + KOREA).toISOString().slice(0, 10);

export class World {
  readonly publications: Publication[];
  now: number;
  #orders = new Map<Publisher, Order>();

  /**
   * @param today the newest Korean day of the stories; at first it is nine in the evening of that day
   * @param stories instead of those of stories.ts
   */
  constructor(today = "2026-10-06", stories: readonly Story[] = [...STORIES, ...FILLERS]) {
    this.now = dayStart(today) + 21 * 3_600_000;
    this.publications = stories.flatMap((story, n) => publicationsOf(story, n, today));
  }

  /** Moves the world's clock: what came later is not shown yet. */
  set(time: number | string): void {
    this.now = typeof time === "number" ? time : Date.parse(time);
  }

  /** Changes the text of publications from now on. */
  edit(story: string, change: Partial<Text>, where: Where = {}): void {
    for (const publication of this.#find(story, where)) Object.assign(publication, change);
  }

  /** Shows a story from an instant on, milliseconds, with that day as its own. */
  publish(story: string, from: number, where: Where = {}): void {
    for (const publication of this.#find(story, where))
      Object.assign(publication, { from, day: koreanDay(from), isDeleted: false });
  }

  delete(story: string, where: Where = {}): void {
    for (const publication of this.#find(story, where)) publication.isDeleted = true;
  }

  restore(story: string, where: Where = {}): void {
    for (const publication of this.#find(story, where)) publication.isDeleted = false;
  }

  /** The order of a website's lists from now on. */
  order(publisher: Publisher, order: Order): void {
    this.#orders.set(publisher, order);
  }

  /** What a website shows now, in the order of its lists. */
  shown(publisher: Publisher, language?: Language): Publication[] {
    const order = this.#orders.get(publisher) ?? "newest";
    const compare = typeof order === "function" ? order : byTime(order === "newest" ? -1 : 1);
    return this.publications
      .filter((publication) => publication.publisher === publisher && this.isShown(publication))
      .filter((publication) => language === undefined || publication.language === language)
      .sort(compare);
  }

  isShown({ isDeleted, from }: Publication): boolean {
    return !isDeleted && from <= this.now;
  }

  /** A publication by its website's id, if it is shown now. */
  byId(publisher: Publisher, id: string, language?: Language): Publication | undefined {
    return this.shown(publisher, language).find((publication) => publication.id === id);
  }

  #find(story: string, { publisher, language }: Where): Publication[] {
    const found = this.publications.filter(
      (publication) =>
        publication.story === story &&
        (publisher === undefined || publication.publisher === publisher) &&
        (language === undefined || publication.language === language),
    );
    if (found.length === 0) throw new Error(`no publication of ${story} at ${publisher} in ${language}`);
    return found;
  }
}

const byTime = (sign: 1 | -1) => (a: Publication, b: Publication) => sign * (a.from - b.from || (a.id < b.id ? -1 : 1));

function publicationsOf(story: Story, n: number, today: string): Publication[] {
  return Object.entries(story.outlets).flatMap(([name, languages]) =>
    languages.flatMap((language) => {
      const outlet = publicationOf(story, n, name as OutletName, language, today);
      return story.on === "outlet" ? [outlet] : [outlet, copyOf(outlet, story, n)];
    }),
  );
}

function publicationOf(story: Story, n: number, outlet: OutletName, language: Language, today: string): Publication {
  const text = story.texts[language];
  if (!text) throw new Error(`${story.id} has no text in ${language}`);
  const from = dayStart(today) + ((story.delays?.[outlet] ?? 0) - story.daysAgo) * DAY + story.hour * 3_600_000;
  const day = koreanDay(from);
  return {
    story: story.id,
    publisher: outlet,
    outlet,
    language,
    id: idOf(outlet, language, n, day),
    day,
    from,
    ...text,
    paragraphs: text.paragraphs.map((paragraph) => paragraph.replaceAll("{date}", inWords(day, language))),
    icons: story.icons ?? [],
    pictures: story.pictures ?? 0,
    gallery: story.gallery ?? 0,
    isDeleted: story.on === "kcnawatch",
  };
}

/** KCNA Watch takes a publication in some 40 minutes later, and names the outlet's address or does not. */
function copyOf(outlet: Publication, story: Story, n: number): Publication {
  const from = outlet.from + 2_400_000 + n * 1000;
  return {
    ...outlet,
    ...story.kcnawatch,
    publisher: "kcnawatch",
    id: `${from / 1000}-${1000 + Number.parseInt(hex(`${outlet.id}${outlet.language}`).slice(0, 5), 16)}`,
    from,
    isDeleted: false,
    original: { publication: outlet, link: story.original ?? "linked" },
  };
}

const VOK_LETTERS: Partial<Record<Language, string>> = { zh: "c", es: "s", de: "g" };

/** An id as the website forms its own. */
function idOf(outlet: OutletName, language: Language, n: number, day: string): string {
  const number = String(n + 1).padStart(3, "0");
  const ids: Record<OutletName, () => string> = {
    // Not related to each other in different languages, as far as is known.
    kcna: () => hex(`${n}-${language}-${day}`),
    // The same in each language for another story, as far as is known: an id alone names no article.
    rodong: () => `${day}-${n % 5 === 0 ? "A" : ""}${number}`,
    // The id's date is a day or two before the printed one; the digits are the same in every language.
    vok: () => {
      const before = koreanDay(dayStart(day) - (1 + (n % 2)) * DAY);
      return `i${VOK_LETTERS[language] ?? language[0]}${n % 7 === 0 ? "e" : "n"}${before.slice(2).replaceAll("-", "")}${number}`;
    },
    mfa: () => String(24_900 - n),
    chosonsinbo: () => String(97_000 - n * 2 - (language === "ja" ? 1 : 0)),
  };
  return ids[outlet]();
}

/** 32 hexadecimal digits that a text always gives. */
export function hex(text: string): string {
  let digits = "";
  for (let round = 0; digits.length < 32; round++) {
    let hash = 0x811c9dc5 ^ round;
    for (const character of `${round}${text}${round}`)
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    hash ^= hash >>> 15;
    digits += (Math.imul(hash, 0x85ebca6b) >>> 0).toString(16).padStart(8, "0");
  }
  return digits;
}

const dayIn = memoize((language) => {
  const locale = { ko: "ko-KR", zh: "zh-CN", ja: "ja-JP" }[language] ?? language;
  return new Intl.DateTimeFormat(locale, { month: "long", day: "numeric", timeZone: "Asia/Seoul" });
});

const inWords = (day: string, language: Language): string => dayIn(language).format(dayStart(day));
