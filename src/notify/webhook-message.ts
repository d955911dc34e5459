import { jsonItem } from "../feeds/json.ts";
import type { SyncEvent } from "../feeds/ndjson.ts";
import type { Webhook } from "../webhook-settings.ts";

/** The message that a webhook gets for an event, in the form that its receiver accepts. */

/** Words before the title, for people. */
const WORDS: Readonly<Record<string, string>> = {
  edited: "Edited: ",
  gone: "No longer at this address: ",
  back: "Back: ",
  test: "Test: ",
};

/** Characters: Discord refuses longer ones, and on a telephone nobody reads them. */
const MAX_TITLE = 250;
const MAX_SUMMARY = 1000;

/** The body of a message, and the headers that say what it is. */
export function webhookMessage(as: Webhook["as"], event: SyncEvent): { body: string; headers: Record<string, string> } {
  const { entry } = event;
  const title = cut((WORDS[event.event] ?? "") + entry.title, MAX_TITLE);
  const summary = cut(entry.summary ?? "", MAX_SUMMARY);
  if (as === "text") {
    const text = [title, summary, entry.url].filter(Boolean).join("\n\n");
    // `Click` is the address that a tap on the notification opens (ntfy); others ignore it.
    return { body: text, headers: { "content-type": "text/plain; charset=utf-8", click: new URL(entry.url).href } };
  }
  return { body: JSON.stringify(jsonOf(as, event, title, summary)), headers: { "content-type": "application/json" } };
}

function jsonOf(as: Exclude<Webhook["as"], "text">, event: SyncEvent, title: string, summary: string): unknown {
  const { seq, at, entry } = event;
  // What an article says must not call people (<!channel>, @everyone).
  if (as === "slack") {
    const link = `<${slackText(new URL(entry.url).href.replaceAll("|", "%7C"))}|${slackText(title)}>`;
    return { text: [link, slackText(summary)].join("\n") };
  }
  if (as === "discord") {
    const embed = { title, url: entry.url, description: summary, timestamp: at, footer: { text: entry.source.name } };
    return { embeds: [embed], allowed_mentions: { parse: [] } };
  }
  return { type: `article.${event.event}`, timestamp: at, data: { seq, article: jsonItem(entry) } };
}

/** Slack's own escapes (https://docs.slack.dev/messaging/formatting-message-text). A bar ends the address of a link. */
const slackText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("|", "¦");

function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}
