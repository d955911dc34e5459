import { parseAtomFeed } from "feedsmith";
import { SaxesParser } from "saxes";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import type { Shown } from "../replica/markup.ts";
import { articleAt, ask, bindings, countedKv, feedOf, type Listings, resetAfterEach, serve } from "../simulation.ts";

/** Edits, deletions and returns as feeds tell them. */

const HOUR = 3600_000;
const NOW = Date.parse("2026-06-01T00:00:00Z");
const CHANGES = "/feeds/kcna-en/changes";

let env: Bindings;
let website: Listings;
let all: Shown[];

const look = (hour: number) => {
  vi.setSystemTime(NOW + hour * HOUR);
  return refresh(bridgeOf(env), bridgeOf(env).sources.slice(0, 1), NOW + hour * HOUR, { articlePages: 20 });
};
const show = (change: (article: Shown, i: number) => Shown | undefined) =>
  website.set(
    "156",
    all.flatMap((article, i) => change(article, i) ?? []),
  );

interface ChangeData {
  kind: string;
  at: string;
  since?: string;
  fields?: string[];
  before?: Record<string, string>;
  after?: Record<string, string>;
  words_changed?: number;
  numbers_changed?: boolean;
  substantial?: boolean;
}
const dataOf = (items: { _bridge?: object }[]) =>
  items.map(({ _bridge }) => (_bridge as { change: ChangeData }).change);

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  env = bindings(countedKv().kv);
  all = Array.from({ length: 10 }, (_, i) => articleAt(NOW - i * HOUR, 100 + i, `Article ${100 + i} of the day`));
  website = new Map([["156", all]]);
  serve(website);
  await look(0);
});
resetAfterEach();

/** The third article is deleted, and is back two days later. */
async function deleted(): Promise<void> {
  show((article, i) => (i === 2 ? undefined : article));
  await look(2);
  await look(9);
}

describe("a deletion", () => {
  test("is an entry of the change feed, with data, and in Atom a deleted entry (RFC 6721)", async () => {
    await deleted();
    const { items } = await feedOf(env, `${CHANGES}.json`);
    expect(items).toHaveLength(1);
    expect(items[0]?.title).toBe("No longer at this address: Article 102 of the day");
    expect(dataOf(items)).toEqual([{ kind: "gone", at: "2026-06-01T09:00:00Z", since: "2026-06-01T02:00:00Z" }]);
    const atom = await (await ask(env, `${CHANGES}.atom`)).text();
    new SaxesParser({ xmlns: true }).write(atom).close();
    expect(parseAtomFeed(atom).entries).toHaveLength(1);
    const ref = `tag:kcnawatch.org,2026:newstream/${all[2]?.key}`;
    expect(atom).toContain(
      `<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="${ref}" when="2026-06-01T09:00:00Z"><at:comment>`,
    );
    const rss = await (await ask(env, `${CHANGES}.rss`)).text();
    new SaxesParser({ xmlns: true }).write(rss).close();
    expect(rss).toContain("No longer at this address");
  });

  test("is in no plain feed, which keeps the article and says since when it is gone", async () => {
    await deleted();
    const { items } = await feedOf(env, "/feeds/kcna-en.json");
    expect(items).toHaveLength(10);
    const gone = items.map(({ _bridge }) => (_bridge as { gone?: string } | undefined)?.gone);
    expect(gone.filter((since) => since !== undefined)).toEqual(["2026-06-01T09:00:00Z"]);
    for (const path of ["/feeds/kcna-en.atom", "/feeds/kcna-en/2026-06.atom"]) {
      expect(await (await ask(env, path)).text()).not.toContain("deleted-entry");
    }
  });

  test("moves tag and date of plain feeds, as does the return; then it is a deleted entry no more", async () => {
    const headers = async () => {
      const { headers } = await ask(env, "/feeds/kcna-en.json");
      return [headers.get("etag"), headers.get("last-modified")];
    };
    const before = await headers();
    await deleted();
    const gone = await headers();
    show((article) => article);
    await look(48);
    const back = await headers();
    expect(new Set([before, gone, back].map(([tag]) => tag)).size).toBe(3);
    expect([gone, back].map(([, date]) => date)).toEqual([
      "Mon, 01 Jun 2026 09:00:00 GMT",
      "Wed, 03 Jun 2026 00:00:00 GMT",
    ]);
    const { items } = await feedOf(env, `${CHANGES}.json`);
    expect(dataOf(items)).toEqual([
      { kind: "back", at: "2026-06-03T00:00:00Z", since: "2026-06-01T09:00:00Z" },
      { kind: "gone", at: "2026-06-01T09:00:00Z", since: "2026-06-01T02:00:00Z" },
    ]);
    expect(await (await ask(env, `${CHANGES}.atom`)).text()).not.toContain("deleted-entry");
  });
});

describe("an edit", () => {
  const edit = (change: Partial<Shown>) => show((article, i) => (i === 1 ? { ...article, ...change } : article));

  test("can be read without any styling, and as data", async () => {
    edit({ title: "Article 102 of the day" });
    await look(1);
    const { items } = await feedOf(env, `${CHANGES}.json`);
    expect(items[0]?.title).toBe("Edited (title): Article 102 of the day");
    expect(items[0]?.content_html).toContain("<del>[-101-]</del> <ins>{+102+}</ins>");
    expect((items[0] as unknown as { summary: string }).summary).toBe(
      "Before: Article 101 of the day After: Article 102 of the day",
    );
    expect(dataOf(items)).toEqual([
      {
        kind: "edited",
        at: "2026-06-01T01:00:00Z",
        fields: ["title"],
        before: { title: "Article 101 of the day" },
        after: { title: "Article 102 of the day" },
        words_changed: 0.2,
        numbers_changed: true,
        names_changed: false,
        substantial: true,
      },
    ]);
  });

  test("is one click from the page of a search, with the same filters; and the articles are one click from there", async () => {
    edit({ title: "Article 102 of the day" });
    await look(1);
    const linkOf = async (path: string, name: string) => {
      const page = await (await ask(env, path)).text();
      return new RegExp(`<a href="([^"]*)">${name}</a>`).exec(page.slice(page.indexOf('id="sources"')))?.[1];
    };
    const filters = "limit=2&q=article&sort=oldest";
    const path = `/feeds/kcna-en?${filters}&before=2026-06-01T00:00:00Z_1`;
    expect(await linkOf(path, "Changes")).toBe(`https://bridge.example${CHANGES}?${filters.replaceAll("&", "&amp;")}`);
    expect(await linkOf(`${CHANGES}?edits=substantial&q=article`, "Articles")).toBe(
      "https://bridge.example/feeds/kcna-en?q=article",
    );
  });

  test("of a long text shows the part that changed", async () => {
    const paragraph = (word: string) => `${"The same words. ".repeat(200)}Here is ${word}. ${"And more. ".repeat(200)}`;
    edit({ body: [paragraph("one")] });
    await look(20);
    edit({ body: [paragraph("two")] });
    await look(40);
    const { items } = await feedOf(env, `${CHANGES}.json`);
    const summary = (items[0] as unknown as { summary: string }).summary;
    expect(summary).toMatch(/^Before: ….*Here is one\..* After: ….*Here is two\./);
    expect(summary.length).toBeLessThan(1100);
    expect(dataOf(items)[0]).toMatchObject({ fields: ["text"], numbers_changed: false, substantial: true });
  });

  test("of punctuation is left out by edits=substantial; deletions and other edits are not, and edits=none shows deletions alone", async () => {
    edit({ title: "Article 101 of the day!" });
    await look(1);
    edit({ title: "Article 101 of the night!" });
    await look(2);
    show((article, i) =>
      i === 2 ? undefined : i === 1 ? { ...article, title: "Article 101 of the night!" } : article,
    );
    await look(4);
    await look(11);
    const kinds = async (query: string) =>
      dataOf((await feedOf(env, `${CHANGES}.json${query}`)).items).map(({ kind, substantial }) => [kind, substantial]);
    expect(await kinds("")).toEqual([
      ["gone", undefined],
      ["edited", true],
      ["edited", false],
    ]);
    expect(await kinds("?edits=all")).toHaveLength(3);
    expect(await kinds("?edits=substantial")).toEqual([
      ["gone", undefined],
      ["edited", true],
    ]);
    expect(await kinds("?edits=none")).toEqual([["gone", undefined]]);
    expect((await ask(env, `${CHANGES}.json?edits=some`)).status).toBe(400);
    const html = await (await ask(env, `${CHANGES}?edits=none`, { headers: { accept: "text/html" } })).text();
    expect(Array.from(html.matchAll(/class="tag[^>]*>([^<]*)/g), ([, tag]) => tag)).toEqual([
      "no longer at this address",
    ]);
    expect(html).toMatch(/edits=none" aria-current="true">deletions and returns</);
  });
});
