import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, vi } from "vitest";
import type { Bindings } from "../src/archive/bridge.ts";
import type { ArchiveObject } from "../src/archive/object.ts";
import worker from "../src/index.ts";
import { KCNA_WATCH_SOURCES } from "./followed.ts";
import { forgetFeeds, forgetSnapshots } from "./forget.ts";
import type { Shown } from "./replica/markup.ts";
import { answerTo, printedDay, type Website } from "./replica/website.ts";

/** The bridge with a real KV namespace, a website in memory and a clock of the test's own. */

/** After each test of a file: the real clock, console and network, and empty stores. */
export function resetAfterEach(): void {
  afterEach(async () => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    await reset();
  });
}

/** What the website lists, as `Website.listings` has it; the listing of all sources is by default that of KCNA. */
export type Listings = Website["listings"];

/** An article that the website took in at an instant (milliseconds), printed on that Korean day. */
export function articleAt(ms: number, digits: number, title = `Article ${digits}`): Shown {
  return {
    key: `${Math.floor(ms / 1000)}-${digits}`,
    slug: `article-${digits}`,
    title,
    excerpt: `Pyongyang (KCNA) -- ${title} told in an excerpt of the usual length, which the website cuts at a word after some 125 characters or`,
    printed: printedDay(ms),
    body: [`${title}, first paragraph of the text that the article page shows.`, "And a second paragraph."],
  };
}

/** Puts the website in the place of the network; returns the paths that were asked for. */
export function serve(listings: Listings, more?: (url: URL) => Response | undefined): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (input: URL | string) => {
    const url = new URL(input);
    const path = url.pathname + url.search;
    asked.push(path);
    const own = more?.(url);
    if (own) return own;
    const kcna = listings.get("156");
    const all = new Map([...listings, ...(kcna && !listings.has("newstream") ? [["newstream", kcna] as const] : [])]);
    const { status, html } = answerTo({ listings: all, publisher: "Somebody else" }, path);
    return page(html, status);
  });
  return asked;
}

export const page = (html: string, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8", ...headers } });

/** What the bridge's storage was asked, counted, and what goes wrong with it. */
export interface CountedKv {
  kv: KVNamespace;
  reads: number;
  /** Characters read. */
  size: number;
  /** What is read of these keys, whatever was written: KV may return the older value for a minute. */
  stale: Map<string, unknown>;
  /** Whether reading KV fails. */
  deaf: boolean;
  /** Calls to the archive's object. */
  calls: string[];
  /** Whether the object cannot be reached, or its quota is spent. */
  unreachable: boolean;
}

const archives = new WeakMap<KVNamespace, DurableObjectNamespace>();

export function countedKv(): CountedKv {
  const { SNAPSHOTS: real, ARCHIVE: objects } = env as Bindings;
  const counted: CountedKv = {
    kv: undefined as never,
    reads: 0,
    size: 0,
    stale: new Map(),
    deaf: false,
    calls: [],
    unreachable: false,
  };
  counted.kv = {
    async get(keys: string[], type: never) {
      counted.reads++;
      if (counted.deaf) throw new Error("KV does not answer");
      const read = await real.get(keys, type);
      const values = new Map(
        [...read].map(([key, now]) => [key, counted.stale.has(key) ? counted.stale.get(key) : now]),
      );
      counted.size += JSON.stringify([...values]).length;
      return values;
    },
  } as never;
  archives.set(counted.kv, {
    idFromName: (name: string) => objects.idFromName(name),
    get(id: DurableObjectId) {
      const stub = objects.get(id) as DurableObjectStub<ArchiveObject>;
      return {
        invoke(...[method, values]: Parameters<ArchiveObject["invoke"]>) {
          counted.calls.push(method);
          if (counted.unreachable) throw new Error("Exceeded allowed duration in Durable Objects free tier.");
          return stub.invoke(method, values);
        },
      };
    },
  } as never);
  return counted;
}

/** The operator's token. */
export const TOKEN = "a-token-for-the-tests";

export const bindings = (kv: KVNamespace, more: Partial<Bindings> = {}): Bindings => ({
  ARCHIVE: archives.get(kv) ?? (env as Bindings).ARCHIVE,
  SNAPSHOTS: kv,
  ADMIN_TOKEN: TOKEN,
  FOLLOW: KCNA_WATCH_SOURCES,
  ...more,
});

/** Forgets what this isolate remembers, as a new one would. */
export function newIsolate(bindings: Bindings): void {
  forgetSnapshots(bindings);
  forgetFeeds(bindings);
}

/** A request to the bridge; what it sets going behind the answer is waited for. */
export async function ask(bindings: Bindings, path: string, init?: RequestInit): Promise<Response> {
  const behind: Promise<unknown>[] = [];
  const context = { waitUntil: (work: Promise<unknown>) => behind.push(work), passThroughOnException() {}, props: {} };
  const response = await worker.fetch(new Request(`https://bridge.example${path}`, init), bindings, context as never);
  await Promise.all(behind);
  return response;
}

export interface JsonFeed {
  items: {
    id: string;
    title: string;
    url: string;
    date_published: string;
    date_modified: string;
    content_text?: string;
    content_html?: string;
    language: string;
    _bridge?: { source: string; key: string; day: string; earlier_titles: string[]; copies?: { url: string }[] };
  }[];
  next_url?: string;
}

export async function feedOf(bindings: Bindings, path: string): Promise<JsonFeed> {
  const response = await ask(bindings, path);
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Every item of a feed, following its next links. */
export async function allItems(bindings: Bindings, path: string): Promise<JsonFeed["items"]> {
  const items: JsonFeed["items"] = [];
  let next: string | undefined = path;
  while (next) {
    const feed: JsonFeed = await feedOf(bindings, next);
    items.push(...feed.items);
    next = feed.next_url?.replace("https://bridge.example", "");
  }
  return items;
}
