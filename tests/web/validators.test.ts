import { reset } from "cloudflare:test";
import fc from "fast-check";
import { expect, inject, test, vi } from "vitest";
import { bridgeOf } from "../../src/archive/bridge.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import type { Shown } from "../replica/markup.ts";
import { runs } from "../runs.ts";
import { articleAt, ask, bindings, countedKv, newIsolate, resetAfterEach, serve } from "../simulation.ts";

resetAfterEach();

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse("2026-05-27T03:00:00Z");
/** Articles of the listing. */
const LISTED = 40;

vi.setConfig({ testTimeout: 240_000 * inject("fuzz") });

const QUESTIONS = [
  "",
  "?q=rice",
  "?q=-rice",
  "?filterout=rice&limit=4",
  "?limit=3",
  "?sort=oldest&limit=5",
  "?content=full",
  "?content=full&q=paragraph&limit=7",
  "?content=full&brief=100",
  "?since=3d",
  "?since=5d&q=rice",
  "?until=2d&limit=9",
  "?filter_time=100000",
  "?since=2026-05-20&until=2026-05-31",
  "?lang=ko",
  "?q=nothing",
];
const AGES = /=\d+d\b|filter_time/;
const PLACES = ["", "/changes", "/2026-05", "/2026-06"];

/** What happens to the website and the clock; `which` chooses an article of the listing. */
const step = fc.record({
  what: fc.constantFrom("new", "title", "excerpt", "longer", "text", "older", "texts", "mixed", "clock", "clock"),
  which: fc.nat(15),
  count: fc.integer({ min: 1, max: 12 }),
  rice: fc.boolean(),
  wait: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 12 * 24 * 60 })),
});

const feed = fc.record({
  sources: fc.constantFrom("kcna-en", "kcna-en", "kcna-en+newstream"),
  place: fc.constantFrom("", ...PLACES),
  format: fc.constantFrom("rss", "atom", "json"),
  question: fc.constantFrom(...QUESTIONS),
});

/** Counterexamples that free seeds have found. */
const title = (rice: boolean) => ({ what: "title" as const, which: 1, count: 1, rice, wait: 1 });
const added = { what: "new" as const, which: 0, count: 1, rice: false, wait: 1 };
const rss = (question: string) => ({ sources: "kcna-en", place: "", format: "rss", question });
const EXAMPLES: [Parameters<typeof live>[0][number][], ReturnType<typeof rss>[], number][] = [
  // An edit takes an article out of a search that the index answers; then new articles come.
  [[title(true), title(false), added, added, added], [rss("?q=rice"), rss("?q=-rice"), rss("")], 12],
  [[title(true), title(false), added], [rss("?q=rice+-nothing"), rss("?q=rice&limit=3")], 12],
  // An edit gets too old for the age that is asked for.
  [
    [
      { ...title(false), which: 0 },
      added,
      { ...title(true), what: "excerpt", which: 0, wait: 1177 },
      { ...added, wait: 6023 },
    ],
    [{ ...rss("?since=5d&q=rice"), place: "/changes" }],
    12,
  ],
];

interface Seen {
  bytes: string;
  tag: string | null;
  date: string | null;
}

/** Lives through the steps; after each, calls back with what the feeds answer. */
async function live(
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
  paths: readonly string[],
  kept: number,
): Promise<Map<string, Seen[]>> {
  const { kv } = countedKv();
  const env = bindings(kv, { BODIES_PER_TICK: "0" });
  const source = (id: string) => bridgeOf(env).sources.filter((one) => one.id === id);
  let now = START;
  let digits = 1000;
  const titled = (at: number, rice: boolean) =>
    articleAt(at, digits, `Article ${digits++} of ${rice ? "rice" : "tea"}`);
  const all = Array.from({ length: kept }, (_, i) => titled(now - (i + 1) * 7 * HOUR, i % 3 === 0));
  let listed: Shown[] = [];
  const seen = new Map<string, Seen[]>(paths.map((path) => [path, []]));
  const read = async (id: string, articlePages = 0) => {
    serve(new Map([["156", listed]]));
    await refresh(bridgeOf(env), source(id), now, { articlePages });
  };
  const look = async () => {
    vi.stubGlobal("fetch", async () => new Response("", { status: 500 }));
    for (const path of paths) {
      const response = await ask(env, path);
      if (response.status === 404 && /2026-\d\d\./.test(path)) continue;
      expect([path, response.status]).toEqual([path, 200]);
      const { headers } = response;
      const [tag, date] = [headers.get("etag"), headers.get("last-modified")];
      seen.get(path)?.push({ bytes: await response.text(), tag, date });
    }
  };
  vi.useFakeTimers({ now, toFake: ["Date"] });
  for (let end = kept; end > 0; end -= 12) {
    listed = all.slice(Math.max(0, end - 12), end + 4);
    await read("kcna-en");
  }
  await look();
  for (const { what, which, count, rice, wait } of steps) {
    now += wait * MINUTE;
    vi.setSystemTime(now);
    const change = (more: Partial<Shown>) => {
      listed = listed.map((article, i) => (i === which ? { ...article, ...more } : article));
    };
    const shown = listed[which];
    if (what === "new")
      listed = [...Array.from({ length: count }, (_, i) => titled(now - i * MINUTE, rice)), ...listed];
    if (what === "title") change({ title: `Edited ${digits++} ${rice ? "rice" : "tea"}` });
    if (what === "excerpt") change({ excerpt: `Said otherwise ${digits++} ${rice ? "rice" : "tea"}` });
    if (what === "longer" && shown) change({ excerpt: `${shown.excerpt} and ${rice ? "rice" : "more"}` });
    if (what === "text") change({ body: [`Text ${digits++}, ${rice ? "rice" : "tea"}`, "And a second paragraph."] });
    if (what === "older")
      listed.splice(12, 0, titled(Number.parseInt(listed.at(-1)?.key ?? "", 10) * 1000 - 25 * DAY, rice));
    listed = listed.slice(0, LISTED);
    if (what === "mixed") await read("newstream");
    else if (what !== "clock") await read("kcna-en", what === "texts" || what === "text" ? 20 : 0);
    // An isolate that remembers nothing answers the same.
    if (which % 2 === 0) {
      newIsolate(env);
    }
    await look();
  }
  vi.useRealTimers();
  return seen;
}

test("same bytes, same tag, same date: over random changes, feeds, questions and times", async () => {
  let [same, other] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 3, maxLength: 10 }),
      fc.uniqueArray(feed, { minLength: 8, maxLength: 8, selector: (one) => JSON.stringify(one) }),
      // Some archives are larger than what is kept of the newest articles together.
      fc.constantFrom(12, 12, 12, 230),
      async (steps, feeds, kept) => {
        await reset();
        const paths = feeds.map(
          ({ sources, place, format, question }) => `/feeds/${sources}${place}.${format}${question}`,
        );
        for (const [path, answers] of await live(steps, paths, kept)) {
          answers.forEach((a, i) => {
            for (const b of answers.slice(i + 1)) {
              const isSame = a.bytes === b.bytes;
              isSame ? same++ : other++;
              const told = { path, tag: a.tag === b.tag, date: a.date === b.date };
              expect(told).toEqual({ path, tag: isSame, date: isSame });
              // For those who ask by date: a later answer has a later one. Of ages the tag alone says it.
              if (isSame || AGES.test(path)) continue;
              expect([path, Date.parse(b.date ?? "") > Date.parse(a.date ?? "")]).toEqual([path, true]);
            }
          });
        }
      },
    ),
    { numRuns: runs(10, 20), examples: EXAMPLES },
  );
  console.log(`validators: ${same} pairs of the same bytes, ${other} of others`);
  expect(Math.min(same, other)).toBeGreaterThan(300);
});
