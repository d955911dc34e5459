import type { OutletName } from "./stories.ts";
import type { World } from "./world.ts";

/** What a replica is asked and what it answers, whether a server on loopback carries it or a faked `fetch`. */

export interface OutletRequest {
  method: string;
  /** Path and query. */
  path: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
}

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
  /** The answer comes after so many seconds. */
  seconds?: number;
  /** The connection breaks: before the answer, or in the middle of its body. */
  breaks?: "before" | "within";
}

/** A website as a replica. Pure but for the sessions that it gives out. */
export interface Outlet {
  name: OutletName;
  /** As its addresses have it. */
  origin: string;
  answer(world: World, request: OutletRequest): Answer;
  /** The home page, which a fault shows instead of what was asked for. */
  home(world: World): Answer;
  /** An article other than the one at `path`, for the same fault. */
  otherArticle(world: World, path: string): Answer;
}

export const html = (body: string, status = 200, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { "content-type": "text/html;charset=UTF-8", ...headers },
  body,
});

export const notFound = (): Answer => html("<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>", 404);

export const escapeHtml = (plain: string): string =>
  plain.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

/** A title without the markup that kcna.kp prints inside titles. */
export const plainTitle = (title: string): string => title.replace(/<\/?(?:leader|b)>/g, "");

/** `2026.7.19`, as the outlets print days. */
export const dottedDay = (day: string): string => day.split("-").map(Number).join(".");

/** A picture inside a page: a `data:` URL of about `bytes` bytes. */
export const inlinePicture = (bytes = 60): string =>
  `data:image/jpeg;base64,/9j/${"A".repeat(Math.ceil(bytes / 3) * 4)}`;

export const cookie = (request: OutletRequest, name: string): string | undefined =>
  new RegExp(`(?:^|;\\s*)${name}=([^;]*)`).exec(request.headers.cookie ?? "")?.[1];
