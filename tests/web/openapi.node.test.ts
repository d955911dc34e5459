import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import createClient from "openapi-fetch";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { memoize } from "../../src/memoize.ts";
import { settingsOf } from "../../src/settings.ts";
import { createApp } from "../../src/web/app.ts";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { agreeing, ORIGIN, type PushedBridge, pushedBridge, receivers, TOKEN } from "../notify/receivers.ts";
import { runs } from "../runs.ts";

/** `/openapi.json` against the bridge: what it describes is there, and what is there is described. */

interface ParameterObject {
  name: string;
  in: "query" | "path" | "header";
  schema: { type?: string; enum?: string[]; minimum?: number; maximum?: number };
}
interface OperationObject {
  parameters?: ParameterObject[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { content?: Record<string, { schema: object }>; headers?: Record<string, unknown> }>;
}
interface OpenApi {
  paths: Record<string, Record<"get" | "post", OperationObject>>;
  components: { schemas: Record<string, object> };
}

let bridge: PushedBridge;
let api: OpenApi;
let isOf: Validate;
let key: string;
let month: string;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  receivers({ "hook.example": agreeing });
  const secret = `whsec_${btoa("a secret of at least 24 bytes, made up")}`;
  const now = Date.now();
  bridge = pushedBridge({
    WEBHOOKS: JSON.stringify([{ url: "https://hook.example/", secret, feed: "kcna-en" }]),
  });
  // Every source was just read: none is overdue, and nothing is fetched.
  for (const { id } of settingsOf({}).sources) await bridge.commit(page(now - HOUR, 6), { source: id });
  await bridge.commit([shownAt(now - HOUR, "Another title"), ...page(now - 2 * HOUR, 5)]);
  const { key: goneKey } = shownAt(now - 4 * HOUR);
  for (const hours of [1, 8]) {
    const absent = { source: "kcna-en", absentPages: [{ site: "kcnawatch", key: goneKey }] };
    await bridge.service().commit([absent], now + hours * HOUR, true);
  }
  await bridge.run();
  api = await json<OpenApi>("/openapi.json");
  isOf = makeValidator();
  const { items } = await json<{ items: { _bridge: { key: string } }[] }>("/feeds/kcna-en.json");
  key = items[0]?._bridge.key ?? "";
  month = new Date(now + 9 * HOUR - 2 * HOUR).toISOString().slice(0, 7);
});
afterAll(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function json<Document>(path: string): Promise<Document> {
  const response = await bridge.ask(path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Document;
}

const operations = () =>
  Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
const examples = (): Record<string, string> => ({
  sources: "kcna-en",
  source: "kcna-en",
  format: "json",
  month,
  site: "kcnawatch",
  key,
  v: "1",
  n: "1",
});
const filled = (path: string, values: Record<string, string>) =>
  path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? ""));

test("it is valid OpenAPI 3.1, by a validator that is not ours", async () => {
  const result = await new Validator().validate(api as never);
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
  const ids = operations().map(({ operation }) => (operation as { operationId?: string }).operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test("every operation has a route, and every route an operation", () => {
  const app = createApp(() => {
    throw new Error("nothing is asked");
  });
  const isRoute = ({ method }: { method: string }) => method !== "ALL";
  const described = new Set<object>();
  for (const { path, method } of operations()) {
    const matches = app.router.match(method, filled(path, examples()))[0].map(([[, route]]) => route);
    const routes = matches.filter(isRoute);
    expect([path, routes.length > 0]).toEqual([path, true]);
    for (const route of routes) described.add(route);
  }
  const missing = app.routes.filter(isRoute).filter((route) => !described.has(route));
  expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test("every field of a form and every parameter of a link in a page is described", async () => {
  const pages = operations().filter(({ operation }) => operation.responses[200]?.content?.["text/html"]);
  const missing = new Set<string>();
  const look = ({ pathname }: URL, names: Iterable<string>) => {
    const described = operations()
      .filter(({ path }) => RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`).test(pathname))
      .flatMap(({ operation }) => operation.parameters ?? []);
    for (const name of names) if (!described.some((one) => one.name === name)) missing.add(`${pathname} ${name}`);
  };
  for (const { path } of pages) {
    const html = await (await bridge.ask(filled(path, examples()), { headers: { accept: "text/html" } })).text();
    for (const [, action = "", fields = ""] of html.matchAll(/<form[^>]* action="([^"]+)"[^>]*>(.*?)<\/form>/gs))
      look(
        new URL(action),
        [...fields.matchAll(/ name="([^"]+)"/g)].map(([, name = ""]) => name),
      );
    for (const [, href = ""] of html.matchAll(/ href="([^"]+)"/g)) {
      const address = new URL(href.replaceAll("&amp;", "&"), ORIGIN);
      if (address.origin === ORIGIN) look(address, address.searchParams.keys());
    }
  }
  expect([...missing]).toEqual([]);
});

test("a request header is described where the response has the validator that it is compared with, and only there", () => {
  for (const { path, operation } of operations()) {
    const validators = operation.responses[200]?.headers ?? {};
    const headers = (operation.parameters ?? []).filter((one) => one.in === "header").map(({ name }) => name);
    const expected = [validators.ETag && "If-None-Match", validators["Last-Modified"] && "If-Modified-Since"];
    expect([path, headers]).toEqual([path, expected.filter(Boolean)]);
  }
});

test("the home page names it, in its headers and in itself", async () => {
  const response = await bridge.ask("/", { headers: { accept: "text/html" } });
  expect(response.headers.get("link")).toBe(`<${ORIGIN}/openapi.json>; rel="service-desc"; type="application/json"`);
  expect(await response.text()).toContain(
    `<link rel="service-desc" type="application/json" href="${ORIGIN}/openapi.json"/>`,
  );
});

test("/sync has no parameter that it always refuses", async () => {
  const { parameters = [] } = api.paths["/sync/{sources}"]?.get ?? {};
  for (const { name, schema } of parameters.filter((one) => one.in === "query")) {
    const value =
      { after: "0", lang: "en", filter: "a" }[name] ?? schema.enum?.[0] ?? String(schema.minimum ?? "2026-01-30");
    expect([name, (await bridge.ask(`/sync/all?${new URLSearchParams({ [name]: value })}`)).status]).toEqual([
      name,
      200,
    ]);
  }
});

test("a client made for such descriptions fetches a feed, a month, an article, a version and the journal", async () => {
  const client = createClient<Record<string, Record<"get", object>>>({
    baseUrl: ORIGIN,
    fetch: (request: Request) => bridge.ask(request.url.slice(ORIGIN.length), { headers: request.headers }),
  });
  const get = async (path: string, values: object, more: object = {}) => {
    const { data, response } = (await client.GET(path as never, { params: { path: values }, ...more } as never)) as {
      data: unknown;
      response: Response;
    };
    expect([path, response.status]).toEqual([path, 200]);
    return data as Record<string, unknown[]>;
  };
  expect(
    (await get("/feeds/{sources}.{format}", { sources: "kcna-en", format: "json" })).items?.length,
  ).toBeGreaterThan(5);
  expect((await get("/feeds/{sources}/{month}.{format}", { sources: "all", month, format: "json" })).items).not.toEqual(
    [],
  );
  expect((await get("/articles/{site}/{key}.json", { site: "kcnawatch", key })).versions).toHaveLength(2);
  expect(await get("/articles/{site}/{key}/v{v}.json", { site: "kcnawatch", key, v: 1 })).toMatchObject({ n: 1 });
  const lines = String(await get("/sync/{sources}", { sources: "all" }, { parseAs: "text" }))
    .trimEnd()
    .split("\n");
  for (const line of lines.slice(0, -1))
    expect(isOf({ $ref: "#/components/schemas/SyncEvent" }, JSON.parse(line))).toBe("");
  expect(isOf({ $ref: "#/components/schemas/SyncEnd" }, JSON.parse(lines.at(-1) ?? ""))).toBe("");
});

type Validate = (schema: object, value: unknown) => string;

/**
 * What is wrong with a value by a schema of the description; empty if nothing is. Fields that the description allows, since
 * later versions may add some, but does not name are wrong here.
 */
function makeValidator(): Validate {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const closed = (schema: object) =>
    JSON.stringify(schema, (_, value) => {
      const isOpen = value?.type === "object" && value.properties && value.additionalProperties === undefined;
      return isOpen ? { ...value, additionalProperties: false } : value;
    });
  ajv.addSchema({ $id: "api", components: JSON.parse(closed(api.components)) });
  const validators = memoize((text) => ajv.compile(JSON.parse(text)));
  return (schema, value) => {
    const isValid = validators(closed(schema).replaceAll('"#/components', '"api#/components'));
    return isValid(value) ? "" : ajv.errorsText(isValid.errors);
  };
}

// biome-ignore format: a list
const HEADERS = ["Accept-Encoding", "Cache-Control", "Cache-Status", "ETag", "Last-Modified", "Link", "Location", "Memento-Datetime", "Retry-After", "WWW-Authenticate"];

/** Whether the description has this answer; what is wrong if not. */
async function undescribed(operation: OperationObject, response: Response) {
  const described = operation.responses[response.status];
  if (!described) return `status ${response.status}: ${(await response.text()).slice(0, 200)}`;
  for (const name of HEADERS) if (response.headers.has(name) && !described.headers?.[name]) return `header ${name}`;
  const body = await response.text();
  const type = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
  if (!described.content) return body === "" ? "" : `a body with status ${response.status}`;
  const content = described.content[type];
  if (!content) return `status ${response.status} as ${type}`;
  return /[/+]json$/.test(type) ? isOf(content.schema, JSON.parse(body)) : "";
}

const TEXTS = [
  "",
  "x",
  "2026-01",
  "kcna-en",
  "kcna-en+rodong-ko",
  "all",
  "<>&\"'",
  "%",
  "\u0000",
  "김",
  "7d",
  "0",
  "-1",
  "(",
  "1e9",
  "a".repeat(300),
];
const anyText = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ maxLength: 20, unit: "grapheme" }));

function valuesOf({ name, schema }: ParameterObject): fc.Arbitrary<string> {
  const right = schema.enum
    ? fc.constantFrom(...schema.enum)
    : schema.type === "integer"
      ? fc
          .integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 50, name === "wait" ? 0 : 600) })
          .map(String)
      : fc.constant(examples()[name] ?? "2026-01-30");
  return fc.oneof({ weight: 3, arbitrary: right }, { weight: 1, arbitrary: name === "wait" ? right : anyText });
}

describe("no answer that it does not describe", () => {
  test("to random requests made from it", { timeout: 120_000 }, async () => {
    const statuses = new Map<number, number>();
    const request = fc.constantFrom(...operations().filter(({ path }) => !path.startsWith("/refresh"))).chain((one) => {
      const { parameters = [], requestBody } = one.operation;
      const chosen = (place: ParameterObject["in"]) => parameters.filter((parameter) => parameter.in === place);
      const record = (place: ParameterObject["in"], requiredKeys: string[]) =>
        fc.record(Object.fromEntries(chosen(place).map((parameter) => [parameter.name, valuesOf(parameter)])), {
          requiredKeys: requiredKeys as never,
        }) as fc.Arbitrary<Record<string, string>>;
      // Many parameters at once are always an error: mostly a few.
      const query = record("query", []).chain((all) =>
        fc
          .subarray(Object.keys(all), { maxLength: Math.min(3, Object.keys(all).length) })
          .map((names) => new URLSearchParams(names.map((name) => [name, all[name] ?? ""]))),
      );
      const headers = fc.record(
        {
          accept: fc.constantFrom("*/*", "text/html", "application/json"),
          authorization: fc.constantFrom(`Bearer ${TOKEN}`, `Bearer ${TOKEN}`, "Bearer wrong"),
          "if-none-match": fc.constantFrom("*", '"x"'),
          "content-type": fc.constantFrom(
            ...Object.keys(requestBody?.content ?? { "text/plain": 0 }),
            "application/json",
          ),
        },
        { requiredKeys: [] },
      );
      const body = fc.oneof(anyText, fc.constantFrom("hub.mode=subscribe", '{"seq":1}', "<p>"));
      return fc.record({
        one: fc.constant(one),
        values: record(
          "path",
          chosen("path").map(({ name }) => name),
        ),
        query,
        headers,
        body,
      });
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ one, values, query, headers, body }) => {
        // An empty part or a dot makes another path.
        fc.pre(Object.values(values).every((value) => value !== "" && !/^\.+$/.test(value) && !value.includes("/")));
        const path = `${filled(one.path, values)}${query.size > 0 ? `?${query}` : ""}`;
        const response = await bridge.ask(path, {
          method: one.method,
          headers: headers as Record<string, string>,
          ...(one.method === "POST" && { body }),
        });
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        expect([one.method, path, await undescribed(one.operation, response)]).toEqual([one.method, path, ""]);
      }),
      { numRuns: runs(200, 400) },
    );
    for (const status of [200, 304, 400, 401, 404])
      expect([status, statuses.get(status) ?? 0]).not.toEqual([status, 0]);
  });

  test("to changes of each kind, and to pages that go on", async () => {
    const kinds = new Set<string>();
    for (const path of ["/feeds/kcna-en/changes.json", `/feeds/kcna-en/${month}.json?limit=2`, "/feeds/kcna-en.json"]) {
      const feed = await json<{ next_url?: string; items: { _bridge: { change?: { kind: string } } }[] }>(path);
      expect([path, isOf({ $ref: "#/components/schemas/Feed" }, feed)]).toEqual([path, ""]);
      for (const { _bridge } of feed.items) kinds.add(_bridge.change?.kind ?? "none");
      expect([path, feed.next_url !== undefined]).toEqual([path, path.endsWith("limit=2")]);
    }
    expect([...kinds].sort()).toEqual(["edited", "gone", "none"]);
  });

  test("to an address in other letter case", async () => {
    const values = Object.fromEntries(Object.entries(examples()).map(([name, value]) => [name, value.toUpperCase()]));
    const moved: string[] = [];
    for (const { path, method, operation } of operations()) {
      if (method !== "GET" || !path.includes("{")) continue;
      const response = await bridge.ask(filled(path, values), { method });
      expect([path, await undescribed(operation, response)]).toEqual([path, ""]);
      if (response.status === 301) moved.push(path);
    }
    expect(moved).toContain("/feeds/{sources}.{format}");
  });

  test("to a body that is compressed", async () => {
    for (const { path, method, operation } of operations()) {
      if (!["/hub", "/import"].includes(path)) continue;
      const type = Object.keys(operation.requestBody?.content ?? {})[0] as string;
      const headers = { authorization: `Bearer ${TOKEN}`, "content-type": type, "content-encoding": "gzip" };
      const response = await bridge.ask(path, { method, headers, body: "x=y" });
      expect([path, response.status, await undescribed(operation, response)]).toEqual([path, 415, ""]);
    }
  });

  test("of a bridge that has read nothing", async () => {
    const empty = pushedBridge({});
    for (const { path, method, operation } of operations()) {
      if (method !== "GET") continue;
      const response = await empty.ask(filled(path, examples()), { headers: { authorization: `Bearer ${TOKEN}` } });
      expect([path, await undescribed(operation, response)]).toEqual([path, ""]);
    }
    expect((await empty.ask("/health")).status).toBe(503);
  });

  test("to every operation as it is meant", async () => {
    for (const { path, method, operation } of operations()) {
      const type = Object.keys(operation.requestBody?.content ?? {})[0];
      for (const accept of ["*/*", "text/html"]) {
        const response = await bridge.ask(filled(path, examples()), {
          method,
          headers: { accept, authorization: `Bearer ${TOKEN}`, ...(type && { "content-type": type }) },
          ...(method === "POST" && { body: "x=y" }),
        });
        expect([path, await undescribed(operation, response)]).toEqual([path, ""]);
      }
    }
  });
});
