import fc from "fast-check";
import { expect, test } from "vitest";
import { MergedListings } from "../../src/archive/merged-listings.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { runs } from "../runs.ts";

const SOURCES = ["a", "b", "c"];
const bounds = fc.tuple(fc.nat(120), fc.nat(120)).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));

test("any bounds, in any order, give the first articles within them, each once, as all listings together have them", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uniqueArray(fc.nat(120), { maxLength: 90 }), { minLength: 3, maxLength: 3 }),
      fc.array(fc.record({ bounds, descending: fc.boolean(), most: fc.integer({ min: 1, max: 40 }) }), {
        maxLength: 6,
      }),
      (listed, calls) => {
        const sql = nodeSql(":memory:");
        sql.run("CREATE TABLE listing (source TEXT, n INTEGER, PRIMARY KEY (source, n)) WITHOUT ROWID");
        for (const [i, numbers] of listed.entries())
          for (const n of numbers) sql.run("INSERT INTO listing VALUES (?, ?)", [SOURCES[i] as string, n]);
        const merged = new MergedListings(sql, SOURCES);
        const all = [...new Set(listed.flat())].sort((a, b) => a - b);
        for (const { bounds, descending, most } of calls) {
          // The rest of what a call gives follows with the next one.
          for (let { first, last } = bounds; first <= last; ) {
            const within = all.filter((n) => n >= first && n <= last);
            const expected = (descending ? within.toReversed() : within).slice(0, most);
            expect(merged.read({ first, last }, descending, most)).toEqual(expected);
            const end = expected[Math.ceil(expected.length / 2)];
            if (end === undefined) break;
            if (descending) last = end;
            else first = end;
            if (expected.length < 2) break;
          }
        }
      },
    ),
    { numRuns: runs(100) },
  );
});
