import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { pageFile } from "./replica.ts";

/** The ways in which the website fails. */
export type Fault =
  | "500"
  | "503"
  | "429"
  | "403"
  | "challenge"
  | "sign-up"
  | "elsewhere"
  | "loop"
  | "empty-list"
  | "zero"
  | "truncated"
  | "cut-off"
  | "binary"
  | "huge"
  | "hang"
  | "reset"
  | "euc-kr";

export const FAULTS: readonly Fault[] = [
  "500",
  "503",
  "429",
  "403",
  "challenge",
  "sign-up",
  "elsewhere",
  "loop",
  "empty-list",
  "zero",
  "truncated",
  "cut-off",
  "binary",
  "huge",
  "hang",
  "reset",
  "euc-kr",
];

const HTML = { "content-type": "text/html; charset=UTF-8" };

export function misbehave(fault: Fault, response: ServerResponse, answer: () => { html: string }): void {
  const page = (status: number, html: string, headers: Record<string, string> = {}) =>
    response.writeHead(status, { ...HTML, ...headers }).end(html);
  const actions: Record<Fault, () => void> = {
    "500": () => page(500, "<html><body>Error establishing a database connection</body></html>"),
    "503": () => page(503, "<html><body>Service Unavailable</body></html>", { "retry-after": "120" }),
    "429": () => page(429, "<html><body>Too Many Requests</body></html>"),
    "403": () => page(403, pageFile("challenge.html")),
    challenge: () => page(200, pageFile("challenge.html")),
    "sign-up": () => page(200, pageFile("signup.html")),
    elsewhere: () => page(302, "", { location: "https://elsewhere.invalid/" }),
    loop: () => page(302, "", { location: "/article/156/" }),
    "empty-list": () => page(200, pageFile("source-empty.html")),
    zero: () => page(200, ""),
    // Well-formed HTTP, half a page.
    truncated: () => page(200, answer().html.slice(0, answer().html.length / 2)),
    // The connection ends before the announced length.
    "cut-off": () => {
      const html = answer().html;
      response.writeHead(200, { ...HTML, "content-length": String(Buffer.byteLength(html)) });
      response.write(html.slice(0, html.length / 2), () => response.destroy());
    },
    binary: () => response.writeHead(200, HTML).end(randomBytes(20_000)),
    huge: () => {
      response.writeHead(200, HTML);
      const block = `<p>${"x".repeat(65_000)}</p>`;
      for (let i = 0; i < 190; i++) response.write(block);
      response.end(answer().html);
    },
    hang: () => response.writeHead(200, HTML).flushHeaders(),
    reset: () => response.destroy(),
    "euc-kr": () => response.writeHead(200, { "content-type": "text/html" }).end(eucKr(answer().html)),
  };
  actions[fault]();
}

/** A page in EUC-KR that says so; it holds Hangul beside ASCII. */
function eucKr(html: string): Buffer {
  // "평양" in EUC-KR; Node encodes no EUC-KR itself.
  const [head = "", tail = ""] = html.replace(/charset="?UTF-8"?/i, 'charset="euc-kr"').split("</main>");
  const plain = (text: string) =>
    Buffer.from(
      text.replace(/\P{ASCII}/gu, (c) => `&#${c.codePointAt(0)};`),
      "latin1",
    );
  return Buffer.concat([plain(head), Buffer.from([0xc6, 0xf2, 0xbe, 0xe7]), plain(`</main>${tail}`)]);
}
