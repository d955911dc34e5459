import type { Sql } from "../platform/sql.ts";
import { DAY, instant } from "../time.ts";

/** How push is doing: part of the status of the bridge, so that every isolate knows it without a call to the archive. */
export interface DeliveryStats {
  /** Subscriptions of the hub whose subscriber has agreed, and that have not expired. */
  subscriptions: number;
  /** Deliveries to them in the last day that have succeeded, and all that were tried. */
  delivered: number;
  tried: number;
  lastDelivered?: string;
  /** Whether every delivery of the last day has failed. Then the hub is not advertised: a dead hub slows readers down. */
  hubFails: boolean;
  /** Webhooks that are switched off, or whose next message waits for another try, by id. */
  webhooks: Record<string, { off?: string; failingSince?: string }>;
}

/** Undefined if nobody has subscribed and there is no webhook. */
export function deliveryStats(sql: Sql, now: number): DeliveryStats | undefined {
  const subscriptions = sql.rows<{ succeeded: number | null; failing_since: number | null }>(
    "SELECT succeeded, failing_since FROM subscription WHERE expires > ?",
    [now],
  );
  const hooks = sql.rows<{ id: string; off: string | null; since: number | null }>(
    `SELECT webhook.id, webhook.off, delivery.created AS since FROM webhook LEFT JOIN delivery
     ON delivery.due IS NOT NULL AND delivery.kind = 'webhook' AND delivery.receiver = webhook.id AND delivery.attempts > 0`,
  );
  if (subscriptions.length === 0 && hooks.length === 0) return undefined;
  const [day] = sql.rows<{ tried: number; delivered: number | null }>(
    "SELECT count(*) AS tried, sum(due IS NULL AND error IS NULL) AS delivered FROM delivery WHERE kind = 'push' AND at > ?",
    [now - DAY],
  );
  const tried = subscriptions.filter((one) => one.succeeded !== null || one.failing_since !== null);
  const last = Math.max(0, ...subscriptions.map(({ succeeded }) => succeeded ?? 0));
  return {
    subscriptions: subscriptions.length,
    delivered: day?.delivered ?? 0,
    tried: day?.tried ?? 0,
    ...(last > 0 && { lastDelivered: instant(last) }),
    hubFails: tried.length > 0 && tried.every((one) => one.failing_since !== null && one.failing_since <= now - DAY),
    webhooks: Object.fromEntries(
      hooks.map(({ id, off, since }) => [
        id,
        { ...(off !== null && { off }), ...(since !== null && { failingSince: instant(since) }) },
      ]),
    ),
  };
}
