/** Links between versions of an article (RFC 7089, "HTTP Framework for Time-Based Access to Resource States"). */

interface Memento {
  href: string;
  /** RFC 3339. */
  at: string;
}

interface MementoLinks {
  /** The article on the website. */
  original: string;
  timemap: string;
  /** Every version, oldest first. */
  mementos: readonly Memento[];
}

export const LINK_FORMAT = "application/link-format";

/** The date form of HTTP (RFC 9110, section 5.6.7), which `Memento-Datetime` has too (RFC 7089, section 2.1.1.1). */
export const httpDate = (at: string): string => new Date(at).toUTCString();

const mainLinks = ({ original, timemap }: MementoLinks, rel: "timemap" | "self"): string[] => [
  `<${original}>; rel="original"`,
  `<${timemap}>; rel="${rel}"; type="${LINK_FORMAT}"`,
];

/** The address that a citation should use (RFC 8574). */
const citeAs = (memento: Memento | undefined): string => `<${memento?.href}>; rel="cite-as"`;

/** How a version is related to all versions, and to the one of index `n`. */
const relationsOf = (i: number, { length }: readonly Memento[], n = Number.NaN): string[] =>
  Object.entries({ first: i === 0, last: i === length - 1, prev: i === n - 1, next: i === n + 1 }).flatMap(
    ([rel, isSo]) => (isSo ? rel : []),
  );

/**
 * The `Link` header of a version (RFC 7089, section 2.2): the original, the TimeMap, and the versions beside it.
 *
 * @param n index of the version in `mementos`
 */
export function mementoLinks(links: MementoLinks, n: number): string {
  const { mementos } = links;
  const versions = mementos.flatMap((memento, i) => {
    const rels = relationsOf(i, mementos, n);
    return rels.length > 0 || i === n ? mementoLink(memento, rels) : [];
  });
  return [...mainLinks(links, "timemap"), citeAs(mementos[n]), ...versions].join(", ");
}

/** The `Link` header of an article, whose newest version is to be cited. */
export const articleLinks = (links: MementoLinks): string =>
  [...mainLinks(links, "timemap"), citeAs(links.mementos.at(-1))].join(", ");

/** The TimeMap: all versions in application/link-format (RFC 7089, section 5; RFC 6690). */
export function timeMap(links: MementoLinks): string {
  const { mementos } = links;
  const [first, last] = [mementos[0], mementos.at(-1)];
  const span = first && last ? `; from="${httpDate(first.at)}"; until="${httpDate(last.at)}"` : "";
  const versions = mementos.map((memento, i) => mementoLink(memento, relationsOf(i, mementos)));
  return [mainLinks(links, "self").join(",\n") + span, ...versions].join(",\n");
}

const mementoLink = ({ href, at }: Memento, rels: readonly string[]): string =>
  `<${href}>; rel="${[...rels, "memento"].join(" ")}"; datetime="${httpDate(at)}"`;
