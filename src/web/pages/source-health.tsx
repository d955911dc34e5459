import type { Incident } from "../../archive/incidents.ts";
import type { SourceReport } from "../health.ts";
import { incidentText, incidentTitle } from "../incident-words.ts";
import { ownUrl, pageUrl, statusUrl } from "../links.ts";
import { Arrivals, type Span } from "./arrivals.tsx";
import { SourceState } from "./health.tsx";
import { Layout, type PageProps } from "./layout.tsx";

interface SourceHealthProps extends PageProps {
  report: SourceReport;
  articlesPerDay: Readonly<Record<string, number>>;
  days: readonly string[];
  /** Newest first; undefined if the archive cannot be reached. */
  incidents: readonly Incident[] | undefined;
  now: number;
}

/** The page of one source: how it is doing, what arrived, and what was wrong with it. */
export function SourceHealthPage({ base, sources, report, articlesPerDay, days, incidents, now }: SourceHealthProps) {
  const { id, name } = report;
  return (
    <Layout base={base} sources={sources} title={`Health of ${name}`} path={`/health/${id}`}>
      <h1>{name}</h1>
      <SourceState source={report} now={now} />
      <Arrivals name={name} days={days} articlesPerDay={articlesPerDay} spans={incidents?.map(spanOf) ?? []} />
      <p class="formats">
        <a href={pageUrl(base, id)}>Articles</a>
        <a href={pageUrl(base, id, "changes")}>Changes</a>
        <a href={statusUrl(base, id, "rss")}>Outages and gaps as a feed</a>
        <a href={ownUrl(base, "/health")}>All sources</a>
      </p>
      <h2>History</h2>
      {incidents === undefined && <p class="bad">The archive cannot be reached at present.</p>}
      {incidents?.length === 0 && <p>No outage of more than three hours and no missing articles so far.</p>}
      {incidents?.map((incident) => (
        <section class="card">
          <h3>{incidentTitle(incident, name)}</h3>
          <p>{incidentText(incident, name)}</p>
        </section>
      ))}
    </Layout>
  );
}

/** A gap is where articles are missing; an outage lasts until the source was read again. */
const spanOf = ({ kind, from, to, ended }: Incident): Span =>
  kind === "gap" ? { kind, from, to: to ?? from } : { kind: "outage", from, to: ended };
