import type { Sql } from "../platform/sql.ts";
import { DAY, earliestOf, instant, latestOf } from "../time.ts";

/**
 * What was wrong: with sources, outages and articles that were missed, made from the journal, which tells each part; and
 * webhooks that were given up.
 */

/** An event of the journal that says how a source is doing. */
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
   * Of an outage: the first look that failed. Of a gap: the published date of the article below it. Of a webhook: when it
   * was switched off.
   */
  from: string;
  /** Of a gap: the published date of the article above it. */
  to?: string;
  /** When it was first told, and when it last changed. */
  told: string;
  updated: string;
  /** When the source could be read again, the gap was closed, or the webhook was switched on. */
  ended?: string;
  /** Of an outage: why the source could not be read. */
  detail?: string;
  /** Of a gap: what is still missing. */
  missing?: { after: string; before: string }[];
}

/** A source that fails again so soon after an outage is in the same outage: else a website that flaps is an entry a failure. */
const SAME_OUTAGE = DAY / 8;
/** A gap is told when it is this old: most are closed at one of the next looks, and are then never told. */
const TOLD_AFTER = DAY / 24;
/** Events of the journal that are read, the newest. */
const MAX_EVENTS = 2000;
/** Incidents of one answer, the newest. */
const MAX_INCIDENTS = 100;

/** The incidents of these sources and webhooks that are to be told, newest first. */
export function readIncidents(
  sql: Sql,
  sources: readonly string[],
  webhooks: readonly string[],
  now: number,
): Incident[] {
  const events = sql
    .rows<Omit<StatusEvent, "data"> & { data: string | null }>(
      `SELECT at, event, source, data FROM journal WHERE event IN ('outage', 'recovered', 'gap', 'filled')
       AND source IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT ?`,
      ...[JSON.stringify(sources), MAX_EVENTS],
    )
    .map(({ data, ...event }): StatusEvent => ({ ...event, data: JSON.parse(data ?? "{}") }));
  return [...incidentsOf(events.reverse(), now), ...webhookOutages(sql, webhooks)]
    .sort((a, b) => (a.told < b.told ? 1 : -1))
    .slice(0, MAX_INCIDENTS);
}

function webhookOutages(sql: Sql, webhooks: readonly string[]): Incident[] {
  const rows = sql.rows<{ webhook: string; off: string; ended: string | null }>(
    `SELECT webhook, off, ended FROM webhook_outage WHERE webhook IN (SELECT value FROM json_each(?))
     ORDER BY off DESC LIMIT ?`,
    ...[JSON.stringify(webhooks), MAX_INCIDENTS],
  );
  return rows.map(({ webhook, off, ended }) => ({
    kind: "webhook",
    source: webhook,
    from: off,
    told: off,
    updated: ended ?? off,
    ...(ended !== null && { ended }),
  }));
}

/**
 * The incidents that events tell of.
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
    else for (const gap of own) if (gap.kind === "gap" && !gap.ended) fill(gap, event);
  }
  return incidents
    .filter(({ kind, told, ended }) => kind === "outage" || told <= (ended ?? instant(now)))
    .sort((a, b) => (a.told < b.told ? 1 : -1));
}

function addOutage(incidents: Incident[], { at, source, data }: StatusEvent, last: Incident | undefined): void {
  const { since = at, detail } = data;
  const isSame = last && (!last.ended || Date.parse(since) - Date.parse(last.ended) < SAME_OUTAGE);
  if (!isSame) {
    incidents.push({ kind: "outage", source, from: since, told: at, updated: at, ...(detail && { detail }) });
    return;
  }
  delete last.ended;
  Object.assign(last, { updated: at, ...(detail && { detail }) });
}

function endOutage(incidents: Incident[], { at, source, data }: StatusEvent, last: Incident | undefined): void {
  if (last && !last.ended) Object.assign(last, { ended: at, updated: at });
  // The outage itself was before the first event that was read.
  else if (data.since) incidents.push({ kind: "outage", source, from: data.since, told: at, updated: at, ended: at });
}

function addGap(incidents: Incident[], { at, source, data }: StatusEvent): void {
  const { after = "", before = "" } = data;
  // The time before the first listing is no gap: nothing is known of it.
  if (after === "") return;
  const told = instant(Date.parse(at) + TOLD_AFTER);
  incidents.push({ kind: "gap", source, from: after, to: before, told, updated: told, missing: [{ after, before }] });
}

function fill(gap: Incident, { at, data }: StatusEvent): void {
  const { after = "", before = "" } = data;
  const { missing = [] } = gap;
  if (!missing.some((part) => after < part.before && before > part.after)) return;
  gap.missing = missing.flatMap((part) => [
    ...(after > part.after ? [{ after: part.after, before: earliestOf([after, part.before]) }] : []),
    ...(before < part.before ? [{ after: latestOf([before, part.after]), before: part.before }] : []),
  ]);
  // What was filled before the gap is told is told with it.
  if (at > gap.updated) gap.updated = at;
  if (gap.missing.length === 0) gap.ended = at;
}
