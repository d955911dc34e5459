import { expect, test } from "vitest";
import { decode } from "../../src/refresh/page-bytes.ts";

/** Node's own decoder of `euc-kr` has KS X 1001 alone; the charset of the web is windows-949. */

const read = (bytes: number[], charset = "euc-kr") => decode(new Uint8Array(bytes), `text/html; charset=${charset}`);
const PYONG = [0xc6, 0xf2];
const YANG = [0xbe, 0xe7];

test.each([
  ["갂", [0x81, 0x41]],
  ["갴", [0x81, 0x5a]],
  ["갵", [0x81, 0x61]],
  ["똠", [0x8c, 0x63]],
  ["뷁", [0x94, 0xee]],
  ["웲", [0x9f, 0x7a]],
  ["쬋", [0xa7, 0x41]],
  ["힣", [0xc6, 0x52]],
])("%s is read, between other syllables and alone", (syllable, bytes) => {
  expect(read([...PYONG, ...bytes, ...YANG])).toBe(`평${syllable}양`);
  expect(read([0x1a, ...bytes, 0x1a])).toBe(`\x1a${syllable}\x1a`);
  expect(read([0x3c, ...bytes, ...bytes, 0x3e], "ks_c_5601-1987")).toBe(`<${syllable}${syllable}>`);
});

test("what is no character in it becomes U+FFFD, and what follows is read", () => {
  for (const bytes of [[0xc6, 0x53], [0xc7, 0x41], [0xff]])
    expect(read([...PYONG, ...bytes, 0x3c, ...YANG])).toMatch(/^평\ufffd.?<양$/);
});
