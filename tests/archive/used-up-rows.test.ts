import { reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import type { Bindings } from "../../src/archive/bridge.ts";
import { ArchiveObject } from "../../src/index.ts";
import { HOUR, listing, NOW, page } from "./fixtures.ts";

/** The day's rows are written: Cloudflare refuses whatever may write, until midnight. What only reads goes on. */

const { ARCHIVE } = env as Bindings;
const REFUSED = "Exceeded allowed rows written in Durable Objects free tier.";
const SECRET = `whsec_${btoa("the secret of a test".repeat(2))}`;
const WRITES = /^(?!\s*(?:SELECT|WITH)\b)/;
let isUsedUp: boolean;
/** What is refused then. */
let refused: RegExp;

beforeEach(() => {
  isUsedUp = false;
  refused = WRITES;
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await reset();
});

/** Works with objects of one storage, which `begin` makes. */
function inObject(
  work: (
    begin: (variables?: Record<string, string>) => ArchiveObject,
    setAlarm: MockInstance,
    sql: SqlStorage,
  ) => Promise<void>,
) {
  return runInDurableObject(ARCHIVE.get(ARCHIVE.idFromName("used-up")), async (_, state) => {
    const prototype = Object.getPrototypeOf(state.storage.sql) as SqlStorage;
    const { exec } = prototype;
    vi.spyOn(prototype, "exec").mockImplementation(function (this: SqlStorage, statement, ...values) {
      if (isUsedUp && refused.test(statement)) throw new Error(REFUSED);
      return exec.call(this, statement, ...values) as never;
    });
    const setAlarm = vi.spyOn(state.storage, "setAlarm").mockResolvedValue();
    vi.spyOn(state, "waitUntil").mockImplementation((work) => void work.catch(() => undefined));
    const bindings = { ...env, SNAPSHOTS: { put: async () => undefined } } as unknown as Bindings;
    await work((variables) => new ArchiveObject(state, { ...bindings, ...variables }), setAlarm, state.storage.sql);
  });
}

const commit = (object: ArchiveObject, hours: number) =>
  object.invoke("commit", JSON.stringify([[listing(page(NOW + hours * HOUR, 3))], NOW + hours * HOUR, true]));
const titles = async (object: ArchiveObject) => {
  const query = { sources: ["kcna-en"], view: "newest", query: "q=article", now: NOW };
  return (JSON.parse((await object.invoke("find", JSON.stringify([query]))) ?? "") as { articles: unknown[] }).articles;
};

test("an object that begins then reads as before, and says of a commit that it is not stored", () =>
  inObject(async (begin) => {
    await commit(begin(), 0);
    isUsedUp = true;
    const object = begin();
    expect(await titles(object)).toHaveLength(3);
    await expect(commit(object, 5)).rejects.toThrow(REFUSED);
    isUsedUp = false;
    await commit(object, 5);
    expect(await titles(object)).toHaveLength(6);
  }));

test("an alarm that could not be set is set the next time", () =>
  inObject(async (begin, setAlarm) => {
    const object = begin();
    const subscribe = async (id: number) => {
      const feed = { base: "https://bridge.example", topic: "https://bridge.example/feeds/kcna-en.rss" };
      const request = { mode: "subscribe", callback: `https://reader.example/${id}`, ...feed, sources: ["kcna-en"] };
      await object.invoke("notify", JSON.stringify([{ subscribe: { ...request, lease: 864_000 }, now: NOW }]));
    };
    setAlarm.mockRejectedValueOnce(new Error(REFUSED));
    await subscribe(1);
    await subscribe(2);
    await subscribe(3);
    expect(setAlarm.mock.calls).toEqual([[NOW], [NOW]]);
  }));

test("a deployment with another webhook then keeps nobody from reading; the webhook begins when something can be written", () =>
  inObject(async (begin) => {
    const told: string[] = [];
    vi.stubGlobal("fetch", async (_: string, { body }: RequestInit) => {
      told.push(JSON.parse(String(body)).data.article.title);
      return new Response();
    });
    await commit(begin(), 0);
    isUsedUp = true;
    const webhook = { url: "https://a.example/", feed: "all", secret: SECRET };
    const object = begin({ PUBLIC_URL: "https://bridge.example", WEBHOOKS: JSON.stringify([webhook]) });
    expect(await titles(object)).toHaveLength(3);
    await object.alarm();
    isUsedUp = false;
    vi.setSystemTime(NOW + HOUR);
    await object.alarm();
    await commit(object, 5);
    vi.setSystemTime(NOW + 6 * HOUR);
    await object.alarm();
    expect(told).toHaveLength(3);
  }));

test("an upgrade for which the rows do not suffice begins again the next day, and then the archive is as before", () =>
  inObject(async (begin, _, sql) => {
    await commit(begin(), 0);
    const indexes = [
      "first ON article (n) WHERE body IS NULL",
      "due ON article (page_due)",
      "urgent ON article (page_due)",
    ];
    for (const index of indexes) {
      sql.exec(`DROP INDEX article_${index.split(" ", 1)}`);
      sql.exec(`CREATE INDEX article_${index}`);
    }
    sql.exec("DROP TABLE restoring");
    sql.exec("DELETE FROM schema WHERE version > 12");
    isUsedUp = true;
    refused = /CREATE INDEX article_urgent/;
    for (let i = 0; i < 2; i++) expect(() => begin()).toThrow(REFUSED);
    refused = WRITES;
    expect(() => begin()).toThrow(REFUSED);
    isUsedUp = false;
    const object = begin();
    expect(await titles(object)).toHaveLength(3);
    const due = await object.invoke("duePages", JSON.stringify(["kcnawatch", ["kcna-en"], 9, NOW]));
    expect(JSON.parse(due ?? "")).toHaveLength(3);
    await commit(object, 5);
    expect(await titles(object)).toHaveLength(6);
  }));
