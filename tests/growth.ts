/** How the cost of something grows: a ratio of one run, since no figure of a noisy machine says anything by itself. */

const TURNS = 5;
/** On a busy machine, the best of a few turns may still have waited for others. */
const MOST_TURNS = 20;
/** Times below it say nothing, milliseconds. */
const LEAST = 10;
const PARTS = 4;

/**
 * How much longer something takes in one piece than in four parts: about 1 if its cost is linear in the size, 4 if it is
 * quadratic. Piece and parts take turns, and about as long, so what else the machine does falls on both.
 */
export async function growthOf(work: (size: number) => unknown, size: number): Promise<number> {
  let [whole, parts] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const growth = () => Math.max(whole, LEAST) / Math.max(parts, LEAST);
  for (let turn = 0; turn < TURNS || (turn < MOST_TURNS && growth() >= LINEAR); turn++) {
    const began = performance.now();
    await work(size);
    const between = performance.now();
    for (let part = 0; part < PARTS; part++) await work(size / PARTS);
    whole = Math.min(whole, between - began);
    parts = Math.min(parts, performance.now() - between);
  }
  return growth();
}

/** Between the growth of a linear cost and that of a quadratic one. */
export const LINEAR = 2.5;
