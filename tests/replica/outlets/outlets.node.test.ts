import { afterEach, expect, test } from "vitest";
import type { Shown } from "../markup.ts";
import { encodeEucKr, HUGE_BYTES } from "./faults.ts";
import { originalOf, showOnKcnaWatch } from "./kcnawatch.ts";
import { OutletNetwork } from "./network.ts";
import { ADDRESS_FORMS, rodongAddress } from "./rodong.ts";
import { type OutletServers, startOutlets } from "./servers.ts";
import { FILLERS, STORIES } from "./stories.ts";
import { type Publication, World } from "./world.ts";

const LATEST = "/en/article/list/a666dda1282180e0ee1b4427b0574ae7";

let servers: OutletServers | undefined;
afterEach(async () => {
  await servers?.close();
  servers = undefined;
});

const keysOf = (html: string) => [...html.matchAll(/article\/detail\/([0-9a-f]{32})/g)].map(([, key]) => key);

test("kcna.kp gives older pages to the session of the first page, and a page without articles to any other", async () => {
  servers = await startOutlets();
  const address = servers.origins.kcna + LATEST;
  const first = await fetch(address);
  const html = await first.text();
  const csrf = /name="_csrf" value="([^"]+)"/.exec(html)?.[1] ?? "";
  const session = first.headers.get("set-cookie")?.split(";")[0] ?? "";
  expect(session).toMatch(/^JSESSIONID=/);
  const page = async (number: number, cookie: string, token: string) => {
    const body = new URLSearchParams({ page_num: String(number), cnt_per_page: "15", keyword: "", _csrf: token });
    const response = await fetch(address, { method: "POST", body, headers: { cookie } });
    return { status: response.status, keys: keysOf(await response.text()) };
  };
  const shown = servers.world.shown("kcna", "en").map(({ id }) => id);
  expect(keysOf(html)).toEqual(shown.slice(0, 15));
  expect(await page(2, session, csrf)).toEqual({ status: 200, keys: shown.slice(15, 30) });
  const last = Math.ceil(shown.length / 15);
  expect((await page(last, session, csrf)).keys).toEqual(shown.slice((last - 1) * 15));
  for (const [cookie, token] of [
    ["JSESSIONID=OTHER", csrf],
    ["", csrf],
    [session, "other"],
  ] as const)
    expect(await page(2, cookie, token)).toEqual({ status: 200, keys: [] });
});

test("an article of Rodong Sinmun is the same by each of its addresses, and its id is another story's in English", async () => {
  const network = new OutletNetwork(new World());
  const [korean] = network.world.shown("rodong", "ko") as [Publication];
  const pages = new Set<string>();
  const addresses = new Set(ADDRESS_FORMS.map((form) => rodongAddress(korean, form)));
  for (const address of addresses) pages.add((await (await network.fetch(address))?.text()) ?? "");
  expect(addresses.size).toBe(ADDRESS_FORMS.length);
  expect(pages.size).toBe(1);
  expect([...pages][0]).toContain('<p class="TitleP">');
});

test("the world's clock, edits, deletions and orders decide what the outlets and KCNA Watch show", async () => {
  const world = new World("2026-10-06");
  const titles = (publisher: "kcna" | "kcnawatch") => world.shown(publisher, "en").map(({ title }) => title);
  world.set("2026-10-06T05:59:00+09:00");
  expect(titles("kcna").join()).not.toContain("Greenhouse");
  world.set("2026-10-06T06:00:00+09:00");
  expect(titles("kcna")[0]).toContain("Greenhouse");
  expect(titles("kcnawatch").join()).not.toContain("Greenhouse");
  world.set("2026-10-06T21:00:00+09:00");
  expect(titles("kcnawatch").join()).toContain("Greenhouse");
  world.edit("only-at-kcna", { title: "Hall Opens" }, { publisher: "kcna" });
  expect(titles("kcna")).toContain("Hall Opens");
  world.delete("rice-figures", { publisher: "kcna", language: "en" });
  expect(titles("kcna").join()).not.toContain("South Hwanghae");
  expect(titles("kcnawatch").join()).toContain("South Hwanghae");
  world.restore("rice-figures", { publisher: "kcna" });
  expect(titles("kcna").join()).toContain("South Hwanghae");
  const newest = titles("kcna");
  world.order("kcna", "oldest");
  expect(titles("kcna")).toEqual(newest.toReversed());
  expect(() => world.edit("only-at-kcna", {}, { language: "ko" })).toThrow("no publication of only-at-kcna");
});

test("ids are unlike within a website and language, and of a story the digits alone join Voice of Korea's", () => {
  const { publications } = new World();
  const ids = publications.map(({ publisher, language, id }) => `${publisher} ${language} ${id}`);
  expect(new Set(ids).size).toBe(ids.length);
  const digits = publications
    .filter(({ publisher, story }) => publisher === "vok" && story === "greenhouse-visit")
    .map(({ id }) => id.slice(3));
  expect(digits).toHaveLength(9);
  expect(new Set(digits).size).toBe(1);
});

test("KCNA Watch shows copies with the outlets' addresses, without, or with dead ones; some stories are on one side", async () => {
  const network = new OutletNetwork(new World());
  const listings = new Map<string, Shown[]>();
  showOnKcnaWatch(listings, network.world);
  for (const number of ["156", "163", "189661", "190036"]) expect(listings.get(number)?.length).toBeGreaterThan(5);
  const copies = network.world.shown("kcnawatch");
  const linkOf = (story: string) =>
    originalOf(
      copies.find((copy) => copy.story === story && copy.outlet === "kcna" && copy.language === "en") as Publication,
    );
  expect(linkOf("greenhouse-visit")).toMatch(/^http:\/\/www\.kcna\.kp\/en\/article\/detail\/[0-9a-f]{32}$/);
  expect(linkOf("visits-to-museum")).toBeUndefined();
  expect(linkOf("rice-figures")).toMatch(/\.kcmsf$/);
  expect(copies.some(({ story }) => story === "only-at-kcna")).toBe(false);
  for (const copy of copies.filter(({ original }) => original?.link === "linked")) {
    const response = await network.fetch(originalOf(copy) as string);
    expect([copy.story, response?.status]).toEqual([copy.story, copy.story === "only-at-kcnawatch" ? 404 : 200]);
  }
});

test("faults hold for the paths that they are set for, and are what they say", async () => {
  servers = await startOutlets(new World("2026-10-06", [...STORIES, ...FILLERS]), { banSeconds: 60 });
  const { network, origins } = servers;
  const address = origins.kcna + LATEST;
  const get = async (fault: Parameters<typeof network.fault>[1]) => {
    network.fault("kcna", fault, "/en/article");
    return fetch(address);
  };
  await expect(get("reset")).rejects.toThrow();
  await expect(get("cut-off").then((response) => response.text())).rejects.toThrow();
  const blocked = new Uint8Array(await (await get("kcsc")).arrayBuffer());
  expect(new TextDecoder("euc-kr").decode(blocked)).toContain("접속차단");
  expect(() => new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(blocked)).toThrow();
  expect(await (await get("web-page-blocked")).text()).toContain("Web Page Blocked");
  expect((await (await get("huge")).arrayBuffer()).byteLength).toBeGreaterThan(HUGE_BYTES);
  expect((await get("404")).status).toBe(404);
  expect(await (await get("home-page")).text()).not.toContain("article_form");
  expect(await (await get({ slow: 0.05 })).text()).toContain("article_form");
  const whole = await (await get(undefined)).text();
  expect((await (await get("truncated")).text()).length).toBeLessThan(whole.length);
  await expect(get("reset")).rejects.toThrow();
  // Another language's pages are not meant.
  expect((await fetch(`${origins.kcna}/kp/article/list/a666dda1282180e0ee1b4427b0574ae7`)).status).toBe(200);

  network.fault("kcna", { slow: 0.2 }, "/en/article");
  const many = await Promise.allSettled(Array.from({ length: 6 }, () => fetch(address)));
  expect(many.some(({ status }) => status === "rejected")).toBe(true);
  await expect(fetch(address)).rejects.toThrow();
  expect(servers.peaks.kcna).toBeGreaterThan(3);
  expect(encodeEucKr("a가")).toEqual(Uint8Array.of(0x61, 0xb0, 0xa1));
});
