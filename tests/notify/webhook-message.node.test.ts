import { expect, test } from "vitest";
import { webhookMessage } from "../../src/notify/webhook-message.ts";

/** What people read in their messengers. */

const entry = {
  ...{ id: "tag:example.org,2026:1", url: "https://example.org/1", title: "A title", summary: "What it says." },
  ...{ published: "2026-06-01T00:00:00Z", updated: "2026-06-01T00:00:00Z", language: "en" },
  source: { id: "test", name: "Test", feed: "https://example.org/feed", page: "https://example.org/" },
};
const textOf = (event: string, more: object = {}, as: Parameters<typeof webhookMessage>[0] = "text") => {
  const message = { seq: 1, event, at: "2026-06-01T00:00:00Z", entry: { ...entry, ...more } };
  return webhookMessage(as, message as Parameters<typeof webhookMessage>[1]).body;
};

test("a message says first what has happened to the article; a new one needs no word", () => {
  const titleOf = (event: string) => textOf(event).split("\n")[0];
  expect(["added", "text", "edited", "gone", "back"].map(titleOf)).toEqual([
    ...["A title", "A title", "Edited: A title", "No longer at this address: A title", "Back: A title"],
  ]);
});

test("an article without an excerpt leaves no empty line", () => {
  expect(textOf("added", { summary: undefined })).toBe("A title\n\nhttps://example.org/1");
});

test("a title is cut at 250 characters and an excerpt at 1,000, never within a character; the address is whole", () => {
  const whole = [`${"😀".repeat(250)}`, "x".repeat(1000), entry.url].join("\n\n");
  expect(textOf("added", { title: "😀".repeat(250), summary: "x".repeat(1000) })).toBe(whole);
  const cut = [`${"😀".repeat(249)}…`, `${"x".repeat(999)}…`, entry.url].join("\n\n");
  expect(textOf("added", { title: "😀".repeat(251), summary: "x".repeat(1001) })).toBe(cut);
});

test("what has a meaning in Slack is text there: neither a call to people, nor the end of a link", () => {
  const more = { title: "A | B <!channel>", summary: "R&D > all | none", url: "https://example.org/?a=1|2" };
  expect(JSON.parse(textOf("added", more, "slack"))).toEqual({
    text: "<https://example.org/?a=1%7C2|A ¦ B &lt;!channel&gt;>\nR&amp;D &gt; all ¦ none",
  });
});
