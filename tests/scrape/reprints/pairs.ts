import { random } from "../../random.ts";
import { ENGLISH, type Form, KOREAN } from "./templates.ts";

/** Labelled pairs of articles, made from the forms with a fixed seed. */
export interface Pair {
  language: "en" | "ko";
  kind: string;
  isReprint: boolean;
  a: string;
  b: string;
}

type Random = () => number;
const oneOf = <T>(list: readonly T[], next: Random): T => list[Math.floor(next() * list.length)] as T;

type Filled = Record<string, string>;
const fill = (paragraphs: readonly string[], words: Filled): string[] =>
  paragraphs.map((text) => text.replace(/\{([^}]+)\}/g, (_, name: string) => words[name] ?? ""));

const wordsOf = ({ words }: Form, next: Random): Filled =>
  Object.fromEntries(Object.entries(words).map(([name, list]) => [name, oneOf(list, next)]));

/** Other words for some of the places, always for one: the same form of another event. */
function otherWords({ words }: Form, before: Filled, next: Random): Filled {
  const names = Object.keys(words);
  const always = oneOf(names, next);
  return Object.fromEntries(
    names.map((name) => {
      const others = (words[name] ?? []).filter((word) => word !== before[name]);
      return [name, name === always || next() < 0.5 ? oneOf(others, next) : (before[name] as string)];
    }),
  );
}

/** What outlets do to a text that they reprint. */
type Change = (paragraphs: string[], language: Form["language"], next: Random) => string[];

const cutTheEnd: Change = (paragraphs) => (paragraphs.length > 2 ? paragraphs.slice(0, -1) : paragraphs);
const cutASentence: Change = (paragraphs, _, next) => {
  const at = 1 + Math.floor(next() * (paragraphs.length - 1));
  return paragraphs.map((text, i) => {
    const sentences = text.split(/(?<=[.다]\.?) (?=\p{Lu}|\p{Script=Hangul})/u);
    return i === at && sentences.length > 1 ? sentences.filter((_, j) => j !== 1).join(" ") : text;
  });
};
const typography: Change = (paragraphs, language) =>
  paragraphs.map((text) =>
    language === "en"
      ? text
          .replaceAll("'", "’")
          .replaceAll(" - ", " – ")
          .replace(/-(?=year|rise)/g, " ")
      : text
          .replaceAll("《", "“")
          .replaceAll("》", "”")
          .replaceAll("~", "～")
          .replace(/\d/g, (d) => String.fromCharCode(0xff10 + Number(d))),
  );
/** The North writes together what others write apart. */
const spacing: Change = (paragraphs, language) =>
  paragraphs.map((text) =>
    language === "en"
      ? text.replaceAll(", ", ",  ")
      : text
          .replaceAll("두 나라", "두나라")
          .replaceAll("우리 나라", "우리나라")
          .replace(/(하고|되고|주고)있/g, "$1 있")
          .replace(/(?<=[가-힣])속에서/g, " 속에서"),
  );
const titles: Change = (paragraphs, language) =>
  paragraphs.map((text) =>
    language === "en"
      ? text
          .replace(
            "The respected Comrade Kim Jong Un, president of the State Affairs of the Democratic People's Republic of Korea,",
            "Kim Jong Un, general secretary of the Workers' Party of Korea and president of the State Affairs of the Democratic People's Republic of Korea,",
          )
          .replace("The respected Comrade Kim Jong Un sent", "Kim Jong Un sent")
      : text.replace(
          "경애하는 김정은동지께서",
          "조선로동당 총비서이시며 조선민주주의인민공화국 국무위원장이신 경애하는 김정은동지께서",
        ),
  );
/** A slip: two letters of a long word changed places, or a letter is missing; a particle is another one. */
const slip: Change = (paragraphs, language, next) => {
  const at = Math.floor(next() * paragraphs.length);
  return paragraphs.map((text, i) => {
    if (i !== at) return text;
    if (language === "ko") return text.replace("하였다", "했다");
    const words = text.split(" ");
    const long = words.flatMap((word, j) => (/^[a-z]{8,}$/.test(word) ? [j] : []));
    const chosen = oneOf(long, next);
    return words.map((word, j) => (j === chosen ? `${word.slice(0, 3)}${word.slice(4)}` : word)).join(" ");
  });
};
const CHANGES = { cutTheEnd, cutASentence, typography, spacing, titles, slip };

const DATELINES: Record<Form["language"], readonly string[]> = {
  en: [
    "Pyongyang, January 30 (KCNA) -- ",
    "Pyongyang, Jan. 31 (Rodong Sinmun) -- ",
    "PYONGYANG, January 30 (KCNA) — ",
    "",
  ],
  ko: ["(평양 1월 30일발 조선중앙통신)", "【평양 1월 30일발 조선중앙통신】", "[평양 1월 31일발 조선중앙통신] ", ""],
};
const ENDS: Record<Form["language"], readonly string[]> = {
  en: [" -0-", "", " -0- www.kcna.kp (Juche115.1.30.)", " Rodong Sinmun"],
  ko: [" (끝)", "", " 본사기자 김철", " 조선중앙통신", " (끝) www.kcna.kp (주체115.1.30.)"],
};

const written = (paragraphs: readonly string[], language: Form["language"], next: Random): string =>
  `${oneOf(DATELINES[language], next)}${paragraphs.join(" ")}${oneOf(ENDS[language], next)}`;

/** Pairs of every kind for each form. */
export function labelledPairs(seed: number): Pair[] {
  const next = random(seed);
  const pairs: Pair[] = [];
  for (const form of [...ENGLISH, ...KOREAN]) {
    const { language } = form;
    const add = (kind: string, isReprint: boolean, a: readonly string[], b: readonly string[]) =>
      pairs.push({ language, kind, isReprint, a: written(a, language, next), b: written(b, language, next) });
    for (const name of Object.keys(CHANGES) as (keyof typeof CHANGES)[]) {
      const text = fill(form.text, wordsOf(form, next));
      add(`reprint: ${name}`, true, text, CHANGES[name](text, language, next));
    }
    for (let i = 0; i < 3; i++) {
      const text = fill(form.text, wordsOf(form, next));
      const names = (Object.keys(CHANGES) as (keyof typeof CHANGES)[]).filter(() => next() < 0.4);
      add(
        `reprint: ${["verbatim", ...names].join(", ")}`,
        true,
        text,
        names.reduce((done, name) => CHANGES[name](done, language, next), text),
      );
    }
    for (let i = 0; i < 7; i++) {
      const words = wordsOf(form, next);
      const other = fill(form.text, otherWords(form, words, next));
      add("same form, other words", false, fill(form.text, words), i < 5 ? other : cutTheEnd(other, language, next));
    }
    const words = wordsOf(form, next);
    const [text, sequel] = [fill(form.text, words), fill(form.sequel, words)];
    add("follow-up that repeats the beginning", false, text, [...text.slice(0, 1), ...sequel]);
    add("follow-up that repeats most", false, text, [...text.slice(0, 2), ...sequel]);
    add("follow-up of its own", false, text, sequel);
  }
  return pairs;
}
