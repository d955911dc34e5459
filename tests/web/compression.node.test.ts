import { gunzipSync, inflateSync } from "node:zlib";
import { afterEach, expect, test, vi } from "vitest";
import { compress } from "../../src/web/http/compression.ts";

afterEach(() => vi.unstubAllGlobals());

test("short texts are compressed without waking a thread, long ones in another, and both are what they were", async () => {
  let streams = 0;
  class CountedStream extends CompressionStream {
    constructor(format: "gzip" | "deflate") {
      super(format);
      streams++;
    }
  }
  vi.stubGlobal("CompressionStream", CountedStream);
  for (const text of ["", "조선중앙통신", "x".repeat(64 * 1024), `한${"y".repeat(64 * 1024)}`]) {
    const bytes = new Uint8Array(Buffer.from(text));
    expect(gunzipSync(await compress(text)).toString()).toBe(text);
    expect(inflateSync(await compress(bytes, "deflate")).toString()).toBe(text);
    expect(streams).toBe(bytes.length > 64 * 1024 ? 2 : 0);
  }
});
