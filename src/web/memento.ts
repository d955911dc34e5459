import type { ArticleDocument, VersionSummary } from "./article-document.ts";

/** Links between versions of an article (RFC 7089, "HTTP Framework for Time-Based Access to Resource States"). */

export const LINK_FORMAT = "application/link-format";

/** The date form of HTTP (RFC 9110, section 5.6.7), which `Memento-Datetime` has too (RFC 7089, section 2.1.1.1). */
export const httpDate = (at: string): string => new Date(at).toUTCString();

const mainLinks = ({ article, timemap }: ArticleDocument, rel: "timemap" | "self"): string[] => [
  `<${article.url}>; rel="original"`,
  `<${timemap}>; rel="${rel}"; type="${LINK_FORMAT}"`,
];

/** The address that a citation should use (RFC 8574). */
const citeAs = (version: VersionSummary | undefined): string => `<${version?.url}>; rel="cite-as"`;

/** How a version is related to all versions, and to the one of index `n`. */
function relationsOf(i: number, { length }: readonly VersionSummary[], n = Number.NaN): string[] {
  const relations = { first: i === 0, last: i === length - 1, prev: i === n - 1, next: i === n + 1 };
  return Object.entries(relations).flatMap(([rel, isSo]) => (isSo ? rel : []));
}

/**
 * The `Link` header of a version (RFC 7089, section 2.2): the original, the TimeMap, and the versions beside it.
 *
 * @param n index of the version
 */
export function mementoLinks(document: ArticleDocument, n: number): string {
  const { versions } = document;
  const links = versions.flatMap((version, i) => {
    const rels = relationsOf(i, versions, n);
    return rels.length > 0 || i === n ? mementoLink(version, rels) : [];
  });
  return [...mainLinks(document, "timemap"), citeAs(versions[n]), ...links].join(", ");
}

/** The `Link` header of an article, whose newest version is to be cited. */
export const articleLinks = (document: ArticleDocument): string =>
  [...mainLinks(document, "timemap"), citeAs(document.versions.at(-1))].join(", ");

/** The TimeMap: all versions in application/link-format (RFC 7089, section 5; RFC 6690). */
export function timeMap(document: ArticleDocument): string {
  const { versions } = document;
  const [first, last] = [versions[0], versions.at(-1)];
  const span = first && last ? `; from="${httpDate(first.at)}"; until="${httpDate(last.at)}"` : "";
  const links = versions.map((version, i) => mementoLink(version, relationsOf(i, versions)));
  return [mainLinks(document, "self").join(",\n") + span, ...links].join(",\n");
}

const mementoLink = ({ url, at }: VersionSummary, rels: readonly string[]): string =>
  `<${url}>; rel="${[...rels, "memento"].join(" ")}"; datetime="${httpDate(at)}"`;
