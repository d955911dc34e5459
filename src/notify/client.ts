import type { ArchiveClient } from "../archive/client.ts";
import type { Answer } from "./send.ts";
import type { Refusal, SubscribeRequest } from "./subscriptions.ts";
import type { WebhookReport } from "./webhooks.ts";

/** What is asked of webhooks and hub from outside the archive's object, as plain data. */
export type NotifyRequest =
  | { subscribe: SubscribeRequest; now: number }
  | { test: number; now: number }
  | { report: "webhooks" };

/** Keeps the request of a subscriber; it is asked soon whether it wants to. Why it cannot be taken; undefined if it is. */
export const requestSubscription = (archive: ArchiveClient, subscribe: SubscribeRequest, now: number) =>
  archive.notify({ subscribe, now } satisfies NotifyRequest) as Promise<Refusal | undefined>;

/** Sends a test message to the webhook of this number, from 1 on; undefined if there is none. */
export const testWebhook = (archive: ArchiveClient, n: number, now: number) =>
  archive.notify({ test: n, now } satisfies NotifyRequest) as Promise<Answer | undefined>;

export const reportWebhooks = async (archive: ArchiveClient) =>
  ((await archive.notify({ report: "webhooks" } satisfies NotifyRequest)) ?? []) as WebhookReport[];
