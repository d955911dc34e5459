import type { Settings } from "../settings.ts";
import { bearerOf, CHALLENGE, isSecret, passwordOf } from "./http/authorization.ts";
import type { Problem } from "./http/problem.ts";

/** The door of a private bridge: with ACCESS_KEY set, every feed and page asks for the key. */

const PARAMETER = "key";

/** The key in the address, which own links hand on; one that comes in a header is nowhere handed on. */
export const keyInAddress = (url: URL): string | undefined => url.searchParams.get(PARAMETER) ?? undefined;

/** Why a reader may not come in; undefined where it may. */
export async function checkAccessKey(request: Request, { accessKey }: Settings): Promise<Problem | undefined> {
  if (!accessKey) return undefined;
  const key = keyInAddress(new URL(request.url)) ?? bearerOf(request) ?? passwordOf(request);
  if (key !== undefined && (await isSecret(key, accessKey))) return undefined;
  return {
    status: 401,
    detail: `${key === undefined ? "a key is needed" : "the key is wrong"}: this bridge is private, and its feeds and pages need the key: as ?key=… in the address, as the password of any user, or as a bearer token`,
    // Basic first: it is what readers know, and some look at the first alone.
    headers: {
      "www-authenticate": `Basic realm="kcna-feed-bridge", charset="UTF-8", ${CHALLENGE["www-authenticate"]}`,
    },
  };
}

/** Caches that many share must not keep what a key has opened. */
export const privateCacheControl = (cacheControl: string): string => cacheControl.replace(/^public\b/, "private");
