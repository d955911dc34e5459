/**
 * What this process has counted since it started, for `/metrics`. Labels come from closed sets (routes, statuses, ids of
 * sources, reasons): what a client sends never becomes one.
 */
type CounterName = "requests" | "fetches" | "cache_hits" | "deliveries";
type Labels = Readonly<Record<string, string>>;

interface Counter {
  name: CounterName;
  labels: Labels;
  value: number;
}

const counts = new Map<string, Counter>();

/** Counts one more. */
export function count(name: CounterName, labels: Labels = {}): void {
  counterOf(name, labels).value++;
}

/** A counter to increment by its `value`, for what is too frequent to look it up by its labels. It begins with 0. */
export function counterOf(name: CounterName, labels: Labels = {}): Pick<Counter, "value"> {
  const key = name + JSON.stringify(labels);
  let counter = counts.get(key);
  if (!counter) {
    counter = { name, labels, value: 0 };
    counts.set(key, counter);
  }
  return counter;
}

/** The counters of a name that have counted something. */
export const countsOf = (name: CounterName): { labels: Labels; value: number }[] =>
  [...counts.values()].filter((each) => each.name === name && each.value > 0);
