import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { ScrapedArticle } from "../../src/article.ts";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { runs } from "../runs.ts";
import { clockAt, pushedBridge, receivers } from "./receivers.ts";

/** Webhooks of stories that stand on two websites: they are sent once what the feed with the same parameters lists. */

const START = Date.parse("2026-11-20T09:00:00Z");
clockAt(START);

const FEEDS = [
  "all?q=missile+typhoon",
  "kcna-en?q=missile+typhoon",
  "newstream+kp-kcna-en?q=missile&content=full",
  "kcna-en?filter=missile&content=full",
  "all?filter=typhoon&q=missile",
  "all?filter_description=typhoon",
];
const old = page(START - HOUR, 12);

/** A story on KCNA Watch and on kcna.kp: the two have title and text in common. */
function story(n: number) {
  const own = shownAt(START - n * 1000, `Weather of the northern provinces this week, part ${n}`, "");
  const key = String(n).repeat(32);
  const { collectedAt: _, ...undated } = own;
  const copy: ScrapedArticle = {
    ...undated,
    key,
    id: `tag:kcna.kp,2026:${key}`,
    url: `http://www.kcna.kp/en/article/detail/${key}`,
  };
  return { own, copy, text: "People read of rain, snow and wind.", listed: new Set<ScrapedArticle>() };
}

const step = fc.record({
  what: fc.constantFrom("list", "list", "page", "page", "send", "restart"),
  source: fc.constantFrom("kcna-en", "newstream", "kp-kcna-en", "kp-kcna-en"),
  number: fc.nat(1),
  word: fc.constantFrom("", " missile", " typhoon"),
  where: fc.constantFrom("excerpt", "text"),
});

/** One word is in the excerpt of the one, the other in the text of the other. */
const SPREAD = [
  { what: "list", source: "kp-kcna-en", number: 0, word: "", where: "excerpt" },
  { what: "list", source: "kcna-en", number: 0, word: " typhoon", where: "excerpt" },
  { what: "page", source: "kp-kcna-en", number: 0, word: " missile", where: "text" },
];

test("a story of two websites is sent once if the feed lists it, and not otherwise, whatever comes first", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const received = receivers({ "hook.example": () => new Response(null, { status: 204 }) });
      const bridge = pushedBridge({ HUB: "off" });
      const hooks = FEEDS.map((feed, i) => ({ url: `https://hook.example/${i}`, feed, as: "text" }));
      const restart = () => bridge.restart({ WEBHOOKS: JSON.stringify(hooks) });
      for (const source of ["kcna-en", "newstream"]) await bridge.commit(old, { source, outlet: "kcna" });
      restart();
      const stories = [story(1), story(2)];
      for (const { what, source, number, word, where } of steps) {
        const one = stories[number] as (typeof stories)[number];
        const isCopy = source === "kp-kcna-en";
        const article = isCopy ? one.copy : one.own;
        const place = { source, site: isCopy ? "kcna" : "kcnawatch", timeZone: "Asia/Pyongyang", outlet: "kcna" };
        if (what === "send") await bridge.run();
        else if (what === "restart") restart();
        else {
          // What is said grows, so that what has matched once matches at the end.
          if (where === "text") one.text += word;
          else article.excerpt += word;
          if (what === "list") await bridge.commit([{ ...article }, ...(isCopy ? [] : old)], place);
          else if (one.listed.has(article)) {
            const pages = [{ ...place, article: { ...article }, body: `<p>${one.text}</p>` }];
            await bridge.service().commit([{ source, pages }], Date.now(), true);
          }
          if (what === "list") one.listed.add(article);
        }
        vi.setSystemTime(Date.now() + 60_000);
      }
      await bridge.run();
      for (const [hook, feed] of FEEDS.entries()) {
        const [sources, query] = feed.split("?");
        const response = await bridge.ask(`/feeds/${sources}.json?${query}`);
        // Of a source that nobody has read yet, there is no feed.
        const { items = [] } = (await response.json()) as { items?: { title: string }[] };
        const messages = received.filter(({ url }) => url.pathname === `/${hook}`);
        const sent = messages.map(({ body }) => body.split("\n")[0]);
        expect([feed, sent.sort()]).toEqual([feed, items.map(({ title }) => title).sort()]);
      }
    }),
    { numRuns: runs(3), examples: [[SPREAD]] },
  );
});
