import { expect, test } from "vitest";
import type { Article } from "../../src/article.ts";
import { parseQuery } from "../../src/query/query.ts";
import { plainText } from "../../src/scrape/text.ts";
import { articleEntry, originOf } from "../../src/web/feed-document.ts";

const base = { url: "https://bridge.example" };
const origin = originOf(base, "kcna-en", "KCNA.kp (En)", "json");
const article = (excerpt: string): Article => ({
  ...{ site: "kcnawatch", key: "1769737240-205284", id: "tag:kcnawatch.org,2026:newstream/1769737240-205284" },
  ...{ source: "kcna-en", language: "en", title: "Visits", excerpt, day: "2026-01-30" },
  url: "https://kcnawatch.org/newstream/1769737240-205284/visits/",
  ...{ published: "2026-01-30T01:40:40Z", updated: "2026-01-30T01:40:40Z", firstSeen: "2026-01-30T01:40:40Z" },
});

async function briefOf(excerpt: string, html?: string) {
  const parsed = await parseQuery(new URLSearchParams("brief=100"), 0);
  if ("error" in parsed) throw new Error(parsed.error.detail);
  const { summary, content } = articleEntry(base, article(excerpt), origin, parsed.query, html);
  return { summary, content };
}

test("brief cuts a longer text to so many characters, and never within one", async () => {
  expect(await briefOf("조".repeat(100))).toEqual({ summary: "조".repeat(100) });
  expect(await briefOf("조".repeat(101))).toEqual({ summary: `${"조".repeat(100)}…` });
  // Two UTF-16 code units each.
  expect(await briefOf("🚀".repeat(100))).toEqual({ summary: "🚀".repeat(100) });
  expect(await briefOf("🚀".repeat(101))).toEqual({ summary: `${"🚀".repeat(100)}…` });
});

test("brief shortens the full text where there is one, which is then left out", async () => {
  expect(await briefOf("An excerpt", `<p>${"a".repeat(120)}</p>`)).toEqual({ summary: `${"a".repeat(100)}…` });
});

test("brief of a long text is the beginning of the whole, however much markup there is and wherever it is cut", async () => {
  const pieces = [
    "<p>",
    "&amp;",
    "a ",
    "</p>\n",
    "<b>🚀</b>",
    "  ",
    '<a href="https://kcna.kp/a">',
    "</a>",
    "&lt;i",
    "조선",
  ];
  for (let seed = 1; seed < 200; seed++) {
    const count = seed * 40;
    const html = Array.from({ length: count }, (_, i) => pieces[(i * seed + (i >> 3)) % (1 + (seed % 10))]).join("");
    const characters = [...plainText(html)];
    const whole = characters.length > 100 ? `${characters.slice(0, 100).join("")}…` : characters.join("");
    expect((await briefOf("", html)).summary ?? "").toBe(whole);
  }
});
