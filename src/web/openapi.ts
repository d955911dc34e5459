import { type AppContext, baseOf } from "./context.ts";
import { conditionalResponse, weakEtag } from "./http/conditional.ts";
import { openApiDocument } from "./openapi/document.ts";

/** Where services find the description of the bridge. */
export const OPENAPI_PATH = "/openapi.json";

/** The description of the whole interface. */
export async function serveOpenApi(c: AppContext): Promise<Response> {
  const body = JSON.stringify(openApiDocument(baseOf(c).url, c.get("bridge")));
  const headers = { "cache-control": "public, max-age=3600" };
  return conditionalResponse(c.req.raw, { etag: weakEtag(body), contentType: "application/json", headers }, () => body);
}
