import type { Settings } from "../../settings.ts";
import { type AppContext, baseOf } from "../context.ts";
import { conditionalResponse, weakEtag } from "../http/conditional.ts";
import { PHRASES } from "../http/problem.ts";
import { bridgeName } from "../pages/layout.tsx";
import { type Operation, operations, RESPONSE_HEADERS } from "./operations.ts";
import { CONDITIONS, pathParameters } from "./parameters.ts";
import { ref, schemas } from "./schemas.ts";

/** The description of the bridge in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html). */

/** Where services find the description of the bridge. */
export const OPENAPI_PATH = "/openapi.json";

export async function serveOpenApi(c: AppContext): Promise<Response> {
  const body = JSON.stringify(openApiDocument(baseOf(c).url, c.get("bridge")));
  const headers = { "cache-control": "public, max-age=3600" };
  return conditionalResponse(c.req.raw, { etag: weakEtag(body), contentType: "application/json", headers }, () => body);
}

/** Errors that every operation can have, beside its own. */
const EVERYWHERE = [429, 500] as const;

type Status = keyof typeof PHRASES;
interface ResponseObject {
  description: string;
  content?: object;
  headers?: object;
}

/** @param url where the bridge's own addresses begin */
function openApiDocument(url: string, settings: Settings): Record<string, unknown> {
  const ids = settings.sources.map(({ id }) => id);
  const known = pathParameters(ids);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [address, operation] of Object.entries(operations())) {
    const [method = "", path = ""] = address.split(" ");
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].flatMap(([, name = ""]) => known[name] ?? []);
    paths[path] = { ...paths[path], [method]: operationObject(method, path, operation, inPath) };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: bridgeName(settings.sources),
      version: "1",
      description:
        "Feeds, an archive and a journal of articles. Errors are problem details (RFC 9457). Any other method gets 405 with Allow; HEAD works wherever GET does.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url }],
    paths,
    components: {
      schemas: schemas(),
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "the operator's ADMIN_TOKEN, or METRICS_TOKEN" },
        key: { type: "http", scheme: "bearer", description: "the ACCESS_KEY of a private bridge" },
        password: { type: "http", scheme: "basic", description: "the same key as the password of any user" },
        address: { type: "apiKey", in: "query", name: "key", description: "the same key in the address" },
      },
    },
  };
}

function operationObject(method: string, path: string, operation: Operation, inPath: readonly object[]) {
  const { summary, parameters = [], headers = [], body, access } = operation;
  const all = [...inPath, ...parameters, ...headers.flatMap((name) => CONDITIONS[name] ?? [])];
  // Only keys of articles have upper-case letters.
  const isMoved = method === "get" && path.includes("{") && !path.startsWith("/articles/");
  const words = path.replace(/[{}]/g, "").split(/[/.]+/).filter(Boolean);
  return {
    operationId: [method, ...words].join("-"),
    summary,
    ...(all.length > 0 && { parameters: all }),
    ...(body && { requestBody: { required: true, content: { [body.type]: { schema: body.schema } } } }),
    // A browser gets a page for an error, but not at an address that ends in a format.
    responses: withCacheControl({
      ...(isMoved && { 301: { description: "Moved to the address in lower case", ...headersObject(["Location"]) } }),
      ...responsesOf(operation, method === "get", method === "get" && !/\.\w+$/.test(path)),
    }),
    security: SECURITY[access],
  };
}

/** Every response says how long it may be kept. */
const withCacheControl = (responses: Record<string, ResponseObject>) =>
  Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      const { headers } = headersObject(["Cache-Control"]);
      return [status, { ...response, headers: { ...headers, ...response.headers } }];
    }),
  );

/** An empty requirement: a bridge without the secret is open. */
const SECURITY: Readonly<Record<Operation["access"], readonly object[]>> = {
  everybody: [{}],
  reader: [{}, { key: [] }, { password: [] }, { address: [] }],
  metrics: [{}, { token: [] }, { key: [] }],
  operator: [{ token: [] }],
};

function responsesOf(operation: Operation, isRead: boolean, isPage: boolean): Record<string, ResponseObject> {
  const { content, success = 200, headers = [], errors = [], access, parameters = [] } = operation;
  const { redirects, unavailable } = operation;
  const described = headersObject(headers);
  const responses: Record<string, ResponseObject> = {
    [success]: {
      description: success === 301 ? "Moved" : success === 202 ? "Accepted" : "Success",
      ...(content && { content }),
      ...(headers.length > 0 && described),
    },
    ...(isRead && headers.includes("ETag") && { 304: { description: "Nothing has changed", ...described } }),
    ...(redirects && { 303: { description: redirects, ...headersObject(["Location"]) } }),
  };
  const problems = new Set<Status>([
    ...errors,
    ...(parameters.length > 0 && success !== 301 ? [400 as const] : []),
    ...(access === "everybody" ? [] : [401 as const]),
    ...EVERYWHERE,
  ]);
  for (const status of [...problems].sort((a, b) => a - b)) responses[status] = problemObject(status, isPage);
  if (unavailable)
    responses[503] = { description: "No feed can be served", content: { ...content, ...unavailable }, ...RETRY_AFTER };
  return responses;
}

const headersObject = (names: readonly (keyof typeof RESPONSE_HEADERS)[]) => ({
  headers: Object.fromEntries(
    names.map((name) => [name, { description: RESPONSE_HEADERS[name], schema: { type: "string" } }]),
  ),
});

const RETRY_AFTER = {
  headers: { "Retry-After": { description: "seconds until another try", schema: { type: "string" } } },
};

const problemObject = (status: Status, isPage: boolean) => ({
  description: PHRASES[status],
  content: {
    "application/problem+json": { schema: ref("Problem") },
    ...(isPage && { "text/html": { schema: { type: "string" } } }),
  },
  ...((status === 429 || status === 503) && RETRY_AFTER),
  ...(status === 401 && headersObject(["WWW-Authenticate"])),
  ...(status === 415 && headersObject(["Accept-Encoding"])),
});
