import { expect, test } from "vitest";
import { commonEndLength, commonStartLength } from "../../src/scrape/common-ends.ts";

test("the common start and the common end, wherever two texts differ", () => {
  for (let n = 0; n <= 600; n++) {
    const [one, two] = ["x", "글"].map((differing) => `${"a".repeat(n)}${differing}${"a".repeat(600 - n)}`) as [
      string,
      string,
    ];
    expect([commonStartLength(one, two), commonEndLength(one, two, 601)]).toEqual([n, 600 - n]);
    expect(commonEndLength(one, one, n)).toBe(n);
    expect(commonStartLength(one, one.slice(0, n))).toBe(n);
    expect(commonStartLength(one.slice(n), one.slice(n))).toBe(601 - n);
  }
});
