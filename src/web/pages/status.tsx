import type { Incident } from "../../archive/incidents.ts";
import type { Site } from "../../sites/site.ts";
import { incidentText, incidentTitle } from "../incident-words.ts";
import type { Base } from "../links.ts";
import { type Alternate, Layout } from "./layout.tsx";
import { FormatLinks } from "./subscribe.tsx";

interface StatusPageProps {
  base: Base;
  sites: readonly Site[];
  title: string;
  alternates: readonly Alternate[];
  /** Newest first. */
  incidents: readonly Incident[];
  /** Names of the sources by id. */
  names: ReadonlyMap<string, string>;
}

/** Outages and gaps, in words. */
export function StatusPage({ base, sites, title, alternates, incidents, names }: StatusPageProps) {
  return (
    <Layout base={base} sites={sites} title={title} alternates={alternates}>
      <h1>{title}</h1>
      <FormatLinks alternates={alternates} />
      {incidents.length === 0 && <p class="lead">No outage of more than three hours, and no gap, has been seen.</p>}
      {incidents.map((incident) => {
        const name = names.get(incident.source) ?? incident.source;
        return (
          <section class="card" id={`${incident.source}-${incident.kind}-${incident.from}`}>
            <h2>{incidentTitle(incident, name)}</h2>
            <p>{incidentText(incident, name)}</p>
          </section>
        );
      })}
    </Layout>
  );
}
