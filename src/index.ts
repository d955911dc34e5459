import { tick } from "./refresh/refresh.ts";
import { type Bindings, settingsOf } from "./settings.ts";
import { app } from "./web/app.ts";

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    await tick(settingsOf(env), controller.scheduledTime);
  },
} satisfies ExportedHandler<Bindings>;
