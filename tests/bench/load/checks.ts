import { isDeepStrictEqual } from "node:util";
import { wait } from "../../random.ts";
import type { Clients } from "./clients.ts";
import { type Receivers, TOPICS, WEBHOOKS } from "./receivers.ts";
import type { Item, SyncCopy } from "./sync-copy.ts";
import { SOURCES, type World } from "./world.ts";

/** Whether anything was lost, when everything has come to rest. */

/** Milliseconds until everything must have been sent. */
const PATIENCE = 180_000;

const json = async <T>(address: string, init?: RequestInit): Promise<T> => {
  const response = await fetch(address, init);
  if (response.status !== 200) throw new Error(`${address}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
};

/** Waits until the bridge has read what there is, and has sent it to all that take it. */
export async function settle(origin: string, token: string, world: World, receivers: Receivers): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  world.healthy();
  const deadline = Date.now() + PATIENCE;
  for (let quiet = 0; quiet < 3 && Date.now() < deadline; ) {
    const { outcomes } = await json<{ outcomes: { added: number; edited: number }[] }>(`${origin}/refresh/all`, {
      method: "POST",
      headers,
    });
    quiet = outcomes.some(({ added, edited }) => added + edited > 0) ? 0 : quiet + 1;
  }
  const healthy = Object.keys(WEBHOOKS).length;
  const isSent = async () => {
    const { webhooks } = await json<{ webhooks: { behind: number }[] }>(`${origin}/webhooks`, { headers });
    return webhooks.slice(0, healthy).every(({ behind }) => behind === 0);
  };
  const isPushed = async () =>
    (await Promise.all([...receivers.pushes].map(([name, pushes]) => isCurrent(origin, name, pushes)))).every(Boolean);
  while (!((await isSent()) && (await isPushed())) && Date.now() < deadline) await wait(1000);
}

/** Whether the last feed that a subscriber was sent is the current one. */
async function isCurrent(origin: string, name: string, pushes: readonly string[]): Promise<boolean> {
  const feed = await (await fetch(origin + TOPICS[name as keyof typeof TOPICS])).text();
  return pushes.length === 0 || pushes.at(-1) === feed;
}

export async function checkAll(
  origin: string,
  token: string,
  world: World,
  clients: Clients,
  receivers: Receivers,
  copies: readonly SyncCopy[],
): Promise<string[]> {
  const [copy, other] = copies as [SyncCopy, SyncCopy];
  const keys = new Set([...copy.articles.values()].map(({ _bridge }) => _bridge.key));
  const missing = (what: string, wanted: ReadonlySet<string>) =>
    [...wanted].filter((key) => !keys.has(key)).map((key) => `${key} was ${what} and is not in the copy`);
  return [
    ...missing("acknowledged to a pusher", clients.acknowledged),
    ...missing("shown by a healthy listing", world.shown),
    ...copies.flatMap(({ faults }) => faults),
    ...(isDeepStrictEqual(copy.articles, other.articles) ? [] : ["two copies of the archive differ"]),
    ...(await checkFeed(origin, copy)),
    ...(await checkVersions(origin, world, copy)),
    ...checkNewest(world, copy),
    ...(await checkMessages(origin, token, receivers, clients.isStarved)),
    ...(await checkPushes(origin, receivers)),
  ];
}

/** The copy is what the feed of everything has, item by item. */
async function checkFeed(origin: string, { articles }: SyncCopy): Promise<string[]> {
  const faults: string[] = [];
  let count = 0;
  let next: string | undefined = `${origin}/feeds/all.json?limit=100&content=full&since=2000-01-01`;
  while (next) {
    const feed: { items: Item[]; next_url?: string } = await json(next.replace(/^https:\/\/bridge\.example/, origin));
    for (const item of feed.items) {
      count++;
      if (!isDeepStrictEqual(articles.get(item.id), item)) faults.push(`${item.id} differs from the copy`);
    }
    next = feed.next_url;
  }
  if (count !== articles.size) faults.push(`the feed has ${count} articles, the copy ${articles.size}`);
  return faults;
}

interface Version {
  title: string;
  content_text: string;
}

/** Each article has the versions that its events tell of, and each of them is what the website said once. */
async function checkVersions(origin: string, { titles, texts }: World, copy: SyncCopy): Promise<string[]> {
  const faults: string[] = [];
  for (const { id, _bridge } of copy.articles.values()) {
    const { key } = _bridge;
    const { versions } = await json<{ versions: Version[] }>(`${origin}/articles/kcnawatch/${key}.json`);
    if (versions.length !== copy.versionsOf(id))
      faults.push(`${key} has ${versions.length} versions, by its events ${copy.versionsOf(id)}`);
    for (const { title, content_text } of versions) {
      if (!titles.get(key)?.has(title)) faults.push(`${key} never had the title ${title}`);
      const hadIt = [...(texts.get(key) ?? [])].some((text) => content_text.startsWith(text));
      if (content_text !== "" && !hadIt) faults.push(`${key} never had the text ${content_text}`);
    }
  }
  return faults;
}

/** The articles that the website shows now have their last title. */
function checkNewest(world: World, { articles }: SyncCopy): string[] {
  const byKey = new Map([...articles.values()].map((item) => [item._bridge.key, item]));
  return SOURCES.filter(({ isBlocked }) => !isBlocked).flatMap(({ number }) =>
    world
      .newest(number)
      .filter(({ key, title }) => byKey.get(key)?.title !== title)
      .map(({ key, title }) => `${key} is "${byKey.get(key)?.title}", not "${title}"`),
  );
}

/** Each healthy receiver of a webhook got each event once, in the order of the journal. */
async function checkMessages(
  origin: string,
  token: string,
  { messages }: Receivers,
  isStarved: boolean,
): Promise<string[]> {
  const faults: string[] = [];
  const { webhooks } = await json<{ webhooks: { behind: number }[] }>(`${origin}/webhooks`, {
    headers: { authorization: `Bearer ${token}` },
  });
  for (const [i, [name, { feed, events }]] of Object.entries(WEBHOOKS).entries()) {
    if (webhooks[i]?.behind !== 0) faults.push(`the webhook ${name} is ${webhooks[i]?.behind} events behind`);
    const all = messages.get(name) ?? [];
    // If nothing is answered in time, README allows that a message comes again, with its id.
    const repeated = all.filter(({ id }, i) => id === all[i - 1]?.id).length;
    if (repeated > 0 && !isStarved) faults.push(`the webhook ${name} got ${repeated} messages twice`);
    const got = all.filter(({ id }, i) => id !== all[i - 1]?.id).map(({ seq }) => seq);
    const wanted = await eventsOf(origin, feed.replace(/^([^?]*)\??/, "$1?"), events);
    const first = got[0] ?? 0;
    // It begins with what came after the start.
    const expected = wanted.filter((seq) => seq >= first);
    if (got.length === 0) faults.push(`the webhook ${name} got nothing`);
    const lost = expected.filter((seq) => !got.includes(seq));
    if (!isDeepStrictEqual(got, expected))
      faults.push(
        `the webhook ${name} got ${got.length} messages, ${new Set(got).size} different, of ${expected.length}: without ${lost.slice(0, 5)}`,
      );
  }
  return faults;
}

/** Of `added` only the first of each article: webhooks are not sent that one more source lists it. */
async function eventsOf(origin: string, feed: string, events: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  const added = new Set<string>();
  let cursor = "";
  for (let more = true; more; ) {
    const page = await (await fetch(`${origin}/sync/${feed}&limit=1000${cursor && `&after=${cursor}`}`)).text();
    const lines = page
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const end = lines.pop();
    for (const { seq, event, article } of lines) {
      if (events.includes(event) && !(event === "added" && added.has(article.id))) found.push(seq);
      if (event === "added") added.add(article.id);
    }
    ({ cursor, more } = end);
  }
  return found;
}

async function checkPushes(origin: string, { pushes }: Receivers): Promise<string[]> {
  const faults: string[] = [];
  for (const [name, sent] of pushes) {
    if (sent.length === 0) faults.push(`the subscriber ${name} got nothing`);
    else if (!(await isCurrent(origin, name, sent))) faults.push(`the subscriber ${name} has an older feed`);
  }
  return faults;
}
