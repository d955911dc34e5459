import { queryWith } from "../filters.ts";
import { type Base, pageUrl } from "../links.ts";
import type { ArticlesByMonth } from "../months.ts";

/** The archive as a calendar: years, months and days, each a link to its articles. */

/** Years of which each month is shown; older ones are one link each. */
const YEARS_IN_MONTHS = 2;
const MONTH_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

interface CalendarProps {
  base: Base;
  /** The sources, as the path spells them, and the query that every link keeps. */
  name: string;
  query: string;
  articles: ArticlesByMonth;
  current?: string;
}

/** Each month is the darker the more articles it has. */
export function Calendar({ base, name, query, articles: { months, isExact }, current }: CalendarProps) {
  const years = [...new Set([...months.keys()].map((month) => month.slice(0, 4)))].sort().reverse();
  const most = Math.max(1, ...months.values());
  return (
    <>
      {years.slice(0, YEARS_IN_MONTHS).map((year) => (
        <section aria-label={year}>
          <p class="soft">{year}</p>
          <div class="months">
            {MONTH_NAMES.map((label, i) => {
              const month = `${year}-${String(i + 1).padStart(2, "0")}`;
              const count = months.get(month);
              if (!count) return <span>{label}</span>;
              return (
                <a
                  class={`m${Math.ceil((count / most) * 3)}`}
                  href={pageUrl(base, name, { month }, query)}
                  {...(month === current && { "aria-current": "page" })}
                >
                  {label} <span>{isExact ? count : ""}</span>
                </a>
              );
            })}
          </div>
        </section>
      ))}
      <p class="formats">
        {years.slice(YEARS_IN_MONTHS).map((year) => (
          <a href={pageUrl(base, name, "newest", between(query, `${year}-01-01`, `${year}-12-31`))}>{year}</a>
        ))}
      </p>
    </>
  );
}

interface DaysProps extends Pick<CalendarProps, "base" | "name" | "query"> {
  month: string;
  /** The last day that has begun: later ones are no links. */
  today: string;
  shown: string | null;
}

export function Days({ base, name, query, month, today, shown }: DaysProps) {
  const count = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
  const days = Array.from({ length: count }, (_, i) => `${month}-${String(i + 1).padStart(2, "0")}`);
  return (
    <nav class="months days" aria-label="Days">
      {days.map((day, i) =>
        day > today ? (
          <span>{i + 1}</span>
        ) : (
          <a
            class="m0"
            href={pageUrl(base, name, { month }, between(query, day, day))}
            {...(day === shown && { "aria-current": "page" })}
          >
            {i + 1}
          </a>
        ),
      )}
    </nav>
  );
}

/** The query for a span of days, from its first page on. */
const between = (query: string, first: string, last: string): string =>
  queryWith(queryWith(query, "since", first), "until", last);
