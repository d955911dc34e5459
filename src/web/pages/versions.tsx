import type { ArticleDocument, VersionSummary } from "../article-document.ts";
import { hideBrackets } from "../change-entry.ts";
import type { Comparison, Difference } from "../comparison.ts";
import { articleUrl, type Base, withKeyInAddress } from "../links.ts";
import { languageAttributes } from "./body-html.ts";
import { timeInWords } from "./words.ts";

/** The versions of an article, and the differences between two of them. */

/** Versions that a page lists; a link leads to the older ones. */
const PAGE_SIZE = 20;

interface VersionsProps {
  base: Base;
  document: ArticleDocument;
  comparison?: Comparison;
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
          ? "Nothing else has been read."
          : `${versionCount} versions have been read, the newest first.`}
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
      {last && below.length > listed.length ? (
        <p>
          <a href={olderUrl(base, article, last)}>Older versions</a>
        </p>
      ) : (
        ""
      )}
      {versions.length > 1 ? <Compare base={base} document={document} {...(comparison && { comparison })} /> : ""}
    </section>
  );
}

/** What a version brought, by the event that made it. */
const EVENTS: Readonly<Record<string, string>> = {
  added: "first seen",
  text: "text read",
  enriched: "completed",
  edited: "edited",
};

function olderUrl(base: Base, article: ArticleDocument["article"], { n }: VersionSummary): string {
  const address = `${articleUrl({ url: base.url }, article)}?before=${n}`;
  return `${base.key ? withKeyInAddress(address, base.key) : address}#versions`;
}

function Compare({ base, document, comparison }: Omit<VersionsProps, "before">) {
  const { article, versions } = document;
  const [previous, newest] = versions.slice(-2).map(({ n }) => n);
  return (
    <form method="get" action={`${articleUrl({ url: base.url }, article)}#differences`}>
      {base.key ? <input type="hidden" name="key" value={base.key} /> : ""}
      <div class="grid">
        <Choice name="from" label="From version" versions={versions} chosen={comparison?.from ?? previous} />
        <Choice name="to" label="To version" versions={versions} chosen={comparison?.to ?? newest} />
        <label class="field">
          Shown
          <select name="view">
            <option value="inline">in one text</option>
            <option value="side-by-side" selected={comparison?.view === "side-by-side"}>
              side by side
            </option>
          </select>
        </label>
      </div>
      <p>
        <button type="submit">Compare</button>
      </p>
    </form>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  versions: readonly VersionSummary[];
  chosen: number | undefined;
}

const Choice = ({ name, label, versions, chosen }: ChoiceProps) => (
  <label class="field">
    {label}
    <select name={name}>
      {versions.map(({ n, at }) => (
        <option value={String(n)} selected={n === chosen}>
          {n}, {timeInWords(at)}
        </option>
      ))}
    </select>
  </label>
);

interface DifferencesProps {
  comparison: Comparison;
  differences: readonly Difference[];
  language: string;
}

export function Differences({ comparison: { from, to, view }, differences, language }: DifferencesProps) {
  return (
    <section class={view === "side-by-side" ? "" : "reading"} aria-labelledby="differences">
      <h2 id="differences">
        From version {from} to version {to}
      </h2>
      {differences.length === 0 ? <p>What was read of both is the same.</p> : ""}
      {differences.map((difference) => (
        <Changed {...difference} language={language} from={from} to={to} />
      ))}
    </section>
  );
}

function Changed({
  part,
  before,
  after,
  language,
  from,
  to,
}: Difference & { language: string; from: number; to: number }) {
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
