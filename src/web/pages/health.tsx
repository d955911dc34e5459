import type { Site } from "../../sites/site.ts";
import { koreanDay } from "../../time.ts";
import type { HealthReport, SourceReport } from "../health.ts";
import type { Base } from "../links.ts";
import { Layout } from "./layout.tsx";
import { ageInWords, dayInWords, timeInWords } from "./words.ts";

interface HealthPageProps {
  base: Base;
  sites: readonly Site[];
  report: HealthReport;
  /** Articles by day of each source. */
  articlesPerDay: ReadonlyMap<string, Record<string, number>>;
  /** The last days, oldest first. */
  days: readonly string[];
  now: number;
}

const STATUS: Record<HealthReport["status"], string> = {
  ok: "Every source could be read at the last look, and nothing was missed.",
  degraded: "Some sources cannot be read at present, or articles were missed. Their feeds go on with what is kept.",
  down: "Nothing new reaches the feeds at present: no source can be read, or none was looked at for an hour. Feeds go on with what is kept.",
};

const UNREACHABLE =
  "The archive cannot be reached at present. Plain feeds go on with the newest articles of each source.";

const WEBHOOK_OFF = "Every source could be read at the last look, but a webhook is switched off.";

/** How the bridge is doing, in a sentence or two. */
function lead({ status, archive, sources }: HealthReport): string {
  // What makes the bridge degraded, if no source does, is a webhook.
  const isAffected = status === "down" || sources.some(isFaulty);
  if (archive === "ok") return status === "degraded" && !isAffected ? WEBHOOK_OFF : STATUS[status];
  return isAffected ? `${UNREACHABLE} ${STATUS[status]}` : UNREACHABLE;
}

const isFaulty = ({ state, gaps }: SourceReport): boolean =>
  state === "failing" || state === "overdue" || gaps.length > 0;

export function HealthPage({ base, sites, report, articlesPerDay, days, now }: HealthPageProps) {
  return (
    <Layout base={base} sites={sites} title="Health of the feed bridge">
      <h1>Health</h1>
      <p class={`lead ${report.status === "ok" ? "ok" : "bad"}`}>{lead(report)}</p>
      {/* What scrolls must be reachable for the keyboard (WCAG 2.1.1). */}
      <section class="scroll" aria-label="State of each source" tabindex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Source</th>
              <th scope="col">State</th>
              <th scope="col">Last success</th>
              <th scope="col">Articles</th>
              <th scope="col">Complete since</th>
            </tr>
          </thead>
          <tbody>
            {report.sources.map((source) => (
              <Row source={source} now={now} />
            ))}
          </tbody>
        </table>
      </section>
      <h2>Arrivals over the last {days.length} days</h2>
      <Picture sources={report.sources} articlesPerDay={articlesPerDay} days={days} />
      <Push report={report} now={now} />
    </Layout>
  );
}

/** Nothing where nobody is pushed to. */
function Push({ report: { hub, webhooks = [] }, now }: { report: HealthReport; now: number }) {
  if (!hub?.subscriptions && webhooks.length === 0) return "";
  const deliveries =
    hub && hub.success !== null
      ? `, ${hub.deliveries} deliveries in the last day, ${Math.round(hub.success * 100)} % of them successful`
      : "";
  const last = hub?.last_success ? `, the last one ${ageInWords(hub.last_success, now)}` : "";
  return (
    <>
      <h2>Push</h2>
      {hub ? (
        <p class={hub.advertised ? "ok" : "bad"}>
          Hub: {hub.subscriptions} subscriptions{deliveries}
          {last}
          {hub.advertised ? "." : ". Every delivery fails: feeds do not name the hub at present."}
        </p>
      ) : (
        ""
      )}
      {webhooks.map(({ state, since }, i) => (
        <p class={state === "ok" ? "ok" : "bad"}>
          Webhook {i + 1}: {state}
          {since ? ` since ${timeInWords(since)} in Korea` : ""}
        </p>
      ))}
    </>
  );
}

function Row({ source, now }: { source: SourceReport; now: number }) {
  const { name, state, last_success, last_failure, failures_in_a_row, articles, gaps, next_due } = source;
  const unreadable = source.unreadable_articles.map(({ key }) => key).join(", ");
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <span class={state === "failing" || state === "overdue" ? "bad" : "ok"}>{state}</span>
        {state === "overdue" && next_due ? (
          <span class="soft"> The cron should have looked at it {timeInWords(next_due)} in Korea, and did not.</span>
        ) : (
          ""
        )}
        {state === "failing" && last_failure ? (
          <span class="soft">
            {" "}
            {last_failure.detail} ({last_failure.reason}); tried {failures_in_a_row}{" "}
            {failures_in_a_row === 1 ? "time" : "times"}
            {next_due ? `, again ${timeInWords(next_due)} in Korea` : ""}
          </span>
        ) : (
          ""
        )}
        {gaps.map(({ after, before }) => (
          <span class="soft">
            {" "}
            Articles were missed between {timeInWords(after)} and {timeInWords(before)}.
          </span>
        ))}
        {source.noisy ? <span class="soft"> {source.noisy.detail}</span> : ""}
        {unreadable ? <span class="soft"> The pages of these articles cannot be read: {unreadable}.</span> : ""}
      </td>
      <td>{last_success ? ageInWords(last_success, now) : "never"}</td>
      <td>{articles}</td>
      <td>{completeWords(source, now)}</td>
    </tr>
  );
}

/** From when to when nothing is known to be missing. */
function completeWords({ complete_since, complete_until, state }: SourceReport, now: number): string {
  if (!complete_since) return "";
  const since = dayInWords(koreanDay(Date.parse(complete_since)));
  const isRead = state === "ok" || state === "quiet";
  return isRead || !complete_until ? since : `${since}, until ${ageInWords(complete_until, now)}`;
}

const BAR = 16;
const ROW = 46;
const LEFT = 150;

/** Bars a day and source, each row to its own scale: whether a medium published is the question, not how much. */
function Picture({
  sources,
  articlesPerDay,
  days,
}: {
  sources: readonly SourceReport[];
  articlesPerDay: ReadonlyMap<string, Record<string, number>>;
  days: readonly string[];
}) {
  const width = LEFT + days.length * BAR;
  const height = sources.length * ROW + 20;
  const total = (id: string) => days.reduce((sum, day) => sum + (articlesPerDay.get(id)?.[day] ?? 0), 0);
  const words = sources.map(({ id, name }) => `${name} ${total(id)}`).join(", ");
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Articles in the last ${days.length} days: ${words}`}
    >
      {sources.map(({ id, name }, row) => {
        const counts = days.map((day) => articlesPerDay.get(id)?.[day] ?? 0);
        const most = Math.max(1, ...counts);
        const bottom = row * ROW + ROW - 6;
        return (
          <g>
            <text x="0" y={bottom - 12}>
              {name.slice(0, 24)}
            </text>
            <text x="0" y={bottom}>
              {total(id)} in all, {Math.max(...counts)} a day at most
            </text>
            <line x1={LEFT} x2={width} y1={bottom} y2={bottom} />
            {counts.map((count, i) => {
              const tall = Math.round((count / most) * (ROW - 14));
              return count > 0 ? <rect x={LEFT + i * BAR + 2} y={bottom - tall} width={BAR - 4} height={tall} /> : "";
            })}
          </g>
        );
      })}
      <text x={LEFT} y={height - 4}>
        {days[0]}
      </text>
      <text x={width} y={height - 4} text-anchor="end">
        {days.at(-1)}
      </text>
    </svg>
  );
}
