import { BlockList, isIP, isIPv6 } from "node:net";
import { isPublicIpv4 } from "../public-host.ts";

/**
 * Which IP addresses are public. Blocks that IANA's special-purpose registries do not mark as globally reachable are not
 * (RFC 6890), and multicast is not. Those of IPv4 are in public-host.ts.
 */

/** Only 2000::/3 is given out for the public internet; these are the exceptions within it. */
const BLOCKS_6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

const special6 = listOf(BLOCKS_6);
const global6 = listOf(["2000::/3"]);
/** Blocks whose last four bytes are an IPv4 address: mapped addresses (RFC 4291) and NAT64 (RFC 6052). */
const embedding = listOf(["::ffff:0:0/96", "64:ff9b::/96"]);

function listOf(blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [network = "", prefix] = block.split("/");
    list.addSubnet(network, Number(prefix), "ipv6");
  }
  return list;
}

/** Whether an address is of the public internet. A text that is no IP address is not. */
export function isPublicAddress(address: string): boolean {
  // A zone (`fe80::1%eth0`) belongs to link-local addresses alone.
  if (isIP(address) === 0 || address.includes("%")) return false;
  if (!isIPv6(address)) return isPublicIpv4(address);
  if (embedding.check(address, "ipv6")) return isPublicIpv4(embeddedAddress(address));
  return global6.check(address, "ipv6") && !special6.check(address, "ipv6");
}

/** The IPv4 address in the last four bytes. */
function embeddedAddress(address: string): string {
  // The URL parser writes every IPv6 address in its canonical form, without dots (RFC 5952).
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(":");
  const [high = 0, low = 0] = groups.slice(-2).map((group) => Number.parseInt(group || "0", 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
