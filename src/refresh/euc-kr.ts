import { memoize } from "../memoize.ts";

/**
 * The charset `euc-kr` of the web, which is windows-949 (Encoding Standard, section "euc-kr"): KS X 1001 and the syllables of
 * Hangul that it lacks. Node's decoder knows KS X 1001 alone, and reads a `똠` as `c` and what comes after it as another.
 */

/**
 * @param decoder for `euc-kr`
 * @throws TypeError if the decoder is fatal and the bytes are not in this charset
 */
export function decodeEucKr(decoder: TextDecoder, bytes: Uint8Array): string {
  const others = othersOf("euc-kr");
  if (others.length === 0) return decoder.decode(bytes);
  // Decoded at once, with a mark for each of them: a decoder takes long to start.
  const marked = new Uint8Array(bytes.length);
  const syllables: string[] = [];
  let length = 0;
  for (let i = 0; i < bytes.length; ) {
    const [lead, trail] = [bytes[i] as number, bytes[i + 1] ?? 0];
    const other = lead > 0x80 ? others[pointerOf(lead, trail)] : undefined;
    if (other !== undefined || lead === MARK) syllables.push(other ?? "\x1a");
    marked[length++] = other === undefined ? lead : MARK;
    const isStandard = lead > 0xa0 && trail > 0xa0;
    if (isStandard) marked[length++] = trail;
    i += other !== undefined || isStandard ? 2 : 1;
  }
  const between = decoder.decode(marked.subarray(0, length)).split("\x1a");
  // A decoder may take a mark for the second byte of a character that is cut.
  if (between.length !== syllables.length + 1) return decoder.decode(bytes);
  return between.map((text, i) => text + (syllables[i] ?? "")).join("");
}

/** A control character (SUB), which no page has. */
const MARK = 0x1a;

/** The syllables beyond KS X 1001, in the order of Unicode, as windows-949 has them; none if the runtime knows them itself. */
const othersOf = memoize((charset): readonly string[] => {
  const decoder = new TextDecoder(charset);
  const read = (lead: number, trail: number) => decoder.decode(new Uint8Array([lead, trail]));
  if (read(0x8c, 0x63) === "똠") return [];
  const standard = new Set<string>();
  for (let lead = 0xb0; lead <= 0xc8; lead++)
    for (let trail = 0xa1; trail <= 0xfe; trail++) standard.add(read(lead, trail));
  const all = Array.from({ length: 0xd7a4 - 0xac00 }, (_, i) => String.fromCharCode(0xac00 + i));
  return all.filter((syllable) => !standard.has(syllable));
});

/** Second bytes up to lead 0xA0: `A` to `Z`, `a` to `z`, 0x81 to 0xFE; from lead 0xA1 on, those below 0xA1. */
const WIDE = 178;
const NARROW = 84;

/** The index of two bytes among the other syllables; -1 if they are none. */
function pointerOf(lead: number, trail: number): number {
  const column =
    trail > 0x80
      ? trail - 0x81 + 52
      : trail > 0x60 && trail < 0x7b
        ? trail - 0x61 + 26
        : trail < 0x5b
          ? trail - 0x41
          : -1;
  const isWide = lead < 0xa1;
  if (column < 0 || column >= (isWide ? WIDE : NARROW)) return -1;
  return isWide ? (lead - 0x81) * WIDE + column : 0x20 * WIDE + (lead - 0xa1) * NARROW + column;
}
