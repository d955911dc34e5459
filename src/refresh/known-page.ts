import type { Bridge } from "../archive/bridge.ts";
import { isReprint } from "../scrape/reprints.ts";
import { EXCERPT_LENGTH, plainText } from "../scrape/text.ts";
import { type FetchedArticle, readArticlePage } from "../sites/reader.ts";
import type { ArticlePageResult } from "../sites/site.ts";

/**
 * Reads the page of an article that is kept. On a website that shows other pages at an article's address, a page with
 * another title is the article's only if its text is the kept one: then the article has a new headline.
 */
export async function readKnownPage({ archive }: Bridge, fetched: FetchedArticle): Promise<ArticlePageResult> {
  const page = readArticlePage(fetched);
  const { source, listedTitle } = fetched;
  const { marksTitles, id } = source.site;
  if ("story" in page || page.failure.reason !== "wrong-page" || listedTitle === undefined || !marksTitles) return page;
  const retitled = readArticlePage({ ...fetched, listedTitle: undefined });
  if ("failure" in retitled || !retitled.story.body) return page;
  const record = await archive.article(id, retitled.story.article.key, NEWEST);
  const kept = plainText(record?.versions.at(-1)?.html ?? "");
  const text = plainText(retitled.story.body);
  // Or goes on behind it; a short one may be the beginning of any.
  const isLonger = kept.length > EXCERPT_LENGTH && text.startsWith(kept);
  return kept !== "" && (kept === text || isLonger || isReprint(kept, text)) ? retitled : page;
}

/** The text of the newest version alone. */
const NEWEST = [0];
