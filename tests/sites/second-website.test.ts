import { env as cloudflare } from "cloudflare:test";
import { parseFeed } from "feedsmith";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { tick } from "../../src/refresh/refresh.ts";
import { SITES } from "../../src/sites/index.ts";
import type { Site } from "../../src/sites/site.ts";
import { ask, bindings, countedKv, feedOf, resetAfterEach } from "../simulation.ts";
import { gazeta } from "./gazeta.ts";
import source from "./gazeta.ts?raw";

/** A website that nobody knew when the bridge was made, added once in code and once by the variable SITES alone. */

const HOUR = 3600_000;
/** 1:30 on January 2 in São Paulo, where the clocks are three hours behind UTC. */
const NOW = Date.parse("2026-01-02T04:30:00Z");

interface Story {
  id: number;
  title: string;
  date: string;
  text: string;
}

/** The newest first; the last two are of the year before. */
const STORIES: Story[] = [
  { id: 904, title: "Safra recorde de café", date: "02/01 – 01:10", text: "O café foi colhido." },
  { id: 903, title: "Greve no porto", date: "01/01 – 22:00", text: "O porto parou em 30/12." },
  { id: 902, title: "Chuva em Santos", date: "31/12 – 23:59", text: "Choveu muito." },
  { id: 901, title: "Feira do livro", date: "30/12 – 08:00", text: "A feira abriu." },
];

const card = ({ id, title, date }: Story) =>
  `<tr><td class="h">${date}</td><td><a href="ler.php?secao=mundo&amp;id=${id}">${title}</a></td></tr>`;
const listing = `<html><head><title>Gazeta</title></head><body><div class="topo">Hoje, 2 de janeiro</div>
  <a href="/ler.php?secao=mundo">Mundo</a><table>${STORIES.map(card).join("")}</table></body></html>`;
const article = ({ title, date, text }: Story) =>
  `<html><head><title>Gazeta</title></head><body><h1>${title}</h1><div class="data">${date}</div>
  <div class="texto"><p>${text}</p><script>alert(1)</script><p>Fim.</p></div></body></html>`;

const asked: string[] = [];
function serve(origin: string): void {
  asked.length = 0;
  vi.stubGlobal("fetch", async (input: URL | string) => {
    const url = new URL(input);
    asked.push(url.href);
    const html = (body: string) => new Response(body, { headers: { "content-type": "text/html; charset=utf-8" } });
    if (url.origin !== origin) return new Response("no such website", { status: 404 });
    if (url.pathname === "/lista.php") return html(listing);
    const story = STORIES.find(({ id }) => String(id) === url.searchParams.get("id"));
    return story && url.pathname === "/ler.php" ? html(article(story)) : new Response("", { status: 404 });
  });
}

/** What both ways of adding the website must give. */
async function expectFeeds(env: Bindings): Promise<void> {
  for (let i = 0; i < 3; i++) await tick(bridgeOf(env), NOW + i * HOUR);
  const { items } = await feedOf(env, "/feeds/gazeta.json?content=full");
  expect(items.map(({ id, title, url, language, _bridge }) => [id, title, url, language, _bridge?.day])).toEqual(
    STORIES.map(({ id, title }, i) => [
      `tag:gazeta.example,2026:${id}`,
      title,
      `https://gazeta.example/ler.php?secao=mundo&id=${id}`,
      "pt",
      ["2026-01-02", "2026-01-01", "2025-12-31", "2025-12-30"][i],
    ]),
  );
  // A text is as it is written: the day in it gets no year.
  expect(items.map(({ content_html }) => content_html)).toEqual(STORIES.map(({ text }) => `<p>${text}</p><p>Fim.</p>`));
  const dayThere = new Intl.DateTimeFormat("sv", { timeZone: "America/Sao_Paulo" });
  for (const { date_published, _bridge } of items) {
    expect(dayThere.format(new Date(date_published))).toBe(_bridge?.day);
    expect(Date.parse(date_published)).toBeLessThanOrEqual(NOW);
  }
  for (const format of ["rss", "atom", "json"]) {
    const response = await ask(env, `/feeds/gazeta.${format}?content=full`);
    expect(response.status).toBe(200);
    const body = await response.text();
    expect(parseFeed(body).format).toBe(format);
    for (const { id } of STORIES) expect(body).toContain(`tag:gazeta.example,2026:${id}`);
  }
  expect(await (await ask(env, "/feeds.opml")).text()).toContain("/feeds/gazeta.rss");
  expect(await (await ask(env, "/health")).json()).toMatchObject({
    sources: expect.arrayContaining([expect.objectContaining({ id: "gazeta" })]),
  });
}

resetAfterEach();

describe("added in code", () => {
  beforeAll(() => {
    (SITES as Record<string, Site>).gazeta = gazeta;
  });
  afterAll(() => {
    delete (SITES as Record<string, Site>).gazeta;
  });

  test("in one file of at most 60 lines, it gives valid feeds with texts", async () => {
    expect(source.trim().split("\n").length).toBeLessThanOrEqual(60);
    serve("https://gazeta.example");
    await expectFeeds(bindings(countedKv().kv, { FOLLOW: "kcna-en, gazeta" }));
  });
});

describe("added by SITES alone", () => {
  const entry = {
    id: "gazeta",
    name: "Gazeta de Teste",
    origin: "https://gazeta.example",
    timeZone: "America/Sao_Paulo",
    language: "pt",
    listing: "/lista.php",
    article: "/ler\\.php\\?(?:[^#]*&)?id=([0-9]+)",
    body: "div.texto",
    date: ".data",
    datesWithoutYear: true,
  };

  test("it gives the same feeds, and is fetched where its own variable says", async () => {
    const mirror = { GAZETA_ORIGIN: "http://127.0.0.1:8099" } as Partial<Bindings>;
    const env = bindings(countedKv().kv, { SITES: JSON.stringify([entry]), ...mirror });
    serve("http://127.0.0.1:8099");
    await expectFeeds(env);
    expect(asked.some((address) => address.startsWith("https://gazeta.example"))).toBe(false);
  });

  test("its pages can be pushed; those of another website are refused", async () => {
    const env = bindings(countedKv().kv, { SITES: JSON.stringify([entry]) });
    const push = (url: string) =>
      ask(env, `/ingest/gazeta?url=${encodeURIComponent(url)}`, {
        method: "POST",
        body: listing,
        headers: { authorization: `Bearer ${env.ADMIN_TOKEN}`, "content-type": "text/html" },
      });
    expect(await (await push("https://gazeta.example/lista.php")).json()).toMatchObject({
      kind: "listing",
      articles: 4,
    });
    expect((await push("https://kcnawatch.org/lista.php")).status).toBe(400);
    expect((await push("https://gazeta.example/outra.php")).status).toBe(422);
  });
});

test("the test brings its own sources", () => {
  expect(bridgeOf(bindings((cloudflare as Bindings).SNAPSHOTS)).sources.map(({ id }) => id)).not.toContain("gazeta");
});
