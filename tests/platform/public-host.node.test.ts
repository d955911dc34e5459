import { expect, test } from "vitest";
import { hostAndPort, hostOf, isPublicHost, isReceiver, isSubscriber } from "../../src/public-host.ts";

/** Which addresses from configuration and from strangers the bridge sends to. */

const LONGEST = `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(61)}`;

test.each([
  ["example.org", true],
  ["a_b.example-1.org.", true],
  ["xn--9n2bp8q.kr", true],
  ["local.example.org", true],
  ["mylocalhost.org", true],
  ["localhost.example.org", true],
  ["175.45.176.71", true],
  [LONGEST, true],
  [`${LONGEST}d`, false],
  ["localhost", false],
  ["printer.local", false],
  ["printer.local.", false],
  ["a.localhost..", false],
  ["nas.home.arpa", false],
  ["router", false],
  ["router.", false],
  ["10.0.0.1", false],
  ["10.20.30.40", false],
  ["10.0.0.1.", false],
  ["10.0.0.1..", false],
  ["10.0.0.1.example.org", true],
  ["[2606:4700::1111]", false],
  ["exa mple.org", false],
  ["example.org/", false],
  [".example.org", false],
  ["", false],
])("the host %s can be a public website's: %s", (host, isPublic) => expect(isPublicHost(host)).toBe(isPublic));

const PRIVATE = new Set(["192.168.1.5:8080", "ntfy.lan:80", "::1:443"]);

test.each([
  ["https://reader.example/push?id=7", true],
  ["https://1reader.example/", true],
  ["https://reader.example1/", true],
  ["https://1.1.1.1/", false],
  ["https://reader.lan/", false],
  ["http://reader.example/", false],
  ["ftp://192.168.1.5:8080/", false],
  ["https://user@reader.example/", false],
  ["https://:password@reader.example/", false],
  ["https://reader.example/#part", false],
  ["http://user@192.168.1.5:8080/", false],
  ["http://192.168.1.5:8080/any", true],
  ["https://192.168.1.5:8080/any", true],
  ["http://192.168.1.5/", false],
  ["http://ntfy.lan/", true],
  ["http://ntfy.lan./", true],
  ["https://ntfy.lan/", false],
  ["https://[::1]/", true],
  ["http://[::1]/", false],
  [`https://reader.example/${"x".repeat(2000 - 23)}`, true],
  [`https://reader.example/${"x".repeat(2001 - 23)}`, false],
  [`http://ntfy.lan/${"x".repeat(2000)}`, false],
  ["reader.example", false],
])("%s may be sent to: %s", (address, may) => expect(isReceiver(address, PRIVATE)).toBe(may));

test("the hub sends to what is named for it, to no receiver of webhooks alone, and to public hosts", () => {
  const receivers = {
    privateReceivers: new Set(["ntfy.lan:80", "both.lan:80", "hook.example:443"]),
    privateSubscribers: new Set(["reader.lan:80", "both.lan:80"]),
  };
  const may = (address: string) => isSubscriber(address, receivers);
  const allowed = ["http://reader.lan/", "http://both.lan/", "https://reader.example/", "https://hook.example:8443/"];
  for (const address of allowed) expect([address, may(address)]).toEqual([address, true]);
  for (const address of ["http://ntfy.lan/", "https://hook.example/", "https://hook.example./", "http://other.lan/"])
    expect([address, may(address)]).toEqual([address, false]);
});

test("a host is one whatever its port and the dots at its end; with the port, that of the protocol by default", () => {
  expect(hostOf("https://Reader.example..:8443/")).toBe("reader.example");
  expect(hostAndPort("https://reader.example./")).toBe("reader.example:443");
  expect(hostAndPort("http://reader.example/")).toBe("reader.example:80");
  expect(hostAndPort("http://reader.example:443/")).toBe("reader.example:443");
  expect(hostAndPort("http://[::1]:8080/")).toBe("::1:8080");
});
