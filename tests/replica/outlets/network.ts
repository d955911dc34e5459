import { chosonsinbo } from "./chosonsinbo.ts";
import { faultyAnswer, type OutletFault } from "./faults.ts";
import type { Answer, Outlet, OutletRequest } from "./http.ts";
import { kcna } from "./kcna.ts";
import { mfa } from "./mfa.ts";
import { rodong } from "./rodong.ts";
import type { OutletName } from "./stories.ts";
import { vok } from "./vok.ts";
import type { World } from "./world.ts";

/** All outlets, with the faults that are set and a record of what was asked. Servers and a faked `fetch` share it. */

export const OUTLETS: Readonly<Record<OutletName, Outlet>> = { kcna, rodong, vok, mfa, chosonsinbo };

/** An address of each outlet's own: a bridge that has it as `{SITE}_ORIGIN` leaves no pauses between requests. */
const mirrorOf = (name: OutletName): string => `http://${name}.replica`;

/** `KCNA_ORIGIN` and the like, for a bridge that reads the mirrors. */
export const MIRROR_VARIABLES: Readonly<Record<string, string>> = Object.fromEntries(
  (Object.keys(OUTLETS) as OutletName[]).map((name) => [`${name.toUpperCase()}_ORIGIN`, mirrorOf(name)]),
);

interface SeenRequest extends OutletRequest {
  outlet: OutletName;
}

export class OutletNetwork {
  readonly world: World;
  readonly requests: SeenRequest[] = [];
  /** By outlet, faults by the start of a path; the longest match counts, `""` is every path. */
  readonly faults = new Map<OutletName, Map<string, OutletFault>>();

  constructor(world: World) {
    this.world = world;
  }

  /** Sets a fault for every path of an outlet that begins so; `undefined` mends it. */
  fault(outlet: OutletName, fault: OutletFault | undefined, start = ""): void {
    const faults = this.faults.get(outlet) ?? new Map<string, OutletFault>();
    this.faults.set(outlet, faults);
    if (fault === undefined) faults.delete(start);
    else faults.set(start, fault);
  }

  answer(name: OutletName, request: OutletRequest): Answer {
    this.requests.push({ outlet: name, ...request });
    const [fault] = [...(this.faults.get(name) ?? [])]
      .filter(([start]) => request.path.startsWith(start))
      .sort(([a], [b]) => b.length - a.length);
    const outlet = OUTLETS[name];
    return fault ? faultyAnswer(fault[1], outlet, this.world, request) : outlet.answer(this.world, request);
  }

  /** Paths that an outlet was asked for. */
  paths(outlet: OutletName): string[] {
    return this.requests.filter((request) => request.outlet === outlet).map(({ path }) => path);
  }

  /**
   * Answers a request to an outlet or its mirror as a `fetch` would; undefined for any other host.
   *
   * @param wait lets so many seconds pass for answers that are slow; by default none pass
   */
  async fetch(
    input: Request | URL | string,
    init?: RequestInit,
    wait?: (seconds: number) => Promise<void>,
  ): Promise<Response | undefined> {
    const request = new Request(input, init);
    const { origin, pathname, search } = new URL(request.url);
    const outlet = Object.values(OUTLETS).find((one) => one.origin === origin || mirrorOf(one.name) === origin);
    if (!outlet) return undefined;
    const headers = Object.fromEntries(request.headers);
    const answer = this.answer(outlet.name, {
      method: request.method,
      path: pathname + search,
      headers,
      body: await request.text(),
    });
    if (answer.seconds) await wait?.(answer.seconds);
    if (answer.breaks === "before") throw new TypeError("Network connection lost.");
    const body = answer.breaks === "within" ? broken(answer.body) : (answer.body as BodyInit);
    return new Response(body, { status: answer.status, headers: answer.headers });
  }
}

/** Half of a body, then an error. */
function broken(body: string | Uint8Array): ReadableStream<Uint8Array> {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  let isSent = false;
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      if (isSent) controller.error(new TypeError("Network connection lost."));
      else controller.enqueue(bytes.slice(0, bytes.length / 2));
      isSent = true;
    },
  });
}
