import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What this process has built, by name; sources do not change while a test runs. */
const builds = new Map<string, string>();

/**
 * Builds something once, and in `npm test` once for all processes: its folder `BUILDS` is of one run.
 *
 * @param name of its own file
 */
export function buildOnce(name: string, build: () => string): string {
  const known = builds.get(name);
  if (known !== undefined) return known;
  const folder = process.env.BUILDS;
  const file = folder && join(folder, name);
  const isThere = file && existsSync(file);
  const built = isThere ? readFileSync(file, "utf8") : build();
  builds.set(name, built);
  if (folder && file && !isThere) {
    mkdirSync(folder, { recursive: true });
    // Another process may be reading it.
    const part = `${file}.${process.pid}`;
    writeFileSync(part, built);
    renameSync(part, file);
  }
  return built;
}
