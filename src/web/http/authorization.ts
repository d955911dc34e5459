import { timingSafeEqual } from "hono/utils/buffer";
import { HttpError } from "./problem.ts";

/** The bearer token of a request (RFC 6750, section 2.1). */
export function bearerOf(request: Request): string | undefined {
  const [, token] = /^Bearer +(.+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  // Node gives each byte of a header as a character, Cloudflare reads them as UTF-8.
  if (token === undefined || !/^[\0-\xff]*$/.test(token)) return token;
  try {
    const bytes = Uint8Array.from(token, (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return token;
  }
}

/** The password of a request (RFC 7617); the user name is ignored. */
export function passwordOf(request: Request): string | undefined {
  const [, encoded] = /^Basic +([\w+/=-]+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  try {
    const bytes = Uint8Array.from(atob(encoded ?? ""), (character) => character.charCodeAt(0));
    return /^[^:]*:(.*)$/s.exec(new TextDecoder().decode(bytes))?.[1];
  } catch {
    return undefined;
  }
}

/** The challenge of a 401 (RFC 9110, section 11.6.1). */
export const CHALLENGE = { "www-authenticate": 'Bearer realm="kcna-feed-bridge"' };

/**
 * Lets only requests with the right bearer token pass.
 *
 * @param missing the detail for a request without a token
 * @throws HttpError (401)
 */
export async function checkBearer(request: Request, secret: string, missing: string): Promise<void> {
  const token = bearerOf(request);
  if (token !== undefined && (await timingSafeEqual(token, secret))) return;
  const detail = token === undefined ? missing : "the bearer token is wrong";
  throw new HttpError({ status: 401, detail, headers: CHALLENGE });
}
