import { bareTitle } from "../scrape/titles.ts";

/** A title of an outlet in one language as a number below 2^53; two titles that differ have the same one by accident only. */
export function titleHash(outlet: string, language: string, title: string): number {
  const text = `${outlet}\n${language.toLowerCase()}\n${bareTitle(title)}`;
  // FNV-1a, twice from different beginnings.
  let [high, low] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    high = Math.imul(high ^ text.charCodeAt(i), 0x01000193);
    low = Math.imul(low ^ text.charCodeAt(i), 0x85ebca6b);
  }
  return (high & 0x1fffff) * 0x100000000 + (low >>> 0);
}
