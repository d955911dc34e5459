import type { CopyRecord } from "../archive/article-record.ts";
import { jsonItem } from "../feeds/json.ts";
import { DEFAULT_QUERY } from "../query/query.ts";
import { legalText, plainText } from "../scrape/text.ts";
import { type ArticleDocument, newestOf, type VersionDocument } from "./article-document.ts";
import { citationOf } from "./citation.ts";
import { articleEntry, originOf } from "./feed-document.ts";
import { articleUrl, type Base } from "./links.ts";

/** An article, or one version of it, as JSON. */

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
