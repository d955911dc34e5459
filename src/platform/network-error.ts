/**
 * Why `fetch` failed, in words. Node says only "fetch failed"; its cause has a code (`ECONNREFUSED`, `ENOTFOUND`), and a
 * message that is empty if several addresses of a name were tried.
 */
export function networkError(error: unknown): string {
  const { cause, message } = error as Error;
  const { code, message: reason = "" } = (cause ?? {}) as { code?: unknown; message?: string };
  if (typeof code !== "string" || reason.includes(code)) return reason || message || String(error);
  return [code, reason].filter(Boolean).join(": ");
}
