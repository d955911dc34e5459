import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { migrate } from "../../src/archive/schema.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { buildNode, type NodeProcess, startNode } from "../replica/node.ts";
import { type Replica, startReplica } from "../replica/replica.ts";
import { TOKEN } from "../replica/worker.ts";

/** The server on Node on bad days: each has one clear line in the log, and loses nothing. */

let folder: string;
let replica: Replica;
const running: NodeProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "node-"));
  replica = await startReplica();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
  await replica.close();
  rmSync(folder, { recursive: true, force: true });
});

const data = () => join(folder, "data");
const variables = () => ({
  KCNAWATCH_ORIGIN: replica.origin,
  ADMIN_TOKEN: TOKEN,
  PUBLIC_URL: "https://bridge.example",
});
async function start(more: Record<string, string> = {}): Promise<NodeProcess> {
  const started = await startNode({ ...variables(), ...more }, data());
  running.push(started);
  return started;
}
const logOf = (output: string) =>
  output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const refresh = async ({ origin }: NodeProcess, source = "kcna-en") =>
  (await (
    await fetch(`${origin}/refresh/${source}`, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` } })
  ).json()) as { ok: boolean; reason?: string; detail?: string; added: number };
const itemsOf = async ({ origin }: NodeProcess) =>
  ((await (await fetch(`${origin}/feeds/kcna-en.json`)).json()) as { items: { id: string }[] }).items;

test("the log is JSON, a line an event; told to end it ends with 0, and what was read is there afterwards", async () => {
  const first = await start();
  expect(await refresh(first)).toMatchObject({ ok: true, added: 16 });
  const before = await itemsOf(first);
  const { cursor } = JSON.parse(
    (await (await fetch(`${first.origin}/sync/all?limit=1000`)).text()).trim().split("\n").at(-1) as string,
  );
  const waiting = fetch(`${first.origin}/sync/all?after=${cursor}&wait=25`);
  await fetch(`${first.origin}/healthz`);
  process.kill(first.pid, "SIGTERM");
  // It is answered, though nothing came: otherwise it would be cut off after ten seconds.
  expect(await (await waiting).json()).toEqual({ cursor, more: false });
  expect(await first.ended).toBe(0);
  const events = logOf(first.output()).map(({ event }) => event);
  expect(events).toEqual(["start", "refresh", "stop"]);
  const second = await start();
  // Whoever starts it in another folder sees that it has nothing.
  expect([first, second].map((each) => logOf(each.output())[0]?.events)).toEqual([0, Number.parseInt(cursor, 10)]);
  replica.faults.set("/", "reset");
  expect(await itemsOf(second)).toEqual(before);
});

describe("Ctrl-C", () => {
  /** A request that is under way: the rest of its body is to come. */
  async function beginRequest({ origin }: NodeProcess) {
    const socket = connect(Number(new URL(origin).port), "127.0.0.1");
    const answer = text(socket).catch(() => "broken");
    const form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9";
    socket.write(`POST /hub HTTP/1.1\r\nHost: a\r\n${form}\r\nExpect: 100-continue\r\n\r\nhub.`);
    await new Promise((isUnderWay) => socket.once("data", isUnderWay));
    return { answer, end: () => socket.write("topic") };
  }
  const interrupt = ({ pid }: NodeProcess) => process.kill(pid, "SIGINT");

  /** A bridge that is sending a message to a webhook. */
  async function beginMessage() {
    const messages: ServerResponse[] = [];
    const receiver = createServer((_, response) => messages.push(response)).listen(0, "127.0.0.1");
    await once(receiver, "listening");
    const host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    const WEBHOOKS = JSON.stringify([{ url: `http://${host}/`, feed: "kcna-en", as: "text" }]);
    const bridge = await start({ WEBHOOKS, PRIVATE_RECEIVERS: host });
    await refresh(bridge);
    await expect.poll(() => messages.length).toBe(1);
    receiver.close();
    return { bridge, take: () => messages[0]?.end() };
  }

  test("lets requests end that are under way, also those to webhooks, and also if it comes twice, as under npm", async () => {
    const { bridge, take } = await beginMessage();
    const requests = [await beginRequest(bridge), await beginRequest(bridge)];
    interrupt(bridge);
    await expect.poll(bridge.output).toContain('"stop"');
    interrupt(bridge);
    for (const { answer, end } of requests) {
      end();
      expect(await answer).toMatch(/HTTP\/1\.1 400 /);
    }
    take();
    expect(await bridge.ended).toBe(0);
    const database = new DatabaseSync(join(data(), "archive.db"));
    // The next message was not begun.
    expect(database.prepare("SELECT seq, status FROM delivery").all()).toMatchObject([{ seq: 1, status: 200 }]);
    database.close();
  });

  test("ends it at once if it comes again later", async () => {
    const { bridge } = await beginMessage();
    const again = setInterval(interrupt, 100, bridge);
    expect(await bridge.ended.finally(() => clearInterval(again))).toBe(1);
  });
});

test("without a network it serves, and says what it cannot reach", async () => {
  replica.faults.set("/", "reset");
  const bridge = await start({ CRON: "on" });
  const refreshes = () => logOf(bridge.output()).filter(({ event }) => event === "refresh");
  await expect.poll(() => refreshes().length, { timeout: 20_000 }).toBeGreaterThan(3);
  expect(refreshes()[0]).toMatchObject({ ok: false, reason: "network", detail: expect.stringMatching(/failed/) });
  const response = await fetch(`${bridge.origin}/feeds/kcna-en.rss`);
  expect(response.status).toBe(503);
  expect(await response.text()).toMatch(/no article is stored yet.*connection to the website failed/);
  expect((await fetch(`${bridge.origin}/`)).status).toBe(200);
});

test("a second process in the same folder is an error that says who has it; the first goes on", async () => {
  const first = await start();
  await expect(start()).rejects.toThrow(`is in use by process ${first.pid} on `);
  expect(await refresh(first)).toMatchObject({ ok: true });
});

describe("an error at the start is one line, and the process ends with 1", () => {
  const failing = (more: Record<string, string>, options: { uid?: number } = {}, args: string[] = []) => {
    const file = buildNode(folder);
    const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? "", CRON: "off", PORT: "0", DATA: data(), ...more },
      encoding: "utf8",
      timeout: 20_000,
      ...options,
    });
    expect([status, stderr]).toEqual([1, ""]);
    const [event, ...others] = logOf(stdout);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ level: "error", event: expect.stringMatching(/^(?:start|settings)$/) });
    return event?.error;
  };

  test("a folder that cannot be written to is named", () => {
    mkdirSync(data());
    chmodSync(data(), 0o555);
    // Nothing is read-only to root.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chmodSync(folder, 0o755);
    expect(failing({}, isRoot ? { uid: 65_534 } : {})).toMatch(/^DATA: the folder .*data cannot be written to: /);
  });

  test("a regular expression of a webhook that RE2 does not take", () => {
    const webhook = { url: "https://hook.example/", as: "text", feed: "kcna-en?filter_title=(missile" };
    const variables = { PUBLIC_URL: "https://bridge.example", WEBHOOKS: JSON.stringify([webhook]) };
    expect(failing(variables)).toMatch(/^WEBHOOKS\[0\]\.feed: filter_title is not a valid regular expression/);
  });

  test("an archive that may only be read, as a file that root has put back", () => {
    mkdirSync(data());
    const sql = nodeSql(join(data(), "archive.db"));
    migrate(sql);
    sql.close();
    chmodSync(join(data(), "archive.db"), 0o444);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) for (const path of [folder, data()]) chmodSync(path, 0o777);
    expect(failing({}, isRoot ? { uid: 65_534 } : {})).toMatch(
      /archive\.db cannot be opened: EACCES: permission denied/,
    );
  });

  test("an archive that is none, and one of a later version", () => {
    mkdirSync(data());
    writeFileSync(join(data(), "archive.db"), "This is no database. ".repeat(300));
    expect(failing({})).toMatch(/^the archive .*archive\.db cannot be opened: file is not a database/);
    rmSync(join(data(), "archive.db"));
    const database = new DatabaseSync(join(data(), "archive.db"));
    database.exec("CREATE TABLE schema (version INTEGER PRIMARY KEY); INSERT INTO schema VALUES (1000)");
    database.close();
    expect(failing({})).toMatch(/cannot be opened: the archive has schema 1000, and this bridge knows \d+/);
  });

  test("--help is none: it names the variables, and starts nothing", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [buildNode(folder), "--help"], {
      env: {},
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^npm start .* HOST, PORT, DATA, .* ADMIN_TOKEN, /s);
  });

  test("an option that there is not, since whoever gives --port would search the bridge there", () => {
    expect(failing({}, {}, ["--port", "9000"])).toBe(
      "there is no option --port; variables take their place, such as PORT=8080",
    );
  });

  test("an empty archive and a clock that was not set: articles would get its dates, which never change", () => {
    const NODE_OPTIONS = "--import=data:text/javascript,Date.now=()=>60000";
    expect(failing({ NODE_OPTIONS })).toMatch(/^the clock says 1970-01-01T00:01:00Z: set it first/);
  });

  test.each([
    [{ PORT: "70000" }, /^PORT: "70000" is not a whole number from 0 to 65535/],
    [{ TRUSTED_PROXY: "127.0.0.1, proxy.example" }, /^TRUSTED_PROXY: "proxy\.example" is no IP address or network/],
    [{ RATE_LIMIT: "-1" }, /^RATE_LIMIT: /],
    [{ ACESS_KEY: "a-key-that-is-long" }, /^ACESS_KEY: there is no such variable; did you mean ACCESS_KEY\?/],
    [{ TRUSTED_PROXYS: "127.0.0.1" }, /did you mean TRUSTED_PROXY\?/],
    [{ CRON: "never" }, /^CRON: "never" must be "on" or "off"/],
    [{ ADMIN_TOKEN: "short" }, /^ADMIN_TOKEN: must have at least 16 characters/],
    [{ DEFAULT_SOURCE: "nothing" }, /^DEFAULT_SOURCE: there is no source "nothing"/],
  ])("%j", (more, message) => expect(failing(more)).toMatch(message));
});

test("a disk that is full: what is kept is served, the log says why, and nothing is half written", async () => {
  const bridge = await start();
  await refresh(bridge);
  const before = await itemsOf(bridge);
  // From now on no file of the process may grow; for SQLite that is an error of the disk.
  execFileSync("prlimit", ["--pid", String(bridge.pid), "--fsize=4096:4096"]);
  expect(await refresh(bridge, "rodong-ko")).toMatchObject({ title: "Service Unavailable" });
  expect((await fetch(`${bridge.origin}/feeds/rodong-ko.rss`)).status).toBe(503);
  expect(await itemsOf(bridge)).toEqual(before);
  await bridge.stop();
  expect(logOf(bridge.output()).find(({ event }) => event === "archive")).toMatchObject({
    level: "error",
    error: expect.stringMatching(/disk/),
  });
  const database = new DatabaseSync(join(data(), "archive.db"));
  expect({ ...database.prepare("PRAGMA integrity_check").get() }).toEqual({ integrity_check: "ok" });
  database.close();
  const second = await start();
  expect(await itemsOf(second)).toEqual(before);
  expect(await refresh(second, "rodong-ko")).toMatchObject({ ok: true });
});

test("an archive that was moved away takes nothing, since that would be lost: its articles can be saved, or it is put back", async () => {
  const bridge = await start();
  await refresh(bridge);
  const before = await itemsOf(bridge);
  renameSync(data(), `${data()}-old`);
  // Also if somebody has put another archive there.
  for (const other of [false, true]) {
    if (other) {
      mkdirSync(data());
      writeFileSync(join(data(), "archive.db"), "");
    }
    expect(await refresh(bridge, "rodong-ko")).toMatchObject({ title: "Service Unavailable" });
    expect(await itemsOf(bridge)).toEqual(before);
  }
  const headers = { authorization: `Bearer ${TOKEN}` };
  expect(await (await fetch(`${bridge.origin}/export`, { headers })).text()).toMatch(/\n\{"end":\d+\}\n$/);
  rmSync(data(), { recursive: true });
  renameSync(`${data()}-old`, data());
  expect(await refresh(bridge, "rodong-ko")).toMatchObject({ ok: true });
  await bridge.stop();
  expect(logOf(bridge.output()).find(({ event }) => event === "archive")).toMatchObject({
    level: "error",
    error: expect.stringMatching(/archive\.db was moved, removed or replaced: put it back/),
  });
});

test("a clock that is behind the archive is in the log; what is kept keeps its order", async () => {
  const first = await start();
  await refresh(first);
  const before = await itemsOf(first);
  await first.stop();
  const database = new DatabaseSync(join(data(), "archive.db"));
  const later = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, "");
  database.exec("DROP TRIGGER journal_no_update");
  database.prepare("UPDATE journal SET at = ?").run(later);
  database.close();
  const second = await start();
  expect(logOf(second.output()).find(({ event }) => event === "clock")?.error).toMatch(
    /^the clock is (?:59|60) minutes behind/,
  );
  expect(await itemsOf(second)).toEqual(before);
  expect(await refresh(second)).toMatchObject({ ok: true, added: 0 });
});
