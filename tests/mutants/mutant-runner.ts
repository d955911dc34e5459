import { appendFileSync, writeFileSync } from "node:fs";
import { type File, type Suite, startTests, type Task } from "@vitest/runner";
import { inject, TestRunner, vi } from "vitest";
import type { Status } from "./try-mutants.ts";

type Hits = Record<string, number>;

/** What the instrumented code and its runner tell each other. */
interface Switches {
  activeMutant?: string;
  currentTestId?: string;
  hitCount?: number;
  hitLimit?: number;
  mutantCoverage: { static: Hits; perTest: Record<string, Hits> };
}
const coverage: Switches["mutantCoverage"] = { static: {}, perTest: {} };
const switches: Switches = { mutantCoverage: coverage };
Object.assign(globalThis, { __stryker__: switches });

/** Milliseconds of CPU that a slow test takes. */
const SLOW = 1000;
const cpu = (): number => Number(process.cpuUsage().user) / 1000;

interface TestFile {
  path: string;
  /** What runs before its tests: modules, `describe`, `beforeAll`. */
  static: Hits;
  /** Milliseconds of CPU, by the test's id. */
  costs: Map<string, number>;
}

/** The tests of a file that a mutant may fail. `fresh`: with modules that are evaluated anew. */
interface Trial {
  path: string;
  tests: Set<string>;
  /** All tests of the file that are not slow: what one computed may be remembered for the others. */
  all: Set<string>;
  fresh: boolean;
  hits: number;
  cost: number;
}

/**
 * Vitest's runner, which runs all files once to see which mutants each test reaches, and then, for each mutant, those tests
 * until one fails. Modules stay loaded from one mutant to the next, which is what makes it fast. So a test that fails is
 * repeated without the mutant, in case that an earlier one left something behind.
 */
export default class MutantRunner extends TestRunner {
  readonly #files: TestFile[] = [];
  readonly #plan = inject("mutants");
  readonly #costs = new Map<string, number>();

  onBeforeCollect(): void {
    vi.resetModules();
    coverage.static = {};
  }

  override async onBeforeRunTask(test: Task): Promise<void> {
    await super.onBeforeRunTask(test);
    switches.currentTestId = test.id;
    this.#costs.set(test.id, -cpu());
  }

  override onAfterRunTask(test: Task): void {
    super.onAfterRunTask(test);
    switches.currentTestId = undefined;
    this.#costs.set(test.id, (this.#costs.get(test.id) ?? 0) + cpu());
  }

  // @ts-expect-error: Vitest calls it with the files.
  override async onAfterRunFiles([file]: [File]): Promise<void> {
    super.onAfterRunFiles();
    // Some tests fail without a mutant, since they need more random cases.
    const passed = testsOf(file).filter(({ result }) => result?.state === "pass");
    const costs = new Map(passed.map(({ id }) => [id, this.#costs.get(id) ?? 0]));
    this.#files.push({ path: file.filepath, static: coverage.static, costs });
    if (this.#files.length < this.#plan.files) return;
    const journal = (text: string) => appendFileSync(this.#plan.journal, text);
    journal(`${process.pid}\n`);
    const trials = this.#plan.ids.map((id) => ({ id, trials: this.#trials(id) }));
    // Those that need no fresh modules first.
    const isFresh = ({ trials: [first] }: { trials: Trial[] }) => Number(first?.fresh ?? false);
    for (const { id, trials: its } of trials.sort((a, b) => isFresh(a) - isFresh(b))) {
      journal(id);
      journal(`\t${await this.#try(id, its)}\n`);
    }
  }

  /** The tests to run for a mutant, cheapest file first. Slow tests are run only if no other reaches it, one file at least. */
  #trials(mutant: string): Trial[] {
    const quick = this.#trialsWithin(mutant, SLOW);
    const trials = quick.length > 0 ? quick : this.#trialsWithin(mutant, Number.POSITIVE_INFINITY);
    let cost = 0;
    return trials.filter((trial, index) => {
      cost += trial.cost;
      return index === 0 || cost <= this.#plan.seconds * 1000;
    });
  }

  #trialsWithin(mutant: string, most: number): Trial[] {
    return this.#files
      .map(({ path, static: statically, costs }) => {
        const fresh = mutant in statically;
        const reaches = (id: string) => fresh || coverage.perTest[id]?.[mutant] !== undefined;
        const tests = [...costs].flatMap(([id, cost]) => (cost <= most && reaches(id) ? id : []));
        return {
          path,
          tests: new Set(tests),
          all: new Set([...costs].flatMap(([id, cost]) => (cost <= most ? id : []))),
          fresh,
          hits: tests.reduce((sum, id) => sum + (coverage.perTest[id]?.[mutant] ?? 0), statically[mutant] ?? 0),
          cost: tests.reduce((sum, id) => sum + (costs.get(id) ?? 0), 0),
        };
      })
      .filter(({ tests }) => tests.size > 0)
      .sort((a, b) => a.cost - b.cost);
  }

  async #try(mutant: string, trials: Trial[]): Promise<Status> {
    let status: Status = trials.length > 0 ? "survived" : "not covered";
    for (const trial of trials) {
      let failed = await this.#run(trial, mutant);
      if (failed === undefined && switches.hitCount === 0 && !trial.fresh) {
        // What the mutated code computed was remembered from an earlier run.
        failed = await this.#run({ ...trial, tests: trial.all, fresh: true }, mutant);
      }
      if (failed === undefined) continue;
      if (failed === "timeout") return "timeout";
      const again = { ...trial, tests: failed };
      if ((await this.#run(again)) === undefined) return "killed";
      const failedFresh = await this.#run({ ...trial, fresh: true }, mutant);
      if (failedFresh === undefined) continue;
      if (failedFresh === "timeout") return "timeout";
      if ((await this.#run({ ...trial, tests: failedFresh, fresh: true })) === undefined) return "killed";
      status = "unstable";
    }
    return status;
  }

  /** Runs tests until one fails: its id (all of the trial's, if none could run), or `timeout`. */
  async #run({ path, tests, fresh, hits }: Trial, mutant?: string): Promise<Set<string> | "timeout" | undefined> {
    if (fresh) vi.resetModules();
    Object.assign(switches, { activeMutant: mutant, hitCount: 0, hitLimit: hits * 5 + 1000 });
    let failed: Set<string> | undefined;
    const quiet: TestRunner = Object.create(this, {
      config: { value: { ...this.config, testTimeout: 10_000, hookTimeout: 10_000 } },
      onCollectStart: { value: (file: File) => TestRunner.prototype.onCollectStart.call(quiet, file) },
      onBeforeCollect: { value: () => {} },
      onCollected: { value: ([file]: [File]) => skipOthers(file, tests) },
      onBeforeRunTask: {
        value: async (test: Task) => {
          // Its time says that the tests go on; `Date` may be a fake one.
          writeFileSync(`${this.#plan.journal}.sign`, "");
          if (failed) test.mode = "skip";
          await TestRunner.prototype.onBeforeRunTask.call(quiet, test);
        },
      },
      onAfterRunTask: {
        value: (test: Task) => {
          if (test.result?.state === "fail") failed ??= new Set([test.id]);
        },
      },
      onAfterRunSuite: { value: () => {} },
      onAfterRunFiles: { value: () => {} },
      onTaskUpdate: { value: () => {} },
    });
    const [file] = await startTests([path], quiet);
    vi.restoreAllMocks();
    vi.useRealTimers();
    switches.activeMutant = undefined;
    if (fresh) vi.resetModules();
    if ((switches.hitCount ?? 0) > (switches.hitLimit ?? 0)) return "timeout";
    return failed ?? (file?.result?.state === "fail" ? tests : undefined);
  }
}

function testsOf(suite: Suite): Task[] {
  return suite.tasks.flatMap((task) => (task.type === "suite" ? testsOf(task) : task));
}

/** Whether anything is left to run in a suite. */
function skipOthers(suite: Suite, tests: Set<string>): boolean {
  let some = false;
  for (const task of suite.tasks) {
    const wanted = task.type === "suite" ? skipOthers(task, tests) : tests.has(task.id);
    if (!wanted) task.mode = "skip";
    some ||= wanted;
  }
  return some;
}
