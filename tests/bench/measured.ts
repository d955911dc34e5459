import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import type { ArchiveMethod } from "../../src/archive/methods.ts";
import type { Status } from "../../src/archive/snapshot.ts";
import worker, { ArchiveObject as Deployed } from "../../src/index.ts";
import { tick } from "../../src/refresh/refresh.ts";
import { forgetFeeds, forgetSnapshots } from "../forget.ts";

/**
 * The archive's object, but that it can say of every source that it should have been read long ago (`OVERDUE`), and that
 * it can repeat the calls of a request by itself: what they cost is the object's share of the request.
 */
export class ArchiveObject extends Deployed {
  #calls: [method: ArchiveMethod, values: string][] = [];

  /** Repeats the calls since the last time so often, and forgets them. */
  async repeat(times: number): Promise<void> {
    const calls = this.#calls;
    this.#calls = [];
    for (let i = 0; i < times; i++) for (const [method, values] of calls) await super.invoke(method, values);
  }

  override async invoke(method: ArchiveMethod, values: string) {
    if (this.#calls.push([method, values]) > MAX_CALLS) this.#calls.shift();
    const result = await super.invoke(method, values);
    if (!/^status(?:es)?$/.test(method) || !(this.env as { OVERDUE?: string }).OVERDUE) return result;
    const read = JSON.parse(result ?? "") as Status | Status["sources"];
    const sources = method === "status" ? (read as Status).sources : (read as Status["sources"]);
    for (const source of Object.values(sources)) source.nextDue = "2026-01-30T12:00:00Z";
    return JSON.stringify(read);
  }
}

/** Calls of one request, at most. */
const MAX_CALLS = 4;

/**
 * The Worker, but that a request can make it forget what it has rendered, or all that it remembers, as a new isolate
 * would, do what the cron does, call the archive's object (`[method, ...values]` as JSON), and let the object repeat what
 * it was called for.
 */
export default {
  async fetch(request: Request, env: Bindings, context: ExecutionContext): Promise<Response> {
    const forgotten = request.headers.get("x-forget");
    if (forgotten) forgetFeeds(env);
    if (forgotten === "all") forgetSnapshots(env);
    const times = request.headers.get("x-repeat");
    if (times) {
      const object = env.ARCHIVE as unknown as DurableObjectNamespace<ArchiveObject>;
      await object.get(object.idFromName("archive")).repeat(Number(times));
      return new Response();
    }
    if (request.headers.has("x-archive")) return call(env, await request.json());
    if (!request.headers.has("x-tick")) return worker.fetch(request, env, context);
    const outcomes = await tick(bridgeOf(env), Date.now());
    return Response.json(outcomes.map(({ source, ok, reason }) => ({ source, ok, reason })));
  },
};

async function call(env: Bindings, [method, ...values]: [string, ...unknown[]]): Promise<Response> {
  const archive = bridgeOf(env).archive as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>;
  return Response.json((await archive[method]?.(...values)) ?? null);
}
