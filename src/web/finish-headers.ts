import type { Bridge } from "../archive/bridge.ts";
import { addDefaultHeaders } from "./http/headers.ts";

/** `Cache-Control` for Cloudflare's caches alone (RFC 9213). */
const WORKERS_CACHE_CONTROL = "cloudflare-cdn-cache-control";

/** Adds to the headers of a response what it does not say itself. A second time changes nothing. */
export function finishHeaders(headers: Headers, bridge: Bridge | undefined): void {
  addDefaultHeaders(headers);
  const cacheControl = headers.get("cache-control");
  // A cache may keep what says nothing as long as it likes (RFC 9111, section 4.2.2).
  if (!cacheControl) headers.set("cache-control", "no-store");
  // Shared caches must not store what a key has opened.
  else if (bridge?.accessKey) headers.set("cache-control", cacheControl.replace(/^public\b/, "private"));
  // Workers Cache does not distinguish hosts: without PUBLIC_URL, links would be those of the host that asked first.
  else if (!bridge?.publicUrl && cacheControl.startsWith("public")) headers.set(WORKERS_CACHE_CONTROL, "no-store");
}
