import { dayInWords } from "./pages/words.ts";

/** How to cite a version of an article: as a sentence, for BibTeX, and as CSL-JSON. Pure. */

interface CitedVersion {
  title: string;
  outlet: string;
  /** The printed day, `2026-01-30`. */
  day: string;
  language: string;
  /** The article on the website. */
  url: string;
  /** The version at this bridge. */
  permalink: string;
  /** Number of the version, 1 for the first. */
  n: number;
  /** When the bridge read it, RFC 3339. */
  at: string;
  /** Identifies the version, `kcnawatch-1769737240-205284-v2`. */
  id: string;
}

export interface Citation {
  text: string;
  bibtex: string;
  /** An item of CSL-JSON 1.0. */
  csl: Record<string, unknown>;
}

export function citationOf(version: CitedVersion): Citation {
  const { title, outlet, day, url, permalink, n, at } = version;
  const bridge = new URL(permalink).host;
  const read = dayInWords(at.slice(0, 10));
  return {
    text: `${outlet}, “${title}”, ${dayInWords(day)}, ${url}. Version ${n}, read by ${bridge} on ${read}, ${permalink}.`,
    bibtex: bibtexOf(version, bridge, read),
    csl: {
      id: version.id,
      type: "article-newspaper",
      title,
      "container-title": outlet,
      language: version.language,
      issued: { "date-parts": [dateParts(day)] },
      accessed: { "date-parts": [dateParts(at)] },
      URL: url,
      version: String(n),
      archive: bridge,
      archive_location: permalink,
    },
  };
}

const dateParts = (day: string): number[] => day.slice(0, 10).split("-").map(Number);

function bibtexOf(version: CitedVersion, bridge: string, read: string): string {
  const fields = {
    title: `{${texOf(version.title)}}`,
    author: `{${texOf(version.outlet)}}`,
    year: version.day.slice(0, 4),
    month: String(Number(version.day.slice(5, 7))),
    day: String(Number(version.day.slice(8, 10))),
    url: version.url.replaceAll("{", "%7B").replaceAll("}", "%7D"),
    urldate: version.at.slice(0, 10),
    note: `Version ${version.n}, read by ${texOf(bridge)} on ${read}: \\url{${version.permalink}}`,
    langid: version.language,
  };
  const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}},`);
  return `@misc{${version.id.replace(/[^\w.:-]/g, "-")},\n${lines.join("\n")}\n}`;
}

/** BibTeX counts braces that are escaped as well: a text must have none. */
const TEX: Record<string, string> = {
  "{": "\\textbraceleft{}",
  "}": "\\textbraceright{}",
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

/** A text with what TeX takes for commands escaped. */
const texOf = (text: string): string =>
  text.replace(/[\\~^{}&%$#_]/g, (character) => TEX[character] ?? `\\${character}`);
