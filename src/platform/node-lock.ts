import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** A folder belongs to one process at a time: two archives in one file would each believe that it is the only writer. */

const LOCK = "bridge.lock";
/** Who has the lock, for people. */
const OWNER = "bridge.pid";

/** Locks that this process holds. One that nothing refers to would be collected, and its lock with it. */
const held = new Set<DatabaseSync>();

/**
 * Takes a folder for this process; it is made if it is missing.
 *
 * The lock is one of the operating system (SQLite's, on a file of its own). So it ends with the process, however that
 * ends, and works between containers, where process numbers mean nothing.
 *
 * @returns releases the folder
 * @throws Error that names the folder, if another process has it, or if it cannot be written to
 */
export function lockFolder(folder: string): () => void {
  let lock: DatabaseSync;
  try {
    makeFolder(folder);
    lock = new DatabaseSync(join(folder, LOCK));
  } catch (error) {
    throw unwritable(folder, error);
  }
  const owner = join(folder, OWNER);
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    writeFileSync(owner, `process ${process.pid} on ${hostname()} since ${new Date().toISOString()}\n`);
  } catch (error) {
    lock.close();
    if (!/locked/i.test(String(error))) throw unwritable(folder, error);
    throw new Error(`DATA: the folder ${folder} is in use by ${ownerOf(owner)}; one folder serves one process`);
  }
  held.add(lock);
  return () => {
    held.delete(lock);
    try {
      rmSync(owner, { force: true });
    } catch {
      // The folder may only be read by now, or its disk fails. Only the lock counts.
    }
    lock.close();
  };
}

/** The option `recursive` of `mkdirSync` never ends where a folder takes no others, as under `/proc`. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

function ownerOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trim() || "another process";
  } catch {
    return "another process";
  }
}

const unwritable = (folder: string, error: unknown) =>
  new Error(`DATA: the folder ${folder} cannot be written to: ${(error as Error).message}`);
