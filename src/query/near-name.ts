import leven from "leven";

/**
 * The name that was probably meant, by edit distance: at most `most`, and at most half the length of the name, because short
 * names are near to everything.
 */
export function nearest(typed: string, names: readonly string[], most: number, distanceTo = leven): string | undefined {
  const [near] = names
    .map((name) => ({ name, distance: distanceTo(name, typed) }))
    .filter(({ name, distance }) => distance <= Math.min(most, name.length / 2))
    .sort((a, b) => a.distance - b.distance);
  return near?.name;
}

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

/** The parameter that the reader probably meant: a synonym, or the nearest name. */
export function nearParameter(name: string, knownNames: readonly string[]): string | undefined {
  const typed = name.slice(0, 40).toLowerCase();
  const meant = SYNONYMS.get(typed) ?? "";
  if (knownNames.includes(meant)) return meant;
  // A known name with letters added ("contents") counts as 1.5 edits, however many letters were added.
  return nearest(typed, knownNames, 2, (known) =>
    known.length > 1 && typed.startsWith(known) ? 1.5 : leven(typed, known),
  );
}
