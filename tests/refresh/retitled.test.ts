import { expect, test } from "vitest";
import type { OutletName, Story } from "../replica/outlets/stories.ts";
import { feedOf, resetAfterEach } from "../simulation.ts";
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
