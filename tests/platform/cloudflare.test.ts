import { reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, expect, test, vi } from "vitest";
import type { Bindings } from "../../src/archive/bridge.ts";
import { durableObjectSql, kvSnapshots } from "../../src/platform/cloudflare.ts";

const { ARCHIVE } = env as Bindings;
afterAll(reset);

test.each([31, 37])("select reads what rows reads, whatever the values and with %i columns more", async (count) => {
  await runInDurableObject(ARCHIVE.get(ARCHIVE.idFromName(`select ${count}`)), (_, { storage }) => {
    const sql = durableObjectSql(storage);
    const values = ["{", "}", '"}', "{}", "\\", '{"a":1}', "\u2028\ud83d\ude00", "", null, 0, -1, 2 ** 53 - 1, 0.5];
    const names = Array.from({ length: count }, (_, i) => `column${i}`);
    sql.run(`CREATE TABLE wide (n INTEGER PRIMARY KEY, ${names.join(", ")})`);
    for (const shift of values.keys()) {
      const row = names.map((_, i) => values[(i + shift) % values.length] ?? null);
      sql.run(`INSERT INTO wide VALUES (?, ${names.map(() => "?").join(", ")})`, [shift, ...row]);
    }
    const columns = Object.fromEntries(["n", ...names].map((name) => [name, `wide.${name}`]));
    expect(sql.select(columns, "FROM wide ORDER BY n DESC")).toEqual(sql.rows("SELECT * FROM wide ORDER BY n DESC"));
    expect(sql.select({ sum: "wide.n + ?" }, "FROM wide WHERE n = ?", [1, 2])).toEqual([{ sum: 3 }]);
    expect(sql.select(columns, "FROM wide WHERE n < 0")).toEqual([]);
  });
});

test("select reads rows in their order that are together longer than a text in SQLite may be", async () => {
  await runInDurableObject(ARCHIVE.get(ARCHIVE.idFromName("long rows")), (_, { storage }) => {
    const sql = durableObjectSql(storage);
    sql.run("CREATE TABLE long (n INTEGER PRIMARY KEY, text)");
    for (let n = 0; n < 20; n++) sql.run("INSERT INTO long VALUES (?, ?)", [n, String(n % 10).repeat(900_000)]);
    const columns = { n: "long.n", text: "long.text" };
    for (const most of [2, 20]) {
      const rest = "FROM long ORDER BY n DESC LIMIT +?";
      expect(sql.select(columns, rest, [most])).toEqual(sql.rows(`SELECT * ${rest}`, [most]));
    }
  });
});

test("KV that does not answer fails: a read after three seconds, a write after ten", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const silent = async () => new Promise<never>(() => undefined);
    const snapshots = kvSnapshots({ get: silent, put: silent } as unknown as KVNamespace);
    const failures: string[] = [];
    snapshots.get(["latest:a"]).catch((error) => failures.push(`read: ${error.message}`));
    snapshots.put("latest:a", {}).catch((error) => failures.push(`write: ${error.message}`));
    await vi.advanceTimersByTimeAsync(2_999);
    expect(failures).toEqual([]);
    await vi.advanceTimersByTimeAsync(7_000);
    expect(failures).toEqual(["read: KV did not answer within 3 seconds"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(failures[1]).toBe("write: KV did not answer within 10 seconds");
    const known = kvSnapshots({ get: async () => new Map([["a", 1]]), put: async () => {} } as unknown as KVNamespace);
    expect(await known.get(["a"])).toEqual(new Map([["a", 1]]));
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
