import { describe, expect, test } from "vitest";
import { findCards } from "../../src/scrape/cards.ts";
import { parseHtml } from "../../src/scrape/page.ts";
import { parseSelector } from "../../src/scrape/selector.ts";
import { textsOf } from "../../src/scrape/text-blocks.ts";

const keyOf = (href: string) => /^\/n\/(\d+)(?:#.*)?$/.exec(href)?.[1];

function rootOf(html: string) {
  const root = parseHtml(html);
  if ("failure" in root) throw new Error(root.failure.detail);
  return root;
}
function cardsOf(html: string) {
  const cards = findCards(rootOf(html), keyOf);
  if ("failure" in cards) throw new Error(cards.failure.detail);
  return cards;
}
function found(html: string) {
  return cardsOf(html).cards.map(({ title, day, excerpt }) => [title, day, excerpt].filter(Boolean).join(" | "));
}
const link = (n: number) => `<a href=" /n/${n} ">Title ${n}</a>`;
const day = (n: number) => `2026-01-1${n}`;
const listed = (n: number) => `Title ${n} | ${day(n)}`;
const plain = (n: number) => `<div>${link(n)}<p>${day(n)}</p></div>`;

test("a list and a table may leave out the end tags that HTML lets them leave out", () => {
  const parts = (n: number) => `${link(n)}<p>Words of ${n}<p>${day(n)}`;
  const whole = [1, 2, 3].map((n) => `Title ${n} | ${day(n)} | Words of ${n}`);
  const shapes: Record<string, (n: number) => string> = {
    ul: (n) => `<li>${parts(n)}`,
    UL: (n) => `<LI class=x>${parts(n)}`,
    dl: (n) => `<dt>${link(n)}<dd><p>Words of ${n}<p>${day(n)}`,
    table: (n) => `<tr><td>${link(n)}<td><p>Words of ${n}<td><p>${day(n)}`,
  };
  for (const [list, shape] of Object.entries(shapes))
    expect(found(`<div><${list}>${[1, 2, 3].map(shape).join("\n")}</${list}></div>`), list).toEqual(whole);
});

test("a form around the listing is a part of the page; any other form is not read", () => {
  const search = `<form>2026-01-01 <a href="/search">Search</a></form>`;
  for (const around of [
    (x: string) => `<body><form>${x}</form></body>`,
    (x: string) => `<ul><form><li>${x}</form></ul>`,
  ])
    expect(found(around(plain(2) + search + plain(1)))).toEqual([listed(2), listed(1)]);
  expect(found(`<div>${link(1)}${search}<p>${day(1)}</p></div>${plain(2)}`)).toEqual([listed(1), listed(2)]);
});

describe("headers and footers", () => {
  test("of the page hold no article, nor does its navigation", () => {
    for (const name of ["header", "nav", "footer"])
      expect(found(`<body><${name}>${plain(9)}</${name}>${plain(2)}${plain(1)}</body>`), name).toEqual([
        listed(2),
        listed(1),
      ]);
    for (const name of ["html", "body"])
      expect(found(`<${name}><footer>${plain(9)}</footer>${plain(2)}${plain(1)}</${name}>`)).toEqual([
        listed(2),
        listed(1),
      ]);
  });

  test("of a section or a list's item are its own", () => {
    for (const name of ["article", "section", "li"]) {
      const card = (n: number) => `<${name}><header>${link(n)}</header><footer>${day(n)}</footer></${name}>`;
      expect(found(card(2) + card(1)), name).toEqual([listed(2), listed(1)]);
    }
  });

  test("with the date and the link of one article are a card's, wherever they stand", () => {
    const card = (inner: string) => `<div><div><footer>${inner}</footer></div></div>`;
    const dated = (n: number) => `${link(n)}<p>${day(n)}</p>`;
    expect(found(card(dated(2)) + card(dated(1)))).toEqual([listed(2), listed(1)]);
    // Two articles, or no date, are the page's.
    expect(found(`${card(link(8) + dated(9))}${plain(2)}${plain(1)}`)).toEqual([listed(2), listed(1)]);
    expect(found(`${card(`${link(9)}<a>x</a>`)}${plain(2)}${plain(1)}`)).toEqual([listed(2), listed(1)]);
    expect(found(`${plain(2)}${card(link(9))}${plain(1)}`)).toEqual([listed(2), listed(1)]);
    expect(found(`<div><nav>${dated(9)}</nav></div>${plain(2)}${plain(1)}`)).toEqual([listed(2), listed(1)]);
  });

  test("end a card where its page begins: a heading of the page, its navigation, a footer without a date", () => {
    const script = `<script>"${day(9)}"</script>`;
    for (const chrome of [
      "<h1>Page</h1>",
      "<nav>Menu</nav>",
      "<footer>About</footer>",
      `<footer>About${script}</footer>`,
    ])
      expect(
        found(`<div>${chrome}<p>Words of the page</p><div>${link(1)}<p>${day(1)}</p></div></div>`),
        chrome,
      ).toEqual([listed(1)]);
    expect(found(`<div><div>${link(1)}</div><footer><footer>${day(1)}</footer></footer></div>`)).toEqual([listed(1)]);
  });

  test("with a date beside a count are a card's, as is the picture above", () => {
    const card = (n: number) =>
      `<div><img src="/${n}.jpg"><h2>${link(n)}</h2><footer><b>${day(n)}</b><a href="#">0 comments</a></footer></div>`;
    expect(cardsOf(card(2) + card(1)).cards.map(({ image, ...one }) => [one.day, image])).toEqual([
      [day(2), "/2.jpg"],
      [day(1), "/1.jpg"],
    ]);
  });

  test("are not a heading of the first rank that is an article's own title: the day above it is the card's", () => {
    const words = "It is five years since the agreement of 2019-03-03 was signed in the town";
    const card = (n: number) => `<div><p>Posted on ${day(n)}</p><h1>${link(n)}</h1><div>${words} ${n}</div></div>`;
    expect(found(card(2) + card(1))).toEqual([2, 1].map((n) => `${listed(n)} | ${words} ${n}`));
  });
});

describe("the parts of a card", () => {
  test("may be siblings, each card's up to the next", () => {
    const flat = (n: number) => `${link(n)}<p>${day(n)}</p><p>Words ${n}</p>`;
    expect(found(`<div>${flat(3)}${flat(2)}${flat(1)}</div>`)).toEqual(
      [3, 2, 1].map((n) => `${listed(n)} | Words ${n}`),
    );
  });

  test("have the date above them, if the listing prints each day above its articles", () => {
    const html = `<div><h2>${day(3)}</h2><p>${link(5)}</p><p>${link(4)}</p><h2>${day(1)}</h2><p>${link(2)}</p></div>`;
    expect(found(html)).toEqual([`Title 5 | ${day(3)}`, `Title 4 | ${day(3)}`, `Title 2 | ${day(1)}`]);
  });

  test("have the date above them also if a list follows each day, or each day has a section", () => {
    const lists = (n: number, ...cards: number[]) =>
      `<h2>${day(n)}</h2><ul>${cards.map((one) => `<li>${link(one)}<p>Words ${one}</p></li>`).join("")}</ul>`;
    const section = (n: number, ...cards: number[]) => `<section>${lists(n, ...cards)}</section>`;
    for (const listing of [lists, section]) {
      const today = `<p>${day(9)}</p>`;
      const all = listing(3, 7, 6) + listing(2, 5, 4) + listing(1, 8);
      const of = (one: number, n: number) => `Title ${one} | ${day(n)} | Words ${one}`;
      expect(found(`${today}<main>${all}<p>${day(8)}</p></main>`)).toEqual(
        [[7, 3] as const, [6, 3] as const, [5, 2] as const, [4, 2] as const, [8, 1] as const].map(([one, n]) =>
          of(one, n),
        ),
      );
      // A day below each list is of none that is below it.
      const below = (n: number, ...cards: number[]) =>
        `<section><ul>${cards.map((one) => `<li>${link(one)}</li>`).join("")}</ul><p>${day(n)}</p></section>`;
      expect(found(`<main>${below(3, 7, 6)}${below(2, 5, 4)}${below(1, 3, 2)}</main>`)).toEqual([]);
      // One day above all of them may be today's.
      expect(found(`${today}<main>${listing(3, 5, 4)}<h2>More</h2><ul><li>${link(2)}</li></ul></main>`)).toEqual([]);
    }
  });

  test("are not below other articles' links, nor is one date above all of them a day of theirs", () => {
    const others = `<ul><li>${link(8)}</li><li>${link(9)}</li></ul>`;
    expect(found(`<div>${link(2)}<p>Words</p>${others}<p>${day(5)}</p></div>`)).toEqual([]);
    expect(found(`<div><h2>${day(9)}</h2><p>${link(2)}</p><p>${link(1)}</p></div>`)).toEqual([]);
  });

  test("stand before the link, if the links of all cards only lead to more", () => {
    const more = (n: number) => `<p>... <a href="/n/${n}">Read more</a></p>`;
    const headed = (n: number) => `<h3>Title ${n}</h3><p>${day(n)}</p><p>Words of ${n}</p>`;
    const lined = (n: number) => `Words of ${n}<br>${day(n)}<br>`;
    const unlinked = "<h3>Title 4</h3><p>2026-01-14</p><p>All of 4</p>";
    const page = `<h2>News</h2>${headed(3)}${more(3)}${unlinked}${headed(2)}${more(2)}${headed(1)}${more(1)}`;
    expect(found(`<div>${page}</div>`)).toEqual([3, 2, 1].map((n) => `${listed(n)} | Words of ${n}`));
    // Where a text without a link ends, nobody knows: its words are not the next one's.
    const flat = `<h2>News</h2>${lined(2)}${more(2)}Words of 4<br>2026-01-14<br>${lined(1)}${more(1)}`;
    expect(found(`<div>${flat}</div>`).map((text) => /2026.*/.exec(text)?.[0])).toEqual([
      `${day(2)} | Words of 2`,
      day(1),
    ]);
  });

  test("stand behind links around pictures, also below a text with a day", () => {
    const titled = (n: number) => `<a href="/n/${n}"><img src="/${n}.jpg"></a><h3>Title ${n}</h3><p>${day(n)}</p>`;
    const page = `<div><h2>News</h2><p>Since 2026-01-19</p>${titled(2)}${titled(1)}</div>`;
    expect(cardsOf(page).cards.map(({ title }) => title)).toEqual(["Title 2", "Title 1"]);
  });

  test("are not what begins the page behind a ticker: today's date in its header", () => {
    for (const name of ["header", "nav", "main"])
      expect(
        found(`<body><p>${link(9)}</p><${name}>${day(3)}</${name}><div>${plain(2)}${plain(1)}</div></body>`),
        name,
      ).toEqual([listed(2), listed(1)]);
  });

  test("are read once, however deep headings and links are nested; a link to another article is none of it", () => {
    const card = (n: number, inner: string) => `<article>${inner}<p>${day(n)}</p></article>`;
    expect(found(card(2, `<h2>${link(2)}</h2>`) + card(1, `<a href="/n/1"><h2>Title <b>1</b></h2></a>`))).toEqual([
      listed(2),
      listed(1),
    ]);
    const time = (n: number) => `<article>${link(n)}<time datetime="${day(n)}T09:00:00Z">today</time></article>`;
    expect(found(time(2) + time(1)).map((text) => text.slice(0, listed(2).length))).toEqual([listed(2), listed(1)]);
    // What a time element prints goes before what it says to machines.
    const printed = (n: number) => `<article>${link(n)}<time datetime="2020-01-01">${day(n)}</time></article>`;
    expect(found(printed(2) + printed(1))).toEqual([listed(2), listed(1)]);
  });
});

describe("what a card says", () => {
  const three = (card: (n: number) => string) => found([3, 2, 1].map((n) => `<div>${card(n)}</div>`).join(""));

  test("is not what scripts and buttons say, nor the text of other links, nor its date", () => {
    const share =
      "<button>Share this article with all of your friends</button><script>a long line of a program</script>";
    const category = '<p><a href="/politics">All that happened in politics this year</a></p>';
    const card = (n: number) => `${link(n)}<div>Words ${n}${share}</div>${category}<p>Posted on ${day(n)}</p>`;
    expect(three(card)).toEqual([3, 2, 1].map((n) => `${listed(n)} | Words ${n}`));
    expect(found(`<div>${card(1)}</div>`)).toEqual([`${listed(1)} | Words 1`]);
  });

  test("is not what the link of another article inside its link says", () => {
    expect(found(`<p><a href="/n/1">Title 1 <a href="/n/2">Title 2</a></a><b>${day(1)}</b></p>`)).toEqual([listed(1)]);
  });

  test("has the heading in its link as its title, also if all cards have the same, and the heading around it", () => {
    const inside = (n: number) =>
      `<a href="/n/${n}"><img alt="Picture ${n}"><h2>Visits</h2><p>Of ${n}</p></a><p>${day(n)}</p>`;
    expect(three(inside)).toEqual([3, 2, 1].map((n) => `Visits | ${day(n)} | Of ${n}`));
    const around = (n: number) => `<h3><a href="/n/${n}"><img></a>Title ${n} <b>${day(n)}</b></h3>`;
    expect(three(around)).toEqual([3, 2, 1].map(listed));
  });

  test("has the day of its own line, else that for machines, else that of a title or of a sentence", () => {
    const sentence = (n: number) => `<p>A long sentence of all that happened in the town on ${day(n)} and before</p>`;
    const time = (n: number, text = "today") => `<time datetime="${day(n)}">${text}</time>`;
    const days = (html: string) => cardsOf(`<div>${html}</div>`).cards.map((card) => card.day);
    expect(days(link(1) + sentence(2))).toEqual([day(2)]);
    expect(days(link(1) + time(3) + sentence(2))).toEqual([day(3)]);
    expect(days(`${link(1) + time(3) + sentence(2)}<p>Date: ${day(4)}</p>`)).toEqual([day(4)]);
    expect(days(`<h3><a href="/n/1">${day(5)}</a></h3>${sentence(2)}`)).toEqual([day(5)]);
    expect(days(link(1) + time(3, `What happened in the town and around it on ${day(2)} and on no other day`))).toEqual(
      [day(2)],
    );
  });

  test("has a title of several lines whole, with a date in it, if it prints another date; else they are its parts", () => {
    const lines = (more: string) =>
      cardsOf(
        `<div><h5><a href="/n/1"><b>Long</b> History<br>Speech at the celebration<br>${day(3)}</a>${more}</h5></div>`,
      );
    expect(lines(`<span>[${day(4)}]</span>`)).toMatchObject({
      cards: [{ title: `Long History Speech at the celebration ${day(3)}`, day: day(4), excerpt: "" }],
    });
    expect(lines("")).toMatchObject({
      cards: [{ title: "Long History", day: day(3), excerpt: "Speech at the celebration" }],
    });
    const card = `<div><a href="/n/1"><h3>Visits</h3>All of them<br><span>${day(3)}</span></a><p>Updated: ${day(4)}</p></div>`;
    expect(cardsOf(card)).toMatchObject({ cards: [{ title: "Visits", excerpt: "All of them" }] });
  });

  test("has a date as its title where its link says nothing else; its day is another date, if it prints one", () => {
    const dated = (n: number, more = "") => `<li><a href="/n/${n}">October ${n}, 2026</a>${more}</li>`;
    expect(cardsOf(`<ul>${dated(4)}${dated(3)}</ul>`)).toMatchObject({
      cards: [
        { title: "October 4, 2026", day: "2026-10-04" },
        { title: "October 3, 2026", day: "2026-10-03" },
      ],
    });
    expect(
      cardsOf(`<ul>${dated(4, "<span>5.10.2026</span>")}${dated(3, "<span>5.10.2026</span>")}</ul>`),
    ).toMatchObject({
      cards: [
        { title: "October 4, 2026", day: "2026-10-05", excerpt: "" },
        { title: "October 3, 2026", day: "2026-10-05", excerpt: "" },
      ],
    });
  });

  test("has the first address of its article, and the picture of an image, whatever else has an address", () => {
    const html = `<div><link href="/n/7"><video src="/1.mp4"></video><img src="/1.jpg">${link(1)}<a href="/n/1#comments">2</a><p>${day(1)}</p></div>`;
    expect(cardsOf(html)).toMatchObject({ linked: 1, cards: [{ href: "/n/1", image: "/1.jpg" }] });
    const late = html.replace('src="/1.jpg"', 'src="data:image/gif;base64,R0" data-src="/1.jpg"');
    expect(cardsOf(late)).toMatchObject({ cards: [{ image: "/1.jpg" }] });
  });

  test("has its title from a link around all of it, whose first text says that it is a date", () => {
    const card = (date: string) => (n: number) =>
      `<a href="/n/${n}"><div><small>${date} ${day(n)}</small><b>Title ${n}</b><p>Words of ${n}</p></div></a>`;
    for (const date of ["Date:", "| Posted on", "PUBLISHED"])
      expect(three(card(date)), date).toEqual([3, 2, 1].map((n) => `${listed(n)} | Words of ${n}`));
  });

  test("has an excerpt without its source and its category, and once, also where all are inline", () => {
    const source = (n: number) => (n % 2 ? "<i>KCNA.kp (En)</i>" : "<i>Rodong Sinmun</i>");
    const text = (n: number) => `What happened on the farm ${n}`;
    const words = (n: number) => `<span class="wide">${text(n)}</span>`;
    const card = (n: number) =>
      `<h3>${link(n)}</h3>${source(n)}\n<span>${day(n)}</span>${words(n)} ${words(n)}<a href="/c/${n}">Politics ${n}</a>`;
    expect(three(card)).toEqual([3, 2, 1].map((n) => `${listed(n)} | ${text(n)}`));
    expect(three((n) => `${link(n)} ${words(n)} ${source(n)}`.replace("<span", `<b>${day(n)}</b><span`))).toEqual(
      [3, 2, 1].map((n) => `${listed(n)} | ${text(n)}`),
    );
    expect(three((n) => `<b>${link(n)}</b>${source(n)}<i>${day(n)}</i>${words(n)}${words(n)}`)).toEqual(
      [3, 2, 1].map((n) => `${listed(n)} | ${text(n)}`),
    );
    const facts = (n: number) => `<h3>${link(n)}</h3><p>Ministry of Foreign Affairs | ${day(n)} | Views ${n}</p>`;
    expect(three(facts)).toEqual([3, 2, 1].map(listed));
    const told = (n: number) => `Pyongyang | ${day(n)} | The workers of the farm have ended the harvest of field ${n}`;
    expect(three((n) => `<h3>${link(n)}</h3><p>${day(n)}</p><p>${told(n)}</p>`)).toEqual(
      [3, 2, 1].map((n) => `${listed(n)} | ${told(n)}`),
    );
    // Beside each other they are words of one text.
    const marked = (n: number) => `<h3>${link(n)}</h3><p>${day(n)}</p>Words of <b>Kim</b> <i>${n}</i>`;
    expect(three(marked)).toEqual([3, 2, 1].map((n) => `${listed(n)} | Words of Kim ${n}`));
  });

  test("is all of it, also where a part with its own heading is within", () => {
    const html = `<div><section><h1>Page</h1>${link(1)}<p>${day(1)}</p></section><a href="/n/1"><img src="/1.jpg"></a><p>Words</p></div>`;
    expect(cardsOf(html).cards).toMatchObject([{ day: day(1), image: "/1.jpg", excerpt: "Words" }]);
  });
});

describe("blocks of text", () => {
  const blocks = (html: string) => textsOf(rootOf(html).children);
  test.each([
    ["<p>One <b>two</b>\n three</p>four", ["One two three", "four"]],
    ["<div>One<p>two</p>three</div>", ["One", "two", "three"]],
    ["<p>One<br>two</p>", ["One two"]],
    ["<p>One<br>2026-01-30<br>two</p>", ["One", "2026-01-30", "two"]],
    ["<p>Words <span>2026-01-30</span> more</p>", ["Words", "2026-01-30", "more"]],
    [
      "<p>Words <span>that say of 2026-01-30 how it was a day on which nothing happened that anybody could remember later on</span> more</p>",
      [
        "Words that say of 2026-01-30 how it was a day on which nothing happened that anybody could remember later on more",
      ],
    ],
    ['<p>Words <a href="/">2026-01-30</a> more</p>', ["Words 2026-01-30 more"]],
    ["<p>One</p><p>One</p>", ["One"]],
    ["<p>One<script>two</script></p>", ["One"]],
    ["<p><b><i>One</i></b></p>", ["One"]],
    ["<p> </p><br>", []],
    ["<p>One<img alt=x>two</p>", ["Onetwo"]],
    ["<p>One<!-- x -->two</p>", ["Onetwo"]],
    ["<!-- x -->", []],
    ["<script>2026-01-30</script>", []],
    ["<p>One <b> two</b> <i> </i>\u200b <u> three</u> <br> four</p>", ["One two three four"]],
    ["<p>A<br> <b>b</b> c</p>", ["A b c"]],
    ["<p>A <span>2026.<br>\n1. 30</span> b</p>", ["A", "2026. 1. 30", "b"]],
    ["<p>One<br><br>two</p>", ["One two"]],
    ["<p>One <span>two<div>three</div>2026-01-30</span> four</p>", ["One two", "three", "2026-01-30", "four"]],
    ["<p><br></p>", []],
    ["<div><h3>One</h3> <b>two</b> <i>three</i><!-- x --></div>", ["One", "two", "three"]],
    ["<div><h3>One</h3><b>two</b>, <i>three</i></div>", ["One", "two, three"]],
    ["<div><img><b>two</b> <i>three</i><br></div>", ["two three"]],
    ["<div><script></script><b>two</b> <i>three</i></div>", ["two three"]],
  ])("%s", (html, expected) => expect(blocks(html)).toEqual(expected));
});

test("an operator of an attribute but `=` matches no empty text", () => {
  const finds = (selector: string, html: string) => parseSelector(selector)?.outermost(rootOf(html)).length;
  const element = '<p a="one two-x" b="">x</p>';
  const matching = [
    '[a="one two-x"]',
    '[a~="one"]',
    '[a^="one t"]',
    '[a$="-x"]',
    '[a*="two"]',
    '[b=""]',
    "[A]",
    '[a|="one two"]',
  ];
  for (const selector of matching) expect([selector, finds(selector, element)]).toEqual([selector, 1]);
  const other = ['[a="one"]', '[a~="on"]', '[a^="two"]', '[a$="one"]', '[a*="y"]', "[c]", '[a|="one"]', '[b="x"]'];
  for (const selector of [...other, '[a~=""]', '[a^=""]', '[a$=""]', '[a*=""]', '[b~=""]'])
    expect([selector, finds(selector, element)]).toEqual([selector, 0]);
});
