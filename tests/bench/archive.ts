import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Archive } from "../../src/archive/archive.ts";
import { saveEdits } from "../../src/archive/edit-details.ts";
import type { SourceCommit } from "../../src/archive/source-commit.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { HOUR, listing, NOW, shownAt } from "../archive/fixtures.ts";
import { startKv } from "./stores.ts";
import { type RunningWorkerd, startWorkerd } from "./workerd.ts";

/**
 * The archive with many articles: on `node:sqlite` within this process, and in the Worker's object, called through
 * HTTP and RPC (what that costs by itself is the case "nothing").
 */
interface ArchiveTimes {
  case: string;
  kept: number;
  /** Milliseconds of the fastest call on `node:sqlite`: nothing else ran then. */
  node?: number | undefined;
  /** Milliseconds of processor time of a call of the object. */
  object?: number | undefined;
}

/** One call of the archive; `time` counts up, so that what is new is new each time. */
interface Case {
  name: string;
  call(time: number): [method: string, ...values: unknown[]];
}

const SOURCE = "kcna-en";
const TIMES = 25;
const STEP = 36 * 60_000;

/** The same numbers in every run (minimal standard generator). */
let seed = 7;
const random = () => {
  seed = (seed * 48271) % 2147483647;
  return seed / 2147483647;
};
const ENGLISH = Array.from({ length: 8000 }, (_, i) => `w${i.toString(36)}ord`);
const KOREAN = Array.from({ length: 4000 }, (_, i) =>
  String.fromCharCode(0xac00 + ((i * 7919) % 11172), 0xac00 + ((i * 104_729) % 11172)),
);
/** Words as a language has them: few are common, most are rare. */
const words = (vocabulary: readonly string[], count: number) =>
  Array.from({ length: count }, () => vocabulary[Math.floor(random() ** 3 * vocabulary.length)]).join(" ");

/** The `i`th newest article: every fourth is in Korean, one in 1,000 has a rare word. */
function articleAt(i: number) {
  const isRare = i % 2000 === 1000 || i % 2000 === 1001;
  const [title, excerpt] =
    i % 4 === 0
      ? [`김정은 ${words(KOREAN, 6)}${isRare ? " 미사일" : ""}`, `(평양) ${words(KOREAN, 14)}`]
      : [`Kim Jong Un ${words(ENGLISH, 6)}${isRare ? " missile" : ""}`, `Pyongyang (KCNA) -- ${words(ENGLISH, 14)}`];
  return shownAt(NOW - i * STEP, title, excerpt);
}

/** What fills an archive, oldest first. */
function* filling(kept: number): Iterable<SourceCommit> {
  for (let end = kept; end > 0; end -= 500) {
    const first = Math.max(0, end - 500);
    const articles = Array.from({ length: end - first }, (_, k) => articleAt(first + k));
    yield {
      source: SOURCE,
      listings: [{ source: SOURCE, site: "kcnawatch", timeZone: "Asia/Pyongyang", articles, unbroken: false }],
    };
  }
  // Edits for the change feed: each an hour after the one before.
  for (let i = 0; i < 300; i++) {
    const article = articleAt(i);
    yield {
      source: SOURCE,
      listings: [
        {
          source: SOURCE,
          site: "kcnawatch",
          timeZone: "Asia/Pyongyang",
          articles: [{ ...article, title: `Edited ${i}` }],
          unbroken: false,
        },
      ],
    };
  }
  yield newPage(0);
}

/** A listing of 16, all of them later than those before. */
const newPage = (time: number): SourceCommit =>
  listing(
    Array.from({ length: 16 }, (_, i) => shownAt(NOW + (time + 1) * 17 * HOUR - i * HOUR)),
    { isLook: true },
  );
const LATER = NOW + 10_000 * HOUR;

const found = (name: string, query: string, view: unknown = "newest"): Case => ({
  name,
  call: () => ["find", { sources: [SOURCE], view, query, now: LATER }],
});
const search = (name: string, q: string) => found(`search, ${name}`, new URLSearchParams({ q }).toString());

const CASES: readonly Case[] = [
  { name: "listing of 16, all new", call: (time) => ["commit", [newPage(time)], LATER + time * HOUR, false] },
  {
    name: "listing of 16, nothing new",
    call: (time) => ["commit", [newPage(TIMES)], LATER + (TIMES + time) * HOUR, false],
  },
  search("a common word (`kim`)", "kim"),
  search("a rare word (`missile`)", "missile"),
  search("a common word (`김정은`)", "김정은"),
  search("a rare word (`미사일`)", "미사일"),
  search("a word that nothing has (`nothingatall`)", "nothingatall"),
  search("a common word without another (`kim -w1ord`)", "kim -w1ord"),
  search("two words (`kim w5mord`)", "kim w5mord"),
  search('a phrase (`"jong un"`)', '"jong un"'),
  search("the beginning of many words (`w`)", "w"),
  found("a month", "", { month: "2026-03" }),
  found("a page of changes", "", "changes"),
  { name: "the newest 200, for a plain feed", call: () => ["latest", [SOURCE]] },
  { name: "status", call: () => ["status", LATER] },
];
const NOTHING: Case = { name: "nothing (HTTP and RPC)", call: () => ["latest", []] };

/**
 * @param sizes articles kept
 * @param script `measured.ts`, built; without it nothing is measured in the object
 * @param inObject the most articles to measure in the object
 */
export async function archiveTimes(
  sizes: readonly number[],
  script: string | undefined,
  inObject: number,
): Promise<ArchiveTimes[]> {
  const rows: ArchiveTimes[] = [];
  for (const kept of sizes) {
    const node = await onNode(kept);
    const object = script !== undefined && kept <= inObject ? await inWorkerd(kept, script) : undefined;
    for (const { name } of [...CASES, NOTHING])
      rows.push({ case: name, kept, node: node.get(name), object: object?.get(name) });
  }
  return rows;
}

async function onNode(kept: number): Promise<Map<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), "archive-"));
  const file = join(folder, "archive.db");
  const sql = nodeSql(file);
  // While it is filled: what is measured commits as a deployment does.
  sql.run("PRAGMA synchronous = OFF");
  const archive = new Archive(sql);
  const began = performance.now();
  let time = NOW;
  for (const commit of filling(kept)) {
    const [result] = archive.commit([commit], time++);
    if (result?.error ?? result?.failure) throw new Error(JSON.stringify(result));
  }
  while (saveEdits(archive.store));
  const seconds = (performance.now() - began) / 1000;
  sql.rows("PRAGMA wal_checkpoint(TRUNCATE)");
  sql.run("PRAGMA synchronous = FULL");
  console.error(
    `${kept} articles on node:sqlite: ${seconds.toFixed(0)} s to fill, ${(statSync(file).size / 1e6).toFixed(0)} MB`,
  );
  const methods = archive as unknown as Record<string, (...values: unknown[]) => unknown>;
  const times = new Map<string, number>();
  for (const { name, call } of CASES) {
    const list: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      const [method, ...values] = call(i + 1);
      const start = performance.now();
      await methods[method]?.(...values);
      list.push(performance.now() - start);
    }
    times.set(name, Math.min(...list));
  }
  sql.close();
  rmSync(folder, { recursive: true });
  return times;
}

async function inWorkerd(kept: number, script: string): Promise<Map<string, number>> {
  const kv = await startKv(new Map(), () => true);
  const worker = await startWorkerd({ script, kv: kv.address });
  const began = performance.now();
  let time = NOW;
  for (const commit of filling(kept)) await call(worker, ["commit", [commit], time++, false]);
  console.error(`${kept} articles in the object: ${((performance.now() - began) / 1000).toFixed(0)} s to fill`);
  const times = new Map<string, number>();
  for (const each of [...CASES, NOTHING]) {
    const cpu = worker.cpu() ?? Number.NaN;
    for (let i = 0; i < TIMES; i++) await call(worker, each.call(i + 1));
    times.set(each.name, ((worker.cpu() ?? Number.NaN) - cpu) / TIMES);
  }
  await worker.stop();
  await kv.close();
  return times;
}

async function call(worker: RunningWorkerd, body: unknown): Promise<void> {
  const response = await fetch(worker.origin, {
    method: "POST",
    headers: { "x-archive": "1" },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (response.status !== 200 || answer.includes('"error":'))
    throw new Error(`${response.status} ${answer.slice(0, 300)}`);
}

const number = (value: number) => value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : 0 });

const milliseconds = (value: number | undefined) => (value === undefined ? "" : `${number(value)} ms`);

/** As a table in Markdown: a line a case, and how many times as long the largest archive takes as the smallest. */
export function archiveTable(times: readonly ArchiveTimes[]): string[] {
  const sizes = [...new Set(times.map(({ kept }) => kept))];
  const inObject = sizes.filter((kept) => times.some((row) => row.kept === kept && row.object !== undefined));
  const cells = (name: string): string[] => {
    const at = (kept: number) => times.find((row) => row.case === name && row.kept === kept);
    const node = sizes.map((kept) => at(kept)?.node);
    const growth = (node.at(-1) ?? Number.NaN) / (node[0] ?? Number.NaN);
    const object = inObject.map((kept) => milliseconds(at(kept)?.object));
    return [name, ...node.map(milliseconds), growth ? number(growth) : "", ...object];
  };
  const head = [
    "archive, with so many articles:",
    ...sizes.map(number),
    "growth",
    ...inObject.map((kept) => `${number(kept)}, object`),
  ];
  const names = [...new Set(times.map((row) => row.case))];
  return [head, head.map((_, i) => (i === 0 ? "---" : "---:")), ...names.map(cells)].map(
    (row) => `| ${row.join(" | ")} |`,
  );
}
