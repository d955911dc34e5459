import fc from "fast-check";
import { inject } from "vitest";

/**
 * The seed of every random test, set before each test file (`setupFiles`): fixed in `npm test`, so that a change is the
 * only thing that can break it; free in `npm run fuzz`. fast-check prints the seed of a failure; `SEED=<seed>` repeats
 * it. A counterexample that `npm run fuzz` finds becomes one of the test's `examples`.
 */
const seed = inject("seed");
if (seed !== null) fc.configureGlobal({ seed });
