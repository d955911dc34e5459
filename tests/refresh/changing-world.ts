import { AsyncLocalStorage } from "node:async_hooks";
import type { Line } from "../../src/archive/backup-lines.ts";
import type { Bridge } from "../../src/archive/bridge.ts";
import type { ArchiveClient } from "../../src/archive/client.ts";
import { bridgeTo } from "../../src/archive/local.ts";
import { ArchiveService } from "../../src/archive/service.ts";
import { createDeliveries } from "../../src/notify/deliveries.ts";
import { nodeSql } from "../../src/platform/node.ts";
import type { Sql } from "../../src/platform/sql.ts";
import { ingest } from "../../src/refresh/ingest.ts";
import { tick } from "../../src/refresh/refresh.ts";
import { settingsOf } from "../../src/settings.ts";
import { newestPath } from "../../src/sites/addresses.ts";
import type { Source } from "../../src/sites/site.ts";
import { createApp } from "../../src/web/app.ts";
import { feedsOf } from "../../src/web/topics.ts";
import { exported } from "../archive/fixtures.ts";
import { random } from "../random.ts";
import type { Chances } from "./chances.ts";
import { HOUR, SOURCES, type WebArticle, Websites } from "./changing-websites.ts";
import { WorldKv } from "./world-kv.ts";
import { Receivers } from "./world-receivers.ts";
import { SEARCHES } from "./world-searches.ts";

/** A bridge that lives with websites which change, fail and show old copies, and then come to rest. */

const ORIGIN = "https://bridge.example";
const TOKEN = "a-token-for-the-tests";

type FaultKind = "503" | "404" | "403" | "network" | "sign-up" | "redirect" | "empty" | "garbage";
const FAULTS: readonly FaultKind[] = ["503", "404", "403", "network", "sign-up", "redirect", "empty", "garbage"];
interface Fault {
  site: string;
  kind: FaultKind;
  until: number;
  /** Of listings, of articles' pages, or of both. */
  what: "listing" | "article" | "all";
}

/** A process: `left` awaits until it ends. */
interface Life {
  isOver: boolean;
  left: number;
  end(): void;
}

/** The process in which something runs: what an earlier one has begun goes on nowhere. */
const lives = new AsyncLocalStorage<Life>();
const never = new Promise<never>(() => {});
/** The tables as a process has them: it writes nothing after its end, whatever it still waits for. */
const whileAlive = (sql: Sql, life: Life): Sql =>
  new Proxy(sql, {
    get(tables, name) {
      if (life.isOver) throw new Error("the process has ended");
      return Reflect.get(tables, name);
    },
  });
const WEBHOOK_SECRET = `whsec_${Buffer.from("a secret of at least 24 bytes, made up").toString("base64")}`;

export class World {
  readonly websites: Websites;
  readonly log: string[] = [];
  readonly random: () => number;
  readonly chances: Chances;
  readonly start: number;
  readonly sources: Source[];
  readonly receivers = new Receivers(this, `${ORIGIN}/feeds/kcna-en.json?limit=200&q=missile`);
  readonly kv = new WorldKv(this);
  /** Whether the receivers are there. */
  isReceiving = true;
  isStale = true;
  faults: Fault[] = [];
  service: ArchiveService = undefined as never;
  bridge: Bridge = undefined as never;
  ask: (path: string, init?: RequestInit) => Promise<Response> = undefined as never;
  sql = nodeSql(":memory:");
  isActive = true;
  #reading: Bridge | undefined;
  #life: Life = { isOver: true, left: 0, end: () => {} };
  readonly #cached = new Map<string, { at: number; until: number }>();

  constructor(seed: number, chances: Chances, start: number) {
    this.random = random(seed);
    this.chances = chances;
    this.start = start;
    this.websites = new Websites(start, chances, this.random);
    this.sources = SOURCES.filter(({ site }) => chances.outlet || site.id === "kcnawatch");
    this.boot();
  }

  get now(): number {
    return this.websites.now;
  }

  /** What the bridge's clock says: from the tenth hour to the twentieth it may be wrong. */
  get clock(): number {
    const hours = (this.now - this.start) / HOUR;
    return hours > 10 && hours < 20 ? this.now + this.chances.skew : this.now;
  }

  /** Starts a process on what is stored. What an earlier one still awaits never comes. */
  boot(): void {
    this.#life.isOver = true;
    const life: Life = { isOver: false, left: Number.POSITIVE_INFINITY, end: () => {} };
    this.#life = life;
    const service = new ArchiveService(whileAlive(this.sql, life), this.chances.kv ? this.kv.isolate() : undefined);
    this.service = service;
    const hooks = [
      {
        url: "https://hook.example/",
        secret: WEBHOOK_SECRET,
        feed: "kcna-en",
        events: ["added", "edited", "gone", "back"],
      },
      ...SEARCHES.map(({ feed }, i) => ({ url: `https://search.example/${i}`, secret: WEBHOOK_SECRET, feed })),
    ];
    const settings = settingsOf({
      PUBLIC_URL: ORIGIN,
      ADMIN_TOKEN: TOKEN,
      HUB: this.chances.hub ? "on" : "off",
      ...(this.chances.webhook && { WEBHOOKS: JSON.stringify(hooks) }),
    });
    const own = { ...settings, sources: this.sources, defaultSource: this.sources[0] as Source, bodiesPerTick: 12 };
    const near = bridgeTo(service, own);
    const bridge = this.chances.kv ? { ...near, snapshots: this.kv.isolate() } : near;
    const archive = Object.fromEntries(
      Object.entries(bridge.archive).map(([name, method]) => [
        name,
        async (...values: never[]) => {
          await this.#step(life, true);
          const result = await (method as (...values: never[]) => Promise<unknown>)(...values);
          await this.#step(life, true);
          return result;
        },
      ]),
    ) as unknown as ArchiveClient;
    this.bridge = { ...bridge, archive };
    if (this.chances.webhook || this.chances.hub)
      service.notifier = createDeliveries(service.archive.store, own, feedsOf(near), () => {});
    const isLater = this.#reading !== undefined;
    // Readers come to an isolate that goes on when the archive's object begins again.
    this.#reading = this.chances.kv
      ? { ...bridge, archive: near.archive, snapshots: this.#reading?.snapshots ?? bridge.snapshots }
      : bridge;
    if (isLater) return;
    const app = createApp(() => this.#reading as Bridge);
    const bindings = {};
    this.ask = async (path, init) => {
      const behind: Promise<unknown>[] = [];
      const context = {
        waitUntil: (work: Promise<unknown>) => behind.push(work),
        passThroughOnException() {},
        props: {},
      };
      const headers = { "accept-encoding": "identity", ...init?.headers };
      const response = await app.fetch(new Request(ORIGIN + path, { ...init, headers }), bindings, context as never);
      await Promise.all(behind);
      return response;
    };
  }

  /** An await of a process: others may run, and it may be its last. */
  async #step(life: Life, isArchive: boolean): Promise<void> {
    if (this.chances.overlap)
      for (let turns = Math.floor(this.random() * 3); turns > 0; turns--)
        await new Promise((turn) => setImmediate(turn));
    if (!life.isOver && --life.left <= 0) {
      life.isOver = true;
      life.end();
    }
    if (!life.isOver) return;
    if (isArchive) await never;
    throw new TypeError("the process has ended");
  }

  /** Runs something in this process; `false` if the process has ended before it. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    const life = this.#life;
    if (this.random() < this.chances.kill && this.isActive) life.left = 1 + Math.floor(this.random() * 30);
    const ended = new Promise<false>((resolve) => {
      life.end = () => resolve(false);
    });
    const isDone = await Promise.race([lives.run(life, work).then(() => true), ended]);
    life.left = Number.POSITIVE_INFINITY;
    if (!isDone) {
      this.note("the process ends");
      this.boot();
    }
    return isDone;
  }

  note(text: string): void {
    this.log.push(`${new Date(this.now).toISOString().slice(5, 19)} ${text}`);
  }

  /** The instant of the copy that an address shows now. */
  #copyAt(path: string): number {
    const { stale, age, lag } = this.chances;
    if (!this.isActive) return this.now;
    if (lag > 0) {
      const cached = this.#cached.get(path);
      if (cached && this.now < cached.until) return cached.at;
      const until = this.now + (this.random() < 0.5 ? 0 : this.random() * lag * HOUR);
      this.#cached.set(path, { at: this.now, until });
      return this.now;
    }
    return this.random() < stale ? this.now - this.random() * age * HOUR : this.now;
  }

  fetch = async (input: URL | string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input);
    const life = lives.getStore() ?? this.#life;
    if (url.host.endsWith(".example")) {
      await this.#step(life, true);
      const answer = this.receivers.answer(url, init);
      await this.#step(life, true);
      return answer;
    }
    await this.#step(life, false);
    const site = url.host.endsWith("kcna.kp") ? "kcna" : "kcnawatch";
    const isListing = /\/article\/(?:156|list)|^\/newstream\/$|admin-ajax/.test(url.pathname);
    const fault = this.faults.find(
      (one) =>
        one.site === site && one.until > this.now && (one.what === "all" || (one.what === "listing") === isListing),
    );
    if (fault) return this.#faulty(fault, url);
    const html = this.websites.page(url, this.#copyAt(url.pathname + url.search));
    return page(html ?? "<html><body>Not found</body></html>", html === undefined ? 404 : 200);
  };

  #faulty({ kind }: Fault, url: URL): Response {
    if (kind === "network") throw new TypeError("fetch failed");
    if (kind === "redirect") return page("", 302, { location: url.pathname === "/" ? "/home" : "/" });
    if (kind === "sign-up") return page(`<html><body><form class="nk-paywall-free-member-form"></form></body></html>`);
    if (kind === "empty") return page("");
    if (kind === "garbage") return page("<html><body><p>Welcome to our home page</p></body></html>");
    return page("<html><body>an error</body></html>", Number(kind));
  }

  async deliver(): Promise<void> {
    const { notifier } = this.service;
    for (let runs = 0; runs < 200; runs++) {
      const next = notifier?.next();
      if (next === undefined || next > this.clock) return;
      await notifier?.run();
    }
    throw new Error("deliveries never come to an end");
  }

  /** Pushes a page as an operator would, an old one perhaps. */
  async push(): Promise<void> {
    const at = this.random() < this.chances.oldPush ? this.now - this.random() * 6 * HOUR : this.now;
    const source = this.websites.pick(this.sources);
    const articles = this.websites.articles.filter(({ site }) => site === source.site.id);
    const article = this.websites.pick(articles.slice(-18));
    const path = this.random() < 0.5 ? pathOf(article) : newestPath(source);
    const url = new URL(path, source.site.origin);
    const html = this.websites.page(url, at);
    if (html === undefined) return;
    const bytes = new TextEncoder().encode(html);
    const result = await ingest(
      this.bridge,
      source,
      { url, bytes, contentType: "text/html; charset=utf-8" },
      this.clock,
    );
    this.note(`push ${source.id} ${path} of ${new Date(at).toISOString().slice(5, 19)} ${JSON.stringify(result)}`);
  }

  async tick(): Promise<void> {
    const { push, overlap } = this.chances;
    const isPush = this.isActive && this.random() < push;
    await this.run(async () => {
      if (isPush && !overlap) await this.push();
      const works = [tick(this.bridge, this.clock)];
      if (isPush && overlap) await Promise.all([...works, this.push()]);
      else await Promise.all(works);
    });
    // What the alarm of the archive's object does.
    if (this.chances.kv && this.service.isBehind()) await this.service.publish(this.clock);
    if (this.service.notifier) await this.run(() => this.deliver());
  }

  fail(): void {
    if (this.random() >= this.chances.fault) return;
    const site = this.websites.pick(this.sources).site.id;
    const what = this.websites.pick(["listing", "article", "all"] as const);
    const kind = this.websites.pick(FAULTS);
    const until = this.now + this.random() * 10 * HOUR;
    this.faults.push({ site, kind, until, what });
    this.note(`${site} ${what} fails with ${kind} until ${new Date(until).toISOString().slice(5, 19)}`);
  }

  lines(): Line[] {
    return exported(this.service.archive);
  }

  /** A backup becomes a new bridge. */
  restore(): void {
    const lines = this.lines();
    this.sql = nodeSql(":memory:");
    this.boot();
    this.service.archive.import(lines);
    this.note("restored");
  }
}

const page = (html: string, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8", ...headers } });

const pathOf = ({ site, key }: WebArticle): string =>
  site === "kcna" ? `/en/article/detail/${key}` : `/newstream/${key}/a/`;
