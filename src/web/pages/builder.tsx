import type { Article } from "../../article.ts";
import { PARAMETERS } from "../../query/parameters.ts";
import type { SearchTerms } from "../../query/search-terms.ts";
import type { BuilderForm } from "../builder.ts";
import { ArticleList } from "./articles.tsx";
import { Choice } from "./choice.tsx";
import { FORMAT_NAMES, type PageProps } from "./layout.tsx";
import { Subscribe } from "./subscribe.tsx";

/** The form that builds a feed, and the feed that it has built. */

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
  /** Whether the archive cannot be reached, so that no preview is possible. */
  isUnavailable?: boolean;
}

const CONTENTS = [
  ["excerpt", "Excerpt"],
  ["full", "Full text"],
] as const;

export function Builder({ base, sources, form }: PageProps & { form: BuilderForm }) {
  return (
    <form id="builder" action={`${base.url}/#result`} method="get">
      {base.key && <input type="hidden" name="key" value={base.key} />}
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
        <Choice name="content" label="Text" options={CONTENTS} chosen={form.content} />
        <Choice name="format" label="Format" options={Object.entries(FORMAT_NAMES)} chosen={form.format} />
      </div>
      <p>
        <button type="submit">Make the feed</button>
      </p>
    </form>
  );
}

interface FieldProps {
  name: string;
  label: string;
  value: string;
  hint: string;
  title?: string;
}

function Field({ name, label, value, hint, title }: FieldProps) {
  return (
    <label class="field">
      {label}
      <input type="text" name={name} value={value} placeholder={hint} autocomplete="off" title={title} />
    </label>
  );
}

interface ResultProps extends PageProps {
  built: BuilderResult;
  isPrivate: boolean;
  now: number;
}

export function BuiltFeed({ base, built, sources, isPrivate, now }: ResultProps) {
  const { url, error, page, preview, words } = built;
  if (!url) return <p class="bad">{error}</p>;
  return (
    <>
      <Subscribe base={base} url={url} isPrivate={isPrivate} />
      <p>
        {previewText(built)} {page && preview.length > 0 && <a href={page}>see all of them</a>}
      </p>
      {preview.length > 0 && <ArticleList base={base} articles={preview} words={words} sources={sources} now={now} />}
    </>
  );
}

function previewText({ preview, more, isUnavailable }: BuilderResult): string {
  if (isUnavailable)
    return "The matching articles cannot be shown now, because the archive cannot be reached. The address is right.";
  if (preview.length === 0)
    return "No article in the archive matches now; articles that match later will be in the feed.";
  return `The ${more ? "newest " : ""}articles that match now:`;
}
