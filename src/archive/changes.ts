import type { Article } from "../article.ts";

/** One observed edit: what an article said before and after. */
export interface Change {
  article: Article;
  /** When the new words were first seen. */
  at: string;
  title?: Replaced;
  excerpt?: Replaced;
  /** Whether the article's text changed; its words are kept beside the body. */
  body?: true;
}

export interface Replaced {
  before: string;
  after: string;
}

/** The edits seen of an article, oldest first. What came after an edit is what the next one replaced. */
export function changesOf(article: Article): Change[] {
  const revisions = article.revisions ?? [];
  const after = (field: "title" | "excerpt", i: number) =>
    revisions.slice(i + 1).find((revision) => revision[field] !== undefined)?.[field] ?? article[field];
  return revisions.map(({ at, title, excerpt, body }, i) => ({
    article,
    at,
    ...(title !== undefined && { title: { before: title, after: after("title", i) } }),
    ...(excerpt !== undefined && { excerpt: { before: excerpt, after: after("excerpt", i) } }),
    ...(body && { body }),
  }));
}
