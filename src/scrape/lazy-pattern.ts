/**
 * A regular expression that is made when it is first used. V8 checks literals when it loads the program, and makes them
 * when their module runs; classes of Unicode (`\p{L}`) take it up to a millisecond each. For those that most new isolates
 * do not need.
 */
export function lazyPattern(source: string, flags: string): () => RegExp {
  let pattern: RegExp | undefined;
  return () => {
    pattern ??= new RegExp(source, flags);
    return pattern;
  };
}
