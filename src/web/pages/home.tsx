import type { Article } from "../../article.ts";
import type { Format } from "../../feeds/document.ts";
import { PARAMETERS } from "../../query/parameters.ts";
import type { SearchTerms } from "../../query/search-terms.ts";
import type { Source } from "../../sites/site.ts";
import type { BuilderForm } from "../builder.ts";
import type { SourceReport } from "../health.ts";
import { type Base, feedUrl, ownUrl } from "../links.ts";
import { sitesOf } from "../site-names.ts";
import { Card } from "./articles.tsx";
import { type Alternate, bridgeName, FORMAT_NAMES, Layout, SiteLinks } from "./layout.tsx";
import { ageInWords } from "./words.ts";

/** What the builder has made of the form. */
export interface BuilderResult {
  /** The feed's address, or what is wrong with the form. */
  url?: string;
  error?: string;
  page?: string;
  /** The newest that match. */
  preview: readonly Article[];
  /** Whether more match than the preview shows. */
  more: boolean;
  words: SearchTerms;
}

interface HomeProps {
  base: Base;
  sources: readonly Source[];
  reports: readonly SourceReport[];
  languages: ReadonlyMap<string, string>;
  alternates: readonly Alternate[];
  /** Address of the description of the interface. */
  service: string;
  form: BuilderForm;
  built: BuilderResult;
  now: number;
}

export function Home({ base, sources, reports, languages, alternates, service, form, built, now }: HomeProps) {
  const sites = sitesOf(sources);
  return (
    <Layout base={base} sites={sites} title={bridgeName(sites)} alternates={alternates} service={service} scripted>
      <h1>North Korean state media in your feed reader</h1>
      <p class="lead">
        <SiteLinks sites={sites} /> as steady feeds: every article appears once and keeps its id and date, through
        outages, edits and deletions.
      </p>

      <h2 id="sources">Sources</h2>
      <ul class="plain sources">
        {reports.map((report) => (
          <SourceCard base={base} report={report} language={languages.get(report.id) ?? "en"} now={now} />
        ))}
      </ul>
      <p class="formats">
        All of them in one: <Formats base={base} name="all" /> As a list for your reader:{" "}
        <a href={ownUrl(base, "/feeds.opml")}>OPML</a>
      </p>

      <h2>Build a feed</h2>
      <Builder base={base} sources={sources} form={form} />
      <section id="result" class="result" aria-live="polite" aria-label="The feed">
        <Result base={base} built={built} sources={sources} />
      </section>
    </Layout>
  );
}

function Formats({ base, name }: { base: Base; name: string }) {
  return (
    <>
      {(Object.keys(FORMAT_NAMES) as Format[]).map((format) => (
        <a href={feedUrl(base, name, "newest", format, "")}>{FORMAT_NAMES[format]}</a>
      ))}
    </>
  );
}

const STATES: Record<SourceReport["state"], string> = {
  ok: "Up to date",
  quiet: "Up to date; quieter than usual",
  failing: "The website cannot be read; showing what is kept",
  overdue: "Not looked at when it should have been; showing what is kept",
  waiting: "Not looked at yet",
};

function SourceCard({
  base,
  report,
  language,
  now,
}: {
  base: Base;
  report: SourceReport;
  language: string;
  now: number;
}) {
  const { id, name, newest, state } = report;
  return (
    <li class="card">
      <h3>
        <a href={feedUrl(base, id, "newest", undefined, "")}>{name}</a>
      </h3>
      {newest ? (
        <p>
          <span lang={language}>{newest.title}</span>
          <br />
          <time datetime={newest.published}>{ageInWords(newest.published, now)}</time>
        </p>
      ) : (
        <p class="soft">No articles kept yet.</p>
      )}
      <p class={state === "failing" || state === "overdue" ? "bad" : "soft"}>{STATES[state]}.</p>
      <p class="formats">
        <Formats base={base} name={id} />
      </p>
    </li>
  );
}

function Builder({ base, sources, form }: { base: Base; sources: readonly Source[]; form: BuilderForm }) {
  return (
    <form id="builder" action={`${base.url}/#result`} method="get">
      {base.key ? <input type="hidden" name="key" value={base.key} /> : ""}
      <fieldset>
        <legend>Sources</legend>
        {sources.map(({ id, name }) => (
          <label>
            <input type="checkbox" name="source" value={id} checked={form.sources.includes(id)} /> {name}
          </label>
        ))}
      </fieldset>
      <div class="grid">
        <Field name="words" label="With these words" value={form.words} hint='kim "joint exercise" missile | rocket' />
        <Field name="without" label="Without these words" value={form.without} hint="weather sports" />
        <Field name="since" label="Since" value={form.since} hint="2026-01-30, 7d" title={PARAMETERS.since.accepts} />
        <Field name="lang" label="Languages" value={form.lang} hint="en,ko" title={PARAMETERS.lang.accepts} />
        <Choice name="content" label="Text" value={form.content} options={{ excerpt: "Excerpt", full: "Whole text" }} />
        <Choice name="format" label="Format" value={form.format} options={FORMAT_NAMES} />
      </div>
      <p>
        <button type="submit">Make the feed</button>
      </p>
    </form>
  );
}

function Field({
  name,
  label,
  value,
  hint,
  title,
}: {
  name: string;
  label: string;
  value: string;
  hint: string;
  title?: string;
}) {
  return (
    <label class="field">
      {label}
      <input type="text" name={name} value={value} placeholder={hint} autocomplete="off" {...(title && { title })} />
    </label>
  );
}

function Choice({
  name,
  label,
  value,
  options,
}: {
  name: string;
  label: string;
  value: string;
  options: Record<string, string>;
}) {
  return (
    <label class="field">
      {label}
      <select name={name}>
        {Object.entries(options).map(([option, text]) => (
          <option value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Web readers, and what stands before a feed's encoded address to subscribe there. */
const READERS: readonly [name: string, address: string][] = [
  ["Feedly", "https://feedly.com/i/subscription/feed/"],
  ["Inoreader", "https://www.inoreader.com/?add_feed="],
  ["NewsBlur", "https://www.newsblur.com/?url="],
  ["The Old Reader", "https://theoldreader.com/feeds/subscribe?url="],
];

interface ResultProps {
  base: Base;
  built: BuilderResult;
  sources: readonly Source[];
}

function Result({ base, built, sources }: ResultProps) {
  const { url, error, page, preview, more, words: terms } = built;
  if (!url) return <p class="bad">{error}</p>;
  return (
    <>
      <div class="url">
        <code id="address">{url}</code>
        <button type="button" data-copy={url}>
          Copy
        </button>
      </div>
      <p class="formats">
        Subscribe: <a href={`feed:${url}`}>your reader</a>
        {READERS.map(([name, address]) => (
          <a href={address + encodeURIComponent(url)} rel="noopener noreferrer">
            {name}
          </a>
        ))}
      </p>
      <p>
        {preview.length === 0
          ? "Nothing kept matches now; what matches later will be in the feed."
          : `${more ? "The newest of what" : "What"} matches now:`}{" "}
        {page ? <a href={page}>see it as a page</a> : ""}
      </p>
      <ol class="plain">
        {preview.map((article) => (
          <Card base={base} article={article} words={terms} sources={sources} />
        ))}
      </ol>
    </>
  );
}
