/** Tells a picture of an article from a logo by its address. */

/** Where pages that load pictures late keep the address; `src` is a placeholder's then. */
const LATE = ["data-src", "data-lazy-src", "data-original"];

/** The addresses that an image's attributes name, the picture's own first. */
export const addressesOf = (attribs: Readonly<Record<string, string>>): string[] =>
  [...LATE.map((name) => attribs[name]), attribs.src].filter((address) => address !== undefined);

/** Words that alone make an image none of an article. */
const NONE = /^(?:icons?|favicon|default|placeholder|avatar|spacer|blank|pixel|noimage)$/;
/** Words that a logo's name has beside the medium's. */
const BESIDE =
  "english korean chinese japanese spanish russian french arabic en kr ko cn jp sp es ru fr ar the of".split(" ");

/**
 * Distinguishes logos from pictures by the path of their address: `kcna-english.png`, `rodong-sinmun-150x150.jpg` and
 * `default.png` are logos; `photo.jpg` and `kcna-20260130.jpg` (with a number) are none.
 *
 * @param media names of the media whose logos may be shown
 */
export function logoDetector(media: readonly string[]): (pathname: string) => boolean {
  const named = new Set([...media.flatMap((name) => wordsOf(name.toLowerCase())), ...BESIDE]);
  return (pathname) => {
    const file = pathname.slice(pathname.lastIndexOf("/") + 1).toLowerCase();
    // WordPress adds a size to the names of what it has scaled.
    const name = file.replace(/\.[a-z]+$/, "").replace(/-\d+x\d+$/, "");
    const words = wordsOf(name);
    if (/logo|^(?:new|hot)\d?$/.test(name) || words.some((word) => NONE.test(word))) return true;
    return words.length > 0 && words.every((word) => named.has(word)) && !/\d{3}/.test(name);
  };
}

const wordsOf = (text: string): string[] => text.match(/[a-z]+/g) ?? [];

/** Whether WordPress's folder (`/2015/11/`) is of a month a year or more before the day: what is used again and again. */
export function isUploadedBefore(pathname: string, day: string): boolean {
  const [, year, month] = /.*\/(\d{4})\/(\d{2})\/[^/]*$/.exec(pathname) ?? [];
  return `${Number(year) + 1}-${month}` <= day;
}
