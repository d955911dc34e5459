import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoStep, demoScript, demoVariables, demoWorld } from "../replica/demo-script.ts";
import { RUNTIMES } from "../replica/node.ts";
import { type OutletServers, startOutlets } from "../replica/outlets/servers.ts";
import { type Replica, startReplica } from "../replica/replica.ts";
import { type RunningBridge, TOKEN } from "../replica/worker.ts";

/** The demo's minute without its pauses, on each runtime: what the terminal says is to be seen where it says. */

describe.each(RUNTIMES)("on $runtime", ({ start }) => {
  let replica: Replica;
  let outlets: OutletServers;
  let bridge: RunningBridge;
  let script: DemoStep[];

  beforeAll(async () => {
    replica = await startReplica();
    outlets = await startOutlets(demoWorld(Date.now()));
    script = demoScript(replica, outlets.world, Date.now());
    bridge = await start({ ...demoVariables(replica, outlets), ADMIN_TOKEN: TOKEN, BODIES_PER_TICK: "10" });
    await post("/refresh/all");
  });
  afterAll(async () => {
    await bridge?.stop();
    await replica?.close();
    await outlets?.close();
  });

  const post = (path: string, body?: string) =>
    fetch(bridge.origin + path, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "text/html" },
      ...(body !== undefined && { body }),
    });
  const get = async (path: string) => (await fetch(bridge.origin + path)).text();
  const sources = async () =>
    (JSON.parse(await get("/health")) as { sources: { id: string; gaps: unknown[] }[] }).sources;
  const gaps = async () => (await sources()).find(({ id }) => id === "rodong-ko")?.gaps.length;
  const FLOATING = "Floating Restaurant Renovated in Hamhung";
  const titlesOf = async (source: string) =>
    (JSON.parse(await get(`/feeds/${source}.json`)) as { items: { title: string }[] }).items.map(({ title }) => title);
  const edits = async () => (JSON.parse(await get("/feeds/all/changes.json")) as { items: { title: string }[] }).items;

  test("the articles are of today, and each step shows what it says", async () => {
    const { items } = JSON.parse(await get("/feeds/kcna-en.json")) as { items: { date_published: string }[] };
    expect(Date.now() - Date.parse(items[0]?.date_published ?? "")).toBeLessThan(25 * 3600_000);
    expect(await edits()).toEqual([]);
    const deleted = replica.listings.get("156")?.[1]?.title ?? "";
    const seen: [string, () => Promise<void>][] = [
      [
        "A new article",
        async () => expect(await get("/feeds/kcna-en.json?content=full")).toContain("all the year round"),
      ],
      ["changes a number", async () => expect(await get("/feeds/kcna-en/changes.rss")).toMatch(/120.*150/s)],
      ["deletes", async () => expect(await get("/feeds/kcna-en.json")).toContain(JSON.stringify(deleted))],
      ["fails", async () => expect(await get("/health")).toContain("http-503")],
      ["publishes a story on its own website", async () => expect(await titlesOf("kp-kcna-en")).toContain(FLOATING)],
      [
        "show it once",
        async () => {
          expect(await get("/health")).not.toContain('"failing"');
          for (const source of ["kcna-en", "kp-kcna-en", "kcna-en+kp-kcna-en", "all"])
            expect((await titlesOf(source)).filter((title) => title === FLOATING)).toHaveLength(1);
          const links = await get("/feeds/all.json?q=floating");
          expect(links).toContain("http://www.kcna.kp/en/article/detail/");
          expect(links).toContain("https://kcnawatch.org/newstream/");
        },
      ],
      ["shows the gap", async () => expect(await gaps()).toBe(1)],
      ["the gap is closed", async () => expect(await gaps()).toBe(0)],
      ["The minute is over", async () => expect(await get("/feeds/all.rss?q=hothouses")).toContain("150 Hothouses")],
    ];
    expect(script).toHaveLength(seen.length);
    expect(script.at(-1)?.after).toBeLessThan(60);
    for (const [i, { act, says, look }] of script.entries()) {
      const [words = "", check] = seen[i] ?? [];
      expect(says).toContain(words);
      await act((source, path, page) =>
        post(`/ingest/${source}?url=${encodeURIComponent(`https://kcnawatch.org${path}`)}`, page),
      );
      await post("/refresh/all");
      await check?.();
      for (const path of look) expect((await fetch(bridge.origin + path)).status, path).toBe(200);
    }
    // Nothing else was edited or missed: a visitor sees what the terminal says, and only that.
    for (const { title } of await edits()) expect(title).toContain("Greenhouse");
    for (const { id, gaps } of await sources()) expect(gaps, id).toEqual([]);
  });
});
