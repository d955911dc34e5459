import { incidentText, incidentTitle, type NamedIncident } from "../incident-words.ts";
import { type Alternate, Layout, type PageProps } from "./layout.tsx";
import { FormatLinks } from "./subscribe.tsx";

interface StatusPageProps extends PageProps {
  title: string;
  alternates: readonly Alternate[];
  /** Newest first. */
  incidents: readonly NamedIncident[];
}

export function StatusPage({ base, sources, title, alternates, incidents }: StatusPageProps) {
  return (
    <Layout base={base} sources={sources} title={title} alternates={alternates}>
      <h1>{title}</h1>
      <FormatLinks alternates={alternates} />
      {incidents.length === 0 && <p class="lead">No outage of more than three hours and no missing articles so far.</p>}
      {incidents.map((incident) => (
        <section class="card" id={`${incident.source}-${incident.kind}-${incident.from}`}>
          <h2>{incidentTitle(incident, incident.name)}</h2>
          <p>{incidentText(incident, incident.name)}</p>
        </section>
      ))}
    </Layout>
  );
}
