import { diffColumns, diffHtml } from "../feeds/diff.ts";
import type { ArticleDocument, VersionDocument } from "./article-document.ts";
import { wrongParameter } from "./http/problem.ts";
import { textInLines } from "./pages/body-html.ts";

/** Two versions of an article beside each other: `?from=1&to=3&view=side-by-side`. */
export interface Comparison {
  from: number;
  to: number;
  view: (typeof COMPARISON_VIEWS)[number];
  /** Whether the address names the versions. */
  isAsked: boolean;
}

/**
 * The numbers of the versions to compare, as far as the address says. Whether there are such versions is not known yet.
 *
 * @param shown number of the version that the page shows; 0 is the newest, and -1 the one before it
 */
export function comparedVersions(parameters: URLSearchParams, shown: number): { from: number; to: number } {
  const numberOf = (name: string) => {
    const text = parameters.get(name);
    return text !== null && NUMBER.test(text) ? Number(text) : undefined;
  };
  const to = numberOf("to") ?? shown;
  return { to, from: numberOf("from") ?? to - 1 };
}

const NUMBER = /^\d{1,6}$/;
export const COMPARISON_VIEWS = ["inline", "side-by-side"] as const;

/**
 * What the address asks to compare: by default the version that the page shows, with the one before it; undefined if
 * there is none before it. Other parameters are ignored, so that a cited address works with whatever is added to it.
 *
 * @throws HttpError if there is no such version or view
 */
export function parseComparison(
  parameters: URLSearchParams,
  { versions }: ArticleDocument,
  shown: VersionDocument,
): Comparison | undefined {
  const numbers = versions.map(({ n }) => n);
  const [first = 1, last = 1] = [numbers[0], numbers.at(-1)];
  for (const parameter of ["from", "to"]) {
    const text = parameters.get(parameter);
    if (text === null || (NUMBER.test(text) && numbers.includes(Number(text)))) continue;
    throw wrongParameter(parameter, `the number of a version, ${first} to ${last}`);
  }
  const view = COMPARISON_VIEWS.find((name) => name === (parameters.get("view") ?? "inline"));
  if (!view) throw wrongParameter("view", COMPARISON_VIEWS.join(" or "));
  const to = Number(parameters.get("to") ?? shown.n);
  const from = Number(parameters.get("from") ?? numbers.findLast((n) => n < to) ?? 0);
  const isAsked = parameters.has("from") || parameters.has("to");
  return from === 0 ? undefined : { from, to, view, isAsked };
}

/** The one of two versions whose text the bridge had not read; undefined if it had read both texts or none. */
export function versionWithoutText({ texts }: ArticleDocument, { from, to }: Comparison): number | undefined {
  const unread = [from, to].filter((n) => !texts.get(n)?.content_html);
  return unread.length === 1 ? unread[0] : undefined;
}

/** A part of an article in two versions, as HTML. Without `after`, `before` has the words of both, marked. */
export interface Difference {
  part: "Title" | "Excerpt" | "Text";
  before: string;
  after?: string;
}

/** The parts that differ, and that both versions have. Costs are bounded by `diffHtml`, whatever the texts are. */
export function differencesOf({ texts }: ArticleDocument, { from, to, view }: Comparison): Difference[] {
  const [before, after] = [from, to].map((n) => texts.get(n)) as [VersionDocument, VersionDocument];
  const parts: [Difference["part"], string, string][] = [
    ["Title", before.title, after.title],
    ["Excerpt", before.excerpt, after.excerpt],
  ];
  // A text that had not been read is not one that was empty.
  if (before.content_html && after.content_html)
    parts.push(["Text", textInLines(before.content_html), textInLines(after.content_html)]);
  return parts
    .filter(([, old, now]) => old !== now)
    .map(([part, old, now]) => ({
      part,
      ...(view === "inline" ? { before: diffHtml(old, now) } : diffColumns(old, now)),
    }));
}
