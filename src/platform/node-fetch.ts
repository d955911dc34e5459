import { lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector, setGlobalDispatcher } from "undici";
import { isPublicAddress } from "./node-addresses.ts";

/**
 * Outgoing requests on Node. On Cloudflare a Worker cannot reach a private network; here the machine's own network is
 * near, and what a website answers (a redirect, a name that resolves to 127.0.0.1) must not lead into it.
 */

/** Milliseconds that a connection may take to be made. */
const CONNECT_TIMEOUT = 10_000;

/**
 * Makes `fetch` connect to public addresses only. Each address is checked when the connection is made, after every
 * redirect, and the connection goes to the address that was checked: a name that changes in between gains nothing.
 *
 * @param privateHosts `host:port` that may be private: those that the operator has named
 * @returns ends idle connections
 */
export function guardFetch(privateHosts: ReadonlySet<string>): () => Promise<void> {
  const open = buildConnector({ timeout: CONNECT_TIMEOUT });
  const guarded = buildConnector({ timeout: CONNECT_TIMEOUT, lookup: lookupPublic });
  const agent = new Agent({
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

/** Looks a name up; a single private address among its addresses refuses all of them. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "", 0);
    const bad = addresses.find(({ address }) => !isPublicAddress(address));
    if (bad) return callback(refusal(hostname, bad.address), "", 0);
    const [first] = addresses;
    if (options.all) return callback(null, addresses);
    return callback(null, first?.address ?? "", first?.family ?? 0);
  });
};

function refusal(hostname: string, address: string): Error {
  const error = new Error(`${hostname} has the address ${address}, which is not of the public internet`);
  return Object.assign(error, { code: "ERR_PRIVATE_ADDRESS" });
}
