import { afterEach, expect, test, vi } from "vitest";
import { nodeSql } from "../../src/platform/node.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a Node whose SQLite is too old is told so before the archive is opened; newer ones are not", () => {
  const openWith = (sqlite: string | undefined) => {
    vi.stubGlobal("process", Object.create(process, { versions: { value: { ...process.versions, sqlite } } }));
    return nodeSql(":memory:");
  };
  for (const version of ["3.50.4", "3.9.0", "2.99.1", undefined]) {
    const message = `this Node has SQLite ${version ?? ""}, and 3.51 is needed: install the newest Node 24`;
    expect(() => openWith(version)).toThrow(message);
  }
  for (const version of ["3.51.0", "3.53.4", "3.100.0", "4.0.0"]) openWith(version).close();
});
