import type { Context } from "hono";
import type { HonoBase } from "hono/hono-base";
import type { Bridge } from "../archive/bridge.ts";
import { logError } from "../log.ts";
import { IGNORED_PARAMETER, type Name } from "../query/parameters.ts";
import { parseQuery, type Query } from "../query/query.ts";
import { badParameter, refusedParameter } from "./http/problem.ts";
import { type Base, keyInAddress } from "./links.ts";

/** What every handler gets: the runtime's bindings, which only `createApp` reads, and the bridge made from them. */
export interface AppEnv {
  Bindings: object;
  /** Read with `c.get("bridge")`: Hono builds a new `c.var` at each access. */
  Variables: { bridge: Bridge };
}

export type App = HonoBase<AppEnv>;
export type AppContext = Context<AppEnv>;

/**
 * The base of the bridge's own links. In a private bridge they hand on the key that came in the address. If the
 * settings are wrong there is no bridge: the base is then the request's own origin.
 */
export function baseOf(c: AppContext): Base {
  const bridge: Bridge | undefined = c.get("bridge");
  const url = new URL(c.req.url);
  const key = bridge?.accessKey && keyInAddress(url);
  return { url: bridge?.publicUrl ?? url.origin, ...(key && { key }) };
}

/** Lets work continue after the response. Without an execution context (plain Node) nothing ends it early. */
export const runAfterResponse =
  (c: AppContext) =>
  (work: Promise<unknown>): void => {
    try {
      c.executionCtx.waitUntil(work);
    } catch {
      // Hono throws where the runtime passed no context.
      work.catch((error) => logError("error", error));
    }
  };

/** @throws HttpError if a parameter is wrong, or none of `names` */
export async function requireQuery(c: AppContext, now: number, names?: readonly Name[]): Promise<Query> {
  const parsed = await parseQuery(new URL(c.req.url).searchParams, now, names);
  if ("error" in parsed) throw badParameter(parsed.error);
  return parsed.query;
}

/**
 * A parameter of the address that is no feed's; undefined if it is absent.
 *
 * @throws HttpError if it is given more than once
 */
export function ownParameter(c: AppContext, name: string): string | undefined {
  const [value, twice] = new URL(c.req.url).searchParams.getAll(name);
  if (twice !== undefined) throw refusedParameter(name, "is given more than once");
  return value;
}

/** A parameter of the address that is none of these, shortened; undefined if there is none. */
export const otherParameter = (c: AppContext, names: readonly string[] = []): string | undefined =>
  [...new URL(c.req.url).searchParams.keys()]
    .find((name) => !names.includes(name) && !IGNORED_PARAMETER.test(name))
    ?.slice(0, 60);

/** Source ids as the path has them; Hono leaves an escape that cannot be decoded as it is. */
export const sourcesInPath = (c: AppContext): string => c.req.param("sources") ?? "";
