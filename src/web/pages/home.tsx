import type { Article } from "../../article.ts";
import { FORMATS } from "../../feeds/document.ts";
import type { BuilderForm } from "../builder.ts";
import { isUnread, type SourceReport } from "../health.ts";
import { type Base, feedUrl, ownUrl, pageUrl } from "../links.ts";
import type { ArticlesByMonth } from "../months.ts";
import { ArticleList } from "./articles.tsx";
import { Builder, type BuilderResult, BuiltFeed } from "./builder.tsx";
import { Calendar } from "./calendar.tsx";
import { type Alternate, bridgeName, FORMAT_NAMES, Layout, type PageProps, SiteLinks } from "./layout.tsx";
import { ageInWords, timeInWords } from "./words.ts";

interface HomeProps extends PageProps {
  reports: readonly SourceReport[];
  newest: readonly Article[];
  /** Articles that were published in the last 24 hours, and whether there may be more. */
  fresh: { count: number; isMinimum: boolean };
  /** Articles of which a change was seen in the last 24 hours; undefined if that is not known. */
  changes: { edited: number; gone: number } | undefined;
  articlesByMonth: ArticlesByMonth;
  alternates: readonly Alternate[];
  service: string;
  form: BuilderForm;
  built: BuilderResult;
  isPrivate: boolean;
  now: number;
}

export function Home(props: HomeProps) {
  const { base, sources, reports, newest, form, built, isPrivate, now } = props;
  const all = (query: string) => pageUrl(base, "all", "newest", query);
  return (
    <Layout {...props} title={bridgeName(sources)} path="/" scripted>
      <h1>North Korean state media</h1>
      <p class="soft">
        Every article of <SiteLinks sources={sources} />, once. It stays here when the website edits or deletes it.
      </p>
      <ul class="notes" aria-label="The last 24 hours">
        {notesOf(props).map(({ kind, href, subject, text }) => (
          <li class={kind}>
            <a href={href}>
              <b>{subject}</b> {text}
            </a>
          </li>
        ))}
      </ul>
      <div class="page">
        <div>
          {newest.length > 0 ? (
            <ArticleList base={base} articles={newest} words={[]} sources={sources} now={now} />
          ) : (
            <p class="lead">No article is stored yet.</p>
          )}
          {newest.length > 0 && (
            <nav class="paging" aria-label="More articles">
              <a href={all("")}>All articles</a>
              <a href={all("since=24h")}>Last 24 hours</a>
              <a href={all("since=7d")}>Last 7 days</a>
            </nav>
          )}
        </div>
        <aside>
          <section aria-labelledby="sources">
            <h2 id="sources">Sources</h2>
            <ul class="plain list">
              {reports.map((report) => (
                <SourceLine base={base} report={report} now={now} />
              ))}
            </ul>
            <p class="formats">
              All:{" "}
              {FORMATS.map((format) => (
                <a href={feedUrl(base, { name: "all", format })}>{FORMAT_NAMES[format]}</a>
              ))}
              <a href={ownUrl(base, "/feeds.opml")}>OPML, to import all</a>
            </p>
          </section>
          {newest.length > 0 && (
            <section aria-labelledby="archive">
              <h2 id="archive">Archive</h2>
              <Calendar base={base} name="all" query="" articles={props.articlesByMonth} />
            </section>
          )}
        </aside>
      </div>
      <h2>Build a feed</h2>
      <Builder base={base} sources={sources} form={form} />
      <section id="result" class="result" aria-live="polite" aria-label="The feed">
        <BuiltFeed base={base} built={built} sources={sources} isPrivate={isPrivate} now={now} />
      </section>
    </Layout>
  );
}

interface Note {
  kind?: "warn" | "bad";
  href: string;
  subject: string;
  text: string;
}

/** What happened: a line each, if it did. */
function notesOf({ base, reports, fresh, changes, now }: HomeProps): Note[] {
  const sinceYesterday = (view: "newest" | "changes", filter = "") => pageUrl(base, "all", view, `${filter}since=24h`);
  const { edited = 0, gone = 0 } = changes ?? {};
  const notes: Note[] = [];
  if (fresh.count > 0) {
    const subject = `${fresh.isMinimum ? "at least " : ""}${fresh.count}`;
    notes.push({ href: sinceYesterday("newest"), subject, text: "new in 24 hours" });
  }
  if (edited > 0)
    notes.push({ kind: "warn", href: sinceYesterday("changes"), subject: String(edited), text: "edited" });
  if (gone > 0) {
    const text = `no longer at ${gone === 1 ? "its address" : "their addresses"}`;
    notes.push({ kind: "bad", href: sinceYesterday("changes", "edits=none&"), subject: String(gone), text });
  }
  for (const report of reports.filter(isUnread))
    notes.push({ kind: "bad", href: ownUrl(base, "/health"), subject: report.name, text: unreadText(report, now) });
  return notes;
}

function unreadText({ state, last_success, last_failure }: SourceReport, now: number): string {
  const since = last_success ? ` since ${timeInWords(last_success)} in Korea` : "";
  if (state === "overdue")
    return `was not checked in time${last_success ? `; last read ${ageInWords(last_success, now)}` : ""}`;
  return `${since ? "has been unreadable" : "cannot be read"}${since}${last_failure ? `: ${last_failure.detail}` : ""}`;
}

const STATES: Record<SourceReport["state"], { text: string; dot: string }> = {
  ok: { text: "", dot: "dot" },
  quiet: { text: "quieter than usual", dot: "dot" },
  failing: { text: "cannot be read", dot: "dot bad" },
  overdue: { text: "not checked", dot: "dot bad" },
  waiting: { text: "not checked yet", dot: "dot warn" },
};

/** A source with its state and the age of its newest article. */
function SourceLine({ base, report, now }: { base: Base; report: SourceReport; now: number }) {
  const { id, name, newest, state, gaps } = report;
  const gap = gaps.length > 0 ? "articles may be missing" : "";
  const { text, dot } = STATES[state];
  return (
    <li>
      <a class={gap && dot === "dot" ? "dot warn" : dot} href={pageUrl(base, id)}>
        {name}
      </a>
      <span>
        {[text, gap].filter(Boolean).join("; ") || (newest ? ageInWords(newest.published, now) : "nothing yet")}
      </span>
    </li>
  );
}
