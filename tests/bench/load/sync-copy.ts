/** A service that keeps a copy of the archive with `GET /sync`, as README says. */

export interface Item {
  id: string;
  title: string;
  _bridge: { key: string };
}

export class SyncCopy {
  readonly articles = new Map<string, Item>();
  /** Events of each article, in the order of the journal. */
  readonly events = new Map<string, { seq: number; event: string }[]>();
  /** Whatever must not be. */
  readonly faults: string[] = [];
  #cursor = "";
  #seq = 0;

  /** The address of the next page. */
  path = (wait: number): string =>
    `/sync/all?content=full&limit=300${this.#cursor && `&after=${this.#cursor}`}${wait ? `&wait=${wait}` : ""}`;

  /** Takes in a page; returns whether there is more. A page without its last line is not taken in. */
  apply(page: string): boolean {
    const lines = page.trimEnd().split("\n");
    const end = JSON.parse(lines.pop() ?? "null") as { cursor?: string; more: boolean } | null;
    if (end?.cursor === undefined) throw new Error("the page has no last line");
    for (const line of lines) {
      const { seq, event, article } = JSON.parse(line) as { seq: number; event: string; article: Item };
      if (seq <= this.#seq) this.faults.push(`event ${seq} after ${this.#seq}`);
      this.#seq = seq;
      this.articles.set(article.id, article);
      this.events.set(article.id, [...(this.events.get(article.id) ?? []), { seq, event }]);
    }
    this.#cursor = end.cursor;
    return end.more;
  }

  /** Reads to the end. */
  async catchUp(origin: string): Promise<void> {
    for (let more = true; more; ) more = this.apply(await (await fetch(origin + this.path(0))).text());
  }

  /** Versions that an article must have: a first one, and one of each edit and of a first text. */
  versionsOf = (id: string): number =>
    1 + (this.events.get(id) ?? []).filter(({ event }) => event === "edited" || event === "text").length;
}
