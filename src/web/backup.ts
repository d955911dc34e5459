import type { Line } from "../archive/backup-lines.ts";
import type { Bridge } from "../archive/bridge.ts";
import { jsonLine, NDJSON } from "../feeds/ndjson.ts";
import { type AppContext, otherParameter, ownParameter } from "./context.ts";
import { badParameter, HttpError, wrongParameter } from "./http/problem.ts";
import { readBody } from "./request-body.ts";

/** Exports and imports the whole archive as lines of JSON (see archive/backup.ts). */

/** Streams the archive after event `after`. The last line says that the export is complete. */
export async function serveExport(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  const value = ownParameter(c, "after") ?? "0";
  const parameter = otherParameter(c, ["after"]);
  if (parameter !== undefined) throw badParameter({ parameter, detail: "/export has no parameter but after" });
  if (!/^\d{1,15}$/.test(value)) throw wrongParameter("after", "the number of an event, such as 812");
  // The first part is read before the response begins, so that an unreachable archive is a 503.
  let part: Awaited<ReturnType<Bridge["archive"]["export"]>> | undefined = await bridge.archive.export(Number(value));
  if (part.lines.length === 0) throw badParameter({ parameter: "after", detail: `this archive has no event ${value}` });
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!part) return controller.close();
      const { lines, next } = part;
      controller.enqueue(encoder.encode(lines.map(jsonLine).join("")));
      part = next === undefined ? undefined : await bridge.archive.export(next);
    },
  });
  return new Response(body, { headers: { "content-type": NDJSON } });
}

/** Bytes of one part of a backup, at most. */
const MAX_PART_BYTES = 2 * 1024 * 1024;

/** Imports a part of a backup: all of it or nothing. */
export async function serveImport(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  const bytes = await readBody(c.req.raw, MAX_PART_BYTES, "a part of a backup");
  const lines: Line[] = [];
  for (const [i, text] of new TextDecoder().decode(bytes).split("\n").entries()) {
    if (text.trim() === "") continue;
    const line = lineOf(text);
    if (!line) throw rejected(`line ${i + 1} is no line of a backup`);
    lines.push(line);
  }
  const result = await bridge.archive.import(lines, Date.now());
  if ("refused" in result) throw rejected(result.refused);
  return Response.json(result);
}

const rejected = (detail: string) => new HttpError({ status: 422, detail, reason: "rejected" });

function lineOf(text: string): Line | undefined {
  try {
    const line = JSON.parse(text);
    return typeof line === "object" && !Array.isArray(line) ? line : undefined;
  } catch {
    return undefined;
  }
}
