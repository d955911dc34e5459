import { describe, expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import type { ListingCommit, PageCommit } from "../../src/archive/source-commit.ts";
import type { ScrapedArticle } from "../../src/article.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, NOW, shownAt } from "./fixtures.ts";

/** The same article on KCNA Watch and on the outlet's own website. */

const BOTH = ["kcna-en", "kp-kcna-en"];
const TITLE = "Modern Houses Built in Two Counties of Kangwon Province";
const empty = () => new Archive(nodeSql(":memory:"));

/** As the outlet's own website lists it: with a key of its own, and no time of day. */
function ofOutlet(name: string, title: string, day = "2026-06-01"): ScrapedArticle {
  const key = name.padEnd(32, "0");
  const url = `http://www.kcna.kp/en/article/detail/${key}`;
  return { key, id: `tag:kcna.kp,2026:${key}`, url, title, excerpt: "", day, language: "en" };
}

function watch(archive: Archive, articles: readonly ScrapedArticle[], now: number, more: Partial<ListingCommit> = {}) {
  const listing = { site: "kcnawatch", timeZone: "Asia/Pyongyang", unbroken: false, articles };
  const source = more.source ?? "kcna-en";
  return archive.commit([{ source, listings: [{ ...listing, source, outlet: "kcna", ...more }] }], now);
}

function outlet(archive: Archive, articles: readonly ScrapedArticle[], now: number) {
  const listing = { site: "kcna", timeZone: "Asia/Pyongyang", outlet: "kcna", unbroken: false, articles };
  return archive.commit([{ source: "kp-kcna-en", listings: [{ source: "kp-kcna-en", ...listing }] }], now);
}

function readPage(archive: Archive, article: ScrapedArticle, more: Partial<PageCommit>, now: number) {
  const isWatch = article.id.includes("kcnawatch");
  const source = isWatch ? "kcna-en" : "kp-kcna-en";
  const site = isWatch ? "kcnawatch" : "kcna";
  return archive.commit([{ source, pages: [{ source, site, timeZone: "Asia/Pyongyang", article, ...more }] }], now);
}

const names = ({ key }: ScrapedArticle) => ({ copyOf: { site: "kcna", key } });

async function found(archive: Archive, sources: readonly string[], query = "") {
  const { articles, bodies } = await archive.find({ sources, view: "newest", query, now: NOW + 99 * HOUR });
  return articles.map((article) => ({ ...article, html: bodies[article.id] }));
}

const idsOf = async (archive: Archive, sources: readonly string[], query = "") =>
  (await found(archive, sources, query)).map(({ id }) => id);

const eventsOf = (archive: Archive) =>
  archive.store.sql.rows<{ event: string }>("SELECT event FROM journal ORDER BY seq").map(({ event }) => event);

describe("what is the same article", () => {
  const here = shownAt(NOW, TITLE);
  const there = ofOutlet("a", "A Title That Has Been Edited Since on the Website of the Outlet");

  test("one listing brings a new title and the outlet: the copy with the new title is found", async () => {
    const archive = empty();
    const there = ofOutlet("a", TITLE);
    // The newstream mixes outlets, so it does not say whose article it shows.
    const newstream = { site: "kcnawatch", timeZone: "Asia/Pyongyang", unbroken: false, source: "newstream" };
    const earlier = shownAt(NOW, "The Headline That the Article Had at First");
    archive.commit([{ source: "newstream", listings: [{ ...newstream, articles: [earlier] }] }], NOW);
    watch(archive, [{ ...earlier, title: TITLE }], NOW + HOUR);
    outlet(archive, [there], NOW + 2 * HOUR);
    expect(await idsOf(archive, BOTH)).toEqual([earlier.id]);
  });

  test("a new title, or a listing that says whose article it is, joins it with a copy that was there before", async () => {
    const archive = empty();
    outlet(archive, [ofOutlet("a", TITLE)], NOW);
    const mixed = { source: "newstream", outlet: undefined as never };
    const earlier = shownAt(NOW, "The Headline That the Article Had at First");
    watch(archive, [earlier], NOW, mixed);
    watch(archive, [earlier], NOW + HOUR);
    expect(await idsOf(archive, BOTH)).toHaveLength(2);
    watch(archive, [here], NOW + 2 * HOUR);
    expect(await idsOf(archive, BOTH)).toHaveLength(1);
    const other = empty();
    outlet(other, [ofOutlet("a", TITLE)], NOW);
    watch(other, [here], NOW, mixed);
    watch(other, [here], NOW + HOUR);
    expect(await idsOf(other, BOTH)).toHaveLength(1);
  });

  test("a page names the outlet's article: joined, whichever of the three came first", async () => {
    const steps = [
      (archive: Archive, now: number) => watch(archive, [here], now),
      (archive: Archive, now: number) => outlet(archive, [there], now),
      (archive: Archive, now: number) => readPage(archive, here, names(there), now),
    ];
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const archive = empty();
      for (const [i, step] of order.entries()) steps[step]?.(archive, NOW + i * HOUR);
      const first = order.indexOf(1) < Math.min(order.indexOf(0), order.indexOf(2)) ? there : here;
      expect(await idsOf(archive, BOTH), order.join()).toEqual([first.id]);
    }
  });

  test("the same title at the same outlet on neighbouring days", async () => {
    for (const [title, day, isSame] of [
      [TITLE, "2026-06-01", true],
      [`·${TITLE.toUpperCase()}`, "2026-06-02", true],
      [TITLE, "2026-06-03", false],
      [`${TITLE}s`, "2026-06-01", false],
    ] as const) {
      const archive = empty();
      watch(archive, [here], NOW);
      outlet(archive, [ofOutlet("a", title, day)], NOW + 60 * HOUR);
      expect(await found(archive, BOTH), `${title} ${day}`).toHaveLength(isSame ? 1 : 2);
    }
  });

  test("not by a title in another language, of another or an unknown outlet", async () => {
    for (const more of [{ outlet: "rodong" }, { outlet: undefined as never }]) {
      const archive = empty();
      watch(archive, [here], NOW, more);
      outlet(archive, [ofOutlet("a", TITLE)], NOW + HOUR);
      expect(await found(archive, BOTH)).toHaveLength(2);
    }
    const archive = empty();
    watch(archive, [{ ...here, language: "es" }], NOW);
    outlet(archive, [ofOutlet("a", TITLE)], NOW + HOUR);
    expect(await found(archive, BOTH)).toHaveLength(2);
  });

  test("not by a title that comes back, or is a word or two", async () => {
    const archive = empty();
    watch(archive, [shownAt(NOW - 240 * HOUR, TITLE), here], NOW);
    outlet(archive, [ofOutlet("a", TITLE)], NOW + HOUR);
    watch(archive, [shownAt(NOW + HOUR, "Press Review")], NOW + HOUR);
    outlet(archive, [ofOutlet("b", "Press Review")], NOW + 2 * HOUR);
    expect(await found(archive, BOTH)).toHaveLength(5);
  });

  test("the outlet of an article of a mixed listing is known once its page says it", async () => {
    const archive = empty();
    watch(archive, [here], NOW, { source: "newstream", outlet: undefined as never });
    outlet(archive, [ofOutlet("a", TITLE)], NOW + HOUR);
    expect(await found(archive, ["newstream", "kp-kcna-en"])).toHaveLength(2);
    readPage(archive, here, { source: "newstream", outlet: "kcna" }, NOW + 2 * HOUR);
    expect(await idsOf(archive, ["newstream", "kp-kcna-en"])).toEqual([here.id]);
  });

  test("by a title that either had before", async () => {
    const mixed = { source: "newstream", outlet: undefined as never };
    for (const isSeenBefore of [true, false]) {
      const archive = empty();
      if (isSeenBefore) outlet(archive, [ofOutlet("a", TITLE)], NOW);
      watch(archive, [here], NOW + HOUR, mixed);
      watch(archive, [{ ...here, title: "A Title That Has Been Edited in the Meantime" }], NOW + 2 * HOUR, mixed);
      readPage(archive, here, { source: "newstream", outlet: "kcna" }, NOW + 3 * HOUR);
      if (!isSeenBefore) outlet(archive, [ofOutlet("a", TITLE)], NOW + 4 * HOUR);
      expect(await found(archive, ["newstream", "kp-kcna-en"])).toHaveLength(1);
    }
  });

  test("texts that have nothing in common part what only their titles joined; a page's word parts it too", async () => {
    const text = (words: string) => `<p>${Array.from({ length: 60 }, (_, i) => `${words}${i}`).join(" ")}</p>`;
    const archive = empty();
    watch(archive, [here], NOW);
    outlet(archive, [ofOutlet("a", TITLE)], NOW + HOUR);
    readPage(archive, here, { body: text("one") }, NOW + 2 * HOUR);
    expect(await found(archive, BOTH)).toHaveLength(1);
    readPage(archive, ofOutlet("a", TITLE), { body: text("two") }, NOW + 3 * HOUR);
    expect(await found(archive, BOTH)).toHaveLength(2);
    expect(eventsOf(archive).filter((event) => event === "parted")).toHaveLength(2);

    const other = empty();
    watch(other, [here], NOW);
    outlet(other, [ofOutlet("a", TITLE), ofOutlet("b", "Another Title")], NOW + HOUR);
    readPage(other, here, names(ofOutlet("b", "")), NOW + 2 * HOUR);
    const joined = (await found(other, BOTH)).find(({ id }) => id === here.id);
    expect(joined?.copies?.map(({ key }) => key)).toEqual([ofOutlet("b", "").key]);
    expect(await found(other, BOTH)).toHaveLength(2);
  });

  test("a website has one copy of an article: a second one with the same original stands alone", async () => {
    const archive = empty();
    const again = shownAt(NOW + HOUR, "Imported Once More");
    outlet(archive, [there], NOW);
    watch(archive, [again, here], NOW + HOUR);
    readPage(archive, here, names(there), NOW + 2 * HOUR);
    readPage(archive, again, names(there), NOW + 3 * HOUR);
    expect((await idsOf(archive, BOTH)).sort()).toEqual([again.id, there.id].sort());
  });
});

describe("in feeds", () => {
  const here = shownAt(NOW, TITLE);
  const there = ofOutlet("a", TITLE);
  const joined = () => {
    const archive = empty();
    watch(archive, [here], NOW);
    outlet(archive, [there], NOW + HOUR);
    return archive;
  };

  test("a feed names the copy that its sources listed first, and the other's address; ids stay", async () => {
    const archive = joined();
    const [item] = await found(archive, BOTH);
    expect(item).toMatchObject({
      id: here.id,
      source: "kcna-en",
      copies: [{ site: "kcna", key: there.key, source: "kp-kcna-en", url: there.url }],
    });
    expect(item?.enrichedAt).toBe("2026-06-01T01:00:00Z");
    expect(await idsOf(archive, ["kcna-en"])).toEqual([here.id]);
    expect(await idsOf(archive, ["kp-kcna-en"])).toEqual([there.id]);
    // A source that lists the copy only later does not rename what was there before.
    watch(archive, [here], NOW + 2 * HOUR, { source: "newstream" });
    expect(await idsOf(archive, ["newstream", "kp-kcna-en"])).toEqual([there.id]);
    expect(await idsOf(archive, ["newstream", ...BOTH])).toEqual([here.id]);
  });

  test("first is what was committed first, also within one second", async () => {
    const archive = empty();
    outlet(archive, [there], NOW);
    watch(archive, [here], NOW);
    expect(await idsOf(archive, BOTH)).toEqual([there.id]);
    expect(await idsOf(joined(), BOTH)).toEqual([here.id]);
  });

  test("an article without a text shows the copy's; a search finds it by the words of both", async () => {
    const archive = joined();
    readPage(archive, there, { body: "<p>Kimchaek &amp; Haeju, told at length.</p>" }, NOW + 2 * HOUR);
    const [item] = await found(archive, BOTH, "content=full");
    expect(item).toMatchObject({ id: here.id, html: "<p>Kimchaek &amp; Haeju, told at length.</p>" });
    for (const q of ["haeju", "%22kimchaek+%26+haeju%22", "haeju+what+article", "haeju+title:modern"]) {
      expect(await idsOf(archive, BOTH, `q=${q}`), q).toEqual(q.includes("article") ? [] : [here.id]);
      expect(await idsOf(archive, ["kp-kcna-en"], `q=${q}`), q).toEqual(q.includes("article") ? [] : [there.id]);
    }
    readPage(archive, here, { body: "<p>Its own text, of Kanggye.</p>" }, NOW + 3 * HOUR);
    const [own] = await found(archive, BOTH, "content=full");
    expect(own?.html).toBe("<p>Its own text, of Kanggye.</p>");
    for (const q of ["haeju", "kanggye", "haeju+kanggye", "%22told+at+length%22", "%22text,+of+kanggye%22"]) {
      expect(await idsOf(archive, BOTH, `q=${q}`), q).toEqual([here.id]);
      expect(await idsOf(archive, ["kp-kcna-en"], `q=${q}`), q).toEqual([there.id]);
    }
  });

  test("regular expressions read only the text that the feed shows, not that of the other copy", async () => {
    const archive = joined();
    readPage(archive, there, { body: "<p>Haeju, told at length.</p>" }, NOW + 2 * HOUR);
    readPage(archive, here, { body: "<p>Its own text, of Kanggye.</p>" }, NOW + 3 * HOUR);
    const after = { seq: 0, digest: "" };
    for (const [filter, isFound] of Object.entries({
      "filter=Kanggye": true,
      "filter_description=Kanggye.$": true,
      "filterout=Haeju": true,
      "filterout=Haeju&q=haeju": true,
      "filter=Haeju": false,
      "filterout=Kanggye": false,
    })) {
      const query = `content=full&${filter}`;
      expect(await idsOf(archive, BOTH, query), query).toEqual(isFound ? [here.id] : []);
      const page = await archive.events({ sources: ["kcna-en"], query, after, limit: 9, now: NOW });
      const last = "events" in page ? page.events.findLast(({ article }) => article.id === here.id) : undefined;
      expect(last?.event, query).toBe(isFound ? "text" : "out");
    }
  });

  test("an article without a text has that of its copy for services, too, and matches by it", async () => {
    const archive = joined();
    const text = "<p>Haeju, told at length.</p>";
    readPage(archive, there, { body: text }, NOW + 2 * HOUR);
    for (const query of ["content=full", "content=full&filter=Haeju"]) {
      expect((await found(archive, ["kcna-en"], query)).map(({ html }) => html)).toEqual([text]);
      const after = { seq: 0, digest: "" };
      const page = await archive.events({ sources: ["kcna-en"], query, after, limit: 9, now: NOW });
      expect("events" in page && page.events.at(-1), query).toMatchObject({ event: "enriched", html: text });
    }
  });

  test("the dates of a feed move when a copy takes an article out of it, or changes what it shows", async () => {
    const hidden = async (archive: Archive) =>
      (await archive.find({ sources: BOTH, view: "newest", query: "", now: NOW })).lastHiddenChange;
    const archive = empty();
    watch(archive, [here], NOW);
    outlet(archive, [ofOutlet("a", "Edited on the Way")], NOW + HOUR);
    expect(await hidden(archive)).toBe("");
    readPage(archive, here, names(there), NOW + 2 * HOUR);
    expect(await hidden(archive)).toBe("2026-06-01T02:00:00Z");
    const enriched = async () => (await found(archive, ["kp-kcna-en"]))[0]?.enrichedAt;
    expect(await enriched()).toBe("2026-06-01T02:00:00Z");
    watch(archive, [{ ...here, title: "Another Title Altogether", url: `${here.url}new-slug/` }], NOW + 5 * HOUR);
    expect(await enriched()).toBe("2026-06-01T05:00:00Z");
    expect((await found(archive, ["kp-kcna-en"]))[0]?.copies?.[0]?.url).toBe(`${here.url}new-slug/`);
    const again = { ...here, title: "A Third Title", url: `${here.url}new-slug/` };
    watch(archive, [again], NOW + 6 * HOUR);
    expect(await enriched()).toBe("2026-06-01T06:00:00Z");
    watch(archive, [{ ...again, excerpt: "Another excerpt altogether." }], NOW + 7 * HOUR);
    expect(await enriched()).toBe("2026-06-01T07:00:00Z");
  });
});
