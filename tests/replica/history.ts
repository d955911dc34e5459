import { vi } from "vitest";
import { localBridge } from "../../src/archive/local.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { tick } from "../../src/refresh/refresh.ts";
import { settingsOf } from "../../src/settings.ts";
import { exported } from "../archive/fixtures.ts";
import { KCNA_WATCH_SOURCES } from "../followed.ts";
import type { Shown } from "./markup.ts";
import type { Replica } from "./replica.ts";
import { answerTo, PAGE, printedDay } from "./website.ts";

/** Four days of the website's life, in which everything happens that a journal can tell: in a second, by a clock of its own. */

const HOUR = 3600_000;
const START = Date.parse("2026-02-01T00:00:00Z");
const [ENGLISH, RODONG, KOREAN] = ["156", "189661", "190036"] as const;
/** How the path of each listing begins, and those of what comes below the first page of Rodong Sinmun's. */
const ENGLISH_LISTING = `/article/${ENGLISH}/`;
const KOREAN_LISTING = `/?s=&source=${KOREAN}`;
const OLDER = [1, 2, 3].map((page) => `/wp-admin/admin-ajax.php?action=get_cat_by_source&die=true&from=${page}`);

/**
 * Changes what the replica lists, as the website did in these days. At the end KCNA's listing in Korean cannot be read,
 * and the one in English, which has no second page, has passed over some articles.
 *
 * @returns a backup of the archive of a bridge that looked on
 */
export async function livedHistory(replica: Replica): Promise<string> {
  const { listings } = replica;
  const list = (number: string) => listings.get(number) as Shown[];
  let now = START;
  let broken: readonly string[] = [];
  const answer = (path: string) =>
    broken.some((start) => path.startsWith(start))
      ? { status: 503, html: "failing" }
      : answerTo({ listings, publisher: "Somebody else" }, path);
  const publishMany = (number: string, name: string) =>
    list(number).unshift(
      ...Array.from({ length: PAGE + 2 }, (_, i) => newArticle(`${name} ${PAGE + 2 - i}`, now - i * 60_000)),
    );

  const { bridge, archive } = localBridge(
    settingsOf({ FOLLOW: KCNA_WATCH_SOURCES, BODIES_PER_TICK: "10", ADMIN_TOKEN: "a-token-for-the-tests" }),
    nodeSql(":memory:"),
  );
  const pass = async (hours: number) => {
    for (const end = now + hours * HOUR; now < end; ) {
      now += HOUR / 2;
      vi.setSystemTime(now);
      await tick(bridge, now);
    }
  };
  vi.useFakeTimers({ toFake: ["Date"], now });
  vi.stubGlobal("fetch", async (input: URL | string) => {
    const { pathname, search } = new URL(input);
    const { status, html } = answer(pathname + search);
    return new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8" } });
  });
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await pass(6);
    const [deleted] = list(ENGLISH).splice(2, 1);
    const [lost] = list(ENGLISH).splice(4, 1);
    if (!deleted || !lost) throw new Error("the replica is empty");
    await pass(12);
    const [edited] = list(RODONG);
    if (edited)
      edited.body = ["The text of the article page, which was changed without a word.", "A second paragraph."];
    list(ENGLISH).splice(2, 0, deleted);
    await pass(12);
    broken = [ENGLISH_LISTING];
    await pass(8);
    broken = OLDER;
    publishMany(RODONG, "시험 기사");
    await pass(6);
    broken = [];
    await pass(24);
    publishMany(ENGLISH, "Harvest Report");
    broken = [KOREAN_LISTING];
    await pass(8);
  } finally {
    log.mockRestore();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  }
  replica.faults.set(KOREAN_LISTING, "503");
  return `${exported(archive)
    .map((line) => JSON.stringify(line))
    .join("\n")}\n`;
}

let digits = 5000;

/** An article that the website took in at an instant, in milliseconds. */
const newArticle = (title: string, ms: number): Shown => ({
  key: `${Math.floor(ms / 1000)}-${digits++}`,
  slug: `article-${digits}`,
  title,
  excerpt: `Pyongyang (KCNA) -- ${title}, in an excerpt of the usual length, which the website cuts at a word.`,
  printed: printedDay(ms),
});
