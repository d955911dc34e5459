/** 64 bits of a text as letters and digits. Fast, and not for secrets. */
export const fingerprint = (text: string): string =>
  hashesOf(text)
    .map((hash) => hash.toString(36))
    .join("");

/** Two hashes of a text, 32 bits each: FNV-1a with two seeds. */
export function hashesOf(text: string): [high: number, low: number] {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return [a >>> 0, b >>> 0];
}
