import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAst } from "vitest/node";

/** No function is above 15 in cyclomatic complexity (McCabe 1976): one, and one for each branch. */

const MOST = 15;
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

/** The functions of a file: the line where each begins, and its complexity. */
function complexities(text: string, lang: "ts" | "tsx"): { line: number; complexity: number }[] {
  const found: { line: number; complexity: number }[] = [];
  const walk = (node: Node, around: { complexity: number }): void => {
    let own = around;
    if (isFunction(node)) {
      const one = { line: text.slice(0, node.start).split("\n").length, complexity: 1 };
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
  expect(complexities(text, "ts")).toEqual([
    { line: 1, complexity: 5 },
    { line: 3, complexity: 2 },
  ]);
});

test("no function is above 15", () => {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name));
  const all = files.flatMap((file) => {
    const lang = file.endsWith("x") ? "tsx" : "ts";
    const found = complexities(readFileSync(join(SRC, file), "utf8"), lang);
    return found.map(({ line, complexity }) => ({ at: `src/${file}:${line}`, complexity }));
  });
  expect(all.length).toBeGreaterThan(500);
  expect(all.filter(({ complexity }) => complexity > MOST)).toEqual([]);
});
