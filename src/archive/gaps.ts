/**
 * What is known to be missing. A listing shows the newest articles only: where it shares none with what is kept,
 * articles came and went unseen between the two. Such a gap is a fact to be kept until a page has covered it.
 */
export interface Gap {
  /** Published date of the newest article kept before the gap. */
  after: string;
  /** Published date of the oldest article kept behind it. */
  before: string;
}

/** A stretch of the listing read without a break, by published dates. */
export interface Stretch {
  oldest: string;
  newest: string;
}

/** Gaps left when `read` has been seen from end to end. */
export function withoutStretch(gaps: readonly Gap[], read: Stretch): Gap[] {
  return gaps.flatMap((gap) => {
    if (read.newest <= gap.after || read.oldest >= gap.before) return [gap];
    const left: Gap[] = [];
    if (read.oldest > gap.after) left.push({ after: gap.after, before: read.oldest });
    if (read.newest < gap.before) left.push({ after: read.newest, before: gap.before });
    return left;
  });
}
