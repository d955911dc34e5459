import { type CheerioAPI, load } from "cheerio/slim";
import { type AnyNode, hasChildren } from "domhandler";

/** A failure that is part of the day: a word for machines and a sentence for people. */
export interface Failure {
  reason: Reason;
  detail: string;
}

/** Why a page gave no articles. `http-…` carries the status. */
export type Reason =
  | "timeout"
  | "network"
  | "redirect"
  | `http-${number}`
  | "too-large"
  | "not-html"
  | "empty"
  | "truncated"
  | "blocked"
  | "sign-up"
  | "generic"
  | "layout"
  | "dates"
  | "few"
  | "garbled"
  | "rejected"
  | "fault";

export const failure = (reason: Reason, detail: string): { failure: Failure } => ({ failure: { reason, detail } });

/** Deeper than any page for people; a deeper one would overflow the stack of whoever walks it. */
const DEEPEST = 400;

const BOT_CHECK =
  /checking your browser|enable javascript and cookies to continue|<title>\s*just a moment|<title>\s*attention required|cf-browser-verification|challenge-platform|_cf_chl_opt|verify(?:ing)? (?:that )?you are (?:a )?human/i;

/**
 * Parses a page, or says why it is none: nothing there, not HTML, a bot check, cut off, nested beyond reason.
 *
 * @param articles whether a text that looks like an article link occurs; a page that has some is no bot check
 */
export function parsePage(html: string, articles: RegExp): CheerioAPI | { failure: Failure } {
  if (html.trim() === "") return failure("empty", "the page has no content");
  if (isNoise(html) || (!/<[a-z!]/i.test(html.slice(0, 4096)) && !articles.test(html))) {
    return failure("not-html", "the answer is not HTML");
  }
  if (BOT_CHECK.test(html) && !articles.test(html)) {
    return failure("blocked", "the website asks for a bot check instead of showing the page");
  }
  if (/<html[\s>]/i.test(html) && !/<\/(?:html|body)\s*>/i.test(html)) {
    return failure("truncated", "the page breaks off before its end");
  }
  const $ = parseHtml(html);
  if (depth($.root()[0]) > DEEPEST) return failure("layout", `the page nests elements more than ${DEEPEST} deep`);
  return $;
}

/** Parses HTML, whatever it is worth; written out again, it keeps every character that need not be escaped. */
export const parseHtml = (html: string): CheerioAPI =>
  load(html, { xml: { xmlMode: false, decodeEntities: true, encodeEntities: "utf8" } });

/** Whether it is not text at all: of its first characters one in fifty is none, or could not be decoded. */
function isNoise(text: string): boolean {
  const start = text.slice(0, 4096);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what tells noise from text.
  const noise = start.match(/[\u0000-\u0008\u000e-\u001f\ufffd]/g)?.length ?? 0;
  return noise > 40 && noise * 50 > start.length;
}

function depth(root: AnyNode | undefined): number {
  let deepest = 0;
  const open: [AnyNode, number][] = root ? [[root, 0]] : [];
  for (let next = open.pop(); next; next = open.pop()) {
    const [node, level] = next;
    deepest = Math.max(deepest, level);
    if (hasChildren(node)) for (const child of node.children) open.push([child, level + 1]);
  }
  return deepest;
}
