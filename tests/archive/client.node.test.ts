import { afterEach, expect, test, vi } from "vitest";
import { ArchiveUnavailable, archiveObject } from "../../src/archive/client.ts";

/** Calls of the archive's object, and what Cloudflare says when it cannot be called. */

afterEach(() => vi.restoreAllMocks());

/** A namespace whose object fails as many calls as there are errors. A stub that failed once stays broken, as Cloudflare's do. */
function failing(...errors: object[]) {
  const calls: string[] = [];
  const get = () => {
    let broken: Error | undefined;
    const invoke = async (method: string, values: string) => {
      calls.push(`${method} ${values}`);
      const error = errors.shift();
      if (error) broken = Object.assign(new Error("the object was reset"), error);
      if (broken) throw broken;
      return "[]";
    };
    return { invoke };
  };
  return { calls, archive: archiveObject({ idFromName: (name: string) => name, get } as never) };
}

const RESET = { retryable: true, remote: true };
const CALL = 'latest [["kcna-en"]]';

test("a call of an object that Cloudflare has reset is made again, once, by a new stub", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const once = failing(RESET);
  expect(await once.archive.latest(["kcna-en"])).toEqual([]);
  expect(once.calls).toEqual([CALL, CALL]);
  expect(console.error).not.toHaveBeenCalled();
  const again = failing(RESET, RESET);
  await expect(again.archive.latest(["kcna-en"])).rejects.toThrow(ArchiveUnavailable);
  expect(again.calls).toEqual([CALL, CALL]);
});

test.each([
  ["overloaded", { retryable: true, overloaded: true }],
  ["failing by itself", { remote: true }],
])("a call of an object that is %s is not made again", async (_, error) => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { calls, archive } = failing(error);
  await expect(archive.latest(["kcna-en"])).rejects.toThrow(ArchiveUnavailable);
  expect(calls).toEqual([CALL]);
});
