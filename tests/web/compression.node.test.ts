import { gunzipSync, inflateSync } from "node:zlib";
import { afterEach, expect, test, vi } from "vitest";
import { acceptsGzip, compress } from "../../src/web/http/compression.ts";

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

test("a client takes gzip if it says so, or anything; on Cloudflare, what it has sent itself counts", () => {
  const accepts = (accepted?: string, client?: string) => {
    const headers = new Headers(accepted === undefined ? undefined : { "accept-encoding": accepted });
    return acceptsGzip(
      Object.assign(new Request("https://bridge.example/", { headers }), { cf: { clientAcceptEncoding: client } }),
    );
  };
  for (const taken of ["gzip", "br, GZIP", "x-gzip;q=0.1", "*", "deflate, *;q=0.5"])
    expect([taken, accepts(taken)]).toEqual([taken, true]);
  for (const refused of [undefined, "", "br", "gzip;q=0", "*, gzip;q=0", "*;q=0", "gzip;q=none"])
    expect([refused, accepts(refused)]).toEqual([refused, false]);
  expect([accepts("gzip, br", "identity"), accepts("gzip, br", ""), accepts("br", "gzip")]).toEqual([
    false,
    false,
    true,
  ]);
});
