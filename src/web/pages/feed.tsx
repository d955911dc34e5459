import type { View } from "../../archive/find.ts";
import type { Result } from "../../archive/select.ts";
import type { Article } from "../../article.ts";
import type { FeedLink } from "../../feeds/document.ts";
import type { Query } from "../../query/query.ts";
import type { Source } from "../../sites/site.ts";
import { koreanDay } from "../../time.ts";
import { type Base, feedUrl, statusUrl } from "../links.ts";
import { sitesOf } from "../site-names.ts";
import { Card } from "./articles.tsx";
import { type Alternate, FORMAT_NAMES, Layout } from "./layout.tsx";
import { dayInWords, monthInWords } from "./words.ts";

interface FeedPageProps {
  base: Base;
  title: string;
  alternates: readonly Alternate[];
  links: readonly FeedLink[];
  part: View;
  query: Query;
  answer: Result;
  sources: readonly Source[];
  /** The sources, as the path spells them. */
  name: string;
  /** What is wrong, in sentences: websites that cannot be read at present, articles that may be missing. */
  failing: readonly string[];
  /** Marked words of edits and what was edited, by the key that stands for the edit. */
  edits: ReadonlyMap<string, { html: string; article: Article }>;
}

const LINK_NAMES: Record<FeedLink["rel"], string> = {
  next: "Older articles",
  "prev-archive": "The month before",
  "next-archive": "The month after",
  current: "The newest",
};

export function FeedPage({ base, title, alternates, links, part: view, query, answer, ...rest }: FeedPageProps) {
  const { name, sources, failing, edits } = rest;
  // A change stands under the day when it was seen, in the place of the article's date.
  const days = Map.groupBy(answer.articles, ({ day, published }) =>
    view === "changes" ? koreanDay(Date.parse(published)) : day,
  );
  return (
    <Layout base={base} sites={sitesOf(sources)} title={title} alternates={alternates}>
      <h1>{title}</h1>
      <p class="formats">
        {alternates.map(({ format, href }) => (
          <a href={href}>{FORMAT_NAMES[format]}</a>
        ))}
      </p>
      <p class="formats">
        {view === "changes" ? "" : <a href={feedUrl(base, name, "changes", undefined, "")}>Changes</a>}
        <a href={statusUrl(base, name, undefined)}>Outages and gaps</a>
      </p>
      {failing.map((why) => (
        <p class="bad" role="status">
          {why}
        </p>
      ))}
      {answer.articles.length === 0 ? <p class="lead">{emptyWords(view, query, answer)}</p> : ""}
      {[...days].map(([day, articles]) => (
        <section aria-labelledby={`d${day}`}>
          <h2 id={`d${day}`}>{dayInWords(day)}</h2>
          <ol class="plain">
            {articles.map((article) => {
              const edit = edits.get(article.key);
              return (
                <Card base={base} article={article} words={query.terms} sources={sources} {...(edit && { edit })} />
              );
            })}
          </ol>
        </section>
      ))}
      <nav class="paging" aria-label="More articles">
        {links.map(({ rel, href }) => (
          <a href={href} {...(rel === "next" && { rel: "next" })}>
            {LINK_NAMES[rel]}
          </a>
        ))}
      </nav>
    </Layout>
  );
}

/** Why there is nothing to show. */
function emptyWords(view: View, { canonical, cursor }: Query, { next }: Result): string {
  if (view === "changes") return canonical ? "No edit that was seen here matches." : "No edit has been seen here yet.";
  if (next) return "Nothing matches among the articles looked at so far; older ones may.";
  if (typeof view === "object") {
    const month = monthInWords(view.month);
    if (cursor) return `There are no more articles of ${month} that match.`;
    return canonical
      ? `No article of ${month} matches. Articles of that month are kept, but this question leaves them all out.`
      : `The articles of ${month} are all with another month: their first sight was of another day.`;
  }
  if (cursor) return "There are no more articles that match.";
  return canonical
    ? "Nothing matches. The feed stays valid, and whatever matches later will be in it."
    : "There are no articles here yet.";
}
