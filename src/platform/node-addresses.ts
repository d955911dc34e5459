import { BlockList, isIP, isIPv6 } from "node:net";

/**
 * Which IP addresses are public. Every block that IANA's special-purpose registries do not mark as globally reachable
 * is not (RFC 6890 and the registries "IPv4/IPv6 Special-Purpose Address Space"), nor is multicast.
 */
const BLOCKS_4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
/** Only 2000::/3 is given out for the public internet; these are the exceptions within it. */
const BLOCKS_6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

const special = listOf(BLOCKS_4, "ipv4");
const specialV6 = listOf(BLOCKS_6, "ipv6");
const global6 = listOf(["2000::/3"], "ipv6");
/** Blocks whose last four bytes are an IPv4 address: mapped addresses (RFC 4291) and NAT64 (RFC 6052). */
const embedding = listOf(["::ffff:0:0/96", "64:ff9b::/96"], "ipv6");

function listOf(blocks: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [network = "", prefix] = block.split("/");
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}

/** Whether an address is of the public internet. A text that is no IP address is not. */
export function isPublicAddress(address: string): boolean {
  // A zone (`fe80::1%eth0`) belongs to link-local addresses alone.
  if (isIP(address) === 0 || address.includes("%")) return false;
  if (!isIPv6(address)) return !special.check(address, "ipv4");
  if (embedding.check(address, "ipv6")) return !special.check(embeddedAddress(address), "ipv4");
  return global6.check(address, "ipv6") && !specialV6.check(address, "ipv6");
}

/** The IPv4 address in the last four bytes. */
function embeddedAddress(address: string): string {
  // The URL parser writes every IPv6 address in its canonical form, without dots (RFC 5952).
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(":");
  const [high = 0, low = 0] = groups.slice(-2).map((group) => Number.parseInt(group || "0", 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
