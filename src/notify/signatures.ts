/** HMAC-SHA256 of what is sent. */

const encoder = new TextEncoder();

async function hmac(secret: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
}

/** `X-Hub-Signature` (WebSub, section 7.1): `sha256=` and hexadecimal digits. */
export async function hubSignature(secret: string, body: string): Promise<string> {
  const digest = await hmac(encoder.encode(secret) as Uint8Array<ArrayBuffer>, body);
  return `sha256=${[...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * The headers of Standard Webhooks (https://www.standardwebhooks.com). The same message has the same id at every attempt.
 *
 * @param secret `whsec_` and base64
 */
export async function webhookHeaders(
  secret: string | undefined,
  id: string,
  body: string,
  now: number,
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000));
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp };
  if (!secret) return headers;
  const key = Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (character) => character.charCodeAt(0));
  const digest = await hmac(key, `${id}.${timestamp}.${body}`);
  return { ...headers, "webhook-signature": `v1,${btoa(String.fromCharCode(...digest))}` };
}
