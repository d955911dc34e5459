/**
 * Removes the content of pictures' `data:` URLs (RFC 2397) while a page is still being received. Some websites put
 * pictures of several megabytes into a page, and the bridge keeps none of them. The URL itself stays, empty.
 */
export class DataUrlFilter {
  #pending = new Uint8Array(0);
  /** Within a URL: the bytes of which one ends it. */
  #ends: readonly number[] | undefined;

  /** The bytes of a chunk that are kept, as views of it; the last few may come with the next chunk. */
  push(chunk: Uint8Array): Uint8Array[] {
    const bytes = this.#pending.length === 0 ? chunk : concatenate([this.#pending, chunk]);
    this.#pending = new Uint8Array(0);
    const kept: Uint8Array[] = [];
    let from = 0;
    for (;;) {
      if (this.#ends) {
        const end = firstOf(bytes, this.#ends, from);
        if (end < 0) return kept;
        this.#ends = undefined;
        from = end;
      }
      const colon = startOf(bytes, from);
      if (colon === undefined || colon + IMAGE.length >= bytes.length) {
        // What may be the beginning of a URL waits for the next chunk.
        const held = Math.max(from, Math.min(colon ?? bytes.length, bytes.length) - DATA.length - 1);
        kept.push(bytes.subarray(from, held));
        this.#pending = bytes.slice(held);
        return kept;
      }
      kept.push(bytes.subarray(from, colon + 1));
      this.#ends = endsOf(bytes[colon - DATA.length - 1]);
      from = colon + 1;
    }
  }

  /** The bytes that are still waiting when the page has ended. */
  end(): Uint8Array {
    const rest = this.#pending;
    this.#pending = new Uint8Array(0);
    return rest;
  }
}

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));
const COLON = 58;
const DATA = ascii("data");
const LAST_OF_DATA = DATA.at(-1);
const IMAGE = ascii("image/");
const QUOTES = ascii("\"'");
const PARENTHESIS = ascii("(");

/** The colon of the first `data:image/`, also where the bytes end before it is decided; undefined if none is. */
function startOf(bytes: Uint8Array, from: number): number | undefined {
  for (let colon = bytes.indexOf(COLON, from); colon >= 0; colon = bytes.indexOf(COLON, colon + 1)) {
    // Most colons belong to other things: the letter before shows that at once.
    if (((bytes[colon - 1] ?? 0) | 0x20) !== LAST_OF_DATA) continue;
    if (occurs(bytes, DATA, colon - DATA.length, from) && occurs(bytes, IMAGE, colon + 1, from)) return colon;
  }
  return undefined;
}

/** Whether these bytes are a word, in upper or lower case. */
const occurs = (bytes: Uint8Array, word: readonly number[], at: number, from: number): boolean =>
  at >= from && word.every((byte, i) => at + i >= bytes.length || ((bytes[at + i] ?? 0) | 0x20) === (byte | 0x20));

/** What ends a URL, by the byte before it. */
function endsOf(before = 0): readonly number[] {
  if (QUOTES.includes(before)) return [before];
  return ascii(PARENTHESIS.includes(before) ? ")" : "\"'> \n");
}

function firstOf(bytes: Uint8Array, wanted: readonly number[], from: number): number {
  const found = wanted.map((byte) => bytes.indexOf(byte, from)).filter((at) => at >= 0);
  return found.length > 0 ? Math.min(...found) : -1;
}

/** One array of the bytes of all, in order. */
export function concatenate(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
