import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { type Fault, misbehave } from "./faults.ts";
import type { Shown } from "./markup.ts";
import seed from "./seed.json" with { type: "json" };
import { type Answer, answerTo, printedDay } from "./website.ts";

/**
 * A small copy of the website's behaviour on loopback: listings, load-more fragments, the search, article pages, and
 * the ways in which it fails. The demo, the end-to-end tests and the benchmark share it.
 */
export interface Replica {
  origin: string;
  /** What each listing shows, newest first, by the source's number on the website. */
  listings: Map<string, Shown[]>;
  /** Faults by the start of a path; the longest match counts. */
  faults: Map<string, Fault>;
  /** Path and query of every request so far, with its headers. */
  requests: { path: string; headers: IncomingMessage["headers"] }[];
  close(): Promise<void>;
}

/**
 * @param names of the sources, by their numbers on the website
 * @param onAnswer is given the path and the page of every answer that is no fault
 */
export async function startReplica({
  names = NAMES,
  onAnswer,
}: {
  names?: Readonly<Record<string, string>>;
  onAnswer?(path: string, html: string): void;
} = {}): Promise<Replica> {
  const listings = new Map<string, Shown[]>([
    ["156", [...(seed as Shown[])]],
    ["189661", korean("로동신문", 1769731200, 14)],
    ["190036", korean("조선중앙통신", 1769720400, 12)],
  ]);
  const faults = new Map<string, Fault>();
  const requests: Replica["requests"] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    requests.push({ path, headers: request.headers });
    const fault = [...faults]
      .filter(([start]) => path.startsWith(start))
      .sort((a, b) => b[0].length - a[0].length)[0]?.[1];
    const answer = () => answerTo({ listings, names }, path);
    if (fault) return misbehave(fault, response, answer);
    const page = answer();
    onAnswer?.(path, page.html);
    send(response, page);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    listings,
    faults,
    requests,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const NAMES: Record<string, string> = {
  "156": "KCNA.kp (En)",
  "163": "Voice of Korea (EN)",
  "189661": "Rodong Sinmun (Kr)",
  "190036": "KCNA.kp (Kr)",
};

function send(response: ServerResponse, { status, html }: Answer): void {
  response.writeHead(status, { "content-type": "text/html; charset=UTF-8" });
  response.end(html);
}

/** Placeholder articles in Korean, an hour apart, newest first. */
function korean(medium: string, newest: number, count: number): Shown[] {
  return Array.from({ length: count }, (_, i) => {
    const collectedAt = newest - i * 3600;
    const title = `·${medium} 시험 기사 ${count - i}`;
    return {
      key: `${collectedAt}-${1000 + i}`,
      slug: encodeURIComponent(title).toLowerCase(),
      title,
      excerpt: `(평양 1월 30일발 조선중앙통신) ${medium}의 시험용 기사 ${count - i}번 본문입니다.`,
      printed: printedDay(collectedAt * 1000),
    };
  });
}

/** A page of `tests/pages/`. */
export const pageFile = (name: string): string => readFileSync(join(import.meta.dirname, "../pages", name), "utf8");
