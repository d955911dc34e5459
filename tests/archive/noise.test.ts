import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import { listingPage, type Shown } from "../replica/markup.ts";
import {
  allItems,
  articleAt,
  ask,
  bindings,
  countedKv,
  feedOf,
  type Listings,
  resetAfterEach,
  serve,
  TOKEN,
} from "../simulation.ts";
import { journal, kvWrites } from "./object.ts";

/** A website that says something else at every look edits nothing. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-06-01T00:00:00Z");

let env: Bindings;
let website: Listings;
let listed: Shown[];

beforeEach(() => {
  env = bindings(countedKv().kv);
  vi.spyOn(Date, "now").mockReturnValue(NOW);
  listed = Array.from({ length: 16 }, (_, i) => articleAt(NOW - i * HOUR, NOW / MINUTE - i * 60));
  website = new Map();
  serve(website);
});
resetAfterEach();

async function look(now: number, show: (shown: Shown, i: number) => Shown = (shown) => shown) {
  website.set("156", listed.map(show));
  vi.mocked(Date.now).mockReturnValue(now);
  const [outcome] = await refresh(bridgeOf(env), bridgeOf(env).sources.slice(0, 1), now);
  return outcome;
}
const kept = async () => (await feedOf(env, "/feeds/kcna-en.json")).items;
const edits = () => allItems(env, "/feeds/kcna-en/changes.json?limit=500");
const report = async () => {
  const { sources } = (await (await ask(env, "/health")).json()) as {
    sources: { state: string; noisy: { since: string; detail: string } | null }[];
  };
  return sources[0];
};

/** What the website puts before each excerpt at a look. */
const counter = (look: number, i: number) => `${3 * look + i} views.`;
const words = (look: number, i: number) =>
  `${["Buy", "Sell", "Rent", "Read"][look % 4]} it ${["now", "today"][i % 2]}:`;
const prefixed = (noise: typeof counter, look: number) => (shown: Shown, i: number) => ({
  ...shown,
  excerpt: `${noise(look, i)} ${shown.excerpt}`,
});

describe.each([
  ["a counter", counter],
  ["other words", words],
])("%s in every excerpt at every look", (_, noise) => {
  test("is not taken for edits, and is said in health", async () => {
    for (let i = 0; i < 96; i++) await look(NOW + i * 15 * MINUTE, prefixed(noise, i));
    // The first looks at which most had changed could have been edits.
    expect((await edits()).length).toBeLessThanOrEqual(2 * 16);
    expect((await report())?.noisy).toEqual({
      since: "2026-06-01T00:45:00Z",
      detail: expect.stringContaining("at every look"),
    });
    const html = await (await ask(env, "/health", { headers: { accept: "text/html" } })).text();
    expect(html).toContain("at every look");
    // One KV write a look, of the status; and those of the articles and of the first edits. The journal has no more.
    expect((await kvWrites()).reduce((sum, { writes }) => sum + writes, 0)).toBeLessThan(96 + 15);
    expect((await journal()).length).toBeLessThanOrEqual(16 + 2 * 16 + 1);
  });

  test("does not keep new articles out, nor edited titles", async () => {
    for (let i = 0; i < 10; i++) await look(NOW + i * 15 * MINUTE, prefixed(noise, i));
    listed.unshift(articleAt(NOW + 3 * HOUR, 1));
    listed[5] = { ...(listed[5] as Shown), title: "A title that was edited" };
    const sofar = (await edits()).length;
    expect(await look(NOW + 3 * HOUR, prefixed(noise, 10))).toMatchObject({ ok: true, added: 1, edited: 1 });
    const all = await edits();
    expect(all).toHaveLength(sofar + 1);
    expect(all.filter(({ title }) => title.startsWith("Edited (title): A title that was edited"))).toHaveLength(1);
  });

  test("ends when it has stopped for a day and a half; then what is shown is kept", async () => {
    for (let i = 0; i < 10; i++) await look(NOW + i * 15 * MINUTE, prefixed(noise, i));
    const from = NOW + 10 * 15 * MINUTE;
    for (let i = 0; i < 36; i++) await look(from + i * HOUR);
    expect((await report())?.noisy).not.toBeNull();
    await look(from + 36 * HOUR);
    expect((await report())?.noisy).toBeNull();
    expect((await kept()).map(({ content_text }) => content_text)).toEqual(listed.map(({ excerpt }) => excerpt));
    // And an edit is an edit again.
    listed[3] = { ...(listed[3] as Shown), excerpt: "An excerpt that says something else now." };
    expect(await look(from + 37 * HOUR)).toMatchObject({ edited: 1 });
  });
});

test("among counters an edit in words is one", async () => {
  for (let i = 0; i < 10; i++) await look(NOW + i * 15 * MINUTE, prefixed(counter, i));
  listed[7] = { ...(listed[7] as Shown), excerpt: "An excerpt that says something else now." };
  expect(await look(NOW + 3 * HOUR, prefixed(counter, 10))).toMatchObject({ edited: 1 });
  expect((await kept())[7]?.content_text).toContain("something else now");
});

test("a counter that moves more slowly than the cron looks is noise as well", async () => {
  for (let i = 0; i < 96; i++) await look(NOW + i * 15 * MINUTE, prefixed(counter, Math.floor(i / 5)));
  expect((await edits()).length).toBeLessThanOrEqual(2 * 16);
});

test("an edit of every article is one, and so is the next", async () => {
  await look(NOW);
  for (const [i, word] of ["First", "Second"].entries()) {
    const outcome = await look(NOW + (i + 1) * HOUR, (shown) => ({ ...shown, title: `${word}: ${shown.title}` }));
    expect(outcome).toMatchObject({ edited: 16 });
  }
  for (let day = 2; day < 5; day++) {
    const outcome = await look(NOW + day * DAY, (shown) => ({
      ...shown,
      excerpt: `On day ${day} it says: ${shown.title}`,
    }));
    expect(outcome).toMatchObject({ edited: 16 });
  }
  expect((await report())?.noisy).toBeNull();
});

test("one article that changes at every look has few edits a day; the last that stays is kept", async () => {
  const flicker = (look: number) => (shown: Shown, i: number) =>
    i === 4
      ? { ...shown, excerpt: `${look % 2 ? "One" : "Another"} thing is said of it, at look ${look % 2}.` }
      : shown;
  for (let i = 0; i < 96; i++) await look(NOW + i * 15 * MINUTE, flicker(i));
  expect((await edits()).length).toBeLessThanOrEqual(4);
  expect((await report())?.noisy?.detail).toMatch(/1 article /);
  // The page is what it was from now on, and yet what it says is kept in the end.
  for (let i = 96; i < 96 + 30; i++) await look(NOW + i * HOUR, flicker(95));
  expect((await kept())[4]?.content_text).toContain("One thing");
  expect((await report())?.noisy).toBeNull();
});

test("pages that are pushed in are no other", async () => {
  const push = async (i: number) => {
    vi.mocked(Date.now).mockReturnValue(NOW + i * 15 * MINUTE);
    const response = await ask(env, "/ingest/kcna-en?url=https://kcnawatch.org/article/156/", {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "text/html" },
      body: listingPage("KCNA.kp (En)", listed.map(prefixed(counter, i))),
    });
    return ((await response.json()) as { changed: number }).changed;
  };
  const changed: number[] = [];
  for (let i = 0; i < 6; i++) changed.push(await push(i));
  expect(changed).toEqual([0, 16, 16, 0, 0, 0]);
});
