import { afterEach, beforeEach, vi } from "vitest";
import { localBridge } from "../../src/archive/local.ts";
import type { ArchiveService } from "../../src/archive/service.ts";
import { createDeliveries } from "../../src/notify/deliveries.ts";
import { nodeSql } from "../../src/platform/node.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { settingsOf } from "../../src/settings.ts";
import { createApp } from "../../src/web/app.ts";
import { feedsOf } from "../../src/web/topics.ts";
import { listing } from "../archive/fixtures.ts";

/** A bridge with an archive in memory, and receivers in the place of the network. */

export const ORIGIN = "https://bridge.example";
export const TOKEN = "a-token-for-the-tests";

/** A request that a receiver got. */
export interface Received {
  method: string;
  url: URL;
  headers: Headers;
  body: string;
}

/** What stands at an address: by default it agrees to everything and takes everything. */
export type Receiver = (request: Received, init: RequestInit) => Response | Promise<Response>;

export const agreeing: Receiver = ({ method, url }) =>
  method === "GET" ? new Response(url.searchParams.get("hub.challenge")) : new Response(null, { status: 204 });

export interface PushedBridge {
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Commits a listing of kcna-en at the clock's time. */
  commit(articles: Parameters<typeof listing>[0], more?: Parameters<typeof listing>[1]): Promise<void>;
  /** Runs the deliveries until nothing is due now; returns how many times. */
  run(): Promise<number>;
  /** As after `kill -9`: what was in memory is gone. */
  restart(more?: Record<string, string>): void;
  service(): ArchiveService;
  sql: Sql;
  scheduled: number[];
}

export function pushedBridge(variables: Record<string, string> = {}): PushedBridge {
  const sql = nodeSql(":memory:");
  const scheduled: number[] = [];
  const start = (more: Record<string, string> = {}) => {
    const settings = settingsOf({ PUBLIC_URL: ORIGIN, ADMIN_TOKEN: TOKEN, ...variables, ...more });
    const { bridge, service } = localBridge(settings, sql);
    service.notifier = createDeliveries(service.archive.store, settings, feedsOf(bridge), (at) => scheduled.push(at));
    return { service, app: createApp(() => bridge) };
  };
  let running = start();
  return {
    sql,
    scheduled,
    service: () => running.service,
    ask: async (path, init) => running.app.fetch(new Request(ORIGIN + path, init)),
    async commit(articles, more) {
      const [result] = await running.service.commit([listing(articles, more)], Date.now(), true);
      if (!result || result.error || result.failure) throw new Error(JSON.stringify(result));
    },
    async run() {
      const { notifier } = running.service;
      for (let runs = 0; ; runs++) {
        const next = notifier?.next();
        if (next === undefined || next > Date.now()) return runs;
        if (runs > 50) throw new Error("it never comes to an end");
        await notifier?.run();
      }
    },
    restart(more) {
      running = start(more);
    },
  };
}

/** Before each test of a file the clock stands at an instant (milliseconds), and the log is silent; after it, all is real. */
export function clockAt(start: number): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: start, toFake: ["Date"] });
    vi.spyOn(console, "log").mockImplementation(() => {});
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
}

/** Puts receivers in the place of the network, by host; returns what they got. */
export function receivers(byHost: Record<string, Receiver>): Received[] {
  const received: Received[] = [];
  vi.stubGlobal("fetch", async (address: string, init: RequestInit = {}) => {
    const url = new URL(address);
    const request: Received = {
      method: init.method ?? "GET",
      url,
      headers: new Headers(init.headers),
      body: String(init.body ?? ""),
    };
    // A website that a reader's request makes overdue is read behind the answer: it is no receiver.
    if (url.host.endsWith(".example")) received.push(request);
    const receiver = byHost[url.host];
    if (!receiver) throw new TypeError("fetch failed", { cause: new Error(`there is no ${url.host}`) });
    return receiver(request, init);
  });
  return received;
}

export const subscribe = (bridge: PushedBridge, form: Record<string, string>) =>
  bridge.ask("/hub", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ "hub.mode": "subscribe", ...form }).toString(),
  });
