import { expect, test } from "vitest";
import { parseQuery } from "../../src/query/query.ts";
import { BUILT_IN } from "../../src/sites/index.ts";
import type { Source } from "../../src/sites/site.ts";
import { feedDocument } from "../../src/web/feed-document.ts";
import { siteNames, sitesOf } from "../../src/web/site-names.ts";

const [kcnawatch] = BUILT_IN as [Source, ...Source[]];
const at = (name: string): Source => ({
  ...kcnawatch,
  id: name.toLowerCase(),
  name: `${name} news`,
  site: { ...kcnawatch.site, id: name.toLowerCase(), name, origin: `https://${name.toLowerCase()}.example` },
});

test("the websites of sources are named once each, up to three one by one", () => {
  const [a, b, c, d] = ["Ay", "Bee", "Cee", "Dee"].map(at) as [Source, Source, Source, Source];
  const named = (...sources: Source[]) => siteNames(sitesOf(sources));
  expect(named()).toBe("");
  expect(named(a, { ...a, id: "other" })).toBe("Ay");
  expect(named(b, a)).toBe("Bee and Ay");
  expect(named(a, b, c)).toBe("Ay, Bee and Cee");
  expect(named(a, b, c, d)).toBe("Ay and 3 other websites");
});

test("a feed names the websites of its own sources, and no other", async () => {
  const [a, b] = [at("Ay"), at("Bee")];
  const result = { articles: [], archived: [], bodies: {}, changed: "2026-01-30T00:00:00Z" };
  const parsed = await parseQuery(new URLSearchParams(), 0);
  if ("error" in parsed) throw new Error(parsed.error.detail);
  const feed = (name: string, sources: Source[]) => {
    const selection = { name, sources, ids: [] };
    return feedDocument(
      "https://b.example",
      { selection, view: "newest", format: "json" },
      parsed.query,
      result as never,
    );
  };
  expect(feed("ay", [a])).toMatchObject({ title: "Ay news", subtitle: "Ay news on Ay", about: "https://ay.example" });
  expect(feed("all", [a, b])).toMatchObject({
    title: "Ay and Bee: all sources",
    subtitle: "All sources on Ay and Bee",
  });
  // The id is the same for ever, whatever the websites.
  expect(feed("ay", [a]).id).toBe("tag:kcnawatch.org,2026:feeds/ay");
});
