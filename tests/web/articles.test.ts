import { beforeEach, expect, test } from "vitest";
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { refresh, tick } from "../../src/refresh/refresh.ts";

import {
  articleAt,
  ask,
  bindings,
  type CountedKv,
  countedKv,
  type Listings,
  resetAfterEach,
  serve,
} from "../simulation.ts";

const HOUR = 3600_000;
const NOW = Date.parse("2026-06-01T00:00:00Z");
const first = articleAt(NOW, 7);
const PAGE = `/articles/kcnawatch/${first.key}`;

let counted: CountedKv;
let env: Bindings;
let website: Listings;

beforeEach(async () => {
  counted = countedKv();
  env = bindings(counted.kv, { BODIES_PER_TICK: "0" });
  website = new Map([["156", [{ ...first }]]]);
  serve(website);
  await tick(bridgeOf(env), NOW);
});
resetAfterEach();

interface ArticleJson {
  id: string;
  page: string;
  timemap: string;
  sources: { id: string; since: string }[];
  version_count: number;
  versions: { n: number; at: string; title: string; content_text: string; sha256: string; url: string }[];
  citation: { text: string; bibtex: string; csl: { title: string } };
}

const json = async <T>(path: string) => (await ask(env, path)).json() as Promise<T>;

async function edit(title: string, now: number): Promise<void> {
  website.set("156", [{ ...first, title }]);
  await refresh(
    bridgeOf(env),
    bridgeOf(env).sources.filter(({ id }) => id === "kcna-en"),
    now,
  );
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

test("an article's JSON has every version, with a hash that anyone can compute", async () => {
  await edit("A headline with “quotes” & 미사일", NOW + HOUR);
  await edit("The third headline", NOW + 2 * HOUR);
  const article = await json<ArticleJson>(`${PAGE}.json`);
  expect(article).toMatchObject({ id: `tag:kcnawatch.org,2026:newstream/${first.key}`, version_count: 3 });
  expect(article.versions.map(({ n, title }) => [n, title])).toEqual([
    [1, first.title],
    [2, "A headline with “quotes” & 미사일"],
    [3, "The third headline"],
  ]);
  expect(article.versions.map(({ at }) => at)).toEqual([
    "2026-06-01T00:00:00Z",
    "2026-06-01T01:00:00Z",
    "2026-06-01T02:00:00Z",
  ]);
  for (const { title, content_text, sha256: hash } of article.versions) {
    expect(hash).toBe(await sha256(`${title}\n\n${content_text}`));
  }
  const version = await json<ArticleJson["versions"][number]>(`${PAGE}/v2.json`);
  expect(version).toMatchObject(article.versions[1] as object);
});

test("a version is a memento: its datetime, the original, the TimeMap, its neighbours and how to cite it (RFC 7089)", async () => {
  await edit("Second", NOW + HOUR);
  await edit("Third", NOW + 2 * HOUR);
  const { headers } = await ask(env, `${PAGE}/v2.json`);
  expect(headers.get("memento-datetime")).toBe("Mon, 01 Jun 2026 01:00:00 GMT");
  const base = `https://bridge.example${PAGE}`;
  const link = headers.get("link") ?? "";
  for (const one of [
    `<https://kcnawatch.org/newstream/${first.key}/${first.slug}/>; rel="original"`,
    `<${base}/timemap>; rel="timemap"; type="application/link-format"`,
    `<${base}/v2>; rel="cite-as"`,
    `<${base}/v1>; rel="first prev memento"; datetime="Mon, 01 Jun 2026 00:00:00 GMT"`,
    `<${base}/v2>; rel="memento"; datetime="Mon, 01 Jun 2026 01:00:00 GMT"`,
    `<${base}/v3>; rel="last next memento"; datetime="Mon, 01 Jun 2026 02:00:00 GMT"`,
  ]) {
    expect(link).toContain(one);
  }
  const map = await ask(env, `${PAGE}/timemap`);
  expect(map.headers.get("content-type")).toBe("application/link-format");
  expect((await map.text()).split(",\n")).toEqual([
    `<https://kcnawatch.org/newstream/${first.key}/${first.slug}/>; rel="original"`,
    `<${base}/timemap>; rel="self"; type="application/link-format"; from="Mon, 01 Jun 2026 00:00:00 GMT"; until="Mon, 01 Jun 2026 02:00:00 GMT"`,
    `<${base}/v1>; rel="first memento"; datetime="Mon, 01 Jun 2026 00:00:00 GMT"`,
    `<${base}/v2>; rel="memento"; datetime="Mon, 01 Jun 2026 01:00:00 GMT"`,
    `<${base}/v3>; rel="last memento"; datetime="Mon, 01 Jun 2026 02:00:00 GMT"`,
  ]);
});

test("a citation is safe in TeX, and names the version", async () => {
  await edit("50% of {all} & #1_$ \\ ~^", NOW + HOUR);
  const { citation } = await json<ArticleJson>(`${PAGE}.json`);
  expect(citation.text).toContain("“50% of {all} & #1_$ \\ ~^”, 1 June 2026,");
  expect(citation.text).toContain(
    `Version 2, read by bridge.example on 1 June 2026, https://bridge.example${PAGE}/v2.`,
  );
  expect(citation.bibtex).toContain(
    "50\\% of \\textbraceleft{}all\\textbraceright{} \\& \\#1\\_\\$ \\textbackslash{} \\textasciitilde{}\\textasciicircum{}",
  );
  expect(citation.csl.title).toBe("50% of {all} & #1_$ \\ ~^");
});

test("no title and no address ends a field of BibTeX: braces count there, escaped or not", async () => {
  await edit("} }, note = {forged}, x = {{", NOW + HOUR);
  const { citation } = await json<ArticleJson>(`${PAGE}.json`);
  const fields = citation.bibtex.split("\n").slice(1, -1);
  for (const field of fields) {
    const depths: number[] = [];
    for (const character of field.slice(field.indexOf("=")))
      if (/[{}]/.test(character)) depths.push((depths.at(-1) ?? 0) + (character === "{" ? 1 : -1));
    expect([field, depths.indexOf(0), depths.at(-1)]).toEqual([field, depths.length - 1, 0]);
  }
});

test("what is not kept is 404, and asking for it adds nothing to the archive", async () => {
  for (const path of [
    "/articles/kcnawatch/1-1.json",
    "/articles/nothing/1-1.json",
    `${PAGE}/v2.json`,
    `${PAGE}/v0.json`,
    `/articles/kcnawatch/${"x".repeat(400)}.json`,
    "/articles/__proto__/constructor.json",
  ]) {
    expect((await ask(env, path)).status).toBe(404);
  }
  await edit("Second", NOW + HOUR);
  expect((await json<ArticleJson>(`${PAGE}.json`)).version_count).toBe(2);
});

test("the same article has the same tag, and is 304 until it changes", async () => {
  const etag = (await ask(env, `${PAGE}.json`)).headers.get("etag") as string;
  const again = () => ask(env, `${PAGE}.json`, { headers: { "if-none-match": etag } });
  expect((await again()).status).toBe(304);
  await edit("Second", NOW + HOUR);
  expect((await again()).status).toBe(200);
});
