import { createHash } from "node:crypto";
import { wait } from "../../random.ts";
import type { SyncCopy } from "./sync-copy.ts";
import { SOURCES, type World } from "./world.ts";

/** Everybody who asks a bridge at the same time, and what they are answered. */

/** Statuses that requests of a kind may get, and of the 5xx those that README promises. */
const EXPECTED: Record<string, readonly number[]> = {
  // Too many requests wait already.
  "sync, waiting": [200, 503],
  push: [200],
  refresh: [200],
  // The hub counts addresses that do not agree.
  hub: [202, 429],
  // The bridge is down: every source fails.
  health: [200, 503],
  mistakes: [400, 401, 404, 405, 415, 422],
};
/** Of the others: what anybody may read. */
const FOUND = [200, 304];

interface Seen {
  statuses: Map<number | string, number>;
  /** Milliseconds. */
  times: number[];
}

export class Clients {
  readonly seen = new Map<string, Seen>();
  readonly faults: string[] = [];
  /** Keys of articles whose page was acknowledged to its pusher. */
  readonly acknowledged = new Set<string>();
  readonly #origin: string;
  readonly #token: string;
  readonly #world: World;
  /** The tag and the digest that an address was answered last. */
  readonly #tags = new Map<string, { etag: string; digest: string }>();

  #rest: Promise<unknown> | undefined;

  constructor(origin: string, token: string, world: World) {
    this.#origin = origin;
    this.#token = token;
    this.#world = world;
  }

  /** Whether the machine was so busy that an answer which costs nothing took half of what receivers get to answer. */
  get isStarved(): boolean {
    return Math.max(...(this.seen.get("healthz")?.times ?? [])) > 5000;
  }

  /** Nobody sends a new request until the promise resolves. */
  restUntil(end: Promise<unknown>): void {
    this.#rest = end.catch(() => undefined);
  }

  async #pause(ms: number): Promise<void> {
    await wait(ms);
    await this.#rest;
  }

  /** Sends one request; undefined if there was no answer, or none that was wanted. */
  async ask(kind: string, path: string, init: RequestInit = {}): Promise<Response | undefined> {
    const began = performance.now();
    let status: number | string = "no answer";
    try {
      const response = await fetch(this.#origin + path, { redirect: "manual", ...init });
      const bytes = await response.arrayBuffer();
      status = response.status;
      this.#check(kind, path, response, bytes);
      return new Response(bytes.byteLength === 0 ? null : bytes, {
        status: response.status,
        headers: response.headers,
      });
    } catch (error) {
      if (init.signal?.aborted) return undefined;
      this.#fault(`${kind} ${path}: ${(error as Error).cause ?? error}`);
      return undefined;
    } finally {
      if (!init.signal?.aborted) this.#count(kind, status, performance.now() - began);
    }
  }

  #count(kind: string, status: number | string, ms: number): void {
    const seen: Seen = this.seen.get(kind) ?? { statuses: new Map(), times: [] };
    this.seen.set(kind, seen);
    seen.statuses.set(status, (seen.statuses.get(status) ?? 0) + 1);
    seen.times.push(ms);
  }

  #fault(text: string): void {
    if (this.faults.length < 1000) this.faults.push(text.slice(0, 300));
  }

  #check(kind: string, path: string, response: Response, bytes: ArrayBuffer): void {
    const { status, headers } = response;
    if (!(EXPECTED[kind] ?? FOUND).includes(status))
      this.#fault(`${kind} ${path}: ${status} ${new TextDecoder().decode(bytes.slice(0, 200))}`);
    if (status === 503 && kind !== "health" && !(Number(headers.get("retry-after")) > 0))
      this.#fault(`${kind} ${path}: 503 without Retry-After`);
    const etag = headers.get("etag");
    if (status !== 200 || !etag) return;
    const digest = createHash("sha256").update(new Uint8Array(bytes)).digest("hex");
    const before = this.#tags.get(path);
    if (before?.etag === etag && before.digest !== digest) this.#fault(`${kind} ${path}: other bytes with ${etag}`);
    this.#tags.set(path, { etag, digest });
  }

  get #authorized(): RequestInit {
    return { headers: { authorization: `Bearer ${this.#token}` } };
  }

  /** Reads what readers read, one request after the other. */
  async read(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const [kind, path, init] = this.#reading();
      const tag = this.#tags.get(path);
      const conditional = tag &&
        this.#world.chance() < 0.5 && { headers: { "if-none-match": tag.etag, ...init?.headers } };
      await this.ask(kind, path, { ...init, ...conditional });
      await this.#pause(this.#world.chance() * 40);
    }
  }

  #reading(): [kind: string, path: string, init?: RequestInit] {
    const { pick } = this.#world;
    const ids = [...SOURCES.map(({ id }) => id), "all", "newstream", "kcna-en+rodong-ko"];
    const [id, format] = [pick(ids), pick(["rss", "atom", "json"])];
    const q = encodeURIComponent(
      pick(["kim", "missile -weather", "title:harvest", "김정은", "미사일", '"report number"', "nothing"]),
    );
    const month = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 7);
    const html = { headers: { accept: "text/html" } };
    const article = `/articles/kcnawatch/${pick(this.#keys())}`;
    return pick<[string, string, RequestInit?]>([
      ["feed", `/feeds/${id}.${format}`],
      ["feed", `/feeds/${id}.${format}`],
      ["feed", `/feeds/${id}.${format}?content=full&limit=40`],
      ["search", `/feeds/${id}.${format}?q=${q}`],
      ["search", `/feeds/${id}?q=${q}`, html],
      ["search", `/feeds/${id}.json?q=${q}&once=true&sort=oldest&limit=30`],
      ["search", `/feeds/${id}.rss?filter_title=${encodeURIComponent("(?i)report.*1")}`],
      ["month", `/feeds/${id}/${month}.${format}`],
      ["changes", `/feeds/${id}/changes.${format}`],
      ["changes", `/feeds/${id}/changes`, html],
      ["status", `/feeds/${id}/status.${format}`],
      ["counts", `/feeds/${id}/counts.${pick(["json", "csv"])}?q=${q}`],
      ["page", pick(["/", "/?q=kim", `/feeds/${id}`, "/health"]).replace("/health", `/feeds/${id}/status`), html],
      ["article", article, html],
      ["article", `${article}.json`],
      ["version", `${article}/v1.json`],
      ["health", "/health"],
      ["healthz", "/healthz"],
      ["metrics", "/metrics"],
      [
        "mistakes",
        pick(["/feeds/nothing.rss", "/feeds/all.rss?limit=x", "/nothing", "/sync/all?after=1-bad", "/refresh/all"]),
      ],
    ]);
  }

  /** Keys that are stored for certain: they were acknowledged. */
  #keys = (): string[] => [...this.acknowledged];

  /** Refreshes, as the cron does. */
  async refresh(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const id = this.#world.pick(["all", "all", ...SOURCES.map(({ id }) => id), "newstream"]);
      await this.ask("refresh", `/refresh/${id}`, { method: "POST", ...this.#authorized });
      await this.#pause(500);
    }
  }

  /** Pushes pages as they are now. */
  async push(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const page = this.#world.page();
      await this.pushPage(page);
      await this.#pause(300);
    }
  }

  async pushPage({ source, path, html, keys }: ReturnType<World["page"]>): Promise<void> {
    const url = encodeURIComponent(`https://kcnawatch.org${path}`);
    const init = {
      method: "POST",
      body: html,
      headers: { ...this.#authorized.headers, "content-type": "text/html; charset=utf-8" },
    };
    const response = await this.ask("push", `/ingest/${source}?url=${url}`, init);
    if (response?.status === 200) for (const key of keys) this.acknowledged.add(key);
  }

  /** Keeps a copy, with `wait` or without; some pages are cut and read again. */
  async sync(copy: SyncCopy, seconds: number, signal: AbortSignal): Promise<void> {
    let etag = "";
    while (!signal.aborted) {
      const isCut = this.#world.chance() < 0.05;
      const cut = isCut ? AbortSignal.timeout(Math.floor(this.#world.chance() * 50)) : undefined;
      const init = {
        signal: cut ? AbortSignal.any([signal, cut]) : signal,
        ...(etag && seconds === 0 && { headers: { "if-none-match": etag } }),
      };
      const response = await this.ask(seconds > 0 ? "sync, waiting" : "sync", copy.path(seconds), init);
      if (response?.status === 200) {
        // The tag is of this address: it serves as long as nothing has come.
        const before = copy.path(0);
        copy.apply(await response.text());
        etag = copy.path(0) === before ? (response.headers.get("etag") ?? "") : "";
      }
      await this.#pause(response?.status === 503 ? 2000 : seconds > 0 ? 10 : 400);
    }
  }

  /** Now and then more requests wait for an event than may. */
  async crowd(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#pause(15_000);
      const copies = Array.from({ length: 30 }, () =>
        this.ask("sync, waiting", "/sync/pushed-en?after=0&q=nothingatall&wait=3", { signal }),
      );
      await Promise.all(copies);
    }
  }

  /** Asks the hub for a subscription. */
  async subscribe(callback: string, topic: string, base: string): Promise<void> {
    const body = new URLSearchParams({ "hub.mode": "subscribe", "hub.callback": callback, "hub.topic": base + topic });
    await this.ask("hub", "/hub", { method: "POST", body });
  }

  /** Strangers ask the hub for what nobody wants. */
  async strangers(address: string, base: string, signal: AbortSignal): Promise<void> {
    for (let i = 0; !signal.aborted; i++) {
      await this.subscribe(`http://${address}/never/${i}`, "/feeds/all.rss", base);
      await this.#pause(10_000);
    }
  }
}
