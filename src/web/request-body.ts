import { readAtMost } from "../refresh/page-bytes.ts";
import { HttpError } from "./http/problem.ts";

const MIB = 1024 * 1024;

/**
 * The bytes of a request's body. A coding is refused (RFC 9110, section 15.5.16), because the
 * size of the decoded body is known only when it is in memory. Hono's `body-limit` trusts Content-Length and copies the
 * request; this stops reading at the limit.
 *
 * @param most bytes
 * @param name what the body is, for people
 * @throws HttpError if it is too large, is encoded or breaks off
 */
export async function readBody(request: Request, most: number, name: string): Promise<Uint8Array> {
  const coding = request.headers.get("content-encoding") || "identity";
  if (coding.toLowerCase() !== "identity") {
    const detail = `${name} must be sent as it is, without the Content-Encoding ${coding.slice(0, 40)}`;
    throw new HttpError({ status: 415, detail, headers: { "accept-encoding": "identity" } });
  }
  const size = most < MIB ? `${most} bytes` : `${most / MIB} MiB`;
  const bytes = await readAtMost(request, most).catch(() => {
    throw new HttpError({ status: 400, detail: "the body of the request broke off" });
  });
  if (!bytes) throw new HttpError({ status: 413, detail: `${name} may have ${size} at most` });
  return bytes;
}
