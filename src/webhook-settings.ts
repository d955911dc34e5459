import * as v from "valibot";
import { parseEntry, SettingError, unknownField } from "./environment.ts";
import { isReceiver } from "./public-host.ts";
import { parseParameters } from "./query/parameters.ts";
import { parseQuery } from "./query/query.ts";
import { fingerprint } from "./scrape/fingerprint.ts";
import type { Source } from "./sites/site.ts";

/** The variable `WEBHOOKS`, checked. Errors never contain what it holds: addresses of Slack and Discord are secrets. */
export type Webhook = ReturnType<typeof webhookOf>;

const EVENTS = ["added", "edited", "text", "enriched", "gone", "back"] as const;
const FORMS = ["standard", "text", "slack", "discord"] as const;

const MAX_WEBHOOKS = 10;
const URL_RULE =
  "must be an https address of a public host by its name, or of one that PRIVATE_RECEIVERS names, without user and fragment";
const SECRET_RULE = 'must be "whsec_" and 24 to 64 bytes in base64';
const FEED_RULE = "must be sources and parameters as in a feed's address, such as kcna-en+rodong-ko?q=missile";
const EVENTS_RULE = `must be a list, each entry one of ${EVENTS.join(", ")}`;
const AS_RULE = `must be one of ${FORMS.join(", ")}`;
const ENTRY_RULE = "must be an object with url and feed, and perhaps secret, events and as";
/** Parameters of a feed that have no effect on what is sent, with the reason. */
const OTHER_PARAMETERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(["before", "limit", "sort", "sorted"].map((name) => [name, "does not choose articles"])),
  once: "cannot hold back a reprint: an article is sent before its text shows that it is one",
};

function isSecret(value: string): boolean {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(value) ?? [];
  if (encoded === undefined) return false;
  try {
    const { length } = atob(encoded);
    return length >= 24 && length <= 64;
  } catch {
    return false;
  }
}

const entrySchema = (receivers: ReadonlySet<string>) =>
  v.strictObject(
    {
      url: v.pipe(
        v.string(URL_RULE),
        v.check((url) => isReceiver(url, receivers), URL_RULE),
      ),
      secret: v.optional(v.pipe(v.string(SECRET_RULE), v.check(isSecret, SECRET_RULE))),
      feed: v.pipe(v.string(FEED_RULE), v.maxLength(1000, FEED_RULE)),
      events: v.optional(
        v.pipe(v.array(v.picklist(EVENTS, EVENTS_RULE), EVENTS_RULE), v.minLength(1, EVENTS_RULE)),
        () => ["added" as const],
      ),
      as: v.optional(v.picklist(FORMS, AS_RULE), "standard"),
    },
    (issue) => unknownField(issue, ENTRY_RULE),
  );

/** @throws SettingError naming the first field that is wrong, and what it takes */
export function readWebhooks(value: string, sources: readonly Source[], receivers: ReadonlySet<string>) {
  let entries: unknown;
  try {
    entries = JSON.parse(value);
  } catch {
    // The message of the parser has a part of the text, which is a secret.
    throw new SettingError("WEBHOOKS: not JSON");
  }
  if (!Array.isArray(entries)) throw new SettingError("WEBHOOKS: must be a JSON array of webhooks");
  if (entries.length > MAX_WEBHOOKS) throw new SettingError(`WEBHOOKS: has more than ${MAX_WEBHOOKS} webhooks`);
  const webhooks = entries.map((entry, i) => webhookOf(entry, `WEBHOOKS[${i}]`, sources, receivers));
  webhooks.forEach(({ id }, i) => {
    const first = webhooks.findIndex((other) => other.id === id);
    if (first !== i) throw new SettingError(`WEBHOOKS[${i}]: is the same as WEBHOOKS[${first}]`);
  });
  return webhooks;
}

function webhookOf(entry: unknown, at: string, sources: readonly Source[], receivers: ReadonlySet<string>) {
  const { url, secret, feed, events, as } = parseEntry(entrySchema(receivers), entry, at);
  if (as === "standard" && !secret) throw new SettingError(`${at}.secret: is missing; it ${SECRET_RULE}`);
  const [names = "", query = ""] = feed.split(/\?(.*)/s);
  const ids = names === "all" ? sources.map(({ id }) => id) : [...new Set(names.split("+"))];
  const unknown = ids.find((id) => !sources.some((source) => source.id === id));
  if (unknown !== undefined) {
    const rule = "must be sources and parameters, such as kcna-en+rodong-ko?q=missile or all";
    throw new SettingError(`${at}.feed: there is no source "${unknown.slice(0, 60)}"; it ${rule}`);
  }
  const parameters = new URLSearchParams(query);
  const other = Object.entries(OTHER_PARAMETERS).find(([name]) => parameters.has(name));
  if (other) throw new SettingError(`${at}.feed: ${other.join(" ")}, so it has no effect here`);
  const parsed = parseParameters(parameters);
  if ("error" in parsed) throw new SettingError(`${at}.feed: ${parsed.error.detail}`);
  return {
    /** From everything but the secret: a webhook that is changed begins at the newest event. */
    id: fingerprint(JSON.stringify([url, feed, events, as])),
    url,
    /** As it is written: `kcna-en?q=missile`. */
    feed,
    /** Ids; a name of all sources is written out. */
    sources: ids,
    /** The feed's parameters. */
    query,
    events,
    as,
    /** Signs the messages (Standard Webhooks). */
    secret,
  };
}

/**
 * Compiles the regular expressions of webhooks. `readWebhooks` does not: it runs at each start of a Worker, and the library
 * would be loaded each time. A webhook whose expression is wrong is switched off at its first event.
 *
 * @throws Error naming the first webhook that has one that is wrong
 */
export async function compileExpressions(webhooks: readonly Webhook[]): Promise<void> {
  for (const [i, { query }] of webhooks.entries()) {
    const parsed = await parseQuery(new URLSearchParams(query), 0);
    if ("error" in parsed) throw new Error(`WEBHOOKS[${i}].feed: ${parsed.error.detail}`);
  }
}
