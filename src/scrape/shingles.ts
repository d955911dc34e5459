/**
 * The words of an article for near-duplicate detection: without dateline, agency mark, typography and the titles of
 * leaders, because outlets add, shorten and omit them freely.
 */
import { lazyPattern } from "./lazy-pattern.ts";

/** A text in comparable parts. */
export interface ComparableText {
  /** Words; single characters where the script puts no spaces between words or outlets put them differently. */
  list: string[];
  /** What each part weighs where only one of two texts has it: names and numbers tell events apart. */
  weights: Uint8Array;
  /** How many neighbouring parts make a shingle. */
  width: number;
  /** Whether a part is a character. */
  isCharacters: boolean;
}

/** Characters that are read of a text, and parts that are compared: what a stranger writes costs no more than that. */
const MAX_LENGTH = 15_000;
const MAX_PARTS = 2500;
/** Words, and characters of scripts without words, that make a shingle. */
const WORDS = 3;
const CHARACTERS = 4;

/** Where it was written, when, and by whom: `Pyongyang, January 30 (KCNA) --`, `【평양 1월 30일발 조선중앙통신】`. NFKC has made full-width forms narrow. */
const DATELINES = [
  /^.{0,60}?\((?:kcna|rodong sinmun|minju choson|naenara|acnc|цтак)\)\s*(?:[-–—]+|:)\s*/iu,
  /^[(【[〔].{0,40}?(?:조선중앙통신|로동신문|민주조선|朝中社|朝鲜中央通讯社|朝鮮中央通信)[^)】\]〕]{0,10}[)】\]〕]\s*/u,
];

/** What outlets put below a text: the end mark, the agency, the author, the day in years of Juche. */
const ENDINGS = [
  /\s*(?:-\s*0\s*-|\([끝完]\)|---)$/u,
  /\s*(?:www\.)?kcna\.(?:kp|co\.jp)\s*(?:\((?:juche|주체)[^)]{0,30}\))?$/iu,
  /\s*[(【]?(?:조선중앙통신|로동신문|본사기자|본사정치보도반|KCNA|Rodong Sinmun|朝中社)(?:[\s:][^.。]{0,20})?[)】]?$/u,
];

/** Titles and forms of address: reprints vary them most, and they say least about the event. */
const FORMULAS = [
  /\bthe respected comrade\b/giu,
  /\b(?:respected |dear )?comrade (?=kim jong un)/giu,
  /,? ?(?:general secretary of the workers'? party of korea(?: \(wpk\))?|general secretary of the wpk)/giu,
  /,? ?(?:and )?president of the state affairs(?: commission)?(?: of the (?:dprk|democratic people's republic of korea))?,?/giu,
  /(?:온 ?나라 ?인민이 ?)?(?:경애하는|위대한 ?령도자) ?(?=김정은)/gu,
  /조선로동당 ?총비서이시며 ?/gu,
  /조선민주주의인민공화국 ?국무위원장이신 ?/gu,
  /우리 ?당과 ?국가의 ?/gu,
];

/** Long names that some outlets write out and others shorten. */
const ABBREVIATIONS: [RegExp, string][] = [
  [/\bdemocratic people's republic of korea\b(?: \(dprk\))?/giu, "DPRK"],
  [/\bworkers'? party of korea\b(?: \(wpk\))?/giu, "WPK"],
  [/\bkorean people's army\b(?: \(kpa\))?/giu, "KPA"],
  [/\bsupreme people's assembly\b(?: \(spa\))?/giu, "SPA"],
];

/** Korean verbs in full and contracted: `하였다` is `했다`. */
const CONTRACTIONS: [RegExp, string][] = [
  [/하였/gu, "했"],
  [/되[였었]/gu, "됐"],
  [/시[였었]/gu, "셨"],
  [/하여/gu, "해"],
];

const CHARACTER_SCRIPT = () => lazyPattern.gu`[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]`;
const WORD = () => lazyPattern.gu`\p{N}+|[\p{L}\p{M}]+`;
/** A number, or a character of scripts that are compared by characters. */
const CHARACTER = () => lazyPattern.gu`\p{N}+|[\p{L}\p{M}]`;
const NUMBER_WORD =
  /^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen(?:th)?|(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)(?:y|ieth)|hundred|thousand|million|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)$/;
const FUNCTION_WORD =
  /^(?:an?|the|of|in|on|at|to|by|for|and|or|as|is|was|are|were|be|been|its?|s|that|this|which|who|with)$/;

const WEIGHTS = { function: 0, word: 1, specific: 3 } as const;

/** @param text plain text of an article's body */
export function comparableText(text: string): ComparableText {
  const plain = simplified(text.slice(0, MAX_LENGTH));
  const letters = plain.match(lazyPattern.gu`\p{L}`)?.length ?? 0;
  const isCharacters = (plain.match(CHARACTER_SCRIPT())?.length ?? 0) * 2 > letters;
  const found = (plain.match(isCharacters ? CHARACTER() : WORD()) ?? []).slice(0, MAX_PARTS);
  return {
    list: found.map((token) => token.toLowerCase()),
    weights: Uint8Array.from(found, isCharacters ? weightOfCharacter : weightOfWord),
    width: isCharacters ? CHARACTERS : WORDS,
    isCharacters,
  };
}

function simplified(text: string): string {
  let plain = text
    .normalize("NFKC")
    .replace(/[‘’‛′`]/gu, "'")
    .replace(/\s+/gu, " ")
    .trim();
  for (const dateline of DATELINES) plain = plain.replace(dateline, "");
  // Two of them may follow each other: the author, and the end mark.
  for (let pass = 0; pass < 2; pass++) for (const ending of ENDINGS) plain = plain.replace(ending, "");
  for (const formula of FORMULAS) plain = plain.replace(formula, "");
  for (const [long, short] of [...ABBREVIATIONS, ...CONTRACTIONS]) plain = plain.replace(long, short);
  // Thousands: 1,200 and 1 200 are 1200.
  return plain.replace(/(?<=\d)[, ](?=\d{3}(?!\d))/g, "");
}

function weightOfWord(word: string): number {
  const lower = word.toLowerCase();
  if (lazyPattern.u`\p{N}`.test(word) || NUMBER_WORD.test(lower)) return WEIGHTS.specific;
  if (FUNCTION_WORD.test(lower)) return WEIGHTS.function;
  return lower === word ? WEIGHTS.word : WEIGHTS.specific;
}

const weightOfCharacter = (token: string): number =>
  lazyPattern.u`\p{N}`.test(token) ? WEIGHTS.specific : WEIGHTS.word;

/** Hashes (32 bits) of all runs of `width` neighbouring parts, by the position of the first. */
export function shinglesOf({ list, width }: ComparableText): Int32Array {
  const hashes = Int32Array.from(list, hashOf);
  const shingles = new Int32Array(Math.max(0, list.length - width + 1));
  for (let i = 0; i < shingles.length; i++) {
    let hash = 0;
    for (let j = i; j < i + width; j++) hash = mix(Math.imul(hash, 31) + (hashes[j] as number));
    shingles[i] = hash;
  }
  return shingles;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
export function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
