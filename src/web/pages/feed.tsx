import type { FeedLink } from "../../feeds/document.ts";
import type { Question } from "../../query/question.ts";
import type { Source } from "../../sites/site.ts";
import type { Answer } from "../answer.ts";
import type { Base } from "../links.ts";
import { Card } from "./articles.tsx";
import { type Alternate, FORMAT_NAMES, Layout } from "./layout.tsx";
import { dayInWords } from "./words.ts";

interface FeedPageProps {
  base: Base;
  title: string;
  alternates: readonly Alternate[];
  links: readonly FeedLink[];
  question: Question;
  answer: Answer;
  sources: readonly Source[];
  /** Why the website cannot be read at present, a sentence a source. */
  failing: readonly string[];
  /** Marked words of edits, by article key. */
  edits: ReadonlyMap<string, string>;
}

const LINK_NAMES: Record<FeedLink["rel"], string> = {
  next: "Older articles",
  "prev-archive": "The month before",
  "next-archive": "The month after",
  current: "The newest",
};

export function FeedPage({ base, title, alternates, links, question, answer, sources, failing, edits }: FeedPageProps) {
  const days = Map.groupBy(answer.articles, ({ day }) => day);
  return (
    <Layout base={base} title={title} alternates={alternates}>
      <h1>{title}</h1>
      <p class="formats">
        {alternates.map(({ format, href }) => (
          <a href={href}>{FORMAT_NAMES[format]}</a>
        ))}
      </p>
      {failing.map((why) => (
        <p class="bad" role="status">
          {why}
        </p>
      ))}
      {answer.articles.length === 0 ? <p class="lead">{emptyWords(question, answer)}</p> : ""}
      {[...days].map(([day, articles]) => (
        <section aria-labelledby={`d${day}`}>
          <h2 id={`d${day}`}>{dayInWords(day)}</h2>
          <ol class="plain">
            {articles.map((article) => {
              const edit = edits.get(article.key);
              return <Card article={article} words={question.words} sources={sources} {...(edit && { edit })} />;
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

const emptyWords = ({ canonical }: Question, { changes, next }: Answer): string =>
  changes
    ? "No edit has been seen here yet."
    : next
      ? "Nothing among the newest articles matches; older ones may."
      : canonical
        ? "Nothing matches. The feed stays valid, and whatever matches later will be in it."
        : "There are no articles here yet.";
