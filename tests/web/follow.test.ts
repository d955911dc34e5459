import { expect, test, vi } from "vitest";
import { ask, bindings, countedKv, TOKEN } from "../simulation.ts";

test("a source that is not followed is a 404 that says how to follow it, and nothing is fetched for it", async () => {
  const fetched = vi.fn();
  vi.stubGlobal("fetch", fetched);
  const env = bindings(countedKv().kv, { FOLLOW: "kcna-en" });
  const detail = 'this bridge does not follow the source "kp-vok-es"; its operator can add it to the variable FOLLOW';
  for (const path of ["/feeds/kp-vok-es.rss", "/feeds/kcna-en+kp-vok-es.json", "/feeds/kp-vok-es/2026-10.atom"]) {
    const response = await ask(env, path);
    expect([path, response.status]).toEqual([path, 404]);
    expect(await response.json()).toMatchObject({ detail });
  }
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "text/html" };
  const address = encodeURIComponent("http://www.vok.rep.kp/index.php/Colist/newslist/18/sp");
  const pushed = await ask(env, `/ingest/kp-vok-es?url=${address}`, { method: "POST", headers, body: "<html></html>" });
  expect([pushed.status, await pushed.json()]).toEqual([404, expect.objectContaining({ detail })]);
  expect(await (await ask(env, "/feeds/kp-vok-xx.rss")).json()).toMatchObject({
    detail: expect.stringContaining("there is no source"),
  });
  expect(await (await ask(env, "/feeds.opml")).text()).not.toContain("kp-vok-es");
  expect(fetched).not.toHaveBeenCalled();
  vi.unstubAllGlobals();
});
