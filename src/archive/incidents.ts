import type { Sql } from "../platform/sql.ts";
import { earliestOf, HOUR, instant, latestOf } from "../time.ts";
import type { Store } from "./store.ts";

/** Outages of sources and gaps in their listings, built from the events of the journal; and webhooks that are switched off. */

/** An event about the status of a source. */
export interface StatusEvent {
  at: string;
  event: "outage" | "recovered" | "gap" | "filled";
  source: string;
  data: { since?: string; reason?: string; detail?: string; after?: string; before?: string };
}

export interface Incident {
  kind: "outage" | "gap" | "webhook";
  /** Id of the source; of a webhook, the webhook's. */
  source: string;
  /**
   * Of an outage: the first failed look. Of a gap: the published date of the article below it. Of a webhook: when it
   * was switched off.
   */
  from: string;
  /** Of a gap: the published date of the article above it. */
  to?: string;
  /** When it was first reported, and when it last changed. */
  reported: string;
  updated: string;
  /** When the source could be read again, the gap was closed, or the webhook was switched on. */
  ended?: string;
  /** Of an outage: why the source could not be read. */
  detail?: string;
  /** Of a gap: what is still missing. */
  missing?: { after: string; before: string }[];
}

/** If a source fails again within this time after an outage, that outage continues: a flapping website is one entry. */
const SAME_OUTAGE = 3 * HOUR;
/** A gap is reported after this time. Most gaps are closed before it, by the next looks. */
const REPORT_DELAY = HOUR;
const MAX_EVENTS = 2000;
const MAX_INCIDENTS = 100;

/** The incidents of these sources and webhooks, newest first. */
export function readIncidents({ sql }: Store, sources: readonly string[], webhooks: readonly string[], now: number) {
  const events = sql
    .rows<Omit<StatusEvent, "data"> & { data: string | null }>(
      `SELECT at, event, source, data FROM journal WHERE event IN ('outage', 'recovered', 'gap', 'filled')
       AND source IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT +?`,
      [JSON.stringify(sources), MAX_EVENTS],
    )
    .map(({ data, ...event }): StatusEvent => ({ ...event, data: JSON.parse(data ?? "{}") }));
  const incidents = [...incidentsOf(events.reverse(), now), ...webhookOutages(sql, webhooks)];
  return incidents.sort(lastReportedFirst).slice(0, MAX_INCIDENTS);
}

/** Those of one instant by what their ids are made of, so that the same incidents have one order. */
const orderOf = ({ reported, source, kind, from, to }: Incident): string => [reported, source, kind, from, to].join();
const lastReportedFirst = (a: Incident, b: Incident): number => (orderOf(a) < orderOf(b) ? 1 : -1);

function webhookOutages(sql: Sql, webhooks: readonly string[]): Incident[] {
  const rows = sql.rows<{ source: string; from: string; ended: string | null }>(
    `SELECT webhook AS source, off AS "from", ended FROM webhook_outage
     WHERE webhook IN (SELECT value FROM json_each(?)) ORDER BY off DESC, webhook LIMIT +?`,
    [JSON.stringify(webhooks), MAX_INCIDENTS],
  );
  return rows.map(({ ended, ...outage }) => {
    const { from } = outage;
    return { kind: "webhook", ...outage, reported: from, updated: ended ?? from, ...(ended !== null && { ended }) };
  });
}

/**
 * Builds incidents from events.
 *
 * @param events oldest first
 * @returns newest first
 */
export function incidentsOf(events: readonly StatusEvent[], now: number): Incident[] {
  const incidents: Incident[] = [];
  for (const event of events) {
    const own = incidents.filter(({ source }) => source === event.source);
    const outage = own.findLast(({ kind }) => kind === "outage");
    if (event.event === "outage") addOutage(incidents, event, outage);
    else if (event.event === "recovered") endOutage(incidents, event, outage);
    else if (event.event === "gap") addGap(incidents, event);
    else for (const incident of own) fill(incident, event);
  }
  return incidents
    .filter(({ kind, reported, ended }) => kind === "outage" || reported <= (ended ?? instant(now)))
    .sort(lastReportedFirst);
}

function addOutage(incidents: Incident[], { at, source, data }: StatusEvent, last: Incident | undefined): void {
  const { since = at, detail } = data;
  const isSame = last && (!last.ended || Date.parse(since) - Date.parse(last.ended) < SAME_OUTAGE);
  if (!isSame) {
    incidents.push({ kind: "outage", source, from: since, reported: at, updated: at, ...(detail && { detail }) });
    return;
  }
  delete last.ended;
  Object.assign(last, { updated: at, ...(detail && { detail }) });
}

function endOutage(incidents: Incident[], { at, source, data }: StatusEvent, last: Incident | undefined): void {
  if (last && !last.ended) Object.assign(last, { ended: at, updated: at });
  // The event of the outage itself is older than all events that were read.
  else if (data.since)
    incidents.push({ kind: "outage", source, from: data.since, reported: at, updated: at, ended: at });
}

function addGap(incidents: Incident[], { at, source, data }: StatusEvent): void {
  const { after = "", before = "" } = data;
  // The time before the first listing is no gap: nothing is known about it.
  if (after === "") return;
  const reported = instant(Date.parse(at) + REPORT_DELAY);
  const missing = [{ after, before }];
  incidents.push({ kind: "gap", source, from: after, to: before, reported, updated: reported, missing });
}

/** Only a gap that is open has something missing. */
function fill(gap: Incident, { at, data }: StatusEvent): void {
  const { after = "", before = "" } = data;
  const { missing = [] } = gap;
  if (!missing.some((part) => after < part.before && before > part.after)) return;
  gap.missing = missing.flatMap((part) => [
    ...(after > part.after ? [{ after: part.after, before: earliestOf([after, part.before]) }] : []),
    ...(before < part.before ? [{ after: latestOf([before, part.after]), before: part.before }] : []),
  ]);
  // A part that was filled before the gap is reported does not change its date.
  if (at > gap.updated) gap.updated = at;
  if (gap.missing.length === 0) gap.ended = at;
}
