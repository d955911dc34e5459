import { afterAll, expect, test, vi } from "vitest";
import { guardFetch } from "../../src/platform/node-fetch.ts";

/** What names resolve to, in the place of DNS; undefined: there is no such name. */
const names: Record<string, string[] | undefined> = {
  "both.example": ["1.1.1.1", "127.0.0.1"],
  "six.example": ["2606:4700::1111", "::1"],
  "four.example": ["10.0.0.1"],
  "own.example": ["1.1.1.1", "127.0.0.1"],
  "metadata.example": ["169.254.169.254"],
};

/** Names that the system was asked for, of which it looks up two at a time. */
const lookedUp: string[] = [];

vi.mock("node:dns", () => {
  const noName = (hostname: string) => Object.assign(new Error(`no ${hostname}`), { code: "ENOTFOUND" });
  const familyOf = (address: string) => (address.includes(":") ? 6 : 4);
  const lookup = (hostname: string, _: object, callback: (error: Error | null, addresses?: object[]) => void) => {
    lookedUp.push(hostname);
    const addresses = names[hostname];
    if (!addresses) return callback(noName(hostname));
    callback(
      null,
      addresses.map((address) => ({ address, family: familyOf(address) })),
    );
  };
  const resolve = async (hostname: string, family: number) => {
    const addresses = names[hostname]?.filter((address) => familyOf(address) === family) ?? [];
    if (addresses.length === 0) throw noName(hostname);
    return addresses;
  };
  class Resolver {
    resolve4 = (hostname: string) => resolve(hostname, 4);
    resolve6 = (hostname: string) => resolve(hostname, 6);
  }
  return { lookup, promises: { Resolver } };
});

const close = guardFetch(new Set(["metadata.example:81"]), new Set(["own.example"]));
afterAll(() => close());

const causeOf = (address: string) =>
  fetch(address).then(
    () => undefined,
    (error) => (error as { cause?: Error & { code?: string } }).cause,
  );

test("a name with a private address among its addresses is not connected to, and the error says which", async () => {
  for (const [host, address] of [
    ["both.example", "127.0.0.1"],
    ["six.example", "::1"],
    ["four.example", "10.0.0.1"],
    ["own.example", "127.0.0.1"],
    ["metadata.example", "169.254.169.254"],
  ])
    expect(await causeOf(`http://${host}/`)).toMatchObject({
      code: "ERR_PRIVATE_ADDRESS",
      message: `${host} has the address ${address}, which is not of the public internet`,
    });
});

test("a name that there is not is an error of its own", async () => {
  expect(await causeOf("http://missing.example/")).toMatchObject({ code: "ENOTFOUND" });
});

test("a host that the operator has named is that host and port alone, by the protocol's port if it has none", async () => {
  for (const address of ["http://metadata.example/", "https://metadata.example/", "http://metadata.example:82/"])
    expect([address, (await causeOf(address))?.code]).toEqual([address, "ERR_PRIVATE_ADDRESS"]);
});

test("only names that the settings have, and local ones, take one of the two places in which the system looks up", async () => {
  lookedUp.length = 0;
  for (const host of ["both.example", "missing.example", "own.example", "localhost"]) await causeOf(`http://${host}/`);
  expect(lookedUp).toEqual(["own.example", "localhost"]);
});
