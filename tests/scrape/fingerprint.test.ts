import { expect, test } from "vitest";
import { fingerprint, hashesOf } from "../../src/scrape/fingerprint.ts";

test("the first hash is FNV-1a, as its authors' examples have it", () => {
  const examples = { "": 0x811c9dc5, a: 0xe40c292c, foobar: 0xbf9cf968 };
  for (const [text, hash] of Object.entries(examples)) expect(hashesOf(text)[0]).toBe(hash);
});

test("no two texts have one fingerprint, which is letters and digits", () => {
  const texts = Array.from({ length: 5000 }, (_, i) => `로동신문 ${i}`);
  expect(new Set([...texts, "", ...texts.map((text) => `${text} `)].map(fingerprint)).size).toBe(10_001);
  expect(fingerprint("foobar")).toMatch(/^[a-z0-9]{10,14}$/);
  for (const at of [0, 1]) expect(new Set(texts.map((text) => hashesOf(text)[at])).size).toBeGreaterThan(4990);
});
