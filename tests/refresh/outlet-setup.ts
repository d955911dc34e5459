import { vi } from "vitest";
import { type Bindings, type Bridge, bridgeOf } from "../../src/archive/bridge.ts";
import { tick } from "../../src/refresh/refresh.ts";
import type { Shown } from "../replica/markup.ts";
import { showOnKcnaWatch } from "../replica/outlets/kcnawatch.ts";
import { MIRROR_VARIABLES, OutletNetwork } from "../replica/outlets/network.ts";
import type { Story } from "../replica/outlets/stories.ts";
import { World } from "../replica/outlets/world.ts";
import { answerTo } from "../replica/website.ts";
import { bindings, type CountedKv, countedKv, page } from "../simulation.ts";

/** A bridge that reads the outlets' websites and KCNA Watch, both of one world of stories, at a clock of the test's own. */
export interface OutletBridge {
  world: World;
  network: OutletNetwork;
  counted: CountedKv;
  env: Bindings;
  bridge: Bridge;
  /** Addresses of all requests, the outlets' and KCNA Watch's. */
  asked: string[];
  /** Lets slow answers pass; without it they wait for nothing. */
  wait?: (seconds: number) => Promise<void>;
  /** Moves the clock of world and bridge, then lets the cron tick. */
  tickAt(time: number): ReturnType<typeof tick>;
}

export function outletBridge(variables: Record<string, string> = {}, stories?: readonly Story[]): OutletBridge {
  const world = new World("2026-10-06", stories);
  const network = new OutletNetwork(world);
  const counted = countedKv();
  const env = bindings(counted.kv, { ...MIRROR_VARIABLES, FOLLOW: "all", ...variables });
  const self: OutletBridge = {
    world,
    network,
    counted,
    env,
    bridge: bridgeOf(env),
    asked: [],
    tickAt(time) {
      world.set(time);
      vi.spyOn(Date, "now").mockReturnValue(time);
      return tick(self.bridge, time);
    },
  };
  vi.stubGlobal("fetch", async (input: URL | string, init?: RequestInit) => {
    const url = new URL(input);
    self.asked.push(url.href);
    const answer = await network.fetch(input, init, self.wait);
    if (answer) return answer;
    if (url.host !== "kcnawatch.org") throw new Error(`a test asked ${url.host}`);
    const listings = new Map<string, Shown[]>();
    showOnKcnaWatch(listings, world);
    const names = {
      "156": "KCNA.kp (En)",
      "163": "Voice of Korea (EN)",
      "189661": "Rodong Sinmun (Kr)",
      "190036": "KCNA.kp (Kr)",
    };
    const { status, html } = answerTo({ listings, names }, url.pathname + url.search);
    return page(html, status);
  });
  return self;
}
