import * as v from "valibot";
import { hostAndPort } from "./public-host.ts";

/** The table of variables: their checks and the rows in the README come from here. */

export interface Variable {
  /** For the README. */
  description: string;
  /** What an absent or empty variable means; "" if it then has no value. */
  default: string;
  /** Whether it is set with `wrangler secret put` and not in wrangler.toml. Its errors never contain the value. */
  secret?: true;
  /** From the variable's value to the setting. The message of an issue says what the variable takes. */
  schema: v.GenericSchema<never, unknown> | v.GenericSchema<unknown, unknown>;
}

/** A variable that is one of two words. The message names the value: `ON` and ` on` look right. */
const onOff = v.picklist(["on", "off"], ({ input }) => `${JSON.stringify(input)} must be "on" or "off"`);

const isHttpAddress = (value: string) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return Boolean(url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password);
};

/** An address for an error: the log has no password. */
const withoutUser = (value: string) => value.replace(/(\/\/)?.*@/s, "$1…@");

/** An http(s) address without query and fragment. The setting has no slash at its end. */
const address = v.pipe(
  v.string("must be a text"),
  v.check(isHttpAddress, ({ input }) => `"${withoutUser(input)}" is not an address such as https://feeds.example.org`),
  v.transform((value) => new URL(value).href.replace(/\/+$/, "")),
);

/** `https://feeds.example.org`: an address without a path. */
export const origin = v.pipe(
  address,
  v.check(
    (base) => new URL(base).origin === base,
    ({ input }) => `"${input}" must be an origin, without a path`,
  ),
);

const wholeNumber = (most: number) => {
  const message = ({ input }: { input: unknown }) => `"${input}" is not a whole number from 0 to ${most}`;
  return v.pipe(v.string(message), v.regex(/^\d{1,9}$/, message), v.transform(Number), v.maxValue(most, message));
};

/** Characters of a secret that cannot be guessed within the rate limit. */
const MIN_SECRET_LENGTH = 16;

const secret = v.pipe(
  v.string("must be a text"),
  v.minLength(MIN_SECRET_LENGTH, `must have at least ${MIN_SECRET_LENGTH} characters`),
  // A request's headers lose it.
  v.regex(/^\S.*\S$/s, "must have no white space at its beginning or end"),
);

/** A secret that only the header Authorization carries, which has no other characters in any client. */
const bearerToken = v.pipe(secret, v.regex(/^[\t\x20-\x7e]*$/, "must have ASCII characters only"));

/** The address of `host:port`; IPv6 may lack its brackets. */
const addressAt = (host: string): string => `http://${host.replace(/^([^[].*:.*):/, "[$1]:")}`;

/** `192.168.1.5:8080, [fd00::1]:8080, ntfy.lan:80`; each as `hostAndPort` gives it. */
const receivers = v.pipe(
  v.optional(v.pipe(v.string("must be a text"), v.maxLength(1000, "is too long")), ""),
  v.transform((text) => text.split(",").flatMap((part) => part.trim() || [])),
  v.array(
    v.pipe(
      v.string(),
      v.check(
        (host) => /^(?:[\w.:-]+|\[[\da-f:.]+\]):\d{1,5}$/i.test(host) && URL.canParse(addressAt(host)),
        ({ input }) => `"${input}" is no host with a port, such as 192.168.1.5:8080 or [fd00::1]:8080`,
      ),
      v.transform((host) => hostAndPort(addressAt(host))),
    ),
  ),
  v.transform((hosts): ReadonlySet<string> => new Set(hosts)),
);

/** Every variable but the origins of the sites, in the order of the README. */
export const VARIABLES = {
  DEFAULT_SOURCE: {
    description:
      "the source of `/rss.xml` and of feed autodiscovery on the home page; the first source, if it is not set and `kcna-en` is not read",
    default: "kcna-en",
    schema: v.string("must be a text"),
  },
  FOLLOW: {
    description:
      "the built-in sources that are read, by their ids, or `all`; what `SOURCES` and `SITES` add is always read",
    default: "kcna-en, newstream, rodong-ko, kcna-ko, kp-kcna-en, kp-kcna-ko, kp-rodong-ko",
    schema: v.pipe(
      v.string("must be a text"),
      v.transform((text) => text.split(/[\s,+]+/).filter(Boolean)),
      v.minLength(1, "must name a source, or be all"),
    ),
  },
  PUBLIC_URL: {
    description: "the address of the bridge, with which its own links start; without it, the address of the request",
    default: "",
    schema: v.optional(address),
  },
  USER_AGENT: {
    description: "the `User-Agent` that the websites see; include an address where they can reach you",
    default: "kcna-feed-bridge/1 (feed reader bridge)",
    schema: v.pipe(
      v.string("must be a text"),
      v.regex(
        /^[\x20-\x7e]{1,256}$/,
        ({ input }) => `${JSON.stringify(input.slice(0, 60))} must be 1 to 256 printable ASCII characters`,
      ),
    ),
  },
  SOURCES: {
    description: "additional listings, see [Add a source](#add-a-source)",
    default: "[]",
    // Wrangler hands over an array in wrangler.toml as an array.
    schema: v.unknown(),
  },
  SITES: {
    description: "additional websites, see [Add a website](#add-a-website)",
    default: "[]",
    // As for SOURCES.
    schema: v.unknown(),
  },
  BODIES_PER_TICK: {
    description: "article pages that each cron run fetches, 0 to 20; with 0, the feeds contain only excerpts",
    default: "3",
    schema: wholeNumber(20),
  },
  HUB: {
    description: "`off` if the bridge is to be no WebSub hub, see [Push](#push); a private bridge never is one",
    default: "on",
    schema: onOff,
  },
  WEBHOOKS: {
    description: "secret, JSON: addresses to which articles are sent, see [Webhooks](#webhooks)",
    default: "[]",
    secret: true,
    schema: v.string("must be a text"),
  },
  PRIVATE_RECEIVERS: {
    description: "hosts in your own network to which webhooks may send, also by http: `192.168.1.5:8080, ntfy.lan:80`",
    default: "",
    schema: receivers,
  },
  PRIVATE_SUBSCRIBERS: {
    description:
      "the same for the hub, such as a feed reader beside the bridge; whoever reaches the bridge can have feeds sent there, at any path",
    default: "",
    schema: receivers,
  },
  ADMIN_TOKEN: {
    description: `secret of at least ${MIN_SECRET_LENGTH} characters; enables \`/refresh\`, \`/ingest\`, \`/export\`, \`/import\` and \`/webhooks\``,
    default: "",
    secret: true,
    schema: v.optional(bearerToken),
  },
  ACCESS_KEY: {
    description: `secret of at least ${MIN_SECRET_LENGTH} characters; all feeds and pages require it, see [A private bridge](#a-private-bridge)`,
    default: "",
    secret: true,
    schema: v.optional(secret),
  },
  METRICS_TOKEN: {
    description: `secret of at least ${MIN_SECRET_LENGTH} characters; \`/metrics\` requires it as a bearer token, see [Monitor](#monitor)`,
    default: "",
    secret: true,
    schema: v.optional(bearerToken),
  },
} as const satisfies Record<string, Variable>;

/** The variables that only the server on Node has, in the order of the README. */
export const NODE_VARIABLES = {
  HOST: {
    description: "the address at which the server listens; `0.0.0.0` for all addresses of the machine",
    default: "127.0.0.1",
    schema: v.string("must be a text"),
  },
  PORT: { description: "the port at which it listens", default: "8787", schema: wholeNumber(65_535) },
  DATA: {
    description: "the folder of the archive; one process per folder",
    default: "data",
    schema: v.string("must be a text"),
  },
  TRUSTED_PROXY: {
    description:
      "addresses or networks of reverse proxies whose `X-Forwarded-For`, `-Proto` and `-Host` count, such as `127.0.0.1, 10.0.0.0/8`",
    default: "",
    schema: v.optional(v.string("must be a text"), ""),
  },
  RATE_LIMIT: {
    description: "requests that one client may send per minute; 0 for no limit",
    default: "0",
    schema: wholeNumber(1_000_000),
  },
  CRON: {
    description: "`off` if only pushed pages and readers' requests update the archive",
    default: "on",
    schema: onOff,
  },
} as const satisfies Record<string, Variable>;

/** The variables that each site has, for the README. */
export const ORIGIN_VARIABLES = {
  name: "{SITE}_ORIGIN",
  description:
    "the origin from which a website is fetched, such as `KCNAWATCH_ORIGIN`; links in feeds always lead to the website's own; private addresses are allowed",
  default: "the website's own",
};
