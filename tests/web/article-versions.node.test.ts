import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ScrapedArticle } from "../../src/article.ts";
import { HOUR, listing, NOW, shownAt } from "../archive/fixtures.ts";
import { type PushedBridge, pushedBridge } from "../notify/receivers.ts";

/** Random histories: what the bridge says of each version is what the website showed then. */

interface VersionJson {
  n: number;
  at: string;
  title: string;
  excerpt: string;
  content_html: string;
  content_text: string;
  sha256: string;
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const ARTICLES = 200;
const words = fc
  .array(
    fc.constantFrom("rice", "“Kim”", "김정은", "김".normalize("NFD"), "é", "e\u0301", "&", "<b>", "🚀", "100", "ぱ"),
    {
      minLength: 2,
      maxLength: 12,
    },
  )
  .map((list) => list.join(" "));
/** The edits of one article: of the title, or of the text. */
const history = fc.array(fc.tuple(fc.constantFrom("title" as const, "text" as const), words), { maxLength: 5 });

const instant = (ms: number) => new Date(ms).toISOString().replace(".000", "");
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const sha256 = (text: string) => createHash("sha256").update(text.normalize("NFC")).digest("hex");

async function commit(bridge: PushedBridge, article: ScrapedArticle, body: string | undefined, now: number) {
  const place = { source: "kcna-en", site: "kcnawatch", timeZone: "Asia/Pyongyang" };
  const page = { source: "kcna-en", pages: [{ ...place, article, body: body ?? "" }] };
  const [result] = await bridge.service().commit([body === undefined ? listing([article]) : page], now, false);
  if (!result || result.error || result.failure) throw new Error(JSON.stringify(result));
}

test(`${ARTICLES} random articles: every version is what the website showed, when it showed it, with its hash`, async () => {
  const bridge = pushedBridge();
  const histories = fc.sample(history, ARTICLES);
  for (const [i, edits] of histories.entries()) {
    // One article after the other: the journal's time never goes back.
    const start = NOW + i * 200 * HOUR;
    const shown = { ...shownAt(start, `Headline ${i}`) };
    let text = `Text ${i}`;
    const expected = [{ title: shown.title, text: "", at: instant(start) }];
    await commit(bridge, shown, undefined, start);
    await commit(bridge, shown, `<p>${text}</p>`, start + HOUR);
    expected.push({ title: shown.title, text, at: instant(start + HOUR) });
    for (const [j, [what, value]] of edits.entries()) {
      // A day apart: what changes more often is taken for noise.
      const now = start + (j + 1) * 30 * HOUR;
      if (what === "title") {
        shown.title = `${value} ${i}.${j}`;
        await commit(bridge, shown, undefined, now);
      } else {
        text = `${value} ${i}.${j}`;
        await commit(bridge, shown, `<p>${escaped(text)}</p>`, now);
      }
      expected.push({ title: shown.title, text, at: instant(now) });
    }
    const response = await bridge.ask(`/articles/kcnawatch/${shown.key}.json`);
    const { versions } = (await response.json()) as { versions: VersionJson[] };
    const normal = (value: string) => value.normalize("NFC");
    expect(versions.map(({ n, at, title, content_text }) => ({ n, at, title, content_text }))).toEqual(
      expected.map(({ title, text, at }, n) => ({ n: n + 1, at, title: normal(title), content_text: normal(text) })),
    );
    expect(versions.map(({ excerpt }) => excerpt)).toEqual(versions.map(() => shown.excerpt));
    expect(versions.map((version) => version.sha256)).toEqual(
      expected.map(({ title, text }) => sha256(`${title}\n\n${text}`)),
    );
  }
}, 60_000);
