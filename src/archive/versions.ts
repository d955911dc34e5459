/**
 * SQL: the table `version (seq)` of an article's version and of those before it, the newest first, by the numbers of the
 * events that made them.
 *
 * @param newest SQL of the number of the first of them
 */
export const versionsFrom = (newest = "?1"): string =>
  `WITH RECURSIVE version (seq) AS (
     SELECT ${newest} UNION ALL SELECT previous FROM version JOIN journal USING (seq) WHERE previous IS NOT NULL)`;
