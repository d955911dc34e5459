import { expect, test } from "vitest";
import { jsonParts } from "../../src/archive/json-parts.ts";

test("values come in parts of half a million characters, each once and in their order; a longer value comes alone", () => {
  const values = [1, 2, 3, 4].map((i) => `${i}`.repeat(i === 3 ? 600_000 : 200_000));
  const parts = [...jsonParts(values)].map((part) => JSON.parse(part) as string[]);
  expect(parts.flat()).toEqual(values);
  expect(parts.map(({ length }) => length)).toEqual([2, 1, 1]);
  expect([...jsonParts([])]).toEqual([]);
});

test("after a long value, short ones come together again", () => {
  const values = ["x".repeat(400_000), ...Array.from({ length: 1000 }, (_, i) => i)];
  const parts = [...jsonParts(values)].map((part) => JSON.parse(part) as unknown[]);
  expect(parts.flat()).toEqual(values);
  expect(parts.length).toBeLessThan(15);
});
