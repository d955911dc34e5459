import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSourceSettings } from "../../src/source-settings.ts";

/** `npm run probe`, as it is called. */

const ROOT = join(import.meta.dirname, "../..");
const KCNA = join(ROOT, "tests/pages/source-156.html");

async function probe(args: string[], env: Record<string, string> = {}): Promise<{ out: string; error: string }> {
  const command = [join(ROOT, "src/cli/probe.ts"), ...args];
  const options = { env: { ...process.env, ...env }, cwd: ROOT };
  return promisify(execFile)(process.execPath, command, options).then(
    ({ stdout, stderr }) => ({ out: stdout, error: stderr }),
    ({ stdout, stderr }) => ({ out: stdout as string, error: stderr as string }),
  );
}

const card = (n: number) =>
  `<li>${n}.01. <a href="/artikel/2026-${1000 + n}/titel-nummer-${n}.html">Titel ${n}</a></li>`;
const LISTING = `<html lang="de-DE"><head><title>Zeitung</title></head><body><a href="/impressum">Impressum</a>
  <ul>${[4, 3, 2, 1].map(card).join("")}</ul></body></html>`;
const ARTICLE = `<html><body><h1>Titel</h1><div class="lead x"><p>Kurz.</p></div><div class="text x"><p>${"Lang. ".repeat(50)}</p></div></body></html>`;

let folder: string;
let server: Server;
let origin: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "probe-"));
  server = createServer((request, response) => {
    const html = request.url === "/" ? LISTING : request.url?.startsWith("/artikel/") ? ARTICLE : undefined;
    response.writeHead(html ? 200 : 404, { "content-type": "text/html" }).end(html);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe("a website that is known", () => {
  test("the listing's articles, with keys and days, and the links that are none", async () => {
    const { out, error } = await probe([KCNA, "--source", "kcna-en"]);
    expect(error).toBe("");
    expect(out).toContain("KCNA Watch, source kcna-en (Asia/Pyongyang)\n16 articles\n");
    expect(out).toContain("  2026-01-30  1769737240-205284  en  Technical Competition Brisk in DPRK\n");
    expect(out).toContain("6 other links, whose addresses are no article's");
  });

  test("what is left out of a listing, and why there is none", async () => {
    const file = join(folder, "aside.html");
    const aside = '<main></main><aside><a href="/newstream/1700000000-7/old/">Most read</a></aside>';
    const { readFileSync } = await import("node:fs");
    writeFileSync(file, readFileSync(KCNA, "utf8").replace("</body>", `${aside}</body>`));
    const { out } = await probe([file, "--source", "kcna-en"]);
    expect(out).toMatch(/1 article links left out: [^\n]*\n {2}1700000000-7 {2}Most read\n/);
    const signUp = await probe([join(ROOT, "tests/pages/signup.html"), "--source", "kcna-en"]);
    expect(signUp.out).toContain("no listing: the website shows its sign-up form instead of the listing (sign-up)");
  });

  test("an article's page is shown with its key, day, publisher and text", async () => {
    const url = "https://kcnawatch.org/newstream/1616457600-12345/x/";
    const { out } = await probe([join(ROOT, "tests/pages/article.html"), "--url", url]);
    expect(out).toContain("  key: 1616457600-12345\n");
    expect(out).toContain("  day: 2021-03-23\n");
    expect(out).toContain("  publisher: KCNA.kp (En)\n");
    expect(out).toMatch(/ {2}text: \d{4} characters: Pyongyang, March 23/);
  });
});

describe("a website that nobody knows", () => {
  test("an entry for SITES is suggested, which is taken and reads the page", async () => {
    const file = join(folder, "listing.html");
    writeFileSync(file, LISTING);
    const { out, error } = await probe([file, "--url", "https://www.zeitung.example/"]);
    expect(error).toBe("");
    expect(out).toContain("4 articles\n");
    const suggested = out.slice(out.indexOf("\n[\n"));
    const entry = JSON.parse(suggested)[0];
    expect(entry).toMatchObject({
      id: "zeitung",
      name: "Zeitung",
      origin: "https://www.zeitung.example",
      language: "de",
      listing: "/",
      article: "/artikel/[0-9]+-([0-9]+)",
      datesWithoutYear: true,
    });
    expect(readSourceSettings({ SITES: suggested }).sources.at(-1)).toMatchObject({ id: "zeitung" });
    const again = await probe([file, "--source", "zeitung"], { SITES: suggested });
    expect(again.out).toMatch(
      /Zeitung, source zeitung \(UTC\)\n4 articles\n {2}20\d\d-01-04 {2}1004 {2}de {2}Titel 4\n/,
    );
  });

  test("fetched from its address; one that is not public is no entry, and the command says so", async () => {
    const { out, error } = await probe([`${origin}/`]);
    expect(error).toContain("SITES[0].origin: must be the address of a public website");
    expect(out).toContain('"article": "/artikel/');
  });

  test("a page without articles suggests no entry", async () => {
    const file = join(folder, "none.html");
    writeFileSync(file, "<html><body><p>Hello</p></body></html>");
    const { error } = await probe([file, "--url", "https://zeitung.example/"]);
    expect(error).toMatch(/^no links look like articles: [^\n]*\n$/);
  });
});

test.each([
  ["no file", ["/no/such/file.html", "--source", "kcna-en"], /^\/no\/such\/file.html could not be read: ENOENT/],
  ["no address of a file", ["page.html"], /^--url is needed/],
  ["no such source", ["page.html", "--source", "x"], /^there is no source "x"; there are kcna-en/],
  ["a page that is not there", ["/nothing"], /answered 404\n$/],
  ["a website that does not answer", ["http://127.0.0.1:1/"], /could not be fetched: \S/],
])("an error is one line: %s", async (_, args, expected) => {
  const [first = "", ...rest] = args;
  const { error } = await probe([first === "/nothing" ? `${origin}/nothing` : first, ...rest]);
  expect(error).toMatch(expected);
  expect(error.trim().split("\n")).toHaveLength(1);
});

test("a wrong SITES is one line, too", async () => {
  const { error } = await probe([KCNA, "--source", "kcna-en"], { SITES: '[{"id":"x"}]' });
  expect(error).toMatch(/^SITES\[0\]\.\w+: [^\n]*\n$/);
});
