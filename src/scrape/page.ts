import { type ChildNode, type Document, DomHandler } from "domhandler";
import { Parser } from "htmlparser2";

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
  /** The bridge's own limit: the website was not asked, or not to the end. */
  | "no-request-left"
  | `http-${number}`
  | "too-large"
  | "not-html"
  | "empty"
  | "truncated"
  | "blocked"
  | "sign-up"
  | "wrong-page"
  /** The website shows its own "not found" page. */
  | "not-found"
  | "layout-changed"
  | "unreadable-dates"
  | "too-few-articles"
  /** The bridge's clock is behind the website's. */
  | "clock"
  | "garbled"
  | "rejected"
  | "internal-error";

export interface Failed {
  failure: Failure;
}

/** @param detail a sentence without a capital letter and a full stop, for people */
export const failure = (reason: Reason, detail: string): Failed => ({ failure: { reason, detail } });

/** Maximum depth. No page for people is deeper, and walking a deeper one would overflow the stack. */
const MAX_DEPTH = 400;
/** Elements, comments and the texts between them; an ordinary page has a thousand, one that lists a thousand articles 25,000. */
const MAX_NODES = 40_000;

const BOT_CHECK =
  /checking your browser|enable javascript and cookies to continue|<title>\s*just a moment|<title>\s*attention required|cf-browser-verification|challenge-platform|_cf_chl_opt|verify(?:ing)? (?:that )?you are (?:a )?human/i;

/** Pages that networks show instead of a blocked page: South Korea's (by law), and firewalls. */
const BLOCK_PAGE = /<meta\s[^>]*\bname\s*=\s*["']?kcsc\b|<title>\s*web page blocked\s*<\/title>/i;

/**
 * Parses a page. Fails if it is empty, no HTML, a bot check, cut off, or nested too deep.
 *
 * @param hasArticles whether the page links an article; one that does is no bot check
 */
export function parsePage(html: string, hasArticles: () => boolean): Document | Failed {
  if (html.trim() === "") return failure("empty", "the page has no content");
  if (isNoise(html) || (!/<[a-z!]/i.test(html.slice(0, 4096)) && !hasArticles()))
    return failure("not-html", "the answer is not HTML");
  // Such a page may print the address that was asked for: an article's link in it proves nothing.
  if (BLOCK_PAGE.test(html.slice(0, 4096)))
    return failure("blocked", "a network between the bridge and the website blocks the page");
  if (!hasArticles() && BOT_CHECK.test(html))
    return failure("blocked", "the website asks for a bot check instead of showing the page");
  if (/<html[\s>]/i.test(html) && !/<\/(?:html|body)\s*>/i.test(html))
    return failure("truncated", "the page breaks off before its end");
  return parseHtml(html);
}

/** Parses any HTML, unless it is larger than a page for people can be. */
export function parseHtml(html: string): Document | Failed {
  const tree = new BoundedTree();
  const parser = new HtmlParser(html, tree);
  tree.stop = () => parser.pause();
  parser.end(html);
  return tree.exceeded ? failure("layout-changed", tree.exceeded) : tree.root;
}

/** The parser, with a rule of HTML (section 13.1.2.4) that it lacks: items and cells end a paragraph without `</p>`. */
class HtmlParser extends Parser {
  readonly #html: string;
  readonly #tree: DomHandler;

  constructor(html: string, tree: DomHandler) {
    super(tree);
    this.#html = html;
    this.#tree = tree;
  }

  override onopentagname(start: number, end: number): void {
    // biome-ignore lint/complexity/useLiteralKeys: it is private. Text written between the tags would cost quadratic time.
    const open = this["stack"];
    if (open[0] === "p" && /^(?:li|d[dt]|t[dhr])$/i.test(this.#html.slice(start, end))) {
      open.shift();
      this.#tree.onclosetag();
    }
    super.onopentagname(start, end);
  }
}

/** Stops the parser at a limit: beyond it, the cost grows faster than the page. */
class BoundedTree extends DomHandler {
  exceeded?: string;
  stop = (): void => undefined;
  #nodes = 0;

  protected override addNode(node: ChildNode): void {
    super.addNode(node);
    if (++this.#nodes > MAX_NODES) this.exceeded = `the page holds more than ${MAX_NODES} elements and texts`;
    if (this.tagStack.length > MAX_DEPTH) this.exceeded = `the page nests elements more than ${MAX_DEPTH} deep`;
    if (this.exceeded) this.stop();
  }
}

/** Whether it is not text at all: of its first characters one in fifty is none, or could not be decoded. */
function isNoise(text: string): boolean {
  const start = text.slice(0, 4096);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what tells noise from text.
  const noise = start.match(/[\u0000-\u0008\u000e-\u001f\ufffd]/g)?.length ?? 0;
  return noise > 40 && noise * 50 > start.length;
}
