import type { Article } from "../../article.ts";
import { occurrences, type SearchTerms } from "../../query/search-terms.ts";
import type { Source } from "../../sites/site.ts";
import { articleUrl, type Base } from "../links.ts";
import { timeInWords } from "./words.ts";

/** A text with the search words marked. */
function Marked({ text, words: terms }: { text: string; words: SearchTerms }) {
  const parts: (string | ReturnType<typeof mark>)[] = [];
  let at = 0;
  for (const [start, end] of occurrences(terms, text)) {
    parts.push(text.slice(at, start), mark(text.slice(start, end)));
    at = end;
  }
  parts.push(text.slice(at));
  return <>{parts}</>;
}

const mark = (text: string) => <mark>{text}</mark>;

interface CardProps {
  base: Base;
  article: Article;
  words: SearchTerms;
  sources: readonly Source[];
  /** Of an edit: its inserted and deleted words, HTML made by this program; and what was edited. */
  edit?: { html: string; article: Article };
}

export function Card({ base, article, words: terms, sources, edit }: CardProps) {
  const source = sources.find(({ id }) => id === article.source);
  const earlier = article.earlierTitles ?? [];
  return (
    <li class="card">
      <article lang={article.language}>
        <h3>
          <a href={article.url} rel="noopener noreferrer">
            <Marked text={article.title} words={terms} />
          </a>
        </h3>
        {edit ? (
          <div dangerouslySetInnerHTML={{ __html: edit.html }} />
        ) : (
          <p>
            <Marked text={article.excerpt} words={terms} />
          </p>
        )}
        <p class="soft" lang="en">
          {source?.name ?? article.source}, <Dates article={article} isChange={edit !== undefined} />
          {earlier.length > 0 && !edit ? `; earlier title: ${earlier.at(-1)}` : ""},{" "}
          <a href={articleUrl(base, edit?.article ?? article)}>versions</a>
        </p>
      </article>
    </li>
  );
}

/** When an article was published; of a change, when it was seen and the day that the article prints. */
function Dates({ article: { published, day, dayOnly }, isChange }: { article: Article; isChange: boolean }) {
  const printed = <time datetime={day}>{day}</time>;
  if (dayOnly && !isChange) return printed;
  const time = <time datetime={published}>{timeInWords(published)} in Korea</time>;
  if (!isChange) return time;
  return (
    <>
      printed {printed}, seen {time}
    </>
  );
}
