import { reset } from "cloudflare:test";
import { beforeAll, vi } from "vitest";

/** Before each test file in workerd (`setupFiles`): what the file before it has left in their Worker is gone. */
beforeAll(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  await reset();
});
