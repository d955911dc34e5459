import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./context.ts";
import { unchangedFeed } from "./feed.ts";
import { HttpError, type Problem } from "./http/problem.ts";

/** Seconds until a refused client may try again: the longest period that a Workers rate limit can have. */
const PERIOD = 60;

/**
 * Refuses a client that sends too many requests, before anything else is done for it. Preflights, health checks and
 * polls that are answered from memory do not count. In a private bridge everything counts that could tell a right key
 * from a wrong one.
 */
export const rateLimit = createMiddleware<AppEnv>(async (c, next) => {
  const { limiter, accessKey } = c.get("bridge");
  const { method, path, raw } = c.req;
  if (!limiter || method === "OPTIONS" || (!accessKey && path === "/health")) return next();
  const isRead = method === "GET" || method === "HEAD";
  const unchanged = isRead && !accessKey ? await unchangedFeed(c) : undefined;
  if (unchanged) return unchanged;
  const { success } = await limiter.limit({ key: clientOf(raw) });
  if (!success) throw new HttpError(TOO_MANY_REQUESTS);
  await next();
});

const TOO_MANY_REQUESTS: Problem = {
  status: 429,
  detail: `this client sends too many requests; try again in ${PERIOD} seconds`,
  headers: { "retry-after": String(PERIOD) },
};

/** The client's address as Cloudflare gives it. IPv6: the /64 network, because one client has 2^64 addresses in it. */
export function clientOf({ headers }: Request): string {
  const address = headers.get("cf-connecting-ip") ?? "";
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  const rest = tail === undefined ? [] : tail.split(":").filter(Boolean);
  const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill("0");
  const network = [...groups, ...zeros, ...rest].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
