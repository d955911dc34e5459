/** Links between versions of an article (RFC 7089, "HTTP Framework for Time-Based Access to Resource States"). */

interface Memento {
  href: string;
  /** RFC 3339. */
  at: string;
}

export interface MementoLinks {
  /** The article on the website. */
  original: string;
  timemap: string;
  /** Every version, oldest first. */
  mementos: readonly Memento[];
}

export const LINK_FORMAT = "application/link-format";

/** The date form of HTTP (RFC 9110, section 5.6.7), which `Memento-Datetime` has too (RFC 7089, section 2.1.1.1). */
export const httpDate = (at: string): string => new Date(at).toUTCString();

/**
 * The `Link` header of a version (RFC 7089, section 2.2): the original, the TimeMap, and the versions beside it.
 *
 * @param n index of the version in `mementos`
 */
export function mementoLinks({ original, timemap, mementos }: MementoLinks, n: number): string {
  const beside = new Map<number, string[]>();
  const add = (i: number, rel: string) => {
    if (i >= 0 && i < mementos.length) beside.set(i, [...(beside.get(i) ?? []), rel]);
  };
  add(0, "first");
  add(mementos.length - 1, "last");
  add(n - 1, "prev");
  add(n + 1, "next");
  add(n, "");
  const versions = [...beside].sort(([a], [b]) => a - b).map(([i, rels]) => mementoLink(mementos[i] as Memento, rels));
  return [
    `<${original}>; rel="original"`,
    `<${timemap}>; rel="timemap"; type="${LINK_FORMAT}"`,
    // The address that a citation should use (RFC 8574).
    `<${mementos[n]?.href}>; rel="cite-as"`,
    ...versions,
  ].join(", ");
}

/** The `Link` header of an article, whose newest version is to be cited. */
export const articleLinks = ({ original, timemap, mementos }: MementoLinks): string =>
  [
    `<${original}>; rel="original"`,
    `<${timemap}>; rel="timemap"; type="${LINK_FORMAT}"`,
    `<${mementos.at(-1)?.href}>; rel="cite-as"`,
  ].join(", ");

/** The TimeMap: all versions in application/link-format (RFC 7089, section 5; RFC 6690). */
export function timeMap({ original, timemap, mementos }: MementoLinks): string {
  const [first, last] = [mementos[0], mementos.at(-1)];
  const span = first && last ? `; from="${httpDate(first.at)}"; until="${httpDate(last.at)}"` : "";
  const versions = mementos.map((memento, i) =>
    mementoLink(memento, [...(i === 0 ? ["first"] : []), ...(i === mementos.length - 1 ? ["last"] : [])]),
  );
  return [`<${original}>; rel="original"`, `<${timemap}>; rel="self"; type="${LINK_FORMAT}"${span}`, ...versions].join(
    ",\n",
  );
}

const mementoLink = ({ href, at }: Memento, rels: readonly string[]): string =>
  `<${href}>; rel="${[...rels, "memento"].filter(Boolean).join(" ")}"; datetime="${httpDate(at)}"`;
