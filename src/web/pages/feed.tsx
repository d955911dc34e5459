import type { MonthCount } from "../../archive/counts.ts";
import type { View } from "../../archive/search.ts";
import type { Result } from "../../archive/select.ts";
import type { FeedLink } from "../../feeds/document.ts";
import type { Query } from "../../query/query.ts";
import { koreanDay } from "../../time.ts";
import type { ShownChange } from "../change-entry.ts";
import { queryWith, typedWords } from "../filters.ts";
import { pageUrl, statusUrl } from "../links.ts";
import type { ArticlesByMonth } from "../months.ts";
import type { Selection } from "../sources.ts";
import { ArticleList } from "./articles.tsx";
import { Calendar, Days } from "./calendar.tsx";
import { Chips, SourceSwitch, Switches, searchIn, ViewSwitch } from "./filter-controls.tsx";
import { type Alternate, Layout, type PageProps } from "./layout.tsx";
import { MonthChart } from "./month-chart.tsx";
import { Subscribe } from "./subscribe.tsx";
import { monthInWords } from "./words.ts";

interface FeedPageProps extends PageProps {
  /** With every filter. */
  title: string;
  /** The feeds of this list, the first one for subscribing. */
  alternates: readonly Alternate[];
  links: readonly FeedLink[];
  view: View;
  query: Query;
  result: Result;
  selection: Selection;
  /** What is wrong, in sentences: websites that cannot be read at present, articles that may be missing. */
  failing: readonly string[];
  changes: Readonly<Record<string, ShownChange>>;
  articlesByMonth: ArticlesByMonth;
  /** How many articles of each month match, for a chart; none if the query asks for everything. */
  chart: readonly MonthCount[];
  /** Languages of the articles, as tags. */
  languages: readonly string[];
  isPrivate: boolean;
  now: number;
}

const LINK_NAMES: Record<FeedLink["rel"], string> = {
  next: "Older articles",
  "prev-archive": "The month before",
  "next-archive": "The month after",
  current: "The newest",
};

/** A list of articles: a feed, a month, a search, or changes. */
export function FeedPage(props: FeedPageProps) {
  const { base, view, query, result, selection, sources, failing, now } = props;
  const { name } = selection;
  const address = { base, name, view, query };
  const kept = queryWith(query.canonical, "before", "");
  const ofAnyTime = queryWith(queryWith(kept, "since", ""), "until", "");
  const month = typeof view === "object" ? view.month : undefined;
  return (
    <Layout
      {...props}
      search={searchIn(address)}
      path={pageUrl({ url: "" }, name, view, query.canonical)}
      noindex={query.canonical !== ""}
      scripted
    >
      <h1>{headingOf(selection, view, query)}</h1>
      <Chips {...address} selected={selection.sources} />
      <Switches {...address} languages={props.languages} />
      {month && (
        <Days
          base={base}
          name={name}
          month={month}
          today={koreanDay(now)}
          query={ofAnyTime}
          shown={new URLSearchParams(kept).get("since")}
        />
      )}
      {failing.map((why) => (
        <p class="bad" role="status">
          {why}
        </p>
      ))}
      <div class="page">
        <div>
          <MonthChart base={base} name={name} query={query.canonical} months={props.chart} />
          {result.articles.length === 0 && <p class="lead">{emptyText(view, query, result)}</p>}
          <ArticleList
            {...props}
            articles={result.articles}
            words={query.terms}
            bodies={result.bodies}
            snippets={result.snippets}
          />
          <Paging {...props} />
        </div>
        <aside>
          <section aria-labelledby="subscribe">
            <h2 id="subscribe">Subscribe</h2>
            <Subscribe {...props} url={props.alternates[0]?.href ?? ""} />
          </section>
          <section aria-labelledby="sources">
            <h2 id="sources">Sources</h2>
            <SourceSwitch {...address} sources={sources} />
            <p class="formats">
              <ViewSwitch {...address} />
              <a href={statusUrl(base, name, undefined)}>Outages and gaps</a>
            </p>
          </section>
          {/* The bars of a chart are links to the months, too. */}
          {props.chart.length <= 1 && (
            <section aria-labelledby="archive">
              <h2 id="archive">Archive</h2>
              <Calendar base={base} name={name} query={ofAnyTime} articles={props.articlesByMonth} current={month} />
            </section>
          )}
        </aside>
      </div>
    </Layout>
  );
}

/** What the list is, in a few words; the chips below say the rest. */
function headingOf({ name, sources }: Selection, view: View, { terms }: Query): string {
  const words = typedWords(terms);
  const names = name === "all" ? "All sources" : sources.map((source) => source.name).join(" + ");
  const what = view === "changes" ? "Changes" : typeof view === "object" ? monthInWords(view.month) : "";
  if (words) return `${what ? `${what}, search` : "Search"}: ${words}${name === "all" ? "" : ` – ${names}`}`;
  return what ? `${what}: ${names}` : names;
}

function Paging({ base, links, view, query, selection }: FeedPageProps) {
  return (
    <nav class="paging" aria-label="More articles">
      {query.cursor && (
        <a href={pageUrl(base, selection.name, view, queryWith(query.canonical, "before", ""))}>
          Back to the first page
        </a>
      )}
      {links.map(({ rel, href }) => (
        <a href={href} rel={rel === "next" ? rel : undefined}>
          {rel === "next" && query.sort === "oldest" ? "Newer articles" : LINK_NAMES[rel]}
        </a>
      ))}
    </nav>
  );
}

function emptyText(view: View, { canonical, cursor }: Query, { next }: Result): string {
  if (view === "changes") return canonical ? "No edit that was seen here matches." : "No edit has been seen here yet.";
  if (next) return "Nothing matches in the articles that were searched so far; older articles may match.";
  if (typeof view === "object") {
    const month = monthInWords(view.month);
    if (cursor) return `There are no more articles of ${month} that match.`;
    return canonical
      ? `No article of ${month} matches: the archive has articles of that month, but this query leaves out all of them.`
      : `All articles of ${month} are listed in another month, because they were first seen on another day.`;
  }
  if (cursor) return "There are no more articles that match.";
  return canonical
    ? "Nothing matches. The feed stays valid: articles that match later will be in it."
    : "There are no articles here yet.";
}
