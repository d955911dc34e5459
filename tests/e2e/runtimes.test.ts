import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBuiltWorker } from "../replica/built-worker.ts";
import { livedHistory } from "../replica/history.ts";
import { startNode } from "../replica/node.ts";
import { type Replica, startReplica } from "../replica/replica.ts";
import { type RunningBridge, TOKEN } from "../replica/worker.ts";

/** The Worker and the server on Node are one bridge: the same archive gives the same bytes, and moves between them. */

const ROOT = join(import.meta.dirname, "../..");
let folder: string;
let replica: Replica;
let worker: RunningBridge;
let node: RunningBridge;
let variables: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "runtimes-"));
  replica = await startReplica();
  const history = await livedHistory(replica);
  variables = {
    KCNAWATCH_ORIGIN: replica.origin,
    ADMIN_TOKEN: TOKEN,
    PUBLIC_URL: "https://bridge.example",
    BODIES_PER_TICK: "10",
  };
  [worker, node] = await Promise.all([startBuiltWorker(variables), startNode(variables)]);
  // What took days is restored; then the Worker itself looks on.
  await restore(history, worker);
  await refreshAll(worker);
  await refreshAll(worker);
  // An edit of a title, and one of an excerpt.
  const [first, second] = replica.listings.get("156") ?? [];
  if (!first || !second) throw new Error("the replica is empty");
  first.title = "Kim Jong Un's Report, Corrected";
  second.excerpt = `Corrected: ${second.excerpt}`;
  await refreshAll(worker);
});

afterAll(async () => {
  await Promise.all([worker?.stop(), node?.stop(), replica?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const refreshAll = ({ origin }: RunningBridge) =>
  fetch(`${origin}/refresh/all`, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` } });

/** Runs a command of package.json; this process serves the Worker's KV meanwhile. */
async function run(command: string, ...values: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, `src/cli/${command}.ts`), ...values], {
    env: { ...process.env, ADMIN_TOKEN: TOKEN },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

const backup = ({ origin }: RunningBridge) => run("backup", "--from", origin);

async function restore(lines: string, { origin }: RunningBridge): Promise<void> {
  const file = join(folder, "bridge.ndjson");
  writeFileSync(file, lines);
  await run("restore", "--to", origin, file);
}

const SOURCES = ["kcna-en", "newstream", "rodong-ko", "kcna-ko", "all", "kcna-en+rodong-ko"];
const VIEWS = ["", "/2026-01", "/2026-02", "/changes"];
const QUERIES = [
  "?content=full",
  "?q=kim&limit=5&content=full",
  "?q=%EA%B8%B0%EC%82%AC&sort=oldest",
  "?lang=ko&limit=3",
];
const FORMATS = ["", ".rss", ".atom", ".json"];
/** Each source and view in each format, and with each query in one of them. */
const FEEDS = SOURCES.flatMap((id, source) =>
  VIEWS.flatMap((view, place) => [
    ...FORMATS.map((format) => `/feeds/${id}${view}${format}`),
    ...QUERIES.map((query, i) => `/feeds/${id}${view}${FORMATS[(source + place + i) % FORMATS.length]}${query}`),
  ]),
);

/** What each article has: its record, its newest version as a page, its versions in time, each version. */
const ARTICLE = [
  ".json",
  "",
  "/timemap",
  "/v1",
  "/v1.json",
  "/v2",
  "/v2.json",
  "/v2?view=side-by-side",
  "?from=1&view=side-by-side",
];
const OTHERS = [
  ...["kcna-en", "all", "kcna-en+rodong-ko"].flatMap((id) => [
    `/sync/${id}?limit=1000`,
    `/sync/${id}?limit=7`,
    `/sync/${id}?after=1-bad`,
    `/sync/${id}?q=kim&content=full&limit=1000`,
  ]),
  ...[
    "/openapi.json",
    "/feeds.opml",
    "/robots.txt",
    "/opensearch.xml",
    "/manifest.webmanifest",
    "/icon.svg",
    "/icon.png",
  ],
  ...["/healthz", "/rss.xml?limit=3", "/feeds/kcna-em.rss", "/feeds/all.rss?limit=x", "/nothing"],
];

/** The state of the sources, as feeds and as JSON, and what is counted of the articles. */
const STATES = [
  ...SOURCES.flatMap((id) => ["", ".rss", ".atom", ".json"].map((format) => `/feeds/${id}/status${format}`)),
  ...SOURCES.flatMap((id) =>
    ["json", "csv"].flatMap((format) =>
      ["", "?q=kim", "?since=2026-02-01"].map((q) => `/feeds/${id}/counts.${format}${q}`),
    ),
  ),
  ...["/health", ...SOURCES.map((id) => `/health/${id}`)],
];

/** Pages for people. */
const PAGES = [
  ...[
    "/",
    "/?q=kim",
    "/?sources=all&q=kim",
    "/?source=rodong-ko&words=kim&without=un&format=atom&text=full",
    "/?since=x",
  ],
  ...[
    "/health",
    "/health/kcna-en",
    "/health/kcna-ko",
    "/health/nobody",
    "/nothing",
    "/feeds/kcna-em",
    "/feeds/all?limt=5",
  ],
  ...SOURCES.flatMap((id) =>
    ["", "?q=kim", "?q=zzzz", "?content=full", "?lang=ko&q=%EA%B8%B0%EC%82%AC&since=7d", "?q=kim&limit=3"]
      .concat("?since=2026-01-28&until=2026-01-30", "/2026-02", "/2026-01?q=kim", "/changes", "/status")
      .map((rest) => `/feeds/${id}${rest}`),
  ),
];

interface Response_ {
  status: number;
  body: string;
  headers: Record<string, string>;
}

/** What a reader gets, but for what changes with the instant of the request and what the HTTP server adds. */
async function read({ origin }: RunningBridge, path: string, accept = "*/*"): Promise<Response_> {
  const response = await fetch(origin + path, {
    headers: { "accept-encoding": "identity", accept },
    redirect: "manual",
  });
  const headers = Object.fromEntries(
    [...response.headers].filter(
      ([name]) =>
        !/^(?:date|connection|keep-alive|content-length|transfer-encoding|cache-control|cache-status)$/.test(name),
    ),
  );
  return { status: response.status, body: await response.text(), headers };
}

/** Reads from both; again if a minute begins between the two, since pages say "3 minutes ago": never three times in a row. */
async function readBoth(path: string, accept?: string, [one, other]: readonly RunningBridge[] = [worker, node]) {
  for (let tries = 1; ; tries++) {
    const both = await Promise.all([
      read(one as RunningBridge, path, accept),
      read(other as RunningBridge, path, accept),
    ]);
    // OPML has only settings in it: its date is the one at which a process read them first.
    if (path.startsWith("/feeds.opml")) for (const { headers } of both) delete headers["last-modified"];
    if (tries === 3 || both[0].body === both[1].body) return [path, ...both] as const;
  }
}

async function expectSame(...request: Parameters<typeof readBoth>): Promise<string> {
  const [path, ofWorker, ofNode] = await readBoth(...request);
  expect(ofNode, path).toEqual(ofWorker);
  return ofNode.body;
}

describe("a backup of one, restored into the other", () => {
  test("gives every feed, month, feed of edits and page the same bytes, tags and links", async () => {
    const lines = await backup(worker);
    expect(lines.split("\n").length).toBeGreaterThan(50);
    await restore(lines, node);
    let edited = 0;
    for (const [path, ofWorker, ofNode] of await Promise.all(FEEDS.map((path) => readBoth(path)))) {
      expect(ofNode, path).toEqual(ofWorker);
      if (path.includes("/changes") && ofNode.body.includes("Corrected")) edited++;
    }
    expect(edited).toBeGreaterThan(10);
  });

  test("gives every article's record, versions and pages, all events, the state and the interface's description the same", async () => {
    const events = (await read(worker, "/sync/all?limit=1000")).body.trim().split("\n");
    const ids = events.flatMap((line) => (JSON.parse(line) as { article?: { id: string } }).article?.id ?? []);
    const keys = new Set(ids.map((id) => id.split("/").at(-1)));
    expect(keys.size).toBeGreaterThan(30);
    const pages = [...keys].flatMap((key) => ARTICLE.map((rest) => `/articles/kcnawatch/${key}${rest}`));
    let [found, edited] = [0, 0];
    for (const [path, ofWorker, ofNode] of await Promise.all([...OTHERS, ...pages].map((path) => readBoth(path)))) {
      expect(ofNode, path).toEqual(ofWorker);
      if (ofNode.status === 200) found++;
      if (path.startsWith("/articles") && ofNode.body.includes("Corrected")) edited++;
    }
    expect(found).toBeGreaterThan(OTHERS.length + keys.size * 5 - 1);
    expect(edited).toBeGreaterThan(5);
  });

  test("gives what went on, open and ended, as feeds, JSON, numbers and pages, the same", async () => {
    const events = new Set((await backup(node)).split("\n").flatMap((line) => /"event":"(\w+)"/.exec(line)?.[1] ?? []));
    const kinds = ["added", "back", "edited", "filled", "gap", "gone", "outage", "recovered", "text"];
    expect([...events]).toEqual(expect.arrayContaining(kinds));
    const states = new Map<string, string>();
    for (const path of STATES) states.set(path, await expectSame(path, "application/json"));
    for (const path of PAGES) states.set(`page ${path}`, await expectSame(path, "text/html"));
    const { items } = JSON.parse(states.get("/feeds/all/status.json") ?? "") as { items: unknown[] };
    expect(items).toHaveLength(4);
    const history = (id: string) =>
      (
        JSON.parse(states.get(`/health/${id}`) ?? "") as { history: { kind: string; ended: string | null }[] }
      ).history.map(({ kind, ended }) => [kind, ended !== null]);
    expect([history("kcna-en"), history("rodong-ko"), history("kcna-ko")]).toEqual([
      [
        ["gap", false],
        ["outage", true],
      ],
      [["gap", true]],
      [["outage", false]],
    ]);
    expect(states.get("page /feeds/all/changes")).toContain("no longer at");
  });

  test("gives a private bridge the same pages, with its key and without", async () => {
    const key = "open & shut & open";
    const closed = { ...variables, ACCESS_KEY: key };
    const both = await Promise.all([startBuiltWorker(closed), startNode(closed)]);
    try {
      for (const one of both) await restore(await backup(node), one);
      const pages = [
        "/",
        "/feeds/all?q=kim",
        "/feeds/kcna-en/changes",
        "/feeds/all.rss?limit=3",
        "/health",
        "/feeds.opml",
      ];
      const paths = pages.flatMap((path) => [
        path,
        `${path}${path.includes("?") ? "&" : "?"}key=${encodeURIComponent(key)}`,
      ]);
      const statuses: number[] = [];
      for (const path of paths) {
        const [, ofWorker, ofNode] = await readBoth(path, "text/html", both);
        expect(ofNode, path).toEqual(ofWorker);
        statuses.push(ofNode.status);
      }
      expect(statuses).toEqual(pages.flatMap(() => [401, 200]));
    } finally {
      await Promise.all(both.map((one) => one.stop()));
    }
  });

  test("is the same file again, there and back twice", async () => {
    const first = await backup(worker);
    expect(await backup(node)).toBe(first);
    const again = await startBuiltWorker(variables);
    try {
      await restore(await backup(node), again);
      expect(await backup(again)).toBe(first);
      const ofAll = FEEDS.filter((path) => /^\/feeds\/all\b/.test(path) && path.includes("."));
      for (const path of [...STATES, ...ofAll]) await expectSame(path, "application/json", [again, node]);
      for (const path of PAGES) await expectSame(path, "text/html", [again, node]);
    } finally {
      await again.stop();
    }
    expect(readFileSync(join(folder, "bridge.ndjson"), "utf8")).toBe(first);
  });
});
