import type { RE2JS } from "re2js";
import type { InvalidParameter, Name, Values } from "./parameters.ts";
import { MAX_INSTRUCTIONS, programSize } from "./regex-size.ts";

/** RSSHub's regular-expression filters of one query. An article must pass all of them. */
export interface RegexFilters {
  /** Whether an article passes. Both arguments are plain text. */
  matches(title: string, description: string): boolean;
  /** Cost of all matching so far: steps of the RE2 machine, 5 to 20 ns each. */
  readonly steps: number;
}

type Fields = "both" | "title" | "description";

/** `mustMatch` is false for the `filterout` parameters. */
const FILTERS: [Name & keyof Values, Fields, mustMatch: boolean][] = [
  ["filter", "both", true],
  ["filter_title", "title", true],
  ["filter_description", "description", true],
  ["filterout", "both", false],
  ["filterout_title", "title", false],
  ["filterout_description", "description", false],
];

/** Maximum steps for one text. A longer text is cut: to 1,600 characters with the largest expressions. */
const MAX_STEPS_PER_TEXT = 1_000_000;

/**
 * Compiles the regular expressions of a query; undefined if it has none. They run on RE2, whose time is linear in the
 * length of the text times the size of the program. An expression from a stranger must never run on a backtracking
 * engine, and it must not be compiled before its size is known. The library is loaded at the first use.
 */
export async function compileRegexFilters(
  values: Values,
): Promise<RegexFilters | { error: InvalidParameter } | undefined> {
  const filters = FILTERS.filter(([name]) => values[name] !== undefined);
  if (filters.length === 0) return undefined;
  const ignoresCase = values.filter_case_sensitive === false;
  let size = 0;
  for (const [name] of filters) {
    const ownSize = programSize(String(values[name]), ignoresCase);
    size += ownSize;
    if (size > MAX_INSTRUCTIONS) return { error: tooLarge(name, ownSize, size) };
  }

  const { RE2JS } = await import("re2js");
  const flags = ignoresCase ? RE2JS.CASE_INSENSITIVE : 0;
  const cost: Cost = { steps: 0, growthSteps: 0 };
  const maxLength = Math.floor(MAX_STEPS_PER_TEXT / size);
  const tests: ((title: string, description: string) => boolean)[] = [];
  for (const [name, fields, mustMatch] of filters) {
    try {
      const find = createSearch(RE2JS.compile(String(values[name]), flags), cost);
      tests.push((title, description) => isFound(find, fields, title, description) === mustMatch);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const detail = `${name} is not a valid regular expression of RE2 (${reason})`;
      return { error: { parameter: name, detail, accepts: "a regular expression (RE2)" } };
    }
  }
  return {
    matches: (title, description) => {
      const [shortTitle, shortText] = [title.slice(0, maxLength), description.slice(0, maxLength)];
      return tests.every((test) => test(shortTitle, shortText));
    },
    get steps() {
      return cost.steps;
    },
  };
}

function isFound(find: (text: string) => boolean, fields: Fields, title: string, description: string): boolean {
  if (fields !== "description" && find(title)) return true;
  // If there is no description, RSSHub uses the title as the description.
  return fields !== "title" && find(description || title);
}

function tooLarge(name: Name, ownSize: number, totalSize: number): InvalidParameter {
  const count = (size: number) => (size < 1e6 ? size.toLocaleString("en") : "more than a million");
  const others = ownSize < totalSize ? `, all expressions together ${count(totalSize)}` : "";
  return {
    parameter: name,
    detail: `${name} is too large: it compiles to about ${count(ownSize)} instructions${others}; ${MAX_INSTRUCTIONS} at most are allowed`,
    accepts: `a regular expression (RE2); all expressions together compile to at most ${MAX_INSTRUCTIONS} instructions, and x{9} counts nine times`,
  };
}

/** The cost of all regular expressions of one query. */
interface Cost {
  steps: number;
  /** The part of `steps` that built states of the automatons. */
  growthSteps: number;
}

/** Maximum steps that build states of automatons, for one query. */
const MAX_GROWTH_STEPS = 500_000;
/** Steps for a new transition, and for each instruction in the new state: RE2 sorts and stores them. */
const TRANSITION_STEPS = 100;
const INSTRUCTION_STEPS = 6;
/** Maximum memory of one automaton, in bytes. */
const MAX_AUTOMATON_BYTES = 2 * 1024 * 1024;

/**
 * Searches with RE2's deterministic automaton (DFA). It takes one step a character, once it has built the states that
 * the text needs. An attacker can choose an expression that always needs new states. If the automaton grows too large,
 * it is dropped, and the expression is matched one instruction at a time (NFA).
 */
function createSearch(regex: RE2JS, cost: Cost): (text: string) => boolean {
  const { dfa } = regex.re2();
  dfa.stateBudget = MAX_AUTOMATON_BYTES;
  dfa.memBudget = MAX_AUTOMATON_BYTES;
  const closure = dfa.closure.bind(dfa);
  dfa.closure = (pcs, flag) => {
    const state = closure(pcs, flag);
    const steps = TRANSITION_STEPS + INSTRUCTION_STEPS * state.pcs.length;
    cost.steps += steps;
    cost.growthSteps += steps;
    if (cost.growthSteps > MAX_GROWTH_STEPS) throw new AutomatonTooLarge();
    return state;
  };
  dfa.resetCache = () => {
    throw new AutomatonTooLarge();
  };
  return (text) => {
    if (!dfa.failed) {
      cost.steps += text.length;
      try {
        return regex.test(text);
      } catch (error) {
        if (!(error instanceof AutomatonTooLarge)) throw error;
        dfa.failed = true;
        dfa.clearCache();
      }
    }
    cost.steps += text.length * regex.programSize();
    return regex.test(text);
  };
}

/**
 * It is made where it is thrown. An error that is made while the program loads asks V8 where in the source that is: it
 * parses the whole program again.
 */
class AutomatonTooLarge extends Error {}
