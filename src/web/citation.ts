import { koreanDay } from "../time.ts";
import type { ArticleDocument, VersionDocument } from "./article-document.ts";
import { dayInWords } from "./pages/words.ts";

/** How to cite a version of an article: as a sentence, for BibTeX, and as CSL-JSON. Pure. */

/** How to cite a version of an article: the bridge that read it is named by the host of the version's address. */
export function citationOf(document: ArticleDocument, version: VersionDocument) {
  const { article, outlet } = document;
  const { n, at, title, url: permalink } = version;
  const id = `${article.site}-${article.key}-v${n}`;
  const bridge = new URL(permalink).host;
  // In Korea, as the article's day is: at night in Korea, the day in UTC is the one before.
  const dayRead = koreanDay(Date.parse(at));
  const read = dayInWords(dayRead);
  const words = `${outlet}, “${title}”, ${dayInWords(article.day)}, ${article.url}`;
  return {
    text: `${words}. Version ${n}, read by ${bridge} on ${read}, ${permalink}.`,
    bibtex: bibtexOf(id, {
      title: `{${texOf(title)}}`,
      author: `{${texOf(outlet)}}`,
      year: article.day.slice(0, 4),
      month: String(Number(article.day.slice(5, 7))),
      day: String(Number(article.day.slice(8, 10))),
      url: article.url.replaceAll("{", "%7B").replaceAll("}", "%7D"),
      urldate: dayRead,
      note: `Version ${n}, read by ${texOf(bridge)} on ${read}: \\url{${permalink}}`,
      langid: article.language,
    }),
    /** An item of CSL-JSON 1.0. */
    csl: {
      id,
      type: "article-newspaper",
      title,
      "container-title": outlet,
      language: article.language,
      issued: { "date-parts": [dateParts(article.day)] },
      accessed: { "date-parts": [dateParts(dayRead)] },
      URL: article.url,
      version: String(n),
      archive: bridge,
      archive_location: permalink,
    },
  };
}

const dateParts = (day: string): number[] => day.split("-").map(Number);

function bibtexOf(id: string, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}},`);
  return `@misc{${citeKey(id)},\n${lines.join("\n")}\n}`;
}

/** Characters that BibTeX does not take in a key are their numbers: with the same sign for all, two articles had one key. */
const citeKey = (id: string): string =>
  id.replace(/[^\w.:-]/gu, (character) => character.codePointAt(0)?.toString(16) ?? "");

/** BibTeX counts braces that are escaped as well: a text must have none. */
const TEX: Record<string, string> = {
  "{": "\\textbraceleft{}",
  "}": "\\textbraceright{}",
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  // Fonts of TeX's default encoding (OT1) have other signs in their places.
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
};

/** A text with what TeX takes for commands, or prints as another sign, escaped. */
const texOf = (text: string): string =>
  text.replace(/[\\~^{}<>|&%$#_]/g, (character) => TEX[character] ?? `\\${character}`);
