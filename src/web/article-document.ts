import { sha256 } from "hono/utils/crypto";
import type { ArticleRecord, CopyRecord } from "../archive/article-record.ts";
import { jsonItem } from "../feeds/json.ts";
import { DEFAULT_QUERY } from "../query/query.ts";
import { legalText, plainText } from "../scrape/text.ts";
import type { Source } from "../sites/site.ts";
import { citationOf } from "./citation.ts";
import { articleEntry, originOf } from "./feed-document.ts";
import { articleUrl, type Base } from "./links.ts";

/** An article as its page and its JSON show it. */
export type ArticleDocument = Awaited<ReturnType<typeof articleDocument>>;
/** A version as lists of versions show it; and whole. */
export type VersionSummary = ArticleDocument["versions"][number];
export type VersionDocument = Awaited<ReturnType<typeof versionDocument>>;

/** A record with its addresses at this bridge, and the hash of each version whose text was read. */
export async function articleDocument(base: Base, sources: readonly Source[], record: ArticleRecord) {
  const { article, listed, ...rest } = record;
  const nameOf = (id: string) => sources.find((source) => source.id === id)?.name ?? id;
  const versions = record.versions.map(({ n, at, event, title }) => {
    return { n, at, event, title: normal(title), url: articleUrl(base, article, `/v${n}`) };
  });
  const texts = new Map<number, VersionDocument>();
  for (const [i, { n, excerpt, html }] of record.versions.entries()) {
    const summary = versions[i];
    if (summary && html !== undefined) texts.set(n, await versionDocument(summary, excerpt, html));
  }
  return {
    ...rest,
    article,
    outlet: nameOf(article.source),
    page: articleUrl(base, article),
    listed: listed.map(({ source, since }) => ({ source, name: nameOf(source), since })),
    /** Oldest first, each with the event of the journal that made it. */
    versions,
    /** By number, those whose texts were read. */
    texts,
    timemap: articleUrl(base, article, "/timemap"),
  };
}

const normal = (text: string) => legalText(text).normalize("NFC");

async function versionDocument(
  { n, at, title, url }: { n: number; at: string; title: string; url: string },
  excerpt: string,
  html: string,
) {
  const content_text = normal(plainText(html));
  /** Of title, two line feeds and `content_text`, as UTF-8 in NFC: lower-case hexadecimal. */
  const hash = (await sha256(`${title}\n\n${content_text}`)) ?? "";
  return { n, at, title, excerpt: normal(excerpt), content_html: legalText(html), content_text, sha256: hash, url };
}

/** The newest version, whose text was read. */
export const newestOf = ({ versions, texts }: ArticleDocument): VersionDocument =>
  texts.get(versions.at(-1)?.n ?? 0) as VersionDocument;

/** The article as JSON: the item of the JSON Feed, its history, and every version whole. */
export function articleJson(base: Base, document: ArticleDocument): Record<string, unknown> {
  const { article, listed, lastSeen, versions, texts, versionCount, presence, copies, timemap } = document;
  const newest = newestOf(document);
  const origin = originOf(base, article.source, document.outlet, "json");
  return {
    ...jsonItem(
      articleEntry(base, article, origin, { ...DEFAULT_QUERY, fullText: true }, newest.content_html || undefined),
    ),
    day: article.day,
    first_seen: article.firstSeen,
    last_seen: lastSeen,
    page: document.page,
    timemap,
    sources: listed.map(({ source, name, since }) => ({ id: source, name, since })),
    history: presence,
    version_count: versionCount,
    versions: versions.flatMap(({ n }) => texts.get(n) ?? []),
    copies: copies.map((copy) => copyJson(base, copy)),
    citation: citationOf(document, newest),
  };
}

const copyJson = (base: Base, { article, html = "" }: CopyRecord) => ({
  id: article.id,
  url: article.url,
  page: articleUrl(base, article),
  source: article.source,
  first_seen: article.firstSeen,
  title: legalText(article.title),
  content_text: plainText(html),
});

/** One version as JSON, with what it is a version of. */
export const versionJson = (document: ArticleDocument, version: VersionDocument): Record<string, unknown> => ({
  id: document.article.id,
  original: document.article.url,
  article: document.page,
  timemap: document.timemap,
  language: document.article.language,
  version_count: document.versionCount,
  ...version,
  citation: citationOf(document, version),
});
