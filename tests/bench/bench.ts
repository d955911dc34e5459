import { cpus, loadavg } from "node:os";
import autocannon from "autocannon";
import { readOptions } from "../../src/cli/command.ts";
import { write } from "../readme.ts";
import { startReplica } from "../replica/replica.ts";
import { archiveTable, archiveTimes } from "./archive.ts";
import { buildCommit, coldTimes } from "./cold.ts";
import { median, startTimes, tickTimes } from "./new-isolate.ts";
import { slowestQuestions } from "./questions.ts";
import { movingListing, type PushedPage, pagesOf, publish, push, startKv, startWebsite, WITH_TEXT } from "./stores.ts";
import { build, type RunningWorkerd, startWorkerd } from "./workerd.ts";

/** `npm run bench`: the built Worker in workerd, against a Worker that answers the same bytes as a constant. */
const USAGE = `npm run bench [-- --against <commit>] [--million] [--readme]

Measures the Worker in workerd, in turns with a Worker that responds with the same bytes as a constant, and then the archive
alone. It takes many minutes. Times depend on the machine, so compare the ratios. BENCH_SECONDS is the time for each case, 3 by
default.

  --against  measures cold listings in turns with the Worker of this commit
  --million  adds an archive of a million articles
  --readme   writes the tables into README.md`;

const { values: options } = readOptions(
  { against: { type: "string" }, million: { type: "boolean" }, readme: { type: "boolean" } },
  USAGE,
);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 3);
/** Turns of the Worker and of the constant one. */
const TURNS = 3;
const FEW = 10;
/** Times that the archive's object repeats what it did for a request. */
const REPEATED = 25;
const TOKEN = "a-token-for-the-bench";
const KEPT = [200, 5000, 50_000] as const;
/** Numbers of their listings on the website. */
const KEPT_FROM = 9001;
const LISTED = [16, 1000] as const;
const COLD = [20, 1000] as const;
/** A source with 50 articles a day: 1,550 in December 2025. */
const BUSY = { id: "busy", number: 9100, count: 3100, step: 28.8 * 60_000 };
/** Articles of it whose texts were edited. */
const EDITED = 100;
/** The versions of an article with a long history, and the characters of each. */
const HISTORY = { versions: 100, length: 60_000 };

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
    { name: "`q` over 200 texts, rendered", path: `${feed}?q=kim+-weather+%22field+guidance%22`, headers: RENDER },
    { name: "`content=full` of 50, bodies read", path: `${feed}?content=full`, headers: RENDER },
  ];
};

/** @param articles paths of an edited article, and of one with a long history */
const busyCases = (articles: readonly string[]): Case[] =>
  [
    ["a month of 1,550 articles, RSS", "/feeds/busy/2025-12.rss"],
    ["a month of 1,550 articles, Atom", "/feeds/busy/2025-12.atom"],
    ["a month of 1,550 articles, JSON", "/feeds/busy/2025-12.json"],
    ["a page of search, RSS", "/feeds/busy.rss?q=kim+inspection"],
    ["a page of search, HTML", "/feeds/busy?q=kim+inspection"],
    ["a page of changes, RSS", "/feeds/busy/changes.rss"],
    ["a page of changes, HTML", "/feeds/busy/changes"],
    ["edits of 60,000 characters, the substantial ones", "/feeds/busy/changes.rss?edits=substantial&sort=oldest"],
    ["an article's page, two texts compared", articles[0] ?? ""],
    ["an article's page, 100 versions of 60,000 characters", articles[1] ?? ""],
  ].map(([name = "", path = ""]) => ({ name, path, headers: RENDER, alone: true }));

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
  /** Milliseconds that 99 of 100 requests took at most, under this load. */
  p99: number;
}

async function measure(worker: RunningWorkerd, each: Case, seconds = SECONDS): Promise<Measured> {
  const { path, headers = {}, method = "GET", alone } = each;
  const times: number[] = [];
  const run = (duration: number) =>
    new Promise<autocannon.Result>((resolve, reject) => {
      const requests: autocannon.Request[] = [{ method, path, headers }];
      const load = autocannon(
        { url: worker.origin, connections: alone ? 1 : 16, duration, requests },
        (error, result) => (error ? reject(error) : resolve(result)),
      );
      load.on("response", (_client, _status, _bytes, time) => times.push(time));
    });
  await run(1);
  times.length = 0;
  const before = worker.cpu() ?? Number.NaN;
  const { requests, non2xx, errors, statusCodeStats } = await run(seconds);
  // Too few to tell anything: the machine does something else.
  if (errors === 0 && requests.total < FEW && seconds < 20 * SECONDS) return measure(worker, each, 3 * seconds);
  const cpu = (worker.cpu() ?? Number.NaN) - before;
  const odd = Object.keys(statusCodeStats ?? {}).filter((status) => status !== "200" && status !== "304");
  if (errors > 0 || odd.length > 0) throw new Error(`${each.name}: ${errors} errors, ${non2xx} not 200: ${odd}`);
  const p99 = times.toSorted((a, b) => a - b)[Math.floor(0.99 * times.length)] ?? Number.NaN;
  return { rate: requests.total / seconds, cpu: cpu / requests.total, p99 };
}

/** Milliseconds of a request that are the archive's object's: what it takes to repeat its calls. */
async function objectShare(worker: RunningWorkerd, { path, headers = {} }: Case): Promise<number> {
  const ask = async (path: string, headers: Record<string, string>) =>
    (await fetch(worker.origin + path, { headers })).arrayBuffer();
  await ask("/", { "x-repeat": "0" });
  await ask(path, headers);
  const before = worker.cpu() ?? Number.NaN;
  await ask("/", { "x-repeat": String(REPEATED) });
  return ((worker.cpu() ?? Number.NaN) - before) / REPEATED;
}

/** The busy source's pages, the versions of one article, and then an edit of each of its newest articles. */
function* busyPages(): Iterable<PushedPage> {
  const own: PushedPage[] = [];
  for (const page of pagesOf(BUSY.number, BUSY.count, BUSY.step)) {
    if (page.path.startsWith("/newstream/")) own.push(page);
    yield page;
  }
  const { path, html } = own.at(-1) as PushedPage;
  const filler = "and so it went on ".repeat(HISTORY.length / 18);
  for (let n = 0; n < HISTORY.versions - 2; n++)
    yield { path, html: html.replace("guidance", `guidance ${n} ${filler}`) };
  for (const { path, html } of own.slice(0, EDITED)) yield { path, html: html.replace("guidance", "inspection") };
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
const website = await startWebsite((number, time) => movingListing(number, number, time));
const source = (id: string, article: number) => ({ id, name: id, language: "en", article });
const sources = [
  ...KEPT.map((kept, i) => source(`kept-${kept}`, KEPT_FROM + i)),
  ...LISTED.map((count) => source(`listed-${count}`, count)),
  source(BUSY.id, BUSY.number),
];

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
const busy: string[] = [];
for (const page of busyPages()) {
  if (page.path.startsWith("/newstream/")) busy.push(`/articles/kcnawatch/${page.path.split("/")[2]}`);
  await push(worker.origin, TOKEN, BUSY.id, page);
}
await publish(worker.origin, values, [...KEPT.map((kept) => `kept-${kept}`), BUSY.id]);

const rows: string[] = [];
const row = (...cells: string[]) => {
  const lineOf = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const [name = "", kept, ...others] = cells;
  // Of archives of other sizes, the growth of the archive's table tells enough.
  if (kept !== number(KEPT[1]) && kept !== number(KEPT[2])) rows.push(lineOf([name, ...others]));
  console.log(lineOf(cells));
};
const busyAtStart = loadavg()[0] ?? 0;
const number = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : 0 });

const machine = `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model}, ${cpus().length} cores, ${SECONDS} s a case`;
console.log(`\n${machine}\n`);
/** Of the constant Worker: its CPU for a feed, and what its rates are compared with. */
let unit = Number.NaN;
const show = (name: string, kept: string, { rate, cpu }: Omit<Measured, "p99">, ratio = "", p99 = "", object = "") =>
  row(name, kept, number(rate), `${number(cpu)} ms`, object, number(cpu / unit), ratio, p99);
row(
  "case",
  "articles kept",
  "requests/s",
  "CPU a request",
  "of it in the archive's object",
  "in CPU of the constant feed",
  "of the constant's requests/s",
  "p99, of the constant's",
);
row("---", ...Array<string>(7).fill("---:"));
for (const kept of KEPT) {
  const etag = (await fetch(`${worker.origin}/feeds/kept-${kept}.rss`)).headers.get("etag") ?? "";
  for (const each of casesOf(kept, etag)) {
    const ours = await measure(worker, each);
    let [ratio, p99] = ["", ""];
    if (each.compared && kept === KEPT[0]) {
      const same = await startWorkerd({ script: constant.script, variables: { ANSWER: await record(worker, each) } });
      // In turns: what the machine does meanwhile touches both.
      const [own, theirs]: [Measured[], Measured[]] = [[ours], []];
      for (let i = 0; i < TURNS; i++) {
        theirs.push(await measure(same, { ...each, headers: {} }));
        own.push(await measure(worker, each));
      }
      await same.stop();
      const of = (list: readonly Measured[], what: keyof Measured) => median(list.map((turn) => turn[what]));
      ratio = number(of(own, "rate") / of(theirs, "rate"));
      p99 = number(of(own, "p99") / of(theirs, "p99"));
      unit = of(theirs, "cpu");
    }
    show(each.name, number(kept), ours, ratio, p99);
  }
}
for (const each of busyCases([busy[0] ?? "", busy[WITH_TEXT - 1] ?? ""]))
  show(
    each.name,
    number(BUSY.count),
    await measure(worker, each),
    "",
    "",
    `${number(await objectShare(worker, each))} ms`,
  );
for (const each of REFRESHES) show(each.name, "", await measure(worker, each));
await worker.stop();

const commit = options.against;
const scripts = [measured.script, ...(commit ? [buildCommit(commit)] : [])];
for (const count of COLD) {
  const [ours, theirs] = await coldTimes(scripts, count);
  const compared = (what: "cpu" | "wait") => {
    if (!ours || !theirs) return "";
    const [median, fastest] = (["median", "fastest"] as const).map((which) => {
      const [own, other] = [ours[what][which], theirs[what][which]];
      console.log(`${what} of a listing of ${count}, ${which}: ${number(own)} ms for ${number(other)}`);
      return number(own / other);
    });
    return `${what === "cpu" ? "CPU" : "until the answer"} ${median}, fastest ${fastest}`;
  };
  const said = commit ? `of ${commit}: ${compared("cpu")}; ${compared("wait")}` : "";
  show(
    `listing of ${count}, fetched, parsed, stored and rendered`,
    "none",
    { rate: 1000 / (ours?.cpu.median ?? 1), cpu: ours?.cpu.median ?? 0 },
    said,
  );
}

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
show(tick.name, "52", ticked);
await cron.stop();
await Promise.all([replica.close(), own.close()]);

const [ours = 0, theirs = 0] = await startTimes(
  [deployed.script, constant.script],
  { ...variables, ANSWER: "{}" },
  kv.address,
);
const ticks = await tickTimes(measured.script);
const summary = `The bundle is ${number(deployed.size / 1000)} KB gzipped. From the start of workerd to the first answer: \
${number(ours)} ms; with the constant Worker ${number(theirs)} ms. CPU of a tick with one source and one new article: \
${number(ticks.first)} ms as the first of a new isolate, ${number(ticks.compiling)} of them to compile what it runs, ${number(ticks.second)} ms as the second, \
${number(ticks.later)} ms after thirty.`;
console.log(`\n${summary}\nRandom questions: ${await slowestQuestions()}\n`);
const sizes = [200, 10_000, 100_000, ...(options.million ? [1_000_000] : [])];
const times = await archiveTimes(sizes, measured.script, 100_000);
console.log(archiveTable(times).join("\n"));
// README has what a reader of it needs: how the times grow, and the object's share of a large archive.
const table = archiveTable(
  times
    .filter(({ kept }) => kept !== 10_000)
    .map(({ object, ...time }) => (time.kept === 100_000 ? { ...time, object } : time)),
).join("\n");
const load = `load average from ${number(busyAtStart)} to ${number(loadavg()[0] ?? 0)}`;
if (options.readme) write("bench", `${machine}, ${load}:\n\n${rows.join("\n")}\n\n${table}\n\n${summary}\n`);
await Promise.all([kv.close(), website.close()]);
process.exit(0);
