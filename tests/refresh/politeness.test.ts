import { afterEach, expect, test, vi } from "vitest";
import { fetchPage } from "../../src/refresh/fetch.ts";
import { kcna } from "../../src/sites/kcna.ts";
import type { Site } from "../../src/sites/site.ts";
import { page } from "../simulation.ts";

afterEach(() => void vi.unstubAllGlobals());

const PAUSE = 300;
const site = (host: string): Site => ({
  ...kcna,
  origin: `http://${host}`,
  politeness: { timeout: 400, pause: PAUSE },
});
const contextOf = (own: Site, origin = own.origin) => ({
  site: own,
  origin,
  userAgent: "test",
  budget: { left: 9 },
  timeout: 400,
});

test("a website is left alone for its pause after each answer, one request at a time; a mirror is not", async () => {
  const at: number[] = [];
  vi.stubGlobal("fetch", async () => {
    at.push(performance.now());
    return page("<html></html>");
  });
  const slow = site("pause.example");
  await Promise.all([fetchPage(contextOf(slow), "/a"), fetchPage(contextOf(slow), "/b")]);
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(PAUSE - 20);
  at.length = 0;
  const mirror = contextOf(slow, "http://127.0.0.1:9");
  await Promise.all([fetchPage(mirror, "/a"), fetchPage(mirror, "/b")]);
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeLessThan(PAUSE - 20);
});

test("a pause that began while the clock was ahead ends when the clock is put back", async () => {
  vi.stubGlobal("fetch", async () => page("<html></html>"));
  const context = contextOf(site("ahead.example"));
  const clock = vi.spyOn(performance, "now").mockReturnValue(performance.now() + 3_600_000);
  await fetchPage(context, "/a");
  clock.mockRestore();
  expect(await fetchPage(context, "/b")).toHaveProperty("html");
});

test("a website has the time that its site says, and no more", async () => {
  vi.stubGlobal(
    "fetch",
    (_: URL, { signal }: RequestInit) =>
      new Promise((answer, fail) => {
        signal?.addEventListener("abort", () => fail(signal.reason));
        setTimeout(() => answer(page("<html></html>")), 200);
      }),
  );
  expect(await fetchPage(contextOf(site("time.example")), "/")).toHaveProperty("html");
  expect(await fetchPage({ ...contextOf(site("short.example")), timeout: 50 }, "/")).toMatchObject({
    failure: { reason: "timeout", detail: "the website did not answer within 0.05 seconds" },
  });
});
