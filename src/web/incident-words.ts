import type { Incident } from "../archive/incidents.ts";
import { HOUR, timeInUtc } from "../time.ts";
import { counted } from "./pages/words.ts";

/** Outages, gaps and webhooks that are off, in words. All instants are UTC. */

/** An incident with the name of its source. A webhook, if it has one, has its number in the place of its id. */
export interface NamedIncident extends Incident {
  name: string;
  webhook?: number;
}

/** `5 hours`, `3 days` */
function span(from: string, to: string): string {
  const hours = Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / HOUR));
  return hours >= 48 ? `${Math.round(hours / 24)} days` : counted(hours, "hour");
}

const STATES = {
  outage: { over: "could not be read for", ongoing: "has been unreadable since" },
  webhook: { over: "was off for", ongoing: "has been off since" },
};

/** The title of an incident: another one when it is over. */
export function incidentTitle({ kind, from, to = from, ended }: Incident, name: string): string {
  if (kind === "gap")
    return ended ? `${name}: missed articles were read later` : `${name}: articles may be missing (${span(from, to)})`;
  const { over, ongoing } = STATES[kind];
  return ended ? `${name} ${over} ${span(from, ended)}` : `${name} ${ongoing} ${timeInUtc(from)}`;
}

/**
 * What has happened, and what follows from it.
 *
 * @param name of the source or webhook
 */
export function incidentText(incident: Incident, name: string): string {
  const { kind, from, to = from, ended, detail, missing = [] } = incident;
  if (kind === "webhook") {
    const why = "its receiver failed for three days, or answered 410 (Gone)";
    if (ended)
      return `${name} was off from ${timeInUtc(from)} to ${timeInUtc(ended)}: ${why}. It got the messages that it missed.`;
    return `${name} has been off since ${timeInUtc(from)}: ${why}. A test call that succeeds switches it on again.`;
  }
  if (kind === "outage") {
    const why = detail ? ` The last reason: ${detail}.` : "";
    if (ended) return `${name} could not be read from ${timeInUtc(from)} to ${timeInUtc(ended)}.${why}`;
    return `${name} has been unreadable since ${timeInUtc(from)}. Its feeds continue with the stored articles.${why}`;
  }
  const between = `between ${timeInUtc(from)} and ${timeInUtc(to)}`;
  if (ended)
    return `Articles of ${name} ${between} were missed. They were read ${timeInUtc(ended)}: nothing is missing.`;
  const isPartly = missing[0]?.after !== from || missing[0]?.before !== to;
  const parts = missing.map(({ after, before }) => `between ${timeInUtc(after)} and ${timeInUtc(before)}`).join(", ");
  const still = isPartly ? ` A part was read later; articles may still be missing ${parts}.` : "";
  return `Articles of ${name} ${between} may be missing: the listing had moved on before it was read.${still}`;
}
