import { expect, test } from "vitest";
import { LruCache } from "../../src/web/lru-cache.ts";

test("a full cache drops the entry that was used least recently", () => {
  const cache = new LruCache<number>(2);
  cache.set("a", "1", 1);
  cache.set("b", "1", 2);
  cache.get("a", "1");
  cache.set("c", "1", 3);
  expect(["a", "b", "c"].map((key) => cache.get(key, "1"))).toEqual([1, undefined, 3]);
});

test("an entry that is made again counts as used", () => {
  const cache = new LruCache<number>(2);
  cache.set("a", "1", 1);
  cache.set("b", "1", 2);
  cache.set("a", "2", 3);
  cache.set("c", "1", 4);
  expect([cache.get("a", "2"), cache.get("b", "1")]).toEqual([3, undefined]);
});
