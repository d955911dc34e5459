import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAst } from "vitest/node";

/**
 * No function is above 15 in cyclomatic complexity (McCabe 1976): one, and one for each branch. None takes more than five
 * parameters: what belongs together is an object.
 */

const MOST = 15;
const MOST_PARAMETERS = 5;
const SRC = join(import.meta.dirname, "../src");

interface Node {
  type: string;
  start: number;
  [field: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === "string";
const isFunction = ({ type }: Node) =>
  /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type);

const isBranch = ({ type, test, operator }: Node): boolean =>
  /^(?:IfStatement|ConditionalExpression|For\w*Statement|WhileStatement|DoWhileStatement|CatchClause|LogicalExpression)$/.test(
    type,
  ) ||
  (type === "SwitchCase" && test !== null) ||
  (type === "AssignmentExpression" && /^(?:&&|\|\||\?\?)=$/.test(String(operator)));

interface Function {
  line: number;
  complexity: number;
  parameters: number;
}

/** The functions of a file, each with the line where it begins. */
function functionsOf(text: string, lang: "ts" | "tsx"): Function[] {
  const found: Function[] = [];
  const walk = (node: Node, around: { complexity: number }): void => {
    let own = around;
    if (isFunction(node)) {
      const { length } = node.params as Node[];
      const one = { line: text.slice(0, node.start).split("\n").length, complexity: 1, parameters: length };
      found.push(one);
      own = one;
    } else if (isBranch(node)) own.complexity++;
    for (const value of Object.values(node).flat()) if (isNode(value)) walk(value, own);
  };
  walk(parseAst(text, { lang }) as unknown as Node, { complexity: 0 });
  return found;
}

test("the count is what it says", () => {
  const text = `function f(a, b) {
  if (a && b) return a ? 1 : 2;
  for (const c of b) c.map((d) => d ?? a);
}`;
  expect(functionsOf(text, "ts")).toEqual([
    { line: 1, complexity: 5, parameters: 2 },
    { line: 3, complexity: 2, parameters: 1 },
  ]);
});

test("no function is above 15, and none takes more than five parameters", () => {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
  const all = files.flatMap((file) => {
    const lang = file.endsWith("x") ? "tsx" : "ts";
    const found = functionsOf(readFileSync(join(SRC, file), "utf8"), lang);
    return found.map(({ line, ...counts }) => ({ at: `src/${file}:${line}`, ...counts }));
  });
  expect(all.length).toBeGreaterThan(500);
  expect(all.filter(({ complexity, parameters }) => complexity > MOST || parameters > MOST_PARAMETERS)).toEqual([]);
});
