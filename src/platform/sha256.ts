import { isNode } from "./runtime.ts";

type Hash = (algorithm: "sha256", content: string | Uint8Array, encoding: "buffer") => Uint8Array<ArrayBuffer>;

/** Node's Web Crypto hashes in another thread: to wake it takes longer than to hash. On Workers it is the faster one. */
const hash: Hash | undefined = isNode ? process.getBuiltinModule("node:crypto").hash : undefined;

/** The SHA-256 hash of bytes, or of a text in UTF-8: 32 bytes. */
export async function sha256(content: string | Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  if (hash) return new Uint8Array(hash("sha256", content, "buffer")).buffer;
  return crypto.subtle.digest("SHA-256", typeof content === "string" ? new TextEncoder().encode(content) : content);
}
