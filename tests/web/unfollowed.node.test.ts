import { expect, test } from "vitest";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { clockAt, pushedBridge, receivers } from "../notify/receivers.ts";

/** Articles of a source that the operator does not let the bridge read any more. */

const START = Date.parse("2026-11-20T09:00:00Z");
clockAt(START);

/** A bridge of two sources, and an article of the second. */
async function bridgeOfTwo() {
  receivers({});
  const bridge = pushedBridge({ FOLLOW: "kcna-en,kcna-ko" });
  const article = shownAt(START - 1000, "Of another source");
  await bridge.commit(page(START - HOUR, 3));
  await bridge.commit([article], { source: "kcna-ko" });
  return { bridge, article };
}

test("are cited as before, by the name of their outlet", async () => {
  const { bridge, article } = await bridgeOfTwo();
  const record = async (rest: string) => {
    const response = await bridge.ask(`/articles/kcnawatch/${article.key}${rest}`);
    return (await response.json()) as { citation: { text: string } };
  };
  const [before, version] = [await record(".json"), await record("/v1.json")];
  expect(before.citation.text).toMatch(/^KCNA/);
  bridge.restart({ FOLLOW: "kcna-en" });
  expect(await record(".json")).toEqual(before);
  expect(await record("/v1.json")).toEqual(version);
});

test("have a page whose links all lead somewhere", async () => {
  const { bridge, article } = await bridgeOfTwo();
  const linksOf = async (key: string) => {
    const html = await (await bridge.ask(`/articles/kcnawatch/${key}`)).text();
    const links = [...html.matchAll(/href="(?:https:\/\/bridge\.example)?(\/(?:feeds|articles)[^"]*)"/g)].map(
      ([, to]) => to as string,
    );
    return links.map((to) => to.replaceAll("&amp;", "&"));
  };
  const followed = await linksOf(article.key);
  expect(followed).toContain("/feeds/kcna-ko");
  bridge.restart({ FOLLOW: "kcna-en" });
  const links = await linksOf(article.key);
  expect(links.length).toBeGreaterThan(2);
  expect(followed.length - links.length).toBe(4);
  for (const to of links) expect([to, (await bridge.ask(to)).status]).toEqual([to, 200]);
});
