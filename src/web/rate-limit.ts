import type { Problem } from "./http/problem.ts";

/** Fair shares: how often one client may ask, through the rate-limiting binding of Workers where one is bound. */

/** Seconds until a refused client may try again: the longest period that the binding has. */
const PERIOD = 60;

/** Counts a request, and refuses a client that asks too often; undefined where it may go on. */
export async function checkRateLimit(request: Request, limiter: RateLimit): Promise<Problem | undefined> {
  const { success } = await limiter.limit({ key: clientOf(request) });
  if (success) return undefined;
  return {
    status: 429,
    detail: `this client asks too often; it may go on in ${PERIOD} seconds`,
    headers: { "retry-after": String(PERIOD) },
  };
}

/** A client's address; of IPv6 the network, since a client has 2^64 addresses in it. */
export function clientOf({ headers }: Request): string {
  const address = headers.get("cf-connecting-ip") ?? "";
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head.split(":").filter(Boolean);
  const rest = tail === undefined ? [] : tail.split(":").filter(Boolean);
  const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - groups.length - rest.length)).fill("0");
  const network = [...groups, ...zeros, ...rest].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
