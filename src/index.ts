import { type Bindings, bridgeOf } from "./archive/bridge.ts";
import { tick } from "./refresh/refresh.ts";
import { createApp } from "./web/app.ts";

export { ArchiveObject } from "./archive/object.ts";

const app = createApp<Bindings>({ bridgeOf });

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    await tick(bridgeOf(env), controller.scheduledTime);
  },
} satisfies ExportedHandler<Bindings>;
