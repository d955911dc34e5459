import { memoize } from "../memoize.ts";

const withFlags = (flags: string) => memoize((source: TemplateStringsArray) => new RegExp(source.raw[0] ?? "", flags));

/**
 * Regular expressions that are made when they are first used, as tags of templates: lazyPattern.gu`\p{L}+`. V8 checks the
 * literals of the whole program when it loads it, and classes of Unicode (`\p{L}`) take it up to a millisecond each.
 */
export const lazyPattern = { u: withFlags("u"), gu: withFlags("gu"), giu: withFlags("giu"), gsu: withFlags("gsu") };
