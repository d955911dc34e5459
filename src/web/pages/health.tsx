import type { Status } from "../../archive/snapshot.ts";
import { koreanDay } from "../../time.ts";
import { type HealthReport, isUnread, type SourceReport } from "../health.ts";
import { ownUrl } from "../links.ts";
import { Arrivals, type Span } from "./arrivals.tsx";
import { Layout, type PageProps } from "./layout.tsx";
import { ageInWords, counted, dayInWords, timeInWords } from "./words.ts";

interface HealthPageProps extends PageProps {
  report: HealthReport;
  states: Status["sources"];
  /** The last days, oldest first. */
  days: readonly string[];
  now: number;
}

const STATUS: Record<Exclude<HealthReport["status"], "down">, string> = {
  ok: "Every source could be read at the last look, and nothing was missed.",
  degraded:
    "Some sources cannot be read at present, or articles were missed. Their feeds still have the articles in the archive.",
};

/** Why the bridge is down: the websites, or nobody looks at them. */
function downText(sources: readonly SourceReport[]): string {
  const has = (state: SourceReport["state"]) => sources.some((source) => source.state === state);
  const why = has("overdue")
    ? "the sources are not checked in time, so the cron job does not run, or not to its end"
    : has("failing")
      ? "no source can be read"
      : "no source was checked yet, or none for an hour";
  return `The feeds get nothing new at present: ${why}. They still have the articles in the archive.`;
}

const ARCHIVE: Record<Exclude<HealthReport["archive"], "ok">, string> = {
  "read-only": "The archive can store nothing at present, so the feeds get nothing new. The log says why.",
  unreachable:
    "The archive cannot be reached at present. Feeds without a query still have the newest articles of each source.",
};

const WEBHOOK_OFF = "Every source could be read at the last look, but a webhook is switched off.";

function lead({ status, archive, sources }: HealthReport): string {
  // What makes the bridge degraded, if no source does, is a webhook.
  const isAffected = status === "down" || sources.some(isFaulty);
  const text = status === "down" ? downText(sources) : STATUS[status];
  if (archive === "ok") return status === "degraded" && !isAffected ? WEBHOOK_OFF : text;
  return isAffected ? `${ARCHIVE[archive]} ${text}` : ARCHIVE[archive];
}

const isFaulty = (source: SourceReport): boolean => isUnread(source) || source.gaps.length > 0;

export function HealthPage({ base, sources, report, states, days, now }: HealthPageProps) {
  return (
    <Layout base={base} sources={sources} title="Health of the feed bridge" path="/health">
      <h1>Health</h1>
      <p class={`lead ${report.status === "ok" ? "ok" : "bad"}`}>{lead(report)}</p>
      <ul class="plain health">
        {report.sources.map((source) => (
          <li>
            <div>
              <h2>
                <a href={ownUrl(base, `/health/${source.id}`)}>{source.name}</a>
              </h2>
              <SourceState source={source} now={now} />
            </div>
            <Arrivals
              name={source.name}
              days={days}
              articlesPerDay={states[source.id]?.stats?.articlesPerDay ?? {}}
              spans={spansOf(source, states[source.id]?.failingSince)}
            />
          </li>
        ))}
      </ul>
      <p class="soft">
        <span class="key gap" /> articles may be missing <span class="key outage" /> could not be read
      </p>
      <Push report={report} now={now} />
    </Layout>
  );
}

/** Nothing where nobody is pushed to. */
function Push({ report: { hub, webhooks = [] }, now }: { report: HealthReport; now: number }) {
  if (!hub?.subscriptions && webhooks.length === 0) return "";
  const deliveries =
    hub && hub.success !== null
      ? `, ${counted(hub.deliveries, "delivery", "deliveries")} in the last day, ${Math.round(hub.success * 100)} % of them successful`
      : "";
  const last = hub?.last_success ? `, the last one ${ageInWords(hub.last_success, now)}` : "";
  return (
    <>
      <h2>Push</h2>
      {hub && (
        <p class={hub.advertised ? "ok" : "bad"}>
          Hub: {counted(hub.subscriptions, "subscription")}
          {deliveries}
          {last}
          {hub.advertised ? "." : ". Every delivery fails: feeds do not name the hub at present."}
        </p>
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

/** Gaps and current failures. The page of the source shows those that are over. */
const spansOf = ({ gaps }: SourceReport, failingSince: string | undefined): Span[] => [
  ...gaps.map(({ after, before }): Span => ({ kind: "gap", from: after, to: before })),
  ...(failingSince ? [{ kind: "outage" as const, from: failingSince }] : []),
];

const colorOf = (source: SourceReport): string =>
  isUnread(source) ? "bad" : source.state === "waiting" ? "warn" : "ok";

/** The state of a source: a short line, and sentences for what is wrong. */
export function SourceState({ source, now }: { source: SourceReport; now: number }) {
  const { state, last_success, articles, gone, gaps, noisy } = source;
  const complete = completeWords(source, now);
  const unreadable = source.unreadable_articles.map(({ key }) => key).join(", ");
  const sentences = [
    failureSentence(source),
    ...gaps.map(
      ({ after, before }) => `Articles were missed between ${timeInWords(after)} and ${timeInWords(before)}.`,
    ),
    noisy?.detail,
    unreadable && `The pages of these articles cannot be read: ${unreadable}.`,
  ].filter(Boolean);
  return (
    <>
      <p class="state">
        <span class={`dot ${colorOf(source)}`}>{state}</span>,{" "}
        <span>{last_success ? `last read ${ageInWords(last_success, now)}` : "never read"}</span>
      </p>
      <p class="soft">
        {counted(articles, "article")}
        {gone > 0 ? `, ${gone} no longer at ${gone === 1 ? "its address" : "their addresses"}` : ""}
        {complete ? `; complete since ${complete}` : ""}
      </p>
      {sentences.map((sentence) => (
        <p class="soft">{sentence}</p>
      ))}
    </>
  );
}

function failureSentence({ state, last_failure, failures_in_a_row, next_due }: SourceReport): string | undefined {
  if (state === "overdue" && next_due)
    return `The cron should have checked it ${timeInWords(next_due)} in Korea, and did not.`;
  if (state !== "failing" || !last_failure) return undefined;
  const { detail, reason } = last_failure;
  const next = next_due ? `; next attempt ${timeInWords(next_due)} in Korea` : "";
  const attempts = counted(failures_in_a_row, "failed attempt");
  return `The last failure: ${detail} (${reason}). ${attempts}${next}.`;
}

/** From when to when nothing is known to be missing. */
function completeWords({ complete_since, complete_until, state }: SourceReport, now: number): string {
  if (!complete_since) return "";
  const since = dayInWords(koreanDay(Date.parse(complete_since)));
  const isRead = state === "ok" || state === "quiet";
  return isRead || !complete_until ? since : `${since}, until ${ageInWords(complete_until, now)}`;
}
