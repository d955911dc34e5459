import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUNTIMES } from "../replica/node.ts";
import { type Replica, startReplica } from "../replica/replica.ts";
import { type RunningBridge, TOKEN } from "../replica/worker.ts";
import { startBadProxy } from "./clients/proxy.ts";
import { clientTools } from "./clients/tools.ts";

/** The example clients of `/sync`, and the one that checks a hash, against the bridge as users run it, on each runtime. */

describe.each(RUNTIMES)("on $runtime", ({ start }) => {
  let replica: Replica;
  let worker: RunningBridge;
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "clients-"));
    env = { ...process.env, ...clientTools(folder) };
    cpSync(join(import.meta.dirname, "../../.github/examples"), folder, { recursive: true });
    replica = await startReplica();
    worker = await start({ KCNAWATCH_ORIGIN: replica.origin, ADMIN_TOKEN: TOKEN });
    await refresh();
  });

  afterAll(async () => {
    await worker?.stop();
    await replica?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function refresh(): Promise<void> {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const response = await fetch(`${worker.origin}/refresh/all`, { method: "POST", headers });
    expect(response.status).toBe(200);
  }

  type Item = { id: string; title: string };

  /** All that the bridge has, by id. */
  async function allItems(): Promise<Map<string, Item>> {
    const items = new Map<string, Item>();
    let next: string | undefined = `${worker.origin}/feeds/all.json?limit=500&since=2000-01-01`;
    while (next) {
      const feed = (await (await fetch(next)).json()) as { items: Item[]; next_url?: string };
      for (const item of feed.items) items.set(item.id, item);
      next = feed.next_url;
    }
    return items;
  }

  const run = promisify(execFile);

  /** Runs a client until it ends well: a line that is cut off is an error, and the client is started again. */
  async function untilDone(command: string, ...words: string[]): Promise<number> {
    for (let tries = 1; ; tries++) {
      try {
        await run(command, words, { env, cwd: folder });
        return tries;
      } catch (error) {
        if (tries >= 20) throw error;
      }
    }
  }

  const clients = {
    shell: {
      run: (bridge: string) => untilDone("sh", join(folder, "sync.sh"), bridge, join(folder, "copy")),
      kept: () =>
        readdirSync(join(folder, "copy/articles")).map(
          (name) => JSON.parse(readFileSync(join(folder, "copy/articles", name), "utf8")) as Item,
        ),
    },
    python: {
      run: (bridge: string) => untilDone("python3", join(folder, "sync.py"), bridge, join(folder, "copy.json")),
      kept: () =>
        Object.values(
          (JSON.parse(readFileSync(join(folder, "copy.json"), "utf8")) as { articles: Record<string, Item> }).articles,
        ),
    },
  };

  test.each(Object.entries(clients))(
    "the %s client has all articles after the first run, and what changed after the next, also over a bad line",
    async (_, client) => {
      const byId = (items: Iterable<Item>) => [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(await client.run(worker.origin)).toBe(1);
      expect(byId(client.kept())).toEqual(byId((await allItems()).values()));

      const listing = replica.listings.get("156") ?? [];
      const title = `A headline with "quotes", \\ and a tab\t(${Date.now()})`;
      replica.listings.set("156", [{ ...listing[0], title } as (typeof listing)[number], ...listing.slice(1)]);
      await refresh();
      const proxy = await startBadProxy(worker.origin);
      expect(await client.run(proxy.origin).finally(proxy.close)).toBeGreaterThan(1);
      const kept = byId(client.kept());
      expect(kept).toEqual(byId((await allItems()).values()));
      expect(kept.map((item) => item.title)).toContain(title.replace("\t", " "));
    },
  );

  test("the shell client keeps no cursor of articles that it could not write", async () => {
    const copy = join(folder, "unwritten");
    const [id = ""] = (await allItems()).keys();
    // A folder in the place of its file.
    mkdirSync(join(copy, "articles", encodeURIComponent(id)), { recursive: true });
    const failed = run("sh", [join(folder, "sync.sh"), worker.origin, copy], { env, cwd: folder });
    await expect(failed).rejects.toMatchObject({ code: 1 });
    expect(existsSync(join(copy, "cursor"))).toBe(false);
  });

  test("the hash of every version is what sha256.sh computes", async () => {
    const { items } = (await (await fetch(`${worker.origin}/feeds/all.json?limit=6`)).json()) as {
      items: { _bridge: { page: string } }[];
    };
    const versions: { url: string; sha256: string }[] = [];
    for (const { _bridge } of items) {
      const article = (await (await fetch(`${_bridge.page}.json`)).json()) as { versions: typeof versions };
      versions.push(...article.versions);
    }
    expect(versions.length).toBeGreaterThan(6);
    for (const { url, sha256 } of versions) {
      const { stdout } = await run("sh", [join(folder, "sha256.sh"), `${url}.json`], { env, cwd: folder });
      expect([url, stdout.split(" ")[0]]).toEqual([url, sha256]);
    }
    // What is no version has no hash, not that of nothing.
    const page = items[0]?._bridge.page;
    for (const address of [`${page}/v999.json`, `${page}.json`]) {
      const failed = run("sh", [join(folder, "sha256.sh"), address], { env, cwd: folder });
      await expect(failed).rejects.toMatchObject({ code: 1, stdout: "" });
    }
  });
});
