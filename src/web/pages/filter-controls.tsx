import type { View } from "../../archive/search.ts";
import type { Name } from "../../query/parameters.ts";
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

type Option = readonly [label: string, value: string];

const ALL: Option = ["all", ""];
/** Spans of time that one click chooses. */
const SPANS: readonly Option[] = [ALL, ["24 hours", "24h"], ["7 days", "7d"], ["30 days", "30d"], ["a year", "365d"]];
const CHANGES: readonly Option[] = [ALL, ["substantial edits", "substantial"], ["deletions and returns", "none"]];
const TEXTS: readonly Option[] = [
  ["excerpts", ""],
  ["full texts", "full"],
];

/**
 * Links that choose a language, a span of time, and excerpts or full texts, or which changes.
 *
 * @param languages of the articles, as tags
 */
export function Switches({ languages, ...address }: AddressProps & { languages: readonly string[] }) {
  const { view } = address;
  const tags = languages.map((tag): Option => [languageName(tag), tag]);
  return (
    <div class="narrow">
      {languages.length > 1 && <Switch {...address} label="Language" parameter="lang" options={[ALL, ...tags]} />}
      {typeof view !== "object" && <Switch {...address} label="Time" parameter="since" options={SPANS} />}
      {view === "changes" ? (
        <Switch {...address} label="Changes" parameter="edits" options={CHANGES} />
      ) : (
        <Switch {...address} label="Text" parameter="content" options={TEXTS} />
      )}
    </div>
  );
}

interface SwitchProps extends AddressProps {
  label: string;
  parameter: Name;
  options: readonly Option[];
}

function Switch({ base, name, view, query: { canonical }, label, parameter, options }: SwitchProps) {
  const current = new URLSearchParams(canonical).get(parameter) ?? "";
  return (
    <nav class="switches" aria-label={label}>
      <span>{label}:</span>
      {options.map(([text, value]) => (
        <a
          href={pageUrl(base, name, view, queryWith(canonical, parameter, value))}
          {...(value === current && { "aria-current": "true" })}
        >
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

/** A link to the changes of the same articles, or from there to the articles. */
export function ViewSwitch({ base, name, view, query }: AddressProps) {
  const kept = queryWith(query.canonical, "before", "");
  return view === "changes" ? (
    <a href={pageUrl(base, name, "newest", queryWith(kept, "edits", ""))}>Articles</a>
  ) : (
    <a href={pageUrl(base, name, "changes", kept)}>Changes</a>
  );
}

/** The search field of a list: it searches the same sources, and keeps the other filters. */
export const searchIn = ({ name, view, query }: Omit<AddressProps, "base">): SearchField => ({
  path: new URL(pageUrl({ url: "http://bridge" }, name, view)).pathname,
  q: typedWords(query.terms),
  others: [...new URLSearchParams(query.canonical)].filter(([name]) => name !== "q" && name !== "before"),
});
