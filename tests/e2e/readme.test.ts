import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { type Bindings, bridgeOf } from "../../src/archive/bridge.ts";
import { parseQuery } from "../../src/query/query.ts";
import { VARIABLES } from "../../src/variables.ts";
import { contributing, nodeVariableTable, parameterTable, readme, variableTable, written } from "../readme.ts";
import { fragment } from "../replica/markup.ts";
import { answers, freePort, QUIET } from "../replica/worker.ts";

/** README.md and CONTRIBUTING.md are true: their commands run, their tables are the code's. */

const ROOT = join(import.meta.dirname, "../..");
const text = readme();
const design = contributing();
const file = (name: string) => readFileSync(join(ROOT, name), "utf8");
const env = { ...process.env, ...QUIET };

interface JsonItems {
  items: { _bridge: { key: string } }[];
}

/** The rows of the table below a heading or a sentence, cell by cell. */
function table(after: string, document = text): string[][] {
  const start = document.indexOf(after);
  expect(start, after).toBeGreaterThan(-1);
  const rows = document
    .slice(start)
    .split("\n")
    .filter(
      (line, i, lines) =>
        line.startsWith("|") &&
        lines.slice(0, i).filter((l, j) => l === "" && lines[j - 1]?.startsWith("|")).length === 0,
    );
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}

/** The anchors that GitHub gives the headings of a document. */
const anchorsOf = (document: string) =>
  [...document.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replace(/ /g, "-"),
  );

const names = (cell = "") => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);

describe("tables", () => {
  test("the parameters are those of the schema (npm run readme writes them)", () => {
    expect(written("parameters")).toBe(parameterTable());
  });

  test("the variables are those of the schema (npm run readme writes them)", () => {
    expect(written("variables")).toBe(variableTable());
    expect(written("node variables")).toBe(nodeVariableTable());
  });

  test("wrangler.toml has the variables that are no secrets, with their defaults", () => {
    const vars = Object.fromEntries(
      [...(file("wrangler.toml").split("[vars]")[1] ?? "").matchAll(/^(\w+) = "(.*)"$/gm)].map(([, k, v]) => [k, v]),
    );
    const open = Object.entries<{ default: string; secret?: true }>(VARIABLES).filter(([, { secret }]) => !secret);
    expect(vars).toEqual({
      KCNAWATCH_ORIGIN: "https://kcnawatch.org",
      ...Object.fromEntries(open.map(([name, variable]) => [name, variable.default])),
    });
  });

  test("the bindings are those that the Worker has", () => {
    const rows = table("| binding | what it is | default |");
    const known = /export interface Bindings extends Environment \{(.*?)\n\}/s.exec(file("src/archive/bridge.ts"))?.[1];
    const bindings = [...(known ?? "").matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name);
    expect(bindings.length).toBeGreaterThan(3);
    expect(rows.map(([name]) => names(name)[0]).sort()).toEqual(bindings.sort());
  });

  test("the libraries are the dependencies", () => {
    expect(
      table("| library | why |", design)
        .map(([name]) => name)
        .sort(),
    ).toEqual(Object.keys(manifest.dependencies).sort());
    const development = design.slice(design.indexOf("For development:"), design.indexOf("\n## Speed")).toLowerCase();
    for (const name of Object.keys(manifest.devDependencies)) {
      const plain = name.replace(/^@(?:types|cloudflare|biomejs)\//, "");
      expect(development, name).toContain(plain);
    }
  });

  test("the rooms are the folders", () => {
    const rooms = table("| floor | room | holds |", design).flatMap(([, room]) => names(room));
    const there = readdirSync(join(ROOT, "src"), { withFileTypes: true });
    expect(rooms.sort()).toEqual(there.map((entry) => `src/${entry.name}${entry.isDirectory() ? "/" : ""}`).sort());
  });

  test("the examples of filters are valid", async () => {
    const examples = table("| for articles that … | add |").flatMap(([, cell]) => names(cell));
    expect(examples.length).toBeGreaterThan(4);
    for (const example of examples) {
      const { searchParams } = new URL(example.replaceAll("\\|", "|"), "https://bridge.example/feeds/all.rss");
      expect(await parseQuery(searchParams, Date.now()), example).toHaveProperty("query");
    }
  });

  test("the example of a further source is one", () => {
    const examples = [...text.matchAll(/^ {4}SOURCES = '(.*)'$/gm)].map(([, sources]) => sources);
    const ids = examples.flatMap((sources) => {
      const bindings = { ARCHIVE: { idFromName() {} }, SNAPSHOTS: { get() {} } };
      return bridgeOf({ ...bindings, SOURCES: sources } as unknown as Bindings).sources.map(({ id }) => id);
    });
    for (const id of ["voice-en", "kcna-world"]) expect(ids).toContain(id);
  });

  test.each(["README.md", ".github/CONTRIBUTING.md"])("what %s links to is there", (document) => {
    const folder = join(ROOT, document, "..");
    for (const [, target = ""] of file(document).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [path, anchor] = target.split("#");
      const linked = path ? join(folder, path) : join(ROOT, document);
      expect(existsSync(linked), target).toBe(true);
      if (anchor) expect(anchorsOf(readFileSync(linked, "utf8")), target).toContain(anchor);
    }
    for (const name of names(file(document)))
      if (/^(?:src|tests)\/[\w./-]+$/.test(name)) expect(existsSync(join(ROOT, name)), name).toBe(true);
  });
});

describe("commands", () => {
  test("every script is told of, and every one that is told of is there", () => {
    const told = new Set([...(text + design).matchAll(/npm run (\w+)/g)].map(([, name]) => name as string));
    const scripts = Object.keys(manifest.scripts).filter((name) => name !== "test" && name !== "start");
    expect([...told].sort()).toEqual(scripts.sort());
  });

  test("npx wrangler deploy: a dry run builds what is deployed, within 280 KB", () => {
    const folder = mkdtempSync(join(tmpdir(), "bundle-"));
    const command = ["wrangler", "deploy", "--dry-run", "--outdir", folder];
    const printed = execFileSync("npx", command, { cwd: ROOT, env, encoding: "utf8" });
    for (const binding of ["env.ARCHIVE", "env.SNAPSHOTS"]) expect(printed).toContain(binding);
    const size = gzipSync(readFileSync(join(folder, "index.js")), { level: 9 }).length;
    rmSync(folder, { recursive: true });
    console.log(`the bundle has ${size} bytes gzipped`);
    expect(size).toBeLessThanOrEqual(280 * 1024);
  });

  describe("npm run demo", () => {
    let demo: ChildProcess;
    let printed = "";
    let addresses: string[];
    let origin: string;

    beforeAll(async () => {
      demo = spawn("npm", ["run", "demo", "--", "--still"], {
        cwd: ROOT,
        env,
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      for (const stream of [demo.stdout, demo.stderr]) {
        stream?.on("data", (chunk) => {
          printed += chunk;
        });
      }
      while (!printed.includes("Ctrl-C") && demo.exitCode === null) await new Promise((wait) => setTimeout(wait, 100));
      addresses = printed.match(/http:\/\/127\.0\.0\.1:\d+\S*/g) ?? [];
      origin = new URL(addresses[0] ?? "").origin;
    });
    afterAll(() => {
      if (demo.exitCode === null && demo.signalCode === null) process.kill(-(demo.pid as number), "SIGKILL");
    });

    test("prints the feeds' addresses, and no noise; they hold the seed's 16 articles", async () => {
      expect(addresses.map((address) => new URL(address).pathname)).toEqual([
        "/",
        "/feeds/kcna-en.rss",
        "/feeds/kcna-en.atom",
        "/feeds/kcna-en.json",
      ]);
      // npm's own remarks on the machine's settings are not ours.
      expect(printed.replace(/^npm warn .*$/gm, "")).not.toMatch(/warn|error|cf\.json/i);
      const { items } = (await (await fetch(`${origin}/feeds/kcna-en.json`)).json()) as { items: unknown[] };
      expect(items).toHaveLength(16);
    });

    test("every address that the README names answers", async () => {
      const paths = table("| address | what it is |").flatMap(([cell]) => names(cell));
      const feed = (await (await fetch(`${origin}/feeds/kcna-en.json`)).json()) as JsonItems;
      const key = feed.items[0]?._bridge.key ?? "";
      const whole = paths
        .map((path) => (path.startsWith("/") ? path : `/feeds/kcna-en${path}`))
        .map((path) => path.replace("<key>", key));
      expect(whole.length).toBeGreaterThan(10);
      for (const path of whole) expect((await fetch(origin + path)).status, path).toBe(200);
    });

    test("npm run push: takes in a page, the second time nothing; a wrong token is an error", () => {
      const push = (token: string, ...more: string[]) =>
        spawnSync("npm", ["run", "--silent", "push", "--", "--to", origin, "--source", "kcna-en", ...more], {
          cwd: ROOT,
          env: { ...env, ADMIN_TOKEN: token },
          encoding: "utf8",
        });
      const shown = {
        key: "1769740000-77",
        slug: "pushed",
        title: "Pushed",
        excerpt: "…",
        printed: "January 30, 2026",
      };
      const folder = mkdtempSync(join(tmpdir(), "push-"));
      writeFileSync(join(folder, "page.html"), fragment([shown]));
      const page = ["--file", join(folder, "page.html")];
      const of = "https://kcnawatch.org/wp-admin/admin-ajax.php?action=get_cat_by_source&from=10&to=10&id=1";
      const [, token = ""] = /`ADMIN_TOKEN` is\s`([^`]+)`/.exec(text) ?? [];
      const [first, second] = [push(token, ...page, "--url", of), push(token, ...page, "--url", of)];
      expect(JSON.parse(first.stdout)).toMatchObject({ kind: "listing", articles: 1, new: 1 });
      expect(JSON.parse(second.stdout)).toMatchObject({ new: 0, changed: 0 });
      const wrong = push("wrong", ...page, "--url", of);
      expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining("401")]);
      for (const file of [join(folder, "missing.html"), folder]) {
        const unread = push("demo", "--file", file);
        expect([unread.status, unread.stderr]).toEqual([1, expect.stringMatching(/^\S+ could not be read: .*\n$/)]);
      }
      rmSync(folder, { recursive: true });
      const nothing = spawnSync("npm", ["run", "--silent", "push"], { cwd: ROOT, env, encoding: "utf8" });
      expect([nothing.status, nothing.stderr]).toEqual([1, expect.stringContaining("--to")]);
    });

    test("Ctrl-C ends it and all that it started", async () => {
      const ended = new Promise((exit) => demo.once("exit", exit));
      // What a terminal does: the signal goes to the whole group.
      process.kill(-(demo.pid as number), "SIGINT");
      await ended;
      await expect(fetch(origin)).rejects.toThrow();
    });
  });

  /** Whether a process of the group is left. */
  const isThere = (group: number) => {
    try {
      return process.kill(-group, 0);
    } catch {
      return false;
    }
  };
  const until = async (done: () => boolean | Promise<boolean>) => {
    while (!(await done())) await new Promise((wait) => setTimeout(wait, 50));
  };

  test("npm run demo where nothing can be written: an error that says so, at once", () => {
    const folder = mkdtempSync(join(tmpdir(), "demo-"));
    for (const name of ["src", "tests", "package.json", "wrangler.toml"]) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    // Nothing is read-only to root; what it cannot do is make a folder where a file is.
    if (process.getuid?.() === 0) writeFileSync(join(folder, ".wrangler"), "");
    else chmodSync(folder, 0o555);
    const temporary = mkdtempSync(join(tmpdir(), "demo-"));
    const { status, stderr } = spawnSync("npm", ["run", "--silent", "demo", "--", "--still"], {
      cwd: folder,
      env: { ...env, TMPDIR: temporary },
      encoding: "utf8",
      timeout: 30_000,
    });
    chmodSync(folder, 0o755);
    expect([status, stderr.trim()]).toEqual([1, expect.stringMatching(/^.*\.wrangler.* cannot be written to: .*$/)]);
    expect(readdirSync(temporary).filter((name) => name !== "node-compile-cache")).toEqual([]);
    for (const made of [folder, temporary]) rmSync(made, { recursive: true });
  });

  test.each([[[]], [["--", "--still"]]])(
    "npm run demo %j: Ctrl-C while it starts leaves no folder and no process",
    async (more) => {
      const temporary = mkdtempSync(join(tmpdir(), "demo-"));
      const demo = spawn("npm", ["run", "--silent", "demo", ...more], {
        cwd: ROOT,
        env: { ...env, TMPDIR: temporary },
        stdio: "ignore",
        detached: true,
      });
      const group = demo.pid as number;
      const ended = new Promise((exit) => demo.once("exit", exit));
      // npm keeps compiled code there.
      const left = () => readdirSync(temporary).filter((name) => name !== "node-compile-cache");
      await until(() => left().length > 0);
      process.kill(-group, "SIGINT");
      await ended;
      await until(() => !isThere(group));
      // Wrangler has a group of its own; its arguments name the folder.
      await until(() => !execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).includes(temporary));
      expect(left()).toEqual([]);
      rmSync(temporary, { recursive: true });
    },
  );

  test("npm run dev: told to end, it ends with all that it started", async () => {
    const archive = mkdtempSync(join(tmpdir(), "dev-"));
    const [port, inspector] = [await freePort(), await freePort()];
    const where = ["--port", String(port), "--inspector-port", String(inspector), "--persist-to", archive];
    const dev = spawn("npm", ["run", "--silent", "dev", "--", ...where], {
      cwd: ROOT,
      env,
      stdio: "ignore",
      detached: true,
    });
    const group = dev.pid as number;
    try {
      await until(() => answers(`http://127.0.0.1:${port}`));
      // What a service manager does: the signal goes to npm alone.
      dev.kill("SIGTERM");
      await until(() => !isThere(group));
      expect(await answers(`http://127.0.0.1:${port}`)).toBe(false);
    } finally {
      if (isThere(group)) process.kill(-group, "SIGKILL");
      rmSync(archive, { recursive: true });
    }
  });
});
