import { PHRASES } from "../http/problem.ts";

/** What responses hold, as JSON Schema 2020-12. */

type Schema = Record<string, unknown>;

const text: Schema = { type: "string" };
const count: Schema = { type: "integer", minimum: 0 };
const flag: Schema = { type: "boolean" };
const address: Schema = { type: "string", format: "uri" };
const instant: Schema = { type: "string", format: "date-time" };
const day: Schema = { type: "string", format: "date" };
const orNull = (schema: Schema): Schema => {
  const isSimple = schema.type !== "object" && schema.type !== "array";
  return isSimple ? { ...schema, type: [schema.type, "null"] } : { anyOf: [schema, { type: "null" }] };
};
const list = (items: Schema): Schema => ({ type: "array", items });
const choice = (...values: string[]): Schema => ({ type: "string", enum: values });

/** Every property is required, unless its name ends in "?". */
function object(properties: Record<string, Schema>, more: Schema = {}): Schema {
  const entries = Object.entries(properties);
  const required = entries.map(([name]) => name).filter((name) => !name.endsWith("?"));
  const named = entries.map(([name, schema]) => [name.replace(/\?$/, ""), schema]);
  return { type: "object", properties: Object.fromEntries(named), ...(required.length > 0 && { required }), ...more };
}

export const ref = (name: keyof ReturnType<typeof schemas>): Schema => ({ $ref: `#/components/schemas/${name}` });
const refTo = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** All schemas, by name. Made at the first look at the description, as few isolates need them. */
export function schemas() {
  const OTHER_ADDRESS = object({ site: text, source: text, url: address, first_seen: instant });

  const FIELDS = choice("title", "excerpt", "text");
  const WORDS = object({ "title?": text, "excerpt?": text, "text?": text });
  const CHANGE = object({
    kind: choice("edited", "gone", "back"),
    at: instant,
    "since?": instant,
    "fields?": list(FIELDS),
    "before?": WORDS,
    "after?": WORDS,
    "words_changed?": { type: "number", minimum: 0, maximum: 1 },
    "numbers_changed?": flag,
    "names_changed?": flag,
    "substantial?": flag,
  });

  const ITEM: Record<string, Schema> = {
    id: text,
    url: address,
    "external_url?": address,
    title: text,
    "content_html?": text,
    "content_text?": text,
    "summary?": text,
    "image?": address,
    date_published: instant,
    date_modified: instant,
    authors: list(object({ name: text, url: address })),
    tags: list(text),
    language: text,
    "_bridge?": object({
      source: text,
      key: text,
      day,
      date_precision: choice("second", "day"),
      first_seen: instant,
      earlier_titles: list(text),
      "page?": address,
      "copies?": list(OTHER_ADDRESS),
      "reprints?": list(OTHER_ADDRESS),
      "gone?": instant,
      "change?": CHANGE,
    }),
  };

  const FEED: Record<string, Schema> = {
    version: { type: "string", const: "https://jsonfeed.org/version/1.1" },
    title: text,
    home_page_url: address,
    feed_url: address,
    description: text,
    icon: address,
    "next_url?": address,
    "language?": text,
    "hubs?": list(object({ type: { type: "string", const: "WebSub" }, url: address })),
    _bridge: object({
      about: address,
      generator: text,
      id: text,
      updated: instant,
      "next?": address,
      "prev-archive?": address,
      "next-archive?": address,
      "current?": address,
    }),
  };

  const EVENT = choice("added", "edited", "text", "enriched", "gone", "back", "joined", "parted", "reprint", "out");

  const INCIDENT = object({
    "source?": text,
    "webhook?": { type: "integer", minimum: 1 },
    kind: choice("outage", "gap", "webhook"),
    from: instant,
    "to?": instant,
    ended: orNull(instant),
  });

  const CITATION = object({ text, bibtex: text, csl: { type: "object" } });

  const VERSION: Record<string, Schema> = {
    n: { type: "integer", minimum: 1 },
    at: instant,
    title: text,
    excerpt: text,
    content_html: text,
    content_text: text,
    sha256: { type: "string", pattern: "^[0-9a-f]{64}$" },
    url: address,
  };

  const SOURCE_REPORT: Record<string, Schema> = {
    id: text,
    name: text,
    state: choice("ok", "quiet", "failing", "overdue", "waiting"),
    last_success: orNull(instant),
    last_failure: orNull(object({ at: instant, reason: text, detail: text })),
    failures_in_a_row: count,
    articles: count,
    gone: count,
    newest: orNull(object({ title: text, url: address, published: instant })),
    complete_since: orNull(instant),
    complete_until: orNull(instant),
    gaps: list(object({ after: instant, before: instant })),
    noisy: orNull(object({ since: orNull(instant), detail: text })),
    unreadable_articles: list(object({ key: text, detail: text })),
    next_due: orNull(instant),
  };

  const STATES = choice("ok", "failing", "off");

  const DELIVERY = object({
    event: count,
    at: orNull(instant),
    attempts: count,
    status: orNull(count),
    error: orNull(text),
    ms: orNull(count),
    next_attempt: orNull(instant),
  });

  const REFRESHED = {
    source: text,
    ok: flag,
    added: count,
    edited: count,
    "reason?": text,
    "detail?": text,
    articles: count,
    next_due: orNull(instant),
  };
  return {
    Problem: object(
      {
        type: text,
        title: { type: "string", enum: Object.values(PHRASES) },
        status: { type: "integer", enum: Object.keys(PHRASES).map(Number) },
        detail: text,
        "parameter?": text,
        "accepts?": text,
        "reason?": text,
      },
      { description: "An error (RFC 9457)." },
    ),
    Feed: object({ ...FEED, items: list(refTo("Item")) }, { description: "A JSON Feed 1.1." }),
    StatusFeed: object(
      { ...FEED, items: list(object({ ...ITEM, "_bridge?": INCIDENT })) },
      { description: "A JSON Feed 1.1 of outages, gaps and webhooks that were off." },
    ),
    Item: object(ITEM, { description: "An article, as an item of JSON Feed." }),
    SyncEvent: object(
      { seq: { type: "integer", minimum: 1 }, event: EVENT, at: instant, article: refTo("Item") },
      { description: "A line of /sync. `out`: the article no longer matches the filter." },
    ),
    Counts: object(
      {
        sources: list(text),
        query: text,
        complete_since: orNull(instant),
        months: list(
          object({
            month: { type: "string", pattern: "^[0-9]{4}-(?:0[1-9]|1[0-2])$" },
            matches: count,
            articles: count,
            complete: flag,
            "partial?": { type: "boolean", const: true },
          }),
        ),
        "next_url?": address,
      },
      { description: "Numbers of articles by month, the oldest month first." },
    ),
    SyncEnd: object({ cursor: text, more: flag }, { description: "The last line of /sync." }),
    Article: object(
      {
        ...ITEM,
        day,
        first_seen: instant,
        last_seen: instant,
        page: address,
        timemap: address,
        sources: list(object({ id: text, name: text, since: instant })),
        history: list(object({ event: choice("gone", "back"), at: instant })),
        version_count: count,
        versions: list(object(VERSION)),
        copies: list(
          object({
            id: text,
            url: address,
            page: address,
            source: text,
            first_seen: instant,
            title: text,
            content_text: text,
          }),
        ),
        citation: CITATION,
      },
      { description: "An article with its versions." },
    ),
    Version: object({
      id: text,
      original: address,
      article: address,
      timemap: address,
      language: text,
      version_count: count,
      ...VERSION,
      citation: CITATION,
    }),
    Health: object({
      status: choice("ok", "degraded", "down"),
      archive: choice("ok", "read-only", "unreachable"),
      sources: list(object(SOURCE_REPORT)),
      "hub?": object({
        advertised: flag,
        subscriptions: count,
        deliveries: count,
        success: { type: ["number", "null"], minimum: 0, maximum: 1 },
        last_success: orNull(instant),
      }),
      "webhooks?": list(object({ state: STATES, since: orNull(instant) })),
    }),
    SourceHealth: object({
      ...SOURCE_REPORT,
      articles_per_day: { type: "object", additionalProperties: count },
      history: orNull(
        list(
          object({
            kind: choice("outage", "gap"),
            from: instant,
            to: orNull(instant),
            ended: orNull(instant),
            detail: orNull(text),
          }),
        ),
      ),
    }),
    Refreshed: { anyOf: [object(REFRESHED), object({ outcomes: list(object(REFRESHED)) })] },
    Ingested: object({ kind: choice("listing", "article"), articles: count, new: count, changed: count }),
    Restored: object({ restored: count, seq: count }),
    Webhooks: object({
      webhooks: list(
        object({
          n: { type: "integer", minimum: 1 },
          host: text,
          feed: text,
          as: text,
          events: list(text),
          state: STATES,
          off_since: orNull(instant),
          behind: count,
          deliveries: list(DELIVERY),
        }),
      ),
    }),
    WebhookTest: object({ ok: flag, status: orNull(count), error: orNull(text), ms: count }),
  } satisfies Record<string, Schema>;
}
