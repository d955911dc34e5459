import type { World } from "./changing-world.ts";
import type { Item } from "./observers.ts";
import type { Sent } from "./world-searches.ts";

/** Who is sent something by the bridge of a changing world: a webhook's receiver, and a subscriber of its hub. */
export class Receivers {
  /** What the webhook's receiver took. */
  readonly received: { id: string; event: string; seq: number; key: string }[] = [];
  /** What the webhooks of searches took. */
  readonly found: Sent[] = [];
  readonly topic: string;
  readonly #seen = new Set<string>();
  #pushed: Item[] = [];
  readonly #world: World;

  constructor(world: World, topic: string) {
    this.#world = world;
    this.topic = topic;
  }

  /** A request to one of them. */
  answer(url: URL, init: RequestInit): Response {
    const { isReceiving, isActive, random } = this.#world;
    const challenge = url.searchParams.get("hub.challenge");
    if (challenge) return new Response(challenge);
    if (!isReceiving || (isActive && random() < 0.2)) return new Response("", { status: 500 });
    if (url.host === "hook.example") this.#takeMessage(init);
    else if (url.host === "search.example") this.#takeFound(Number(url.pathname.slice(1)), init);
    else this.#takeFeed(String(init.body));
    // The answer is lost.
    if (isActive && random() < 0.05) throw new TypeError("fetch failed");
    return new Response(null, { status: 204 });
  }

  #takeMessage(init: RequestInit): void {
    const body = JSON.parse(String(init.body)) as { type: string; data: { seq: number; article: { id: string } } };
    const id = new Headers(init.headers).get("webhook-id") ?? "";
    this.received.push({ id, event: body.type, seq: body.data.seq, key: body.data.article.id });
  }

  #takeFeed(body: string): void {
    this.#pushed = (JSON.parse(body) as { items: Item[] }).items;
    for (const { id } of this.#pushed) this.#seen.add(id);
  }

  #takeFound(search: number, init: RequestInit): void {
    const { data } = JSON.parse(String(init.body)) as { data: { article: { id: string } } };
    const id = new Headers(init.headers).get("webhook-id") ?? "";
    if (this.found.some((one) => one.id === id)) return;
    this.found.push({ search, id, article: data.article.id, at: this.#world.now });
  }

  async subscribe(): Promise<void> {
    const form = { "hub.mode": "subscribe", "hub.topic": this.topic, "hub.callback": "https://reader.example/push" };
    const response = await this.#world.ask("/hub", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ ...form, "hub.lease_seconds": String(30 * 24 * 3600) }).toString(),
    });
    if (response.status !== 202) throw new Error(`hub ${response.status} ${await response.text()}`);
  }

  /** What the subscriber has not got after rest. */
  async wrong(): Promise<string[]> {
    const { pathname, search } = new URL(this.topic);
    const { items = [] } = (await (await this.#world.ask(pathname + search)).json()) as { items?: Item[] };
    const missing = items.filter(({ id }) => !this.#seen.has(id)).map(({ id }) => `hub: never pushed ${id}`);
    // A link to a month that is over now is no news.
    const isCurrent = JSON.stringify(items) === JSON.stringify(this.#pushed);
    return isCurrent ? missing : [...missing, "hub: the last push has other articles than the feed"];
  }
}
