import type { Article } from "../../article.ts";
import type { Snippet } from "../../query/context.ts";
import { occurrences, type SearchTerms } from "../../query/search-terms.ts";
import { koreanDay } from "../../time.ts";
import type { ShownChange } from "../change-entry.ts";
import { articleUrl } from "../links.ts";
import { bodyHtml, languageAttributes } from "./body-html.ts";
import { Joined, type PageProps } from "./layout.tsx";
import { clockInWords, shortDay, weekdayInWords } from "./words.ts";

/** Lists of articles: a line each, with the excerpt folded in. */

interface ArticleListProps extends PageProps {
  articles: readonly Article[];
  /** The search words, which are marked. */
  words: SearchTerms;
  now: number;
  /** In a list of changes: each change by the key of its article in `articles`. */
  changes?: Readonly<Record<string, ShownChange>>;
  /** Where the text has the search words, by article id, if title and excerpt do not have them. */
  snippets?: Readonly<Record<string, Snippet>>;
  bodies?: Readonly<Record<string, string>>;
}

/** Days have headings where they have several articles each; elsewhere each line says its day. */
export function ArticleList(props: ArticleListProps) {
  const { articles, changes } = props;
  // Lists are in Korean time; `day` is the website's. The date of a change is when it was seen.
  const dayOf = ({ key, day, dayOnly, published }: Article) =>
    dayOnly && !changes?.[key] ? day : koreanDay(Date.parse(published));
  const days = Map.groupBy(articles, dayOf);
  const hasHeadings = articles.length >= 2 * days.size;
  const groups = hasHeadings ? [...days] : [["", articles] as const];
  return (
    <div class="rows">
      {groups.map(([day, group]) => (
        <>
          {day ? <h2>{weekdayInWords(day)}</h2> : <h2 class="hidden">Articles</h2>}
          <ol class="plain">
            {group.map((article) => (
              <Row {...props} article={article} day={hasHeadings ? undefined : dayOf(article)} />
            ))}
          </ol>
        </>
      ))}
    </div>
  );
}

interface RowProps extends ArticleListProps {
  article: Article;
  day: string | undefined;
}

/** The time of day, in Korea; the day, if no heading says it. The time of an article without one means nothing. */
function timeOf({ published, day: date, dayOnly }: Article, day: string | undefined, now: number, isChange: boolean) {
  if (day) return <time datetime={day}>{shortDay(day, koreanDay(now).slice(0, 4))}</time>;
  if (dayOnly && !isChange) return <time datetime={date} />;
  return <time datetime={published}>{clockInWords(published)}</time>;
}

/** @param day printed in the line, if no heading says it */
function Row({ base, article, day, words, sources, now, changes, snippets, bodies }: RowProps) {
  const change = changes?.[article.key];
  const html = bodies?.[article.id];
  const written = languageAttributes(article.language);
  const source = sources.find(({ id }) => id === article.source);
  const shown = change?.article ?? article;
  return (
    <li>
      <article>
        {timeOf(article, day, now, change !== undefined)}
        <div>
          <h3 {...written}>
            <a href={articleUrl(base, shown)}>
              <Marked text={article.title} words={words} />
            </a>
          </h3>
          {tagsOf(article, change).map((text) => (
            <a class={text === GONE ? "tag bad" : "tag"} href={`${articleUrl(base, shown)}#versions`}>
              {text}
            </a>
          ))}
        </div>
        <span class="outlet">
          {source?.name ?? article.source}
          {source?.language !== article.language && ` · ${article.language}`}
          {article.copies && ` +${article.copies.length}`}
        </span>
        {change ? (
          <div
            class="change"
            {...(change.kind === "edited" && written)}
            dangerouslySetInnerHTML={{ __html: change.html }}
          />
        ) : (
          <details open={html !== undefined}>
            <summary {...written}>
              <Marked text={summaryOf(article, snippets?.[article.id])} words={words} />
            </summary>
            <p class="soft">
              <Elsewhere article={article} />
            </p>
          </details>
        )}
        {html && <div class="body" {...written} dangerouslySetInnerHTML={{ __html: bodyHtml(html) }} />}
      </article>
    </li>
  );
}

/** The place in the text where the words are; else the excerpt. */
function summaryOf({ excerpt }: Article, snippet: Snippet | undefined): string {
  if (!snippet) return excerpt || "More";
  const { text, cutBefore, cutAfter } = snippet;
  return `${cutBefore ? "… " : ""}${text}${cutAfter ? " …" : ""}`;
}

const GONE = "no longer at this address";
const CHANGES = { edited: "edited", gone: GONE, back: "back at its address" } as const;

function tagsOf({ gone, updated, published }: Article, change: ShownChange | undefined): string[] {
  if (change) return [CHANGES[change.kind]];
  return [...(updated === published ? [] : ["edited"]), ...(gone ? [GONE] : [])];
}

/** Links to the article on the websites that have it. */
function Elsewhere({ article: { url, original, copies = [] } }: { article: Article }) {
  const addresses = [...new Set([url, ...(original ? [original] : []), ...copies.map((copy) => copy.url)])];
  return (
    <>
      At <Joined items={addresses.map((address) => <Address address={address} />)} by=" · " />
    </>
  );
}

/** Anybody may have changed a restored backup: only web addresses become links. */
function Address({ address }: { address: string }) {
  const { protocol = "", hostname } = URL.parse(address) ?? {};
  return /^https?:$/.test(protocol) ? <a href={address}>{hostname}</a> : <span>{address}</span>;
}

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
