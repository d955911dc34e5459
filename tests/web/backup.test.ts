import { reset } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { tick } from "../../src/refresh/refresh.ts";
import {
  articleAt,
  ask,
  bindings,
  countedKv,
  type Listings,
  newIsolate,
  resetAfterEach,
  serve,
  TOKEN,
} from "../simulation.ts";

const HOUR = 3600_000;
const NOW = Math.floor(Date.now() / HOUR) * HOUR - HOUR;
const authorization = `Bearer ${TOKEN}`;

let env: Bindings;

const articles = (count: number, edited: string) =>
  Array.from({ length: count }, (_, i) => articleAt(NOW - i * 40 * HOUR, i + 1, i === 3 ? edited : undefined));

beforeEach(async () => {
  env = bindings(countedKv().kv, { BODIES_PER_TICK: "10" });
  const website: Listings = new Map([["156", articles(16, "Before")]]);
  serve(website);
  await tick(bridgeOf(env), NOW);
  website.set("156", articles(16, "After"));
  await tick(bridgeOf(env), NOW + HOUR / 4);
});
resetAfterEach();

const exported = async (after = 0) => (await ask(env, `/export?after=${after}`, { headers: { authorization } })).text();

const imported = (body: string) =>
  ask(env, "/import", { method: "POST", headers: { authorization, "content-type": "application/x-ndjson" }, body });

async function restoreInParts(backup: string): Promise<void> {
  const lines = backup.split("\n").filter(Boolean);
  for (let i = 0; i < lines.length; i += 9) {
    const response = await imported(`${lines.slice(i, i + 9).join("\n")}\n`);
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"seq"')]);
  }
}

const FEEDS = ["rss", "atom", "json"].flatMap((format) => [
  `/feeds/kcna-en.${format}`,
  `/feeds/all.${format}?content=full`,
  `/feeds/kcna-en/changes.${format}`,
  `/feeds/kcna-en.${format}?q=paragraph`,
  `/feeds/all/${new Date(NOW - 300 * HOUR).toISOString().slice(0, 7)}.${format}`,
]);
const read = () =>
  Promise.all(
    FEEDS.map(async (path) => {
      const response = await ask(env, path);
      return [path, response.status, response.headers.get("etag"), await response.text()];
    }),
  );

test("a backup restored into an empty bridge gives the same feeds, byte for byte, and the same backup", async () => {
  const before = await read();
  for (const [path, status] of before) expect([path, status]).toEqual([path, 200]);
  const backup = await exported();
  expect(backup.trimEnd().split("\n").at(-1)).toMatch(/^\{"end":\d+\}$/);

  await reset();
  newIsolate(env);
  await restoreInParts(backup);
  newIsolate(env);
  serve(new Map([["156", 500]]));
  expect(await read()).toEqual(before);
  expect((await exported()).split("\n").filter((line) => line.startsWith('{"seq"'))).toEqual(
    backup.split("\n").filter((line) => line.startsWith('{"seq"')),
  );
});

test("a backup of a bridge whose clock was ahead says nothing of how its sources are doing now", async () => {
  serve(new Map([["156", 500]]));
  await tick(bridgeOf(env), NOW + 365 * 24 * HOUR);
  const backup = await exported();
  await reset();
  newIsolate(env);
  await restoreInParts(backup);
  serve(new Map([["156", articles(16, "After")]]));
  await tick(bridgeOf(bindings(env.SNAPSHOTS, { BODIES_PER_TICK: "0" })), Date.now());
  newIsolate(env);
  expect((await ask(env, "/feeds/kcna-en.rss")).headers.get("cache-status")).toMatch(/; hit; ttl=\d+$/);
});

test("an export goes on after any event", async () => {
  const all = await exported();
  const lines = all.split("\n").filter((line) => line.startsWith('{"seq"'));
  const rest = await exported(10);
  expect(rest.split("\n").filter((line) => line.startsWith('{"seq"'))).toEqual(lines.slice(10));
});

test("what is no continuation is refused with a reason, and nothing of it is kept", async () => {
  const backup = await exported();
  const lines = backup.split("\n").filter(Boolean);
  const other = lines.map((line) => line.replace("Article 1", "Article X")).join("\n");
  const cases: [body: string, detail: string][] = [
    [other, "another archive"],
    [lines.slice(0, 5).join("\n"), ""],
    ["no JSON", "line 1 is no line of a backup"],
    ["\n\nnull", "line 3 is no line of a backup"],
    ["[]", "line 1 is no line of a backup"],
    ["5", "line 1 is no line of a backup"],
    ['{"seq":1}', "is no line of a backup"],
    ['{"seq":1,"at":"yesterday","event":"added","source":"kcna-en"}', "is no line of a backup"],
    [
      lines.map((line) => line.replace(/"url":"[^"]*"/, '"url":"javascript:alert(1)"')).join("\n"),
      "is no line of a backup",
    ],
    ['{"format":"another/1"}', "the backup has the format another/1"],
    ['{"end":3}', "it is no continuation"],
    ['{"seq":9000,"at":"2026-01-30T00:00:00Z","event":"gap","source":"kcna-en"}', "is missing"],
  ];
  for (const [body, detail] of cases) {
    const response = await imported(body);
    const answer = (await response.json()) as { detail?: string };
    expect([body.slice(0, 40), response.status]).toEqual([body.slice(0, 40), detail ? 422 : 200]);
    if (detail) expect(answer.detail).toContain(detail);
  }
  expect((await imported(" ".repeat(2 * 1024 * 1024 + 1))).status).toBe(413);
  expect(await exported()).toBe(backup);
});

test("an export after an event that the archive does not have is an error: an empty backup would look like a success", async () => {
  const { end } = JSON.parse((await exported()).trimEnd().split("\n").at(-1) ?? "");
  expect(await exported(end)).toContain(`{"end":${end}}`);
  const response = await ask(env, `/export?after=${end + 1}`, { headers: { authorization } });
  expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ parameter: "after" })]);
});

test("both are the operator's: without the token 401, also with the key of a private bridge", async () => {
  const key = "a-key-of-the-readers";
  const closed = bindings(env.SNAPSHOTS, { ACCESS_KEY: key });
  for (const init of [{}, { headers: { authorization: `Bearer ${key}` } }]) {
    expect((await ask(closed, "/export", init)).status).toBe(401);
    expect((await ask(closed, `/export?key=${key}`, init)).status).toBe(401);
    expect((await ask(closed, "/import", { ...init, method: "POST", body: "{}" })).status).toBe(401);
  }
  expect((await ask(closed, "/export", { headers: { authorization } })).status).toBe(200);
  for (const after of ["x", "5x", "-1", "9".repeat(16)])
    expect((await ask(env, `/export?after=${after}`, { headers: { authorization } })).status).toBe(400);
  // Not the whole archive again.
  const misspelt = await ask(env, "/export?afer=5", { headers: { authorization } });
  expect([misspelt.status, await misspelt.json()]).toMatchObject([400, { parameter: "afer" }]);
  const none = bindings(env.SNAPSHOTS, { ADMIN_TOKEN: "" });
  expect((await ask(none, "/export")).status).toBe(404);
});
