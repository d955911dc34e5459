import { BRIDGE_ZONE, DAY, dayStart } from "../../time.ts";
import { counted } from "./words.ts";

/** A time in which articles may have been missed, or a source could not be read. */
export interface Span {
  kind: "gap" | "outage";
  from: string;
  /** Absent while it goes on. */
  to?: string;
}

interface ArrivalsProps {
  name: string;
  /** The last days, oldest first. */
  days: readonly string[];
  articlesPerDay: Readonly<Record<string, number>>;
  spans: readonly Span[];
}

const HEIGHT = 40;
/** The least width of a span, in days: narrower would not be seen. */
const NARROWEST = 0.4;

/** Articles a day as bars, to the source's own scale, with gaps and outages on the same axis. The sentence says the same. */
export function Arrivals({ name, days, articlesPerDay, spans }: ArrivalsProps) {
  const counts = days.map((day) => articlesPerDay[day] ?? 0);
  const most = Math.max(...counts, 0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const start = dayStart(days[0] ?? "", BRIDGE_ZONE);
  const placed = spans.flatMap(({ kind, from, to }) => {
    const [left, right] = [from, to].map((at) => (at ? (Date.parse(at) - start) / DAY : days.length));
    const x = Math.max(0, left ?? 0);
    const width = Math.max(NARROWEST, Math.min(days.length, right ?? 0) - x);
    return (right ?? 0) < 0 || x >= days.length ? [] : [{ kind, x, width }];
  });
  const words = `${counted(total, "article")} in ${days.length} days, at most ${most} a day${spanWords(placed)}`;
  return (
    <figure class="arrivals">
      <svg
        viewBox={`0 0 ${days.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}: ${words}`}
      >
        {placed.map(({ kind, x, width }) => (
          <rect class={kind} x={x.toFixed(2)} width={width.toFixed(2)} height={HEIGHT} />
        ))}
        {counts.map((count, i) => {
          const height = Math.ceil((count / most) * HEIGHT);
          return count > 0 ? <rect x={i + 0.1} y={HEIGHT - height} width="0.8" height={height} /> : "";
        })}
      </svg>
      <figcaption>
        <span>{days[0]}</span> <span>{words}</span> <span>{days.at(-1)}</span>
      </figcaption>
    </figure>
  );
}

function spanWords(spans: readonly Pick<Span, "kind">[]): string {
  const count = (kind: Span["kind"]) => spans.filter((span) => span.kind === kind).length;
  const words = (kind: Span["kind"]) => (count(kind) > 0 ? `; ${counted(count(kind), kind)}` : "");
  return words("gap") + words("outage");
}
