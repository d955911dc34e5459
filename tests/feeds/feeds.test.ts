import fc from "fast-check";
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from "feedsmith";
import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import packageFile from "../../package.json" with { type: "json" };
import { type Entry, type FeedDocument, GENERATOR } from "../../src/feeds/document.ts";
import { render } from "../../src/feeds/index.ts";
import { renderOpml } from "../../src/feeds/opml.ts";
import { runs } from "../runs.ts";

function entry(more: Partial<Entry> = {}): Entry {
  return {
    id: "tag:kcnawatch.org,2026:newstream/1769737240-205284",
    url: "https://kcnawatch.org/newstream/1769737240-205284/visits/",
    title: "Visits",
    summary: "Pyongyang, January 30 (KCNA) --",
    published: "2026-01-30T01:40:40Z",
    updated: "2026-01-30T01:40:40Z",
    language: "en",
    source: {
      id: "tag:x",
      name: "KCNA.kp (En)",
      feed: "https://b.example/feeds/kcna-en.rss",
      page: "https://b.example/feeds/kcna-en",
    },
    ...more,
  };
}

function feed(...entries: Entry[]): FeedDocument {
  return {
    id: "tag:kcnawatch.org,2026:feeds/kcna-en",
    title: "KCNA.kp (En)",
    subtitle: "KCNA.kp (En) on KCNA Watch",
    language: "en",
    updated: "2026-01-30T02:00:00Z",
    self: "https://b.example/feeds/kcna-en.rss?lang=en&q=%22a+b%22",
    page: "https://b.example/feeds/kcna-en?lang=en&q=%22a+b%22",
    icon: "https://bridge.example/icon.png",
    ttl: 15,
    about: "https://kcnawatch.org",
    links: [{ rel: "next", href: "https://b.example/feeds/kcna-en.rss?before=x&q=1" }],
    archive: false,
    entries,
  };
}

/** Throws at the first thing that is not well-formed XML. */
function wellFormed(xml: string): void {
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(xml).close();
}

/** What a reader that shows HTML shows of a text that was escaped for it. */
const unescaped = (html: { value?: string } | string = "") =>
  (typeof html === "string" ? html : (html.value ?? "")).replace(/&#(\d+);/g, (_, code) =>
    String.fromCharCode(Number(code)),
  );

const HOSTILE = [
  "]]>",
  "<![CDATA[x]]>",
  "<script>alert(1)</script>",
  "a & b &amp; c &lt;i&gt; &#38; &#x26;",
  "“Maebongsan” \"Trademark\" 'Enemy’s'",
  "\uffff0\uffff",
  "$& $1 $$",
  "조선중앙통신 《로동신문》 🚀",
  "x".repeat(10_000),
  "</title></item></channel></rss>",
  "--> <!-- <?php ?>",
];

describe("what is written is what is read, in all three formats", () => {
  test.each(HOSTILE.map((text) => [text.slice(0, 30), text]))("%s", (_, text) => {
    const clean = text.replaceAll("\uffff", "");
    const document = feed(entry({ title: text, summary: text, source: { ...entry().source, name: text } }));
    const rss = render(document, "rss");
    wellFormed(rss);
    const [item] = parseRssFeed(rss).items ?? [];
    expect(item?.title).toBe(clean);
    expect(unescaped(item?.description)).toBe(clean);
    const atom = render(document, "atom");
    wellFormed(atom);
    const [atomEntry] = parseAtomFeed(atom).entries ?? [];
    // Most readers decode a title once, whatever its type is (Miniflux, rss-parser).
    expect(atomEntry?.title).toEqual({ value: clean });
    expect(unescaped(atomEntry?.summary)).toBe(clean);
    const json = JSON.parse(render(document, "json"));
    expect([json.items[0].title, json.items[0].content_text]).toEqual([clean, clean]);
  });

  test("any text at all leaves the XML well-formed", () => {
    const anything = fc.string({ unit: "binary", maxLength: 60 });
    fc.assert(
      fc.property(anything, anything, fc.string({ unit: "grapheme" }), (title, summary, content) => {
        const document = feed(entry({ title, summary, content }), entry({ title: summary, language: title }));
        for (const format of ["rss", "atom"] as const) wellFormed(render(document, format));
        JSON.parse(render(document, "json"));
        wellFormed(renderOpml(title, [{ title, feed: summary, page: "p", language: "en", format: "rss" }]));
      }),
      // Nothing but characters that are escaped.
      { numRuns: runs(150, 300), examples: [["<&>", "<", "&"]] },
    );
  });

  test("lone surrogates and control characters are stripped", () => {
    const text = `a\ud800b\udc00c\u0000d\u0008e\ufffef\u001fg`;
    for (const format of ["rss", "atom", "json"] as const)
      expect(render(feed(entry({ title: text })), format)).toContain("abcdefg");
  });
});

describe("the formats", () => {
  const full = entry({
    content: "<p>One &amp; two</p>",
    updated: "2026-01-31T00:00:00Z",
    original: "http://www.kcna.kp/en/article/q/1.kcmsf",
    image: "https://kcnawatch.org/p/1.jpg?a=1&b=2",
  });

  test("RSS: guid, date, content, provenance, self and next", () => {
    const rss = parseRssFeed(render(feed(full), "rss"));
    expect(rss).toMatchObject({
      title: "KCNA.kp (En)",
      link: feed().page,
      language: "en",
      ttl: 15,

      generator: GENERATOR,
      atom: {
        links: [
          { rel: "self", href: feed().self },
          { rel: "next", href: feed().links[0]?.href },
        ],
      },
    });
    expect(rss.items?.[0]).toMatchObject({
      guid: { value: full.id, isPermaLink: false },
      pubDate: "Fri, 30 Jan 2026 01:40:40 GMT",
      content: { encoded: "<p>One &amp; two</p>" },
      dc: { creators: ["KCNA.kp (En)"], languages: ["en"] },
      source: { title: "KCNA.kp (En)", url: full.source.feed },
      categories: [{ name: "KCNA.kp (En)" }],
    });
    expect(render(feed(full), "rss")).not.toMatch(/<author>|<!\[CDATA\[|slot|copyright/);
    expect(rss.items?.[0]).toMatchObject({
      atom: { links: [{ rel: "via", href: full.original }] },
      media: { thumbnails: [{ url: full.image }] },
    });
    expect(render(feed(full), "rss")).toContain("<atom:updated>2026-01-31T00:00:00Z</atom:updated>");
    expect(render(feed(entry()), "rss")).not.toMatch(/rel="via"|media:|atom:updated/);
  });

  test("Atom: id, both dates, content, via, source and languages", () => {
    const xml = render(feed(full), "atom");
    expect(parseAtomFeed(xml).entries?.[0]).toMatchObject({
      id: full.id,
      published: "2026-01-30T01:40:40.000Z",
      updated: "2026-01-31T00:00:00.000Z",
      content: { value: "<p>One &amp; two</p>", type: "html" },
      authors: [{ name: "KCNA.kp (En)" }],
      source: { id: "tag:x", title: { value: "KCNA.kp (En)" } },
    });
    expect(xml).toContain('<entry xml:lang="en">');
    expect(xml).toContain('<link rel="via" href="http://www.kcna.kp/en/article/q/1.kcmsf"/>');
    expect(xml).toContain('<link rel="related" href="https://kcnawatch.org/p/1.jpg?a=1&#x26;b=2" title="Picture"/>');
    expect(parseAtomFeed(xml).entries?.[0]?.media?.thumbnails).toEqual([{ url: full.image }]);
    expect(render(feed(entry()), "atom")).not.toMatch(/rel="(?:via|related)"|media:/);
    expect(xml).not.toMatch(/<rights>|<!\[CDATA\[/);
  });

  test("each has the icon, RSS with the channel's own title and link", () => {
    const document = { ...feed(full), title: "A & B" };
    const { icon, title, page } = document;
    expect(parseRssFeed(render(document, "rss")).image).toEqual({ url: icon, title, link: page });
    expect(parseAtomFeed(render(document, "atom")).icon).toBe(icon);
    expect(parseJsonFeed(render(document, "json")).icon).toBe(icon);
  });

  test("RSS and Atom link to the same article on other websites", () => {
    const related = [{ href: "http://www.kcna.kp/en/article?a=1&b=2", title: 'Also at "www.kcna.kp"' }];
    for (const format of ["rss", "atom"] as const) wellFormed(render(feed(entry({ related })), format));
    const [item] = parseRssFeed(render(feed(entry({ related })), "rss")).items ?? [];
    const [atom] = parseAtomFeed(render(feed(entry({ related })), "atom")).entries ?? [];
    const link = { rel: "related", type: "text/html", ...related[0] };
    expect(item?.atom?.links).toEqual([link]);
    expect(atom?.links).toContainEqual(link);
  });

  test("Atom: an entry always has a text, if need be its title", () => {
    const textOf = (more: Partial<Entry>) => {
      const [found] = parseAtomFeed(render(feed(entry({ summary: undefined, ...more })), "atom")).entries ?? [];
      return [unescaped(found?.summary), unescaped(found?.content)];
    };
    expect(textOf({})).toEqual(["Visits", ""]);
    expect(textOf({ content: "<p>One</p>" })).toEqual(["", "<p>One</p>"]);
  });

  test("OPML: quotes stay within their attribute; only RSS has a version", () => {
    const outline = { title: 'Say "no"', feed: "https://b.example/f?q=%22a%22&b", page: "p", language: "en" } as const;
    const opml = renderOpml("Sources", [
      { ...outline, format: "rss" },
      { ...outline, format: "atom" },
    ]);
    expect(opml.match(/version="RSS2"/g)).toHaveLength(1);
    const attributes: (string | undefined)[] = [];
    const parser = new SaxesParser();
    parser.on("opentag", ({ name, attributes: found }) => {
      if (name === "outline") attributes.push(found.text, found.xmlUrl);
    });
    parser.write(opml).close();
    expect(attributes).toEqual([outline.title, outline.feed, outline.title, outline.feed]);
  });

  test("an entry leads to the bridge's page of the article, and its own link stays the website's", () => {
    const page = "https://b.example/articles/kcnawatch/1'&";
    const linked = entry({
      ...{ page, content: "<p>Text</p>" },
      extension: {
        ...{ source: "kcna-en", key: "1", day: "2026-01-30", date_precision: "day" },
        ...{ first_seen: "2026-01-30T01:40:40Z", earlier_titles: [] },
      },
    });
    const [atom] = parseAtomFeed(render(feed(linked), "atom")).entries ?? [];
    expect(atom?.links).toContainEqual({
      rel: "related",
      type: "text/html",
      href: page,
      title: "Versions and citation",
    });
    const [rss] = parseRssFeed(render(feed(linked), "rss")).items ?? [];
    expect(rss?.content?.encoded).toBe(
      '<p>Text</p><p><a href="https://b.example/articles/kcnawatch/1&#39;&#38;">Versions and citation</a></p>',
    );
    const { items } = JSON.parse(render(feed(linked), "json"));
    expect(items[0]).toMatchObject({ content_html: "<p>Text</p>", _bridge: { page } });
    expect([atom?.links?.[0]?.href, rss?.link, items[0].url]).toEqual([linked.url, linked.url, linked.url]);
    expect(render(feed(entry({ page })), "rss")).not.toContain("Versions and citation");
  });

  test("JSON Feed 1.1: every required field, and none of version 1.0", () => {
    const text = render(feed(full, entry({ id: "2" })), "json");
    const json = JSON.parse(text);
    expect(json.version).toBe("https://jsonfeed.org/version/1.1");
    expect(json).toMatchObject({
      title: "KCNA.kp (En)",
      feed_url: feed().self,
      home_page_url: feed().page,
      next_url: feed().links[0]?.href,
      language: "en",
    });
    expect(json.items[0]).toMatchObject({
      id: full.id,
      url: full.url,
      content_html: full.content,
      date_published: full.published,
      date_modified: full.updated,
      external_url: full.original,
      image: full.image,
    });
    expect(json.items[1]).not.toHaveProperty("image");
    expect(json.items[1].content_text).toBe(entry().summary);
    expect(json.items[0].author).toBeUndefined();
    for (const item of json.items)
      expect([item.content_html, item.content_text].filter((c) => c !== undefined)).toHaveLength(1);
    expect(parseJsonFeed(text).items).toHaveLength(2);
  });

  test("the same document gives the same bytes, whatever the time", async () => {
    for (const format of ["rss", "atom", "json"] as const) {
      const before = render(feed(full), format);
      await new Promise((wait) => setTimeout(wait, 1100));
      expect(render(feed(full), format)).toBe(before);
    }
  });

  test("two entries of one second have the same atom:updated: an entry is the same beside any other", () => {
    const { entries } = parseAtomFeed(render(feed(entry(), entry({ id: "tag:x,2026:2" })), "atom"));
    expect(entries?.map(({ updated }) => updated)).toEqual(Array(2).fill("2026-01-30T01:40:40.000Z"));
    expect(entries?.map(({ published }) => published)).toEqual(Array(2).fill("2026-01-30T01:40:40.000Z"));
  });

  test("the generator is this package", () => expect(GENERATOR).toBe(packageFile.name));
});
