import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Archive } from "../../src/archive/archive.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { commitOf, timeOf } from "../archive/committer.ts";
import { exported } from "../archive/fixtures.ts";
import { push, startKv } from "../bench/stores.ts";
import { build, type RunningWorkerd, startWorkerd } from "../bench/workerd.ts";
import { random, wait } from "../random.ts";
import { TOKEN } from "../replica/worker.ts";
import { runs } from "../runs.ts";
import { allItems, inspect, pageAt, SOURCES } from "./kills.ts";

/** Killed at random moments (SIGKILL), the archive keeps what it has acknowledged, and nothing twice or in part. */

/** In `npm run fuzz`, up to a hundred. */
const KILLS = Math.min(100, runs(8, 12));

describe("the Worker", () => {
  test(`killed ${KILLS} times while pages are pushed, it holds what a twin holds that was never killed`, async () => {
    const { script } = build("src/index.ts");
    const folder = mkdtempSync(join(tmpdir(), "kill-"));
    const values = [new Map<string, string>(), new Map<string, string>()] as const;
    const kvs = await Promise.all(values.map((stored) => startKv(stored, () => true)));
    const start = (which: 0 | 1) =>
      startWorkerd({
        script,
        variables: { ADMIN_TOKEN: TOKEN, KCNAWATCH_ORIGIN: "http://127.0.0.1:1" },
        kv: kvs[which]?.address ?? "",
        disk: join(folder, String(which)),
      });
    const next = random(1);
    let worker: RunningWorkerd = await start(0);
    let [kills, broken, done] = [0, 0, 0];
    const acknowledged = new Set<string>();
    try {
      // Pages after the last kill as well: what is left to be done is done then.
      for (let last = Number.POSITIVE_INFINITY; done < last; ) {
        const killing =
          kills < KILLS
            ? wait(next() * 250).then(async () => {
                await worker.stop();
                kills++;
              })
            : undefined;
        for (let isUp = true; isUp && done < last; ) {
          const page = pageAt(done);
          try {
            await push(worker.origin, TOKEN, page.source, page);
            for (const key of page.keys) acknowledged.add(key);
            done++;
          } catch (error) {
            // A page that the Worker refuses would be a fault of this test, or of the Worker.
            if (!killing || / \d{3} /.test(String(error))) throw error;
            broken++;
            isUp = false;
          }
        }
        await killing;
        if (killing) worker = await start(0);
        if (kills === KILLS && last === Number.POSITIVE_INFINITY) last = done + 10;
      }
      const killed = await allItems(worker.origin);
      await worker.stop();

      worker = await start(1);
      for (let i = 0; i < done; i++) await push(worker.origin, TOKEN, pageAt(i).source, pageAt(i));
      const twin = await allItems(worker.origin);
      await worker.stop();

      console.log(`${kills} kills, ${done} pages, ${broken} pushes without an answer, ${killed.length} articles`);
      expect(broken).toBeGreaterThan(KILLS / 2);
      expect(killed).toEqual(twin);
      const ids = killed.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const keys = new Set(ids.map((id) => id.split("/").at(-1)));
      expect([...acknowledged].filter((key) => !keys.has(key))).toEqual([]);
      expect(killed.some(({ title }) => title.endsWith(", corrected"))).toBe(true);
      expect(killed.some(({ content_html = "" }) => content_html.includes("김정은"))).toBe(true);

      for (const [which, stored] of values.entries()) {
        const objects = join(folder, String(which), "archive");
        const file = readdirSync(objects).find((name) => name.endsWith(".sqlite") && !name.startsWith("metadata"));
        const journal = inspect(join(objects, file ?? ""));
        for (const { id } of SOURCES) {
          const { seq } = JSON.parse(stored.get(`latest:${id}`) ?? "{}") as { seq: number };
          expect(seq).toBeGreaterThan(0);
          expect(seq, "a snapshot is never ahead of the archive").toBeLessThanOrEqual(journal.length);
        }
      }
    } finally {
      await worker.stop();
      await Promise.all(kvs.map((kv) => kv.close()));
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("node:sqlite", () => {
  /** Runs the committer until it is killed; returns the pages that it acknowledged. */
  async function runUntilKilled(file: string, first: number, moment: { ofStart?: number; ofWork?: number }) {
    const script = join(import.meta.dirname, "../archive/committer.ts");
    const child = spawn(process.execPath, [script, file, String(first)], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    const ended = new Promise((exit) => child.once("close", exit));
    const working = new Promise((began) => child.stdout.once("data", began));
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    if (moment.ofStart !== undefined) await Promise.race([wait(moment.ofStart), ended]);
    else await Promise.race([working.then(() => wait(moment.ofWork ?? 0)), ended]);
    child.kill("SIGKILL");
    await ended;
    expect(errors).toBe("");
    // A number that was cut off is none.
    return output.split("\n").slice(0, -1).map(Number);
  }

  test(`killed ${KILLS} times while it commits, it is whole each time and equals a twin that was never killed`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "kill-"));
    const file = join(folder, "archive.db");
    const next = random(2);
    const twinSql = nodeSql(":memory:");
    const twin = new Archive(twinSql);
    const journal = () =>
      twinSql.rows<Record<string, unknown>>("SELECT * FROM journal ORDER BY seq").map((row) => ({ ...row }));
    // The twin is one page ahead: what was committed last may have been killed before it was said.
    twin.commit([commitOf(0)], timeOf(0));
    let [done, unsaid, before] = [0, 0, 0];
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        // Some before the first page: while tables are made, or what the last one left is put in order.
        const moment = kill % 5 === 0 ? { ofStart: 100 + next() * 300 } : { ofWork: next() * 40 };
        const acknowledged = await runUntilKilled(file, done, moment);
        expect(acknowledged).toEqual(acknowledged.map((_, i) => done + i));
        for (const i of acknowledged) {
          before = twin.store.head().seq;
          twin.commit([commitOf(i + 1)], timeOf(i + 1));
        }
        done += acknowledged.length;
        if (!existsSync(file)) continue;
        // A copy is looked at: the next run finds the file as it was left.
        const copy = mkdtempSync(join(folder, "copy-"));
        for (const end of ["", "-wal"])
          if (existsSync(file + end)) copyFileSync(file + end, join(copy, `archive.db${end}`));
        const left = inspect(join(copy, "archive.db"));
        rmSync(copy, { recursive: true });
        expect(left.length).toBeGreaterThanOrEqual(before);
        if (left.length > before) unsaid++;
        expect(left).toEqual(journal().slice(0, left.length > before ? undefined : before));
      }
      // Committing the last page again changes nothing, or is the first time.
      const archive = new Archive(nodeSql(file));
      archive.commit([commitOf(done)], timeOf(done));
      expect(exported(archive)).toEqual(exported(twin));
      console.log(`${KILLS} kills, ${done} pages, ${unsaid} times one more was committed than was said`);
      // On a busy machine some are killed before their first page.
      expect(done).toBeGreaterThan(KILLS / 2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
