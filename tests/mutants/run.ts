import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { instrument, type Mutant } from "./instrument.ts";
import { ROOMS } from "./rooms.ts";
import { tryMutants } from "./try-mutants.ts";

/**
 * `npm run mutants [-- --room query --files src/query/times.ts --sample 200 --seed 1]`: changes the code in thousands of
 * small ways, one at a time, and prints which changes (mutants) no test notices, and the share that a test does, by room:
 * of archive, query, feeds and scrape. `--room web` tries another room; each of them takes hours.
 * `--sample 200` tries 200 mutants of each room, chosen by `--seed`; `--tests tests/query/times.test.ts` runs only these
 * tests. Words of messages are not mutated. Exits with 1 if a room's share is below 85 %.
 */
const LEAST = 0.85;

const { values } = parseArgs({
  options: {
    room: { type: "string" },
    files: { type: "string", multiple: true },
    tests: { type: "string", multiple: true },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
const size = Number(values.sample ?? Number.POSITIVE_INFINITY);
if (!(size >= 1)) throw new Error(`--sample ${values.sample}: how many mutants of a room?`);
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
  if (!room) throw new Error(`there is no room ${name}; there are ${Object.keys(ROOMS).join(", ")}`);
  const { code, mutants } = await instrument(values.files ?? room.mutate, room.except);
  const sample = mutants
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ mutant }) => mutant);
  const results = await tryMutants(values.tests ?? room.tests, code, sample, folder);
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
