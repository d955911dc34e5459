import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isPublicAddress } from "../../src/platform/node-addresses.ts";
import { guardFetch } from "../../src/platform/node-fetch.ts";
import { hostAndPort } from "../../src/public-host.ts";

describe("an address is public", () => {
  test.each(["1.1.1.1", "8.8.8.8", "175.45.176.71", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])(
    "%s is",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
  test.each([
    ...["127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "100.64.0.1", "169.254.169.254", "172.31.255.255"],
    ...["192.168.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%lo"],
    ...["fd00::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "64:ff9b::7f00:1", "2002:7f00:1::"],
    ...["64:ff9b::", "2a00:1450::1%lo", "::ffff:1.1.1.1%lo", "::127.0.0.1", "localhost", "", "1.1.1", "1.1.1.1:80"],
  ])("%s is not", (address) => expect(isPublicAddress(address)).toBe(false));
});

describe("fetch", () => {
  let server: Server;
  let port: number;
  let requests = 0;

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests++;
      if (request.url === "/cookies") response.setHeader("set-cookie", Array(40).fill(`a=${"x".repeat(1000)}`));
      if (request.url === "/redirect") response.writeHead(302, { location: `http://localhost:${port}/` });
      response.end("reached");
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());

  const codeOf = (address: string) =>
    fetch(address).then(
      () => "reached",
      (error) => (error as { cause?: { code?: string } }).cause?.code,
    );

  test("reaches no private address, written as a number or by a name, nor by a redirect", async () => {
    const named = hostAndPort(`http://127.0.0.1:${port}`);
    guardFetch(new Set([named]));
    const before = requests;
    expect(await codeOf(`http://127.0.0.1:${port}/`)).toBe("reached");
    // The redirect leads to the same server under a name that nobody has named.
    expect(await codeOf(`http://127.0.0.1:${port}/redirect`)).toBe("ERR_PRIVATE_ADDRESS");
    expect(requests - before).toBe(2);
    for (const host of ["localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "[::1]"]) {
      const code = await codeOf(`http://${host}:${port}/`);
      expect(code, host).toBe("ERR_PRIVATE_ADDRESS");
    }
    // Another port of the named host is another server.
    expect(await codeOf(`http://0x7f.1:${port + 1}/`)).toBe("ERR_PRIVATE_ADDRESS");
    expect(requests - before).toBe(2);
  });

  test("takes a host without a port by the port of its scheme", async () => {
    // Whether something listens at these ports of this machine or not.
    const [http, https] = ["http://127.1.2.3/", "https://127.1.2.3/"];
    for (const [named, other] of [
      [http, https],
      [https, http],
    ] as const) {
      const end = guardFetch(new Set([hostAndPort(named)]));
      expect(await codeOf(named)).not.toBe("ERR_PRIVATE_ADDRESS");
      expect(await codeOf(other)).toBe("ERR_PRIVATE_ADDRESS");
      await end();
    }
  });

  test("takes headers of 40 KB, as of a website that sets many cookies", async () => {
    const end = guardFetch(new Set([hostAndPort(`http://127.0.0.1:${port}`)]));
    expect(await codeOf(`http://127.0.0.1:${port}/cookies`)).toBe("reached");
    await end();
  });
});
