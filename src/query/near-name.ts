import leven from "leven";

/** Names that other programs use for our parameters. */
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

/**
 * The parameter that the reader probably meant: a synonym, or the nearest name by edit distance. The distance is at
 * most 2 and at most half the length of the known name, because short names are near to everything.
 */
export function nearName(name: string, knownNames: readonly string[]): string | undefined {
  const typed = name.slice(0, 40).toLowerCase();
  // A known name with letters added ("contents") counts as 1.5 edits, however many letters were added.
  const distanceTo = (known: string) => (known.length > 1 && typed.startsWith(known) ? 1.5 : leven(typed, known));
  const [nearest] = knownNames
    .map((known) => ({ known, distance: distanceTo(known) }))
    .filter(({ known, distance }) => distance <= Math.min(2, known.length / 2))
    .sort((a, b) => a.distance - b.distance);
  const meant = SYNONYMS.get(typed) ?? "";
  return knownNames.includes(meant) ? meant : nearest?.known;
}
