import { type AnyNode, hasChildren, isTag, isText, type Text } from "domhandler";
import { calendarDay, DAY, dayOf, dayWithoutYear, latestOf } from "../time.ts";
import { MONTH, monthFirstDay, monthNumber, type PrintedDate, printedDate } from "./dates.ts";
import { lazyPattern } from "./lazy-pattern.ts";

/**
 * Rewrites dates in a page's tree that depend on place and time: instants, whose day depends on the time zone, and days
 * without a whole year. So the code that reads cards needs neither time zone nor year.
 */

/**
 * Writes the day of a zone into each `time` element that tells an instant (HTML, section 4.5.14), and the day in the place
 * of what it says to people, if that is no date ("3 hours ago" would be another text at each look), or one of which the
 * element says that its month comes first.
 */
export function localizeTimes(root: AnyNode, timeZone: string): void {
  each(root, (node) => {
    if (!isTag(node) || node.name !== "time") return;
    const { datetime = "" } = node.attribs;
    const day = instantDay(datetime, timeZone) ?? printedDate(datetime)?.day;
    if (!day) return;
    node.attribs.datetime = day;
    const [text, ...more] = node.children;
    if (!text || !isText(text) || more.length > 0 || text.data.length > MAX_LENGTH) return;
    if (!printedDate(text.data) || monthFirstDay(text.data) === day) text.data = day;
  });
}

const INSTANT = /^(?:19|20)\d\d-[\d-]{2,5}T.{4,20}(?:Z|[+-]\d\d:?\d\d)$/i;

/** The day in a zone of an instant from 1900 to 2099 that says its own zone; undefined for any other text. */
export function instantDay(text: string, timeZone: string): string | undefined {
  const instant = INSTANT.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN;
  return Number.isNaN(instant) ? undefined : dayOf(instant, timeZone);
}

/**
 * Completes each text that is a day without its year and nothing else; a clock or a weekday may stand beside it.
 *
 * @param today in the website's time zone
 */
export function addYears(root: AnyNode, today: string): void {
  each(root, (node) => {
    if (!isText(node) || node.data.length > MAX_LENGTH) return;
    // What the element says for machines has its year.
    if (node.parent && isTag(node.parent) && node.parent.attribs.datetime) return;
    const date = dateWithoutYear(node.data, today);
    if (date && !lazyPattern.u`[\p{L}\p{N}]`.test(node.data.replace(date.text, "").replace(BESIDE(), "")))
      node.data = date.day;
  });
}

/** Three numbers that can be a day with two digits of its year, and a day without marks between its numbers. */
const NUMBERS = /(?<![\d.:/-])(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{1,2})(?!\d|[:/-]|\.\d)/;
const UNMARKED = /(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)(?!\d)/;
/** A year of Juche, where that of the calendar is not beside it. 1912 is the first. */
const JUCHE = () => lazyPattern.giu`(?:주체|主体|主體|juche) ?(\d{2,3})(?= ?[년年./-] ?\d|[^\p{L}\p{N}]*$)`;
/** Where year, month and day stand among three numbers. */
const ORDERS = [
  [0, 1, 2],
  [2, 1, 0],
  [2, 0, 1],
] as const;

/**
 * Completes years that have two digits, or are of Juche alone. The order of the numbers is one in which all days of the page
 * exist and are past; of several, the one with the newest day, and the day before the month. Words beside a day count only
 * where no day stands alone.
 *
 * @param today in the website's time zone
 * @returns whether there was one
 */
export function completeYears(root: AnyNode, today: string): boolean {
  const tomorrow = dayOf(Date.parse(`${today}T00:00:00Z`) + DAY, "UTC");
  const found: { node: Text; days: string[]; isAlone: boolean }[] = [];
  let isChanged = false;
  each(root, (node) => {
    if (!isText(node) || node.data.length > MAX_LENGTH) return;
    const before = node.data;
    node.data = before.replace(JUCHE(), (_, year) => String(1911 + Number(year))).replace(UNMARKED, "$1-$2-$3");
    isChanged ||= node.data !== before;
    const [date = "", a = "", , b = "", c = ""] = NUMBERS.exec(node.data) ?? [];
    const isAlone = !lazyPattern.u`[\p{L}\p{N}]`.test(node.data.replace(date, ""));
    if (date) found.push({ node, days: ORDERS.map((order) => shortDay([a, b, c], order)), isAlone });
  });
  const alone = found.filter(({ isAlone }) => isAlone);
  const short = alone.length > 0 ? alone : found;
  const newest = ORDERS.map((_, order) => latestOf(short.map(({ days }) => days[order] as string)));
  const latest = latestOf(newest.filter((day) => day <= tomorrow));
  const order = newest.indexOf(latest);
  for (const { node, days } of latest ? short : []) node.data = node.data.replace(NUMBERS, days[order] as string);
  return isChanged || latest !== "";
}

/** The day of three numbers of this century; one that never comes if they are none in this order. */
function shortDay(numbers: readonly string[], [y, m, d]: readonly [number, number, number]): string {
  const year = numbers[y]?.length === 2 ? 2000 + Number(numbers[y]) : Number.NaN;
  return calendarDay(year, Number(numbers[m]), Number(numbers[d])) ?? "9999";
}

/** Characters of a text that is a date. */
const MAX_LENGTH = 48;
/** A clock, or a weekday before a comma. */
const BESIDE = () => lazyPattern.giu`\b\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]\.?m\b\.?)?|^\s*\p{L}{2,12}\.?,`;

/** Each way of printing a day without a year, and where month and day stand in the match. */
const FORMS: [RegExp, month: number, day: number][] = [
  [new RegExp(`${MONTH} +(\\d{1,2})(?:st|nd|rd|th)?(?![\\d:])`, "i"), 1, 2],
  [new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th|er|º|\\.)?(?: +(?:of|de))? +${MONTH}`, "i"), 2, 1],
  [/(?<!\d)(\d{1,2}) *[월月] *(\d{1,2}) *[일日]/, 1, 2],
  // The day comes first, as in dates with a year.
  [/(?<![\d.:/-])(\d{1,2})([./])(\d{1,2})(?:\2(?!\d)|(?![\d:./]))/, 3, 1],
];

/**
 * The first day without a year in a text.
 *
 * @param today in the website's time zone
 */
export function dateWithoutYear(text: string, today: string): PrintedDate | undefined {
  let first: (PrintedDate & { at: number }) | undefined;
  for (const [form, m, d] of FORMS) {
    const match = form.exec(text);
    if (!match || (first && first.at <= match.index)) continue;
    const day = dayWithoutYear(monthNumber(match[m] ?? ""), Number(match[d]), today);
    if (day) first = { day, text: match[0], at: match.index };
  }
  return first && { day: first.day, text: first.text };
}

function each(node: AnyNode, visit: (node: AnyNode) => void): void {
  visit(node);
  if (hasChildren(node)) for (const child of node.children) each(child, visit);
}
