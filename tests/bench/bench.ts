import { cpus } from "node:os";
import autocannon from "autocannon";
import { write } from "../readme.ts";
import { startReplica } from "../replica/replica.ts";
import { archiveTable, archiveTimes } from "./archive.ts";
import { slowestQuestions } from "./questions.ts";
import { listingOf, movingListing, pagesOf, publish, push, startKv, startWebsite } from "./stores.ts";
import { build, type RunningWorkerd, startWorkerd } from "./workerd.ts";

/**
 * `npm run bench`: the built Worker in workerd, against a Worker that answers the same bytes as a constant, in one
 * run; then the archive alone. Absolute figures are this machine's; the ratios are what to compare.
 *
 * `--readme` writes the tables into CONTRIBUTING.md; `--million` adds an archive of a million articles on `node:sqlite`.
 */
const SECONDS = Number(process.env.BENCH_SECONDS ?? 3);
const FEW = 10;
const TOKEN = "a-token-for-the-bench";
const KEPT = [200, 5000, 50_000] as const;
/** Numbers of their listings on the website. */
const KEPT_FROM = 9001;
const LISTED = [16, 1000] as const;
/** Sources of which nothing is kept, by articles listed: each can be asked for once. */
const COLD = { 16: 50, 1000: 15 } as const;
const COLD_FROM = { 16: 20_000, 1000: 30_000 } as const;

interface Case {
  name: string;
  path: string;
  headers?: Record<string, string>;
  method?: "POST";
  /** One request at a time: what is found missing is fetched once for all who ask at once. */
  alone?: true;
  /** Whether to measure the same bytes as a constant. */
  compared?: true;
}

/** Nothing rendered before is found again; nor is anything that was read. */
const RENDER = { "x-forget": "rendered" };
const FORGET = { "x-forget": "all" };
const GZIP = { "accept-encoding": "gzip" };

const casesOf = (kept: number, etag: string): Case[] => {
  const feed = `/feeds/kept-${kept}.rss`;
  return [
    { name: "304", path: feed, headers: { "if-none-match": etag }, compared: true },
    { name: "feed of 50, cached", path: feed, compared: true },
    { name: "feed of 50, cached, gzip", path: feed, headers: GZIP },
    { name: "feed of 50, read and rendered", path: feed, headers: FORGET, alone: true },
    { name: "`q` over 200, rendered", path: `${feed}?q=kim+-weather+%22field+guidance%22`, headers: RENDER },
    { name: "`content=full` of 50, bodies read", path: `${feed}?content=full`, headers: RENDER },
    { name: "a month of the archive", path: `/feeds/kept-${kept}/2026-01.rss`, headers: RENDER },
  ];
};

const REFRESHES: Case[] = LISTED.map((count) => ({
  name: `listing of ${count}, fetched, parsed and stored`,
  path: `/refresh/listed-${count}`,
  method: "POST",
  headers: { authorization: `Bearer ${TOKEN}`, ...FORGET },
  alone: true,
}));

interface Measured {
  /** Requests a second. */
  rate: number;
  /** Milliseconds of processor time a request. */
  cpu: number;
}

async function measure(worker: RunningWorkerd, each: Case, seconds = SECONDS): Promise<Measured> {
  const { path, headers = {}, method = "GET", alone } = each;
  const run = (duration: number) =>
    autocannon({
      url: worker.origin,
      connections: alone ? 1 : 16,
      duration,
      requests: [
        {
          method,
          path,
          headers,
        },
      ],
    });
  await run(1);
  const before = worker.cpu() ?? Number.NaN;
  const { requests, non2xx, errors, statusCodeStats } = await run(seconds);
  // Too few to tell anything: the machine does something else.
  if (errors === 0 && requests.total < FEW && seconds < 20 * SECONDS) return measure(worker, each, 3 * seconds);
  const cpu = (worker.cpu() ?? Number.NaN) - before;
  const odd = Object.keys(statusCodeStats ?? {}).filter((status) => status !== "200" && status !== "304");
  if (errors > 0 || odd.length > 0) throw new Error(`${each.name}: ${errors} errors, ${non2xx} not 200: ${odd}`);
  return { rate: requests.total / seconds, cpu: cpu / requests.total };
}

/** Feeds of sources of which nothing is kept, each asked for once. */
async function measureFirst(worker: RunningWorkerd, paths: readonly string[]): Promise<Measured> {
  const before = worker.cpu() ?? Number.NaN;
  const began = performance.now();
  for (const path of paths) {
    const response = await fetch(worker.origin + path, { headers: FORGET });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  }
  const cpu = (worker.cpu() ?? Number.NaN) - before;
  return { rate: (paths.length * 1000) / (performance.now() - began), cpu: cpu / paths.length };
}

/** One answer of the Worker, for the constant one to repeat. */
async function record(worker: RunningWorkerd, { path, headers = {} }: Case): Promise<string> {
  const response = await fetch(worker.origin + path, { headers: { "accept-encoding": "identity", ...headers } });
  const own = [...response.headers].filter(([name]) => !/^(?:content-encoding|content-length|date)$/.test(name));
  const body = response.status === 304 ? null : await response.text();
  return JSON.stringify({ status: response.status, headers: own, body });
}

const values = new Map<string, string>();
const kv = await startKv(values, () => true);
const coldIds = (count: 16 | 1000) => Array.from({ length: COLD[count] }, (_, i) => `cold-${count}-${i}`);
const website = await startWebsite((number, time) => {
  if (number === 16 || number === 1000) return movingListing(number, number, time);
  const count = number >= COLD_FROM[1000] ? 1000 : 16;
  return listingOf(number, count, Date.parse("2025-01-01T00:00:00Z"));
});
const source = (id: string, article: number) => ({ id, name: id, language: "en", article });
const sources = [
  ...KEPT.map((kept, i) => source(`kept-${kept}`, KEPT_FROM + i)),
  ...LISTED.map((count) => source(`listed-${count}`, count)),
];
const coldSources = LISTED.flatMap((count) => coldIds(count).map((id, i) => source(id, COLD_FROM[count] + i)));

console.log("Building …");
const measured = build("tests/bench/measured.ts");
const deployed = build("src/index.ts");
const constant = build("tests/bench/constant.ts");
const variables = {
  SOURCES: JSON.stringify(sources),
  KCNAWATCH_ORIGIN: `http://${website.address}`,
  BODIES_PER_TICK: "0",
  ADMIN_TOKEN: TOKEN,
};
const worker = await startWorkerd({ script: measured.script, variables, kv: kv.address });
for (const [i, kept] of KEPT.entries()) {
  for (const page of pagesOf(KEPT_FROM + i, kept)) await push(worker.origin, TOKEN, `kept-${kept}`, page);
}
await publish(
  worker.origin,
  values,
  KEPT.map((kept) => `kept-${kept}`),
);

const rows: string[] = [];
const row = (...cells: string[]) => {
  rows.push(`| ${cells.join(" | ")} |`);
  console.log(rows.at(-1));
};
const number = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : 0 });

const machine = `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model}, ${cpus().length} cores, ${SECONDS} s a case`;
console.log(`\n${machine}\n`);
row("case", "articles kept", "requests/s", "CPU a request", "of the constant Worker's requests/s");
row("---", "---:", "---:", "---:", "---:");
for (const kept of KEPT) {
  const etag = (await fetch(`${worker.origin}/feeds/kept-${kept}.rss`)).headers.get("etag") ?? "";
  for (const each of casesOf(kept, etag)) {
    const ours = await measure(worker, each);
    let ratio = "";
    if (each.compared && kept === KEPT[0]) {
      const same = await startWorkerd({ script: constant.script, variables: { ANSWER: await record(worker, each) } });
      // Ours again after it: what the machine does meanwhile touches both.
      const theirs = await measure(same, { ...each, headers: {} });
      const again = await measure(worker, each);
      await same.stop();
      ratio = number((ours.rate + again.rate) / 2 / theirs.rate);
    }
    row(each.name, number(kept), number(ours.rate), `${number(ours.cpu)} ms`, ratio);
  }
}
for (const each of REFRESHES) {
  const { rate, cpu } = await measure(worker, each);
  row(each.name, "", number(rate), `${number(cpu)} ms`, "");
}
await worker.stop();

const empty = await startKv(new Map(), () => true);
const cold = await startWorkerd({
  script: measured.script,
  variables: { ...variables, SOURCES: JSON.stringify(coldSources) },
  kv: empty.address,
});
for (const count of LISTED) {
  const { rate, cpu } = await measureFirst(
    cold,
    coldIds(count).map((id) => `/feeds/${id}.rss`),
  );
  row(`listing of ${count}, fetched, parsed, stored and rendered`, "none", number(rate), `${number(cpu)} ms`, "");
}
await cold.stop();
await empty.close();

// The cron of a default deployment: its four sources, and nothing new on any.
const replica = await startReplica();
const own = await startKv(new Map(), () => true);
const cron = await startWorkerd({
  script: measured.script,
  variables: { KCNAWATCH_ORIGIN: replica.origin, BODIES_PER_TICK: "3" },
  kv: own.address,
});
const tick: Case = { name: "cron tick, four sources, nothing new", path: "/", headers: { "x-tick": "1" }, alone: true };
for (let i = 0; i < 20; i++) await fetch(cron.origin, { headers: { "x-tick": "1" } });
const ticked = await measure(cron, tick);
row(tick.name, "52", number(ticked.rate), `${number(ticked.cpu)} ms`, "");
await cron.stop();
await Promise.all([replica.close(), own.close()]);

const starts = { ours: [] as number[], theirs: [] as number[] };
for (let i = 0; i < 7; i++) {
  for (const [whose, script] of [
    ["ours", deployed.script],
    ["theirs", constant.script],
  ] as const) {
    const started = await startWorkerd({ script, variables: { ...variables, ANSWER: "{}" }, kv: kv.address });
    starts[whose].push(started.started);
    await started.stop();
  }
}
const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0;
const summary = `The bundle is ${number(deployed.size / 1000)} KB gzipped. From the start of workerd to the first answer: \
${number(median(starts.ours))} ms; with the constant Worker ${number(median(starts.theirs))} ms.`;
console.log(`\n${summary}\nRandom questions: ${await slowestQuestions()}\n`);
const sizes = [10_000, 100_000, ...(process.argv.includes("--million") ? [1_000_000] : [])];
const table = archiveTable(await archiveTimes(sizes, measured.script, 100_000)).join("\n");
console.log(table);
if (process.argv.includes("--readme")) write("bench", `${machine}:\n\n${rows.join("\n")}\n\n${table}\n\n${summary}\n`);
await Promise.all([kv.close(), website.close()]);
process.exit(0);
