import fc from "fast-check";
import { expect, test } from "vitest";
import { DataUrlFilter } from "../../src/scrape/data-urls.ts";
import { runs } from "../runs.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** What is kept of a page that comes in chunks of these sizes, in turn. */
function filtered(page: string, sizes: readonly number[]): string {
  const bytes = bytesOf(page);
  const filter = new DataUrlFilter();
  const kept: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? bytes.length;
    kept.push(...filter.push(bytes.subarray(at, at + size)));
    at += size;
  }
  kept.push(filter.end());
  return new TextDecoder().decode(Uint8Array.from(kept.flatMap((chunk) => [...chunk])));
}

const PICTURE = `data:image/jpeg;base64,/9j/${"A1+/".repeat(40)}==`;

test.each([
  ["in double quotes", `<p>a<img src="${PICTURE}" alt="x">b</p>`, `<p>a<img src="data:" alt="x">b</p>`],
  ["in single quotes", `<img src='${PICTURE}' alt='"'>b`, `<img src='data:' alt='"'>b`],
  ["without quotes", `<img src=${PICTURE} alt=x>b`, "<img src=data: alt=x>b"],
  ["without quotes, at the tag's end", `<img src=${PICTURE}>b`, "<img src=data:>b"],
  ["in a style", `<p style="background:url(${PICTURE})">b</p>`, `<p style="background:url(data:)">b</p>`],
  ["in capitals", `<img src="DATA:IMAGE/png;base64,AAAA">b`, `<img src="DATA:">b`],
  ["several", `<img src="${PICTURE}"><img src="${PICTURE}">`, `<img src="data:"><img src="data:">`],
  [
    "with a space and a bracket in its quotes",
    `<img src="data:image/svg+xml,<svg a='b'></svg>">b`,
    '<img src="data:">b',
  ],
  ["at the start of the page", `${PICTURE}> b`, "data:> b"],
  ["never ended", `<p>a</p><img src="${PICTURE}`, `<p>a</p><img src="data:`],
])("a picture's data is left out: %s", (_, page, kept) => {
  for (const sizes of [[page.length], [1], [2, 3], [7], [64]]) expect(filtered(page, sizes)).toBe(kept);
});

test.each([
  "the data: 12 tons of rice, metadata: none",
  "Time: 12:30:45, http://www.kcna.kp/en/article",
  '<a href="data:text/plain,hello">a</a>',
  "data:",
  "data:im",
  "data:images of him",
  "data:irrelevant",
  "the beta:image/x",
  ":",
  "한국: 데이터",
])("text without a picture stays as it is: %s", (page) => {
  for (const sizes of [[page.length], [1], [3], [5, 1]]) {
    const kept = filtered(page, sizes);
    expect(kept).toBe(page);
  }
});

test("what is kept does not depend on how a page is cut into chunks", () => {
  const piece = fc.constantFrom(
    '"',
    "'",
    " ",
    "data:",
    "image/",
    "data:image/png,",
    "x",
    ":",
    ">",
    "(",
    ")",
    "가",
    "dat",
    "a:ima",
  );
  const page = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });
  const whole = (text: string) => filtered(text, [Number.MAX_SAFE_INTEGER]);
  fc.assert(
    fc.property(page, sizes, (text, cuts) => filtered(text, cuts) === whole(text)),
    { numRuns: runs(500) },
  );
});
