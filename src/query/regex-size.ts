/** Instructions of all patterns of a question together: two of 256 characters that repeat nothing. */
export const MAX_INSTRUCTIONS = 600;

/**
 * What a pattern may cost, told from its text: compiling it to find out is what costs the memory.
 *
 * RE2 compiles a character, a class and an operator to an instruction each, and a counted repetition to as many copies
 * of what it repeats: `(?:.?.?){1000}` has 19 characters and 4,000 instructions. The sum is never below the compiled
 * program's size; it can be above, since RE2 joins what alternatives have in common.
 */
export function programSize(pattern: string, ignoresCase: boolean): number {
  const folds = ignoresCase || /\(\?[a-zA-Z]*i/.test(pattern);
  // The program's own start and end.
  let total = 2;
  const open: Group[] = [];
  let group = newGroup();
  const add = (size: number) => {
    group.branch += group.atom;
    group.atom = size;
  };
  for (const [token] of pattern.matchAll(TOKEN)) {
    if (/^\(\?[a-zA-Z-]*\)$/.test(token)) continue; // Flags for the rest of the group.
    if (token.startsWith("(")) {
      open.push(group);
      group = newGroup(/^\(\?[^P<]/.test(token) ? 0 : CAPTURE);
    } else if (token === ")") {
      const size = whole(group);
      group = open.pop() ?? newGroup();
      add(size);
    } else if (token === "|") group = { ...newGroup(), done: group.done + branchOf(group) + 1 };
    else if (/^[*+?]/.test(token)) group.atom += token.startsWith("*") ? 2 : 1;
    else if (COUNTED.test(token)) group.atom = repeated(group.atom, token);
    else if (token.startsWith("\\Q")) for (const _ of token.slice(2)) add(1);
    else {
      add(CLASS.test(token) ? 1 + Math.floor(token.length / PER_RANGE) + UNICODE * unicodeClasses(token) : 1);
      if (folds) total += FOLDED_RANGE * foldedRanges(token);
    }
  }
  for (; open.length > 0; group = open.pop() as Group) total += whole(group);
  return total + whole(group);
}

interface Group {
  /** The alternatives before the one that is being read, and what the group costs itself. */
  done: number;
  /** That one, but for its last part. */
  branch: number;
  /** Its last part, which may be repeated. */
  atom: number;
}

const newGroup = (done = 0): Group => ({ done, branch: 0, atom: 0 });

/** A group that remembers what it found has an instruction at each end. */
const CAPTURE = 2;

const TOKEN =
  /\\Q[\s\S]*?(?:\\E|$)|\\[pP](?:\{[^}]*\}|[\s\S])|\\x(?:\{[^}]*\}|[\da-fA-F]{2})|\\[\s\S]|\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]|\(\?P?<\w*>|\(\?[a-zA-Z-]*[:)]|[*+?]\??|\{\d+(?:,\d*)?\}\??|[\s\S]/gu;
const COUNTED = /^\{\d/;
const CLASS = /^(?:\[.|\\p)/is;

/** Characters of a class that cost as much as an instruction: its ranges are looked through, and may be copied. */
const PER_RANGE = 16;
/** Instructions for a class as `\pL`, which has some 600 ranges. */
const UNICODE = 8;
/** Instructions for a range regardless of case, where each of its characters is looked up when it is read: 5 ms at most. */
const FOLDED_RANGE = 60;

/** An empty alternative is an instruction, too. */
const branchOf = ({ branch, atom }: Group) => Math.max(1, branch + atom);
const whole = (group: Group) => group.done + branchOf(group);

const unicodeClasses = (token: string) => token.match(/\\p/gi)?.length ?? 0;

/** Ranges of a class that are not within ASCII. */
const foldedRanges = (token: string) =>
  token.startsWith("[") && /[^\0-\x7f]|\\x/i.test(token) ? (token.match(/-(?!\]$)/g)?.length ?? 0) : 0;

function repeated(size: number, token: string): number {
  const [least = 0, most] = token.replace(/[{}?]/g, "").split(",").map(Number);
  if (most === undefined) return Math.max(1, least * size);
  // "{2,}" has no number after its comma.
  if (most === 0 && token.includes(",}")) return Math.max(1, least) * size + 2;
  return Math.max(1, most * size + (most - least));
}
