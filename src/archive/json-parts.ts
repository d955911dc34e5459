/** Characters of one part. A Durable Object takes texts of 2 MB; a character takes three bytes at most. */
const MAX_LENGTH = 500_000;

/**
 * Values as JSON arrays, for `json_each`: so many rows are written by one statement. A value that is longer than a part
 * is a part by itself.
 */
export function* jsonParts(values: Iterable<unknown>): Iterable<string> {
  let part: string[] = [];
  let length = 0;
  for (const value of values) {
    const text = JSON.stringify(value);
    if (length + text.length > MAX_LENGTH && part.length > 0) {
      yield `[${part.join(",")}]`;
      [part, length] = [[], 0];
    }
    part.push(text);
    length += text.length;
  }
  if (part.length > 0) yield `[${part.join(",")}]`;
}
