/** Counts requests by client. Cloudflare's rate-limiting binding is one. */
export interface RateLimiter {
  /** Counts a request of the client `key`; whether it may go on. */
  limit(request: { key: string }): Promise<{ success: boolean }>;
}
