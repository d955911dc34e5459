import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** How many times as many random cases as `npm test` runs. */
    fuzz: number;
    /** The seed of random cases; `null` for another one in every run. */
    seed: number | null;
  }
}

/** Random cases to try: the number that `npm test` has time for, many times over in `npm run fuzz`. */
export const runs = (count: number): number => Math.ceil(count * inject("fuzz"));
