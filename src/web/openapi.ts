import { type AppContext, baseOf } from "./context.ts";
import { acceptsGzip, gzip, gzipResponse } from "./http/compression.ts";
import { isNotModified, weakEtag } from "./http/conditional.ts";
import { openApiDocument } from "./openapi/document.ts";

/** Where services find the description of the bridge. */
export const OPENAPI_PATH = "/openapi.json";

/** The description of the whole interface. */
export async function serveOpenApi(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  const body = JSON.stringify(openApiDocument(baseOf(c).url, bridge));
  const etag = weakEtag(body);
  const headers = new Headers({ etag, "cache-control": "public, max-age=3600", vary: "Accept-Encoding" });
  if (isNotModified(c.req.raw.headers, { etag, lastModified: 0, timeDependent: true }))
    return new Response(null, { status: 304, headers });
  headers.set("content-type", "application/json");
  if (!acceptsGzip(c.req.raw)) return new Response(body, { headers });
  return gzipResponse(await gzip(body), headers);
}
