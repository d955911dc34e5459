import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NODE_VARIABLES, VARIABLES } from "../../src/variables.ts";
import { answers, freePort } from "../replica/worker.ts";

/** The Dockerfile's steps, one after the other, in folders in the place of images: no container engine is needed. */

const ROOT = join(import.meta.dirname, "../..");
const read = (name: string) => readFileSync(join(ROOT, name), "utf8");

interface Step {
  instruction: string;
  value: string;
}

const steps: Step[] = read("Dockerfile")
  .split("\n")
  .filter((line) => line.trim() !== "" && !line.startsWith("#"))
  .map((line) => ({ instruction: line.split(" ")[0] as string, value: line.slice(line.indexOf(" ") + 1) }));

/** What the context of a build has: .dockerignore leaves everything out but the lines with an exclamation mark. */
const context = read(".dockerignore")
  .split("\n")
  .filter((line) => line.startsWith("!"))
  .map((line) => line.slice(1));

interface Image {
  root: string;
  workdir: string;
  env: Record<string, string>;
  user?: string;
  volume?: string;
  port?: string;
  health?: string[];
  command?: string[];
}

let folder: string;
const images = new Map<string, Image>();
let image: Image;

/** A path of the image, in its folder. */
const within = ({ root, workdir }: Image, path: string) =>
  join(root, path.startsWith("/") ? path : join(workdir, path));
/** A command whose absolute paths are those of the image. */
const moved = ({ root }: Image, text: string) => text.replace(/(^|\s)(\/(?:data|bridge)\b)/g, `$1${root}$2`);

const listOf = (value: string): string[] => JSON.parse(value.slice(value.indexOf("[")));

const actions: Record<string, (value: string) => void> = {
  FROM(value) {
    const [from, , name = ""] = value.split(" ");
    expect(from).toMatch(/^node:24-/);
    const root = mkdtempSync(join(folder, "image-"));
    // Folders of a container are readable by its users.
    chmodSync(root, 0o755);
    image = { root, workdir: "/", env: {} };
    images.set(name, image);
  },
  WORKDIR(value) {
    image.workdir = value;
    mkdirSync(within(image, value), { recursive: true });
  },
  ENV(value) {
    for (const [, name, text] of value.matchAll(/(\w+)=(\S+)/g)) image.env[name as string] = text as string;
  },
  COPY(value) {
    const [, from, files = ""] = /^(?:--from=(\w+) )?(.*)$/.exec(value) ?? [];
    const names = files.split(" ");
    const to = names.pop() as string;
    const source = from ? images.get(from) : undefined;
    for (const name of names) {
      if (!source) expect(context).toContain(name.replace(/^\.\//, ""));
      const target = within(image, to.endsWith("/") ? join(to, name) : to);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(source ? within(source, name) : join(ROOT, name), target, { recursive: true });
    }
  },
  RUN(value) {
    // The folder's owner is the user who runs the test.
    execFileSync("sh", ["-ec", `chown() { :; }; ${moved(image, value)}`], {
      cwd: within(image, "."),
      env: { ...process.env, ...image.env, npm_config_prefer_offline: "true" },
      stdio: ["ignore", "ignore", "inherit"],
    });
  },
  USER: (value) => {
    image.user = value;
  },
  VOLUME: (value) => {
    image.volume = value;
  },
  EXPOSE: (value) => {
    image.port = value;
  },
  HEALTHCHECK: (value) => {
    image.health = listOf(value);
  },
  CMD: (value) => {
    image.command = listOf(value);
  },
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "container-"));
  for (const { instruction, value } of steps) {
    const action = actions[instruction];
    if (!action) throw new Error(`the test knows no ${instruction}`);
    action(value);
  }
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The image's command, with the Node that runs this test and the folder of the volume. */
function commandOf(words: readonly string[] = [], more: Record<string, string> = {}) {
  const [program, ...values] = words;
  expect(program).toBe("node");
  const env = {
    PATH: process.env.PATH ?? "",
    ...image.env,
    DATA: moved(image, image.env.DATA ?? ""),
    CRON: "off",
    ...more,
  };
  return { values: values.map((value) => moved(image, value)), env };
}

describe("the container", () => {
  test("is one file, runs without root, has one volume and one port, and needs no shell", () => {
    expect(readdirSync(image.root).sort()).toEqual(["bridge", "data"]);
    expect(readdirSync(join(image.root, "bridge"))).toEqual(["node.js"]);
    expect(image).toMatchObject({ user: "node", volume: "/data", port: "8787" });
    expect(image.env).toMatchObject({ HOST: "0.0.0.0", PORT: image.port, DATA: image.volume });
    expect(existsSync(join(images.get("build")?.root ?? "", "bridge/node_modules/workerd"))).toBe(false);
  });

  test("serves, is healthy while it does, and keeps its archive in the volume", async () => {
    const port = String(await freePort());
    const { values, env } = commandOf(image.command, { PORT: port, HOST: "127.0.0.1" });
    const health = () => {
      const command = commandOf(image.health, { PORT: port, HOST: "0.0.0.0" });
      return spawnSync(process.execPath, command.values, { env: command.env, encoding: "utf8" });
    };
    expect(health()).toMatchObject({ status: 1, stdout: expect.stringContaining("ECONNREFUSED") });
    const child = spawn(process.execPath, values, { env, stdio: "ignore" });
    const ended = new Promise((exit) => child.once("exit", exit));
    try {
      while (!(await answers(`http://127.0.0.1:${port}`))) {
        expect(child.exitCode).toBeNull();
        await new Promise((wait) => setTimeout(wait, 20));
      }
      expect(health()).toMatchObject({ status: 0, stdout: "" });
      expect(readdirSync(join(image.root, "data"))).toContain("archive.db");
    } finally {
      child.kill("SIGTERM");
      expect(await ended).toBe(0);
    }
  });
});

test("compose.yaml builds it, keeps /data in a volume and hands over every variable of .env", () => {
  const compose = read("compose.yaml");
  expect(compose).toMatch(/build: \.\n/);
  expect(compose).toMatch(/- archive:\/data\n/);
  expect(compose).toMatch(/"127\.0\.0\.1:8787:8787"/);
  const names = [...compose.matchAll(/^ {6}([A-Z_]+): /gm)].map(([, name]) => name as string);
  expect(compose).toMatch(/env_file:\n +- path: \.env\n +required: false\n/);
  // What .env may not change: the image's port, volume and address.
  expect(names).toEqual(["PUBLIC_URL", "HOST", "PORT", "DATA"]);
  for (const name of names) expect({ ...VARIABLES, ...NODE_VARIABLES }).toHaveProperty(name);
});
