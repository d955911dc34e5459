/** What two texts have in common at their start and at their end. */

/** Characters that are compared at once: as a slice, natively. */
const BLOCK = 256;

/** UTF-16 units at the start that are the same. */
export function commonStartLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + BLOCK <= most && a.slice(at, at + BLOCK) === b.slice(at, at + BLOCK)) at += BLOCK;
  // Beyond the end of a text it is NaN, which equals nothing.
  while (a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

/** UTF-16 units at the end that are the same, `most` at most. */
export function commonEndLength(a: string, b: string, most: number): number {
  const endOf = (text: string, length: number) => text.slice(text.length - length - BLOCK, text.length - length);
  let length = 0;
  while (length + BLOCK <= most && endOf(a, length) === endOf(b, length)) length += BLOCK;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)) length++;
  return length;
}
