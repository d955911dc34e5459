import { expect, test } from "vitest";
import { type Entry, type FeedDocument, isFormat } from "../../src/feeds/document.ts";
import { render } from "../../src/feeds/index.ts";
import { renderEvents } from "../../src/feeds/ndjson.ts";

/** Whole documents, byte for byte: readers compare bytes, and validators read every element. */

const source = { id: "tag:b", name: "A & B", feed: "https://b.example/a.rss", page: "https://b.example/a" };
const dates = { published: "2026-01-30T01:40:40Z", updated: "2026-01-30T01:40:40Z" };
const bare: Entry = { id: "tag:a,2026:1", url: "https://a.example/1", title: "One", ...dates, language: "en", source };
const full: Entry = {
  ...bare,
  ...{ id: "tag:a,2026:2", url: "https://a.example/2", title: "Two", updated: "2026-01-31T00:00:00Z" },
  ...{ summary: "1 < 2", content: "<p>Text</p>", original: "https://o.example/2", image: "https://a.example/2.jpg" },
  related: [{ href: "https://c.example/2", title: "Also at c.example" }],
  page: "https://b.example/articles/a/2",
  sourceUpdated: "2026-02-01T00:00:00Z",
};
const document: FeedDocument = {
  ...{ id: "tag:b,2026:feeds/a", title: "Feed", subtitle: "Feed of A", updated: "2026-01-30T02:00:00Z" },
  ...{ self: "https://b.example/self", page: "https://b.example/page", icon: "https://b.example/icon.png" },
  ...{ ttl: 15, about: "https://a.example", links: [], archive: false, entries: [] },
};
const whole: FeedDocument = {
  ...document,
  ...{ language: "en", hub: "https://b.example/hub", archive: true, entries: [full, bare] },
  links: [
    { rel: "current", href: "https://b.example/now" },
    { rel: "next", href: "https://b.example/next" },
  ],
  deleted: [{ ref: "tag:a,2026:3", when: "2026-01-29T00:00:00Z", comment: "Gone & lost" }],
};

test("RSS says all that a document has, and nothing of what it lacks", () => {
  expect(render(whole, "rss")).toBe(`<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:fh="http://purl.org/syndication/history/1.0">
<channel>
<title>Feed</title>
<link>https://b.example/page</link>
<description>Feed of A</description>
<lastBuildDate>Fri, 30 Jan 2026 02:00:00 GMT</lastBuildDate>
<docs>https://www.rssboard.org/rss-specification</docs>
<generator>kcna-feed-bridge</generator>
<language>en</language>
<ttl>15</ttl>
<atom:link rel="self" type="application/rss+xml" href="https://b.example/self"/>
<image><url>https://b.example/icon.png</url><title>Feed</title><link>https://b.example/page</link></image>
<atom:link rel="hub" href="https://b.example/hub"/>
<atom:link rel="current" type="application/rss+xml" href="https://b.example/now"/>
<atom:link rel="next" type="application/rss+xml" href="https://b.example/next"/>
<fh:archive/>
<item>
<title>Two</title>
<link>https://a.example/2</link>
<guid isPermaLink="false">tag:a,2026:2</guid>
<pubDate>Fri, 30 Jan 2026 01:40:40 GMT</pubDate>
<description>1 &#x26;#60; 2</description>
<content:encoded>&#x3C;p&#x3E;Text&#x3C;/p&#x3E;&#x3C;p&#x3E;&#x3C;a href="https://b.example/articles/a/2"&#x3E;Versions and citation&#x3C;/a&#x3E;&#x3C;/p&#x3E;</content:encoded>
<category>A &#x26; B</category>
<dc:creator>A &#x26; B</dc:creator>
<source url="https://b.example/a.rss">A &#x26; B</source>
<dc:language>en</dc:language>
<atom:updated>2026-01-31T00:00:00Z</atom:updated>
<atom:link rel="via" href="https://o.example/2"/>
<atom:link rel="related" type="text/html" href="https://c.example/2" title="Also at c.example"/>
<media:thumbnail url="https://a.example/2.jpg"/>
</item>
<item>
<title>One</title>
<link>https://a.example/1</link>
<guid isPermaLink="false">tag:a,2026:1</guid>
<pubDate>Fri, 30 Jan 2026 01:40:40 GMT</pubDate>
<category>A &#x26; B</category>
<dc:creator>A &#x26; B</dc:creator>
<source url="https://b.example/a.rss">A &#x26; B</source>
<dc:language>en</dc:language>
</item>
</channel>
</rss>`);
  expect(render(document, "rss")).toBe(`<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>Feed</title>
<link>https://b.example/page</link>
<description>Feed of A</description>
<lastBuildDate>Fri, 30 Jan 2026 02:00:00 GMT</lastBuildDate>
<docs>https://www.rssboard.org/rss-specification</docs>
<generator>kcna-feed-bridge</generator>
<ttl>15</ttl>
<atom:link rel="self" type="application/rss+xml" href="https://b.example/self"/>
<image><url>https://b.example/icon.png</url><title>Feed</title><link>https://b.example/page</link></image>
</channel>
</rss>`);
  expect(render({ ...document, entries: [bare] }, "rss")).toMatch(
    /<rss version="2.0" xmlns:atom="[^"]+" xmlns:dc="[^"]+">/,
  );
});

test("Atom says all that a document has, and nothing of what it lacks", () => {
  expect(render(whole, "atom")).toBe(`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>tag:b,2026:feeds/a</id>
<title>Feed</title>
<updated>2026-01-30T02:00:00.000Z</updated>
<generator>kcna-feed-bridge</generator>
<subtitle>Feed of A</subtitle>
<link rel="alternate" type="text/html" href="https://b.example/page"/>
<link rel="self" type="application/atom+xml" href="https://b.example/self"/>
<icon>https://b.example/icon.png</icon>
<link rel="hub" href="https://b.example/hub"/>
<link rel="current" type="application/atom+xml" href="https://b.example/now"/>
<link rel="next" type="application/atom+xml" href="https://b.example/next"/>
<fh:archive xmlns:fh="http://purl.org/syndication/history/1.0"/>
<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="tag:a,2026:3" when="2026-01-29T00:00:00Z"><at:comment>Gone &#x26; lost</at:comment></at:deleted-entry>
<entry xml:lang="en">
<title>Two</title>
<id>tag:a,2026:2</id>
<link href="https://a.example/2"/>
<updated>2026-01-31T00:00:00.000Z</updated>
<summary type="html">1 &#x26;#60; 2</summary>
<content type="html">&#x3C;p&#x3E;Text&#x3C;/p&#x3E;</content>
<author>
<name>A &#x26; B</name>
</author>
<category term="A &#x26; B"/>
<published>2026-01-30T01:40:40.000Z</published>
<link rel="via" href="https://o.example/2"/>
<link rel="related" type="text/html" href="https://b.example/articles/a/2" title="Versions and citation"/>
<link rel="related" type="text/html" href="https://c.example/2" title="Also at c.example"/>
<link rel="related" href="https://a.example/2.jpg" title="Picture"/>
<media:thumbnail xmlns:media="http://search.yahoo.com/mrss/" url="https://a.example/2.jpg"/>
<source><id>tag:b</id><title>A &#x26; B</title><link rel="self" type="application/atom+xml" href="https://b.example/a.rss"/><link rel="alternate" type="text/html" href="https://b.example/a"/><updated>2026-02-01T00:00:00.000Z</updated></source>
</entry>
<entry xml:lang="en">
<title>One</title>
<id>tag:a,2026:1</id>
<link href="https://a.example/1"/>
<updated>2026-01-30T01:40:40.000Z</updated>
<summary type="html">One</summary>
<author>
<name>A &#x26; B</name>
</author>
<category term="A &#x26; B"/>
<published>2026-01-30T01:40:40.000Z</published>
<source><id>tag:b</id><title>A &#x26; B</title><link rel="self" type="application/atom+xml" href="https://b.example/a.rss"/><link rel="alternate" type="text/html" href="https://b.example/a"/><updated>2026-01-30T01:40:40.000Z</updated></source>
</entry>
</feed>`);
  expect(render(document, "atom")).toBe(`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>tag:b,2026:feeds/a</id>
<title>Feed</title>
<updated>2026-01-30T02:00:00.000Z</updated>
<generator>kcna-feed-bridge</generator>
<subtitle>Feed of A</subtitle>
<link rel="alternate" type="text/html" href="https://b.example/page"/>
<link rel="self" type="application/atom+xml" href="https://b.example/self"/>
<icon>https://b.example/icon.png</icon>
<author><name>Feed</name></author>
</feed>`);
});

test("JSON Feed says all that a document has, and nothing of what it lacks", () => {
  expect(JSON.parse(render(whole, "json"))).toEqual({
    version: "https://jsonfeed.org/version/1.1",
    title: "Feed",
    home_page_url: "https://b.example/page",
    feed_url: "https://b.example/self",
    description: "Feed of A",
    next_url: "https://b.example/next",
    icon: "https://b.example/icon.png",
    language: "en",
    hubs: [{ type: "WebSub", url: "https://b.example/hub" }],
    _bridge: {
      about: "https://a.example",
      generator: "kcna-feed-bridge",
      id: "tag:b,2026:feeds/a",
      updated: "2026-01-30T02:00:00Z",
      current: "https://b.example/now",
      next: "https://b.example/next",
    },
    items: [
      {
        id: "tag:a,2026:2",
        url: "https://a.example/2",
        external_url: "https://o.example/2",
        title: "Two",
        content_html: "<p>Text</p>",
        summary: "1 < 2",
        image: "https://a.example/2.jpg",
        date_published: "2026-01-30T01:40:40Z",
        date_modified: "2026-01-31T00:00:00Z",
        authors: [{ name: "A & B", url: "https://b.example/a" }],
        tags: ["A & B"],
        language: "en",
      },
      {
        id: "tag:a,2026:1",
        url: "https://a.example/1",
        title: "One",
        content_text: "",
        date_published: "2026-01-30T01:40:40Z",
        date_modified: "2026-01-30T01:40:40Z",
        authors: [{ name: "A & B", url: "https://b.example/a" }],
        tags: ["A & B"],
        language: "en",
      },
    ],
  });
  expect(JSON.parse(render(document, "json"))).toEqual({
    version: "https://jsonfeed.org/version/1.1",
    title: "Feed",
    home_page_url: "https://b.example/page",
    feed_url: "https://b.example/self",
    description: "Feed of A",
    icon: "https://b.example/icon.png",
    _bridge: {
      about: "https://a.example",
      generator: "kcna-feed-bridge",
      id: "tag:b,2026:feeds/a",
      updated: "2026-01-30T02:00:00Z",
    },
    items: [],
  });
});

test("an item of a status feed says in JSON what it is about", () => {
  const incident = { kind: "outage", source: "a", from: "2026-01-29T00:00:00Z", ended: null } as const;
  const { items } = JSON.parse(render({ ...document, entries: [{ ...bare, incident }] }, "json"));
  expect(items[0]._bridge).toEqual(incident);
});

test("events are lines of JSON, each with the whole article; the last says where to go on", () => {
  const event = { seq: 7, event: "added", at: "2026-01-30T02:00:00Z" };
  const lines = renderEvents([{ ...event, entry: bare }], { cursor: "x.7", more: false }).split("\n");
  const [article] = JSON.parse(render({ ...document, entries: [bare] }, "json")).items;
  expect(lines.pop()).toBe("");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { ...event, article },
    { cursor: "x.7", more: false },
  ]);
});

test("a text with other ends of lines stays one line, for all readers of lines", () => {
  // Python splits a text at them (`str.splitlines`), and Node at most of them (`readline`).
  const ends = /[\n\v\f\r\u0085\u2028\u2029]/;
  const content = "<p>a\u2028b\u2029c\x85d\fe</p>";
  const [line = ""] = renderEvents([{ seq: 7, event: "added", at: "", entry: { ...bare, content } }], {
    ...{ cursor: "x.7", more: false },
  }).split("\n");
  expect(line).not.toMatch(ends);
  expect(JSON.parse(line).article.content_html).toBe("<p>a\u2028b\u2029c\x85de</p>");
});

test("RSS, Atom and JSON Feed are the formats", () => {
  const names = ["rss", "atom", "json", "opml", "", undefined];
  expect(names.filter(isFormat)).toEqual(["rss", "atom", "json"]);
});
