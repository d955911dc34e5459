import { forget } from "../../src/archive/memory.ts";
import worker from "../../src/index.ts";
import { tick } from "../../src/refresh/refresh.ts";
import { type Bindings, settingsOf } from "../../src/settings.ts";
import { forgetRendered } from "../../src/web/feed.ts";

/**
 * The Worker, but that a request can make it forget what it has rendered, or all that it remembers, as a new isolate
 * would, and do what the cron does.
 */
export default {
  async fetch(request: Request, env: Bindings, context: ExecutionContext): Promise<Response> {
    const forgotten = request.headers.get("x-forget");
    if (forgotten) forgetRendered();
    if (forgotten === "all") forget(env.ARCHIVE);
    if (!request.headers.has("x-tick")) return worker.fetch(request, env, context);
    const outcomes = await tick(settingsOf(env), Date.now());
    return Response.json(outcomes.map(({ source, ok, reason }) => ({ source, ok, reason })));
  },
};
