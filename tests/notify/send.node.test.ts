import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { send } from "../../src/notify/send.ts";
import { guardFetch } from "../../src/platform/node-fetch.ts";

/** One request to a receiver, over real connections. */

let server: Server;
let port: number;
let asked: string[] = [];
let retryAfter = "";
const unguarded = getGlobalDispatcher();

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === "/redirect") response.writeHead(307, { location: "/victim" }).end();
    else if (request.url === "/silent") return;
    else if (request.url === "/busy") response.writeHead(503, { "retry-after": retryAfter }).end();
    else if (request.url === "/endless") {
      // Not after the client has left: the loop would go on beside the other files of this process.
      const more = () => response.write("x".repeat(65_536), (error) => error ?? setImmediate(more));
      more();
    } else if (request.url === "/reset") request.socket.destroy();
    else response.end("the answer");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  port = (server.address() as AddressInfo).port;
  guardFetch(new Set([`127.0.0.1:${port}`]));
});
afterAll(() => {
  // The files of this project share a process.
  setGlobalDispatcher(unguarded);
  server.closeAllConnections();
  server.close();
});

const post = (path: string, host = "127.0.0.1") => {
  asked = [];
  return send({
    method: "POST",
    url: `http://${host}:${port}${path}`,
    headers: {},
    body: "news",
    timeout: 1000,
    read: 100,
  });
};

test("an answer's beginning is read, and no more of a body without an end", async () => {
  expect(await post("/")).toMatchObject({ status: 200, text: "the answer" });
  const endless = await post("/endless");
  expect(endless.text).toBe("x".repeat(100));
  expect(endless.ms).toBeLessThan(1000);
});

test("an answer that is not wanted, or fails, is not downloaded, and a status is no redirect", async () => {
  const cancel = vi.fn();
  vi.stubGlobal("fetch", async () => new Response(new ReadableStream({ cancel }), { status: 400 }));
  expect(await post("/")).toMatchObject({ status: 400, error: "status 400" });
  expect(cancel).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});

test("a redirect is a failure, and is not followed", async () => {
  expect(await post("/redirect")).toMatchObject({ status: 307, error: "a redirect is not followed" });
  expect(asked).toEqual(["POST /redirect"]);
});

test("Retry-After is read in seconds and as a date; what is neither, or past, says nothing", async () => {
  for (const [value, seconds] of [
    ["90", 90],
    [new Date(Date.now() + 90_000).toUTCString(), 90],
    [new Date(0).toUTCString(), undefined],
    ["soon", undefined],
  ] as const) {
    retryAfter = value;
    const answer = await post("/busy");
    expect(answer).toMatchObject({ status: 503, error: "status 503" });
    // The date has whole seconds, and some time passes.
    expect([value, Math.abs((answer.retryAfter ?? 0) - (seconds ?? 0)) <= 2]).toEqual([value, true]);
  }
});

test("silence and a broken connection are failures with a reason", async () => {
  expect((await post("/silent")).error).toBe("no answer in 1 s");
  expect((await post("/reset")).error).toMatch(/^no connection: /);
});

test("a connection that is refused is named by its code, also if the name has several addresses", async () => {
  const refusals = [Object.assign(new Error("connect ECONNREFUSED 192.0.2.1:443"), { code: "ECONNREFUSED" })];
  const several = Object.assign(new AggregateError(refusals, ""), { code: "ECONNREFUSED" });
  for (const cause of [...refusals, several]) {
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("fetch failed", { cause })));
    expect((await post("/")).error).toMatch(/^no connection: .*ECONNREFUSED/);
  }
  vi.unstubAllGlobals();
});

test("a name that leads into the machine's own network gets nothing", async () => {
  // The address is checked where the connection is made, so that a name that changes in between gains nothing.
  for (const host of ["localhost", "[::1]", "0.0.0.0"]) {
    expect((await post("/", host)).error).toMatch(/not of the public internet/);
    expect(asked).toEqual([]);
  }
});
