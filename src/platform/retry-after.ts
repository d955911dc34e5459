/** A longer Retry-After (seconds) is cut: it is a mistake, or too long for a feed. */
const MAX_RETRY_AFTER = 86_400;

/** Seconds to wait, from a number or a date (RFC 9110, section 10.2.3); undefined if a response does not say. */
export function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get("retry-after") ?? "";
  const seconds = /^\s*\d+\s*$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - Date.now()) / 1000);
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds), MAX_RETRY_AFTER) : undefined;
}
