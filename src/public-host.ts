/** Whether a host is on the public internet. Addresses from configuration and strangers must not lead into a private network. */

/** IPv4 networks that are not public (RFC 6890 and IANA's registry), as first address and length of the prefix. */
const SPECIAL: [first: string, length: number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];
/** Names that are never looked up on the internet (RFC 6761, RFC 6762, RFC 8375, RFC 9476). */
const LOCAL_NAMES =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|test|invalid|alt|home\.arpa)$/;

const numberOf = (address: string): number =>
  address.split(".").reduce((number, part) => number * 256 + Number(part), 0);

/** @param address four decimal numbers, each below 256 */
export function isPublicIpv4(address: string): boolean {
  return !SPECIAL.some(([first, length]) => {
    const size = 2 ** (32 - length);
    return Math.floor(numberOf(address) / size) === Math.floor(numberOf(first) / size);
  });
}

/**
 * Whether a host can be a public website's.
 *
 * @param host as `URL.hostname` gives it: lower case, numbers of any writing as `127.0.0.1`
 */
export function isPublicHost(host: string): boolean {
  const name = host.replace(/\.+$/, "");
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return isPublicIpv4(name);
  // A website has a name: no address in IPv6 passes, since some lead to private ones in IPv4.
  return /^(?=.{1,253}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(name) && !LOCAL_NAMES.test(name);
}

/** Characters of an address that the bridge sends to. */
const MAX_ADDRESS_LENGTH = 2000;

/**
 * Whether an address may be sent to: https, with the name of a public host, without user name and fragment. Numbers are
 * refused: nobody has a certificate for one, and strangers name these addresses.
 *
 * @param privateReceivers `host:port` that the operator has named; there, http and any host are allowed
 */
export function isReceiver(address: string, privateReceivers: ReadonlySet<string>): boolean {
  if (address.length > MAX_ADDRESS_LENGTH || !URL.canParse(address)) return false;
  const { protocol, hostname, username, password, hash } = new URL(address);
  if (username || password || hash || !/^https?:$/.test(protocol)) return false;
  if (privateReceivers.has(hostAndPort(address))) return true;
  return protocol === "https:" && !/^[\d.]+$/.test(hostname) && isPublicHost(hostname);
}

/**
 * Whether the hub may send to an address: strangers name it. What the operator has named for webhooks alone is closed to
 * them, also under a name that is public.
 *
 * @param receivers `host:port` of webhooks, and of subscribers, that may be in a private network
 */
export function isSubscriber(
  address: string,
  receivers: { privateReceivers: ReadonlySet<string>; privateSubscribers: ReadonlySet<string> },
): boolean {
  const { privateReceivers, privateSubscribers } = receivers;
  // A query is added to it: behind "#" nobody would get it, and a space at the end would become a part of the path.
  if (/[\s#]$/.test(address) || !isReceiver(address, privateSubscribers)) return false;
  const host = hostAndPort(address);
  return privateSubscribers.has(host) || !privateReceivers.has(host);
}

/** What counts as one host, whatever the port and a dot at the end of the name. */
export const hostOf = (address: string): string => new URL(address).hostname.replace(/\.+$/, "");

/** `host:port` of an address. */
export function hostAndPort(address: string): string {
  const { port, protocol } = new URL(address);
  return `${hostOf(address).replace(/^\[|\]$/g, "")}:${port || (protocol === "https:" ? "443" : "80")}`;
}
