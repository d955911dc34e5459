import { concatenate, type DataUrlFilter } from "../scrape/data-urls.ts";
import { decodeEucKr } from "./euc-kr.ts";

/** The bytes of a page, and the text that they are. */

/** Bytes of a page without the pictures inside it. */
export const MAX_PAGE_BYTES = 2 * 1024 * 1024;

/**
 * The bytes of a body; undefined if there are too many. Then the rest is not read.
 *
 * @param most bytes
 * @param filter leaves out the pictures inside a page; what is left may have `MAX_PAGE_BYTES`
 */
export async function readAtMost(
  message: Request | Response,
  most: number,
  filter?: DataUrlFilter,
): Promise<Uint8Array | undefined> {
  if (Number(message.headers.get("content-length") ?? 0) > most) {
    // The body of a request is not cancelled: that would close the connection before the response.
    if (message instanceof Response) await message.body?.cancel();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let [read, size] = [0, 0];
  const keep = (kept: Uint8Array) => {
    chunks.push(kept);
    size += kept.byteLength;
  };
  for await (const chunk of filter ? piecesOf(message.body) : (message.body ?? [])) {
    read += chunk.byteLength;
    // Copies, because a view would keep the whole chunk with its pictures in memory.
    if (filter) for (const kept of filter.push(chunk)) keep(kept.slice());
    else keep(chunk);
    if (read > most || (filter && size > MAX_PAGE_BYTES)) return undefined;
  }
  if (filter) keep(filter.end().slice());
  return filter && size > MAX_PAGE_BYTES ? undefined : concatenate(chunks);
}

/** Bytes that are read at a time, at most: otherwise Workers give 4 KB, and each wait costs more than the bytes. */
const PIECE = 64 * 1024;

/** A website's answer in large pieces. Whoever takes no more of them ends the download. */
async function* piecesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader({ mode: "byob" });
  try {
    for (let read = await reader?.read(new Uint8Array(PIECE)); reader && read && !read.done; ) {
      yield read.value;
      // Its bytes were used: the same memory takes the next ones.
      read = await reader.read(new Uint8Array(read.value.buffer));
    }
  } finally {
    await reader?.cancel();
  }
}

/**
 * Decompresses what the runtime has left compressed: workerd decodes only what it asks for (`gzip`, `br`), and some servers
 * send `deflate` or `x-gzip` to everybody, or do not say that they compress. Other bytes are returned as they are. What a
 * response says of its coding does not count: Node has decoded the body, but leaves the header.
 *
 * @returns undefined if they are more than a page may have
 */
export async function inflate(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const [first = 0, second = 0] = bytes;
  const isGzip = first === 0x1f && second === 0x8b;
  // A zlib header (RFC 1950, section 2.2); a page may begin with this letter.
  const isDeflate = first === 0x78;
  if (!isGzip && !isDeflate) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(isGzip ? "gzip" : "deflate"));
  // What cannot be decompressed is no page: its parser says so.
  return readAtMost(new Response(stream), MAX_PAGE_BYTES).catch(() => bytes);
}

/** The charsets in which pages were written before UTF-8, by language (Encoding Standard: `gb18030` includes GBK). */
const OLDER: Readonly<Record<string, string>> = { zh: "gb18030", ja: "shift_jis" };

/**
 * Decodes a page. Tries the charsets that it names (byte order mark, header, meta, XML declaration), UTF-8, and the older one
 * of its language or EUC-KR, because pages from Korea often name the wrong charset. If none fits, the one with the fewest
 * invalid bytes counts (a title that is cut within a character); they become U+FFFD.
 *
 * @param language of the source, BCP 47
 */
export function decode(bytes: Uint8Array, contentType: string, language = "ko"): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 2048));
  const mark = /^(?:(\xef\xbb\xbf)|(\xff\xfe)|\xfe\xff)/.exec(head);
  const named = [
    mark && (mark[1] ? "utf-8" : mark[2] ? "utf-16le" : "utf-16be"),
    /charset\s*=\s*["']?([\w:-]+)/i.exec(contentType)?.[1],
    // What is read as ASCII here is not in UTF-16, whatever it says (HTML, section 13.2.3.2).
    /<meta[^>]+charset\s*=\s*["']?(?!utf-?16)([\w:-]+)/i.exec(head)?.[1],
    /^\s*<\?xml[^>]+encoding\s*=\s*["'](?!utf-?16)([\w:-]+)/i.exec(head)?.[1],
  ].filter((charset) => typeof charset === "string");
  const charsets = [...named, "utf-8", OLDER[language.slice(0, 2)] ?? "euc-kr"];
  for (const charset of charsets) {
    const text = decodeAs(charset, bytes, true);
    if (text !== undefined) return text;
  }
  const texts = [...new Set(charsets)].map((charset) => decodeAs(charset, bytes, false) ?? "");
  const invalid = (text: string) => (text === "" ? bytes.length : text.split("\ufffd").length);
  return texts.reduce((best, text) => (invalid(text) < invalid(best) ? text : best));
}

/** The text, or undefined: the charset is unknown, or (`fatal`) the bytes are not in it. */
function decodeAs(charset: string, bytes: Uint8Array, fatal: boolean): string | undefined {
  try {
    const decoder = new TextDecoder(charset, { fatal, ignoreBOM: false });
    return decoder.encoding === "euc-kr" ? decodeEucKr(decoder, bytes) : decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
