import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { ScrapedArticle } from "../../src/article.ts";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { runs } from "../runs.ts";
import { clockAt, type PushedBridge, pushedBridge, type Received, receivers } from "./receivers.ts";

/** A webhook of a search: it is sent once what the feed with the same parameters lists, whichever words matched when. */

const START = Date.parse("2026-11-20T09:00:00Z");
clockAt(START);

const old = page(START - HOUR, 12);
const news = shownAt(START - 1000, "Weather of the northern provinces this week", "It will rain in the north.");

function started(...hooks: { feed: string; events?: string[] }[]) {
  const received = receivers({ "hook.example": () => new Response(null, { status: 204 }) });
  const bridge = pushedBridge({ HUB: "off", FOLLOW: "all" });
  const restart = () =>
    bridge.restart({
      WEBHOOKS: JSON.stringify(
        hooks.map((hook, i) => ({
          url: `https://hook.example/${i}`,
          secret: `whsec_${btoa("s".repeat(24))}`,
          ...hook,
        })),
      ),
    });
  return { bridge, received, restart };
}

const messages = (received: Received[], hook = 0) =>
  received
    .filter(({ url }) => url.pathname === `/${hook}`)
    .map(({ body }) => {
      const { type, data } = JSON.parse(body) as { type: string; data: { article: { id: string } } };
      return { type, id: data.article.id };
    });

/** The article's own page was read. */
const readPage = async (bridge: PushedBridge, article: ScrapedArticle, body: string, more = {}) => {
  const origin = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang", ...more };
  await bridge.service().commit([{ source: origin.source, pages: [{ ...origin, article, body }] }], Date.now(), true);
};

const key = "0123456789abcdef0123456789abcdef";
const kcna = { source: "kp-kcna-en", site: "kcna", outlet: "kcna" };
const copyOf = ({ collectedAt: _, ...article }: ScrapedArticle): ScrapedArticle => ({
  ...article,
  key,
  id: `tag:kcna.kp,2026:${key}`,
  url: `http://www.kcna.kp/en/article/detail/${key}`,
});

/** Takes steps, a minute apart; returns how many messages were sent until each. */
async function sentAfter(
  order: readonly string[],
  steps: Readonly<Record<string, () => Promise<unknown>>>,
  { bridge, received }: Pick<ReturnType<typeof started>, "bridge" | "received">,
): Promise<number[]> {
  const sent: number[] = [];
  for (const step of order) {
    await steps[step]?.();
    await bridge.run();
    vi.setSystemTime(Date.now() + 60_000);
    sent.push(received.length);
  }
  return sent;
}

test("an article that only its text, or an edit, brings into a search is sent as added, once", async () => {
  const { bridge, received, restart } = started(
    { feed: "kcna-en?q=missile" },
    { feed: "kcna-en?q=missile", events: ["added", "text"] },
    { feed: "kcna-en?q=missile+typhoon", events: ["added"] },
  );
  await bridge.commit(old);
  restart();
  await bridge.commit([news, ...old]);
  await bridge.run();
  expect(received).toEqual([]);
  await readPage(bridge, news, "<p>It will rain in the north. A missile was launched.</p>");
  await bridge.run();
  await readPage(bridge, news, "<p>It will rain in the north. A missile was launched into a typhoon.</p>");
  await bridge.run();
  await bridge.commit([{ ...news, title: "Weather of today" }, ...old]);
  await bridge.commit([{ ...news, title: "Weather of today" }, ...old], { source: "newstream" });
  await bridge.run();
  const types = [0, 1, 2].map((hook) => messages(received, hook).map(({ type }) => type));
  expect(types).toEqual([["article.added"], ["article.text"], ["article.added"]]);
});

test("an article that its text has brought into a search is not sent again with its copy, nor with a further source", async () => {
  const { bridge, received, restart } = started({ feed: "all?q=missile" });
  await bridge.commit(old, { outlet: "kcna" });
  restart();
  const text = "<p>It will rain in the north. A missile was launched.</p>";
  await bridge.commit([news, ...old], { outlet: "kcna" });
  await readPage(bridge, news, text, { outlet: "kcna" });
  await bridge.commit([news, ...old], { source: "newstream" });
  const copy = copyOf(news);
  await bridge.commit([copy], kcna);
  await bridge.run();
  await readPage(bridge, copy, text, kcna);
  await bridge.run();
  expect(messages(received)).toEqual([{ type: "article.added", id: news.id }]);
});

const orders = ["article, copy, text", "copy, text, article", "copy, article, text"];

test.each(
  ["q=missile", "filter=missile&content=full"].flatMap((query) => orders.map((order) => [query, order] as const)),
)(
  "an article that the text of a copy outside of the feed brings into %s is sent with it, once: %s",
  async (query, order) => {
    const { bridge, received, restart } = started({ feed: `kcna-en?${query}` });
    const text = "<p>It will rain in the north. A missile was launched.</p>";
    await bridge.commit(old, { outlet: "kcna" });
    restart();
    const steps: Record<string, () => Promise<unknown>> = {
      article: () => bridge.commit([news, ...old], { outlet: "kcna" }),
      copy: () => bridge.commit([copyOf(news)], kcna),
      text: () => readPage(bridge, copyOf(news), text, kcna),
      "own text": () => readPage(bridge, news, text, { outlet: "kcna" }),
    };
    const sent = await sentAfter([...order.split(", "), "own text"], steps, { bridge, received });
    expect(sent).toEqual([0, 0, 1, 1]);
    expect(messages(received)).toEqual([{ type: "article.added", id: news.id }]);
  },
);

test.each(orders)(
  "a search finds an article, once, whose words are spread over two copies of its feed: %s",
  async (order) => {
    const { bridge, received, restart } = started({ feed: "all?q=typhoon+missile" });
    const typhoon = { ...news, excerpt: "A typhoon comes." };
    await bridge.commit(old, { outlet: "kcna" });
    restart();
    const steps: Record<string, () => Promise<unknown>> = {
      article: () => bridge.commit([typhoon, ...old], { outlet: "kcna" }),
      copy: () => bridge.commit([{ ...copyOf(news), excerpt: "" }], kcna),
      text: () =>
        readPage(bridge, { ...copyOf(news), excerpt: "" }, "<p>A missile was launched in the north.</p>", kcna),
      edit: () =>
        bridge.commit([{ ...typhoon, excerpt: "A typhoon comes from the south." }, ...old], { outlet: "kcna" }),
    };
    const sent = await sentAfter([...order.split(", "), "edit"], steps, { bridge, received });
    expect(sent).toEqual([0, 0, 1, 1]);
  },
);

test("regular expressions match what the feed shows: not a copy that these sources listed later", async () => {
  const { bridge, received, restart } = started({ feed: "all?filter=typhoon" }, { feed: "kp-kcna-en?filter=typhoon" });
  await bridge.commit(old, { outlet: "kcna" });
  restart();
  await bridge.commit([news, ...old], { outlet: "kcna" });
  await bridge.commit([{ ...copyOf(news), excerpt: "A typhoon comes." }], kcna);
  await bridge.run();
  expect([messages(received, 0), messages(received, 1)]).toEqual([
    [],
    [{ type: "article.added", id: copyOf(news).id }],
  ]);
  vi.setSystemTime(Date.now() + 60_000);
  await bridge.commit([{ ...news, excerpt: "A typhoon comes from the south." }, ...old], { outlet: "kcna" });
  await bridge.run();
  expect(messages(received, 0)).toEqual([{ type: "article.added", id: news.id }]);
});

test("a search finds an article whose words are in its text and in an excerpt that got longer", async () => {
  const { bridge, received, restart } = started({ feed: "kcna-en?q=typhoon+missile" });
  await bridge.commit(old);
  restart();
  await bridge.commit([news, ...old]);
  await readPage(bridge, news, "<p>It will rain in the north. A missile was launched.</p>");
  await bridge.run();
  await bridge.commit([{ ...news, excerpt: `${news.excerpt} A typhoon comes.` }, ...old]);
  await bridge.run();
  expect(messages(received)).toEqual([{ type: "article.added", id: news.id }]);
});

test.each([
  ["kcna-en", ["It will rain in the south.", "It will rain: in the south!"]],
  ["kcna-en?edits=substantial", ["It will rain in the south."]],
  ["kcna-en?edits=none", []],
])("of %s, a webhook gets the edits that the feed of changes shows", async (feed, excerpts) => {
  const { bridge, received, restart } = started({ feed, events: ["edited"] });
  await bridge.commit([news, ...old]);
  restart();
  for (const excerpt of ["It will rain in the south.", "It will rain: in the south!"]) {
    vi.setSystemTime(Date.now() + 60_000);
    await bridge.commit([{ ...news, excerpt }, ...old]);
    await bridge.run();
  }
  expect(received.map(({ body }) => JSON.parse(body).data.article.summary)).toEqual(excerpts);
});

const FEEDS = [
  "kcna-en",
  "kcna-en?q=missile",
  "newstream?q=missile",
  "kcna-en+newstream?q=missile+|+typhoon",
  "all?q=title:missile",
  "all?q=missile+typhoon",
  "all?q=missile&content=full",
  "all?filter=missile&content=full",
  "kcna-en?filter_title=missile|typhoon",
  "all?since=2026-11-20&lang=en",
];

/** The excerpt got longer before the second source listed the article. */
const LONGER_EXCERPT = [
  { what: "list", source: "kcna-en", article: 1, word: "", where: "title" },
  { what: "list", source: "kcna-en", article: 1, word: " missile", where: "excerpt" },
  { what: "list", source: "newstream", article: 1, word: "", where: "title" },
];

test("whatever is listed, read and edited, and whenever it is sent: each article of the feed once, and no other", async () => {
  const word = fc.constantFrom("", "", " missile", " typhoon");
  const step = fc.record({
    what: fc.constantFrom("list", "list", "page", "page", "send", "restart"),
    source: fc.constantFrom("kcna-en", "newstream"),
    article: fc.nat(2),
    word,
    where: fc.constantFrom("title", "excerpt", "text"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const { bridge, received, restart } = started(...FEEDS.map((feed) => ({ feed })));
      for (const source of ["kcna-en", "newstream"]) await bridge.commit(old, { source });
      restart();
      const articles = [1, 2, 3].map((n) => ({
        ...shownAt(START - n * 1000, `Weather ${n}`),
        text: "",
        isListed: false,
      }));
      for (const { what, source, article, word, where } of [
        ...steps,
        ...FEEDS.map(() => ({ what: "send" }) as never),
      ]) {
        const one = articles[article];
        if (what === "send") await bridge.run();
        if (what === "restart") restart();
        if (!one || what === "send" || what === "restart") continue;
        // What an article says grows, so that what has matched once matches at the end.
        if (where === "title") one.title += word;
        else if (where === "excerpt") one.excerpt += word;
        else one.text += word;
        if (what === "list") {
          one.isListed = true;
          await bridge.commit([...articles.slice(article, article + 1), ...old], { source });
        } else if (one.isListed) await readPage(bridge, one, `<p>${one.title} in a text:${one.text}.</p>`);
        vi.setSystemTime(Date.now() + 60_000);
      }
      await bridge.run();
      for (const [hook, feed] of FEEDS.entries()) {
        const [sources, query = ""] = feed.split("?");
        const { items } = (await (await bridge.ask(`/feeds/${sources}.json?${query}&limit=200`)).json()) as {
          items: { id: string }[];
        };
        const fresh = items.map(({ id }) => id).filter((id) => articles.some((article) => article.id === id));
        expect([
          feed,
          messages(received, hook)
            .map(({ id }) => id)
            .sort(),
        ]).toEqual([feed, fresh.sort()]);
      }
    }),
    { numRuns: runs(8), examples: [[LONGER_EXCERPT]] },
  );
});

test("a message that failed, of an article that has left the search, is not counted as an attempt of the next one", async () => {
  const { bridge, restart } = started({ feed: "kcna-en?q=rain" });
  receivers({ "hook.example": () => new Response(null, { status: 500 }) });
  await bridge.commit(old);
  restart();
  await bridge.commit([news, ...old]);
  await bridge.run();
  vi.setSystemTime(Date.now() + HOUR);
  const next = shownAt(START + HOUR, "More rain");
  await bridge.commit([next, { ...news, excerpt: "It will snow in the north." }, ...old]);
  await bridge.run();
  const waiting = bridge.sql.rows("SELECT attempts, created FROM delivery WHERE due IS NOT NULL");
  expect(waiting).toEqual([{ attempts: 1, created: Date.now() }]);
});

test("a message that failed, of an article that an edit has taken out of the search since, is not waited for", async () => {
  let status = 500;
  const { bridge, received, restart } = started({ feed: "kcna-en?q=rain" });
  const requests = receivers({ "hook.example": () => new Response(null, { status }) });
  await bridge.commit(old);
  restart();
  await bridge.commit([news, ...old]);
  await bridge.run();
  expect(messages(requests)).toHaveLength(1);
  vi.setSystemTime(Date.now() + HOUR);
  status = 204;
  await bridge.commit([{ ...news, excerpt: "It will snow in the north." }, ...old]);
  // It comes to an end: else the alarm would ring at once, for ever.
  await bridge.run();
  expect(bridge.service().notifier?.next()).toBeUndefined();
  expect(received.length + messages(requests).length).toBe(1);
  // Nor does the next message count its attempts.
  status = 500;
  const next = shownAt(START + HOUR, "More rain");
  await bridge.commit([next, ...old]);
  await bridge.run();
  const waiting = bridge.sql.rows("SELECT attempts, created FROM delivery WHERE due IS NOT NULL");
  expect(waiting).toEqual([{ attempts: 1, created: Date.now() }]);
});
