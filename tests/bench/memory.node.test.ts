import { expect, test } from "vitest";
import { random } from "../random.ts";
import { checkMemory, type Sample } from "./load/memory.ts";

/** The judgement of `npm run load`, on ten minutes of samples. */
const samples = (heap: (i: number) => number, resident = (_: number) => 220, outside = (_: number) => 14): Sample[] =>
  Array.from({ length: 20 }, (_, i) => ({ at: i * 35, heap: heap(i), outside: outside(i), resident: resident(i) }));

/** Megabytes that 5,000 requests leave behind between two samples. */
const leak = (bytes: number) => (i: number) => (i * bytes * 5000) / 1e6;

test("a leak of a buffer of 1 KB a request is called one, by what lives and by the process", () => {
  const buffers = leak(1024);
  const all = samples(
    () => 28,
    (i) => 220 + buffers(i),
    (i) => 14 + buffers(i),
  );
  expect(checkMemory(all)).toEqual([
    "memory (outside) rose from 65.2 by 46.1 MB in the second half",
    "memory (resident) rose from 271.2 by 46.1 MB in the second half",
  ]);
});

test("a leak of the address of each request is called one, though the process hides it", () => {
  const next = random(1);
  expect(
    checkMemory(
      samples(
        (i) => 28 + leak(100)(i),
        () => 210 + next() * 20,
      ),
    ),
  ).toHaveLength(1);
});

test("memory outside of V8 that only the process shows is seen to rise", () => {
  expect(
    checkMemory(
      samples(
        () => 28,
        (i) => 220 + 6 * i,
      ),
    ),
  ).toEqual(["memory (resident) rose from 280.0 by 54.0 MB in the second half"]);
});

test("caches that fill in the first half, values that scatter, and one that is far off are flat", () => {
  expect(checkMemory(samples((i) => 15 + Math.min(i, 9)))).toEqual([]);
  expect(checkMemory(samples((i) => 11 + i * 0.18))).toEqual([]);
  const feeds = (i: number) => 14 + i * 0.3;
  expect(checkMemory(samples(() => 28, undefined, feeds))).toEqual([]);
  expect(checkMemory(samples((i) => (i === 19 ? 90 : 28)))).toEqual([]);
  for (let seed = 0; seed < 300; seed++) {
    const next = random(seed);
    expect(
      checkMemory(
        samples(
          () => 28 * (0.96 + next() * 0.08),
          () => 220 * (0.96 + next() * 0.08),
        ),
      ),
    ).toEqual([]);
  }
});

test("too few samples are no proof", () => {
  expect(checkMemory(samples(() => 28).slice(0, 6))).toEqual([
    "memory was measured 6 times, which says nothing: load for longer",
  ]);
});
