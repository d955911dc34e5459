import type { ArchiveClient } from "../archive/client.ts";
import type { deliveryReport, NotifyRequest } from "./deliveries.ts";
import type { Answer } from "./send.ts";
import type { Refusal, SubscribeRequest } from "./subscriptions.ts";
import type { webhookReport } from "./webhooks.ts";

/** The calls to webhooks and hub from outside the archive's object, with plain data. */

export type DeliveryReport = ReturnType<typeof deliveryReport>;

const ask = <T>(archive: ArchiveClient, request: NotifyRequest) => archive.notify(request) as Promise<T | undefined>;

/**
 * Stores a subscriber's request; the hub then asks the subscriber to confirm it. Returns why it was refused, or
 * undefined.
 */
export const requestSubscription = (archive: ArchiveClient, subscribe: SubscribeRequest, now: number) =>
  ask<Refusal>(archive, { subscribe, now });

/** Sends a test message to the webhook of this number, from 1 on; undefined if there is none. */
export const testWebhook = (archive: ArchiveClient, n: number, now: number) => ask<Answer>(archive, { test: n, now });

/** Undefined if hub and webhooks are off. */
export const reportDeliveries = (archive: ArchiveClient) => ask<DeliveryReport>(archive, { report: "deliveries" });

/** In the order of the variable; none if webhooks are off. */
export const reportWebhooks = async (archive: ArchiveClient) =>
  (await ask<ReturnType<typeof webhookReport>>(archive, { report: "webhooks" })) ?? [];
