/** Characters of one part. A Durable Object takes texts of 2 MB; a character takes three bytes at most. */
const MAX_LENGTH = 500_000;

/**
 * Values as JSON arrays, for `json_each`: so many rows are written by one statement. A value that is longer than a part
 * is a part by itself.
 */
export function* jsonParts(values: Iterable<unknown>): Iterable<string> {
  const all = [...values];
  // All at once: to make a text of each value takes several times as long.
  const text = JSON.stringify(all);
  const half = all.length >> 1;
  if (text.length > MAX_LENGTH && half > 0) {
    yield* jsonParts(all.slice(0, half));
    yield* jsonParts(all.slice(half));
  } else if (all.length > 0) yield text;
}
