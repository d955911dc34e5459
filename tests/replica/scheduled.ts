import worker from "../../src/index.ts";

/** The Worker, which at `/__scheduled` does what the cron does, as under `wrangler dev --test-scheduled`. */

export { ArchiveObject } from "../../src/index.ts";

type Environment = Parameters<typeof worker.scheduled>[1];

export default {
  async fetch(request: Request, env: Environment, context: ExecutionContext): Promise<Response> {
    if (new URL(request.url).pathname !== "/__scheduled") return worker.fetch(request, env, context);
    await worker.scheduled({ scheduledTime: Date.now(), cron: "*/15 * * * *", noRetry() {} }, env);
    return new Response("done");
  },
};
