import { Archive } from "../../src/archive/archive.ts";
import type { EventLine } from "../../src/archive/backup-lines.ts";
import { type ArticleRow, publishedOf } from "../../src/archive/rows.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { plainText } from "../../src/scrape/text.ts";
import { koreanDay } from "../../src/time.ts";
import { contents } from "../archive/fixtures.ts";
import { HOUR, type WebArticle } from "./changing-websites.ts";
import type { World } from "./changing-world.ts";
import { live } from "./live.ts";
import { Citations, type Item, Reader, SyncClient } from "./observers.ts";
import { wrongSearches } from "./world-searches.ts";

/** What is wrong with a bridge after a life: nothing, whatever the websites did. */

/** Lives through a world; returns what is wrong then, or was wrong on the way. */
export async function wrongIn(world: World, days: number, rest: number): Promise<string[]> {
  const wrong: string[] = [];
  const all = new SyncClient("content=full");
  const some = new SyncClient("q=missile");
  const reader = new Reader();
  const citations = new Citations();
  /** By article, how many steps it was there at. */
  const steps = new Map<WebArticle, number>();
  const look = async () => {
    for (const article of world.websites.articles)
      if (article.versions.at(-1)?.isThere) steps.set(article, (steps.get(article) ?? 0) + 1);
    if (world.chances.kv) wrong.push(...world.kv.wrong(false));
    if (!world.chances.observed) return;
    if (world.random() < 0.4) await reader.poll(world);
    if (world.random() < 0.3) await all.poll(world);
    if (world.random() < 0.3) await some.poll(world);
    if (world.random() < 0.4) await citations.check(world, world.websites.pick(world.websites.articles));
    if (world.random() < 0.6) return;
    const failing = world.sources.some(({ id }) => (world.service.archive.statuses([id])[id]?.failures ?? 0) > 0);
    const isFault = world.faults.some(({ what, until }) => what !== "article" && until > world.now);
    const { status } = (await (await world.ask("/health", { headers: { accept: "application/json" } })).json()) as {
      status: string;
    };
    if (failing && status === "ok") wrong.push("health: ok while a source fails");
    if (isFault && status === "ok") world.note("health is ok at the beginning of a fault");
  };
  if (world.chances.hub) await world.receivers.subscribe();
  await live(world, days, rest, look);
  await world.tick();
  await reader.poll(world);
  await all.poll(world);
  await some.poll(world);
  wrong.push(...reader.wrong, ...all.wrong, ...some.wrong, ...citations.wrong);
  wrong.push(...(await wrongCopies(world, all, some)), ...wrongJournal(world), ...wrongArticles(world, steps));
  if (world.chances.webhook)
    wrong.push(...wrongDeliveries(world, all), ...(await wrongSearches(world, world.receivers.found)));
  if (world.chances.outlet) wrong.push(...(await wrongPairs(world)));
  if (world.chances.hub) wrong.push(...(await world.receivers.wrong()));
  if (world.chances.kv) wrong.push(...world.kv.wrong(true));
  const added = all.events.filter(({ event }) => event === "added").map(({ id }) => id);
  const own = new Set(
    world.service.archive.store.sql.column<string>(
      "SELECT id FROM article WHERE EXISTS (SELECT 1 FROM listing WHERE listing.n = article.n AND listing.source = 'kcna-en')",
    ),
  );
  for (const id of new Set(added)) {
    const isShown = reader.seen.has(id) || [...reader.seen.values()].some((item) => JSON.stringify(item).includes(id));
    if (own.has(id) && !isShown && !world.chances.outlet) wrong.push(`reader has not seen ${id}`);
  }
  const { status, sources } = (await (
    await world.ask("/health", { headers: { accept: "application/json" } })
  ).json()) as {
    status: string;
    sources: { id: string; state: string; gaps: unknown[] }[];
  };
  const isGap = sources.some(({ gaps }) => gaps.length > 0);
  if (status !== "ok" && !isGap)
    wrong.push(`health after rest: ${status} ${JSON.stringify(sources.map(({ state }) => state))}`);
  return [...new Set(wrong)];
}

async function wrongCopies(world: World, all: SyncClient, some: SyncClient): Promise<string[]> {
  const wrong: string[] = [];
  const fresh = new SyncClient("content=full");
  await fresh.poll(world);
  const ordered = (copy: Map<string, Item>) => JSON.stringify([...copy].sort(([a], [b]) => (a < b ? -1 : 1)));
  if (ordered(all.copy) !== ordered(fresh.copy)) {
    for (const [id, item] of fresh.copy)
      if (JSON.stringify(all.copy.get(id)) !== JSON.stringify(item))
        wrong.push(`sync copy differs: ${id}\n    ${JSON.stringify(all.copy.get(id))}\n    ${JSON.stringify(item)}`);
    wrong.push(`sync copy has ${all.copy.size}, archive ${fresh.copy.size}`);
  }
  const freshSome = new SyncClient("q=missile");
  await freshSome.poll(world);
  if (ordered(some.copy) !== ordered(freshSome.copy)) wrong.push("sync copy of a search differs");
  if (JSON.stringify(all.events) !== JSON.stringify(fresh.events)) {
    const differing = fresh.events.findIndex((event, i) => JSON.stringify(event) !== JSON.stringify(all.events[i]));
    wrong.push(`sync events differ at ${JSON.stringify([all.events[differing], fresh.events[differing]])}`);
  }
  for (const row of world.service.archive.store.sql.rows<ArticleRow>("SELECT * FROM article")) {
    const item = fresh.copy.get(row.id);
    if (item?.title !== row.title) wrong.push(`sync: title of ${row.id}`);
  }
  return wrong;
}

/** Stories that stand on both websites: a feed of both has each once, whoever was first, and whatever became of either. */
async function wrongPairs(world: World): Promise<string[]> {
  const { sql } = world.service.archive.store;
  const { items } = (await (await world.ask("/feeds/all.json?limit=500")).json()) as { items: Item[] };
  const shown = new Set(items.map(({ id }) => id));
  const rowOf = ({ key }: WebArticle) => sql.rows<ArticleRow>("SELECT * FROM article WHERE key = ?", [key])[0];
  return world.websites.articles.flatMap((article) => {
    const other = article.original && world.websites.articles.find(({ key }) => article.original?.endsWith(key));
    const [copy, own] = [rowOf(article), other ? rowOf(other) : undefined];
    // Its page names the original.
    if (!copy || !own || copy.body === null) return [];
    const times = [copy, own].filter(({ id }) => shown.has(id)).length;
    return times === 1 || items.length === 500
      ? []
      : [`#${article.number} is in a feed of both websites ${times} times`];
  });
}

function wrongJournal(world: World): string[] {
  const wrong: string[] = [];
  const { archive } = world.service;
  const lines = world.lines();
  const events = lines.filter((line): line is EventLine => "event" in line);
  if (events.some(({ seq }, i) => seq !== i + 1)) wrong.push("the journal has a hole");
  if (events.some(({ at }, i) => i > 0 && at < (events[i - 1] as EventLine).at))
    wrong.push("the journal goes back in time");
  const twin = new Archive(nodeSql(":memory:"));
  twin.import(lines);
  const [a, b] = [contents(archive), contents(twin)] as Record<string, unknown[]>[];
  for (const table of Object.keys(a as object)) {
    const [one, other] = [(a as never)[table], (b as never)[table]] as unknown[][];
    const at = (one as unknown[]).findIndex(
      (row, i) => JSON.stringify(row) !== JSON.stringify((other as unknown[])[i]),
    );
    if (at >= 0 || one?.length !== other?.length)
      wrong.push(`replayed ${table} differs: ${JSON.stringify(one?.[at])}\n    ${JSON.stringify(other?.[at])}`);
  }
  return wrong;
}

function wrongArticles(world: World, steps: Map<WebArticle, number>): string[] {
  const wrong: string[] = [];
  const { websites, chances } = world;
  const { store } = world.service.archive;
  const isExact = chances.stale === 0 && chances.lag === 0 && (chances.push === 0 || chances.oldPush === 0);
  for (const article of websites.articles) {
    const [row, twice] = store.sql.rows<ArticleRow>("SELECT * FROM article WHERE key = ?", [article.key]);
    const name = `#${article.number} ${article.site}`;
    const site = article.versions.at(-1) as WebArticle["versions"][number];
    if (twice) wrong.push(`${name} twice`);
    const isTracked = chances.fault === 0 && chances.pause === 0 && chances.kill === 0;
    if (!row) {
      if (
        (steps.get(article) ?? 0) > 2 &&
        (site.isThere || chances.deletion === 0) &&
        isTracked &&
        article.at >= world.start
      )
        wrong.push(`${name} missing`);
      continue;
    }
    if (koreanDay(Date.parse(publishedOf(row.n))) !== koreanDay(article.at))
      wrong.push(`${name} published on another day`);
    const events = store.sql.rows<{ event: string; title: string | null; at: string; html: string | null }>(
      "SELECT event, title, at, html FROM journal WHERE n = ? ORDER BY seq",
      [row.n],
    );
    const edits = events.filter(({ event }) => event === "edited");
    // Further edits wait, and the listing may not show the article any more then.
    const isLimited = edits.some(
      ({ at }, i) => i >= 3 && Date.parse(at) - Date.parse((edits[i - 3] as { at: string }).at) < 24 * HOUR,
    );
    if (edits.length < 8 && !isLimited) wrong.push(...wrongWords(world, article, row).map((what) => `${name} ${what}`));
    if (site.isThere !== (row.gone === null))
      wrong.push(`${name} ${site.isThere ? "gone but there" : "there but gone"}`);
    const titles = events.filter(({ title }) => title !== null).map(({ title }) => title as string);
    const told = titles.filter((title, i) => title !== titles[i - 1]);
    const real = article.versions.map(({ title }) => title);
    const unreal = told.find((title) => !real.includes(title));
    if (unreal) wrong.push(`${name} a title that it never had: ${unreal}`);
    if (!isExact) continue;
    const bodies = edits.length;
    const changes = article.versions.length - 1;
    if (bodies > changes * 2) wrong.push(`${name} ${bodies} edits, the website made ${changes}`);
    let at = 0;
    for (const title of told) {
      at = real.indexOf(title, at);
      if (at < 0) wrong.push(`${name} titles out of order: ${JSON.stringify(told)} of ${JSON.stringify(real)}`);
      if (at < 0) break;
    }
    const presence = events.filter(({ event }) => event === "gone" || event === "back").length;
    const changed = article.versions.filter(
      ({ isThere }, i, { [i - 1]: before }) => before && before.isThere !== isThere,
    ).length;
    if (presence > changed) wrong.push(`${name} gone or back ${presence} times, the website ${changed} times`);
  }
  return wrong;
}

/** Title, excerpt and text after rest, of an article that is there. */
function wrongWords({ websites, service, chances, start }: World, article: WebArticle, row: ArticleRow): string[] {
  const site = article.versions.at(-1) as WebArticle["versions"][number];
  if (!site.isThere) return [];
  const wrong: string[] = [];
  const isListed = websites.listed(article.site, websites.now).slice(0, 12).includes(article);
  // The outlet's website may show another page at an article's address: only its listing says a new title.
  const isOutlet = article.site === "kcna";
  const words = article.versions.findLast(
    ({ title, isThere }, i, { [i - 1]: before }) => !before || before.title !== title || before.isThere !== isThere,
  );
  const excerpts = article.versions.findLast(
    ({ excerpt, isThere }, i, { [i - 1]: before }) =>
      !before || before.excerpt !== excerpt || before.isThere !== isThere,
  );
  const above = websites.articles.filter((other) => other.site === article.site && other.at > article.at);
  const left = above.toSorted((a, b) => a.at - b.at)[11]?.at ?? Number.POSITIVE_INFINITY;
  const isQuiet = chances.fault === 0 && chances.pause === 0;
  const wasListed = (since = 0) => isListed || (isQuiet && Math.max(since, start) + 12 * HOUR < left);
  // The first title that a page shows may be in a form of its own.
  const [firstPage = Number.POSITIVE_INFINITY] = service.archive.store.sql
    .column<string>("SELECT at FROM journal WHERE n = ? AND event = 'text' LIMIT 1", [row.n])
    .map((at) => Date.parse(at));
  const isOnPage = !isOutlet && firstPage < (words?.at ?? 0);
  if (row.title !== site.title && (isOnPage || wasListed(words?.at)))
    wrong.push(`title: "${row.title}" of "${site.title}"`);
  if (!isOutlet && wasListed(excerpts?.at) && row.excerpt.trim() !== site.excerpt.trim())
    wrong.push(`excerpt: "${row.excerpt.slice(-60)}" of "${site.excerpt.slice(-60)}"`);
  const text = plainText(service.archive.store.textOf(row));
  if (row.title === site.title && !site.body.every((paragraph) => text.includes(paragraph))) wrong.push(`text`);
  return wrong;
}

function wrongDeliveries({ receivers: { received }, service }: World, all: SyncClient): string[] {
  const wrong: string[] = [];
  const first = received[0]?.seq ?? 0;
  const kcna = new Set(
    service.archive.store.sql.column<string>(
      "SELECT id FROM article WHERE EXISTS (SELECT 1 FROM listing WHERE listing.n = article.n AND listing.source = 'kcna-en')",
    ),
  );
  const got = received.filter(({ seq }, i) => seq !== received[i - 1]?.seq);
  if (got.some(({ seq }, i) => i > 0 && seq <= (got[i - 1] as { seq: number }).seq))
    wrong.push("webhook: out of order");
  const ids = new Map<number, string>();
  for (const { id, seq } of received) {
    if ((ids.get(seq) ?? id) !== id) wrong.push(`webhook: one event, two ids ${seq}`);
    ids.set(seq, id);
  }
  const names = new Set(["added", "edited", "gone", "back"]);
  const events = all.events.filter(({ seq, event, id }) => seq >= first && names.has(event) && kcna.has(id));
  const since = new Map(
    service.archive.store.sql
      .rows<{ id: string; seq: number }>(
        "SELECT id, min(journal.seq) AS seq FROM journal JOIN article USING (n) WHERE event = 'added' AND source = 'kcna-en' GROUP BY id",
      )
      .map(({ id, seq }) => [id, seq]),
  );
  const missing = events.filter(({ seq }) => !ids.has(seq));
  for (const { seq, event, id } of missing) {
    const [row] = service.archive.store.sql.rows<{ source: string; title: string | null }>(
      "SELECT source, title FROM journal WHERE seq = ?",
      [seq],
    );
    if (event === "added" ? row?.source === "kcna-en" : seq > (since.get(id) ?? 0))
      wrong.push(`webhook: lost ${event} ${seq} ${id} ${JSON.stringify(row)}`);
  }
  return wrong;
}
