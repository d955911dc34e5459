import type { Article, ScrapedArticle } from "../article.ts";
import { canBeMisread, isMisread, looksMisread } from "../scrape/mojibake.ts";
import { type Failure, failure } from "../scrape/page.ts";
import { plainText } from "../scrape/text.ts";

/** A page that was sent, or read, in a wrong charset is no news of its articles. */

type Texts = Pick<Article, "title" | "excerpt">;

const isGarbled = (before: Texts, after: Texts): boolean =>
  isMisread(before.title, after.title) || isMisread(before.excerpt, after.excerpt);

const looksGarbled = ({ title, excerpt }: Texts): boolean => looksMisread(`${title} ${excerpt}`);

/**
 * Why a listing cannot be right: most of what a wrong charset would change is changed in that way, or most of what is
 * not kept looks so by itself. A single article may be broken on the website.
 */
export function garbledListing(
  shown: readonly ScrapedArticle[],
  kept: readonly Article[],
): { failure: Failure } | undefined {
  const known = new Map(kept.map((article) => [article.key, article]));
  let [couldBe, are, unknown, look] = [0, 0, 0, 0];
  for (const article of shown) {
    const before = known.get(article.key);
    if (!before) {
      unknown++;
      if (looksGarbled(article)) look++;
    } else if ((canBeMisread(before.title) || canBeMisread(before.excerpt)) && !looksGarbled(before)) {
      couldBe++;
      if (isGarbled(before, article)) are++;
    }
  }
  if ((are < 2 || are * 2 < couldBe) && (look < 2 || look * 2 < unknown)) return undefined;
  return failure("garbled", "the page's characters are garbled, as if it was read in a wrong charset");
}

/** What a listing shows, with the kept words of articles that are garbled on it. */
export function withoutGarbled(shown: readonly ScrapedArticle[], kept: readonly Article[]): ScrapedArticle[] {
  const known = new Map(kept.map((article) => [article.key, article]));
  return shown.map((article) => {
    const before = known.get(article.key);
    if (!before || !isGarbled(before, article)) return article;
    return { ...article, title: before.title, excerpt: before.excerpt };
  });
}

/** Why an article page cannot be right, beside what is kept of its article. */
export function garbledArticlePage(
  { article, body = "" }: { article: Texts; body?: string },
  kept: Texts,
): { failure: Failure } | undefined {
  const looks = looksGarbled(article) || looksMisread(plainText(body));
  if (!isGarbled(kept, article) && (looksGarbled(kept) || !looks)) return undefined;
  return failure("garbled", "the article's characters are garbled, as if its page was read in a wrong charset");
}
