import { type Bindings, bridgeOf } from "./archive/bridge.ts";
import { bridgeTo } from "./archive/local.ts";
import { type AttachNotifier, ArchiveObject as PlainArchiveObject } from "./archive/object.ts";
import { SettingError } from "./environment.ts";
import { createDeliveries } from "./notify/deliveries.ts";
import { tick } from "./refresh/refresh.ts";
import { settingsOf } from "./settings.ts";
import { createApp } from "./web/app.ts";
import { feedsOf } from "./web/topics.ts";

const app = createApp(bridgeOf);

export default {
  fetch: app.fetch,
  async scheduled(controller, env) {
    await tick(bridgeOf(env), controller.scheduledTime);
  },
} satisfies ExportedHandler<Bindings>;

const attach: AttachNotifier = (service, env, schedule) => {
  try {
    const settings = settingsOf(env);
    return createDeliveries(service.archive.store, settings, feedsOf(bridgeTo(service, settings)), schedule);
  } catch (error) {
    // The log already says which variable is wrong; every request gets an error, too.
    if (error instanceof SettingError) return undefined;
    throw error;
  }
};

/** The archive with webhooks and hub: messages are rendered where the archive is. */
export class ArchiveObject extends PlainArchiveObject {
  constructor(state: DurableObjectState, env: Bindings) {
    super(state, env, attach);
  }
}
