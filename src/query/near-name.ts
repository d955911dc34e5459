import leven from "leven";

/** What other programs call the parameters. */
const SYNONYMS = new Map<string, string>(
  Object.entries({
    since: "from after start newer",
    until: "to end older",
    q: "s search query text keyword keywords words",
    limit: "n count num max size per_page items",
    lang: "hl language languages locale",
    sort: "order order_by",
    content: "full fulltext body",
    before: "cursor",
    filter: "match regex include",
    filterout: "exclude not",
  }).flatMap(([name, others]) => others.split(" ").map((other) => [other, name])),
);

/** The parameter that may be meant: a synonym, or one that shares all but two letters and half of its own. */
export function nearName(name: string, names: readonly string[]): string | undefined {
  const asked = name.slice(0, 40).toLowerCase();
  // "contents" and "content" are nearer to each other than their letters say.
  const distance = (known: string) => (known.length > 1 && asked.startsWith(known) ? 1.5 : leven(asked, known));
  const [near] = names
    .map((known) => ({ known, far: distance(known) }))
    .filter(({ known, far }) => far <= Math.min(2, known.length / 2))
    .sort((a, b) => a.far - b.far);
  return SYNONYMS.get(asked) ?? near?.known;
}
