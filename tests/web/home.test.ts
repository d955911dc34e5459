import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";
import type { Shown } from "../replica/markup.ts";
import {
  articleAt,
  ask,
  bindings,
  type CountedKv,
  countedKv,
  type Listings,
  newIsolate,
  resetAfterEach,
  serve,
} from "../simulation.ts";

/** The home page: what happened, and what it shows without the archive. */

const HOUR = 3600_000;
const NOW = Date.parse("2026-06-10T03:00:00Z");

let counted: CountedKv;
let env: Bindings;
let website: Listings;
let all: Shown[];

const home = async (query = "") => {
  const response = await ask(env, `/${query}`, { headers: { accept: "text/html" } });
  return { status: response.status, page: await response.text() };
};
/** The lines of what happened, as text. */
const notes = async (): Promise<string[]> => {
  const list = /<ul class="notes".*?<\/ul>/s.exec((await home()).page)?.[0] ?? "";
  return [...list.matchAll(/<li.*?<\/li>/gs)].map(([line]) => line.replace(/<[^>]*>/g, "").trim());
};
const look = async (hour: number, articlePages = 20) => {
  vi.setSystemTime(NOW + hour * HOUR);
  await refresh(bridgeOf(env), bridgeOf(env).sources.slice(0, 1), NOW + hour * HOUR, { articlePages });
  newIsolate(env);
};

beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  counted = countedKv();
  env = bindings(counted.kv);
  all = Array.from({ length: 10 }, (_, i) => articleAt(NOW - i * 3 * HOUR, 100 + i, `Article ${100 + i} of the day`));
  website = new Map([
    ["156", all],
    ["189661", [articleAt(NOW - 30 * HOUR, 200)]],
    ["190036", [articleAt(NOW - 40 * HOUR, 300)]],
  ]);
  serve(website);
  await tick(bridgeOf(env), NOW);
  newIsolate(env);
});
resetAfterEach();

describe("what happened in 24 hours", () => {
  test("new articles are counted as the list behind the link shows them; nothing is said of what did not happen", async () => {
    expect(await notes()).toEqual(["9 new in 24 hours"]);
    const listed = (await (await ask(env, "/feeds/all.json?since=24h")).json()) as { items: object[] };
    expect(listed.items.length).toBe(9);
  });

  test("edits and deletions are counted by article for a day", async () => {
    const edited = { ...(all[0] as Shown), title: "Another headline" };
    // The third is deleted: its address has no page at two looks, hours apart.
    website.set("156", [edited, ...all.slice(1, 2), ...all.slice(3)]);
    await look(2);
    await look(9);
    edited.title = "A third headline";
    await look(10);
    expect(await notes()).toEqual(
      expect.arrayContaining(["1 edited", "1 no longer at its address", expect.stringContaining("new in 24 hours")]),
    );
    await look(40);
    expect((await notes()).filter((line) => /edited|no longer/.test(line))).toEqual([]);
  });

  test("an article that is back at its address is not said to be gone", async () => {
    website.set("156", [...all.slice(0, 2), ...all.slice(3)]);
    await look(2);
    await look(9);
    expect(await notes()).toContain("1 no longer at its address");
    website.set("156", all);
    await look(12);
    expect((await notes()).filter((line) => /no longer/.test(line))).toEqual([]);
  });

  test("a source that cannot be read is named, with the reason and since when", async () => {
    website.set("156", 503);
    await look(1);
    expect(await notes()).toContain(
      "KCNA.kp (En) has been unreadable since 10 Jun 2026, 12:00 in Korea: the website has an internal error (503)",
    );
  });
});

test("without the archive the page shows the newest articles and makes feeds; only the preview of a search is missing", async () => {
  counted.unreachable = true;
  newIsolate(env);
  const { status, page } = await home("?words=article");
  expect(status).toBe(200);
  for (const { title } of all) expect(page).toContain(title);
  expect(page).toContain("/feeds/kcna-en.rss?q=article</code>");
  expect(page).toContain(
    "The matching articles cannot be shown now, because the archive cannot be reached. The address is right.",
  );
});

test("the line of deletions leads to them alone", async () => {
  website.set("156", [{ ...(all[0] as Shown), title: "Another headline" }, all[1] as Shown, ...all.slice(3)]);
  await look(2);
  await look(9);
  const { page } = await home();
  const [, href = ""] =
    /<a href="https:\/\/bridge\.example([^"]*)"><b>1<\/b> no longer at its address/.exec(page) ?? [];
  const response = await ask(env, href.replaceAll("&amp;", "&"), { headers: { accept: "text/html" } });
  expect((await response.text()).match(/class="tag[^>]*>[^<]*/g)).toEqual([expect.stringContaining("no longer at")]);
});

test("an empty bridge offers no lists of nothing", async () => {
  env = bindings(countedKv().kv, { FOLLOW: "kp-vok-en" });
  newIsolate(env);
  const { page } = await home();
  expect(page).toContain("No article is stored yet.");
  expect(page).toContain("No article in the archive matches now");
  expect(page).not.toMatch(/Last 24 hours|see all of them|id="archive"/);
});

test("the health page of a bridge that is down says whether the websites fail or the cron job", async () => {
  const health = async () => await (await ask(env, "/health", { headers: { accept: "text/html" } })).text();
  for (const listing of website.keys()) website.set(listing, 503);
  await tick(bridgeOf(env), NOW + HOUR);
  vi.setSystemTime(NOW + HOUR);
  newIsolate(env);
  expect(await health()).toContain("The feeds get nothing new at present: no source can be read.");
  vi.setSystemTime(NOW + 4 * HOUR);
  newIsolate(env);
  expect(await health()).toContain("The feeds get nothing new at present: the sources are not checked in time");
  env = bindings(countedKv().kv, { FOLLOW: "kp-vok-en" });
  newIsolate(env);
  expect(await health()).toContain("The feeds get nothing new at present: no source was checked yet");
});
