import { isArticle } from "../article.ts";
import type { Latest, Status } from "./snapshot.ts";

/** Values from KV, checked: another version may have written them. */

/** A stored value as a snapshot; undefined if it is none. Invalid articles are left out. */
export function snapshotOf(value: unknown): Latest | undefined {
  const { articles } = (value ?? {}) as Partial<Latest>;
  return Array.isArray(articles) ? { ...(value as Latest), articles: articles.filter(isArticle) } : undefined;
}

/** A stored value as the status of all sources. Invalid statuses of sources are left out. */
export function statusOf(value: unknown): Status {
  const { seq, at, headAt, sources, deliveries, changes } = (value ?? {}) as Partial<Status>;
  const valid = Object.entries(sources ?? {}).filter(
    ([, status]) =>
      typeof status?.lastAttempt === "string" &&
      typeof status.seq === "number" &&
      typeof status.failures === "number" &&
      !Number.isNaN(Date.parse(status.nextDue)),
  );
  const isStats = typeof deliveries?.subscriptions === "number" && typeof deliveries.webhooks === "object";
  return {
    seq: Number(seq) || 0,
    at: String(at ?? ""),
    headAt: typeof headAt === "string" ? headAt : undefined,
    sources: Object.fromEntries(valid),
    deliveries: isStats ? deliveries : undefined,
    changes: typeof changes?.edited === "number" && typeof changes.gone === "number" ? changes : undefined,
  };
}
