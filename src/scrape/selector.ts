import { type AnyNode, type Element, hasChildren, isTag } from "domhandler";

/**
 * CSS selectors for configuration: tags, classes, ids, attributes, descendants, children and alternatives. Their time is
 * linear in the size of the page. With `:has`, a library's is not; it would also be a tenth of the bundle.
 */
interface Selector {
  /** The elements that match, in the page's order; what lies within one of them is a part of it. */
  outermost(root: AnyNode): Element[];
}

/** One step of a selector: what an element must be, and whether the step before must be its parent. */
interface Step {
  tests: ((element: Element) => boolean)[];
  isChild: boolean;
}

export const MAX_SELECTOR_LENGTH = 200;
export const MAX_STEPS = 4;

const PART =
  /([#.])(-?[A-Za-z_][\w-]*)|\[([A-Za-z_][\w-]*)(?:([~|^$*]?=)(?:"([^"\\]*)"|'([^'\\]*)'|(-?[A-Za-z_][\w-]*)))?\]|(^|(?<=[>\s]))([A-Za-z][\w-]*|\*)/y;
const COMBINATOR = /\s*(>)\s*|\s+/y;

/** Undefined if the text is no such selector, or too long. */
export function parseSelector(text: string): Selector | undefined {
  if (text.length > MAX_SELECTOR_LENGTH) return undefined;
  const alternatives: Step[][] = [];
  for (const part of text.split(",")) {
    const steps = parseSteps(part.trim());
    if (!steps) return undefined;
    alternatives.push(steps);
  }
  return { outermost: (root) => find(root, alternatives) };
}

function parseSteps(text: string): Step[] | undefined {
  const steps: Step[] = [{ tests: [], isChild: false }];
  for (let at = 0; at < text.length; ) {
    const step = steps.at(-1) as Step;
    PART.lastIndex = COMBINATOR.lastIndex = at;
    const part = PART.exec(text);
    if (part) {
      step.tests.push(testOf(part));
      at = PART.lastIndex;
      continue;
    }
    const combinator = COMBINATOR.exec(text);
    if (!combinator || step.tests.length === 0 || steps.length === MAX_STEPS) return undefined;
    steps.push({ tests: [], isChild: combinator[1] !== undefined });
    at = COMBINATOR.lastIndex;
  }
  return steps.at(-1)?.tests.length ? steps : undefined;
}

function testOf([, sign, name = "", attribute, operator, double, single, bare = "", , tag = ""]: RegExpExecArray) {
  const value = double ?? single ?? bare;
  if (sign === "#") return ({ attribs }: Element) => attribs.id === name;
  if (sign === ".") return (element: Element) => hasClass(element, name);
  if (attribute !== undefined) {
    const key = attribute.toLowerCase();
    return ({ attribs }: Element) =>
      attribs[key] !== undefined && OPERATORS[operator ?? ""]?.(attribs[key], value) === true;
  }
  const wanted = tag.toLowerCase();
  return ({ name }: Element) => tag === "*" || name === wanted;
}

/** Whether an element has a class, as CSS compares it. */
export const hasClass = ({ attribs }: Element, name: string): boolean => hasWord(attribs.class, name);

const hasWord = (text: string | undefined, word: string): boolean => text?.split(/\s/).includes(word) ?? false;

/** What an attribute must be (Selectors, section 6); none of them but `=` is true of an empty text. */
const OPERATORS: Record<string, (text: string, value: string) => boolean> = {
  "": () => true,
  "=": (text, value) => text === value,
  "~=": (text, value) => value !== "" && hasWord(text, value),
  "|=": (text, value) => text === value || text.startsWith(`${value}-`),
  "^=": (text, value) => value !== "" && text.startsWith(value),
  "$=": (text, value) => value !== "" && text.endsWith(value),
  "*=": (text, value) => value !== "" && text.includes(value),
};

/** Walks the page once. A bit `i` says that the first `i` steps are matched: by the parent, or by any ancestor. */
function find(root: AnyNode, alternatives: readonly Step[][]): Element[] {
  const found: Element[] = [];
  const none = alternatives.map(() => 1);
  const walk = (node: AnyNode, parent: readonly number[], ancestors: readonly number[]) => {
    let [own, above] = [parent, ancestors];
    if (isTag(node)) {
      own = alternatives.map((steps, i) => matched(steps, node, parent[i] ?? 1, ancestors[i] ?? 1));
      if (alternatives.some((steps, i) => ((own[i] ?? 0) >> steps.length) & 1)) {
        found.push(node);
        return;
      }
      above = own.map((bits, i) => bits | (ancestors[i] ?? 1));
    }
    if (hasChildren(node)) for (const child of node.children) walk(child, own, above);
  };
  walk(root, none, none);
  return found;
}

function matched(steps: readonly Step[], element: Element, parent: number, ancestors: number): number {
  let bits = 1;
  steps.forEach(({ tests, isChild }, i) => {
    const before = isChild ? parent : ancestors;
    if ((before >> i) & 1 && tests.every((test) => test(element))) bits |= 1 << (i + 1);
  });
  return bits;
}
