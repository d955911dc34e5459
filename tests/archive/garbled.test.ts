import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { refresh } from "../../src/refresh/refresh.ts";
import { articlePage, listingPage, type Shown } from "../replica/markup.ts";
import { articleAt, ask, bindings, type CountedKv, countedKv, feedOf, resetAfterEach, TOKEN } from "../simulation.ts";

/** A page in a wrong charset is a failure, not an edit of every article. */

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-06-01T00:00:00Z");

let counted: CountedKv;
let env: Bindings;

beforeEach(() => {
  counted = countedKv();
  env = bindings(counted.kv);
  vi.spyOn(Date, "now").mockReturnValue(NOW + HOUR);
});
resetAfterEach();

const number = (at: number) => at / HOUR;
const listOf = (newest: number, count: number, of: (at: number) => Shown) =>
  Array.from({ length: count }, (_, i) => of(newest - i * HOUR));
/** Korean, with a U+FFFD in some titles, as the website has them. */
const korean = (newest: number, count = 16): Shown[] =>
  listOf(newest, count, (at) => ({
    ...articleAt(at, at / 60_000, `·조선중앙통신 시험 기사 ${number(at)}${number(at) % 5 === 0 ? "\ufffd" : ""}`),
    excerpt: `(평양 6월 1일발 조선중앙통신) 경애하는 최고령도자 동지의 현지지도에 대한 시험용 기사의 본문 ${number(at)}`,
    body: [`·조선중앙통신 시험 기사 ${number(at)}의 본문 전체이다.`],
  }));
/** English, with curly quotes in some. */
const english = (newest: number, count = 16): Shown[] =>
  listOf(newest, count, (at) => {
    const shown = articleAt(at, at / 60_000);
    return number(at) % 4 === 0 ? { ...shown, title: `“${shown.title}” of the Workers’ Party` } : shown;
  });

/** A look at a listing that says its charset in its header alone. */
async function look({ id, listed, charset }: { id: string; listed: Shown[]; charset: string }, now: number) {
  const html = listingPage("A listing", listed).replace('<meta charset="UTF-8">', "");
  const headers = { "content-type": `text/html; charset=${charset}` };
  vi.stubGlobal("fetch", async () => new Response(html, { headers }));
  const settings = bridgeOf(env);
  const sources = settings.sources.filter((source) => source.id === id);
  const [outcome] = await refresh(settings, sources, now);
  return outcome;
}
const changes = async (id: string) => (await feedOf(env, `/feeds/${id}/changes.json`)).items.length;

describe.each([
  ["kcna-ko", korean],
  ["kcna-en", english],
])("%s", (id, page) => {
  test.each(["windows-1252", "iso-8859-1", "koi8-r"])(
    "a look in %s is a failure and edits nothing",
    async (charset) => {
      expect(await look({ id, listed: page(NOW), charset: "utf-8" }, NOW)).toMatchObject({ ok: true, added: 16 });
      const titles = async () => (await feedOf(env, `/feeds/${id}.json`)).items.map(({ title }) => title);
      const before = await titles();
      for (const hours of [1, 2, 40]) {
        // Some of what it shows is new.
        const listed = page(NOW + (hours > 2 ? 6 : 0) * HOUR);
        expect(await look({ id, listed, charset }, NOW + hours * HOUR)).toMatchObject({ ok: false, reason: "garbled" });
      }
      expect(await titles()).toEqual(before);
      expect(await look({ id, listed: page(NOW), charset: "utf-8" }, NOW + 41 * HOUR)).toMatchObject({ ok: true });
      expect(await changes(id)).toBe(0);
      const url = id === "kcna-en" ? "https://kcnawatch.org/article/156/" : "https://kcnawatch.org/?s=&source=190036";
      const pushed = await ask(env, `/ingest/${id}?url=${encodeURIComponent(url)}`, {
        method: "POST",
        headers: { authorization: `Bearer ${TOKEN}`, "content-type": `text/html; charset=${charset}` },
        body: listingPage("A listing", page(NOW)).replace('<meta charset="UTF-8">', ""),
      });
      expect([pushed.status, await pushed.json()]).toMatchObject([422, { reason: "garbled" }]);
    },
  );
});

test("a page in a wrong charset of which nothing is kept any more is a failure too", async () => {
  await look({ id: "kcna-ko", listed: korean(NOW), charset: "utf-8" }, NOW);
  const later = { id: "kcna-ko", listed: korean(NOW + 100 * HOUR), charset: "windows-1252" };
  expect(await look(later, NOW + 100 * HOUR)).toMatchObject({ ok: false, reason: "garbled" });
});

test("an edit of every article is one, whatever its characters; what came garbled is mended", async () => {
  const id = "kcna-ko";
  await look({ id, listed: korean(NOW), charset: "utf-8" }, NOW);
  const edited = korean(NOW).map((shown) => ({ ...shown, title: `${shown.title.slice(1)} (수정)` }));
  expect(await look({ id, listed: edited, charset: "utf-8" }, NOW + HOUR)).toMatchObject({ ok: true, edited: 16 });
  // One that the website itself has broken neither stops the others nor is believed.
  const [first, ...rest] = edited as [Shown, ...Shown[]];
  const broken = new TextDecoder("windows-1252").decode(new TextEncoder().encode(first.title));
  const listed = [{ ...first, title: broken }, { ...(rest[0] as Shown), title: "·다른 제목" }, ...rest.slice(1)];
  expect(await look({ id, listed, charset: "utf-8" }, NOW + 2 * HOUR)).toMatchObject({ ok: true, edited: 1 });
  expect((await feedOf(env, `/feeds/${id}.json`)).items[0]?.title).toBe(first.title);
});

test.each([
  ["in Korean", korean],
  ["in English, with nothing but ASCII in title and excerpt", (newest: number) => [articleAt(newest, 1)]],
])("an article page in a wrong charset gives no text, nor an edit of one: %s", async (_, page) => {
  const listed = page(NOW, 1);
  const story = { ...(listed[0] as Shown), body: ["A text that begins in ASCII:", "“quoted”, and Kim’s words – all."] };
  const source = bridgeOf(env).sources.filter(({ id }) => id === "kcna-ko");
  const text = async () => (await feedOf(env, "/feeds/kcna-ko.json?content=full")).items[0]?.content_html;
  const read = async (charset: string, at: number) => {
    vi.stubGlobal("fetch", async (url: URL) => {
      const isStory = url.pathname.startsWith("/newstream/1");
      const html = isStory ? articlePage("Somebody else", story, []) : listingPage("A listing", listed);
      const type = `text/html; charset=${isStory ? charset : "utf-8"}`;
      return new Response(html.replace('<meta charset="UTF-8">', ""), { headers: { "content-type": type } });
    });
    await refresh(bridgeOf(env), source, at, { articlePages: 3 });
  };
  await read("windows-1252", NOW);
  expect(await text()).toBeUndefined();
  await read("utf-8", NOW + 2 * HOUR);
  expect(await text()).toContain("“quoted”");
  await read("windows-1252", NOW + DAY + 3 * HOUR);
  await read("koi8-r", NOW + 2 * DAY + 5 * HOUR);
  expect(await text()).toContain("“quoted”");
  expect(await changes("kcna-ko")).toBe(0);
});
