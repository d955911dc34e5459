import { expect, test, vi } from "vitest";
import { sha256 } from "../../src/platform/sha256.ts";

test("the hash is that of Web Crypto, of texts and of bytes, and is made without waking a thread", async () => {
  const subtle = vi.spyOn(crypto.subtle, "digest");
  // FIPS 180-2, appendix B.1.
  const hex = Buffer.from(await sha256("abc")).toString("hex");
  expect(hex).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const texts = ["", "조선중앙통신 \u{1f4f0}", "\ud800", "x".repeat(100_000)];
  const own = await Promise.all(
    texts.flatMap((text) => [sha256(text), sha256(new Uint8Array(new TextEncoder().encode(text)))]),
  );
  expect(subtle).not.toHaveBeenCalled();
  subtle.mockRestore();
  for (const [i, hash] of own.entries()) {
    const bytes = new TextEncoder().encode(texts[i >> 1]);
    expect(new Uint8Array(hash)).toEqual(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  }
});
