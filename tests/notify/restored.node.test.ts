import { expect, test } from "vitest";
import { journalDigest } from "../../src/archive/backup.ts";
import { exported, HOUR, page, shownAt } from "../archive/fixtures.ts";
import { clockAt, pushedBridge, receivers } from "./receivers.ts";

const START = Date.parse("2026-06-01T00:00:00Z");
clockAt(START);

test("a webhook is not sent the articles of a backup that is restored, in parts or again, but what comes after it", async () => {
  const received = receivers({ "hook.example": () => new Response() });
  const old = pushedBridge();
  const articles = page(START - HOUR, 30);
  await old.commit(articles);
  const lines = exported(old.service().archive);
  const webhook = {
    url: "https://hook.example/",
    secret: `whsec_${btoa("the secret of a test".repeat(2))}`,
    feed: "all",
  };
  const bridge = pushedBridge({ WEBHOOKS: JSON.stringify([webhook]) });
  for (const part of [lines.slice(0, 10), lines.slice(0, 20), lines]) {
    expect(await bridge.service().import(part, START)).not.toHaveProperty("refused");
    await bridge.run();
    bridge.restart();
  }
  expect(received).toEqual([]);
  await bridge.commit([shownAt(START - 60_000, "News"), ...articles]);
  await bridge.run();
  expect(received.map(({ body }) => JSON.parse(body).data.article.title)).toEqual(["News"]);
});

test("a webhook that was behind when a part of a backup came loses nothing: it goes on where it was", async () => {
  const received = receivers({ "hook.example": () => new Response() });
  const old = pushedBridge();
  await old.commit(page(START - HOUR, 30));
  const lines = exported(old.service().archive);
  const webhook = { url: "https://hook.example/", feed: "all", as: "text" };
  const bridge = pushedBridge({ WEBHOOKS: JSON.stringify([webhook]) });
  await bridge.service().import(lines.slice(0, 20), START);
  const { archive } = bridge.service();
  const place = archive.store.head().seq - 1;
  bridge.sql.run("UPDATE webhook SET seq = ?, digest = ?", [place, journalDigest(archive.store, place)]);
  await bridge.service().import(lines, START);
  await bridge.run();
  const added = lines.filter((line) => "event" in line && line.event === "added" && line.seq > place);
  expect(received).toHaveLength(added.length);
});
