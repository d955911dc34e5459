/** Maximum number of instructions of all regular expressions of a query: two of 256 characters without repetitions. */
export const MAX_INSTRUCTIONS = 600;

/**
 * Estimates the size of a compiled regular expression from its text. It is not compiled for this, because a hostile
 * expression would use the memory during compilation.
 *
 * RE2 compiles each character, class and operator to one instruction. It compiles a counted repetition to as many copies
 * of the repeated part: `(?:.?.?){1000}` has 14 characters and 4,000 instructions. The estimate is never lower than the
 * size of the compiled program. It can be higher, because RE2 shares common prefixes of alternatives.
 */
export function programSize(regex: string, ignoresCase: boolean): number {
  const folds = ignoresCase || /\(\?[a-zA-Z]*i/.test(regex);
  // The program has one start and one end instruction.
  let total = 2;
  const openGroups: Group[] = [];
  let group = newGroup();
  for (const [token] of regex.matchAll(TOKEN)) {
    if (FLAGS.test(token)) continue;
    if (token.startsWith("(")) {
      openGroups.push(group);
      group = newGroup(/^\(\?[^P<]/.test(token) ? 0 : CAPTURE);
    } else if (token === ")") {
      const size = groupSize(group);
      group = openGroups.pop() ?? newGroup();
      append(group, size);
    } else if (token === "|") {
      group = { ...newGroup(), finished: group.finished + branchSize(group) + 1 };
    } else {
      addToken(group, token);
      if (folds) total += FOLDED_RANGE * nonAsciiRanges(token);
    }
  }
  for (; openGroups.length > 0; group = openGroups.pop() as Group) total += groupSize(group);
  return total + groupSize(group);
}

/** Adds a token that opens and closes no group: a repetition, a quotation, a class or a character. */
function addToken(group: Group, token: string): void {
  if (/^[*+?]/.test(token)) group.lastAtom += token.startsWith("*") ? 2 : 1;
  else if (COUNTED.test(token)) group.lastAtom = repeatedSize(group.lastAtom, token);
  else if (token.startsWith("\\Q")) for (const _ of token.slice(2)) append(group, 1);
  else append(group, 1 + Math.floor(token.length / CHARACTERS_PER_INSTRUCTION) + UNICODE_CLASS * unicodeClasses(token));
}

/** The instructions of a group that is being read. */
interface Group {
  /** The group itself and its finished alternatives. */
  finished: number;
  /** The current alternative without its last atom. */
  branch: number;
  /** The last atom of the current alternative; a repetition may follow it. */
  lastAtom: number;
}

const newGroup = (finished = 0): Group => ({ finished, branch: 0, lastAtom: 0 });

function append(group: Group, size: number): void {
  group.branch += group.lastAtom;
  group.lastAtom = size;
}

/** A capturing group has one instruction at each end. */
const CAPTURE = 2;

const TOKEN =
  /\\Q[\s\S]*?(?:\\E|$)|\\[pP](?:\{[^}]*\}|[\s\S])|\\x(?:\{[^}]*\}|[\da-fA-F]{2})|\\[\s\S]|\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]|\(\?P?<\w*>|\(\?[a-zA-Z-]*[:)]|[*+?]\??|\{\d+(?:,\d*)?\}\??|[\s\S]/gu;
/** Flags for the rest of the group, such as `(?i)`. They are no instruction. */
const FLAGS = /^\(\?[a-zA-Z-]*\)$/;
const COUNTED = /^\{\d/;

/** A class costs one more instruction for this many characters: its ranges are searched and may be copied. */
const CHARACTERS_PER_INSTRUCTION = 16;
/** Instructions for a class such as `\pL`, which has about 600 ranges. */
const UNICODE_CLASS = 8;
/**
 * Instructions for a range of a case-insensitive class. The compiler looks up each of its characters; with this
 * price, compiling takes at most 5 ms.
 */
const FOLDED_RANGE = 60;

/** An empty alternative is one instruction. */
const branchSize = ({ branch, lastAtom }: Group) => Math.max(1, branch + lastAtom);
const groupSize = (group: Group) => group.finished + branchSize(group);

const unicodeClasses = (token: string) => token.match(/\\p/gi)?.length ?? 0;

/** The number of ranges in a class that contains characters outside ASCII. */
const nonAsciiRanges = (token: string) =>
  token.startsWith("[") && /[^\0-\x7f]|\\x/i.test(token) ? (token.match(/-(?!\])/g)?.length ?? 0) : 0;

/** The size of an atom after a counted repetition: `{3}`, `{2,}` or `{1,4}`. */
function repeatedSize(size: number, token: string): number {
  const [min = 0, max] = token.replace(/[{}?]/g, "").split(",").map(Number);
  if (max === undefined) return Math.max(1, min * size);
  // "{2,}" has no number after its comma.
  if (token.includes(",}")) return Math.max(1, min) * size + 2;
  return Math.max(1, max * size + (max - min));
}
