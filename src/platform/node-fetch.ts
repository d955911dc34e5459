import { type LookupAddress, lookup, promises } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector, setGlobalDispatcher } from "undici";
import { isPublicHost } from "../public-host.ts";
import { isPublicAddress } from "./node-addresses.ts";

/**
 * Outgoing requests on Node. On Cloudflare a Worker cannot reach a private network; here the machine's own network is
 * near, and what a website answers (a redirect, a name that resolves to 127.0.0.1) must not lead into it.
 */

/** Bytes of an answer's headers: some websites set cookies of more than Node's 16 KB. */
const MAX_HEADER_SIZE = 64 * 1024;
/** Milliseconds that a connection may take to be made. */
const CONNECT_TIMEOUT = 10_000;
/** Milliseconds until a name server is asked again, once. */
const QUERY_TIMEOUT = 2_500;

/**
 * Makes `fetch` connect to public addresses only. Each address is checked when the connection is made, after every
 * redirect, and the connection goes to the address that was checked: a name that changes in between gains nothing.
 *
 * @param privateHosts `host:port` that may be private: those that the operator has named
 * @param ownNames names that the settings have: those of the websites, and of the webhooks
 * @returns ends idle connections
 */
export function guardFetch(privateHosts: ReadonlySet<string>, ownNames?: ReadonlySet<string>): () => Promise<void> {
  const open = buildConnector({ timeout: CONNECT_TIMEOUT });
  const guarded = buildConnector({ timeout: CONNECT_TIMEOUT, lookup: lookupPublic(ownNames ?? new Set()) });
  const agent = new Agent({
    maxHeaderSize: MAX_HEADER_SIZE,
    connect(options, callback) {
      const hostname = options.hostname.replace(/^\[|\]$/g, "");
      const port = options.port || (options.protocol === "https:" ? "443" : "80");
      if (privateHosts.has(`${hostname}:${port}`)) return open(options, callback);
      // An address that is written as one is not looked up.
      if (isIP(hostname) && !isPublicAddress(hostname)) return callback(refusal(hostname, hostname), null);
      return guarded(options, callback);
    },
  });
  setGlobalDispatcher(agent);
  return () => agent.close();
}

/**
 * Looks a name up; a single private address among its addresses refuses all of them.
 *
 * The system looks up two names at a time (libuv), however long it takes. A stranger whose name servers do not answer would
 * keep the websites from being read: the names that strangers may choose are asked for apart from the others.
 */
const lookupPublic =
  (ownNames: ReadonlySet<string>): LookupFunction =>
  (hostname, options, callback) => {
    const check = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => {
      if (error) return callback(error, "", 0);
      const bad = addresses.find(({ address }) => !isPublicAddress(address));
      if (bad) return callback(refusal(hostname, bad.address), "", 0);
      const [first] = addresses;
      if (options.all) return callback(null, addresses);
      return callback(null, first?.address ?? "", first?.family ?? 0);
    };
    if (ownNames.has(hostname) || !isPublicHost(hostname)) lookup(hostname, { ...options, all: true }, check);
    else
      query(hostname).then(
        (addresses) => check(null, addresses),
        (error) => check(error, []),
      );
  };

const resolver = new promises.Resolver({ timeout: QUERY_TIMEOUT, tries: 2 });

/** The addresses of a name in the DNS, without the system's look-up. */
async function query(hostname: string): Promise<LookupAddress[]> {
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const addresses = answers.flatMap((answer, i) =>
    answer.status === "fulfilled" ? answer.value.map((address) => ({ address, family: i === 0 ? 4 : 6 })) : [],
  );
  const [first] = answers;
  if (addresses.length === 0 && first.status === "rejected") throw first.reason;
  return addresses;
}

function refusal(hostname: string, address: string): Error {
  const error = new Error(`${hostname} has the address ${address}, which is not of the public internet`);
  return Object.assign(error, { code: "ERR_PRIVATE_ADDRESS" });
}
