import { KCNA_WATCH_SOURCES } from "../followed.ts";
import { fragment, type Shown } from "./markup.ts";
import { kcnaAddress } from "./outlets/kcna.ts";
import type { OutletServers } from "./outlets/servers.ts";
import type { Story } from "./outlets/stories.ts";
import { koreanDay, World } from "./outlets/world.ts";
import type { Replica } from "./replica.ts";
import { FRAGMENT, PAGE, printedDay } from "./website.ts";

/** A minute of a website's life, for the demo: what happens when, and where it is to be seen. */
export interface DemoStep {
  /** Seconds from the start. */
  after: number;
  act(push: (source: string, path: string, page: string) => Promise<unknown>): unknown;
  says: string;
  /** Paths of the bridge that show it. */
  look: readonly string[];
}

const MINUTE = 60_000;
/** Load-more requests begin like this; the number of the first article follows. */
const OLDER = "/wp-admin/admin-ajax.php?action=get_cat_by_source&die=true&from=";
const RODONG = "189661";

/** What kcna.kp shows: a story of yesterday, and one that KCNA Watch copies later. */
const STORIES: readonly Story[] = [
  {
    id: "old",
    daysAgo: 1,
    hour: 9,
    texts: {
      en: {
        title: "Table Tennis Hall Opens in Sariwon",
        paragraphs: ["Pyongyang, {date} (KCNA) -- A table tennis hall with twelve tables has opened in Sariwon."],
      },
    },
    outlets: { kcna: ["en"] },
    on: "outlet",
  },
  {
    id: "both",
    daysAgo: 0,
    hour: 9,
    texts: {
      en: {
        title: "Floating Restaurant Renovated in Hamhung",
        paragraphs: [
          "Pyongyang, {date} (KCNA) -- A floating restaurant on the Songchon River has been renovated.",
          "It seats two hundred guests on two decks, and has a kitchen of its own.",
        ],
      },
    },
    outlets: { kcna: ["en"] },
    on: "outlet",
  },
];

/** Variables of a bridge that reads the replicas: each outlet's address is one on loopback, followed or not. */
export const demoVariables = (replica: Replica, { origins }: OutletServers): Record<string, string> => ({
  KCNAWATCH_ORIGIN: replica.origin,
  ...Object.fromEntries(Object.entries(origins).map(([name, origin]) => [`${name.toUpperCase()}_ORIGIN`, origin])),
  FOLLOW: `${KCNA_WATCH_SOURCES}, kp-kcna-en`,
});

/** What kcna.kp shows in the demo, at first. */
export const demoWorld = (now: number): World => {
  const world = new World(koreanDay(now), STORIES);
  world.set(now);
  world.delete("both");
  return world;
};

/**
 * Gives the replica's articles today's dates, newest first.
 *
 * @param world what kcna.kp shows, see `demoWorld`
 * @param now milliseconds
 * @returns what happens then, by time
 */
export function demoScript(replica: Replica, world: World, now: number): DemoStep[] {
  // No two articles have the same key, also those of different listings: the website has each key once.
  for (const [n, listing] of [...replica.listings.values()].entries()) {
    for (const [i, article] of listing.entries()) date(article, now - (20 + 47 * i + 13 * n) * MINUTE, 100 * n + i);
  }
  const english = replica.listings.get("156") as Shown[];
  const korean = replica.listings.get(RODONG) as Shown[];
  const published: Shown = {
    key: "",
    slug: "greenhouse-farm-goes-into-operation",
    title: "Greenhouse Farm Goes into Operation with 120 Hothouses",
    excerpt:
      "Pyongyang (KCNA) -- A greenhouse farm of 120 hothouses has gone into operation on the east coast, and supplies",
    printed: "",
    body: [
      "A greenhouse farm of 120 hothouses has gone into operation on the east coast.",
      "It supplies fresh vegetables to the people of the city all the year round.",
    ],
  };
  return [
    {
      after: 4,
      act: () => english.unshift(date(published, Date.now(), 999)),
      says: "A new article appears, with its text.",
      look: ["/feeds/kcna-en", "/feeds/kcna-en.rss?content=full"],
    },
    {
      after: 10,
      act: () => {
        published.title = "Greenhouse Farm Goes into Operation with 150 Hothouses";
        published.excerpt = published.excerpt.replace("120", "150");
        published.body = published.body?.map((paragraph) => paragraph.replace("120", "150"));
      },
      says: "The website changes a number without notice. The feed of changes shows the old and the new words.",
      look: ["/feeds/kcna-en/changes", "/feeds/kcna-en/changes.rss"],
    },
    {
      after: 16,
      act: () => english.splice(2, 1),
      says: "The website deletes an article. The feed keeps it.",
      look: ["/feeds/kcna-en"],
    },
    {
      after: 22,
      act: () => replica.faults.set("/article/156/", "503"),
      says: "The website fails. The feed continues with the stored articles, and its header Cache-Status says so; /health names the source.",
      look: ["/health", "/feeds/kcna-en.rss"],
    },
    {
      after: 28,
      act: () => {
        world.set(Date.now());
        world.publish("both", Date.now());
      },
      says: "Meanwhile KCNA publishes a story on its own website, kcna.kp, which the bridge reads as well.",
      look: ["/feeds/kp-kcna-en", "/feeds/all?q=floating"],
    },
    {
      after: 34,
      act: () => {
        replica.faults.clear();
        const [original] = world.shown("kcna", "en");
        if (!original) throw new Error("kcna.kp shows nothing");
        const { title, paragraphs } = original;
        const copy = {
          key: "",
          slug: "floating-restaurant",
          title,
          excerpt: paragraphs.join(" ").slice(0, 125),
          printed: "",
          body: [...paragraphs],
          original: kcnaAddress(original),
        };
        english.unshift(date(copy, Date.now(), 998));
      },
      says: "KCNA Watch is back, with its copy of that story. Both sources list it; together they show it once, with both links.",
      look: ["/health", "/feeds/kcna-en+kp-kcna-en", "/feeds/all.json?q=floating"],
    },
    {
      after: 40,
      act: () => {
        // More articles than one page shows, and the pages before it cannot be read. The listing of all sources is
        // longer, and misses none of them.
        const missed = Array.from({ length: PAGE + 2 }, (_, i) => ({
          ...(korean[0] as Shown),
          title: `시험 기사 ${100 + PAGE + 2 - i}`,
        }));
        korean.unshift(...missed.map((article, i) => date(article, Date.now() - i * 1000, 900 + i)));
        for (const from of [1, 2, 3]) replica.faults.set(`${OLDER}${from}`, "500");
      },
      says: "Rodong Sinmun publishes more than a listing shows, and older pages fail: /health shows the gap.",
      look: ["/health"],
    },
    {
      after: 50,
      act: async (push) => {
        replica.faults.clear();
        for (const from of [FRAGMENT, 2 * FRAGMENT, 3 * FRAGMENT]) {
          const path = `${OLDER}${from}&to=${FRAGMENT}&sort=&id=${RODONG}`;
          await push("rodong-ko", path, fragment(korean.slice(from, from + FRAGMENT)));
        }
      },
      says: "Somebody pushes the missing pages (npm run push): the gap is closed.",
      look: ["/health", "/feeds/rodong-ko"],
    },
    {
      after: 56,
      act: () => undefined,
      says: "The minute is over. Search all articles, build a feed, or see the metrics.",
      look: ["/feeds/all?q=hothouses", "/", "/metrics"],
    },
  ];
}

/** Dates an article as the website does: in its key and as a printed Korean day. */
function date(article: Shown, ms: number, digits: number): Shown {
  article.key = `${Math.floor(ms / 1000)}-${1000 + digits}`;
  article.printed = printedDay(ms);
  return article;
}
