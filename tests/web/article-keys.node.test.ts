import { expect, test } from "vitest";
import { localBridge } from "../../src/archive/local.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { settingsOf } from "../../src/settings.ts";
import { MAX_KEY_LENGTH } from "../../src/sites/addresses.ts";
import { createApp } from "../../src/web/app.ts";
import { HOUR, listing, NOW, shownAt } from "../archive/fixtures.ts";

/** Keys are what a website has in its addresses: whatever they look like, the bridge's links lead to the article. */

const longest = "2026/01/30/".padEnd(MAX_KEY_LENGTH, "%EA%B0%80");

test.each(["report.json", "timemap", "v1", "a/b", "a%2Fb", "a?b#c", "100%", "기사-1", "...", longest])(
  "the links of the article %j lead to it, and the feed goes on behind it",
  async (key) => {
    const settings = settingsOf({ PUBLIC_URL: "https://bridge.example" });
    const { bridge, service } = localBridge(settings, nodeSql(":memory:"));
    await service.commit([listing([{ ...shownAt(NOW), key }, shownAt(NOW - HOUR, "Older")])], NOW, false);
    const app = createApp(() => bridge);
    const ask = async (address: string, accept = "*/*") =>
      app.fetch(new Request(address, { headers: { accept, "accept-encoding": "identity" } }));
    const feed = await ask("https://bridge.example/feeds/kcna-en.json?limit=1");
    const { items, next_url } = (await feed.json()) as {
      items: { id: string; _bridge: { page: string } }[];
      next_url: string;
    };
    expect(await (await ask(next_url)).json()).toMatchObject({ items: [{ title: "Older" }] });
    const [{ id, _bridge } = { id: "", _bridge: { page: "" } }] = items;
    const page = await ask(_bridge.page, "text/html");
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toContain("text/html");
    const json = await ask(`${_bridge.page}.json`);
    expect(await json.json()).toMatchObject({ id, page: _bridge.page });
    expect((await ask(`${_bridge.page}/timemap`)).headers.get("content-type")).toBe("application/link-format");
    expect((await ask(`${_bridge.page}/v1`, "text/html")).headers.get("memento-datetime")).toBeTruthy();
  },
);
