import { expect, test } from "vitest";
import type { Bridge } from "../../src/archive/bridge.ts";
import { readKnownPage } from "../../src/refresh/known-page.ts";
import { page } from "../pages.ts";
import type { OutletName, Story } from "../replica/outlets/stories.ts";
import { feedOf, resetAfterEach } from "../simulation.ts";
import { sourceOf } from "../sites/outlets.ts";
import { outletBridge } from "./outlet-setup.ts";

/** New headlines of articles that have left the first page of their listing. */

const HOUR = 3600_000;
const EVENING = Date.parse("2026-10-06T21:00:00+09:00");
const OLD = "Farmers bring in the harvest";
const NEW = "Bumper crop on every plain, says the Agricultural Commission";

/** Thirty stories of one day; the first one is on the second page. */
const stories = (outlet: OutletName, language: "en" | "ko"): Story[] =>
  Array.from({ length: 30 }, (_, n) => ({
    id: `story-${n}`,
    daysAgo: 0,
    hour: 1 + n / 2,
    texts: {
      [language]: {
        title: n === 0 ? OLD : `${language === "ko" ? "소식 제" : "News number "}${n}`,
        paragraphs: [
          `Workshop number ${n} was opened in county ${n + 100} with due ceremony, and ${n} brigades work there.`,
        ],
      },
    },
    outlets: { [outlet]: [language] },
    on: "outlet",
  }));

resetAfterEach();

test.each([
  ["kcna", "en", "kp-kcna-en"],
  ["chosonsinbo", "ko", "chosonsinbo-ko"],
] as const)(
  "%s: a page with another headline is the article's if its text is; another article's is not",
  async (outlet, language, source) => {
    const bridge = outletBridge({ FOLLOW: source, BODIES_PER_TICK: "20" }, stories(outlet, language));
    for (let hour = -13; hour <= 2; hour++) await bridge.tickAt(EVENING + hour * HOUR);
    const titles = async () =>
      (await feedOf(bridge.env, `/feeds/${source}.json?limit=500`)).items.map(({ title }) => title);
    expect(await titles()).toContain(OLD);
    const { id } = bridge.world.shown(outlet).find(({ story }) => story === "story-0") as { id: string };
    bridge.network.fault(
      outlet,
      "other-article",
      outlet === "kcna" ? `/en/article/detail/${id}` : `/wp-json/wp/v2/posts/${id}`,
    );
    for (let hour = 3; hour <= 24; hour++) await bridge.tickAt(EVENING + hour * HOUR);
    bridge.network.fault(
      outlet,
      undefined,
      outlet === "kcna" ? `/en/article/detail/${id}` : `/wp-json/wp/v2/posts/${id}`,
    );
    expect((await feedOf(bridge.env, `/feeds/${source}/changes.json`)).items).toEqual([]);
    bridge.world.edit("story-0", { title: NEW });
    for (let hour = 25; hour <= 60; hour++) await bridge.tickAt(EVENING + hour * HOUR);
    expect(await titles()).toContain(NEW);
    const changes = (await feedOf(bridge.env, `/feeds/${source}/changes.json`)).items;
    expect(changes.map(({ title }) => title)).toEqual([expect.stringContaining(NEW)]);
  },
);

test("of a page with another headline, only the kept text says that it is the article's: one without a text never has it", async () => {
  const source = sourceOf("kp-kcna-en");
  const address = `${source.site.origin}/en/article/detail/0f1e2d3c4b5a69788796a5b4c3d2e1f0`;
  const read = (kept: string | undefined) => {
    const archive = { article: async () => kept && { versions: [{ html: kept }] } };
    const fetched = { html: page("kcna-kp-article"), source, address, now: EVENING, listedTitle: OLD };
    return readKnownPage({ archive } as unknown as Bridge, fetched);
  };
  for (const kept of [undefined, "<p>Farmers of every county bring in the harvest, and brigades help them.</p>"])
    expect(await read(kept)).toMatchObject({ failure: { reason: "wrong-page" } });
  const listed = { html: page("kcna-kp-article"), source, address, now: EVENING };
  const own = await readKnownPage({} as Bridge, listed);
  expect(await read("story" in own ? own.story.body : "")).toEqual(own);
  // A page that has become longer is the article's; each page may begin with a dateline.
  const [first = ""] = ("story" in own ? (own.story.body ?? "") : "").split("\n");
  expect(await read(first)).toEqual(own);
  expect(await read(`${first.slice(0, 40)}</p>`)).toMatchObject({ failure: { reason: "wrong-page" } });
});
