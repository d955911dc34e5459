import type { View } from "../../archive/find.ts";
import type { Query } from "../../query/query.ts";
import type { Source } from "../../sites/site.ts";
import { filtersOf, queryWith, typedWords } from "../filters.ts";
import { type Base, pageUrl } from "../links.ts";
import type { SearchField } from "./layout.tsx";
import { languageName } from "./words.ts";

/** Controls for the filters of a feed: chips remove them, links switch source, language, time and text. */

/** What the address of a feed says. */
interface AddressProps {
  base: Base;
  name: string;
  view: View;
  query: Query;
}

/** Sources that have a chip each. The link of each names all others: of a thousand sources they would be 5 MB. */
const MAX_SOURCE_CHIPS = 40;

/** The filters of a list, each with a link to the list without it. */
export function Chips({ base, name, view, query, selected }: AddressProps & { selected: readonly Source[] }) {
  const urlOf = (sources: string, of: View, filters: string) => pageUrl(base, sources, of, filters);
  const kept = queryWith(query.canonical, "before", "");
  const chips = filtersOf(query).map(({ label, without }) => ({ label, href: urlOf(name, view, without) }));
  if (typeof view === "object") chips.unshift({ label: view.month, href: urlOf(name, "newest", kept) });
  if (name !== "all") {
    const without = (id: string) =>
      name
        .split("+")
        .filter((other) => other !== id)
        .join("+") || "all";
    if (selected.length > MAX_SOURCE_CHIPS)
      chips.unshift({ label: `${selected.length} sources`, href: urlOf("all", view, kept) });
    else chips.unshift(...selected.map(({ id, name: label }) => ({ label, href: urlOf(without(id), view, kept) })));
  }
  return (
    <ul class="chips" aria-label="Filters">
      {name === "all" && (
        <li>
          <span>All sources</span>
        </li>
      )}
      {chips.map(({ label, href }) => (
        <li>
          {label}
          <a href={href} aria-label={`Remove: ${label}`}>
            ×
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Spans of time that one click chooses. */
const SPANS = [
  ["24 hours", "24h"],
  ["7 days", "7d"],
  ["30 days", "30d"],
  ["a year", "365d"],
] as const;

/**
 * Links that choose a language, a span of time, and excerpts or full texts.
 *
 * @param languages of the articles, as tags
 */
export function Switches({ base, name, view, query, languages }: AddressProps & { languages: readonly string[] }) {
  const urlWith = (parameter: "lang" | "since" | "content", value: string) =>
    pageUrl(base, name, view, queryWith(query.canonical, parameter, value));
  const asked = new URLSearchParams(query.canonical);
  return (
    <div class="narrow">
      {languages.length > 1 && (
        <Switch
          label="Language"
          current={asked.get("lang") ?? ""}
          options={[["all", ""], ...languages.map((tag) => [languageName(tag), tag] as const)]}
          urlOf={(value) => urlWith("lang", value)}
        />
      )}
      {typeof view !== "object" && (
        <Switch
          label="Time"
          current={asked.get("since") ?? ""}
          options={[["all", ""], ...SPANS]}
          urlOf={(value) => urlWith("since", value)}
        />
      )}
      {view !== "changes" && (
        <Switch
          label="Text"
          current={asked.get("content") ?? ""}
          options={[
            ["excerpts", ""],
            ["full texts", "full"],
          ]}
          urlOf={(value) => urlWith("content", value)}
        />
      )}
    </div>
  );
}

interface SwitchProps {
  label: string;
  current: string;
  options: readonly (readonly [label: string, value: string])[];
  urlOf(value: string): string;
}

function Switch({ label, current, options, urlOf }: SwitchProps) {
  return (
    <nav class="switches" aria-label={label}>
      <span>{label}:</span>
      {options.map(([text, value]) => (
        <a href={urlOf(value)} {...(value === current && { "aria-current": "true" })}>
          {text}
        </a>
      ))}
    </nav>
  );
}

/** Links to the same list of another source. */
export function SourceSwitch({ base, name, view, query, sources }: AddressProps & { sources: readonly Source[] }) {
  const plain = queryWith(query.canonical, "before", "");
  return (
    <ul class="plain list">
      {[{ id: "all", name: "All sources" }, ...sources].map(({ id, name: label }) => (
        <li>
          <a href={pageUrl(base, id, view, plain)} {...(id === name && { "aria-current": "page" })}>
            {label}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** The search field of a list: it searches the same sources, and keeps the other filters. */
export const searchIn = ({ name, view, query }: Omit<AddressProps, "base">): SearchField => ({
  path: new URL(pageUrl({ url: "http://bridge" }, name, view)).pathname,
  q: typedWords(query.terms),
  others: [...new URLSearchParams(query.canonical)].filter(([name]) => name !== "q" && name !== "before"),
});
