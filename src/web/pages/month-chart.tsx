import type { MonthCount } from "../../archive/counts.ts";
import { countQuery } from "../counts.ts";
import { type Base, countsUrl, pageUrl } from "../links.ts";
import { counted, monthInWords } from "./words.ts";

/** Months that the chart shows, the newest; a narrow page shows half of them (style.ts). A bar is a link, so it needs room. */
const MAX_BARS = 24;
/** Units of a bar's picture, and the least height of a month with a match. */
const HEIGHT = 100;
const LEAST = 3;

interface MonthChartProps {
  base: Base;
  /** Name of the selection of sources, as in addresses. */
  name: string;
  /** The canonical query string. */
  query: string;
  /** Oldest first. */
  months: readonly MonthCount[];
}

/** How many articles of each month match, as bars that lead to the month. The text of each bar is its alternative. */
export function MonthChart({ base, name, query, months }: MonthChartProps) {
  const shown = months.slice(-MAX_BARS);
  if (shown.length < 2) return "";
  const most = Math.max(1, ...shown.map(({ matches }) => matches));
  const ofMonth = countQuery(query);
  return (
    <figure class="chart" aria-labelledby="chart">
      <figcaption id="chart">Articles by month</figcaption>
      <ol class="plain bars">
        {shown.map((count) => (
          <li>
            <Bar count={count} most={most} href={pageUrl(base, name, { month: count.month }, ofMonth)} />
          </li>
        ))}
      </ol>
      <p class="soft">
        {shown.every(({ complete }) => complete) ? "" : "Pale bars: articles of the month may be missing. "}
        Numbers: <a href={countsUrl(base, name, "csv", ofMonth)}>CSV</a>{" "}
        <a href={countsUrl(base, name, "json", ofMonth)}>JSON</a>
      </p>
    </figure>
  );
}

function Bar({ count, most, href }: { count: MonthCount; most: number; href: string }) {
  const { month, matches, articles, complete } = count;
  const height = matches === 0 ? 0 : Math.max(LEAST, Math.round((matches / most) * HEIGHT));
  const [name = "", year = ""] = monthInWords(month).split(" ");
  const share = articles > 0 ? `, ${((matches / articles) * 100).toFixed(1)} %` : "";
  const picture = (
    <>
      <span class="count">{matches}</span>
      <svg viewBox={`0 0 1 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <rect y={HEIGHT - height} width="1" height={height} />
      </svg>
      <span class="label">
        {name.slice(0, 3)}
        {month.endsWith("-01") ? ` ${year}` : <span class="hidden"> {year}</span>}
      </span>
      <span class="hidden">
        {" "}
        of {counted(articles, "article")}
        {share}
        {complete ? "" : "; some may be missing"}
      </span>
    </>
  );
  const kind = complete ? "bar" : "bar pale";
  // A month of which nothing is kept has no page.
  return articles === 0 ? (
    <span class={kind}>{picture}</span>
  ) : (
    <a class={kind} href={href} title={`${name} ${year}: ${matches} of ${articles}${share}`}>
      {picture}
    </a>
  );
}
