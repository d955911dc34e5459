import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type Latest, latestKey, STATUS_KEY } from "../../src/archive/snapshot.ts";
import type { Article } from "../../src/article.ts";
import { articlePage, fragment, listingPage, type Shown } from "../replica/markup.ts";
import { printedDay } from "../replica/website.ts";

/** What stands around the Worker in the benchmark: a KV in memory and a website of constant pages. */
interface Served {
  /** Host and port. */
  address: string;
  requests: number;
  close(): Promise<void>;
}

/**
 * A KV namespace in memory, as workerd speaks to one over HTTP.
 *
 * @param isKept whether what is written under a key is kept: what is not can be found missing again and again
 */
export async function startKv(values: Map<string, string>, isKept: (key: string) => boolean): Promise<Served> {
  const served = { requests: 0 };
  const server = createServer(async (request, response) => {
    served.requests++;
    const body = await text(request).catch(() => undefined);
    // Whoever asked is gone.
    if (body === undefined) return;
    const { pathname } = new URL(request.url ?? "/", "http://kv");
    if (pathname === "/bulk/get") {
      const { keys } = JSON.parse(body) as { keys: string[] };
      // Put together from the stored texts: parsing them here would cost the machine more than the Worker does.
      response.end(`{${keys.map((key) => `${JSON.stringify(key)}:${values.get(key) ?? "null"}`).join(",")}}`);
      return;
    }
    const key = decodeURIComponent(pathname.slice(1));
    if (request.method === "PUT") {
      if (isKept(key)) values.set(key, body);
      response.end();
      return;
    }
    const value = values.get(key);
    response.writeHead(value === undefined ? 404 : 200).end(value);
  });
  return Object.assign(served, await listen(server));
}

interface Website extends Served {
  /** Requests that were open at the same time, at most. */
  most: number;
}

/**
 * A website with listings at `/article/<number>/`.
 *
 * @param pageOf the listing with this number, asked for the `time`th time
 * @param delay milliseconds before it answers
 */
export async function startWebsite(
  pageOf: (number: number, time: number) => string | undefined,
  fails: () => boolean = () => false,
  delay = 0,
): Promise<Website> {
  const served = { requests: 0, most: 0 };
  let open = 0;
  const times = new Map<number, number>();
  const server = createServer(async (request, response) => {
    served.requests++;
    served.most = Math.max(served.most, ++open);
    response.on("close", () => open--);
    if (delay > 0) await new Promise((wait) => setTimeout(wait, delay));
    const number = Number(/^\/article\/(\d+)\/$/.exec(request.url ?? "")?.[1]);
    const time = times.get(number) ?? 0;
    times.set(number, time + 1);
    const page = pageOf(number, time);
    if (fails()) response.writeHead(503, { "content-type": "text/html" }).end("<html></html>");
    else response.writeHead(page ? 200 : 404, { "content-type": "text/html; charset=utf-8" }).end(page);
  });
  return Object.assign(served, await listen(server));
}

async function listen(server: Server): Promise<Pick<Served, "address" | "close">> {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const MINUTE = 60_000;
/** 40 articles a day. */
const STEP = 36 * MINUTE;
const NEWEST = Date.parse("2026-01-30T12:00:00Z");
const EXCERPT =
  "Pyongyang, January 30 (KCNA) -- The respected Comrade Kim Jong Un, general secretary of the Workers' Party of Korea, gave";
/** A text of the usual length: some 2,500 characters. */
const PARAGRAPHS = Array<string>(9).fill(`${EXCERPT} field guidance. `.repeat(2).trim());

/**
 * Articles `step` milliseconds apart, newest first, as a listing shows them. Those of different `numbers` differ, also in
 * their dates.
 */
function articlesOf(number: number, count: number, newest = NEWEST, step = STEP): Shown[] {
  return Array.from({ length: count }, (_, i) => {
    const collectedAt = newest - i * step - (number % 1000) * 1000;
    return {
      key: `${collectedAt / 1000}-${number}`,
      slug: `article-${i}`,
      title: `Respected Comrade Kim Jong Un Gives Field Guidance to Farm No. ${i}`,
      excerpt: `${EXCERPT} ${i}`,
      printed: printedDay(collectedAt),
      body: PARAGRAPHS,
    };
  });
}

/** A listing page of the source with this number. */
export const listingOf = (number: number, count: number, newest?: number): string =>
  listingPage("Source", articlesOf(number, count, newest));

/** A listing page with one more article at the top each time; `time` is below 200. */
export const growingListing = (number: number, count: number, time: number): string => {
  const end = 200 + count - time;
  return listingPage("Source", articlesOf(number, 200 + count).slice(end - count, end));
};

/** A listing that shows one article of those that it showed the last time, and the others are new. */
export const movingListing = (number: number, count: number, time: number): string =>
  listingOf(number, count, Date.parse("2000-01-01T00:00:00Z") + time * (count - 1) * STEP);

/** Articles as the archive has them. */
export const keptArticles = (count: number): Article[] =>
  articlesOf(0, count).map(({ key, slug, title, excerpt }) => {
    const published = `${new Date(Number(key.split("-")[0]) * 1000).toISOString().slice(0, 19)}Z`;
    return {
      site: "kcnawatch",
      key,
      id: `tag:kcnawatch.org,2026:newstream/${key}`,
      source: "s",
      language: "en",
      title,
      excerpt,
      url: `https://kcnawatch.org/newstream/${key}/${slug}/`,
      day: new Date(Date.parse(published) + 9 * 60 * MINUTE).toISOString().slice(0, 10),
      published,
      updated: published,
      firstSeen: published,
    };
  });

/** A page as it is pushed. */
export interface PushedPage {
  /** Path and query on the website. */
  path: string;
  html: string;
}

const LISTED_AT_ONCE = 16;
/** Articles of one load-more fragment; the website gives 10, and any number is read. */
const FRAGMENT = 1000;
/** The newest articles, whose texts are kept as well. */
export const WITH_TEXT = 200;

/**
 * The pages that fill the archive of the source `/article/{number}/` with `count` articles.
 *
 * @param step milliseconds between two articles
 */
export function* pagesOf(number: number, count: number, step = STEP): Iterable<PushedPage> {
  const articles = articlesOf(number, count, NEWEST, step);
  const name = "Source";
  yield { path: `/article/${number}/`, html: listingPage(name, articles.slice(0, LISTED_AT_ONCE)) };
  // From one article above, so that the parts of the listing meet.
  for (let from = LISTED_AT_ONCE - 1; from < count - 1; from += FRAGMENT - 1) {
    yield { path: fragmentPath(number, from), html: fragment(articles.slice(from, from + FRAGMENT)) };
  }
  for (const article of articles.slice(0, WITH_TEXT)) {
    yield { path: `/newstream/${article.key}/${article.slug}/`, html: articlePage(name, article, []) };
  }
}

const fragmentPath = (number: number, from: number): string =>
  `/wp-admin/admin-ajax.php?action=get_cat_by_source&from=${from}&to=${from}&id=${number}`;

/**
 * Pushes a page as an operator does.
 *
 * @throws Error where it was not taken in
 */
export async function push(origin: string, token: string, source: string, { path, html }: PushedPage): Promise<void> {
  const url = encodeURIComponent(`https://kcnawatch.org${path}`);
  const response = await fetch(`${origin}/ingest/${source}?url=${url}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "text/html; charset=utf-8" },
    body: html,
  });
  const answer = await response.text();
  if (response.status !== 200) throw new Error(`${source} ${path}: ${response.status} ${answer}`);
}

/**
 * Puts into KV what the archive would write there: the writes of a day are limited, and more pages were pushed than that.
 *
 * @param origin of a Worker made of `measured.ts`
 */
export async function publish(origin: string, values: Map<string, string>, sources: readonly string[]): Promise<void> {
  const call = async (...body: unknown[]) =>
    (await fetch(origin, { method: "POST", headers: { "x-archive": "1" }, body: JSON.stringify(body) })).json();
  for (const [id, latest] of (await call("latest", sources)) as [string, Latest][]) {
    values.set(latestKey(id), JSON.stringify(latest));
  }
  values.set(STATUS_KEY, JSON.stringify(await call("status", Date.now())));
}
