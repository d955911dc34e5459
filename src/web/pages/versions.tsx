import type { ArticleDocument, VersionSummary } from "../article-document.ts";
import { hideBrackets } from "../change-entry.ts";
import type { Comparison, Difference } from "../comparison.ts";
import { articleUrl, type Base, withKeyInAddress } from "../links.ts";
import { languageAttributes } from "./body-html.ts";
import { Choice } from "./choice.tsx";
import { timeInWords } from "./words.ts";

/** The versions of an article, and the differences between two of them. */

/** Versions that a page lists; a link leads to the older ones. */
const PAGE_SIZE = 20;
/** The newest versions, of which two can be chosen to compare; and those that the page shows. */
const CHOICES = 100;

interface VersionsProps {
  base: Base;
  document: ArticleDocument;
  comparison: Comparison | undefined;
  before: number;
}

export function Versions({ base, document, comparison, before }: VersionsProps) {
  const { article, versions, versionCount } = document;
  const below = versions.filter(({ n }) => n < before).reverse();
  const listed = below.slice(0, PAGE_SIZE);
  const last = listed.at(-1);
  const written = languageAttributes(article.language);
  return (
    <section class="history" aria-labelledby="versions">
      <h2 id="versions">Versions</h2>
      <p class="soft">
        {versionCount === 1
          ? "The bridge has read one version."
          : `The bridge has read ${versionCount} versions; the newest is first.`}
      </p>
      <ol class="plain versions">
        {listed.map(({ n, at, event, title }) => (
          <li>
            <a href={articleUrl(base, article, `/v${n}`)}>Version {n}</a>
            <time datetime={at}>{timeInWords(at)} in Korea</time>
            <span>{EVENTS[event] ?? event}</span>
            <span {...written}>{title === below.find((older) => older.n === n - 1)?.title ? "" : title}</span>
          </li>
        ))}
      </ol>
      {last && below.length > listed.length && (
        <p>
          <a href={olderUrl(base, article, last)}>Older versions</a>
        </p>
      )}
      {versions.length > 1 && <Compare base={base} document={document} comparison={comparison} />}
    </section>
  );
}

/** What a version brought, by the event that made it. */
const EVENTS: Readonly<Record<string, string>> = {
  added: "first seen",
  text: "full text",
  enriched: "completed",
  edited: "edited",
};

function olderUrl(base: Base, article: ArticleDocument["article"], { n }: VersionSummary): string {
  const address = `${articleUrl({ url: base.url }, article)}?before=${n}`;
  return `${base.key ? withKeyInAddress(address, base.key) : address}#versions`;
}

const VIEWS = [
  ["inline", "in one text"],
  ["side-by-side", "side by side"],
] as const;

function Compare({ base, document, comparison }: Omit<VersionsProps, "before">) {
  const { article, versions, texts } = document;
  const options = versions
    .filter(({ n }, i) => texts.has(n) || i >= versions.length - CHOICES)
    .map(({ n, at }) => [String(n), `${n}, ${timeInWords(at)}`] as const);
  const isInline = comparison === undefined || comparison.view === VIEWS[0][0];
  const [previous, newest] = versions.slice(-2).map(({ n }) => n);
  return (
    <form method="get" action={`${articleUrl({ url: base.url }, article)}#differences`}>
      {base.key && <input type="hidden" name="key" value={base.key} />}
      <div class="grid">
        <Choice name="from" label="From version" options={options} chosen={String(comparison?.from ?? previous)} />
        <Choice name="to" label="To version" options={options} chosen={String(comparison?.to ?? newest)} />
        <Choice name="view" label="Shown" options={VIEWS} chosen={isInline ? undefined : comparison.view} />
      </div>
      <p>
        <button type="submit">Compare</button>
      </p>
    </form>
  );
}

interface DifferencesProps {
  comparison: Comparison;
  differences: readonly Difference[];
  /** The one of the two versions whose text the bridge had not read. */
  unread: number | undefined;
  language: string;
}

export function Differences({ comparison: { from, to, view }, differences, unread, language }: DifferencesProps) {
  return (
    <section class={view === "side-by-side" ? "" : "reading"} aria-labelledby="differences">
      <h2 id="differences">
        From version {from} to version {to}
      </h2>
      {differences.length === 0 && (
        <p>Both versions have the same title{unread === undefined ? ", excerpt and text" : " and excerpt"}.</p>
      )}
      {unread !== undefined && <p>The bridge had not read the text of version {unread}.</p>}
      {differences.map((difference) => (
        <Changed {...difference} language={language} from={from} to={to} />
      ))}
    </section>
  );
}

interface ChangedProps extends Difference, Pick<Comparison, "from" | "to"> {
  language: string;
}

function Changed({ part, before, after, language, from, to }: ChangedProps) {
  const written = languageAttributes(language);
  // HTML made by diff.ts, which escapes both texts.
  const column = (html: string) => (
    <div class="difference" {...written} dangerouslySetInnerHTML={{ __html: hideBrackets(html) }} />
  );
  return (
    <>
      <h3>{part}</h3>
      {after === undefined ? (
        column(before)
      ) : (
        <div class="columns">
          <div>
            <p class="soft">Version {from}</p>
            {column(before)}
          </div>
          <div>
            <p class="soft">Version {to}</p>
            {column(after)}
          </div>
        </div>
      )}
    </>
  );
}
