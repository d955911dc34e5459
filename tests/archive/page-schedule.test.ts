import { expect, test } from "vitest";
import { nextRetry } from "../../src/archive/page-schedule.ts";
import { HOUR } from "../../src/time.ts";

test("a page that could not be read is retried after 1, 6 and 24 hours, then no more", () => {
  const delays = [1, 2, 3, 4].map((failures) => nextRetry(failures, 0));
  expect(delays).toEqual([HOUR, 6 * HOUR, 24 * HOUR, undefined]);
});
