import { beforeEach, describe, expect, test } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import {
  articleAt,
  ask,
  bindings,
  type CountedKv,
  countedKv,
  type JsonFeed,
  type Listings,
  resetAfterEach,
  serve,
} from "../simulation.ts";

const HOUR = 3600_000;
const NOW = Date.parse("2026-06-01T00:00:00Z");

let counted: CountedKv;
let env: Bindings;
let website: Listings;

beforeEach(async () => {
  counted = countedKv();
  env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  website = new Map([["156", Array.from({ length: 12 }, (_, i) => articleAt(NOW - i * HOUR, i + 1))]]);
  serve(website);
  await tick(bridgeOf(env), NOW);
});
resetAfterEach();

interface SyncLine {
  seq: number;
  event: string;
  at: string;
  article: JsonFeed["items"][number];
}

async function sync(path: string, init?: RequestInit) {
  const response = await ask(env, path, init);
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  const lines = new TextDecoder()
    .decode(await response.arrayBuffer())

    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { response, events: lines.slice(0, -1) as SyncLine[], end: lines.at(-1) as { cursor: string; more: boolean } };
}

const only = (id: string) => bridgeOf(env).sources.filter((source) => source.id === id);
const edit = async (which: number, title: string, now = NOW + HOUR) => {
  Object.assign((website.get("156") as object[])[which] as object, { title });
  await refresh(bridgeOf(env), only("kcna-en"), now);
};

test("every event is a line with its number and the JSON Feed's own item; the last line says where to go on", async () => {
  const { response, events, end } = await sync("/sync/kcna-en");
  expect(response.headers.get("content-type")).toBe("application/x-ndjson");
  expect(events.map(({ event }) => event)).toEqual(Array(12).fill("added"));
  expect(end.more).toBe(false);
  const { items } = (await (await ask(env, "/feeds/kcna-en.json")).json()) as JsonFeed;
  expect(events.map(({ article }) => article).reverse()).toEqual(items);
  const numbers = events.map(({ seq }) => seq);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(response.headers.get("link")).toBe(
    `<https://bridge.example/sync/kcna-en?after=${end.cursor}>; rel="next"; type="application/x-ndjson"`,
  );
});

test("from a cursor on there is only what came since, with the article as it is now", async () => {
  const { end } = await sync("/sync/kcna-en");
  await edit(3, "Another headline");
  const { events, end: later } = await sync(`/sync/kcna-en?after=${end.cursor}`);
  expect(events.map(({ event, article }) => [event, article.title])).toEqual([["edited", "Another headline"]]);
  expect((await sync(`/sync/kcna-en?after=${later.cursor}`)).events).toEqual([]);
});

test("limit cuts the answer, and the next link leads on to the end", async () => {
  const seen: number[] = [];
  let path = "/sync/kcna-en?limit=5&q=-nothing";
  for (let more = true; more; ) {
    const { response, events, end } = await sync(path);
    seen.push(...events.map(({ seq }) => seq));
    expect(events.length).toBeLessThanOrEqual(5);
    path = (response.headers.get("link")?.match(/<https:\/\/bridge\.example([^>]+)>/)?.[1] as string) ?? "";
    more = end.more;
  }
  expect(seen).toHaveLength(12);
  expect(path).toContain("q=-nothing");
});

test("a parameter without a value is as one that is not there, and a cache asks again before it answers", async () => {
  const { response, events } = await sync("/sync/kcna-en?after=&limit=&wait=&lang=");
  expect(events).toHaveLength(12);
  expect(response.headers.get("etag")).toBe((await sync("/sync/kcna-en")).response.headers.get("etag"));
  expect(response.headers.get("cache-control")).toBe("public, no-cache");
  expect(response.headers.get("vary")).toBe("Accept-Encoding");
});

describe("an idle poll", () => {
  test("without a tag is one call of the archive", async () => {
    const { end } = await sync("/sync/kcna-en");
    counted.calls.length = 0;
    expect((await sync(`/sync/kcna-en?after=${end.cursor}`)).events).toEqual([]);
    expect(counted.calls).toEqual(["events"]);
  });

  test("is a 304 that asks neither the archive nor KV twice", async () => {
    const { response, end } = await sync("/sync/kcna-en");
    const head = await sync(`/sync/kcna-en?after=${end.cursor}`);
    const etag = head.response.headers.get("etag") as string;
    expect(etag).not.toBe(response.headers.get("etag"));
    counted.calls.length = 0;
    const idle = await ask(env, `/sync/kcna-en?after=${end.cursor}`, { headers: { "if-none-match": etag } });
    expect(idle.status).toBe(304);
    expect(idle.headers.get("etag")).toBe(etag);
    expect(counted.calls).toEqual([]);
  });

  test("any tag, or the right one of a request that waits: nothing is sent twice (RFC 9110, section 13.1.2)", async () => {
    const { end } = await sync("/sync/kcna-en");
    const path = `/sync/kcna-en?after=${end.cursor}`;
    const etag = (await sync(path)).response.headers.get("etag") as string;
    for (const [address, tag] of [
      ["/sync/kcna-en", "*"],
      [path, "*"],
      [`${path}&wait=1`, etag],
    ] as const) {
      const response = await ask(env, address, { headers: { "if-none-match": tag } });
      expect([address, response.status, response.headers.get("link")?.includes('rel="next"')]).toEqual([
        address,
        304,
        true,
      ]);
    }
    // What is no representation has no tag.
    expect((await ask(env, "/sync/kcna-en?after=3.abc", { headers: { "if-none-match": "*" } })).status).toBe(410);
  });

  test("after an event it is a 200 with the event; another address's tag says nothing", async () => {
    const { end } = await sync("/sync/kcna-en");
    const path = `/sync/kcna-en?after=${end.cursor}`;
    const etag = (await sync(path)).response.headers.get("etag") as string;
    const other = await ask(env, "/sync/kcna-en", { headers: { "if-none-match": etag } });
    expect(other.status).toBe(200);
    await edit(0, "Another headline");
    expect((await sync(path, { headers: { "if-none-match": etag } })).events).toHaveLength(1);
  });
});

test("wait holds the answer until an event comes, and is not longer than asked for", async () => {
  const { end } = await sync("/sync/kcna-en");
  const waiting = sync(`/sync/kcna-en?after=${end.cursor}&wait=20`);
  await edit(1, "Another headline");
  expect((await waiting).events).toHaveLength(1);
  const began = Date.now();
  const { cursor } = (await waiting).end;
  // Requests of one client that wait: more than its share are told to come back, instead of being answered at once.
  const requests = Array.from({ length: 26 }, () => ask(env, `/sync/kcna-en?after=${cursor}&wait=1`));
  const refused = (await Promise.all(requests)).filter(({ status }) => status !== 200);
  expect(refused.map(({ status, headers }) => [status, headers.get("retry-after")])).toEqual([[503, "25"]]);
  expect((await sync(`/sync/kcna-en?after=${cursor}&wait=1`)).events).toEqual([]);
  expect(Date.now() - began).toBeGreaterThanOrEqual(900);
});

test("a foreign cursor is 410 and says to start again", async () => {
  for (const cursor of ["3.abc", "900000.abc", "5", "900000"]) {
    const response = await ask(env, `/sync/kcna-en?after=${cursor}`);
    expect(response.status).toBe(410);
    expect(await response.json()).toMatchObject({ title: "Gone", parameter: "after" });
  }
});

test.each([
  ["after=nonsense", "after takes the cursor"],
  ["after=5.abc!", "after takes the cursor"],
  ["after=1&after=2", "after is given more than once"],
  ["limit=0", "limit takes a whole number from 1 to 1000"],
  ["limit=1001", "limit takes"],
  ["wait=26", "wait takes a whole number of seconds from 0 to 25"],
  ["sort=oldest", "sort is a parameter of feeds"],
  ["once=true", "once is a parameter of feeds"],
  ["before=x", "before is a parameter of feeds"],
  ["since=7d", "since takes a day or an instant here"],
  ["filter_time=60", "filter_time takes a day or an instant here"],
  ["nonsense=1", 'there is no parameter "nonsense"; there are after, limit, wait, q, since, until, content, lang,'],
  ["aftr=1", "did you mean after? There are after,"],
  ["wiat=1", "did you mean wait? There are"],
  ["order=x", 'there is no parameter "order"; there are after,'],
])("%s is a 400 that names it", async (query, detail) => {
  const response = await ask(env, `/sync/kcna-en?${query}`);
  expect(response.status).toBe(400);
  expect(((await response.json()) as { detail: string }).detail).toContain(detail);
});

test("limit and wait take their bounds themselves", async () => {
  for (const bound of ["limit=1", "limit=1000", "wait=0", "wait=25"])
    expect((await sync(`/sync/kcna-en?${bound}`)).events.length, bound).toBe(bound === "limit=1" ? 1 : 12);
});

test("an unknown source is 404; without the archive it is 503 with Retry-After", async () => {
  expect((await ask(env, "/sync/nothing")).status).toBe(404);
  counted.unreachable = true;
  const response = await ask(env, "/sync/kcna-en");
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
});
