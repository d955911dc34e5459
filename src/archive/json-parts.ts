/** Characters of one part. A Durable Object takes texts of 2 MB; a character takes three bytes at most. */
const MAX_LENGTH = 500_000;

/**
 * Values as JSON arrays, for `json_each`: one statement writes many rows. A value that is longer than a part is a part
 * by itself.
 */
export function* jsonParts(values: Iterable<unknown>): Iterable<string> {
  const all = [...values];
  // Many values at a time: making a text of each value takes several times as long.
  let size = Math.ceil(MAX_LENGTH / 2 / JSON.stringify(all[0] ?? null).length);
  for (let at = 0; at < all.length; ) {
    const text = JSON.stringify(all.slice(at, at + size));
    if (text.length > MAX_LENGTH && size > 1) size >>= 1;
    else {
      yield text;
      at += size;
      if (text.length < MAX_LENGTH / 4) size *= 2;
    }
  }
}
