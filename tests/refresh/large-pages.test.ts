import { afterEach, expect, test, vi } from "vitest";
import { fetchPage, TIMEOUT } from "../../src/refresh/fetch.ts";
import { kcnawatch } from "../../src/sites/kcnawatch.ts";
import { HUGE_BYTES } from "../replica/outlets/faults.ts";
import { OutletNetwork } from "../replica/outlets/network.ts";
import { World } from "../replica/outlets/world.ts";

/** Pages that are large because of the pictures inside them, and pages that are just large. */

afterEach(() => void vi.unstubAllGlobals());

const context = () => ({
  site: kcnawatch,
  origin: "http://www.kcna.kp",
  userAgent: "test",
  budget: { left: 5 },
  timeout: TIMEOUT,
});
const LATEST = "/en/article/list/a666dda1282180e0ee1b4427b0574ae7";

/** A page of this many times the block; how much of it was asked for is counted. */
function serveBlocks(block: string, times: number): { sent: number } {
  const bytes = new TextEncoder().encode(block);
  const counted = { sent: 0 };
  const body = new ReadableStream({
    type: "bytes",
    pull(controller) {
      if (counted.sent >= times * bytes.length) return controller.close();
      counted.sent += bytes.length;
      controller.enqueue(bytes.slice());
    },
  });
  vi.stubGlobal("fetch", async () => new Response(body, { headers: { "content-type": "text/html" } }));
  return counted;
}

test("a page of 16 MB that is mostly pictures is read as if it had none", async () => {
  const network = new OutletNetwork(new World());
  const [article] = network.world.shown("kcna", "en");
  const path = `/en/article/detail/${article?.id}`;
  vi.stubGlobal("fetch", (input: URL, init: RequestInit) => network.fetch(input, init));
  const small = await fetchPage(context(), path);
  network.fault("kcna", "huge");
  const large = await fetchPage(context(), path);
  if (!("html" in small) || !("html" in large)) throw new Error("a page was not read");
  const withoutPictures = (html: string) => html.replaceAll('<p><img src="data:"></p>', "").replace(/\s+/g, " ");
  expect(withoutPictures(large.html)).toBe(withoutPictures(small.html));
  expect(large.html.length).toBeLessThan(small.html.length + 2000);
  expect(HUGE_BYTES).toBeGreaterThanOrEqual(16 * 1024 * 1024);
});

test("a page that is large without pictures is given up at 2 MiB, one of pictures at 24 MiB", async () => {
  const text = serveBlocks(`<p>${"x".repeat(65_529)}</p>`, 4000);
  expect(await fetchPage(context(), LATEST)).toMatchObject({ failure: { reason: "too-large" } });
  expect(text.sent).toBeLessThan(3 * 1024 * 1024);
  const pictures = serveBlocks(`<img src="data:image/png;base64,${"A".repeat(65_502)}">`, 4000);
  expect(await fetchPage(context(), LATEST)).toMatchObject({ failure: { reason: "too-large" } });
  expect(pictures.sent).toBeGreaterThan(24 * 1024 * 1024);
  expect(pictures.sent).toBeLessThan(26 * 1024 * 1024);
});

test("a page that says itself that it is larger than 24 MiB is not read at all", async () => {
  const headers = { "content-type": "text/html", "content-length": String(25 * 1024 * 1024) };
  vi.stubGlobal("fetch", async () => new Response("<html></html>", { headers }));
  expect(await fetchPage(context(), LATEST)).toMatchObject({ failure: { reason: "too-large" } });
});
