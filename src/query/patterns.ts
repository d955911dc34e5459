import type { BadParameter, Name, Values } from "./parameters.ts";

/** RSSHub's regular-expression filters. All that are given must hold, also beside each other. */
export interface Patterns {
  /** Whether an article's plain texts pass. */
  pass(title: string, description: string): boolean;
}

const FILTERS: [Name & keyof Values, fields: "both" | "title" | "description", wanted: boolean][] = [
  ["filter", "both", true],
  ["filter_title", "title", true],
  ["filter_description", "description", true],
  ["filterout", "both", false],
  ["filterout_title", "title", false],
  ["filterout_description", "description", false],
];

/**
 * Compiles the patterns of a question; undefined where there are none. They run on RE2, whose time is linear in the
 * text: a pattern from outside must never run on an engine that backtracks. It is loaded when first needed.
 */
export async function compilePatterns(values: Values): Promise<Patterns | { bad: BadParameter } | undefined> {
  const given = FILTERS.filter(([name]) => values[name] !== undefined);
  if (given.length === 0) return undefined;
  const { RE2JS } = await import("re2js");
  const flags = values.filter_case_sensitive === false ? RE2JS.CASE_INSENSITIVE : 0;
  const tests: ((title: string, description: string) => boolean)[] = [];
  for (const [name, fields, wanted] of given) {
    try {
      const pattern = RE2JS.compile(String(values[name]), flags);
      const found = (text: string) => pattern.matcher(text).find();
      tests.push((title, description) => {
        // RSSHub takes the title where there is no description.
        const text = description || title;
        const hit = (fields !== "description" && found(title)) || (fields !== "title" && found(text));
        return hit === wanted;
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return {
        bad: {
          parameter: name,
          detail: `${name} is not a regular expression that RE2 takes (${why})`,
          takes: "a regular expression (RE2)",
        },
      };
    }
  }
  return { pass: (title, description) => tests.every((test) => test(title, description)) };
}
