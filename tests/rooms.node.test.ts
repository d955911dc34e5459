import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

/** The rules for rooms, as CONTRIBUTING's table of floors has them, checked on the imports and exports of all files. */

const ROOT = join(import.meta.dirname, "..");
/** In the place of modules of the runtime, under their names. */
const STAND_IN = "tests/cloudflare-on-node.ts";
/** What the runtime, not a file of the project, imports. */
const ENTRIES = [
  // Not yet imported.
  "tests/replica/node.ts: RUNTIMES",
  "src/index.ts: ArchiveObject",
  "tests/bench/constant.ts: ArchiveObject",
  "tests/bench/measured.ts: ArchiveObject",
  "tests/replica/scheduled.ts: ArchiveObject",
];

const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** All files by path, with their text. */
const FILES = new Map(
  ["src", "tests"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name) && !/\.d\.ts$|node_modules/.test(name))
      .map((name): [string, string] => [join(folder, name), textOf(join(folder, name))]),
  ),
);

/** `a, type B, C as D` to the names before (`from`) or behind (`to`) an `as`. */
const namesIn = (list: string, side: "from" | "to"): string[] =>
  list.split(",").flatMap((part) => {
    const [from, to = from] = part
      .trim()
      .replace(/^type\s+/, "")
      .split(/\s+as\s+/);
    return (side === "from" ? from : to) || [];
  });

interface Import {
  path: string;
  /** `*` is every name. */
  names: string[];
}

/** What a file imports from files of the project; `export … from` imports too. */
function importsOf(path: string, text: string): Import[] {
  const target = (address: string) => relative(ROOT, join(ROOT, dirname(path), address));
  const found: Import[] = [];
  for (const [, clause = "", address = ""] of text.matchAll(/^(?:import|export)\s([^;"']*?)\sfrom\s+"(\.[^"]+)"/gm)) {
    const inBraces = /\{([^}]*)\}/.exec(clause)?.[1] ?? "";
    const isAll = clause.includes("*");
    const isDefault = /^(?:type\s+)?[\w$]+\s*(?:,|$)/.test(clause.trim());
    const others = [...(isAll ? ["*"] : []), ...(isDefault ? ["default"] : [])];
    found.push({ path: target(address), names: [...namesIn(inBraces, "from"), ...others] });
  }
  for (const [, address = ""] of text.matchAll(/\bimport\(\s*"(\.[^"]+)"\s*\)/g))
    found.push({ path: target(address), names: ["*"] });
  return found;
}

function exportsOf(text: string): string[] {
  const declared = text.matchAll(
    /^export (?:declare |abstract |async )*(?:const|let|function\*?|class|interface|type|enum) ([\w$]+)/gm,
  );
  const listed = text.matchAll(/^export (?:type )?\{([^}]*)\}/gm);
  return [
    ...[...declared].map(([, name = ""]) => name),
    ...[...listed].flatMap(([, list = ""]) => namesIn(list, "to")),
  ];
}

/** Rooms (a folder of `src/`, which ends in a slash, or a file) and their floors. */
const FLOORS = new Map(
  [...textOf(".github/CONTRIBUTING.md").matchAll(/^\| (\d) \| (`src\/[^|]*) \|/gm)].flatMap(([, floor, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, room = ""]): [string, number] => [room, Number(floor)]),
  ),
);

const roomOf = (path: string): string =>
  [...FLOORS.keys()].find((room) => (room.endsWith("/") ? path.startsWith(room) : path === room)) ?? path;

/** Imports from one room into another. */
const CROSSINGS = [...FILES].flatMap(([path, text]) =>
  path.startsWith("src/")
    ? importsOf(path, text)
        .map((one) => ({ path, other: one.path, from: roomOf(path), to: roomOf(one.path) }))
        .filter(({ from, to }) => from !== to)
    : [],
);

test("every file of src is in a room that has a floor", () => {
  expect(FLOORS.size).toBeGreaterThan(8);
  expect([...FILES.keys()].filter((path) => path.startsWith("src/") && !FLOORS.has(roomOf(path)))).toEqual([]);
});

test("no import runs up", () => {
  expect(CROSSINGS.length).toBeGreaterThan(50);
  const up = CROSSINGS.filter(({ from, to }) => (FLOORS.get(from) ?? 0) < (FLOORS.get(to) ?? 9));
  expect(up.map(({ path, other }) => `${path} imports ${other}`)).toEqual([]);
});

test("no rooms import each other in a circle", () => {
  const reached = (room: string, seen = new Set<string>()): Set<string> => {
    for (const { to } of CROSSINGS.filter(({ from }) => from === room)) {
      if (seen.has(to)) continue;
      seen.add(to);
      reached(to, seen);
    }
    return seen;
  };
  expect([...FLOORS.keys()].filter((room) => reached(room).has(room))).toEqual([]);
});

test("nothing is exported that nobody imports", () => {
  const imported = new Set(
    [...FILES].flatMap(([path, text]) =>
      importsOf(path, text).flatMap((one) => one.names.map((name) => `${one.path}: ${name}`)),
    ),
  );
  const unused = [...FILES].flatMap(([path, text]) =>
    imported.has(`${path}: *`) || path === STAND_IN
      ? []
      : exportsOf(text)
          .map((name) => `${path}: ${name}`)
          .filter((name) => !imported.has(name) && !ENTRIES.includes(name)),
  );
  expect(unused).toEqual([]);
});

test("no file of src is larger than a thought, no room than a third of src", () => {
  const lines = (text: string) => text.split("\n").length - 1;
  const own = [...FILES].filter(([path]) => path.startsWith("src/"));
  expect(own.filter(([, text]) => lines(text) > 350).map(([path]) => path)).toEqual([]);
  const total = own.reduce((sum, [, text]) => sum + lines(text), 0);
  const large = [...FLOORS.keys()].filter((room) => {
    const inRoom = own.filter(([path]) => roomOf(path) === room);
    return inRoom.reduce((sum, [, text]) => sum + lines(text), 0) > total / 3;
  });
  expect(large).toEqual([]);
});
