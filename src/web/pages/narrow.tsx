import type { View } from "../../archive/find.ts";
import type { Query } from "../../query/query.ts";
import type { Source } from "../../sites/site.ts";
import { filtersOf, queryWith, typedWords } from "../filters.ts";
import { type Base, feedUrl } from "../links.ts";
import type { SearchField } from "./layout.tsx";
import { languageName } from "./words.ts";

/** What narrows a list: chips to remove its filters, and links to switch source, language and time. */

interface ListProps {
  base: Base;
  /** The sources, as the path spells them. */
  name: string;
  view: View;
  query: Query;
}

interface ChipsProps extends ListProps {
  selected: readonly Source[];
}

export function Chips({ base, name, view, query, selected }: ChipsProps) {
  const { canonical } = query;
  const plain = queryWith(canonical, "before", "");
  const sources =
    name === "all"
      ? []
      : selected.map(({ id, name: label }) => {
          const others = name.split("+").filter((other) => other !== id);
          return { label, href: feedUrl(base, others.join("+") || "all", view, undefined, plain) };
        });
  const month =
    typeof view === "object" ? [{ label: view.month, href: feedUrl(base, name, "newest", undefined, plain) }] : [];
  const filters = filtersOf(query).map(({ label, without }) => ({
    label,
    href: feedUrl(base, name, view, undefined, without),
  }));
  return (
    <ul class="chips" aria-label="Filters">
      {name === "all" ? (
        <li>
          <span>All sources</span>
        </li>
      ) : (
        ""
      )}
      {[...sources, ...month, ...filters].map(({ label, href }) => (
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

interface SwitchesProps extends ListProps {
  /** Languages of the articles, as tags. */
  languages: readonly string[];
}

/** Links that choose a language and a span of time. */
export function Switches({ base, name, view, query, languages }: SwitchesProps) {
  const urlWith = (parameter: "lang" | "since" | "content", value: string) =>
    feedUrl(base, name, view, undefined, queryWith(query.canonical, parameter, value));
  const asked = new URLSearchParams(query.canonical);
  return (
    <div class="narrow">
      {languages.length > 1 ? (
        <Choice
          label="Language"
          current={asked.get("lang") ?? ""}
          options={[["all", ""], ...languages.map((tag) => [languageName(tag), tag] as const)]}
          urlOf={(value) => urlWith("lang", value)}
        />
      ) : (
        ""
      )}
      {typeof view === "object" ? (
        ""
      ) : (
        <Choice
          label="Time"
          current={asked.get("since") ?? ""}
          options={[["all", ""], ...SPANS]}
          urlOf={(value) => urlWith("since", value)}
        />
      )}
      {view === "changes" ? (
        ""
      ) : (
        <Choice
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

interface ChoiceProps {
  label: string;
  current: string;
  options: readonly (readonly [label: string, value: string])[];
  urlOf(value: string): string;
}

function Choice({ label, current, options, urlOf }: ChoiceProps) {
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

interface SourceSwitchProps extends ListProps {
  sources: readonly Source[];
}

/** Links to the same list of another source. */
export function SourceSwitch({ base, name, view, query, sources }: SourceSwitchProps) {
  const plain = queryWith(query.canonical, "before", "");
  return (
    <ul class="plain list">
      {[{ id: "all", name: "All sources" }, ...sources].map(({ id, name: label }) => (
        <li>
          <a href={feedUrl(base, id, view, undefined, plain)} {...(id === name && { "aria-current": "page" })}>
            {label}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** The search field of a list: it searches the same sources, and keeps the other filters. */
export const searchIn = ({ name, view, query }: Omit<ListProps, "base">): SearchField => ({
  path: new URL(feedUrl({ url: "http://bridge" }, name, view, undefined, "")).pathname,
  q: typedWords(query.terms),
  others: [...new URLSearchParams(query.canonical)].filter(([name]) => name !== "q" && name !== "before"),
});
