import { request as send } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { networksOf, type RunningServer, startServer } from "../../src/platform/node-server.ts";

let server: RunningServer | undefined;
afterEach(async () => {
  await server?.close(100);
  server = undefined;
});

type Handle = Parameters<typeof startServer>[0]["handle"];
async function start(handle: Handle, proxies: string[] = [], patience?: number): Promise<URL> {
  const trustedProxies = networksOf(proxies);
  if (!trustedProxies) throw new Error("no networks");
  server = await startServer({ host: "127.0.0.1", port: 0, trustedProxies, patience, handle });
  return new URL(server.origin);
}

const echo: Handle = (request) =>
  Response.json({
    url: request.url,
    client: request.headers.get("cf-connecting-ip"),
    forwarded: request.headers.get("x-forwarded-for"),
  });

const ask = (origin: URL, headers: Record<string, string>) =>
  new Promise<{ url: string; client: string; forwarded: string | null }>((resolve, reject) =>
    send({ host: origin.hostname, port: origin.port, path: "/a?b", headers }, (response) =>
      text(response).then((body) => resolve(JSON.parse(body))),
    )
      .on("error", reject)
      .end(),
  );

const CLAIMS = {
  host: "bridge.example",
  "x-forwarded-for": "198.51.100.9, 203.0.113.5, 10.0.0.7",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "feeds.example",
  "cf-connecting-ip": "9.9.9.9",
  forwarded: "for=9.9.9.9",
};

test("a request without a Host (HTTP/1.0) is answered; without one in HTTP/1.1 it is an error", async () => {
  const origin = await start(echo);
  const raw = async (lines: string) => {
    const socket = connect(Number(origin.port), origin.hostname);
    socket.end(`${lines}\r\n\r\n`);
    return text(socket);
  };
  expect(await raw("GET /healthz HTTP/1.0")).toMatch(/^HTTP\/1\.1 200 .*\/healthz"/s);
  expect(await raw("GET /healthz HTTP/1.1")).toMatch(/^HTTP\/1\.1 400 /);
});

describe("X-Forwarded-*", () => {
  test("is not believed of a stranger: neither the client, nor the address", async () => {
    const origin = await start(echo);
    expect(await ask(origin, CLAIMS)).toEqual({
      url: "http://bridge.example/a?b",
      client: "127.0.0.1",
      forwarded: null,
    });
  });

  test("of a trusted proxy says who asked for what: the last address that is no proxy", async () => {
    const origin = await start(echo, ["127.0.0.0/8", "10.0.0.0/8"]);
    expect(await ask(origin, CLAIMS)).toEqual({
      url: "https://feeds.example/a?b",
      client: "203.0.113.5",
      forwarded: null,
    });
    const clientOf = async (list: string) => (await ask(origin, { ...CLAIMS, "x-forwarded-for": list })).client;
    expect(await clientOf("nobody")).toBe("127.0.0.1");
    // Some proxies add the port.
    expect(await clientOf("203.0.113.5:4711, 10.0.0.7:80")).toBe("203.0.113.5");
    expect(await clientOf("[2001:db8::1]:4711")).toBe("2001:db8::1");
    expect(await clientOf("[2001:db8::1], ::ffff:10.0.0.7")).toBe("2001:db8::1");
    expect(await clientOf("2001:db8::1")).toBe("2001:db8::1");
    expect((await ask(origin, { host: "bridge.example" })).url).toBe("http://bridge.example/a?b");
  });

  test.each([
    [{ "x-forwarded-host": "feeds.example" }, "http://feeds.example/a?b"],
    [{ "x-forwarded-host": "other.example, feeds.example:8443" }, "http://feeds.example:8443/a?b"],
    [{ "x-forwarded-host": "[2001:db8::1]:8443", "x-forwarded-proto": "https" }, "https://[2001:db8::1]:8443/a?b"],
    [{ "x-forwarded-proto": "http, https" }, "https://bridge.example/a?b"],
    [{ "x-forwarded-proto": "http" }, "http://bridge.example/a?b"],
  ])("of a trusted proxy, %j is %s", async (headers, url) => {
    expect((await ask(await start(echo, ["127.0.0.1"]), { host: "bridge.example", ...headers })).url).toBe(url);
  });

  test("a network says which addresses are proxies, also in IPv6; one address is only itself", async () => {
    const origin = await start(echo, ["127.0.0.1", "192.0.2.0/25", "2001:db8::/33"]);
    const clientOf = async (list: string) => (await ask(origin, { host: "a.example", "x-forwarded-for": list })).client;
    expect(await clientOf("8.8.8.8, 192.0.2.127, 2001:db8:7fff::1, ::ffff:192.0.2.1")).toBe("8.8.8.8");
    expect(await clientOf("8.8.8.8, 192.0.2.128")).toBe("192.0.2.128");
    expect(await clientOf("8.8.8.8, 2001:db8:8000::1")).toBe("2001:db8:8000::1");
    expect(await clientOf("8.8.8.8, 127.0.0.2")).toBe("127.0.0.2");
  });

  test.each([["300.0.0.1"], ["10.0.0.0/33"], ["10.0.0.0/8/8"], ["10.0.0.0/"], ["proxy.example"], ["::1/129"]])(
    "%s is no network",
    (entry) => expect(networksOf([entry])).toBeUndefined(),
  );
});

test("a host that is more than a host changes no path: a proxy may pass on what a stranger says", async () => {
  const origin = await start(echo, ["127.0.0.0/8"]);
  for (const name of ["x-forwarded-host", "host"]) {
    for (const host of ["evil.example/metrics?", "evil.example\\metrics?", "user@evil.example", "evil.example#"]) {
      const answer = await ask(origin, { host: "bridge.example", "x-forwarded-proto": "https", [name]: host });
      expect(answer.url ?? "refused").toMatch(/^(?:refused|https?:\/\/bridge\.example\/a\?b)$/);
    }
  }
});

test("a request that is none gets 400, and the server goes on", async () => {
  const origin = await start(echo);
  const raw = (lines: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(origin.port), origin.hostname, () => socket.end(lines));
      text(socket).then(resolve, reject);
    });
  expect(await raw("GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
  expect(await raw("nonsense\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
  const problem = async (lines: string) => JSON.parse((await raw(lines)).split("\r\n\r\n")[1] ?? "");
  const detail = "the address has characters that must be written as %XX";
  for (const target of ["/a\tb", "/é", "/é?a=b", "http://a/?é", "?é"])
    expect([target, await problem(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)]).toMatchObject([
      target,
      { status: 400 },
    ]);
  expect(await problem("POST /é HTTP/1.1\r\nHost: a\r\n\r\n")).toMatchObject({ status: 400, detail });
  expect(await problem(`GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`)).toMatchObject({
    title: "Request Header Fields Too Large",
    status: 431,
  });
  expect((await ask(origin, { host: "bridge.example" })).client).toBe("127.0.0.1");
});

test("an address with letters beyond ASCII, as curl sends it, leads to the same with %XX", async () => {
  const origin = await start(({ url }) => new Response(url));
  const target = "/feeds/all.json?q=미사일|é&x=%EB";
  const socket = connect(Number(origin.port), origin.hostname, () =>
    socket.end(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`),
  );
  const [, location = ""] = /^HTTP\/1\.1 301 .*\r\nLocation: (.*)\r\n/.exec(await text(socket)) ?? [];
  expect(location).toBe("?q=%EB%AF%B8%EC%82%AC%EC%9D%BC|%C3%A9&x=%EB");
  expect(await (await fetch(new URL(location, `${origin}feeds/all.json`))).text()).toBe(
    `${origin}feeds/all.json${location}`,
  );
});

test("what cannot be read behind a request is not answered in the middle of the answer to that", async () => {
  const begun = new ReadableStream({ start: (to) => to.enqueue(Buffer.from("begun")) });
  const origin = await start(() => new Response(begun));
  const socket = connect(Number(origin.port), origin.hostname, () => socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  let received = "";
  socket
    .on("error", () => undefined)
    .on("data", (bytes) => {
      received += bytes;
      socket.write("nonsense\r\n\r\n");
    });
  await new Promise((closed) => socket.once("close", closed));
  expect(received).toMatch(/begun\s*$/);
});

test("a client that takes nothing of its answer is given up; one that waits for its answer is not", async () => {
  const patience = 100;
  let giveUp: (how: string) => void = () => undefined;
  const givenUp = new Promise<string>((resolve) => {
    giveUp = resolve;
  });
  const endless = () =>
    new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(65_536)), cancel: () => giveUp("given up") });
  const slow = () => new Promise((waited) => setTimeout(waited, 3 * patience)).then(() => new Response("slow"));
  const origin = await start(
    (request) => (request.url.endsWith("/endless") ? new Response(endless()) : slow()),
    [],
    patience,
  );
  expect(await (await fetch(new URL("/slow", origin))).text()).toBe("slow");
  const stalled = connect(Number(origin.port), origin.hostname).pause();
  stalled.on("error", () => undefined).write("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
  setTimeout(giveUp, 20_000, "held").unref();
  expect(await givenUp).toBe("given up");
  stalled.destroy();
});

test("connections beyond the most that it takes are closed at once, until others have ended: each is a file", async () => {
  const trustedProxies = networksOf([]) as NonNullable<ReturnType<typeof networksOf>>;
  server = await startServer({ host: "127.0.0.1", port: 0, trustedProxies, maxConnections: 2, handle: echo });
  const { port, hostname } = new URL(server.origin);
  /** The beginning of an answer, or nothing from a connection that is closed. */
  const open = async () => {
    const socket = connect(Number(port), hostname).on("error", () => undefined);
    const answer = new Promise((heard) => socket.once("data", (bytes) => heard(String(bytes).slice(9, 12))));
    const closed = new Promise((end) => socket.once("close", () => end("closed")));
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    return { socket, closed, outcome: await Promise.race([answer, closed]) };
  };
  const opened = [await open(), await open(), await open()];
  expect(opened.map(({ outcome }) => outcome)).toEqual(["200", "200", "closed"]);
  opened[0]?.socket.destroy();
  await opened[0]?.closed;
  await expect.poll(async () => (await open()).outcome).toBe("200");
});

test("told to end, it finishes what is under way, answers and work behind them, and takes nothing new", async () => {
  const steps: string[] = [];
  let answer: (response: Response) => void = () => {};
  const asked = new Promise<void>((isAsked) => {
    void start((_, context) => {
      context.waitUntil(new Promise<void>((done) => setTimeout(done, 50)).then(() => void steps.push("behind")));
      isAsked();
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
  });
  while (!server) await new Promise((wait) => setTimeout(wait, 5));
  const { origin } = server;
  const response = fetch(origin).then((got) => got.text());
  await asked;
  // The connection is kept alive by the client. That keeps nobody waiting: the test would not end in time.
  const closed = server.close(600_000).then(() => steps.push("closed"));
  await expect(fetch(origin)).rejects.toThrow();
  answer(new Response("whole"));
  expect(await response).toBe("whole");
  await closed;
  expect(steps).toEqual(["behind", "closed"]);
});

test("a port that is taken is an error that says so", async () => {
  const origin = await start(echo);
  const again = startServer({
    host: "127.0.0.1",
    port: Number(origin.port),
    trustedProxies: networksOf([]) as NonNullable<ReturnType<typeof networksOf>>,
    handle: echo,
  });
  await expect(again).rejects.toThrow(/^HOST and PORT: .*EADDRINUSE/);
});
