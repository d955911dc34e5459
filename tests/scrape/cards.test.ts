import { expect, test } from "vitest";
import { findCards } from "../../src/scrape/cards.ts";
import { parseHtml } from "../../src/scrape/page.ts";

const keyOf = (href: string) => /^\/n\/(\d+)$/.exec(href)?.[1];

function found(html: string) {
  const root = parseHtml(html);
  if ("failure" in root) throw new Error(root.failure.detail);
  const cards = findCards(root, keyOf);
  if ("failure" in cards) throw new Error(cards.failure.detail);
  return cards;
}
const titles = (html: string) => found(html).cards.map(({ title }) => title);
const card = (n: number, inner = "") =>
  `<div><h3><a href="/n/${n}">Title ${n}</a></h3>${inner}<p>2026-01-${10 + n}</p></div>`;

test.each(["navigation", "banner", "contentinfo"])("what has the role %s is not the listing", (role) => {
  expect(titles(`<div role="${role}">${card(9)}</div>${card(2)}${card(1)}`)).toEqual(["Title 2", "Title 1"]);
  expect(titles(`<div role="main">${card(9)}</div>${card(2)}${card(1)}`)).toEqual(["Title 9", "Title 2", "Title 1"]);
});

test("a heading or a picture's text that most cards share is no title", () => {
  const named = (n: number) =>
    `<div><h5>Rodong Sinmun</h5><img src="/l.png" alt="Logo"><a href="/n/${n}"></a><h4>Own ${n}</h4><p>2026-01-1${n}</p></div>`;
  expect(titles(named(3) + named(2) + named(1))).toEqual(["Own 3", "Own 2", "Own 1"]);
  const pictured = (n: number) =>
    `<div><h5>Rodong Sinmun</h5><a href="/n/${n}"></a><img src="/${n}.png" alt="Alt ${n}"><p>2026-01-1${n}</p></div>`;
  expect(titles(pictured(3) + pictured(2) + pictured(1))).toEqual(["Alt 3", "Alt 2", "Alt 1"]);
});

test("a text that most cards share is no excerpt", () => {
  const { cards } = found([3, 2, 1].map((n) => card(n, `<p>Read the whole article</p><p>Own ${n}</p>`)).join(""));
  expect(cards.map(({ excerpt }) => excerpt)).toEqual(["Own 3", "Own 2", "Own 1"]);
});

test("a bare link before its card gives way to it", () => {
  const { cards, linked } = found(`${card(3)}<p><a href="/n/1">Most read</a></p>${card(2)}${card(1)}`);
  expect(cards.map(({ key, title }) => [key, title])).toEqual([
    ["3", "Title 3"],
    ["2", "Title 2"],
    ["1", "Title 1"],
  ]);
  expect(linked).toBe(3);
});

test("undated links around the listing are none of it, those within are", () => {
  const bare = (n: number) => `<p><a href="/n/${n}">Bare ${n}</a></p>`;
  expect(titles(bare(9) + card(3) + bare(8) + card(1) + bare(7))).toEqual(["Title 3", "Bare 8", "Title 1"]);
});

test("links outside of any card count, so that a page without dates is told from one without articles", () => {
  expect(found('<p><a href="/n/1">x</a></p><p><a href="/n/2">y</a></p>')).toEqual({ cards: [], linked: 2 });
  expect(found("<p>2026-01-30</p>")).toEqual({ cards: [], linked: 0 });
});
