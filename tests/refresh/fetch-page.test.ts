import { afterEach, describe, expect, test, vi } from "vitest";
import { fetchPage, TIMEOUT } from "../../src/refresh/fetch.ts";
import { kcnawatch } from "../../src/sites/kcnawatch.ts";
import { page as pageText } from "../pages.ts";
import { page } from "../simulation.ts";

/** One page: what it costs the website and the bridge, and what is said if it cannot be read. */

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const contextOf = (left = 5, timeout = TIMEOUT) => ({
  site: kcnawatch,
  origin: kcnawatch.origin,
  userAgent: "test",
  budget: { left },
  timeout,
});
/** Answers each path; returns the requests. */
function serve(answer: (url: URL) => Response | Promise<Response>): { url: URL; init: RequestInit }[] {
  const asked: { url: URL; init: RequestInit }[] = [];
  vi.stubGlobal("fetch", async (url: URL, init: RequestInit) => {
    asked.push({ url, init });
    return answer(url);
  });
  return asked;
}
const html = (text = "<html></html>", headers: Record<string, string> = {}) => new Response(text, { headers });
const moved = (headers: Record<string, string>) => new Response(null, { status: 302, headers });

describe("outgoing requests", () => {
  test("each hop of a redirect is one; without any left, none is made", async () => {
    const asked = serve(({ pathname }) => (pathname === "/a" ? moved({ location: "/b" }) : page("<html></html>")));
    const failure = { reason: "no-request-left", detail: "the bridge had no outgoing request left in this run" };
    expect(await fetchPage(contextOf(0), "/a")).toMatchObject({ failure });
    expect(asked).toHaveLength(0);
    expect(await fetchPage(contextOf(1), "/a")).toMatchObject({ failure });
    expect(asked).toHaveLength(1);
    const context = contextOf(2);
    expect(await fetchPage(context, "/a")).toMatchObject({ path: "/b" });
    expect(context.budget.left).toBe(0);
  });

  test("one that never ends holds up its website for one and a half time limits, not for good", async () => {
    vi.useFakeTimers({ now: 0, toFake: ["Date"] });
    const asked = serve(() => (asked.length === 1 ? new Promise(() => {}) : page("<html></html>")));
    void fetchPage(contextOf(), "/hangs");
    while (asked.length === 0) await scheduler.wait(1);
    const next = fetchPage(contextOf(), "/next");
    vi.setSystemTime(TIMEOUT * 1.5 - 1);
    await scheduler.wait(60);
    expect(asked).toHaveLength(1);
    vi.setSystemTime(TIMEOUT * 1.5);
    expect(await next).toMatchObject({ path: "/next" });
  });
});

describe("a redirect", () => {
  test.each([
    ["without an address", {}],
    ["to an address that is none", { location: "https://[" }],
    ["to another protocol", { location: "ftp://kcnawatch.org/a" }],
  ])("%s is not followed", async (_, headers) => {
    const asked = serve(() => moved(headers));
    expect(await fetchPage(contextOf(), "/a")).toMatchObject({
      failure: { reason: "redirect", detail: "the website redirects to somewhere else" },
    });
    expect(asked).toHaveLength(1);
  });

  test("from http to https is followed, where the website has moved", async () => {
    const origin = "http://kcnawatch.org";
    const context = { ...contextOf(), site: { ...kcnawatch, origin }, origin };
    const asked = serve(({ protocol }) =>
      protocol === "http:" ? moved({ location: "https://kcnawatch.org/a" }) : page("<html></html>"),
    );
    expect(await fetchPage(context, "/a")).toMatchObject({ path: "/a" });
    expect(asked.map(({ url }) => url.href)).toEqual(["http://kcnawatch.org/a", "https://kcnawatch.org/a"]);
  });

  test("and a path with two slashes lead to no other host than the mirror that is read", async () => {
    const context = { ...contextOf(), origin: "http://127.0.0.1:9" };
    const hosts = async (path: string, location: string) => {
      const asked = serve(({ pathname }) => (pathname.endsWith("/a") ? moved({ location }) : page("<html></html>")));
      await fetchPage(context, path);
      return asked.map(({ url }) => url.host);
    };
    expect(await hosts("/a", "https://kcnawatch.org//elsewhere.example/b")).toEqual(["127.0.0.1:9", "127.0.0.1:9"]);
    expect(await hosts("//elsewhere.example/b", "/c")).toEqual(["127.0.0.1:9"]);
  });

  test("of a form that was posted is not followed: another page would take it for its own", async () => {
    const asked = serve(() => moved({ location: "/b" }));
    const form = { form: { page: "2" }, cookie: "s=1" };
    expect(await fetchPage(contextOf(), "/a", {}, form)).toMatchObject({ failure: { reason: "redirect" } });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.init).toMatchObject({ method: "POST", redirect: "manual" });
    expect(String(asked[0]?.init.body)).toBe("page=2");
    expect(new Headers(asked[0]?.init.headers).get("cookie")).toBe("s=1");
  });
});

test("a page is asked for conditionally by its date alone, and a 304 is then an answer", async () => {
  const asked = serve(() => new Response(null, { status: 304 }));
  const validators = { address: `${kcnawatch.origin}/a`, lastModified: "Mon, 01 Jun 2026 00:00:00 GMT" };
  expect(await fetchPage(contextOf(), "/a", validators)).toEqual({ unchanged: true });
  expect(new Headers(asked[0]?.init.headers).get("if-none-match")).toBeNull();
});

test("a page without Content-Type is read; one of another type is not, and its type is said in 60 characters", async () => {
  const untyped = () => new Response(new TextEncoder().encode("<html>x</html>"));
  serve(untyped);
  expect(await fetchPage(contextOf(), "/a")).toMatchObject({ html: "<html>x</html>" });
  serve(() => html("", { "content-type": `application/${"x".repeat(100)}` }));
  expect(await fetchPage(contextOf(), "/a")).toMatchObject({
    failure: {
      reason: "not-html",
      detail: `the website answered with application/${"x".repeat(48)} instead of HTML`,
    },
  });
});

test.each([
  [403, "the website refuses the bridge (403)"],
  [404, "the website has no such page (404)"],
  [410, "the website has no such page (410)"],
  [429, "the website asks for fewer requests (429)"],
  [500, "the website has an internal error (500)"],
  [418, "the website answered with the status 418"],
])("the status %i is said in words, with the address that answered", async (status, detail) => {
  serve(() => page("<html><title>An error</title></html>", status));
  expect(await fetchPage(contextOf(), "/a?b=1")).toMatchObject({
    failure: { reason: `http-${status}`, detail },
    path: "/a?b=1",
  });
});

test.each([404, 410])(
  "a bot check with the status %i is a block, not a missing page; more than 256 KB of it are not read",
  async (status) => {
    const check = "<html><title>Just a moment...</title></html>";
    serve(() => page(check, status));
    expect(await fetchPage(contextOf(), "/a")).toMatchObject({ failure: { reason: "blocked" } });
    serve(() => page(check + " ".repeat(256 * 1024), status));
    expect(await fetchPage(contextOf(), "/a")).toMatchObject({ failure: { reason: `http-${status}` } });
  },
);

test.each([404, 410])(
  "a sign-up page with the status %i is no missing page, unless it says that it is one",
  async (status) => {
    const signUp = pageText("signup");
    serve(() => page(signUp, status));
    expect(await fetchPage(contextOf(), "/a")).toMatchObject({ failure: { reason: "sign-up" } });
    for (const missing of [
      signUp.replace("<main>", "<main><h1>Page not found</h1>"),
      signUp.replaceAll(/free-member-form/g, ""),
    ]) {
      serve(() => page(missing, status));
      expect(await fetchPage(contextOf(), "/a")).toMatchObject({ failure: { reason: `http-${status}` } });
    }
  },
);

test.each([
  ["a redirect", 302, { location: "https://elsewhere.example/" }],
  ["a refusal", 403, {}],
  ["a picture", 200, { "content-type": "image/png" }],
  ["a page that says that it is too large", 200, { "content-length": String(2 ** 30) }],
  ["a page that is too large", 200, {}],
])("%s is not downloaded to its end", async (_, status, headers) => {
  const cancel = vi.fn();
  const piece = new Uint8Array(2 ** 16).fill(0x20);
  const pull = (controller: ReadableByteStreamController) => controller.enqueue(piece.slice());
  serve(() => new Response(new ReadableStream({ type: "bytes", pull, cancel }), { status, headers }));
  expect(await fetchPage(contextOf(), "/a")).toHaveProperty("failure");
  expect(cancel).toHaveBeenCalledOnce();
});

test("a connection that fails is told by the code of its cause, which names no address, and in 120 characters", async () => {
  const fail = (error: Error) => {
    serve(() => Promise.reject(error));
    return fetchPage(contextOf(), "/a");
  };
  const detail = (words: string) => ({
    failure: { reason: "network", detail: `the connection to the website failed (${words})` },
  });
  const cause = Object.assign(new Error("connect 10.0.0.7:443"), { code: "ECONNREFUSED" });
  expect(await fail(new TypeError("fetch failed", { cause }))).toMatchObject(detail("ECONNREFUSED"));
  const noHttp = new Error("Response does not match the HTTP/1.1 protocol (Missing expected CR after response line)");
  expect(await fail(new TypeError("fetch failed", { cause: noHttp }))).toMatchObject(detail(noHttp.message));
  expect(await fail(new TypeError("x".repeat(500)))).toMatchObject(detail("x".repeat(120)));
});

describe("a body that the runtime has left compressed", () => {
  const TEXT = "<html><body>조선</body></html>";
  const packed = async (format: "gzip" | "deflate", text = TEXT) =>
    new Uint8Array(
      await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream(format))).arrayBuffer(),
    );
  const read = async (body: Uint8Array, encoding?: string) => {
    serve(() => new Response(body, { headers: encoding === undefined ? {} : { "content-encoding": encoding } }));
    const fetched = await fetchPage(contextOf(), "/a");
    return "html" in fetched ? fetched.html : fetched;
  };

  test("is decompressed, whatever name the website has for it, or none", async () => {
    for (const encoding of ["deflate", undefined]) expect(await read(await packed("deflate"), encoding)).toBe(TEXT);
    for (const encoding of ["x-gzip", "GZIP", undefined]) expect(await read(await packed("gzip"), encoding)).toBe(TEXT);
  });

  test("is read as it is if it is not compressed, or breaks off", async () => {
    for (const text of [TEXT, "x\u0001 begins as zlib does", ""])
      expect(await read(new TextEncoder().encode(text), "deflate")).toBe(text);
    const bytes = await packed("gzip");
    expect(await read(bytes.slice(0, bytes.length / 2), "x-gzip")).not.toContain("<html>");
  });

  test("may be no larger than a page", async () => {
    const bytes = await packed("gzip", "a".repeat(2 * 1024 * 1024 + 1));
    expect(await read(bytes, "x-gzip")).toMatchObject({ failure: { reason: "too-large" } });
  });
});
