import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** `sha256sum` of its input, for machines without it. */
process.stdout.write(`${createHash("sha256").update(readFileSync(0)).digest("hex")}  -\n`);
