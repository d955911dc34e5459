import { execFileSync } from "node:child_process";
import type { Mutant } from "./instrument.ts";

/** Whether a mutant is on a line that changed after a commit, as Git says. */
export function changedSince(commit: string): (mutant: Mutant) => boolean {
  const lines = new Set<string>();
  let file = "";
  for (const line of execFileSync("git", ["diff", "--unified=0", commit, "--", "src"], { encoding: "utf8" }).split(
    "\n",
  )) {
    if (line.startsWith("+++ ")) file = line.slice("+++ b/".length);
    const [, first, count = "1"] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    for (let index = 0; first && index < Number(count); index++) lines.add(`${file}:${Number(first) + index}`);
  }
  return ({ fileName, location }) => lines.has(`${fileName}:${location.start.line + 1}`);
}
