import type { AnyNode } from "domhandler";
import type { EventLine, Line } from "../../src/archive/backup-lines.ts";
import type { Bridge } from "../../src/archive/bridge.ts";
import { localArchive } from "../../src/archive/client.ts";
import { ArchiveService } from "../../src/archive/service.ts";
import { nodeSql } from "../../src/platform/node.ts";
import { tick } from "../../src/refresh/refresh.ts";
import { failure } from "../../src/scrape/page.ts";
import type { Site, Source } from "../../src/sites/site.ts";
import { exported } from "../archive/fixtures.ts";

/** A website whose life follows a script, and a bridge that looks at it: a week takes a fraction of a second. */

export const HOUR = 3600_000;
export const START = Date.parse("2026-06-01T00:00:00Z");
const ORIGIN = "https://news.example";

/** What the website says of an article at a moment. */
interface Told {
  title: string;
  excerpt: string;
  text: string;
}

interface ScriptedArticle {
  key: string;
  /** Since when it is there. */
  from: number;
  told: Told;
}

/** What happens to an article, at hours after the start. */
export type Happening = { at: number; key: string } & (
  | { what: "edit"; told: Partial<Told> /** Hours after which the listing shows it as well. */; lag?: number }
  | { what: "delete" }
  | { what: "return" }
);

/** How the website answers for article pages, while it has a fault. */
export type FaultKind =
  | "redirect-404"
  | "403"
  | "503"
  | "sign-up"
  | "redirect"
  | "404"
  | "home"
  | "other"
  | "block-404"
  | "listing";

export interface Fault {
  from: number;
  to: number;
  kind: FaultKind;
  /** The only article that has it; all have it if it is absent. */
  key?: string;
}

export interface Script {
  articles: ScriptedArticle[];
  happenings: Happening[];
  faults: Fault[];
  /** How the website says that an article is not there. */
  absence: "404" | "410" | "not-found";
  /** Articles on the first page of the listing. */
  listed: number;
}

/** A look at an article's own page. */
interface Look {
  at: number;
  key: string;
  /** `present` and `absent` are true; `fault` is all that the website answers by mistake. */
  kind: "present" | "absent" | "fault";
  told?: Told;
}

export interface Life {
  events: EventLine[];
  lines: Line[];
  looks: Look[];
  /** Titles and excerpts that listings have shown, by key. */
  listings: { at: number; key: string; title: string; excerpt: string }[];
  service: ArchiveService;
  bridge: Bridge;
}

const html = (body: string, status = 200, headers: Record<string, string> = {}) =>
  new Response(body, { status, headers: { "content-type": "text/html; charset=utf-8", ...headers } });
const pageOf = ({ title, text }: Told) =>
  html(`<html><body><h1>${title}</h1><main><p>${text}</p></main></body></html>`);

function find(nodes: readonly AnyNode[], name: string): AnyNode | undefined {
  for (const node of nodes) {
    if ("name" in node && node.name === name) return node;
    const found = "children" in node ? find(node.children as AnyNode[], name) : undefined;
    if (found) return found;
  }
  return undefined;
}

const site: Site = {
  id: "example",
  name: "Example",
  origin: ORIGIN,
  idPrefix: "tag:news.example,2026:",
  timeZone: "UTC",
  articlePath: /^\/a\/(\w+)/,
  sources: [],
  listingPath: (_, page) => (page === 0 ? "/list" : undefined),
  readFragment: (text) => (text.startsWith("[") ? { cards: JSON.parse(text) } : undefined),
  parseArticle(page) {
    if (page.html.includes("<form")) return failure("sign-up", "sign-up form");
    const title = /<h1>(.*?)<\/h1>/.exec(page.html)?.[1];
    const main = find(page.root.children, "main");
    return title && main ? { title, content: [main] } : failure("layout-changed", "no article");
  },
};
const SOURCE: Source = { id: "example", name: "Example", language: "en", site, location: {} };

const bridgeWith = (service: ArchiveService, articlePages: number): Bridge =>
  ({
    archive: localArchive(service),
    snapshots: { get: async () => new Map(), put: async () => undefined },
    sources: [SOURCE],
    defaultSource: SOURCE,
    origins: new Map(),
    userAgent: "test",
    bodiesPerTick: articlePages,
    setAt: 0,
  }) as unknown as Bridge;

/** The website at a moment, in hours after the start. */
class Website {
  readonly script: Script;

  constructor(script: Script) {
    this.script = script;
  }

  isThere(key: string, hour: number): boolean {
    const last = this.script.happenings.filter((one) => one.key === key && one.what !== "edit" && one.at <= hour);
    return last.at(-1)?.what !== "delete";
  }

  toldAt(key: string, hour: number, isListing = false): Told {
    const article = this.script.articles.find((one) => one.key === key) as ScriptedArticle;
    let told = article.told;
    for (const one of this.script.happenings) {
      if (one.key !== key || one.what !== "edit") continue;
      if (one.at + (isListing ? (one.lag ?? 0) : 0) <= hour) told = { ...told, ...one.told };
    }
    return told;
  }

  faultAt(hour: number, article?: string): FaultKind | undefined {
    return this.script.faults.find(
      ({ from, to, kind, key = article }) =>
        (kind === "listing") === (article === undefined) && key === article && from <= hour && hour < to,
    )?.kind;
  }

  listedAt(hour: number): ScriptedArticle[] {
    const there = this.script.articles.filter(({ key, from }) => from <= hour && this.isThere(key, hour));
    return there.sort((a, b) => b.from - a.from).slice(0, this.script.listed);
  }
}

/** Lives through the script; the cron ticks each `step` hours. */
export async function live(script: Script, hours: number, step: number, articlePages = 3): Promise<Life> {
  const website = new Website({ ...script, happenings: [...script.happenings].sort((a, b) => a.at - b.at) });
  const service = new ArchiveService(nodeSql(":memory:"), bridgeWith({} as never, 0).snapshots);
  const bridge = bridgeWith(service, articlePages);
  const life: Life = { events: [], lines: [], looks: [], listings: [], service, bridge };
  let hour = 0;
  const answer = (url: URL): Response => {
    const key = /^\/a\/(\w+)/.exec(url.pathname)?.[1];
    if (!key) {
      if (url.pathname === "/missing") return html("<html><body>Not found</body></html>", 404);
      if (url.pathname !== "/list") return html("<html><body>Home</body></html>");
      if (website.faultAt(hour)) return html("", 500);
      const cards = website.listedAt(hour).map(({ key, from }) => {
        const { title, excerpt } = website.toldAt(key, hour, true);
        life.listings.push({ at: hour, key, title, excerpt });
        return {
          key,
          href: `/a/${key}`,
          title,
          excerpt,
          day: new Date(START + from * HOUR).toISOString().slice(0, 10),
        };
      });
      return html(JSON.stringify(cards));
    }
    const fault = website.faultAt(hour, key);
    if (fault) {
      life.looks.push({ at: hour, key, kind: "fault" });
      return faulty(fault);
    }
    if (!website.isThere(key, hour)) {
      life.looks.push({ at: hour, key, kind: "absent" });
      if (script.absence === "not-found") return html("<html><body><h1>Page not found</h1></body></html>");
      return html("<html><body>Not found</body></html>", Number(script.absence));
    }
    const told = website.toldAt(key, hour);
    life.looks.push({ at: hour, key, kind: "present", told });
    return pageOf(told);
  };
  const real = globalThis.fetch;
  globalThis.fetch = (async (input: URL) => answer(new URL(input))) as typeof fetch;
  try {
    for (hour = 0; hour <= hours; hour += step) await tick(bridge, START + hour * HOUR);
  } finally {
    globalThis.fetch = real;
  }
  life.lines.push(...exported(service.archive));
  life.events = life.lines.filter((line): line is EventLine => "event" in line);
  return life;
}

function faulty(kind: FaultKind): Response {
  if (kind === "403") return html("no", 403);
  if (kind === "503") return html("busy", 503);
  if (kind === "404") return html("<html><body>Not found</body></html>", 404);
  if (kind === "block-404") return html("<html><head><title>Web Page Blocked</title></head><body></body></html>", 404);
  if (kind === "redirect-404") return html("", 302, { location: "/missing" });
  if (kind === "redirect") return html("", 302, { location: "/" });
  if (kind === "sign-up") return html("<html><body><form>Sign up</form></body></html>");
  if (kind === "other") {
    return pageOf({
      title: "Weather tomorrow: rain everywhere",
      excerpt: "",
      text: "Umbrellas recommended nationwide.",
    });
  }
  return html("<html><body><p>Welcome</p></body></html>");
}
