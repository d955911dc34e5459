import type { JsonFeed } from "../simulation.ts";
import type { WebArticle } from "./changing-websites.ts";
import type { World } from "./changing-world.ts";

/** Who reads the bridge of a changing world, and what each of them finds wrong. */

export type Item = JsonFeed["items"][number];
const FEED = "/feeds/kcna-en.json?limit=200&content=full";

/** A service that keeps a copy of the archive by `/sync`. */
export class SyncClient {
  readonly copy = new Map<string, Item>();
  readonly events: { seq: number; event: string; id: string }[] = [];
  readonly wrong: string[] = [];
  #cursor = "0";
  readonly #parameters: string;

  constructor(parameters: string) {
    this.#parameters = parameters;
  }

  async poll(world: World): Promise<void> {
    for (let more = true; more; ) {
      const response = await world.ask(`/sync/all?after=${this.#cursor}&${this.#parameters}`);
      const text = await response.text();
      if (response.status !== 200) return void this.wrong.push(`sync ${response.status}: ${text.slice(0, 200)}`);
      const lines = text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      for (const { seq, event, article } of lines.slice(0, -1)) {
        if (seq <= (this.events.at(-1)?.seq ?? 0)) this.wrong.push(`sync order: ${seq}`);
        this.events.push({ seq, event, id: article.id });
        if (event === "out") this.copy.delete(article.id);
        else this.copy.set(article.id, article);
      }
      ({ cursor: this.#cursor, more } = lines.at(-1));
    }
  }
}

/** A feed reader: it polls with the tag of what it has. */
export class Reader {
  readonly seen = new Map<string, Item>();
  readonly wrong: string[] = [];
  #etag = "";
  #body = "";
  #modified = "";

  async poll(world: World): Promise<void> {
    // A feed that is overdue is read behind an answer.
    if (world.chances.kv || world.chances.kill > 0 || world.chances.restore || world.chances.fault > 0)
      await world.ask(FEED);
    const conditional = await world.ask(FEED, { headers: { "if-none-match": this.#etag } });
    const whole = await world.ask(FEED);
    const body = await whole.text();
    const etag = whole.headers.get("etag") ?? "";
    const modified = whole.headers.get("last-modified") ?? "";
    if (whole.status !== 200) {
      if (world.sql.rows("SELECT 1 FROM listing WHERE source = 'kcna-en' LIMIT 1").length > 0)
        this.wrong.push(`feed ${whole.status}`);
      return;
    }
    if ((conditional.status === 304) !== (body === this.#body))
      this.wrong.push("feed: 304 of other bytes, or 200 of the same");
    if ((etag === this.#etag) !== (body === this.#body)) this.wrong.push("feed: same tag of other bytes");
    if (
      body !== this.#body &&
      this.#body !== "" &&
      world.chances.skew === 0 &&
      Date.parse(modified) <= Date.parse(this.#modified)
    )
      this.wrong.push(`feed: other bytes, and last-modified ${this.#modified} then ${modified}`);
    [this.#etag, this.#body, this.#modified] = [etag, body, modified];
    const { items } = JSON.parse(body) as JsonFeed;
    if (new Set(items.map(({ id }) => id)).size < items.length) this.wrong.push("feed: an item twice");
    for (const item of items) {
      const before = this.seen.get(item.id);
      if (before && before.date_published !== item.date_published) this.wrong.push(`feed: another date ${item.id}`);
      if (before && before.date_modified > item.date_modified) this.wrong.push(`feed: updated goes back ${item.id}`);
      if (before && before.title !== item.title && before.date_modified === item.date_modified)
        this.wrong.push(`feed: a title changes, updated does not ${item.id}`);
      this.seen.set(item.id, item);
    }
  }
}

/** Versions of articles that were cited once. */
export class Citations {
  readonly wrong: string[] = [];
  readonly #known = new Map<string, string>();

  async check(world: World, { site, key }: Pick<WebArticle, "site" | "key">): Promise<void> {
    const response = await world.ask(`/articles/${site}/${key}.json`);
    if (response.status !== 200) return;
    const { versions } = (await response.json()) as { versions: { n: number; at: string; sha256: string }[] };
    for (const { n, at, sha256 } of versions) {
      const id = `${site}/${key}/v${n}`;
      const text = `${at} ${sha256}`;
      if ((this.#known.get(id) ?? text) !== text)
        this.wrong.push(`version ${id} changes: ${this.#known.get(id)} ${text}`);
      this.#known.set(id, text);
    }
  }
}
