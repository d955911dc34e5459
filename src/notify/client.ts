import type { ArchiveClient } from "../archive/client.ts";
import type { Answer } from "./send.ts";
import type { Refusal, SubscribeRequest } from "./subscriptions.ts";
import type { webhookReport } from "./webhooks.ts";

/** What is asked of webhooks and hub from outside the archive's object, as plain data. */
export type NotifyRequest =
  | { subscribe: SubscribeRequest; now: number }
  | { test: number; now: number }
  | { report: "webhooks" | "deliveries" };

/** What was sent, and what waits to be sent, for monitors. Absent kinds are off. */
export interface DeliveryReport {
  /** Requests since the process that sends began, by kind and result. */
  sent: { labels: Readonly<Record<string, string>>; value: number }[];
  /** Deliveries that wait for their first or next attempt, by kind; `oldest` is when the first of them began to wait. */
  waiting: Partial<Record<DeliveryKind, { count: number; oldest?: number }>>;
}

export type DeliveryKind = "push" | "webhook";

/** Keeps the request of a subscriber; it is asked soon whether it wants to. Why it cannot be taken; undefined if it is. */
export const requestSubscription = (archive: ArchiveClient, subscribe: SubscribeRequest, now: number) =>
  archive.notify({ subscribe, now } satisfies NotifyRequest) as Promise<Refusal | undefined>;

/** Sends a test message to the webhook of this number, from 1 on; undefined if there is none. */
export const testWebhook = (archive: ArchiveClient, n: number, now: number) =>
  archive.notify({ test: n, now } satisfies NotifyRequest) as Promise<Answer | undefined>;

/** Undefined if hub and webhooks are off. */
export const reportDeliveries = (archive: ArchiveClient) =>
  archive.notify({ report: "deliveries" } satisfies NotifyRequest) as Promise<DeliveryReport | undefined>;

export const reportWebhooks = async (archive: ArchiveClient) =>
  ((await archive.notify({ report: "webhooks" } satisfies NotifyRequest)) ?? []) as ReturnType<typeof webhookReport>;
