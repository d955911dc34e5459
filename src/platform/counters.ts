/**
 * What this process has counted since it started, for `/metrics`. Labels come from closed sets (routes, statuses, ids of
 * sources, reasons): what a client sends never becomes one.
 */
type CounterName = "requests" | "fetches" | "cache_hits" | "deliveries";
type Labels = Readonly<Record<string, string>>;

const counts = new Map<string, { name: CounterName; labels: Labels; value: number }>();

export function count(name: CounterName, labels: Labels = {}): void {
  const key = name + JSON.stringify(labels);
  const known = counts.get(key);
  if (known) known.value++;
  else counts.set(key, { name, labels, value: 1 });
}

/** The counts of one name, by labels. */
export const countsOf = (name: CounterName): { labels: Labels; value: number }[] =>
  [...counts.values()].filter((each) => each.name === name);
