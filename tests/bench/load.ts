import { fail, readOptions } from "../../src/cli/command.ts";
import { wait } from "../random.ts";
import { startNode } from "../replica/node.ts";
import { freePort } from "../replica/worker.ts";
import { type Live, liveOf } from "./heap.ts";
import { checkAll, settle } from "./load/checks.ts";
import { Clients } from "./load/clients.ts";
import { checkMemory, residentOf, watchMemory } from "./load/memory.ts";
import { callbacks, type Receivers, startReceivers } from "./load/receivers.ts";
import { SyncCopy } from "./load/sync-copy.ts";
import { SOURCES, startWorld, type World } from "./load/world.ts";
import { loadNode } from "./node.ts";
import { startKv } from "./stores.ts";
import { loadWorker } from "./worker.ts";
import { build, startWorkerd } from "./workerd.ts";

/** `npm run load`: websites, readers, services, pushers and subscribers at once, honest and hostile ones. */
const USAGE = `npm run load [-- --minutes <number>] [--runtime <node or worker>] [--seed <number>] [--full-speed]

Lets everything happen at once: the website publishes, edits, deletes and fails; readers, services, pushers and subscribers
come, honest and hostile ones. Ends with 1 if a promise of README is broken, something is lost, or memory rises.

  --minutes     how long, 1 by default
  --runtime     node (the default) or worker
  --seed        repeats the order of what happens; 1 by default
  --full-speed  requests only cached feeds, as fast as possible, and prints the times`;

const TOKEN = "a-token-for-the-load";
const BASE = "https://bridge.example";
const READERS = 10;
/** Milliseconds in which what is under way ends, before the heap is measured. */
const REST = 4000;

/** glibc gives back what is freed (mallopt(3)), so that the process's size is what it holds: it would keep 100 MB. */
const GIVE_BACK = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_TRIM_THRESHOLD_: "131072",
  MALLOC_MMAP_THRESHOLD_: "131072",
};

interface Running {
  origin: string;
  pid: number;
  live(): Promise<Live>;
  stop(): Promise<void>;
}

async function start(runtime: string, variables: Record<string, string>): Promise<Running> {
  if (runtime === "node") {
    const inspector = await freePort();
    const more = { NODE_OPTIONS: `--inspect=127.0.0.1:${inspector}`, CRON: "on" };
    const node = await startNode({ ...variables, ...more, ...GIVE_BACK });
    return { ...node, live: () => liveOf(inspector, node.origin) };
  }
  const kv = await startKv(new Map(), () => true);
  const worker = await startWorkerd({ script: build("src/index.ts").script, kv: kv.address, variables });
  return {
    ...worker,
    async stop() {
      await worker.stop();
      await kv.close();
    },
  };
}

const variablesFor = (world: World, { address, webhooks }: Receivers) => ({
  KCNAWATCH_ORIGIN: world.replica.origin,
  SOURCES: JSON.stringify(
    SOURCES.slice(3).map(({ id, name, language, number }) => ({ id, name, language, article: number })),
  ),
  ADMIN_TOKEN: TOKEN,
  PUBLIC_URL: BASE,
  BODIES_PER_TICK: "20",
  WEBHOOKS: webhooks,
  PRIVATE_RECEIVERS: address,
  PRIVATE_SUBSCRIBERS: address,
});

async function load(runtime: string, minutes: number, seed: number): Promise<string[]> {
  const [world, receivers] = await Promise.all([startWorld(seed), startReceivers()]);
  const bridge = await start(runtime, variablesFor(world, receivers));
  try {
    const clients = new Clients(bridge.origin, TOKEN, world);
    // Something of each source is stored before anybody reads.
    for (const source of SOURCES) await clients.pushPage(world.page(source));
    await clients.ask("refresh", "/refresh/all", { method: "POST", headers: { authorization: `Bearer ${TOKEN}` } });
    for (const { callback, topic } of callbacks(receivers.address)) await clients.subscribe(callback, topic, BASE);
    const copies = [new SyncCopy(), new SyncCopy()] as const;
    const [over, isOver] = [new AbortController(), AbortSignal.timeout(minutes * 60_000)];
    isOver.addEventListener("abort", () => over.abort());
    const { signal } = over;
    const work = [
      world.live(signal),
      world.fail(signal),
      ...Array.from({ length: READERS }, () => clients.read(signal)),
      clients.refresh(signal),
      clients.push(signal),
      clients.push(signal),
      clients.sync(copies[0], 20, signal),
      clients.sync(copies[1], 0, signal),
      clients.crowd(signal),
      clients.strangers(receivers.address, BASE, signal),
    ];
    const liveAtRest = () => {
      const live = wait(REST).then(bridge.live);
      clients.restUntil(live);
      return live;
    };
    const samples = await watchMemory(bridge.pid, liveAtRest, signal);
    await Promise.all(work);
    await settle(bridge.origin, TOKEN, world, receivers);
    for (const copy of copies) await copy.catchUp(bridge.origin);
    const faults = [
      ...clients.faults,
      ...receivers.faults,
      ...(await checkAll(bridge.origin, TOKEN, world, clients, receivers, copies)),
      ...checkMemory(samples),
    ];
    print(clients, world, receivers, copies[0]);
    for (const what of ["heap", "outside", "resident"] as const)
      console.log(`${what} at rest (MB): ${samples.map((sample) => sample[what].toFixed(1)).join(" ")}`);
    console.log(`resident at most: ${residentOf(bridge.pid, "VmHWM").toFixed(0)} MB`);
    return faults;
  } finally {
    await bridge.stop();
    await Promise.all([world.replica.close(), receivers.close()]);
  }
}

function print(clients: Clients, world: World, receivers: Receivers, copy: SyncCopy): void {
  console.log(
    `\n${"requests".padEnd(16)}${"number".padStart(8)}  ${"p50 ms".padStart(7)}${"p99 ms".padStart(8)}  statuses`,
  );
  for (const [kind, { statuses, times }] of [...clients.seen].sort()) {
    const sorted = times.sort((a, b) => a - b);
    const at = (part: number) => (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(0);
    const counts = [...statuses].sort().map(([status, count]) => `${status}: ${count}`);
    console.log(
      `${kind.padEnd(16)}${String(times.length).padStart(8)}  ${at(0.5).padStart(7)}${at(0.99).padStart(8)}  ${counts.join(", ")}`,
    );
  }
  const events = [...copy.events.values()].reduce((sum, { length }) => sum + length, 0);
  console.log(`\nthe website: ${JSON.stringify(world.acts)}, ${world.replica.requests.length} requests`);
  console.log(
    `a copy: ${copy.articles.size} articles, ${events} events; ${clients.acknowledged.size} articles acknowledged to pushers, ${world.shown.size} shown to the bridge`,
  );
  const received = [...receivers.messages, ...receivers.pushes].map(([name, { length }]) => `${name} ${length}`);
  console.log(`received: ${received.join(", ")}; hostile receivers ${receivers.hostileRequests}`);
  if (clients.isStarved) console.log("the machine was too busy to tell whether messages are repeated without need");
}

const { values } = readOptions(
  {
    minutes: { type: "string", default: "1" },
    runtime: { type: "string", default: "node" },
    seed: { type: "string", default: "1" },
    "full-speed": { type: "boolean", default: false },
  },
  USAGE,
);
const minutes = Number(values.minutes);
if (!(minutes > 0)) fail(`--minutes ${values.minutes}: must be a number above 0\n\n${USAGE}`);
if (!["node", "worker"].includes(values.runtime))
  fail(`--runtime ${values.runtime}: must be node or worker\n\n${USAGE}`);
if (values["full-speed"]) {
  const result = await (values.runtime === "node" ? loadNode : loadWorker)(minutes * 60);
  console.log(JSON.stringify(result, null, 2));
  process.exit(0);
}
const faults = await load(values.runtime, minutes, Number(values.seed));
for (const fault of faults.slice(0, 40)) console.log(`FAULT ${fault}`);
console.log(`\n${values.runtime}, ${minutes} minutes, seed ${values.seed}: ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
