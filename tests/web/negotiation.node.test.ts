import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { HOUR, page } from "../archive/fixtures.ts";
import { ORIGIN, type PushedBridge, pushedBridge, receivers } from "../notify/receivers.ts";

/** The page of a feed leads a program that accepts feeds to the feed (RFC 9110, section 12.5.1). */

let bridge: PushedBridge;

beforeAll(async () => {
  receivers({});
  bridge = pushedBridge({ PUBLIC_URL: `${ORIGIN}/folder` });
  await bridge.commit(page(Date.now() - HOUR, 3), { source: "kcna-en" });
});
afterAll(() => {
  vi.unstubAllGlobals();
});

const MONTH = new Date(Date.now() - HOUR + 9 * HOUR).toISOString().slice(0, 7);
const PAGES = ["/feeds/kcna-en", `/feeds/kcna-en/${MONTH}`, "/feeds/kcna-en/changes", "/feeds/kcna-en/status"];
const ask = (path: string, accept: string, method = "GET") => bridge.ask(path, { method, headers: { accept } });

describe.each(PAGES)("%s", (path) => {
  test.each([
    ["application/rss+xml", "rss"],
    ["Application/Atom+XML;charset=utf-8", "atom"],
    ["application/feed+json, */*", "json"],
    ["text/html;q=0.5, application/atom+xml;q=0.9, application/rss+xml;q=0.8", "atom"],
  ])("with Accept: %s leads to the feed as %s", async (accept, format) => {
    for (const method of ["GET", "HEAD"]) {
      const response = await ask(`${path}?q=kim`, accept, method);
      expect([response.status, response.headers.get("location")]).toEqual([303, `/folder${path}.${format}?q=kim`]);
      expect(response.headers.get("vary")).toContain("Accept,");
      // Caches that know no Vary must not send browsers to the feed.
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
  });

  test.each([
    "*/*",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "text/html, application/rss+xml",
    "application/rss+xml;q=0",
    "application/json",
    ";;,q",
  ])("with Accept: %s is the page", async (accept) => {
    for (const method of ["GET", "HEAD"]) {
      const response = await ask(path, accept, method);
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
      expect(response.headers.get("vary")).toBe("Accept, Accept-Encoding");
    }
  });
});

test("a source that does not exist is a 404, whatever is accepted", async () => {
  expect((await ask("/feeds/nobody", "application/rss+xml")).status).toBe(404);
});

test("an error is a page where a page was asked for, but never at a feed's address nor in answer to a POST", async () => {
  const typeOf = async (path: string, method?: string) => {
    const response = await ask(path, "text/html", method);
    return [response.status, response.headers.get("content-type")?.split(";")[0]];
  };
  expect(await typeOf("/feeds/kcna-en?nonsense=1")).toEqual([400, "text/html"]);
  expect(await typeOf("/feeds/kcna-en.rss?nonsense=1")).toEqual([400, "application/problem+json"]);
  expect(await typeOf("/hub", "POST")).toEqual([415, "application/problem+json"]);
  // Only a 401 asks for a key.
  const { headers } = await ask("/feeds/kcna-en?nonsense=1", "text/html");
  expect(headers.get("www-authenticate")).toBeNull();
});

test("an address that people try leads on for those who read; others are told what it takes", async () => {
  const [read, sent] = [await ask("/feed", "*/*"), await ask("/feed", "*/*", "POST")];
  expect([read.status, read.headers.get("location")]).toEqual([301, "/folder/feeds/kcna-en.rss"]);
  expect([sent.status, sent.headers.get("allow"), sent.headers.get("location")]).toEqual([
    ...[405, "GET, HEAD, OPTIONS"],
    null,
  ]);
});
