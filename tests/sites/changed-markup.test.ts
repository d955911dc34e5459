import fc from "fast-check";
import { expect, test } from "vitest";
import { BUILT_IN } from "../../src/sites/index.ts";
import { readListing } from "../../src/sites/reader.ts";
import type { Source } from "../../src/sites/site.ts";
import { runs } from "../runs.ts";

/** Listings of other markup, made at random, with the truth beside them: what is read is what they print. */

const NOW = Date.parse("2026-11-05T06:00:00Z");
const TITLES = [
  "Harvest Nears End in South Hwanghae",
  "원산에서 새 다리 개통",
  "Press Review",
  "《남포의 배무이》 기적은 24시간 이어진다",
  "Choir Gives Autumn Concert in Anju",
  "On 50th Anniversary of 1976 Agreement",
];
const ARTICLES = TITLES.map((title, i) => ({
  key: `${1_793_830_000 - i * 60_000}-${1000 + i}`,
  title,
  day: `2026-11-0${5 - Math.floor(i / 2)}`,
  excerpt: `Pyongyang (KCNA) -- Story number ${i} tells how the workers of factory ${i + 3} have fulfilled the plan`,
  image: `https://kcnawatch.org/photo/2026/11/picture-${i}-9${i}.jpg`,
}));
type Article = (typeof ARTICLES)[number];

/** The parts of a card, as HTML. */
interface Printed {
  link(inner: string): string;
  title: string;
  day: string;
  excerpt: string;
  picture: string;
  label: string;
}

const SHAPES: ((card: Printed) => string)[] = [
  (c) => `<div>${c.picture}<h4>${c.link(c.title)}</h4>${c.label}${c.day}<p>${c.excerpt}</p></div>`,
  (c) =>
    `<article><header><h2>${c.link(c.title)}</h2></header><p>${c.excerpt}</p><footer>${c.day}${c.label}</footer></article>`,
  (c) => `<li>${c.label}${c.link(c.picture)}${c.link(c.title)} ${c.day}<div>${c.excerpt}</div></li>`,
  (c) => `<div>${c.day}${c.label}<p>${c.link(c.title)}</p><p>${c.link(c.excerpt)}</p></div>`,
  (c) => `<dt>${c.link(c.title)} ${c.day}</dt><dd>${c.excerpt}</dd>`,
  (c) => `<h3>${c.link(c.title)}</h3>${c.day}<p>${c.excerpt}</p>`,
  (c) => c.link(`<div>${c.picture}<h3>${c.title}</h3>${c.day}<p>${c.excerpt}</p></div>`),
  (c) => `<div>${c.link(c.picture)}<h4>${c.link(c.title)}</h4><p>${c.excerpt}</p>${c.day}<p>${c.excerpt}</p></div>`,
];
const two = (n: number) => String(n).padStart(2, "0");
const MONTH = "November";
const DAYS: ((y: number, m: number, d: number) => string)[] = [
  (y, m, d) => `${y}-${two(m)}-${two(d)}`,
  (y, _, d) => `${MONTH} ${two(d)}, ${y}`,
  (y, m, d) => `[${y}.${m}.${d}.]`,
  (y, m, d) => `${y}년 ${m}월 ${d}일 오후 3:15`,
  (y, m, d) => `주체${y - 1911}(${y})년 ${m}월 ${d}일`,
  (y, m, d) => `주체${y - 1911}년 ${m}월 ${d}일`,
  (y, m, d) => `등록일: ${y % 100}.${two(m)}.${two(d)}`,
  (y, m, d) => `${two(d)}/${two(m)}/${y}`,
  (y, m, d) => `${y}${two(m)}${two(d)}`,
  (y, m, d) => `<time datetime="${y}-${two(m)}-${two(d)}">${two(m)}/${two(d)}/${y}</time>`,
  (y, m, d) => `<time datetime="${y}-${two(m)}-${two(d)}T09:00:00+09:00">3 hours ago</time>`,
];
const HREFS: ((path: string) => string)[] = [
  (path) => path,
  (path) => `http://www.kcnawatch.xyz${path}#top`,
  (path) => `//kcnawatch.org${path.replace(/\/$/, "")}`,
  (path) => ` https://kcnawatch.org/${path}?utm_source=home`,
];
const ENTITIES = (text: string) => text.replace(/[^ ]/gu, (c) => `&#${c.codePointAt(0)};`);
const TITLE_FORMS: ((title: string) => string)[] = [
  (title) => title,
  ENTITIES,
  (title) => `<b>${title}</b><!-- x -->`,
  (title) => `\n ${title.replace(/ /g, "\n  ")} <span class="badge">NEW</span>\n`,
];
const LABELS: ((i: number) => string)[] = [
  () => "",
  () => "<span>KCNA.kp (En)</span>",
  (i) => `<a href="/category/${i % 2}">${i % 2 ? "Politics" : "Economy"}</a>`,
  (i) => `<a href="#">${i} comments</a>`,
];
const PICTURES: ((src: string) => string)[] = [
  () => "",
  (src) => `<img src="${src}" alt="">`,
  (src) => `<img src="data:image/gif;base64,R0" data-src="${src}">`,
];
const OTHERS = [
  "",
  '<div><a href="https://shop.example/"><img src="https://shop.example/b.png" alt="Shop"></a><p>Buy our books</p></div>',
  '<div><a href="/kctv-archive/69f3a0"><img src="/tv.jpg"></a><h4><a href="/kctv-archive/69f3a0">Evening news</a></h4></div>',
];
const AROUND: ((list: string) => string)[] = [
  (list) => `<main>${list}</main>`,
  (list) => `<form><p>Thursday, November 5, 2026</p>${list}</form>`,
  (list) => `<table><tr><td><a href="/">Home</a></td><td>${list}<p><a href="?page=2">2</a></p></td></tr></table>`,
];

const markup = fc.record({
  shape: fc.constantFrom(...SHAPES),
  day: fc.constantFrom(...DAYS),
  href: fc.constantFrom(...HREFS),
  title: fc.constantFrom(...TITLE_FORMS),
  label: fc.constantFrom(...LABELS),
  picture: fc.constantFrom(...PICTURES),
  other: fc.constantFrom(...OTHERS),
  around: fc.constantFrom(...AROUND),
});

test("a listing of other markup is read as a reader would read it", () => {
  fc.assert(
    fc.property(markup, ({ shape, day, href, title, label, picture, other, around }) => {
      const card = (article: Article, i: number) => {
        const [y = 0, m = 0, d = 0] = article.day.split("-").map(Number);
        const link = (inner: string) => `<a href="${href(`/newstream/${article.key}/slug/`)}">${inner}</a>`;
        const own = { title: title(article.title), day: `<span>${day(y, m, d)}</span>`, excerpt: article.excerpt };
        return shape({ ...own, link, picture: picture(article.image), label: label(i) });
      };
      const cards = ARTICLES.map(card);
      const list = `<div>${[...cards.slice(0, 3), other, ...cards.slice(3)].join("")}</div>`;
      const html = `<html><body>${around(list)}</body></html>`;
      const source = BUILT_IN[1] as Source;
      const read = readListing({ html, source, address: "https://kcnawatch.org/newstream/", now: NOW });
      if ("failure" in read) throw new Error(`${read.failure.detail}: ${html}`);
      const shown = read.articles.map(({ url, key, title, day, excerpt, image }) => ({
        url,
        key,
        title,
        day,
        excerpt,
        image,
      }));
      expect(shown).toEqual(
        ARTICLES.map(({ image, ...article }) => ({
          ...article,
          url: `https://kcnawatch.org/newstream/${article.key}/slug/`,
          image: cards[0]?.includes("picture-0") ? image : undefined,
        })),
      );
    }),
    { numRuns: runs(150) },
  );
});
