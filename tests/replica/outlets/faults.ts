import { type Answer, html, inlinePicture, notFound, type Outlet, type OutletRequest } from "./http.ts";
import type { World } from "./world.ts";

/** The ways in which the outlets' websites fail, and the networks on the way to them. */

export const OUTLET_FAULTS = [
  "reset",
  "cut-off",
  "truncated",
  "home-page",
  "other-article",
  "kcsc",
  "web-page-blocked",
  "huge",
  "404",
  "500",
] as const;

/** `slow` answers rightly, after the seconds that are named. */
export type OutletFault = (typeof OUTLET_FAULTS)[number] | { slow: number };

/** Bytes of a page that is far too large: pictures as `data:` URLs inside its text. */
export const HUGE_BYTES = 16 * 1024 * 1024;

/** What the outlet answers with the fault. */
export function faultyAnswer(fault: OutletFault, outlet: Outlet, world: World, request: OutletRequest): Answer {
  const right = () => outlet.answer(world, request);
  if (typeof fault === "object") return { ...right(), seconds: fault.slow };
  const answers: Record<(typeof OUTLET_FAULTS)[number], () => Answer> = {
    reset: () => ({ ...html(""), breaks: "before" }),
    "cut-off": () => ({ ...right(), breaks: "within" }),
    truncated: () => halved(right()),
    "home-page": () => outlet.home(world),
    "other-article": () => outlet.otherArticle(world, request.path),
    kcsc: () => ({ status: 200, headers: { "content-type": "text/html" }, body: KCSC() }),
    "web-page-blocked": () => html(WEB_PAGE_BLOCKED),
    huge: () => huge(right()),
    "404": notFound,
    "500": () => html("<html><body>Internal Server Error</body></html>", 500),
  };
  return answers[fault]();
}

/** Well-formed HTTP, half a page. */
function halved(answer: Answer): Answer {
  return { ...answer, body: answer.body.slice(0, answer.body.length / 2) };
}

/** The right page, with pictures before its last paragraph and after it. */
function huge(answer: Answer): Answer {
  if (typeof answer.body !== "string") return answer;
  const picture = `<p><img src="${inlinePicture(700_000)}"></p>`;
  const many = picture.repeat(Math.ceil(HUGE_BYTES / 2 / picture.length));
  const last = answer.body.lastIndexOf("<p");
  const body =
    last < 0 ? many + answer.body + many : `${answer.body.slice(0, last)}${many}${answer.body.slice(last)}${many}`;
  return { ...answer, body };
}

const WEB_PAGE_BLOCKED = `<html><head><title>Web Page Blocked</title></head>
<body><h1>Web Page Blocked</h1><p>Access to the web page you were trying to visit has been blocked in accordance with policy.</p>
<p>Category: Government</p></body></html>`;

/** What networks of South Korea answer: a page in EUC-KR. */
const KCSC = () =>
  encodeEucKr(`<html><head><meta http-equiv="Content-Type" content="text/html; charset=euc-kr">
<meta name="kcsc" content="blocking"><title>접속차단</title></head>
<body><p>접속하려는 정보에 대한 접속이 차단되었음을 알려드립니다.</p></body></html>`);

let bytesOfHangul: Map<string, number> | undefined;

/** Text in EUC-KR: no runtime encodes it, but each decodes it, so the table is read off the decoder. */
export function encodeEucKr(text: string): Uint8Array {
  bytesOfHangul ??= hangulTable();
  const table = bytesOfHangul;
  return Uint8Array.from(
    [...text].flatMap((character) => {
      if (character.charCodeAt(0) < 0x80) return [character.charCodeAt(0)];
      const pair = table.get(character) ?? 0xa1a1;
      return [pair >> 8, pair & 0xff];
    }),
  );
}

function hangulTable(): Map<string, number> {
  const decoder = new TextDecoder("euc-kr");
  const table = new Map<string, number>();
  for (let lead = 0xb0; lead <= 0xc8; lead++)
    for (let trail = 0xa1; trail <= 0xfe; trail++)
      table.set(decoder.decode(Uint8Array.of(lead, trail)), (lead << 8) | trail);
  return table;
}
