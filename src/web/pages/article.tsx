import type { Child } from "hono/jsx";
import type { Article } from "../../article.ts";
import { normalize } from "../../query/normalize.ts";
import { cutAtWord } from "../../scrape/text.ts";
import type { Source } from "../../sites/site.ts";
import { koreanDay } from "../../time.ts";
import type { ArticleDocument, VersionDocument } from "../article-document.ts";
import { citationOf } from "../citation.ts";
import { type Comparison, differencesOf, versionWithoutText } from "../comparison.ts";
import { articleUrl, type Base, pageUrl } from "../links.ts";
import { bodyHtml, languageAttributes } from "./body-html.ts";
import { Joined, Layout, type PageProps } from "./layout.tsx";
import { Differences, Versions } from "./versions.tsx";
import { clockInWords, counted, dayInWords, monthInWords, timeInWords } from "./words.ts";

interface ArticlePageProps extends PageProps {
  document: ArticleDocument;
  version: VersionDocument;
  /** Whether the page is that of one version, not of the article. */
  isVersionPage: boolean;
  comparison?: Comparison;
  /** Only versions before this number are listed. */
  before: number;
}

/** An article or one of its versions, with its history and how to cite it. */
export function ArticlePage(props: ArticlePageProps) {
  const { base, sources, document, version, isVersionPage, comparison, before } = props;
  const { article, versionCount } = document;
  const written = languageAttributes(article.language);
  const differences = comparison ? differencesOf(document, comparison) : [];
  const below = isVersionPage ? `/v${version.n}` : "";
  const title = `${version.title}${isVersionPage ? ` (version ${version.n})` : ""} – ${document.outlet}`;
  return (
    <Layout {...props} title={title} path={articleUrl({ url: "" }, article, below)} noindex>
      <article class="reading">
        <h1 {...written}>{version.title}</h1>
        <p class="soft">
          <Outlet {...props} source={article.source} name={document.outlet} /> · <Printed article={article} /> ·{" "}
          <a href="#versions">{counted(versionCount, "version")}</a> · <a href="#cite">cite</a>
          {article.gone && <strong class="bad"> · no longer at this address</strong>}
        </p>
        {isVersionPage && (
          <p class="lead">
            Version {version.n} of {versionCount}, first seen {timeInWords(version.at)} in Korea.{" "}
            <a href={articleUrl(base, article)}>The article</a>
          </p>
        )}
        <Body version={version} language={article.language} />
        <p class="soft">
          This is what this bridge read at that time, not a copy of the website's page. Pictures are not shown.
        </p>
        <More base={base} sources={sources} article={article} outlet={document.outlet} />
      </article>
      {/* A version that only brought the first text differs in nothing that the one before it had. */}
      {comparison && (comparison.isAsked || differences.length > 0) && (
        <Differences
          comparison={comparison}
          differences={differences}
          unread={versionWithoutText(document, comparison)}
          language={article.language}
        />
      )}
      <Versions base={base} document={document} before={before} comparison={comparison} />
      <section class="reading" aria-labelledby="seen">
        <h2 id="seen">Where and when</h2>
        <Facts base={base} sources={sources} document={document} />
      </section>
      <AlsoAt base={base} document={document} />
      <Cite document={document} version={version} />
      <p class="formats">
        <a href={articleUrl(base, article, `${below}.json`)}>JSON</a>
        <a href={articleUrl(base, article, "/timemap")}>TimeMap</a>
      </p>
    </Layout>
  );
}

const isFollowed = (sources: readonly Source[], source: string) => sources.some(({ id }) => id === source);

/** The name of a source, which leads to its page. A source that is not followed any more has none. */
function Outlet({ base, sources, source, name }: PageProps & { source: string; name: string }) {
  return isFollowed(sources, source) ? <a href={pageUrl(base, source)}>{name}</a> : <span>{name}</span>;
}

function Body({ version, language }: { version: VersionDocument; language: string }) {
  const { content_html: html, excerpt } = version;
  const written = languageAttributes(language);
  if (html) return <div class="body" {...written} dangerouslySetInnerHTML={{ __html: bodyHtml(html) }} />;
  return (
    <>
      <p {...written}>{excerpt}</p>
      <p class="soft">This is the excerpt: the bridge had not read the text yet.</p>
    </>
  );
}

/** The printed day; if the website gives the time, both are Korean. */
function Printed({ article: { day, dayOnly, published } }: { article: Article }) {
  if (dayOnly) return <time datetime={day}>{dayInWords(day)}</time>;
  return (
    <time datetime={published}>
      {dayInWords(koreanDay(Date.parse(published)))}, {clockInWords(published)} in Korea
    </time>
  );
}

/** Where a reader goes from here: the article's day and month, its source, articles that name it. */
function More({ base, sources, article, outlet }: PageProps & { article: Article; outlet: string }) {
  const { source, published, title } = article;
  // Days and months of lists are Korean; `article.day` is the website's.
  const day = koreanDay(Date.parse(published));
  const month = { month: day.slice(0, 7) };
  const search = searchFor(title);
  return (
    <nav class="formats" aria-label="More">
      {isFollowed(sources, source) && (
        <>
          <a href={pageUrl(base, source, month, `since=${day}&until=${day}`)}>
            {outlet}, {dayInWords(day)}
          </a>
          <a href={pageUrl(base, source, month)}>{monthInWords(month.month)}</a>
        </>
      )}
      {search && <a href={pageUrl(base, "all", "newest", search)}>Search for this title</a>}
    </nav>
  );
}

/** Characters of a title in a search: a longer query is refused. */
const MAX_LENGTH = 120;

/** The query for a title: phrases, since a quotation mark ends one. Empty if the title has no words. */
function searchFor(title: string): string {
  const parts = cutAtWord(normalize(title), MAX_LENGTH).split('"');
  const phrases = parts.map((part) => part.trim()).filter(Boolean);
  return phrases.length > 0 ? new URLSearchParams({ q: phrases.map((part) => `"${part}"`).join(" ") }).toString() : "";
}

const Time = ({ at }: { at: string }) => <time datetime={at}>{timeInWords(at)} in Korea</time>;

/** Where the article is from, and when it was seen. */
function Facts({ base, sources, document }: PageProps & { document: ArticleDocument }) {
  const { article, outlet, listed, lastSeen, presence } = document;
  const others = listed.filter(({ source }) => source !== article.source);
  const outlets = [{ source: article.source, name: outlet }, ...others].map(({ source, name }) => (
    <Outlet base={base} sources={sources} source={source} name={name} />
  ));
  const facts: [name: string, value: Child][] = [
    ["Source", <Joined items={outlets} by=", " />],
    ["Date on the website", <time datetime={article.day}>{dayInWords(article.day)}</time>],
    ["First seen", <Time at={article.firstSeen} />],
    ["Last seen", <Time at={lastSeen} />],
    ...presence.map(({ event, at }): [string, Child] => [PRESENCE[event], <Time at={at} />]),
    ["On the website", <Address url={article.url} />],
  ];
  if (article.original) facts.push(["Original", <Address url={article.original} />]);
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}

const PRESENCE = { gone: "No longer at this address", back: "Back at its address" };

const Address = ({ url }: { url: string }) => (
  <a href={url} rel="noopener noreferrer">
    {url}
  </a>
);

/** The same article on other websites, and its reprints; nothing if there are none. */
function AlsoAt({ base, document: { article, copies } }: { base: Base; document: ArticleDocument }) {
  const others = [
    ...copies.map((copy) => ({ kind: "", ...copy.article })),
    ...(article.reprints ?? []).map((reprint) => ({ kind: "Reprint: ", ...reprint })),
  ];
  if (others.length === 0) return "";
  return (
    <section class="reading" aria-labelledby="also">
      <h2 id="also">Also at</h2>
      <ul>
        {others.map((other) => (
          <li>
            {other.kind}
            <Address url={other.url} /> (<a href={articleUrl(base, other)}>as read by this bridge</a>)
          </li>
        ))}
      </ul>
    </section>
  );
}

function Cite({ document, version }: { document: ArticleDocument; version: VersionDocument }) {
  const { text, bibtex, csl } = citationOf(document, version);
  return (
    <section class="reading" aria-labelledby="cite">
      <h2 id="cite">How to cite this version</h2>
      <p>{text}</p>
      <p class="soft">
        SHA-256 of title and text: <code>{version.sha256}</code>
      </p>
      <details>
        <summary>BibTeX</summary>
        <pre>{bibtex}</pre>
      </details>
      <details>
        <summary>CSL-JSON</summary>
        <pre>{JSON.stringify([csl], undefined, 1)}</pre>
      </details>
    </section>
  );
}
