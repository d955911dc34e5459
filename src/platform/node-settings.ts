import type { BlockList } from "node:net";
import { checkVariables, type Environment, readVariable, SettingError } from "../environment.ts";
import { logError } from "../log.ts";
import { NODE_VARIABLES, VARIABLES } from "../variables.ts";
import { networksOf } from "./node-server.ts";

/**
 * The settings that only a bridge on Node has, checked. An error is logged.
 *
 * @throws SettingError naming all variables that are wrong, and what they take
 */
export function nodeSettings(env: Environment) {
  try {
    // With those of every bridge: an operator sees all mistakes at once.
    checkVariables(env, Object.keys({ ...NODE_VARIABLES, ...VARIABLES }));
    return {
      host: readVariable(env, "HOST"),
      port: readVariable(env, "PORT"),
      /** Folder of the archive. */
      data: readVariable(env, "DATA"),
      trustedProxies: trustedProxies(readVariable(env, "TRUSTED_PROXY")),
      /**
       * Whether this process reads the websites on a schedule; if not, only pushed pages and readers' requests update
       * the archive.
       */
      cron: readVariable(env, "CRON") === "on",
      /** Requests that one client may make in a minute; 0 for no limit. */
      rateLimit: readVariable(env, "RATE_LIMIT"),
    };
  } catch (error) {
    logError("settings", (error as Error).message);
    throw error;
  }
}

function trustedProxies(value: string): BlockList {
  const entries = value.split(",").flatMap((entry) => entry.trim() || []);
  const wrong = entries.find((entry) => !networksOf([entry]));
  const networks = networksOf(entries);
  if (!networks) {
    const what = "is no IP address or network, such as 127.0.0.1 or 10.0.0.0/8";
    throw new SettingError(`TRUSTED_PROXY: ${JSON.stringify(wrong)} ${what}`);
  }
  return networks;
}
