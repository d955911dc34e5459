import { sha256 } from "hono/utils/crypto";
import type { ArticleRecord } from "../archive/article-record.ts";
import { legalText, plainText } from "../scrape/text.ts";
import type { Source } from "../sites/site.ts";
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
