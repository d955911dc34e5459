import { type Article, instant } from "../article.ts";
import { isMisread } from "../scrape/mojibake.ts";
import { notBefore, REVISIONS } from "./merge.ts";
import { readAll } from "./store.ts";

/** What `body:{key}` holds: an article's sanitized text, and what it said before the edits that we saw. */
export interface StoredBody {
  html: string;
  /** Oldest first. */
  earlier?: { at: string; html: string }[];
}

/** What an article page tells beyond the listing. */
export interface Told {
  body?: string;
  original?: string;
  image?: string;
}

/** Bytes of a body, as articles say it. */
export const sizeOf = (html: string): number => new TextEncoder().encode(html).length;

/** Earlier texts kept of one article. */
export const EARLIER = 10;

const bodyKey = (key: string) => `body:${key}`;

/** Bodies by article key; one KV operation for a hundred. */
export async function readBodies(kv: KVNamespace, keys: readonly string[]): Promise<Map<string, StoredBody>> {
  const read = await readAll<StoredBody>(kv, keys.map(bodyKey));
  return new Map([...read].map(([key, body]) => [key.slice(bodyKey("").length), body]));
}

/** What a page has told of an article, told to another source's copy of it, which keeps all that is its own. */
export function retell(copy: Article, before: Article, after: Article): Article {
  const told = after.revisions?.at(-1);
  const edited = told && (after.revisions?.length ?? 0) > (before.revisions?.length ?? 0) ? told : undefined;
  return {
    ...copy,
    ...(after.body && { body: after.body }),
    ...(after.learned && { learned: after.learned }),
    ...(after.original && !copy.original && { original: after.original }),
    ...(after.image && !copy.image && { image: after.image }),
    ...(edited && { updated: edited.at, revisions: [...(copy.revisions ?? []), edited].slice(-REVISIONS) }),
  };
}

/**
 * Keeps what an article page tells: writes the body if it is new or has changed.
 *
 * @returns the article as it is to be kept now; undefined where nothing changed
 */
export async function tell(kv: KVNamespace, article: Article, told: Told, now: number): Promise<Article | undefined> {
  const after: Article = { ...article };
  if (told.original && !article.original) after.original = told.original;
  if (told.image && !article.image) after.image = told.image;
  const before = article.body ? (await readBodies(kv, [article.key])).get(article.key) : undefined;
  if (told.body && told.body !== before?.html && !(before && isMisread(before.html, told.body))) {
    const at = notBefore(article.updated, now);
    const earlier = before ? [...(before.earlier ?? []), { at, html: before.html }].slice(-EARLIER) : undefined;
    const stored: StoredBody = { html: told.body, ...(earlier && { earlier }) };
    await kv.put(bodyKey(article.key), JSON.stringify(stored));
    after.body = sizeOf(told.body);
    // The first sight of a text is no edit: nobody has read another.
    if (before) {
      after.updated = at;
      after.revisions = [...(article.revisions ?? []), { at, body: true as const }].slice(-REVISIONS);
    }
  }
  return Object.keys(after).some((field) => after[field as keyof Article] !== article[field as keyof Article])
    ? { ...after, learned: instant(now) }
    : undefined;
}
