import type { Bridge } from "../archive/bridge.ts";
import { requestSubscription } from "../notify/client.ts";
import type { SubscribeRequest } from "../notify/subscriptions.ts";
import { hostOf, isReceiver, isSubscriber } from "../public-host.ts";
import { type AppContext, baseOf } from "./context.ts";
import { badParameter, HttpError, notFound, refusedParameter } from "./http/problem.ts";
import { readBody } from "./request-body.ts";
import { parseTopic } from "./topics.ts";

/** `POST /hub`: the requests of subscribers (WebSub, section 5.1). */

const MAX_REQUEST_BYTES = 16 * 1024;
const DAY_SECONDS = 86_400;
/** Seconds of a subscription. A requested lease outside the bounds becomes the nearest bound, as section 5.1 allows. */
const LEASE = { least: DAY_SECONDS, default: 10 * DAY_SECONDS, most: 30 * DAY_SECONDS };
/** Parameters that are read. Others are ignored, as section 5.1.2 demands. */
const NAMES = ["mode", "callback", "topic", "lease_seconds", "secret", "verify_token"].map((name) => `hub.${name}`);
/** Bytes of a secret (section 5.1: less than 200). */
const MAX_SECRET = 199;
const MAX_VERIFY_TOKEN = 500;

/**
 * Stores a request and answers 202. The hub then asks the subscriber to confirm it, perhaps before the answer arrives.
 */
export async function serveHub(c: AppContext): Promise<Response> {
  const bridge = c.get("bridge");
  if (!bridge.hub) throw notFound("this bridge is no hub: HUB is off, or the bridge is private");
  if (!/^\s*application\/x-www-form-urlencoded\b/i.test(c.req.header("content-type") ?? ""))
    throw new HttpError({ status: 415, detail: "a request must be sent as application/x-www-form-urlencoded" });
  const bytes = await readBody(c.req.raw, MAX_REQUEST_BYTES, "a request");
  const now = Date.now();
  const form = new URLSearchParams(new TextDecoder().decode(bytes));
  const request = await parseRequest(c, form, now);
  const refusal = await requestSubscription(bridge.archive, request, now);
  if (refusal?.status === 400) throw badParameter({ parameter: "hub.topic", detail: refusal.detail });
  if (refusal) {
    const { status, detail, retryAfter } = refusal;
    throw new HttpError({ status, detail, headers: { "retry-after": String(retryAfter) } });
  }
  return new Response(null, { status: 202 });
}

async function parseRequest(c: AppContext, form: URLSearchParams, now: number): Promise<SubscribeRequest> {
  const twice = NAMES.find((name) => form.getAll(name).length > 1);
  if (twice) throw refusedParameter(twice, "is given more than once");
  const mode = form.get("hub.mode");
  if (mode !== "subscribe" && mode !== "unsubscribe")
    throw refusedParameter("hub.mode", "takes subscribe or unsubscribe; this hub learns by itself what is new");
  const callback = form.get("hub.callback") ?? "";
  if (!isSubscriber(callback, c.get("bridge"))) {
    const rule = "takes an https address of a public host by its name, without user and fragment";
    throw refusedParameter("hub.callback", rule);
  }
  if (isRead(callback, c.get("bridge")))
    throw refusedParameter("hub.callback", "takes no address of a website that this bridge reads");
  const options = parseOptions(form);
  const base = baseOf(c).url;
  const topic = form.get("hub.topic") ?? "";
  const parsed = await parseTopic(c.get("bridge"), { base, topic }, now);
  const request = { mode, callback, base, topic, ...options } as const;
  if (!("error" in parsed)) return { ...request, sources: parsed.path.selection.ids };
  if (mode === "subscribe") throw badParameter({ parameter: "hub.topic", detail: parsed.error });
  // It may have been one before the bridge got another address or other sources.
  return { ...request, sources: [], topicError: parsed.error };
}

/**
 * Whether a website is fetched at the callback's host. It would be sent what strangers like, in the name of the bridge
 * that it lets read; and where the operator has it fetched may be in the bridge's own network.
 */
function isRead(callback: string, { origins }: Bridge): boolean {
  // Subscribers that the operator has named may be on the machine that fetches.
  if (!isReceiver(callback, new Set())) return false;
  return [...origins].flat().map(hostOf).includes(hostOf(callback));
}

function parseOptions(form: URLSearchParams): Pick<SubscribeRequest, "lease" | "secret" | "verifyToken"> {
  const wish = form.get("hub.lease_seconds") || String(LEASE.default);
  if (!/^\d+$/.test(wish)) throw refusedParameter("hub.lease_seconds", "takes a whole number of seconds");
  const secret = form.get("hub.secret") || undefined;
  if (secret !== undefined && new TextEncoder().encode(secret).length > MAX_SECRET)
    throw refusedParameter("hub.secret", `takes ${MAX_SECRET} bytes at most`);
  const verifyToken = form.get("hub.verify_token") ?? undefined;
  if (verifyToken !== undefined && verifyToken.length > MAX_VERIFY_TOKEN)
    throw refusedParameter("hub.verify_token", `takes ${MAX_VERIFY_TOKEN} characters at most`);
  return {
    // 0 is PubSubHubbub's for "as you like".
    lease: Math.min(LEASE.most, Math.max(LEASE.least, Number(wish) || LEASE.default)),
    ...(secret !== undefined && { secret }),
    ...(verifyToken !== undefined && { verifyToken }),
  };
}
