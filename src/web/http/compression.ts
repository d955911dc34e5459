import { isNode } from "../../platform/runtime.ts";

/**
 * Compression. Cloudflare does not compress application/atom+xml and application/feed+json, so that the bridge compresses
 * every response itself.
 */

/** Whether the client takes gzip (RFC 9110, section 12.5.3). */
export function acceptsGzip(request: Request): boolean {
  // Cloudflare replaces the client's Accept-Encoding and keeps the original here; other runtimes have no `cf`.
  const client = (request as Request<unknown, IncomingRequestCfProperties>).cf?.clientAcceptEncoding;
  const accepted = (typeof client === "string" ? client : request.headers.get("accept-encoding")) ?? "";
  let any = 0;
  for (const part of accepted.toLowerCase().split(",")) {
    const [coding = "", ...parameters] = part.split(";").map((text) => text.trim());
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    const weight = q === undefined ? 1 : Number(q.slice(2)) || 0;
    if (coding === "gzip" || coding === "x-gzip") return weight > 0;
    if (coding === "*") any = weight;
  }
  return any > 0;
}

/**
 * A response whose body is compressed already. Workers would compress it again without `encodeBody: "manual"`; other
 * runtimes send bodies as they are and ignore the option.
 *
 * @param headers get `Content-Encoding`
 */
export function gzipResponse(body: Uint8Array<ArrayBuffer>, headers: Headers, status = 200): Response {
  headers.set("content-encoding", "gzip");
  return new Response(body, { status, headers, encodeBody: "manual" });
}

/** Node compresses streams in another thread. Waking it takes longer than compressing a short text. */
const zlib = isNode ? process.getBuiltinModule("node:zlib") : undefined;
/** Bytes that are compressed in this thread, at most: some 0.3 milliseconds. */
const MAX_AT_ONCE = 64 * 1024;

/** The server on Node sends a view of bytes at once; other bodies it reads as streams, which takes four times as long. */
export async function compress(
  content: string | Uint8Array<ArrayBuffer>,
  format: "gzip" | "deflate" = "gzip",
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  if (zlib && bytes.length <= MAX_AT_ONCE)
    return new Uint8Array(format === "gzip" ? zlib.gzipSync(bytes) : zlib.deflateSync(bytes));
  const { readable, writable } = new CompressionStream(format);
  const writer = writable.getWriter();
  const [body] = await Promise.all([new Response(readable).arrayBuffer(), writer.write(bytes), writer.close()]);
  return new Uint8Array(body);
}

/** The response with a text, compressed if the client takes that. */
export async function compressedResponse(request: Request, text: string, headers: Headers, status = 200) {
  if (!acceptsGzip(request)) return new Response(text, { status, headers });
  return gzipResponse(await compress(text), headers, status);
}
