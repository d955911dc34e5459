import { describe, expect, test } from "vitest";
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

test.each(["Read 12 times", "12 views · 3 comments", "조회수 12❤ 3", "Просмотров: 12 345", "阅读（12）", "12"])(
  "a count of readers is no excerpt: %s",
  (count) => {
    const excerpts = (text: string) =>
      found([3, 2, 1].map((n) => card(n, `<p>${text.replace("12", `${n}`)}</p>`)).join("")).cards;
    expect(excerpts(count).map(({ excerpt }) => excerpt)).toEqual(["", "", ""]);
    expect(excerpts("Viewed by 12 workers").map(({ excerpt }) => excerpt)).toEqual(
      [3, 2, 1].map((n) => `Viewed by ${n} workers`),
    );
  },
);

test("marks between links are no excerpt", () => {
  const { cards } = found([3, 2, 1].map((n) => card(n, `<p>${"•".repeat(n)}</p>`)).join(""));
  expect(cards.map(({ excerpt }) => excerpt)).toEqual(["", "", ""]);
});

test("days in digits have the month first if one of the page can be read in no other way, and none the other way", () => {
  const days = (...printed: string[]) => {
    const cards = printed.map((day, n) => `<div><h3><a href="/n/${n}">Title ${n}</a></h3><p>${day}</p></div>`);
    return found(cards.join("")).cards.map(({ day }) => day?.slice(5));
  };
  expect(days("11/13/2026", "11/05/2026", "2026-04-03")).toEqual(["11-13", "11-05", "04-03"]);
  expect(days("13/11/2026", "05/11/2026")).toEqual(["11-13", "11-05"]);
  expect(days("11/13/2026", "12/11/2026", "13/10/2026")).toEqual(["11-13", "11-12", "10-13"]);
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

test("an article that is linked again is what its dated card says, and what that does not say", () => {
  const again = (inner: string) => `<p><a href="/n/2">${inner}</a></p>`;
  const other = card(2).replace("Title 2", "Other").replace("2026-01-12", "2026-01-05");
  for (const html of [card(2) + again("Most read") + card(1), card(2) + card(1) + other, card(2) + other + card(1)])
    expect(found(html).cards.map(({ title, day }) => [title, day])).toEqual([
      ["Title 2", "2026-01-12"],
      ["Title 1", "2026-01-11"],
    ]);
  const bare = '<div><a href="/n/2"><img src="/2.jpg"></a><p>2026-01-12</p></div>';
  expect(found(`${bare}<p><a href="/n/2">Title 2</a><i>Words</i></p>${card(1)}`).cards[0]).toMatchObject({
    ...{ title: "Title 2", excerpt: "Words", day: "2026-01-12" },
  });
  expect(found(`${card(3)}${again("First")}${again("Second")}${card(1)}`).cards[1]?.title).toBe("First");
});

test("links of an aside are the listing only if there are no others", () => {
  expect(titles(`<aside>${card(2)}${card(1)}</aside>`)).toEqual(["Title 2", "Title 1"]);
  expect(titles(`<aside>${card(9)}</aside>${card(2)}${card(1)}`)).toEqual(["Title 2", "Title 1"]);
});

test("what follows a card with a date is none of it; of texts of one length the first is its excerpt", () => {
  const inner = "<p>Words A</p><p>Words B</p>";
  const { cards } = found(`<div>${card(2, inner)}<p>Subscribe to our letter</p>${card(1, inner)}</div>`);
  expect(cards.map(({ excerpt }) => excerpt)).toEqual(["Words A", "Words A"]);
});

test("a text that half of the cards share is an excerpt", () => {
  const { cards } = found([4, 3, 2, 1].map((n) => card(n, n > 2 ? "<p>All the same</p>" : `<p>Own ${n}</p>`)).join(""));
  expect(cards.map(({ excerpt }) => excerpt)).toEqual(["All the same", "All the same", "Own 2", "Own 1"]);
});

test("undated links around the listing are none of it, those within are", () => {
  const bare = (n: number) => `<p><a href="/n/${n}">Bare ${n}</a></p>`;
  expect(titles(bare(9) + card(3) + bare(8) + card(1) + bare(7))).toEqual(["Title 3", "Bare 8", "Title 1"]);
});

test("links outside of any card count, so that a page without dates is told from one without articles", () => {
  expect(found('<p><a href="/n/1">x</a></p><p><a href="/n/2">y</a></p>')).toEqual({ cards: [], linked: 2 });
  expect(found("<p>2026-01-30</p>")).toEqual({ cards: [], linked: 0 });
});

test("a term with its day has its descriptions as an excerpt, and a heading the paragraph behind it, if most have one", () => {
  const link = (n: number) => `<a href="/n/${n}">Title ${n}</a> <i>2026-01-1${n}</i>`;
  const term = (n: number) =>
    `<dt>${link(n)}</dt><dd>Of ${n}</dd><dd><img src="/${n}.jpg">Words of ${n}, seen 2026-01-02</dd>`;
  const heading = (n: number) => `<h4>${link(n)}</h4><p>Words of ${n}</p>`;
  const excerpts = (html: string) => found(`<div>${html}</div>`).cards.map(({ day, excerpt }) => `${day} ${excerpt}`);
  expect(excerpts(`<dl>${term(2)}${term(1)}</dl>`)).toEqual(
    [2, 1].map((n) => `2026-01-1${n} Words of ${n}, seen 2026-01-02`),
  );
  expect(found(`<dl>${term(2)}${term(1)}</dl>`).cards.map(({ image }) => image)).toEqual(["/2.jpg", "/1.jpg"]);
  expect(excerpts(`${heading(2)}<p>Share</p>${heading(1)}<p>Copyright of this page</p>`)).toEqual(
    [2, 1].map((n) => `2026-01-1${n} Words of ${n}`),
  );
  const bare = [3, 2, 1].map((n) => `<h4>${link(n)}</h4>`).join("");
  expect(excerpts(`${bare}<p>Copyright of this page</p>`)).toEqual([3, 2, 1].map((n) => `2026-01-1${n} `));
});

describe("what stands beside a title is none of it", () => {
  const three = (inner: (n: number) => string) =>
    found([3, 2, 1].map((n) => `<div>${inner(n)}<p>2026-01-1${n}</p></div>`).join("")).cards;
  const link = (n: number) => `<a href="/n/${n}">Title ${n}</a>`;

  test.each([
    (n: number) => `<a href="/author/${n}">Author ${n}</a>${link(n)}`,
    (n: number) => `<a href="#">${n} comments</a><img src="/${n}.jpg" alt="Picture ${n}">${link(n)}`,
    (n: number) => `<h5><a href="/c/${n}">Category ${n}</a></h5>${link(n)}`,
    (n: number) => `<a href="/n/${n}">Title ${n} <span class="badge">NEW</span> </a>`,
    (n: number) => `<a href="/n/${n}">Title ${n}<em>새글</em></a>`,
  ])("%s", (inner) => {
    expect(three(inner).map(({ title, excerpt }) => [title, excerpt])).toEqual(
      [3, 2, 1].map((n) => [`Title ${n}`, ""]),
    );
  });

  test("but a heading is, whose link is a script", () => {
    const scripted = (href: string) =>
      titles(`<div><h4><a href="${href}">Title 1</a></h4><p>2026-01-30</p><a href="/n/1">Read more</a></div>`);
    for (const href of ["#", "javascript:show(1)", ""]) expect(scripted(href)).toEqual(["Title 1"]);
    expect(scripted("/c/1")).toEqual(["Read more"]);
  });

  test("but a word of it in bold is, and the only word of a link", () => {
    expect(three((n) => `<a href="/n/${n}">What is <b>New</b> in ${n}</a>`)[0]?.title).toBe("What is New in 3");
    expect(three((n) => `<a href="/n/${n}"><b>New</b></a>`)[0]?.title).toBe("New");
    expect(three((n) => `<a href="/n/${n}">Kim <b>Nam ${n}</b></a>`)[0]?.title).toBe("Kim Nam 3");
  });
});

test("an excerpt may be a link to the article; one that only names the title is none", () => {
  const words = (n: number) => `Pyongyang, January 1${n} (KCNA) -- Farmers of the cooperative have gathered in`;
  const again = (text: string) => (n: number) =>
    `<div><h3><a href="/n/${n}">Title ${n}</a></h3><p><a href="/n/${n}">${text} ${n}</a></p><p>2026-01-1${n}</p></div>`;
  const excerpts = (one: (n: number) => string) =>
    found([3, 2, 1].map(one).join("")).cards.map(({ excerpt }) => excerpt);
  expect(excerpts(again(words(1)))).toEqual([3, 2, 1].map((n) => `${words(1)} ${n}`));
  expect(excerpts(again("Continue reading the whole of this article: Title"))).toEqual(["", "", ""]);
  expect(excerpts(again("Comments"))).toEqual(["", "", ""]);
});

test("a title that is cut is whole, if the link's tooltip says it", () => {
  const cut = (n: number) => `Farmers of South Hwanghae Bring in ${n}`;
  const whole = (n: number) => `${cut(n)} Fields of Rice`;
  const attributes = (n: number) => `href="/n/${n}" title="${whole(n)}"`;
  const shapes = [
    (n: number) => `<a ${attributes(n)}>${cut(n)} …</a>`,
    (n: number) => `<h3><a ${attributes(n)}>${cut(n)}...</a></h3>`,
    (n: number) => `<a ${attributes(n)}><b><h3>${cut(n)}...</h3></b></a>`,
  ];
  for (const shape of shapes) {
    const { cards } = found([3, 2, 1].map((n) => `<div>${shape(n)}<p>2026-01-1${n}</p></div>`).join(""));
    expect(cards.map(({ title, excerpt }) => [title, excerpt])).toEqual([3, 2, 1].map((n) => [whole(n), ""]));
  }
  const other = `<p><a href="/n/1" title="Read the article">${cut(1)}…</a> <i>2026-01-30</i></p>`;
  expect(titles(other)).toEqual([`${cut(1)}…`]);
  expect(titles(other.replace("…", ""))).toEqual([cut(1)]);
});

test("a label that several cards have is no excerpt", () => {
  const label = (n: number) => ["Politics", "Economy", "Society"][n % 3];
  const of = (text: (n: number) => string | undefined) =>
    found([9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => card(n, `<p>${text(n)}</p>`)).join("")).cards[0]?.excerpt;
  expect(of(label)).toBe("");
  expect(of((n) => (n < 8 ? `Own ${n}` : "Same"))).toBe("Same");
  expect(of((n) => `${label(n)} and all that the workers of the country did`)).not.toBe("");
});

describe("what stands between cards whose parts are siblings", () => {
  const flat = (n: number) => `<h3><a href="/n/${n}">Title ${n}</a></h3><p>2026-01-1${n}</p>`;
  const video = '<div><a href="/tv/1"><img src="/tv.jpg"></a><h4><a href="/tv/1">Evening news</a></h4>2026-01-01</div>';
  const advertisement =
    '<div><a href="https://shop.example/"><img src="/ad.jpg" alt="Shop"></a><p>Buy our books</p></div>';

  test.each([video, advertisement])("is of none: %s", (other) => {
    const { cards } = found(`<div>${flat(3)}${other}${flat(2)}${flat(1)}</div>`);
    expect(cards.map(({ title, day, excerpt, image }) => [title, day, excerpt, image])).toEqual(
      [3, 2, 1].map((n) => [`Title ${n}`, `2026-01-1${n}`, "", undefined]),
    );
  });

  test("is its excerpt, if most have one there, however many links each has", () => {
    const again = (n: number) => `${flat(n)}<p>Words of ${n}</p><div><a href="/n/${n}">»</a></div>`;
    expect(found(`<div>${again(3)}${again(2)}${again(1)}</div>`).cards.map(({ excerpt }) => excerpt)).toEqual(
      [3, 2, 1].map((n) => `Words of ${n}`),
    );
  });

  test("is the excerpt of most of them, however many cards the page has that print their own day", () => {
    const apart = [9, 8, 7].map(
      (n) => `<h3><a href="/n/${n}">Title ${n}</a></h3><p>2026-01-1${n}</p><p>Words of ${n}</p>`,
    );
    const { cards } = found(`<div>${apart.join("")}</div>${[6, 5, 4, 3, 2, 1].map((n) => card(n)).join("")}`);
    expect(cards.map(({ excerpt }) => excerpt)).toEqual([
      "Words of 9",
      "Words of 8",
      "Words of 7",
      ...Array(6).fill(""),
    ]);
  });

  test("is its day, if its own is in words with a link", () => {
    const by = (n: number) => `<h3><a href="/n/${n}">Title ${n}</a></h3><p><a href="/a/${n}">Ri</a> 2026-01-1${n}</p>`;
    expect(found(`<div>${by(2)}${by(1)}</div>`).cards.map(({ day }) => day)).toEqual(["2026-01-12", "2026-01-11"]);
  });
});
