import { expect, test } from "vitest";
import { jsonParts } from "../../src/archive/json-parts.ts";

test("values come in parts of half a million characters, each once and in their order; a longer value comes alone", () => {
  const values = [1, 2, 3, 4].map((i) => `${i}`.repeat(i === 3 ? 600_000 : 200_000));
  const parts = [...jsonParts(values)].map((part) => JSON.parse(part) as string[]);
  expect(parts.flat()).toEqual(values);
  expect(parts.map(({ length }) => length)).toEqual([2, 1, 1]);
  expect([...jsonParts([])]).toEqual([]);
});
