import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail, readOptions } from "../../src/cli/command.ts";
import { changedSince } from "./changed-lines.ts";
import { instrument, type Mutant } from "./instrument.ts";
import { ROOMS } from "./rooms.ts";
import { tryMutants } from "./try-mutants.ts";

/** `npm run mutants`: changes the code in thousands of small ways and runs the tests on each. Words of messages stay. */
const LEAST = 0.85;
const USAGE = `npm run mutants [-- --room <room>] [--files <file>] [--tests <file>] [--sample <count>] [--seed <number>]
  [--since <commit>] [--seconds <number>]

Changes the code in thousands of small ways, one at a time. Prints which changes (mutants) no test notices, and what share
of them the tests notice. Ends with 1 if the share of a room is below ${LEAST * 100} %. A whole room takes hours.

  --room    a folder of src/: ${Object.keys(ROOMS).join(", ")}; by default archive, query, feeds and scrape
  --files   only this file, such as src/query/times.ts; can be repeated
  --tests   only this file of tests; can be repeated
  --sample  so many mutants of each room, not all
  --seed    chooses the sample; 1 by default
  --since   only mutants of lines that changed after this commit
  --seconds of CPU that the tests of one mutant may take, the cheapest files first; 3600 by default`;

const { values } = readOptions(
  {
    room: { type: "string" },
    files: { type: "string", multiple: true },
    tests: { type: "string", multiple: true },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    since: { type: "string" },
    seconds: { type: "string", default: "3600" },
  },
  USAGE,
);
const size = Number(values.sample ?? Number.POSITIVE_INFINITY);
if (!(size >= 1)) fail(`--sample ${values.sample}: must be a number from 1\n\n${USAGE}`);
const seconds = Number(values.seconds);
if (!(seconds > 0)) fail(`--seconds ${values.seconds}: must be a number above 0\n\n${USAGE}`);
// A file is of the room that its path names.
const named = values.room ?? values.files?.[0]?.split("/")[1];
const names = named ? [named] : ["archive", "query", "feeds", "scrape"];
const folder = mkdtempSync(join(tmpdir(), "mutants-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

const place = ({ fileName, location: { start } }: Mutant) => `${fileName}:${start.line + 1}:${start.column + 1}`;
const rank = ({ fileName, location, replacement }: Mutant) =>
  createHash("sha256")
    .update(JSON.stringify([values.seed, fileName, location, replacement]))
    .digest("hex");

const shares: string[] = [];
for (const name of names) {
  const room = ROOMS[name];
  if (!room) fail(`there is no room ${name}; there are ${Object.keys(ROOMS).join(", ")}`);
  const { code, mutants: all } = await instrument(values.files ?? room.mutate, room.except);
  const mutants = values.since ? all.filter(changedSince(values.since)) : all;
  const sample = mutants
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ mutant }) => mutant);
  const results = await tryMutants(values.tests ?? room.tests, code, sample, { folder, seconds });
  const alive = sample.filter(({ id }) => results.get(id) !== "killed" && results.get(id) !== "timeout");
  for (const mutant of alive.toSorted((a, b) => place(a).localeCompare(place(b), "en", { numeric: true })))
    console.log(`${place(mutant)} ${results.get(mutant.id)} => ${mutant.replacement}`);
  const killed = sample.length - alive.length;
  const share = killed / sample.length;
  // Of a sample without replacement, at a confidence of 95 %.
  const error = 1.96 * Math.sqrt(((share * (1 - share)) / sample.length) * (1 - sample.length / mutants.length));
  const of = sample.length < mutants.length ? ` ± ${(error * 100).toFixed(1)}, a sample of ${mutants.length}` : "";
  shares.push(`${name}: ${killed} of ${sample.length} mutants killed, ${(share * 100).toFixed(1)} %${of}`);
  if (share < LEAST) process.exitCode = 1;
}
console.log(shares.join("\n"));
