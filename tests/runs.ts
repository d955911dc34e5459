import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** How many times as many random cases as `npm test` runs. */
    fuzz: number;
    /** The seed of random cases; `null` for another one in every run. */
    seed: number | null;
  }
}

/**
 * Random cases to try: the number that `npm test` has time for, many times over in `npm run fuzz`.
 *
 * @param many that of which `npm run fuzz` tries many times over, if it is another one
 */
export const runs = (count: number, many = count): number => {
  const fuzz = inject("fuzz");
  return fuzz === 1 ? count : Math.ceil(many * fuzz);
};
