import { expect, test } from "vitest";
import { localBridge } from "../../src/archive/local.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { settingsOf } from "../../src/settings.ts";
import { createApp } from "../../src/web/app.ts";

const TOKEN = "a-token-for-the-tests";

/** An export whose archive gives a part at a time: `{ end: 1 }` and so on, up to `parts`. */
async function exported(parts: number, fails = Number.POSITIVE_INFINITY) {
  const { bridge } = localBridge(settingsOf({ ADMIN_TOKEN: TOKEN }), nodeSql(":memory:"));
  const asked: number[] = [];
  const archive = {
    ...bridge.archive,
    async export(after: number) {
      asked.push(after);
      if (after >= fails) throw new Error("the archive is away");
      return { lines: [{ end: after + 1 }], ...(after + 1 < parts && { next: after + 1 }) };
    },
  };
  const app = createApp(() => ({ ...bridge, archive }));
  const headers = { authorization: `Bearer ${TOKEN}` };
  return { response: await app.fetch(new Request("https://bridge.example/export", { headers })), asked };
}

test("an export has every part of the archive, in order, as lines of JSON", async () => {
  const { response, asked } = await exported(3);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
  expect(await response.text()).toBe('{"end":1}\n{"end":2}\n{"end":3}\n');
  expect(asked).toEqual([0, 1, 2]);
});

test("an export that breaks off does not look complete", async () => {
  const { response } = await exported(3, 2);
  await expect(response.text()).rejects.toThrow("the archive is away");
});

test.each(["/export?after=0&after=1", "/feeds.opml?format=rss&format=atom", "/feeds/kcna-en.rss?limit=1&limit=2"])(
  "%s is an error that names the parameter: one of the two values would be read over",
  async (path) => {
    const { bridge } = localBridge(settingsOf({ ADMIN_TOKEN: TOKEN }), nodeSql(":memory:"));
    const headers = { authorization: `Bearer ${TOKEN}` };
    const response = await createApp(() => bridge).fetch(new Request(`https://bridge.example${path}`, { headers }));
    const [, name] = /&(\w+)=/.exec(path) ?? [];
    expect(await response.json()).toMatchObject({
      status: 400,
      parameter: name,
      detail: `${name} is given more than once`,
    });
  },
);
