import { reset } from "cloudflare:test";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { refresh } from "../../src/refresh/refresh.ts";
import type { Story } from "../replica/outlets/stories.ts";
import { runs } from "../runs.ts";
import { ask, type JsonFeed, resetAfterEach } from "../simulation.ts";
import { type OutletBridge, outletBridge } from "./outlet-setup.ts";

/** Sixty stories on kcna.kp and on KCNA Watch, read end to end by ticks in any order. */

const HOUR = 3600_000;
const STORIES = 60;
const START = Date.parse("2026-10-01T00:00:00+09:00");
const END = Date.parse("2026-10-07T03:00:00+09:00");
const SOURCES = ["kcna-en", "kp-kcna-en"] as const;
const FEED = "/feeds/kcna-en+kp-kcna-en";

resetAfterEach();

const NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split(" ");
const titleOf = (n: number) => `Workshop of ${NUMBERS[n % 12]} brigades opens in county number ${n + 100}`;
const editedTitleOf = (n: number) => `County number ${n + 100} has a new workshop with another headline`;

const kind = fc.record({
  on: fc.constantFrom(...(["both", "both", "both", "both", "outlet", "kcnawatch"] as const)),
  original: fc.constantFrom(...(["linked", "linked", "missing", "dead"] as const)),
  isEdited: fc.boolean(),
});
type Kind = typeof kind extends fc.Arbitrary<infer T> ? T : never;

function storyOf({ on, original, isEdited }: Kind, n: number): Story {
  const paragraphs = [
    `Pyongyang, {date} (KCNA) -- A workshop was opened in county number ${n + 100} with due ceremony.`,
    `It has ${n + 3} machines, and ${NUMBERS[n % 12]} brigades work there in ${n % 7} shifts.`,
  ];
  return {
    id: `story-${n}`,
    daysAgo: 5 - Math.floor(n / 10),
    hour: 1 + 2 * (n % 10),
    texts: { en: { title: titleOf(n), paragraphs } },
    outlets: { kcna: ["en"] },
    on,
    original,
    // Without a link to the outlet's address, only the title says that the two are one.
    ...(isEdited && original === "linked" && { kcnawatch: { title: editedTitleOf(n) } }),
  };
}

const step = fc.constantFrom("both", "both", "both", "kcnawatch only", "outlet only", "outlet is down");

const ONLY = [
  ["kcnawatch only", SOURCES[0]],
  ["outlet only", SOURCES[1]],
] as const;

/** The story that a title is of. */
const numberIn = (title: string): number => Number(/number (\d+)/.exec(title)?.[1]) - 100;

/** The ids of a feed by story; a story that is there twice has two. */
async function idsByStory({ env }: OutletBridge): Promise<Map<number, string[]>> {
  const ids = new Map<number, string[]>();
  const response = await ask(env, `${FEED}.json?limit=500`);
  if (response.status === 503) return ids;
  const { items } = (await response.json()) as JsonFeed;
  for (const { id, title } of items) ids.set(numberIn(title), [...(ids.get(numberIn(title)) ?? []), id]);
  return ids;
}

test("each of them is once in every format, under the id that was served first, whatever order the ticks ran in", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(kind, { minLength: STORIES, maxLength: STORIES }),
      fc.array(step, { minLength: 20, maxLength: 20 }),
      async (kinds, steps) => {
        await reset();
        const outlets = outletBridge(
          { FOLLOW: SOURCES.join(", "), BODIES_PER_TICK: "20" },
          kinds.map((one, n) => storyOf(one, n)),
        );
        const served = new Map<number, string>();
        for (let time = START, i = 0; time <= END; time += 3 * HOUR, i++) {
          const today = steps[i % steps.length];
          outlets.network.fault("kcna", today === "outlet is down" ? "reset" : undefined);
          outlets.world.set(time);
          vi.spyOn(Date, "now").mockReturnValue(time);
          const only = new Map<string | undefined, string>(ONLY).get(today);
          if (only) {
            const sources = outlets.bridge.sources.filter(({ id }) => id === only);
            await refresh(outlets.bridge, sources, time, { articlePages: 20 });
          } else await outlets.tickAt(time);
          if (i % 5 > 0) continue;
          for (const [story, [id = ""]] of await idsByStory(outlets)) {
            // Two copies are two items until something says that they are one: the first one stays.
            if (!served.has(story)) served.set(story, id);
          }
        }
        outlets.network.fault("kcna", undefined);
        for (let tick = 1; tick <= 12; tick++) await outlets.tickAt(END + tick * HOUR);

        const ids = await idsByStory(outlets);
        expect([...ids.keys()].sort((a, b) => a - b)).toEqual(kinds.map((_, n) => n));
        const twice = [...ids].filter(([, all]) => all.length > 1);
        expect(twice.map(([n]) => ({ n, ...kinds[n] }))).toEqual([]);
        const all = [...ids.values()].flat();
        for (const format of ["rss", "atom"]) {
          const xml = await (await ask(outlets.env, `${FEED}.${format}?limit=500`)).text();
          expect(xml.match(format === "rss" ? /<item>/g : /<entry/g)).toHaveLength(STORIES);
          expect(all.filter((id) => !xml.includes(id))).toEqual([]);
        }
        expect([...served].filter(([story, id]) => ids.get(story)?.[0] !== id)).toEqual([]);
      },
    ),
    { numRuns: runs(1), endOnFailure: true },
  );
}, 240_000);
