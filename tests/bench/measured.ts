import { forget } from "../../src/archive/memory.ts";
import worker from "../../src/index.ts";
import type { Bindings } from "../../src/settings.ts";

/** The Worker, but that a request can make it forget what it remembers, as a new isolate or a later minute would. */
export default {
  fetch(request: Request, env: Bindings, context: ExecutionContext) {
    if (request.headers.has("x-forget")) forget(env.ARCHIVE);
    return worker.fetch(request, env, context);
  },
};
