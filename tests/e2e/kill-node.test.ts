import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { push } from "../bench/stores.ts";
import { random, wait } from "../random.ts";
import { type NodeProcess, startNode } from "../replica/node.ts";
import { TOKEN } from "../replica/worker.ts";
import { allItems, inspect, pageAt } from "./kills.ts";

/** The server on Node, killed (SIGKILL) while pages are pushed to it: what it acknowledged is there afterwards. */

const KILLS = 5;
/** Pages that are on their way at the same time, so that most kills meet a commit. */
const AT_ONCE = 4;

test(`killed ${KILLS} times while pages are pushed, it holds what a twin holds that was never killed`, async () => {
  const folder = mkdtempSync(join(tmpdir(), "kill-node-"));
  const archive = (which: string) => join(folder, which);
  const start = (which: string) =>
    startNode({ ADMIN_TOKEN: TOKEN, KCNAWATCH_ORIGIN: "http://127.0.0.1:1" }, archive(which));
  const next = random(3);
  const acknowledged = new Set<string>();
  let [done, unanswered, interrupted] = [0, 0, 0];
  let server: NodeProcess | undefined;

  /** Pushes some pages; returns whether all of them were acknowledged. */
  async function pushSome({ origin }: NodeProcess): Promise<boolean> {
    const pages = Array.from({ length: AT_ONCE }, (_, i) => pageAt(done + i));
    const results = await Promise.allSettled(pages.map((page) => push(origin, TOKEN, page.source, page)));
    for (const [i, result] of results.entries()) {
      if (result.status === "fulfilled") for (const key of pages[i]?.keys ?? []) acknowledged.add(key);
      // A page that is refused would be a fault of this test, or of the server.
      else if (/ \d{3} /.test(String(result.reason))) throw result.reason;
      else unanswered++;
    }
    const isWhole = results.every(({ status }) => status === "fulfilled");
    // What was not acknowledged is pushed again, with its neighbours: that changes nothing.
    if (isWhole) done += AT_ONCE;
    return isWhole;
  }

  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const running = await start("killed");
      server = running;
      expect(await pushSome(running)).toBe(true);
      const killed = wait(next() * 250).then(() => process.kill(running.pid, "SIGKILL"));
      while (await pushSome(running));
      interrupted++;
      await killed;
      expect(await running.ended).toBe(null);
      await running.stop();
      inspect(join(archive("killed"), "archive.db"));
    }
    server = await start("killed");
    const before = new Set((await allItems(server.origin)).map(({ id }) => id.split("/").at(-1)));
    expect([...acknowledged].filter((key) => !before.has(key))).toEqual([]);
    // At least once: the pages of the last interrupted push may be stored, so the twin must get them too.
    do expect(await pushSome(server)).toBe(true);
    while (done % 20 !== 0);
    const killed = await allItems(server.origin);
    await server.stop();

    server = await start("twin");
    for (let i = 0; i < done; i++) await push(server.origin, TOKEN, pageAt(i).source, pageAt(i));
    expect(killed).toEqual(await allItems(server.origin));
    const ids = killed.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);

    console.log(`${KILLS} kills, ${done} pages, ${unanswered} pushes without an answer, ${killed.length} articles`);
    expect(interrupted).toBe(KILLS);
    expect(unanswered).toBeGreaterThan(KILLS);
    expect(acknowledged.size).toBeGreaterThan(50);
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
