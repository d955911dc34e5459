/** The methods of the archive that the rest of the bridge calls, by their names (see client.ts). */
export const METHODS = [
  "commit",
  "status",
  "statuses",
  "latest",
  "duePages",
  "listedPages",
  "find",
  "counts",
  "article",
  "incidents",
  "events",
  "waitForEvent",
  "usage",
  "export",
  "import",
  "notify",
] as const;

export type ArchiveMethod = (typeof METHODS)[number];
