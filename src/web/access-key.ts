import { createMiddleware } from "hono/factory";
import { timingSafeEqual } from "hono/utils/buffer";
import type { AppEnv } from "./context.ts";
import { bearerOf, CHALLENGE, passwordOf } from "./http/authorization.ts";
import { HttpError } from "./http/problem.ts";
import { keyInAddress } from "./links.ts";

/** Access to a private bridge: with ACCESS_KEY set, every feed and page requires the key. */

/**
 * Refuses readers without the key. Preflights pass: browsers send them without credentials.
 *
 * Hono's `bearer-auth` and `basic-auth` are not used: one key is accepted in three ways here, errors are problem
 * details, and a key may have any characters.
 */
export const requireAccessKey = createMiddleware<AppEnv>(async (c, next) => {
  const { accessKey } = c.get("bridge");
  if (!accessKey || c.req.method === "OPTIONS") return next();
  await checkAccessKey(c.req.raw, accessKey);
  await next();
});

/** @throws HttpError (401) without the right key */
export async function checkAccessKey(request: Request, accessKey: string): Promise<void> {
  const key = keyInAddress(new URL(request.url)) ?? bearerOf(request) ?? passwordOf(request);
  if (key !== undefined && (await timingSafeEqual(key, accessKey))) return;
  throw new HttpError({
    status: 401,
    detail: `${key === undefined ? "a key is needed" : "the key is wrong"}: this bridge is private, and its feeds and pages need the key: as ?key=… in the address, as the password of any user, or as a bearer token`,
    // Basic first: feed readers know it, and some read only the first challenge.
    headers: {
      "www-authenticate": `Basic realm="kcna-feed-bridge", charset="UTF-8", ${CHALLENGE["www-authenticate"]}`,
    },
  });
}
