import type { RE2JS } from "re2js";
import type { InvalidParameter, Name, Values } from "./parameters.ts";
import { MAX_INSTRUCTIONS, programSize } from "./regex-size.ts";

/** RSSHub's regular-expression filters. All that are given must hold, also beside each other. */
export interface RegexFilters {
  /** Whether an article's plain texts pass. */
  matches(title: string, description: string): boolean;
  /** What matching has cost so far: steps of the matching machine, 5 to 20 ns each. */
  readonly steps: number;
}

const FILTERS: [Name & keyof Values, fields: "both" | "title" | "description", wanted: boolean][] = [
  ["filter", "both", true],
  ["filter_title", "title", true],
  ["filter_description", "description", true],
  ["filterout", "both", false],
  ["filterout_title", "title", false],
  ["filterout_description", "description", false],
];

/** Steps that one text may take; it is not searched further than that: 8,000 characters with the largest patterns. */
const MAX_STEPS_PER_TEXT = 5_000_000;

/**
 * Compiles the patterns of a question; undefined where there are none. They run on RE2, whose time is linear in the
 * text times the compiled program: a pattern from outside must never run on an engine that backtracks, nor be compiled
 * before its size is known. It is loaded when first needed.
 */
export async function compileRegexFilters(
  values: Values,
): Promise<RegexFilters | { error: InvalidParameter } | undefined> {
  const given = FILTERS.filter(([name]) => values[name] !== undefined);
  if (given.length === 0) return undefined;
  const ignoresCase = values.filter_case_sensitive === false;
  let size = 0;
  for (const [name] of given) {
    const own = programSize(String(values[name]), ignoresCase);
    size += own;
    if (size > MAX_INSTRUCTIONS) return { error: tooLarge(name, own, size) };
  }

  const { RE2JS } = await import("re2js");
  const flags = ignoresCase ? RE2JS.CASE_INSENSITIVE : 0;
  const meter: Meter = { spent: 0, cached: 0 };
  const reach = Math.floor(MAX_STEPS_PER_TEXT / size);
  const tests: ((title: string, description: string) => boolean)[] = [];
  for (const [name, fields, wanted] of given) {
    try {
      const found = searcherOf(RE2JS.compile(String(values[name]), flags), meter);
      tests.push((title, description) => {
        // RSSHub takes the title where there is no description.
        const text = description || title;
        const hit = (fields !== "description" && found(title)) || (fields !== "title" && found(text));
        return hit === wanted;
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const detail = `${name} is not a regular expression that RE2 takes (${why})`;
      return { error: { parameter: name, detail, accepts: "a regular expression (RE2)" } };
    }
  }
  return {
    matches: (title, description) => {
      const [head, text] = [title.slice(0, reach), description.slice(0, reach)];
      return tests.every((test) => test(head, text));
    },
    get steps() {
      return meter.spent;
    },
  };
}

function tooLarge(name: Name, own: number, all: number): InvalidParameter {
  const count = (size: number) => (size < 1e6 ? size.toLocaleString("en") : "more than a million");
  const others = own < all ? `, all patterns together ${count(all)}` : "";
  return {
    parameter: name,
    detail: `${name} is too large: it compiles to some ${count(own)} instructions${others}; ${MAX_INSTRUCTIONS} at most are taken`,
    accepts: `a regular expression (RE2); all patterns together compile to ${MAX_INSTRUCTIONS} instructions at most, where x{9} counts nine times`,
  };
}

/** What the patterns of a question have cost, and what of it went into the states of their automatons. */
interface Meter {
  spent: number;
  cached: number;
}

/** Steps that all automatons of a question may take to grow. */
const MAX_GROWTH_STEPS = 3_000_000;
/** Steps that a new transition takes, and each instruction in the state it leads to: they are sorted, and kept. */
const TRANSITION = 100;
const CLOSURE = 6;
/** Bytes that an automaton may hold. */
const MAX_AUTOMATON_BYTES = 2 * 1024 * 1024;

/**
 * Searches with RE2's automaton (DFA), which takes a step a character once it has seen what there is, and nearly always
 * has soon. A pattern can be made of which it never has: when it has grown for too long it is given up, and the pattern
 * is matched instruction by instruction (NFA).
 */
function searcherOf(pattern: RE2JS, meter: Meter): (text: string) => boolean {
  const { dfa } = pattern.re2();
  dfa.stateBudget = MAX_AUTOMATON_BYTES;
  dfa.memBudget = MAX_AUTOMATON_BYTES;
  const closure = dfa.closure.bind(dfa);
  dfa.closure = (pcs, flag) => {
    const grown = closure(pcs, flag);
    const steps = TRANSITION + CLOSURE * grown.pcs.length;
    meter.spent += steps;
    meter.cached += steps;
    if (meter.cached > MAX_GROWTH_STEPS) throw GIVE_UP;
    return grown;
  };
  dfa.resetCache = () => {
    throw GIVE_UP;
  };
  return (text) => {
    if (!dfa.failed) {
      meter.spent += text.length;
      try {
        return pattern.test(text);
      } catch (error) {
        if (error !== GIVE_UP) throw error;
        dfa.failed = true;
        dfa.clearCache();
      }
    }
    meter.spent += text.length * pattern.programSize();
    return pattern.test(text);
  };
}

const GIVE_UP = new Error("the automaton grows too large");
