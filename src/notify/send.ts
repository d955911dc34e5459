import { networkError } from "../platform/network-error.ts";
import { retryAfterOf } from "../platform/retry-after.ts";

/** One outgoing request to a receiver: bounded in time and size, no redirect followed. It never throws. */

/** What a receiver answered. */
export interface Answer {
  /** Absent if there was none. */
  status?: number;
  /** Why it counts as failed; absent if the receiver has taken it. */
  error?: string;
  /** Milliseconds that it took. */
  ms: number;
  /** Seconds that the receiver asks to wait. */
  retryAfter?: number;
  /** The beginning of the body, if it was asked for. */
  text?: string;
}

interface Message {
  method: "GET" | "POST";
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Milliseconds. */
  timeout: number;
  /** Bytes of the answer that are read. */
  read?: number;
}

/** Whether an answer says that nothing more is to be sent (RFC 9110, section 15.5.11). */
export const wantsNoMore = ({ status }: Answer): boolean => status === 410;

/** A short word for how a request went, from a closed set: a receiver chooses its status. */
export const resultOf = ({ status, error }: Answer): string =>
  error === undefined ? "ok" : status === undefined ? "no-answer" : `http-${Math.floor(status / 100)}xx`;

/** Sends a message, and waits for the answer. */
export async function send({ method, url, headers, body, timeout, read = 0 }: Message): Promise<Answer> {
  const began = Date.now();
  const ms = () => Date.now() - began;
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body !== undefined && { body }),
      // Workers do not know "error". Where a redirect leads, nobody has agreed.
      redirect: "manual",
      signal: AbortSignal.timeout(timeout),
    });
    const { status } = response;
    const text = read > 0 && response.ok ? await readStart(response, read) : undefined;
    if (text === undefined) await response.body?.cancel();
    const retryAfter = retryAfterOf(response.headers);
    return {
      status,
      ms: ms(),
      ...(!response.ok && { error: status >= 300 && status < 400 ? "a redirect is not followed" : `status ${status}` }),
      ...(retryAfter && { retryAfter }),
      ...(text !== undefined && { text }),
    };
  } catch (error) {
    const { name } = error as Error;
    const isTimeout = name === "TimeoutError" || name === "AbortError";
    return {
      ms: ms(),
      error: isTimeout ? `no answer in ${timeout / 1000} s` : `no connection: ${networkError(error).slice(0, 100)}`,
    };
  }
}

/** The first bytes of a body as a text. The rest is not read: a body may have no end. */
async function readStart(response: Response, most: number): Promise<string> {
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk.subarray(0, most - size), { stream: true });
    size += chunk.byteLength;
    if (size >= most) break;
  }
  return text;
}
