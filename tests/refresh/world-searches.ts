import type { World } from "./changing-world.ts";
import type { Item } from "./observers.ts";

/** Webhooks of searches in a changing world: what they must have been sent, by the journal and by a matcher of their own. */

interface Said {
  title: string;
  excerpt: string;
  html: string;
}
interface Search {
  feed: string;
  sources: readonly string[];
  matches(said: Said): boolean;
}

const ALL = ["kcna-en", "newstream", "kp-kcna-en"];
const hasWord = (word: string, ...texts: string[]) => texts.some((text) => new RegExp(`\\b${word}`, "i").test(text));

export const SEARCHES: readonly Search[] = [
  {
    feed: "all?q=missile",
    sources: ALL,
    matches: ({ title, excerpt, html }) => hasWord("missile", title, excerpt, html),
  },
  {
    feed: "kcna-en?q=title:rice+|+title:steel&lang=en&content=full",
    sources: ["kcna-en"],
    matches: ({ title }) => hasWord("rice", title) || hasWord("steel", title),
  },
  {
    feed: "newstream+kp-kcna-en?filter=(?i)navy&edits=none",
    sources: ["newstream", "kp-kcna-en"],
    matches: ({ title, excerpt }) => /navy/i.test(`${title} ${excerpt}`),
  },
];

/** A message of the webhook of a search, when it arrived first. */
export interface Sent {
  search: number;
  /** Of the message. */
  id: string;
  article: string;
  at: number;
}

interface Row extends Said {
  n: number;
  id: string;
  copies: string | null;
  joined_at: string | null;
  listed: string;
}

/** What the webhooks were not sent, or should not have been. */
export async function wrongSearches(world: World, sent: readonly Sent[]): Promise<string[]> {
  const { sql } = world.service.archive.store;
  const rows = sql.rows<Row>("SELECT n, id, copies, joined_at, listed FROM article");
  const histories = historiesOf(world);
  const wrong: string[] = [];
  for (const [number, { feed, sources, matches }] of SEARCHES.entries()) {
    const isListed = ({ listed }: Row) => sources.some((source) => source in JSON.parse(listed));
    const groupOf = (row: Row) => [
      row,
      ...rows.filter(({ n }) => (JSON.parse(row.copies ?? "[]") as number[]).includes(n)),
    ];
    const messages = new Map(sent.filter(({ search }) => search === number).map((one) => [one.id, one]));
    const got = [...messages.values()];
    const matched = ({ n }: Row) => (histories.get(n) ?? []).map(matches);
    for (const article of new Set(got.map((one) => one.article))) {
      const times = got.filter((one) => one.article === article).map(({ at }) => at);
      const row = rows.find(({ id }) => id === article) as Row;
      if (times.length > 1) wrong.push(`${feed}: ${article} sent ${times.length} times`);
      if (!groupOf(row).some((one) => matched(one).includes(true))) wrong.push(`${feed}: ${article} never matched`);
      const before = groupOf(row)
        .filter(({ id }) => id !== article && isListed(row))
        .flatMap(({ id }) => got.filter((one) => one.article === id));
      const since = Date.parse(row.joined_at ?? "");
      if (before.some(({ at }) => at < (times[0] as number) && since < (times[0] as number) - 1000))
        wrong.push(`${feed}: ${article} sent after its copy`);
    }
    // Without kcna.kp there is no feed of it.
    const { items = [] } = (await (await world.ask(`/feeds/${feed.replace("?", ".json?")}&limit=500`)).json()) as {
      items?: Item[];
    };
    for (const { id } of items) {
      const group = groupOf(rows.find((row) => row.id === id) as Row);
      // What has matched, then not, and matches again may have done so while the receiver was away.
      const isFlickering = group.some((row) => matched(row).some((is, i, all) => is && all.slice(i).includes(false)));
      if (isFlickering || !group.some((row) => isListed(row) && matched(row).includes(true))) continue;
      if (!group.some((row) => got.some(({ article }) => article === row.id)))
        wrong.push(`${feed}: ${id} was never sent`);
      else world.note(`${feed}: ${id} was sent`);
    }
  }
  return wrong;
}

/** What each article said, one state after the other. */
function historiesOf({ service }: World): Map<number, Said[]> {
  const events = service.archive.store.sql.rows<{
    n: number;
    event: string;
    title: string | null;
    excerpt: string | null;
    html: string | null;
  }>("SELECT n, event, title, excerpt, html FROM journal WHERE n IS NOT NULL ORDER BY seq");
  const histories = new Map<number, Said[]>();
  for (const { n, event, title, excerpt, html } of events) {
    const history = histories.get(n) ?? [];
    const last = history.at(-1);
    if (title === null || excerpt === null) continue;
    history.push({ title, excerpt, html: (event === "enriched" ? last?.html : html) ?? "" });
    histories.set(n, history);
  }
  return histories;
}
