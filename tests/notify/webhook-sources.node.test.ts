import { expect, test } from "vitest";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { clockAt, pushedBridge, type Received, receivers } from "./receivers.ts";

/** A webhook of several sources, which list the same articles: newstream has all of KCNA Watch, kcna.kp the same stories. */

const START = Date.parse("2026-11-20T09:00:00Z");
clockAt(START);

const old = page(START - HOUR, 12);
const titles = (received: Received[]) => received.map(({ body }) => body.split("\n")[0]);

async function started(feed: string) {
  const received = receivers({ "hook.example": () => new Response(null, { status: 204 }) });
  const bridge = pushedBridge({ HUB: "off", FOLLOW: "all" });
  for (const source of ["kcna-en", "newstream"]) await bridge.commit(old, { source });
  bridge.restart({ WEBHOOKS: JSON.stringify([{ url: "https://hook.example/", feed, as: "text" }]) });
  return { bridge, received };
}

test("an article that a second source lists is sent once, an article that only that one lists too", async () => {
  const { bridge, received } = await started("all");
  const news = shownAt(START - 1000, "News");
  await bridge.commit([news, ...old]);
  await bridge.commit([news, shownAt(START - 60_000, "Of another outlet"), ...old], { source: "newstream" });
  await bridge.run();
  expect(titles(received)).toEqual(["News", "Of another outlet"]);
});

test("an article that a source outside of its feed had before is news to it", async () => {
  const { bridge, received } = await started("newstream");
  const news = shownAt(START - 1000, "News");
  await bridge.commit([news, ...old]);
  await bridge.commit([news, ...old], { source: "newstream" });
  await bridge.run();
  expect(titles(received)).toEqual(["News"]);
});

const story = { ...shownAt(START - 1000, "Missile launched from the east coast"), excerpt: "It flew 900 kilometres." };
const key = "0123456789abcdef0123456789abcdef";
const url = `http://www.kcna.kp/en/article/detail/${key}`;
const { collectedAt: _, ...undated } = story;
const copy = { ...undated, key, id: `tag:kcna.kp,2026:${key}`, url };
const kcna = { source: "kp-kcna-en", site: "kcna", outlet: "kcna" };

test("a copy on another website is sent once, too", async () => {
  const { bridge, received } = await started("all?q=missile");
  await bridge.commit([story, ...old], { outlet: "kcna" });
  await bridge.commit([copy], kcna);
  await bridge.run();
  expect(titles(received)).toEqual([story.title]);
});

test("a copy with the words that were looked for is sent, if the first one had none of them", async () => {
  const { bridge, received } = await started("all?q=kilometres");
  await bridge.commit([{ ...copy, excerpt: "" }], kcna);
  await bridge.run();
  await bridge.commit([story, ...old], { outlet: "kcna" });
  await bridge.run();
  expect(received.map(({ body }) => body.includes("kcnawatch.org/newstream"))).toEqual([true]);
});

test("an article that a source outside of the feed had before is sent once, whichever of its words were looked for", async () => {
  const { bridge, received } = await started("newstream+kcna-ko?q=kilometres");
  await bridge.commit([story, ...old]);
  for (const source of ["newstream", "kcna-ko"]) {
    await bridge.commit([story, ...old], { source });
    await bridge.run();
  }
  expect(titles(received)).toEqual([story.title]);
});
