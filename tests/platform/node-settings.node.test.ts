import { afterEach, expect, test, vi } from "vitest";
import { nodeSettings } from "../../src/platform/node-settings.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

test("all variables that are wrong are named at once, those of every bridge too", () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const wrong = { PORT: "http", CRON: "maybe", HUB: "yes", ADMIN_TOKEN: "short" };
  const message = /^PORT: .*; CRON: .*; HUB: .*; ADMIN_TOKEN: [^;]*$/;
  expect(() => nodeSettings(wrong)).toThrow(message);
  expect(log).toHaveBeenCalledOnce();
});
