import { expect, test, vi } from "vitest";
import { pushedBridge, TOKEN } from "../notify/receivers.ts";

/** A website of `SITES` is an outlet like those that are built in. */

const SITE = {
  ...{ id: "gazeta", name: "Gazeta", language: "en", origin: "https://gazeta.example", timeZone: "Asia/Pyongyang" },
  ...{ listing: "/news/", article: "/news/([0-9]+)", body: ".text" },
};
const TEXT = Array.from(
  { length: 12 },
  (_, i) =>
    `<p>The officials of the ministry looked round hall ${i} of the factory and learned how shoes are made there.</p>`,
).join("");

test("a reprint of another outlet's text on it is shown once with once=true", async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const bridge = pushedBridge({ SITES: JSON.stringify([SITE]) });
  const push = async (source: string, url: string, body: string) => {
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "text/html" };
    const response = await bridge.ask(`/ingest/${source}?url=${url}`, { method: "POST", headers, body });
    expect([url, response.status]).toEqual([url, 200]);
  };
  const day = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
  const card = (href: string, title: string) =>
    `<main><ul><li><h3><a href="${href}">${title}</a></h3><time datetime="${day}">${day}</time></li></ul></main>`;
  const page = (title: string) =>
    `<main><h1>${title}</h1><time datetime="${day}">${day}</time><article class="text">${TEXT}</article></main>`;
  await push("gazeta", "https://gazeta.example/news/", card("/news/7", "Officials See a Factory"));
  await push("gazeta", "https://gazeta.example/news/7", page("Officials See a Factory"));

  const key = `${Math.floor(Date.now() / 1000) - 60}-77`;
  const address = `https://kcnawatch.org/newstream/${key}/x/`;
  const [year, month, date] = day.split("-");
  await push("kcna-en", "https://kcnawatch.org/article/156/", card(address, "Visit to a Shoe Factory"));
  await push(
    "kcna-en",
    address,
    `<h2>Visit to a Shoe Factory</h2><p>Date: ${date}/${month}/${year} | Source: KCNA.kp (En)</p>
    <div class="article-content">${TEXT}</div>`,
  );

  type Item = { title: string; _bridge: { reprints?: { source: string }[] } };
  const { items } = (await (await bridge.ask("/feeds/gazeta+kcna-en.json?once=true")).json()) as { items: Item[] };
  expect(items.map(({ title, _bridge }) => [title, _bridge.reprints?.map(({ source }) => source)])).toEqual([
    ["Officials See a Factory", ["kcna-en"]],
  ]);
});
