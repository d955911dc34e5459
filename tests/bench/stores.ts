import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Health } from "../../src/archive/health.ts";
import type { Latest } from "../../src/archive/store.ts";
import { type Article, monthOf } from "../../src/article.ts";
import { listingPage, type Shown } from "../replica/markup.ts";
import { printedDay } from "../replica/replica.ts";

/** What stands around the Worker in the benchmark: a KV in memory and a website of constant pages. */
export interface Served {
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
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
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

export interface Website extends Served {
  /** Requests that were open at the same time, at most. */
  most: number;
}

/**
 * A website that lists so many articles at `/article/<count>/`.
 *
 * @param delay milliseconds before it answers
 */
export async function startWebsite(
  counts: readonly number[],
  fails: () => boolean = () => false,
  delay = 0,
): Promise<Website> {
  const served = { requests: 0, most: 0 };
  let open = 0;
  const pages = new Map(counts.map((count) => [`/article/${count}/`, listingPage("Source", articlesOf(count))]));
  const server = createServer(async (request, response) => {
    served.requests++;
    served.most = Math.max(served.most, ++open);
    response.on("close", () => open--);
    if (delay > 0) await new Promise((wait) => setTimeout(wait, delay));
    const page = pages.get(request.url ?? "");
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
const NEWEST = Date.parse("2026-01-30T12:00:00Z");
const EXCERPT =
  "Pyongyang, January 30 (KCNA) -- The respected Comrade Kim Jong Un, general secretary of the Workers' Party of Korea, gave";
/** A story of the usual length: some 2,500 characters. */
const BODY = `<p>${`${EXCERPT} field guidance. `.repeat(2)}</p>`.repeat(9);

/** Articles an hour apart, as a listing shows them. */
function articlesOf(count: number): Shown[] {
  return Array.from({ length: count }, (_, i) => {
    const intake = NEWEST - i * 36 * MINUTE;
    return {
      key: `${intake / 1000}-${200_000 + i}`,
      slug: `article-${i}`,
      title: `Respected Comrade Kim Jong Un Gives Field Guidance to Farm No. ${i}`,
      excerpt: `${EXCERPT} ${i}`,
      printed: printedDay(intake),
    };
  });
}

/** The archive of a source with so many articles, 40 a day, as the Worker keeps it: KV values by key. */
export function archiveOf(source: string, count: number): Map<string, string> {
  const articles = articlesOf(count).map(({ key, slug, title, excerpt }): Article => {
    const published = `${new Date(Number(key.split("-")[0]) * 1000).toISOString().slice(0, 19)}Z`;
    return {
      key,
      id: `tag:kcnawatch.org,2026:newstream/${key}`,
      source,
      language: "en",
      title,
      excerpt,
      url: `https://kcnawatch.org/newstream/${key}/${slug}/`,
      day: new Date(Date.parse(published) + 9 * 60 * MINUTE).toISOString().slice(0, 10),
      published,
      updated: published,
      firstSeen: published,
      body: BODY.length,
    };
  });
  const months = Map.groupBy(articles, monthOf);
  const latest: Latest = {
    version: 1,
    stamp: "1",
    changedAt: "2026-01-30T12:00:00Z",
    checkedAt: "2026-01-30T12:00:00Z",
    completeSince: articles.at(-1)?.published ?? "",
    gaps: [],
    months: Object.fromEntries([...months].map(([month, { length }]) => [month, length])),
    unfiled: [],
    articles: articles.slice(0, 200),
  };
  const values = new Map([[`latest:${source}`, JSON.stringify(latest)]]);
  for (const [month, list] of months) values.set(`month:${source}:${month}`, JSON.stringify(list));
  for (const { key } of articles.slice(0, 200)) values.set(`body:${key}`, JSON.stringify({ html: BODY }));
  return values;
}

/** Health that says of these sources that all is well and when the next look is due; by default not for long. */
export function healthOf(sources: readonly string[], nextDue = "2099-01-01T00:00:00Z"): string {
  const health: Health = {
    sources: Object.fromEntries(
      sources.map((id) => [
        id,
        {
          tried: "2026-01-30T12:00:00Z",
          lastSuccess: "2026-01-30T12:00:00Z",
          failures: 0,
          nextDue,
          kept: 200,
          gaps: [],
          arrivals: {},
        },
      ]),
    ),
  };
  return JSON.stringify(health);
}
