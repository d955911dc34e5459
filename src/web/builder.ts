import { isFormat } from "../feeds/document.ts";
import { canonicalQuery, parseParameters } from "../query/parameters.ts";
import { parseSearchTerms } from "../query/search-terms.ts";
import type { Settings } from "../settings.ts";

export type BuilderForm = ReturnType<typeof parseBuilderForm>;

const text = (query: URLSearchParams, name: string) => (query.get(name) ?? "").trim();

/** The form as the address of the home page has it. What it cannot be is left out: the page shows it again. */
export function parseBuilderForm(query: URLSearchParams, settings: Settings) {
  const known = settings.sources.map(({ id }) => id);
  const asked = query.getAll("source").filter((id) => known.includes(id));
  const format = text(query, "format");
  return {
    sources: asked.length > 0 ? asked : [settings.defaultSource.id],
    words: text(query, "words"),
    without: text(query, "without"),
    since: text(query, "since"),
    lang: text(query, "lang"),
    content: text(query, "content") === "full" ? "full" : "excerpt",
    format: isFormat(format) ? format : "rss",
  };
}

/** The feed that the form describes: the sources for its address and the canonical query, or an error. */
export function feedOfForm(form: BuilderForm, settings: Settings): { name: string; query: string } | { error: string } {
  let without: string;
  try {
    without = parseSearchTerms(form.without)
      .flatMap(({ anyOf }) =>
        anyOf.map(({ text, titleOnly }) => `-${titleOnly ? "title:" : ""}"${text.replaceAll('"', "")}"`),
      )
      .join(" ");
  } catch (error) {
    return { error: `Without these words: ${(error as Error).message}` };
  }
  const query = new URLSearchParams({
    q: `${form.words} ${without}`.trim(),
    since: form.since,
    lang: form.lang,
    content: form.content,
  });
  const parsed = parseParameters(query);
  if ("error" in parsed) return { error: parsed.error.detail };
  const all = settings.sources.every(({ id }) => form.sources.includes(id));
  return { name: all ? "all" : form.sources.join("+"), query: canonicalQuery(parsed.values).toString() };
}
