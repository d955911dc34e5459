// src/log.ts
var MAX_LENGTH = 2e3;
function log(event, fields) {
  console.log(JSON.stringify({ event, ...fields }));
}
function logError(event, error, fields = {}) {
  console.error(JSON.stringify({ event, ...fields, error: String(error).slice(0, MAX_LENGTH) }));
}

// src/archive/client.ts
var METHODS = [
  "commit",
  "status",
  "statuses",
  "latest",
  "duePages",
  "listedPages",
  "find",
  "counts",
  "article",
  "incidents",
  "events",
  "waitForEvent",
  "usage",
  "export",
  "import",
  "notify"
];
var ArchiveUnavailable = class extends Error {
  name = "ArchiveUnavailable";
};
var unreachable = /* @__PURE__ */ new WeakSet();
var localArchive = (service2) => clientOf((method, values) => service2.invoke(method, values));
function clientOf(invoke) {
  const methodOf = (method) => async (...values) => {
    try {
      const result = await invoke(method, values);
      unreachable.delete(client);
      return result;
    } catch (error) {
      unreachable.add(client);
      logError("archive", error, { method });
      throw new ArchiveUnavailable(`the archive cannot be reached (${method})`, { cause: error });
    }
  };
  const client = Object.fromEntries(METHODS.map((method) => [method, methodOf(method)]));
  return client;
}

// src/platform/sql.ts
var diskError = (error) => /disk is full/.test(String(error)) ? "full" : /disk (?:I\/O error|image)/.test(String(error)) ? "failing" : void 0;

// src/memoize.ts
function memoize(make, most = Infinity) {
  const values = /* @__PURE__ */ new Map();
  return (key) => {
    const known = values.get(key);
    if (known !== void 0 || values.has(key)) return known;
    const value = make(key);
    if (values.size < most) values.set(key, value);
    return value;
  };
}

// src/scrape/lazy-pattern.ts
var withFlags = (flags) => memoize((source2) => new RegExp(source2.raw[0] ?? "", flags));
var lazyPattern = { u: withFlags("u"), gu: withFlags("gu"), giu: withFlags("giu"), gsu: withFlags("gsu") };

// src/scrape/text.ts
var FORBIDDEN = () => lazyPattern.gu`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\p{Noncharacter_Code_Point}]`;
var LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
var PRINTABLE_ASCII = /^[ -~]*$/;
function legalText(text4) {
  if (PRINTABLE_ASCII.test(text4)) return text4;
  const legal = text4.replace(FORBIDDEN(), "");
  return legal.isWellFormed() ? legal : legal.replace(LONE_SURROGATE, "");
}
var DECOMPOSED = /[\u0300-\u036f\u1100-\u11ff\u3099\u309a]/;
var composed = (text4) => DECOMPOSED.test(text4) ? text4.normalize("NFC") : text4;
var UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;
var HIDDEN = /[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]/g;
var JOINERS = () => lazyPattern.gu`(?<=^|[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{N}\p{P}\p{Z}])[\u200c-\u200f]+`;
var BLANK = /^[ \n\t\r]+$/;
var SPACES = /[\s\u0085]{2,}|[^\S ]|\u0085/g;
function foldSpace(text4) {
  if (BLANK.test(text4)) return " ";
  if (PRINTABLE_ASCII.test(text4)) return text4.includes("  ") ? text4.replace(/ {2,}/g, " ") : text4;
  const legal = composed(legalText(text4));
  const seen = UNSEEN.test(legal) ? legal.replace(HIDDEN, "").replace(JOINERS(), "") : legal;
  return seen.replace(SPACES, " ");
}
function oneLine(text4) {
  return foldSpace(text4).trim();
}
function plainText(html2) {
  const bare4 = html2.replace(/<[^<>]*>/g, " ").replace(/&#(?:(\d+)|x([0-9a-f]+));/gi, (_, decimal, hex2) => {
    const code = decimal ? Number(decimal) : Number.parseInt(hex2, 16);
    if (code === AMPERSAND) return "&amp;";
    return code <= 1114111 ? String.fromCodePoint(code) : "";
  });
  return oneLine(ENTITIES.reduce((text4, [entity, character]) => text4.replaceAll(entity, character), bare4));
}
var BLOCK_TAG = / ?(<\/?(?:p|br|hr|h[2-6]|ul|ol|li|dl|dt|dd|blockquote|pre|figure|figcaption|table|caption|thead|tbody|tfoot|tr|td|th)\b[^<>]*>) ?/g;
var withoutHiddenSpace = (html2) => html2.replace(/(?:\s|&nbsp;)+/g, " ").replace(BLOCK_TAG, "$1").trim();
var AMPERSAND = 38;
var ENTITIES = [
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&apos;", "'"],
  ["&nbsp;", " "],
  ["&amp;", "&"]
];
var EXCERPT_LENGTH = 125;
function cutAtWord(text4, most) {
  if (text4.length <= most) return text4;
  const word = text4.lastIndexOf(" ", most);
  return legalText(text4.slice(0, word < most / 2 ? most : word)).trim();
}
function escapeHtml(text4) {
  return text4.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

// src/time.ts
var SECOND = 1e3;
var MINUTE = 60 * SECOND;
var HOUR = 60 * MINUTE;
var DAY = 24 * HOUR;
var BRIDGE_ZONE = "Asia/Pyongyang";
var FIXED_HOURS = /* @__PURE__ */ new Map([
  [BRIDGE_ZONE, 9],
  ["UTC", 0]
]);
function calendarDay(year, month, day) {
  const date = new Date(Date.UTC(year, month - 1, day));
  const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real && year >= 1900 ? utcDay(date.getTime()) : void 0;
}
var dayText = memoize((number5) => new Date(number5 * DAY).toISOString().slice(0, 10), 5e3);
var utcDay = (ms) => dayText(Math.floor(ms / DAY));
function isTimeZone(name2) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name2 }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
var formatterOf = memoize((timeZone) => {
  const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric" };
  const options = { ...numeric, minute: "numeric", second: "numeric", hourCycle: "h23", timeZone };
  return new Intl.DateTimeFormat("en-US", options);
});
function offsetAt(ms, timeZone) {
  const fixed = FIXED_HOURS.get(timeZone);
  if (fixed !== void 0) return fixed * HOUR;
  const parts = {};
  for (const { type, value } of formatterOf(timeZone).formatToParts(ms)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1e3) * 1e3;
}
var dayOf = (ms, timeZone) => utcDay(ms + offsetAt(ms, timeZone));
var koreanDay = (ms) => dayOf(ms, BRIDGE_ZONE);
var koreanMonth = (at2) => koreanDay(Date.parse(at2)).slice(0, 7);
var dayStart = (day, timeZone) => firstAt(Date.parse(`${day}T00:00:00Z`), timeZone);
var dayEnd = (day, timeZone) => firstAt(Date.parse(`${day}T00:00:00Z`) + DAY, timeZone);
function firstAt(midnight, timeZone) {
  if (Number.isNaN(midnight)) return Number.NaN;
  const offset = offsetAt(midnight - DAY, timeZone);
  if (offset === offsetAt(midnight + DAY, timeZone)) return midnight - offset;
  let [earlier, later] = [(midnight - DAY) / 1e3, (midnight + DAY) / 1e3];
  while (later - earlier > 1) {
    const middle = Math.floor((earlier + later) / 2);
    if (middle * 1e3 + offsetAt(middle * 1e3, timeZone) < midnight) earlier = middle;
    else later = middle;
  }
  return later * 1e3;
}
function dayWithoutYear(month, day, today) {
  const tomorrow = utcDay(Date.parse(`${today}T00:00:00Z`) + DAY);
  const year = Number(tomorrow.slice(0, 4));
  for (let back = 0; back <= 8; back++) {
    const dated2 = calendarDay(year - back, month, day);
    if (dated2 !== void 0 && dated2 <= tomorrow) return dated2;
  }
  return void 0;
}
var monthEnd = (month) => firstAt(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1), BRIDGE_ZONE);
var isDay = (value) => typeof value === "string" && value >= "1900" && utcDay(Date.parse(`${value}T00:00:00Z`) || 0) === value;
var instant = (ms) => `${utcDay(ms)}T${twoDigits(ms, HOUR, 24)}:${twoDigits(ms, MINUTE, 60)}:${twoDigits(ms, SECOND, 60)}Z`;
function twoDigits(ms, unit, count2) {
  const value = (Math.floor(ms / unit) % count2 + count2) % count2;
  return value < 10 ? `0${value}` : String(value);
}
var earliestOf = (instants) => instants.toSorted()[0] ?? "";
function latestOf(instants) {
  let latest = "";
  for (const at2 of instants) if (at2 > latest) latest = at2;
  return latest;
}

// src/archive/schedule.ts
var INTERVAL = 15 * MINUTE;
var PUSH_INTERVAL = 45 * MINUTE;
var LONGEST_BACKOFF = 6 * 60 * MINUTE;
var GRACE_PERIOD = 5 * MINUTE;
function nextDue(now, failures, retryAfter = 0) {
  if (failures === 0) return now + INTERVAL;
  const backoff = Math.min(LONGEST_BACKOFF, MINUTE * 2 ** Math.min(failures - 1, 20));
  return now + Math.max(backoff, retryAfter * 1e3);
}
var gapPause = (tries) => tries === 0 ? 0 : Math.min(LONGEST_BACKOFF, INTERVAL * 2 ** Math.min(tries - 1, 20));
function isDue(status2, now) {
  return !status2 || status2.failures === 0 && !status2.pushed || Date.parse(status2.nextDue) <= now;
}
var LONGEST_SILENCE = 60 * MINUTE;
var longestDueFirst = (a, b) => (a?.lastAttempt ?? "") < (b?.lastAttempt ?? "") ? -1 : (a?.lastAttempt ?? "") > (b?.lastAttempt ?? "") ? 1 : 0;

// src/archive/page-schedule.ts
var WEEK = 7 * DAY;
var CONFIRMATION = 6 * HOUR;
var RECENT_INTERVAL = 16 * HOUR;
var RECENT = 3 * DAY;
var WEEKS = 4;
var RETRY_DELAYS = [HOUR, 6 * HOUR, DAY];
var PAUSE = HOUR;
function nextLook(since, spread, now) {
  if (now < since + RECENT) return now + RECENT_INTERVAL - INTERVAL / 2;
  for (let week = 1; week <= WEEKS; week++) {
    const at2 = since + RECENT + week * WEEK - spread % 97 * HOUR;
    if (at2 > now + RECENT_INTERVAL) return at2;
  }
  return void 0;
}
function nextRetry(failures, now) {
  const delay = RETRY_DELAYS[failures - 1];
  return delay === void 0 ? void 0 : now + delay;
}
var urgentLook = (pageSeen, now) => pageSeen === null ? now : Math.max(now, Date.parse(pageSeen) + PAUSE);

// src/scrape/common-ends.ts
var BLOCK = 256;
function commonStartLength(a, b) {
  const most = Math.min(a.length, b.length);
  let at2 = 0;
  while (at2 + BLOCK <= most && a.slice(at2, at2 + BLOCK) === b.slice(at2, at2 + BLOCK)) at2 += BLOCK;
  while (a.charCodeAt(at2) === b.charCodeAt(at2)) at2++;
  return at2;
}
function commonEndLength(a, b, most) {
  const endOf = (text4, length2) => text4.slice(text4.length - length2 - BLOCK, text4.length - length2);
  let length = 0;
  while (length + BLOCK <= most && endOf(a, length) === endOf(b, length)) length += BLOCK;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length)) length++;
  return length;
}

// src/query/edit-summary.ts
var MAX_WORDS = 2e4;
var WORD = () => lazyPattern.gu`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*`;
var NUMBER = () => lazyPattern.gu`(?<![\p{L}\p{N}])-?\p{Nd}+(?:[.,:]\p{Nd}+)*`;
var CAPITALIZED = () => lazyPattern.u`^\p{Lu}`;
var NAME = () => lazyPattern.gu`(?<=[\p{Ll}\p{N},]['’)”"]?\s+)\p{Lu}[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*`;
var HONORIFIC = /\S{1,8}?(?:동지|각하|녀사|선생|대통령|주석|총비서|위원장|총리|수상|장관|대사|同志|阁下|閣下|总统|总书记|主席|总理|大使|大統領|首相|氏)/gu;
function summarizeEdit(pairs) {
  const parts = pairs.map(partsOf);
  const [before, after] = [textsOf(parts, "before"), textsOf(parts, "after")];
  const words = parts.map(({ start, before: before2, after: after2, end }) => ({
    start: wordsIn(start),
    before: wordsIn(before2),
    after: wordsIn(after2),
    end: wordsIn(end)
  }));
  const wordsOf2 = (side) => noWords.concat(...words.flatMap((part) => [part.start, part[side], part.end])).slice(0, MAX_WORDS);
  const [wordsBefore, wordsAfter] = [wordsOf2("before"), wordsOf2("after")];
  const isCut = Math.max(wordsBefore.length, wordsAfter.length) === MAX_WORDS;
  const differing = (side) => words.flatMap((part) => part[side]);
  const balance = isCut ? balanceOf(wordsBefore, wordsAfter) : balanceOf(differing("before"), differing("after"));
  const gone = lastOf(wordsBefore, balance, 1);
  const come = lastOf(wordsAfter, balance, -1);
  const isChanged2 = (pattern) => parts.some((part) => matchesIn([part.before], pattern) !== matchesIn([part.after], pattern)) && matchesIn(before, pattern) !== matchesIn(after, pattern);
  const numbersChanged = isChanged2(NUMBER());
  const mayHaveTitles = parts.some((part) => EAST_ASIAN().test(part.before) || EAST_ASIAN().test(part.after));
  const total = wordsBefore.length + wordsAfter.length;
  const changed = gone.length + come.length;
  return {
    words_changed: total === 0 ? 0 : Math.round(100 * changed / total) / 100,
    numbers_changed: numbersChanged,
    names_changed: areNamed(gone, before) || areNamed(come, after) || mayHaveTitles && isChanged2(HONORIFIC),
    substantial: numbersChanged || changed > 0 || joined(folded(wordsBefore)) !== joined(folded(wordsAfter))
  };
}
function partsOf({ before, after }) {
  const start = before.slice(0, commonStartLength(before, after)).lastIndexOf(" ") + 1;
  const common = commonEndLength(before, after, Math.min(before.length, after.length) - start);
  const space = before.indexOf(" ", before.length - common);
  const end = space < 0 ? 0 : before.length - space;
  return {
    start: normalize(before.slice(0, start)),
    before: normalize(before.slice(start, before.length - end)),
    after: normalize(after.slice(start, after.length - end)),
    end: normalize(before.slice(before.length - end))
  };
}
var textsOf = (parts, side) => parts.map((part) => part.start + part[side] + part.end);
function isUnrelated(a, b) {
  const [first, second] = [wordsIn(normalize(a)), wordsIn(normalize(b))];
  const [shorter, longer] = first.length <= second.length ? [first, second] : [second, first];
  const fewer = shorter.length;
  return (fewer - lastOf(shorter, balanceOf(shorter, longer), 1).length) * 5 < fewer;
}
var noWords = [];
var joined = (words) => words.join(" ");
var wordsIn = (text4) => (text4.match(WORD()) ?? []).slice(0, MAX_WORDS);
var normalize = (text4) => text4.normalize("NFKC").replaceAll("\u2212", "-").replace(lazyPattern.gu`(?<=\p{Nd}),(?=\p{Nd}{3}(?!\p{Nd}))`, "");
var matchesIn = (texts, pattern) => joined(texts.flatMap((text4) => text4.match(pattern) ?? []));
var folded = (words) => words.map((word) => word.toLowerCase());
var EAST_ASIAN = () => lazyPattern.u`[\p{Script=Hangul}\p{Script=Han}]`;
function balanceOf(first, second) {
  const balance = /* @__PURE__ */ new Map();
  for (const key of folded(first)) balance.set(key, (balance.get(key) ?? 0) + 1);
  for (const key of folded(second)) balance.set(key, (balance.get(key) ?? 0) - 1);
  return balance;
}
function lastOf(words, balance, sign) {
  const left = new Map([...balance].map(([key, count2]) => [key, count2 * sign]));
  let remaining = [...left.values()].reduce((sum, count2) => sum + Math.max(0, count2), 0);
  const found = [];
  for (let i = words.length - 1; remaining > 0; i--) {
    const word = words[i];
    const key = word.toLowerCase();
    const count2 = left.get(key) ?? 0;
    if (count2 <= 0) continue;
    left.set(key, count2 - 1);
    remaining--;
    found.push(word);
  }
  return found;
}
function areNamed(words, texts) {
  if (!words.some((word) => CAPITALIZED().test(word))) return false;
  const names = new Set(texts.flatMap((text4) => text4.match(NAME()) ?? []));
  return words.some((word) => names.has(word));
}

// src/archive/published-dates.ts
function publishedDates(kept, shown, fresh, timeZone, now, { taken = [], window, isOpen }) {
  const dates = {
    byKey: new Map(kept.map(({ key, published }) => [key, Date.parse(published)])),
    taken: new Set([...kept.map(({ published }) => published), ...taken].map((date) => Date.parse(date)))
  };
  const freshKeys = new Set(fresh.map(({ key }) => key));
  for (const [day, articles] of Map.groupBy(shown.toReversed(), (article) => article.day)) {
    const span = spanOf(day, timeZone, now, window);
    const floor = floorOf(articles, kept, day, span, window);
    const isLowest = isOpen && articles[0] === shown.at(-1) && floor < span.first;
    const below = isLowest ? span.first + wholeSeconds((span.last - span.first) / 2) : floor;
    for (const { key, collectedAt = Number.NaN } of articles) {
      const isOnDay = collectedAt >= span.first && collectedAt <= span.last;
      if (isOnDay && freshKeys.has(key) && !dates.byKey.has(key))
        dates.byKey.set(key, takeFree(dates, collectedAt, span));
    }
    placeInOrder(articles, dates, span, below);
  }
  return new Map(fresh.map(({ key }) => [key, instant(dates.byKey.get(key))]));
}
var wholeSeconds = (ms) => Math.floor(ms / SECOND) * SECOND;
function spanOf(day, timeZone, now, window) {
  const first = dayStart(day, timeZone);
  const end = window && Date.parse(window.before) > first ? Date.parse(window.before) - SECOND : now;
  return { first, last: Math.min(dayEnd(day, timeZone) - SECOND, wholeSeconds(Math.min(now, end))) };
}
function floorOf(articles, kept, day, { first, last }, window) {
  const lowest = first - MINUTE;
  if (window?.after) return Math.max(lowest, Date.parse(window.after));
  const keptKeys = new Set(kept.map(({ key }) => key));
  if (window || articles.some(({ key }) => keptKeys.has(key))) return lowest;
  const others = kept.filter((article) => article.day === day).map(({ published }) => Date.parse(published));
  return others.filter((at2) => at2 <= last).reduce((floor, at2) => Math.max(floor, at2), lowest);
}
function placeInOrder(articles, dates, span, floor) {
  const { first, last } = span;
  let below = floor;
  articles.forEach(({ key }, i) => {
    const date = dates.byKey.get(key);
    if (date !== void 0) {
      if (date <= last) below = Math.max(below, date);
      return;
    }
    const above = articles.slice(i).findIndex((other) => (dates.byKey.get(other.key) ?? Number.NaN) > below);
    const room = above < 0 ? articles.length - i : above;
    const ceiling = above < 0 ? last + SECOND : dates.byKey.get(articles[i + above].key);
    const share = (ceiling - Math.max(below, first - SECOND)) / (room + 1);
    const step = Math.min(MINUTE, wholeSeconds(share));
    const wanted2 = Math.min(last, Math.max(first, below + Math.max(SECOND, step)));
    below = takeFree(dates, wanted2, span);
    dates.byKey.set(key, below);
  });
}
function takeFree({ taken }, at2, { last }) {
  let free = at2;
  while (taken.has(free) && free < last) free += SECOND;
  while (taken.has(free)) free -= SECOND;
  taken.add(free);
  return free;
}

// src/archive/merge.ts
function merge(kept, scraped2, { source: source2, site, timeZone }, now, neighbours2 = {}) {
  const today = dayOf(now, timeZone);
  const shown = scraped2.filter(({ day }) => isDay(day)).map((article) => article.day > today ? { ...article, day: today, dayAhead: true } : article);
  const undated2 = scraped2.filter(({ day }) => !isDay(day)).map(({ key }) => key);
  const known = new Map(kept.map((article) => [article.key, article]));
  const first = new Map([...shown].reverse().map((article) => [article.key, article]));
  const fresh = shown.filter((article) => !known.has(article.key) && first.get(article.key) === article);
  const published = publishedDates(kept, shown, fresh, timeZone, now, neighbours2);
  const changed = fresh.map(({ collectedAt, image, ...article }) => {
    const date = published.get(article.key);
    const dayOnly = collectedAt === void 0 || Math.abs(collectedAt - Date.parse(date)) > MINUTE;
    return {
      ...article,
      ...image && { image },
      ...dayOnly && { dayOnly },
      source: source2,
      site,
      published: date,
      updated: date,
      firstSeen: instant(now)
    };
  });
  const edited = /* @__PURE__ */ new Set();
  for (const article of shown) {
    const before = known.get(article.key);
    const after = before && !edited.has(article.key) && edit(before, article, timeZone, now);
    if (!after) continue;
    edited.add(article.key);
    changed.push(after);
  }
  return { changed, added: fresh.length, undated: undated2 };
}
function edit(kept, shown, timeZone, now) {
  const dated2 = withDay(kept, shown, timeZone);
  const before = dated2 ?? kept;
  const title = editedText(before, shown, "title", now);
  const excerpt = editedText(before, shown, "excerpt", now);
  const additions = additionsOf(before, shown, title);
  if (!title && !excerpt) {
    const isMore = dated2 !== void 0 || Object.keys(additions).length > 0;
    return isMore ? { ...before, ...additions, enrichedAt: instant(now) } : void 0;
  }
  return {
    ...before,
    ...additions,
    ...title && { title },
    ...excerpt && { excerpt },
    // A new title mostly comes with a new slug.
    ...shown.url && { url: shown.url },
    updated: nextUpdated(before.updated, now),
    ...title && { earlierTitles: [...before.earlierTitles ?? [], before.title] }
  };
}
function editedText(before, shown, field, now) {
  const text4 = shown[field];
  return text4 && differs(field, before[field], text4) && !isEditedTooOften(before, field, now) ? text4 : void 0;
}
function additionsOf(before, shown, newTitle) {
  const { image, title, excerpt } = shown;
  const isSameExcerpt = !differs("excerpt", before.excerpt, excerpt);
  const isLonger = bare(excerpt).length > bare(before.excerpt).length;
  return {
    ...image && !before.image && { image },
    ...!newTitle && isCleaned(before.title, title) && { title },
    ...isSameExcerpt && (isLonger || isCleaned(before.excerpt, excerpt)) && { excerpt }
  };
}
function withDay(kept, { day, dayAhead }, timeZone) {
  const wasAhead = kept.dayAhead || kept.day > dayOf(Date.parse(kept.firstSeen), timeZone);
  if (!wasAhead || dayAhead) return void 0;
  const { dayAhead: _, ...rest } = kept;
  return { ...rest, day };
}
function nextUpdated(earlier, now) {
  const text4 = instant(now);
  return text4 > earlier ? text4 : instant(Date.parse(earlier) + SECOND);
}
var bare = (text4) => composed(text4).replace(lazyPattern.gu`[\s\p{Cf}]+`, "");
var visible = (text4) => composed(text4).replace(lazyPattern.gu`\p{Cf}`, "");
var isCleaned = (before, after) => before !== after && visible(before) === after;
function differs(field, before, after) {
  if (before === after) return false;
  if (field === "title") return visible(before) !== visible(after);
  const [a, b] = [bare(before), bare(after)];
  return a !== "" && !a.startsWith(b) && !b.startsWith(a);
}
var MAX_EDITS = [
  [DAY, 4],
  [7 * DAY, 8],
  [30 * DAY, 12]
];
function isEditedTooOften({ edits = [] }, field, now) {
  const times = edits.flatMap(({ at: at2, fields }) => fields.includes(field) ? Date.parse(at2) : []);
  return MAX_EDITS.some(([within, most]) => times.filter((at2) => now - at2 < within).length >= most);
}
var isEditLimited = (article, now) => isEditedTooOften(article, "title", now) || isEditedTooOften(article, "excerpt", now);

// src/archive/printed-titles.ts
function readTitle(place, title, row) {
  if (!differs("title", row.title, title)) return { isEdit: false, place: void 0 };
  if (!place) return { isEdit: true, place: void 0 };
  if (!differs("title", place.title, title)) return { isEdit: false, place };
  const isCatchingUp = place.behind && earlierTitles(row).some((earlier) => !differs("title", earlier, title));
  if (isCatchingUp) return { isEdit: false, place: { ...place, title } };
  if (place.own && place.behind) return { isEdit: false, place: { title, own: true } };
  return { isEdit: true, place: void 0 };
}
var earlierTitles = ({ earlier_titles }) => earlier_titles === null ? [] : JSON.parse(earlier_titles);
function readPageTitle(row, title) {
  if (title === "") return { isEdit: false, place: parsePlace(row.page_title) };
  if (row.page_seen !== null) return readTitle(parsePlace(row.page_title), title, row);
  return { isEdit: false, place: differs("title", row.title, title) ? { title, own: true } : void 0 };
}
function commitTitle(row, title) {
  const { place } = readPageTitle(row, title);
  return place ? JSON.stringify(place) : null;
}
function placeBehind(place, before, editor) {
  if (place) return { ...place, behind: true };
  return { ...before, behind: true, ...editor?.own && { own: true } };
}
var parsePlace = (json2) => json2 === null ? void 0 : JSON.parse(json2);
var DOUBT = DAY;
var UNTITLED = "Untitled";
function doubtOf(row, keptHtml, page, now, isElsewhere) {
  if (isRelated(row, keptHtml, page)) return void 0;
  const known = row.page_doubt === null ? void 0 : JSON.parse(row.page_doubt);
  const isSame = known !== void 0 && known.title === page.title;
  const isOtherDay = page.day !== "" && page.day !== row.day;
  if (isSame && !isOtherDay && now - Date.parse(known.at) >= DOUBT && !isElsewhere(page.title)) return void 0;
  return isSame ? row.page_doubt : JSON.stringify({ title: page.title, at: instant(now) });
}
function isRelated(row, keptHtml, { title, body }) {
  if (title === "" || row.title === UNTITLED) return true;
  const own = parsePlace(row.page_title)?.title ?? row.title;
  if ([row.title, own, ...earlierTitles(row)].some((known) => !isUnrelated(known, title))) return true;
  return keptHtml !== "" && body !== void 0 && !isUnrelated(plainText(keptHtml), plainText(body));
}

// src/archive/rows.ts
var MAX_SITES = 63;
var SLOT = MAX_SITES + 1;
var OF_FEEDS = [
  ...["n", "key", "site", "id", "sources", "language", "title", "excerpt", "url", "original"],
  ...["image", "day", "day_only", "updated", "first_seen", "enriched_at", "earlier_titles", "body", "gone"],
  ...["listed", "copies", "joined_at"]
];
var OTHERS = [
  ...["day_ahead", "edits", "seq", "versions", "outlet", "copy_of", "page_due", "page_failures"],
  ...["page_error", "page_urgent", "page_seen", "page_title", "page_doubt", "absent"]
];
var columnsOf = (names) => Object.fromEntries(names.map((name2) => [name2, `article.${name2}`]));
var FEED_COLUMNS = columnsOf(OF_FEEDS);
var COLUMNS = { ...FEED_COLUMNS, ...columnsOf(OTHERS) };
var articleRows = (sql, from, values) => sql.select(COLUMNS, from, values);
var feedRows = (sql, from, values) => sql.select(FEED_COLUMNS, from, values);
var BY_NUMBERS = "FROM json_each(?) AS wanted CROSS JOIN article ON article.n = wanted.value ORDER BY wanted.key";
var oneOf = (value, list) => `${value} IN (SELECT value FROM json_each(${list}))`;
var IS_LISTED = `(${oneOf("article.sources", "?2")} OR instr(article.sources, ' ') AND EXISTS (
  SELECT 1 FROM json_each('[' || replace(json_quote(article.sources), ' ', '","') || ']') AS own
  WHERE ${oneOf("substr(own.value, 1, instr(own.value || '@', '@') - 1)", "?2")}))`;
var FROM_SELECTED = `FROM json_each(?1) AS wanted CROSS JOIN article ON article.n = wanted.value
  WHERE ${IS_LISTED} AND (?3 = '[]' OR ${oneOf("lower(article.language)", "?3")}
    OR instr(article.language, '-') AND EXISTS (
      SELECT 1 FROM json_each(?3) AS range WHERE lower(article.language) LIKE range.value || '-%'))`;
var feedRowsByNumbers = (sql, numbers) => numbers.length === 0 ? [] : feedRows(sql, BY_NUMBERS, [JSON.stringify(numbers)]);
var firstOf = (at2) => Math.floor((typeof at2 === "string" ? Date.parse(at2) : at2) / 1e3) * SLOT;
var lastOf2 = (at2) => firstOf(at2) + MAX_SITES;
var startOfSecond = (n) => Math.floor(n / SLOT) * SLOT;
var rowNumber = (published, site) => firstOf(published) + site;
var publishedOf = (n) => instant(Math.floor(n / SLOT) * 1e3);
var SiteNumbers = class {
  #sql;
  #numbers = /* @__PURE__ */ new Map();
  #names = /* @__PURE__ */ new Map();
  constructor(sql) {
    this.#sql = sql;
  }
  /** @throws RangeError if the archive has no number left */
  numberOf(name2) {
    if (!this.#numbers.has(name2)) this.#load();
    let number5 = this.#numbers.get(name2);
    if (number5 === void 0) {
      number5 = this.#sql.column("SELECT coalesce(max(no), 0) + 1 FROM site")[0] ?? 1;
      if (number5 > MAX_SITES) throw new RangeError(`an archive holds at most ${MAX_SITES} websites`);
      this.#sql.run("INSERT INTO site (no, name) VALUES (?, ?)", [number5, name2]);
    }
    return number5;
  }
  nameOf(number5) {
    if (!this.#names.has(number5)) this.#load();
    return this.#names.get(number5) ?? "";
  }
  #load() {
    this.#numbers.clear();
    this.#names.clear();
    for (const { no, name: name2 } of this.#sql.rows("SELECT no, name FROM site")) {
      this.#numbers.set(name2, no);
      this.#names.set(no, name2);
    }
  }
};
var sourcesOf = ({ sources }) => sources.includes(" ") ? sources.split(" ").map((listed2) => listed2.split("@", 1)[0]) : [sources];
function firstListed({ sources, listed: listed2 }, wanted2) {
  const numbers = JSON.parse(listed2);
  const ids = sourcesOf({ sources }).filter((id2) => wanted2?.includes(id2) ?? true);
  return Math.min(...ids.map((id2) => numbers[id2] ?? 0));
}
function listedSince({ sources }, wanted2) {
  if (!sources.includes("@")) return "";
  const since = sources.split(" ").flatMap((listed2) => {
    const [id2 = "", at2 = ""] = listed2.split("@");
    return wanted2.includes(id2) ? [at2] : [];
  });
  return since.sort()[0] ?? "";
}
function articleOf(row, sources, site) {
  const listed2 = sourcesOf(row);
  const article = {
    site,
    key: row.key,
    id: row.id,
    source: listed2.length > 1 && sources.find((id2) => listed2.includes(id2)) || (listed2[0] ?? ""),
    language: row.language,
    title: row.title,
    excerpt: row.excerpt,
    url: row.url,
    day: row.day,
    published: publishedOf(row.n),
    updated: row.updated,
    firstSeen: row.first_seen
  };
  const enrichedAt = latestOf([row.enriched_at ?? "", listedSince(row, sources)]);
  if (row.original !== null) article.original = row.original;
  if (row.image !== null) article.image = row.image;
  if (row.day_only) article.dayOnly = true;
  if (enrichedAt) article.enrichedAt = enrichedAt;
  if (row.earlier_titles !== null) article.earlierTitles = JSON.parse(row.earlier_titles);
  if (row.body !== null) article.body = row.body;
  if (row.gone !== null) article.gone = row.gone;
  return article;
}

// src/archive/article-looks.ts
function pageRead(store, { source: source2, site, article, body }, now) {
  const row = store.byKey(site, article.key);
  if (!row) return false;
  const isBack = row.gone !== null;
  if (isBack) store.setPresence(row, "back", { source: source2, at: store.eventTime(now) }, { gone: row.gone });
  const isWhole = body !== void 0 || row.body !== null;
  const failures = isWhole ? 0 : row.page_failures + 1;
  const since = isBack ? now : Date.parse(row.first_seen);
  const due = (isWhole ? void 0 : nextRetry(failures, now)) ?? nextLook(since, row.n, now);
  store.sql.run(
    `UPDATE article SET page_due = ?, page_failures = ?, page_error = NULL, page_urgent = 0, page_seen = ?, page_title = ?,
      page_doubt = NULL, absent = NULL WHERE n = ?`,
    [textOf(due), failures, instant(now), commitTitle(row, article.title), row.n]
  );
  return isBack;
}
function pageAbsent(store, { site, key }, source2, now) {
  const row = store.byKey(site, key);
  if (!row) return false;
  if (row.gone !== null) {
    setLook(store, row, nextLook(Date.parse(row.gone), row.n, now), null, 0);
    return false;
  }
  const first = row.absent ?? instant(now);
  const confirmed = Date.parse(first) + CONFIRMATION;
  if (now < confirmed) {
    setLook(store, row, confirmed, first, 1);
    return false;
  }
  store.setPresence(row, "gone", { source: source2, at: store.eventTime(now) }, { absent: first });
  setLook(store, row, nextLook(now, row.n, now), null, 0);
  return true;
}
function pageFailed(store, page, now, doubt) {
  const { site, key, error, problem } = page;
  const row = store.byKey(site, key);
  if (!row) return;
  const failures = row.page_failures + 1;
  const since = Date.parse(row.gone ?? row.first_seen);
  const due = nextRetry(failures, now) ?? (error ? now + DAY : nextLook(since, row.n, now));
  const looks = { page_due: textOf(due), page_failures: failures, page_error: error ?? problem ?? null };
  store.update(row.n, { ...looks, ...doubt !== void 0 && { page_doubt: doubt } });
}
function requestPage(store, row, now) {
  setLook(store, row, urgentLook(row.page_seen, now), row.absent, 1);
}
function setLook(store, { n }, due, absent, urgent) {
  store.update(n, { page_due: textOf(due), page_failures: 0, page_error: null, page_urgent: urgent, absent });
}
var textOf = (ms) => ms === void 0 ? null : instant(ms);
var CANDIDATES = 500;
var DUE = {
  /** Absences to confirm, new titles, and articles that vanished from a listing: longest due first. */
  urgent: ["urgent", "page_urgent = 1", "page_due"],
  /** Articles without a text: newest first. */
  first: ["first", "page_due IS NOT NULL AND body IS NULL AND page_urgent = 0", "n DESC"],
  /** Articles with a text: longest due first. */
  again: ["due", "page_due IS NOT NULL AND body IS NOT NULL AND page_urgent = 0", "page_due"]
};
var AGAIN_SHARE = 8;
function turnOf(place, counted) {
  if (counted % AGAIN_SHARE === AGAIN_SHARE - 1) return ["again", "urgent", "first"];
  return place % 3 === 0 ? ["urgent", "first", "again"] : ["first", "urgent", "again"];
}
function duePages(store, sources, most, now) {
  const tick2 = Math.floor(now / INTERVAL);
  const rowsOf2 = (kind) => {
    const rows = store.sql.select(DUE_COLUMNS, dueFrom(kind), [instant(now), JSON.stringify(sources)]);
    return inTurn(rows, sources, tick2);
  };
  const queues = { urgent: rowsOf2("urgent"), first: rowsOf2("first"), again: rowsOf2("again") };
  const pages = [];
  while (pages.length < most) {
    const turn = turnOf(pages.length, tick2 * most + pages.length);
    const row = turn.map((kind) => queues[kind]).find(([first]) => first)?.shift();
    if (!row) break;
    pages.push(row);
  }
  return pages.map((row) => duePage(store, row));
}
var DUE_COLUMNS = columnsOf(["n", "site", "key", "url", "title", "sources"]);
function dueFrom(kind) {
  const [index, condition, order] = DUE[kind];
  return `FROM article INDEXED BY article_${index} WHERE ${condition} AND page_due <= ?1 AND ${IS_LISTED}
    ORDER BY ${order} LIMIT ${CANDIDATES}`;
}
function inTurn(rows, wanted2, tick2) {
  const lists = [...Map.groupBy(rows, (row) => sourcesOf(row).find((id2) => wanted2.includes(id2))).values()];
  const start = lists.length > 0 ? tick2 % lists.length : 0;
  const rotated = [...lists.slice(start), ...lists.slice(0, start)];
  const longest = Math.max(0, ...rotated.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => rotated.flatMap((list) => list[i] ?? [])).flat();
}
function listedPages(store, site, sources, most) {
  const keys = store.sql.column(
    `SELECT DISTINCT listed.value FROM json_each(?) AS wanted JOIN source ON source.id = wanted.value
     JOIN json_each(source.listed) AS listed WHERE source.listed IS NOT NULL`,
    [JSON.stringify(sources)]
  );
  return store.byKeys(site, keys).filter(({ absent, gone }) => absent === null && gone === null).sort((a, b) => b.n - a.n).slice(0, most).map((row) => duePage(store, row));
}
var duePage = (store, row) => ({
  site: store.sites.nameOf(row.site),
  key: row.key,
  url: row.url,
  title: row.title,
  sources: sourcesOf(row)
});

// src/scrape/fingerprint.ts
var fingerprint = (text4) => hashesOf(text4).map((hash2) => hash2.toString(36)).join("");
function hashesOf(text4) {
  let a = 2166136261;
  let b = 16777619;
  for (let i = 0; i < text4.length; i++) {
    const code = text4.charCodeAt(i);
    a = Math.imul(a ^ code, 16777619);
    b = Math.imul(b ^ code, 2246822507);
  }
  return [a >>> 0, b >>> 0];
}

// src/scrape/titles.ts
var MIN_LIKENESS = 0.9;
var MIN_PART = 0.8;
var MAX_LENGTH2 = 500;
var bareTitle = (title) => title.slice(0, MAX_LENGTH2).normalize("NFKC").toLowerCase().replace(lazyPattern.gu`[^\p{L}\p{N}]+`, "");
function isSameTitle(one, other) {
  const [a, b] = [bareTitle(one), bareTitle(other)];
  if (a === b) return a !== "";
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (digitsOf(a) !== digitsOf(b)) return false;
  return long.includes(short) && short.length >= MIN_PART * long.length || likeness(a, b) >= MIN_LIKENESS;
}
var digitsOf = (text4) => text4.replace(lazyPattern.gu`\P{N}+`, " ").trim();
function likeness(a, b) {
  const pieces2 = /* @__PURE__ */ new Map();
  for (let i = 0; i + 1 < a.length; i++) {
    const piece = a.slice(i, i + 2);
    pieces2.set(piece, (pieces2.get(piece) ?? 0) + 1);
  }
  let common = 0;
  for (let i = 0; i + 1 < b.length; i++) {
    const piece = b.slice(i, i + 2);
    const left = pieces2.get(piece) ?? 0;
    if (left > 0) common++;
    pieces2.set(piece, left - 1);
  }
  return 2 * common / Math.max(1, a.length + b.length - 2);
}

// src/archive/json-parts.ts
var MAX_LENGTH3 = 5e5;
function* jsonParts(values) {
  const all = [...values];
  let size = Math.ceil(MAX_LENGTH3 / 2 / JSON.stringify(all[0] ?? null).length);
  for (let at2 = 0; at2 < all.length; ) {
    const text4 = JSON.stringify(all.slice(at2, at2 + size));
    if (text4.length > MAX_LENGTH3 && size > 1) size >>= 1;
    else {
      yield text4;
      at2 += size;
      if (text4.length < MAX_LENGTH3 / 4) size *= 2;
    }
  }
}

// src/archive/identity.ts
var EARLIER_TITLES = 10;
function titleHashesOf(n, article, before) {
  const { title, earlierTitles: earlierTitles2 = [], language: language2, outlet } = article;
  if (outlet === void 0) return [];
  const isKnown = before?.outlet === outlet && before.language === language2;
  if (isKnown && before.title === title) return [];
  const titles = isKnown ? [title] : [...earlierTitles2.slice(-EARLIER_TITLES), title];
  return titles.filter(bareTitle).map((each2) => [titleHash(outlet, language2, each2), n]);
}
function titleHash(outlet, language2, title) {
  const [high, low] = hashesOf(`${outlet}
${language2.toLowerCase()}
${bareTitle(title)}`);
  return (high & 2097151) * 4294967296 + low;
}
function saveTitleHashes(sql, titles) {
  for (const part of jsonParts(titles))
    sql.run("INSERT OR IGNORE INTO title (hash, n) SELECT value ->> 0, value ->> 1 FROM jsonb_each(?)", [part]);
}
function saveSignature(sql, n, language2, signature) {
  if (signature === "") sql.run("DELETE FROM text_signature WHERE n = ?", [n]);
  else {
    sql.run(
      `INSERT OR REPLACE INTO text_signature (n, language, signature)
       VALUES (?, ?, ?)`,
      [n, language2, signature]
    );
  }
}
var signatureOf = (sql, n) => sql.column("SELECT signature FROM text_signature WHERE n = ?", [n])[0];

// src/archive/add-articles.ts
function addArticles(store, articles, at2) {
  const first = store.takeNumbers(articles.length, at2);
  const added = articles.map((article, i) => {
    const site = store.sites.numberOf(article.site);
    return { article, site, n: rowNumber(article.published, site), seq: first + i };
  });
  for (const part of jsonParts(added.map(eventValues))) {
    store.sql.run(
      `INSERT INTO journal (seq, at, event, source, n, title, excerpt, data)
       SELECT value ->> 0, ?, 'added', value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM jsonb_each(?)`,
      [at2, part]
    );
  }
  const rows = added.map((one) => rowOf(one, at2));
  for (const part of jsonParts(rows.map((row) => COLUMNS2.map((name2) => row[name2])))) {
    store.sql.run(
      `INSERT INTO article (${COLUMNS2.join(", ")}, versions, first_seen, page_due)
       SELECT ${COLUMNS2.map((_, i) => `value ->> ${i}`).join(", ")}, 1, ?1, ?1 FROM jsonb_each(?2)`,
      [at2, part]
    );
  }
  const listings = added.map(({ article: { source: source2 }, n }) => ({ source: source2, n }));
  addListings(store, listings, at2);
  for (const { article, n } of added) store.index.add(n, article.title, article.excerpt, "", true);
  for (const [source2, own] of Map.groupBy(added, ({ article }) => article.source)) {
    store.firstListing = own.length === added.length && store.sources.get(source2).seq === 0 ? { source: source2, rows } : void 0;
    store.sources.save(source2, { seq: own.at(-1)?.seq });
  }
  const titles = added.flatMap(({ article, n }) => titleHashesOf(n, article));
  saveTitleHashes(store.sql, titles);
  return rows;
}
function eventValues({ article, n, seq }) {
  const { source: source2, key, title, excerpt, language: language2, id: id2, url: url2, day, original, image, dayOnly, dayAhead, outlet } = article;
  const data = { key, language: language2, id: id2, url: url2, day, dayOnly, dayAhead, original, image, outlet };
  return [seq, source2, n, title, excerpt, data];
}
var COLUMNS2 = [
  ...["n", "key", "site", "id", "sources", "language", "title", "excerpt", "url", "original"],
  ...["image", "day", "day_ahead", "day_only", "updated", "seq", "listed", "outlet"]
];
function rowOf({ article, site, n, seq }, at2) {
  const { key, id: id2, source: source2, language: language2, title, excerpt, url: url2, original = null, image = null, day, updated } = article;
  return {
    n,
    key,
    site,
    id: id2,
    sources: source2,
    language: language2,
    title,
    excerpt,
    url: url2,
    original,
    image,
    day,
    day_ahead: article.dayAhead ? 1 : 0,
    day_only: article.dayOnly ? 1 : 0,
    updated,
    first_seen: at2,
    enriched_at: null,
    earlier_titles: null,
    edits: null,
    body: null,
    seq,
    versions: 1,
    listed: JSON.stringify({ [source2]: seq }),
    outlet: article.outlet ?? null,
    copy_of: null,
    copies: null,
    joined_at: null,
    absent: null,
    gone: null,
    page_due: at2,
    page_failures: 0,
    page_error: null,
    page_urgent: 0,
    page_seen: null,
    page_title: null,
    page_doubt: null
  };
}
function addListings(store, listings, at2) {
  for (const part of jsonParts(listings.map(({ source: source2, n }) => [source2, n])))
    store.sql.run("INSERT INTO listing (source, n) SELECT value ->> 0, value ->> 1 FROM jsonb_each(?)", [part]);
  for (const [source2, own] of Map.groupBy(listings, ({ source: source3 }) => source3)) {
    for (const [month, { length }] of Map.groupBy(own, ({ n }) => koreanMonth(publishedOf(n)))) {
      store.sql.run(
        `INSERT INTO month (source, month, articles, late) VALUES (?, ?, ?, ?)
         ON CONFLICT (source, month) DO UPDATE SET articles = articles + excluded.articles`,
        [source2, month, length, monthEnd(month) <= Date.parse(at2) ? at2 : null]
      );
    }
  }
}

// src/query/korean.ts
var SOUTHERN_SPELLINGS = {
  // The North keeps the initial sounds ㄹ and ㄴ; within compounds as well.
  \uB85C\uB3D9: "\uB178\uB3D9",
  \uB140\uC131: "\uC5EC\uC131",
  \uB828\uD569: "\uC5F0\uD569",
  \uB828\uBC29: "\uC5F0\uBC29",
  \uB839\uB3C4: "\uC601\uB3C4",
  \uB839\uD1A0: "\uC601\uD1A0",
  \uB860\uD3C9: "\uB17C\uD3C9",
  \uB9AC\uB150: "\uC774\uB150",
  \uB959\uAD70: "\uC721\uAD70",
  \uB96D\uC131: "\uC735\uC131",
  // Other sounds of loan words.
  \uBBF8\uC2F8\uC77C: "\uBBF8\uC0AC\uC77C",
  \uB85C\uCF00\uD2B8: "\uB85C\uCF13",
  \uB545\uD06C: "\uD0F1\uD06C",
  \uCF64\uD4E8\uD130: "\uCEF4\uD4E8\uD130",
  \uD504\uB85C\uADF8\uB78C: "\uD504\uB85C\uADF8\uB7A8",
  \uADF8\uB8E8\uBE60: "\uADF8\uB8F9",
  \uAE5C\uBE60\uB2C8\uC57C: "\uCEA0\uD398\uC778",
  \uC5D0\uB124\uB974\uAE30: "\uC5D0\uB108\uC9C0",
  \uD154\uB808\uBE44\uC8E4: "\uD154\uB808\uBE44\uC804",
  \uBE68\uCC0C\uC0B0: "\uBE68\uCE58\uC0B0",
  \uBED0\uC2A4: "\uBC84\uC2A4",
  \uB538\uB77C: "\uB2EC\uB7EC",
  // Countries.
  \uB85C\uC528\uC57C: "\uB7EC\uC2DC\uC544",
  \uC3D8\uB828: "\uC18C\uB828",
  \uB3C4\uC774\uCDF0\uB780\uB4DC: "\uB3C5\uC77C",
  \uC5D0\uC2A4\uBE60\uB0D0: "\uC2A4\uD398\uC778",
  \uC774\uB538\uB9AC\uC544: "\uC774\uD0C8\uB9AC\uC544",
  \uBF48\uC2A4\uAE4C: "\uD3F4\uB780\uB4DC",
  \uAFB8\uBC14: "\uCFE0\uBC14",
  \uC701\uB0A8: "\uBCA0\uD2B8\uB0A8",
  \uCE84\uBCF4\uC7C8: "\uCE84\uBCF4\uB514\uC544",
  \uC218\uB9AC\uC544: "\uC2DC\uB9AC\uC544",
  \uB6F0\uB974\uB07C\uC608: "\uD280\uB974\uD0A4\uC608",
  \uBCA8\uB77C\uB8E8\uC528: "\uBCA8\uB77C\uB8E8\uC2A4",
  \uBA54\uD788\uAF2C: "\uBA55\uC2DC\uCF54",
  \uC624\uC2A4\uD2B8\uB784\uB9AC\uC544: "\uC624\uC2A4\uD2B8\uB808\uC77C\uB9AC\uC544",
  \uCE74\uB098\uB2E4: "\uCE90\uB098\uB2E4",
  \uB124\uB370\uB97C\uB780\uB4DC: "\uB124\uB35C\uB780\uB4DC",
  \uC2A4\uC6E8\uB9AC\uC608: "\uC2A4\uC6E8\uB374",
  \uC6FD\uADF8\uB9AC\uC544: "\uD5DD\uAC00\uB9AC",
  \uB85C\uBBC0\uB2C8\uC544: "\uB8E8\uB9C8\uB2C8\uC544",
  \uBC8C\uAC00\uB9AC\uC544: "\uBD88\uAC00\uB9AC\uC544"
};
var NOT_AFTER = {
  ...{ \uB828\uD569: "\uD6C8\uAD00\uB2E8\uC218\uC219\uC138", \uB828\uBC29: "\uD6C8\uAD00\uB2E8\uC218\uC219\uC138" },
  ...{ \uB839\uB3C4: "\uD1B5\uBA85\uC218\uC0AC\uBC95\uAC15\uC694\uC810\uD638", \uB839\uD1A0: "\uD1B5\uBA85\uC218\uC0AC\uBC95\uAC15\uC694\uC810\uD638" }
};
var NORTHERN = new RegExp(
  Object.keys(SOUTHERN_SPELLINGS).map((word) => NOT_AFTER[word] ? `(?<![${NOT_AFTER[word]}])${word}` : word).join("|"),
  "g"
);
function* southernSpellings(text4) {
  for (const { index, 0: word } of text4.matchAll(NORTHERN))
    yield { at: index, word, spelling: SOUTHERN_SPELLINGS[word] };
}
var FIRST_SYLLABLE = 44032;
var PER_INITIAL = 21 * 28;
var PER_VOWEL = 28;
var [N, R, SILENT] = [2, 5, 11];
var Y_VOWELS = /* @__PURE__ */ new Set([2, 3, 6, 7, 12, 17, 20]);
function initialSyllable(character) {
  const place = character.charCodeAt(0) - FIRST_SYLLABLE;
  const initial = Math.floor(place / PER_INITIAL);
  const isY = Y_VOWELS.has(Math.floor(place % PER_INITIAL / PER_VOWEL));
  const written2 = initial === R && !isY ? N : (initial === R || initial === N) && isY ? SILENT : initial;
  return String.fromCharCode(character.charCodeAt(0) + (written2 - initial) * PER_INITIAL);
}
function initialVariants(character) {
  const place = character.charCodeAt(0) - FIRST_SYLLABLE;
  const southern = initialSyllable(character);
  const rest = place % PER_INITIAL;
  return [N, R, SILENT].map((initial) => String.fromCharCode(FIRST_SYLLABLE + initial * PER_INITIAL + rest)).filter((other) => other !== character && initialSyllable(other) === southern);
}

// src/query/normalize.ts
var QUOTES = /[“”„‟«»＂]/g;
var APOSTROPHES = /[‘’‚‛′＇]/g;
var INVISIBLE = () => lazyPattern.gu`\p{Default_Ignorable_Code_Point}`;
function normalize2(text4) {
  const characters = NOT_ASCII.test(text4) ? normalizeCharacters(text4) : text4.toLowerCase();
  const spaced = /[^\S ]/.test(characters) || characters.includes("  ") ? characters.replace(SPACES2, " ") : characters;
  return spaced.includes(" ,") ? spaced.replace(/ ,/g, ",") : spaced;
}
var NOT_ASCII = /[^\p{ASCII}]/u;
var SPACES2 = /\s{2,}|[^\S ]/g;
function normalizeCharacters(text4) {
  return text4.replace(INVISIBLE(), "").replace(QUOTES, '"').replace(APOSTROPHES, "'").normalize("NFKC").toLowerCase();
}
var LETTERS = /[ß-ʯḀ-ỿς]|[a-z][\u0300-\u036f]+/g;
var BASE_LETTERS = {
  ...{ \u00DF: "ss", \u00E6: "ae", \u0153: "oe", \u00F8: "o", \u0142: "l", \u0111: "d", \u00F0: "d", \u00FE: "th", \u0131: "i", \u03C2: "\u03C3" }
};
var baseLetter = (letter) => BASE_LETTERS[letter] ?? letter.normalize("NFD").replace(lazyPattern.gu`\p{M}`, "");
function fold(normalized) {
  const letters = normalized.replace(LETTERS, baseLetter);
  let folded2 = "";
  let end = 0;
  for (const { at: at2, word, spelling } of southernSpellings(letters)) {
    folded2 += letters.slice(end, at2) + spelling;
    end = at2 + word.length;
  }
  return folded2 + letters.slice(end);
}
var CLUSTER = () => lazyPattern.gsu`[\p{Script=Hangul}\p{Script=Katakana}][\p{M}\p{DI}\u1160-\u11ff\ud7b0-\ud7ff\u3131-\u318e\uff9e-\uffdc]*|[^\p{M}\p{DI}][\p{M}\p{DI}]*|[\p{M}\p{DI}]+`;
var IGNORABLE = () => lazyPattern.u`\p{DI}`;
function foldWithPlaces(text4) {
  const normalized = { folded: "", starts: [], ends: [] };
  for (const { index, 0: cluster } of text4.matchAll(CLUSTER())) {
    const end2 = visibleEnd(text4, index, index + cluster.length);
    const piece = pieceOf(cluster);
    if (piece === " " && normalized.folded.endsWith(" ")) continue;
    if (piece === "," && normalized.folded.endsWith(" ")) removeLast(normalized);
    append(normalized, piece, index, end2);
  }
  const result = { folded: "", starts: [], ends: [] };
  let end = 0;
  for (const { at: at2, word, spelling } of southernSpellings(normalized.folded)) {
    copy(result, normalized, end, at2);
    end = at2 + word.length;
    append(result, spelling, normalized.starts[at2] ?? 0, normalized.ends[end - 1] ?? text4.length);
  }
  copy(result, normalized, end, normalized.folded.length);
  return result;
}
function visibleEnd(text4, start, end) {
  let at2 = end;
  for (let last = ""; at2 > start; at2 -= last.length) {
    last = characterBefore(text4, at2 - 1);
    if (!IGNORABLE().test(last)) break;
  }
  return at2;
}
var pieces = /* @__PURE__ */ new Map();
var MAX_PIECES = 5e3;
function pieceOf(cluster) {
  let piece = pieces.get(cluster);
  if (piece === void 0) {
    piece = normalize2(cluster).replace(LETTERS, baseLetter);
    if (pieces.size >= MAX_PIECES) pieces.clear();
    if (cluster.length <= 8) pieces.set(cluster, piece);
  }
  return piece;
}
function append(to, piece, start, end) {
  to.folded += piece;
  for (let i = 0; i < piece.length; i++) {
    to.starts.push(start);
    to.ends.push(end);
  }
}
function removeLast(from) {
  from.folded = from.folded.slice(0, -1);
  from.starts.pop();
  from.ends.pop();
}
function copy(to, { folded: folded2, starts, ends }, from, until) {
  to.folded += folded2.slice(from, until);
  for (let i = from; i < until; i++) {
    to.starts.push(starts[i]);
    to.ends.push(ends[i]);
  }
}
var LETTER = () => lazyPattern.u`[\p{L}\p{N}]`;
var UNSPACED = () => lazyPattern.u`[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]`;
function isUnspacedLetter(character) {
  const code = character.charCodeAt(0);
  return code >= 128 && (isHangulSyllable(code) || UNSPACED().test(character));
}
function isSpaced(character) {
  const code = character.charCodeAt(0);
  if (code < 128) return isAsciiAlphanumeric(code);
  return !isHangulSyllable(code) && LETTER().test(character) && !UNSPACED().test(character);
}
var isHangulSyllable = (code) => code >= 44032 && code <= 55203;
var isAsciiAlphanumeric = (code) => code >= 48 && code <= 57 || code >= 97 && code <= 122 || code >= 65 && code <= 90;
function characterBefore(text4, at2) {
  const code = text4.charCodeAt(at2);
  return code >= 56320 && code <= 57343 ? text4.slice(at2 - 1, at2 + 1) : text4.charAt(at2);
}

// src/archive/search-index.ts
var TITLE = "_t";
var START = "_s";
var EXPANSIONS = 200;
var SHORTEST_PREFIX = 3;
var IS_ASCII = /^\p{ASCII}*$/u;
var ASCII_WORDS = /(?<![a-z\d])[a-z\d]{1,64}/g;
function* runsOf(text4) {
  let start = 0;
  let kind;
  let startsWord = true;
  let at2 = 0;
  const run = (end) => ({
    text: text4.slice(start, end),
    unspaced: kind === "unspaced",
    startsWord,
    last: end === text4.length
  });
  for (const character of text4) {
    const next = isUnspacedLetter(character) ? "unspaced" : isSpaced(character) ? "spaced" : void 0;
    if (next !== kind) {
      if (kind) yield run(at2);
      start = at2;
      startsWord = kind === void 0;
      kind = next;
    }
    at2 += character.length;
  }
  if (kind) yield run(at2);
}
function spell(token) {
  if (!/[^\p{ASCII}]/u.test(token)) return token;
  let spelled = "";
  for (let i = 0; i < token.length; i++) {
    const code = token.charCodeAt(i);
    spelled += code < 128 ? token[i] : `_${code.toString(16).padStart(4, "0")}`;
  }
  return spelled;
}
function pairsOf(run) {
  const letters = [...run];
  return letters.flatMap((letter, i) => i + 1 < letters.length ? [letter, letter + letters[i + 1]] : [letter]);
}
function startOf(run) {
  const [first, second] = [run.charAt(0), run.charAt(1)];
  return isUnspacedLetter(second) && initialVariants(first).length > 0 ? initialSyllable(first) + second : void 0;
}
var MANY_WORDS = 100;
function tokensOf(title, excerpt, body) {
  const tokens = [];
  const words = [];
  const add = (text4, marks) => {
    const normalized = normalize2(text4);
    const isPlain = IS_ASCII.test(normalized);
    const found = isPlain ? normalized.match(ASCII_WORDS) ?? [] : foldedTokens(normalized, words);
    const own = found.length > MANY_WORDS ? [...new Set(found)] : found;
    if (isPlain) for (const word of own) words.push(word);
    if (own.length > 0) for (const mark of marks) tokens.push(mark + own.join(` ${mark}`));
  };
  add(title, ["", TITLE]);
  add(excerpt, [""]);
  add(body, [""]);
  return { tokens: tokens.join(" "), words };
}
function foldedTokens(normalized, words) {
  const tokens = [];
  for (const { text: run, unspaced, startsWord } of runsOf(fold(normalized))) {
    const own = unspaced ? pairsOf(run).map(spell) : [spell(run).slice(0, LONGEST)];
    if (!unspaced) words.push(own[0]);
    const start = unspaced && startsWord ? startOf(run) : void 0;
    if (start !== void 0) own.push(START + spell(start));
    tokens.push(...own);
  }
  return tokens;
}
var LONGEST = 64;
function lookupOf(clauses, { expand, hasUnfolded }) {
  let left = EXPANSIONS;
  const dictionary = {
    hasUnfolded,
    expand(prefix) {
      const words = expand(prefix, left + 1);
      if (words.length > left) return void 0;
      left -= words.length;
      return words;
    }
  };
  const wanted2 = [];
  const unwanted = [];
  let exact = true;
  for (const clause of clauses) {
    const found = clauseOf(clause, dictionary);
    exact &&= found.exact;
    if (found.expression === void 0) exact = false;
    else if (!clause.negated) wanted2.push(`(${found.expression})`);
    else if (found.exact) unwanted.push(`(${found.expression})`);
  }
  if (wanted2.length === 0) return { exact: false };
  return { expression: [wanted2.join(" AND "), ...unwanted].join(" NOT "), exact };
}
function clauseOf({ anyOf }, dictionary) {
  const lookups = anyOf.flatMap((word) => {
    const spellings = new Set(dictionary.hasUnfolded ? [word.folded, word.text] : [word.folded]);
    return [...spellings].map((spelling) => wordOf(spelling, word, dictionary));
  });
  const parts = lookups.flatMap(({ expression }) => expression ?? []);
  if (parts.length < lookups.length) return { exact: false };
  return { expression: parts.join(" OR "), exact: lookups.every(({ exact }) => exact) };
}
function wordOf(text4, { titleOnly }, { expand }) {
  const mark = titleOnly ? TITLE : "";
  const runs = [...runsOf(text4)];
  const lookups = runs.map(
    (run, i) => run.unspaced ? unspacedRun(run, mark, i === 0 && text4.startsWith(run.text)) : spacedRun(run, mark, expand)
  );
  const parts = lookups.flatMap(({ expression }) => expression ?? []);
  const isOneRun = runs.length === 1 && runs[0]?.text === text4;
  const exact = isOneRun && lookups.every((lookup) => lookup.exact);
  return parts.length > 0 ? { expression: parts.join(" AND "), exact } : { exact: false };
}
function unspacedRun({ text: text4 }, mark, isFirst) {
  const pairs = [...text4].length > 1 ? pairsOf(text4).filter((pair) => [...pair].length > 1) : [text4];
  const [first = "", ...rest] = pairs.map((pair) => quote(mark + spell(pair)));
  const start = isFirst ? startOf(text4) : void 0;
  const begin = start === void 0 ? first : `(${first} OR ${quote(mark + START + spell(start))})`;
  return { expression: [begin, ...rest].join(" AND "), exact: rest.length === 0 };
}
function spacedRun(run, mark, expand) {
  const word = spell(run.text).slice(0, LONGEST);
  const exact = word.length < LONGEST;
  if (!run.last && exact) return { expression: quote(mark + word), exact };
  if (word.length < SHORTEST_PREFIX) return { exact: false };
  const words = expand(word);
  if (!words) return { exact: false };
  if (words.length === 0) return { expression: quote("_none"), exact };
  return { expression: `(${words.map((word2) => quote(mark + word2)).join(" OR ")})`, exact };
}
var quote = (token) => `"${token}"`;

// src/archive/index-writer.ts
var MAX_KNOWN = 1e4;
var IndexWriter = class {
  #sql;
  /** Tokens by article, and the words of them all. */
  #tokens = /* @__PURE__ */ new Map();
  #words = /* @__PURE__ */ new Set();
  /** Words that the dictionary has. */
  #known = /* @__PURE__ */ new Set();
  #isReplacing = false;
  constructor(sql) {
    this.#sql = sql;
  }
  /** Indexes an article at the end of the transaction; unless it is new, in place of what is indexed of it. */
  add(n, title, excerpt, html2, isNew = false) {
    const { tokens, words } = tokensOf(title, excerpt, plainText(html2));
    this.#tokens.set(n, tokens);
    for (const word of words) if (!this.#known.has(word)) this.#words.add(word);
    this.#isReplacing ||= !isNew;
  }
  write() {
    const insert = this.#isReplacing ? "INSERT OR REPLACE" : "INSERT";
    for (const part of jsonParts(this.#tokens))
      this.#sql.run(`${insert} INTO search (rowid, tokens) SELECT value ->> 0, value ->> 1 FROM jsonb_each(?)`, [part]);
    if (this.#known.size === MAX_KNOWN) this.#known.clear();
    for (const part of jsonParts(this.#words)) {
      this.#writeWords(part);
      for (const word of JSON.parse(part)) if (this.#known.size < MAX_KNOWN) this.#known.add(word);
    }
    this.#tokens.clear();
    this.#words.clear();
    this.#isReplacing = false;
  }
  /** Adds the words that the dictionary does not have. */
  #writeWords(words) {
    const unknown5 = this.#sql.column(
      `SELECT value FROM jsonb_each(?) AS word
       WHERE NOT EXISTS (SELECT 1 FROM vocabulary WHERE term = word.value)`,
      [words]
    );
    if (unknown5.length === 0) return;
    this.#sql.run("INSERT INTO dictionary (words) VALUES (?)", [unknown5.join(" ")]);
  }
};

// src/archive/source-rows.ts
var SourceRows = class {
  #sql;
  #rows;
  /** The columns that the transaction has changed, by id; undefined outside of one. */
  #changed;
  constructor(sql) {
    this.#sql = sql;
  }
  /** All that are kept, by id. A value never changes: another replaces it. */
  all() {
    this.#rows ??= new Map(
      this.#sql.rows(
        "SELECT id, seq, coalesce(snapshot, 0) AS snapshot, status, coverage, listed FROM source"
      ).map(({ id: id2, seq, snapshot, ...state }) => {
        const kept = Object.entries(state).flatMap(
          ([name2, json2]) => json2 === null ? [] : [[name2, JSON.parse(json2)]]
        );
        return [id2, { seq, snapshot, ...Object.fromEntries(kept) }];
      })
    );
    return this.#rows;
  }
  get(id2) {
    return this.all().get(id2) ?? { seq: 0, snapshot: 0 };
  }
  /** A transaction begins. */
  begin() {
    this.#changed = /* @__PURE__ */ new Map();
  }
  /**
   * Saves columns of a source: all that a transaction saves of it is one row that is written, at its end.
   *
   * @throws Error outside of a transaction, where nothing would write it
   */
  save(id2, columns) {
    if (!this.#changed) throw new Error("a source is saved only in a transaction");
    const changed = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== void 0));
    if (Object.keys(changed).length === 0) return;
    const after = { ...this.get(id2), ...changed };
    this.#rows?.set(id2, after);
    this.#changed.set(id2, { ...this.#changed.get(id2), ...changed });
  }
  /** The transaction ends. */
  write() {
    for (const [id2, columns] of this.#changed ?? []) {
      const changed = Object.entries(columns);
      const row = Object.entries({ seq: 0, ...columns });
      this.#sql.run(
        `INSERT INTO source (${["id", ...row.map(([name2]) => name2)].join(", ")}) VALUES (?${", ?".repeat(row.length)})
         ON CONFLICT (id) DO UPDATE SET ${changed.map(([name2]) => `${name2} = excluded.${name2}`).join(", ")}`,
        [id2, ...row.map(([, value]) => typeof value === "number" ? value : JSON.stringify(value))]
      );
    }
    this.#changed = void 0;
  }
};

// src/archive/store.ts
var Store = class {
  sql;
  sites;
  index;
  sources;
  #head;
  /** The events from this one on are of the instant of the journal's end. */
  sameInstantFrom = Number.POSITIVE_INFINITY;
  /** Number of the last event of an article that is not of `addArticles`. */
  lastAppended = 0;
  /** The rows of a source that listed nothing before, as long as no article is changed after them. */
  firstListing;
  constructor(sql) {
    this.sql = sql;
    this.sites = new SiteNumbers(sql);
    this.index = new IndexWriter(sql);
    this.sources = new SourceRows(sql);
  }
  /** Runs `work` in a transaction, at the end of which the search index and the sources are written. */
  transaction(work) {
    try {
      return this.sql.transaction(() => {
        this.sources.begin();
        const result = work();
        this.index.write();
        this.sources.write();
        return result;
      });
    } catch (error) {
      this.#head = void 0;
      this.firstListing = void 0;
      this.sites = new SiteNumbers(this.sql);
      this.index = new IndexWriter(this.sql);
      this.sources = new SourceRows(this.sql);
      throw error;
    }
  }
  byKeys(site, keys) {
    const from = "FROM json_each(?) AS wanted JOIN article ON article.key = wanted.value AND article.site = ?";
    return articleRows(this.sql, from, [JSON.stringify(keys), this.sites.numberOf(site)]);
  }
  byKey(site, key) {
    return this.byKeys(site, [key])[0];
  }
  /** The articles of a site with `n` in one of the ranges. */
  between(site, ranges) {
    return this.sql.rows(
      `SELECT n, article.key, sources FROM json_each(?) AS wanted
       CROSS JOIN article ON n BETWEEN wanted.value ->> 0 AND wanted.value ->> 1 WHERE site = ?`,
      [JSON.stringify(ranges), this.sites.numberOf(site)]
    );
  }
  /** The article as its first source shows it, with the fields that only the merge needs. */
  articleOf(row) {
    return {
      ...articleOf(row, sourcesOf(row).slice(0, 1), this.sites.nameOf(row.site)),
      ...row.day_ahead && { dayAhead: true },
      ...row.edits !== null && { edits: JSON.parse(row.edits) },
      ...row.outlet !== null && { outlet: row.outlet },
      ...row.copy_of !== null && { copyOf: row.copy_of }
    };
  }
  /** The sanitized text of an article's current version; empty if there is none. */
  textOf({ seq, body }) {
    if (body === null) return "";
    return this.sql.column("SELECT html FROM journal WHERE seq = ?", [seq])[0] ?? "";
  }
  /** The rows of an article's copies on other websites, the first seen first. */
  copiesOf({ copies }) {
    return copies === null ? [] : this.byNumbers(JSON.parse(copies));
  }
  /** The articles with these `n`, in this order. */
  byNumbers(numbers) {
    return numbers.length === 0 ? [] : articleRows(this.sql, BY_NUMBERS, [JSON.stringify(numbers)]);
  }
  /**
   * Lists a kept article under another source too.
   *
   * @param outlet the source's, if all its articles are of one
   */
  listUnder(row, cause, outlet) {
    const { source: source2, at: at2 } = cause;
    Object.assign(row, this.byNumbers([row.n])[0]);
    const isNews = outlet !== void 0 && row.outlet === null;
    const seq = this.append({ ...cause, event: "added", n: row.n, ...isNews && { data: { outlet } } });
    row.sources = `${row.sources} ${source2}@${at2}`;
    row.listed = JSON.stringify({ ...JSON.parse(row.listed), [source2]: seq });
    if (isNews) {
      row.outlet = outlet;
      saveTitleHashes(this.sql, titleHashesOf(row.n, this.articleOf(row)));
    }
    this.update(row.n, { sources: row.sources, listed: row.listed, outlet: row.outlet });
    addListings(this, [{ source: source2, n: row.n }], at2);
  }
  /**
   * Keeps the changes of an article.
   *
   * @param html the sanitized text after the change
   * @param event `edited` and `text` keep a whole new version; `enriched` is no edit
   * @returns number of the event
   */
  change(row, after, html2, event, cause) {
    const { at: at2 } = cause;
    const { title, excerpt } = after;
    const before = this.articleOf(row);
    const isVersion = event !== "enriched";
    const isReworded = excerpt !== before.excerpt || title !== before.title;
    const seq = this.append({
      ...cause,
      event,
      n: row.n,
      ...(isVersion || isReworded) && { title, excerpt },
      ...isVersion && { ...html2 && { html: html2 }, previous: row.seq },
      ...after.updated !== before.updated && { updated: after.updated },
      data: changedFields(before, after)
    });
    const { earlier, edits } = historyAfter(before, after, at2, event === "edited");
    const body = html2 ? new TextEncoder().encode(html2).length : null;
    this.update(row.n, {
      ...articleColumns(after),
      earlier_titles: jsonOf(earlier),
      edits: jsonOf(edits),
      ...event !== "edited" && { enriched_at: at2 },
      ...isVersion && { body, seq, versions: row.versions + 1 }
    });
    if (isVersion || isReworded || row.copies !== null) this.indexWithCopies({ ...row, title, excerpt }, html2);
    if (after.signature !== void 0) saveSignature(this.sql, row.n, after.language, after.signature);
    saveTitleHashes(this.sql, titleHashesOf(row.n, { ...after, earlierTitles: earlier }, before));
    return seq;
  }
  /** Indexes the words of an article and of its copies: a search finds it by the words of any of them. */
  indexWithCopies(row, html2) {
    const words = this.copiesOf(row).map((copy2) => copyWords(copy2, this.textOf(copy2)));
    this.index.add(row.n, row.title, row.excerpt, [html2, ...words].join(" "));
  }
  /**
   * Keeps that an article is gone or back.
   *
   * @param data of `gone`: the first look at which it was absent; of `back`: since when it was gone
   */
  setPresence(row, event, cause, data) {
    this.append({ ...cause, event, n: row.n, previous: row.seq, data });
    row.gone = event === "gone" ? cause.at : null;
    this.update(row.n, { gone: row.gone, enriched_at: cause.at });
  }
  /** Writes columns of an article's row. */
  update(n, columns) {
    const assignments = Object.keys(columns).map((name2) => `${name2} = ?`);
    this.sql.run(`UPDATE article SET ${assignments.join(", ")} WHERE n = ?`, [...Object.values(columns), n]);
  }
  /** When an article's current version was first seen. */
  versionTime({ seq }) {
    return this.sql.column("SELECT at FROM journal WHERE seq = ?", [seq])[0] ?? "";
  }
  /** The instant of a commit's events: `now`, but not before the newest event of the journal. */
  eventTime(now) {
    return latestOf([this.head().at, instant(now)]);
  }
  /** Takes the next `count` numbers of the journal for events of an instant. Returns the first. */
  takeNumbers(count2, at2) {
    const head2 = this.head();
    if (at2 !== head2.at) this.sameInstantFrom = head2.seq + 1;
    if (count2 > 0) this.#head = { seq: head2.seq + count2, at: at2 };
    return head2.seq + 1;
  }
  /** Numbers an event and keeps it. */
  append(event) {
    const { at: at2, source: source2, n = null, title = null, excerpt = null, html: html2 = null, previous = null } = event;
    const data = { ...event.data, ...event.updated && { updated: event.updated } };
    const json2 = Object.keys(data).length > 0 ? JSON.stringify(data) : null;
    const seq = this.takeNumbers(1, at2);
    if (n !== null) [this.lastAppended, this.firstListing] = [seq, void 0];
    this.sql.run(
      `INSERT INTO journal (seq, at, event, source, n, title, excerpt, html, previous, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [seq, at2, event.event, source2, n, title, excerpt, html2, previous, json2]
    );
    return seq;
  }
  /** The newest number and instant of the journal. */
  head() {
    const read2 = () => this.sql.rows("SELECT seq, at FROM journal ORDER BY seq DESC LIMIT 1");
    this.#head ??= read2()[0] ?? { seq: 0, at: "" };
    return this.#head;
  }
};
var copyWords = ({ title, excerpt }, html2) => `${escapeHtml(title)} ${escapeHtml(excerpt)} ${html2}`;
function articleColumns(article) {
  const { title, excerpt, url: url2, original = null, image = null, day, language: language2, updated, outlet = null } = article;
  const others = { day_ahead: article.dayAhead ? 1 : 0, copy_of: article.copyOf ?? null };
  return { title, excerpt, url: url2, original, image, day, language: language2, updated, outlet, ...others };
}
function changedFields(before, after) {
  const { url: url2, original, image, day, dayAhead, language: language2, outlet, copyOf: copyOf2, signature } = after;
  const fields = Object.entries({ url: url2, original, image, day, dayAhead, language: language2, outlet, copyOf: copyOf2, signature });
  const changed = fields.filter(([name2, value]) => value !== before[name2]);
  return Object.fromEntries(changed.map(([name2, value]) => [name2, value ?? null]));
}
var EDITS_KEPT = 30 * DAY;
function historyAfter(before, after, at2, isEdit) {
  const { earlierTitles: earlier = [], edits = [] } = before;
  if (!isEdit) return { earlier, edits };
  const fields = ["title", "excerpt"].filter((field) => before[field] !== after[field]);
  const recent = edits.filter((edit2) => Date.parse(at2) - Date.parse(edit2.at) < EDITS_KEPT);
  return {
    earlier: after.title !== before.title ? [...earlier, before.title] : earlier,
    edits: fields.length > 0 ? [...recent, { at: at2, fields }] : recent
  };
}
var jsonOf = (list) => list.length > 0 ? JSON.stringify(list) : null;

// src/archive/copy-groups.ts
function articlesOf(store, rows, sources, once = false) {
  const numbers = once ? rows.map(({ n }) => n) : [];
  const clusters = once ? clustersOf(store, numbers) : /* @__PURE__ */ new Map();
  const wanted2 = new Set(rows.flatMap(({ copies }) => numbersOf(copies)));
  for (const members of clusters.values()) for (const { n } of members) wanted2.add(n);
  const known = new Map(feedRowsByNumbers(store.sql, [...wanted2]).map((row) => [row.n, row]));
  return rows.map((row) => {
    const article = articleOf(row, sources, store.sites.nameOf(row.site));
    if (row.copies === null && !clusters.has(row.n)) return article;
    const copies = numbersOf(row.copies).flatMap((n) => known.get(n) ?? []);
    const own = /* @__PURE__ */ new Set([row.n, ...copies.map(({ n }) => n)]);
    const reprints = (clusters.get(row.n) ?? []).filter(({ n }) => !own.has(n) && isListed(known.get(n), sources));
    const since = latestOf([row.joined_at ?? "", ...reprints.map(({ at: at2 }) => at2)]);
    const rivals = [...copies, ...reprints.flatMap(({ n }) => known.get(n) ?? [])];
    const isHidden = rivals.some((rival) => isListedBefore(rival, row, sources));
    const body = row.body ?? copies.find((copy2) => copy2.body !== null)?.body;
    return {
      ...article,
      ...copies.length > 0 && {
        copies: copies.map((copy2) => copyOf(store, copy2)),
        listed: JSON.parse(row.listed),
        joinedAt: row.joined_at ?? ""
      },
      ...body && { body },
      ...isHidden && { hiddenSince: since },
      ...reprints.length > 0 && {
        reprints: firstCopies(reprints.flatMap(({ n }) => known.get(n) ?? [])).map((other) => copyOf(store, other)),
        enrichedAt: latestOf([article.enrichedAt ?? "", since])
      }
    };
  });
}
function shownRows(numbers, { store, sources, query }) {
  const { languages: languages2, once } = query;
  const [row] = store.sql.rows(
    `SELECT json_group_array(article.n) AS listed,
       json_group_array(json_array(article.n, json(copies))) FILTER (WHERE copies IS NOT NULL) AS copied
     ${FROM_SELECTED}`,
    [JSON.stringify(numbers), JSON.stringify(sources), JSON.stringify(languages2)]
  );
  const listed2 = JSON.parse(row?.listed ?? "[]");
  const rivals = new Map(JSON.parse(row?.copied ?? "[]"));
  if (once) {
    for (const [n, members] of clustersOf(store, listed2))
      rivals.set(n, [...rivals.get(n) ?? [], ...members.map((member) => member.n)]);
  }
  const compared = new Set([...rivals].flatMap(([n, others]) => others.length > 0 ? [n, ...others] : []));
  const found = store.sql.rows(
    "SELECT n, sources, listed FROM json_each(?) AS wanted CROSS JOIN article ON article.n = wanted.value",
    [JSON.stringify([...compared])]
  );
  const known = new Map(found.map((row2) => [row2.n, row2]));
  const isHidden = (n) => {
    const own = known.get(n);
    const others = (rivals.get(n) ?? []).flatMap((rival) => known.get(rival) ?? []);
    return own !== void 0 && others.some((rival) => isListedBefore(rival, own, sources));
  };
  return listed2.filter((n) => !isHidden(n));
}
var numbersOf = (json2) => json2 === null ? [] : JSON.parse(json2);
var isListed = (row, sources) => row !== void 0 && sourcesOf(row).some((id2) => sources.includes(id2));
function isListedBefore(a, b, sources) {
  const [first, second] = [firstListed(a, sources), firstListed(b, sources)];
  return first < second || first === second && first !== Number.POSITIVE_INFINITY && a.n < b.n;
}
var firstCopies = (rows) => rows.toSorted((a, b) => firstListed(a) - firstListed(b)).filter((row, i, all) => !all.slice(0, i).some(({ n }) => numbersOf(row.copies).includes(n)));
function clustersOf(store, numbers) {
  const members = store.sql.rows(
    `SELECT n, first, at FROM reprint WHERE first IN (
       SELECT own.first FROM json_each(?) AS wanted CROSS JOIN reprint AS own ON own.n = wanted.value)`,
    [JSON.stringify(numbers)]
  );
  const byFirst = Map.groupBy(members, ({ first }) => first);
  return new Map(members.map(({ n, first }) => [n, byFirst.get(first) ?? []]));
}
function copyOf(store, row) {
  return {
    site: store.sites.nameOf(row.site),
    key: row.key,
    source: sourcesOf(row)[0] ?? "",
    url: row.url,
    firstSeen: row.first_seen,
    listed: JSON.parse(row.listed)
  };
}
var rowsOf = (store, { copies = [] }) => copies.flatMap(({ site, key }) => store.byKey(site, key) ?? []);
function textOfCopies(store, article) {
  const row = rowsOf(store, article).find(({ body }) => body !== null);
  return row ? store.textOf(row) : "";
}
var wordsOfCopies = (store, article) => rowsOf(store, article).map((row) => copyWords(row, store.textOf(row))).join(" ");

// src/archive/article-record.ts
var MAX_VERSIONS = 1e3;
var MAX_TEXTS = 100;
var MAX_BYTES = 5e5;
function readArticle(store, site, key, texts) {
  const [row] = articleRows(
    store.sql,
    "FROM site JOIN article ON article.site = site.no AND article.key = ? WHERE site.name = ?",
    [key, site]
  );
  if (!row) return void 0;
  const sources = sourcesOf(row);
  const [article] = articlesOf(store, [row], sources);
  const { hiddenSince: _, ...own } = article;
  const versions = versionsOf(store, row, texts);
  const listed2 = row.sources.split(" ").map((entry) => {
    const [source2 = "", since = row.first_seen] = entry.split("@");
    return { source: source2, since, lastSeen: lastListed(store, row, source2) ?? since };
  });
  return {
    article: own,
    listed: listed2,
    lastSeen: latestOf([
      row.first_seen,
      ...versions.map(({ at: at2 }) => at2),
      ...listed2.map(({ lastSeen }) => lastSeen),
      row.page_seen ?? ""
    ]),
    versions,
    versionCount: row.versions,
    presence: presenceOf(store, row),
    copies: store.copiesOf(row).map((copy2) => ({
      article: articlesOf(store, [copy2], sourcesOf(copy2))[0],
      ...texts === "all" && { html: store.textOf(copy2) }
    }))
  };
}
function lastListed(store, { n, key }, source2) {
  const [row] = store.sql.rows(
    `SELECT last_seen, status ->> 'lastSuccess' AS success,
       EXISTS (SELECT 1 FROM json_each(source.listed) WHERE value = ?) AS listed
     FROM listing LEFT JOIN source ON source.id = listing.source WHERE listing.source = ? AND listing.n = ?`,
    [key, source2, n]
  );
  return (row?.listed ? row.success : row?.last_seen) ?? void 0;
}
function versionsOf(store, { seq, versions: count2 }, texts) {
  const newest = Array.from({ length: MAX_TEXTS }, (_, i) => count2 - i);
  const read2 = texts === "all" ? newest : texts.map((n) => n > 0 ? n : count2 + n);
  const listed2 = [1, ...read2.flatMap((n) => [n - 1, n, n + 1])];
  const maxBytes = texts === "all" ? MAX_BYTES : Number.MAX_SAFE_INTEGER;
  const rows = store.sql.rows(
    // `size`: bytes of the texts from the version to the newest one, without that.
    `WITH RECURSIVE version (seq, previous, number, size) AS (
       SELECT seq, previous, ?1, 0 FROM journal WHERE seq = ?2
       UNION ALL
       SELECT journal.seq, journal.previous, number - 1, size + coalesce(octet_length(journal.html), 0)
       FROM version JOIN journal ON journal.seq = version.previous)
     SELECT number AS n, at, event, title, excerpt,
       CASE WHEN number IN (SELECT value FROM json_each(?3)) AND size <= ?6 THEN coalesce(html, '') END AS html
     FROM version JOIN journal USING (seq)
     WHERE number > ?1 - ?5 OR number IN (SELECT value FROM json_each(?4)) ORDER BY number DESC`,
    [count2, seq, JSON.stringify(read2), JSON.stringify(listed2), MAX_VERSIONS, maxBytes]
  );
  return rows.map(({ html: html2, ...version }) => html2 === null ? version : { ...version, html: html2 }).reverse();
}
var presenceOf = (store, { n }) => store.sql.rows(
  "SELECT event, at FROM journal WHERE n = ? AND event IN ('gone', 'back') ORDER BY seq DESC LIMIT 100",
  [n]
).reverse();

// src/archive/backup.ts
import * as v2 from "valibot";

// src/archive/backup-lines.ts
import * as v from "valibot";

// src/archive/journal.ts
var EVENTS = [
  "added",
  "edited",
  "text",
  "enriched",
  "joined",
  "parted",
  "reprint",
  "gone",
  "back",
  "outage",
  "recovered",
  "gap",
  "filled"
];

// src/archive/backup-lines.ts
var FORMAT = "kcna-feed-bridge/1";
var text = v.string();
var number2 = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
var instant2 = v.pipe(text, v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/), v.isoTimestamp());
var object2 = v.record(text, v.unknown());
var ARTICLE = v.looseObject({
  id: text,
  language: text,
  // Feeds and pages link to it: an address that runs a script must not come in with a changed backup.
  url: v.pipe(text, v.url(), v.regex(/^https?:/i)),
  day: text
});
var CHANGE = v.partial(ARTICLE);
var TITLED = v.pipe(text, v.parseJson(), v.object({ title: text }));
var titled = v.pipe(
  text,
  v.check((json2) => v.is(TITLED, json2))
);
var PAGE = v.object({
  page_due: v.optional(instant2),
  page_failures: v.optional(number2),
  page_error: v.optional(text),
  page_urgent: v.optional(v.literal(1)),
  page_seen: v.optional(instant2),
  page_title: v.optional(titled),
  page_doubt: v.optional(titled),
  absent: v.optional(instant2)
});
var PAGE_COLUMNS = Object.keys(PAGE.entries);
var EVENT_LINE = v.object({
  seq: number2,
  at: instant2,
  event: v.picklist(EVENTS),
  source: v.pipe(text, v.regex(/^[^\s@]+$/)),
  site: v.optional(text),
  key: v.optional(text),
  published: v.optional(instant2),
  title: v.optional(text),
  excerpt: v.optional(text),
  html: v.optional(text),
  data: v.optional(object2),
  /** Of `added`: what is kept of the article beside the journal, at the time of the backup; `page` with its first event. */
  looks: v.optional(v.object({ last_seen: v.optional(instant2), shown: v.optional(titled), page: v.optional(PAGE) }))
});
var SOURCE_LINE = v.object({
  /** Id of a source. */
  state: text,
  /** Number of the archive's last event: the state is the one after it. */
  seq: number2,
  coverage: v.optional(object2),
  status: v.optional(object2),
  /** Keys of the articles on the first page of its listing. */
  listed: v.optional(v.array(text))
});
var LINE = v.union([
  v.object({ format: text }),
  // The last line, with the number of the last event: a backup without it is incomplete.
  v.object({ end: number2 }),
  SOURCE_LINE,
  v.pipe(
    EVENT_LINE,
    v.check(
      ({ event, title, published, data = {} }) => event === "added" && title !== void 0 ? published !== void 0 && v.is(ARTICLE, data) : v.is(CHANGE, data)
    )
  )
]);
var isLine = (line) => v.is(LINE, line);

// src/archive/groups.ts
function setCopies(store, row, copies, event, cause) {
  const { at: at2 } = cause;
  store.append({ ...cause, event, n: row.n, data: { copies: copies.map((copy2) => nameOf(store, copy2)) } });
  row.copies = copies.length > 0 ? JSON.stringify(copies.map(({ n }) => n)) : null;
  store.update(row.n, { copies: row.copies, joined_at: at2, enriched_at: at2 });
  store.indexWithCopies(row, store.textOf(row));
  const group = [row, ...copies].map(({ n }) => n);
  const cluster = group.map((n) => clusterOf(store, n)).find((first) => first !== void 0);
  if (cluster !== void 0 && copies.length > 0) addToCluster(store, cluster, group, at2);
}
function addReprint(store, row, of, cause) {
  store.append({ ...cause, event: "reprint", n: row.n, data: { of: nameOf(store, of) } });
  const members = [of, ...store.copiesOf(of), row, ...store.copiesOf(row)].map(({ n }) => n);
  addToCluster(store, clusterOf(store, of.n) ?? of.n, members, cause.at);
}
var clusterOf = (store, n) => store.sql.column("SELECT first FROM reprint WHERE n = ?", [n])[0];
function addToCluster(store, first, numbers, at2) {
  for (const n of numbers)
    store.sql.run("INSERT OR IGNORE INTO reprint (n, first, at) VALUES (?, ?, ?)", [n, first, at2]);
}
var nameOf = (store, { site, key }) => ({ site: store.sites.nameOf(site), key });

// src/archive/backup.ts
var PART = 1e6;
var LINES = 1e3;
function exportLines(store, after) {
  const lines2 = after === 0 ? [{ format: FORMAT }] : [];
  const rows = store.sql.rows(
    `${JOURNAL}
     WHERE journal.seq > ? ORDER BY journal.seq LIMIT +?`,
    [after, LINES]
  );
  let size = 0;
  let last = after;
  for (const row of rows) {
    const line = withLooks(store, eventLine(store, row), row);
    size += (line.html?.length ?? 0) + 500;
    if (size > PART && last > after) return { lines: lines2, next: last };
    lines2.push(line);
    last = row.seq;
  }
  if (rows.length === LINES) return { lines: lines2, next: last };
  if (after > store.head().seq) return { lines: [] };
  const sources = [...store.sources.all()].sort(([a], [b]) => a < b ? -1 : 1);
  for (const [state, { coverage, status: status2, listed: listed2 }] of sources)
    lines2.push({ state, seq: last, coverage, status: status2, listed: listed2 });
  lines2.push({ end: last });
  return { lines: lines2 };
}
function journalDigest(store, seq) {
  const [row] = store.sql.rows(JOURNAL_ROW, [seq]);
  return row ? fingerprint(canonical(eventLine(store, row))) : "";
}
var JOURNAL = "SELECT journal.*, article.key, article.site FROM journal LEFT JOIN article USING (n)";
var JOURNAL_ROW = `${JOURNAL} WHERE journal.seq = ?`;
function eventLine(store, row) {
  const { seq, at: at2, event, source: source2, n, key, site, title, excerpt, html: html2, data } = row;
  return {
    seq,
    at: at2,
    event,
    source: source2,
    ...site !== null && key !== null && { site: store.sites.nameOf(site), key },
    ...n !== null && event === "added" && { published: publishedOf(n) },
    ...title !== null && { title },
    ...excerpt !== null && { excerpt },
    ...html2 !== null && { html: html2 },
    ...data !== null && { data: JSON.parse(data) }
  };
}
function withLooks(store, line, { n, event, source: source2, title }) {
  if (event !== "added" || n === null) return line;
  const [listing] = store.sql.rows(
    "SELECT last_seen, shown FROM listing WHERE source = ? AND n = ?",
    [source2, n]
  );
  const [page] = title === null ? [] : store.sql.rows("SELECT * FROM article WHERE n = ?", [n]);
  const looks = {
    ...listing?.last_seen && { last_seen: listing.last_seen },
    ...listing?.shown && { shown: listing.shown },
    ...page && { page: Object.fromEntries(PAGE_COLUMNS.flatMap((name2) => page[name2] ? [[name2, page[name2]]] : [])) }
  };
  return { ...line, looks };
}
var COUNTS = ["page_failures", "page_urgent"];
function restoreLooks(store, { source: source2, site, key, looks }) {
  const row = looks && site !== void 0 && key !== void 0 ? store.byKey(site, key) : void 0;
  if (!row || !looks) return;
  const { last_seen = null, shown = null, page } = looks;
  store.sql.run(
    `UPDATE listing SET last_seen = ?, shown = ?
     WHERE source = ? AND n = ?`,
    [last_seen, shown, source2, row.n]
  );
  if (!page) return;
  const columns = PAGE_COLUMNS.map((name2) => [name2, page[name2] ?? (COUNTS.includes(name2) ? 0 : null)]);
  store.update(row.n, Object.fromEntries(columns));
}
var BackupError = class extends Error {
  name = "BackupError";
};
function importLines(store, lines2) {
  const before = store.head().seq;
  let seq = before;
  for (const line of lines2) {
    if (line?.event === "learned") line.event = "enriched";
    if (!isLine(line)) throw new BackupError(`${JSON.stringify(line).slice(0, 80)} is no line of a backup`);
    if ("end" in line) checkHead(store, line.end);
    else if ("state" in line) restoreState(store, line);
    else if (!("format" in line)) seq = importEvent(store, line, seq);
    else if (line.format !== FORMAT) throw new BackupError(`the backup has the format ${line.format.slice(0, 40)}`);
  }
  return { restored: seq - before, seq };
}
function importEvent(store, line, seq) {
  if (line.seq > seq + 1) throw new BackupError(`event ${seq + 1} is missing: the next line is event ${line.seq}`);
  if (line.seq > seq) replay(store, line);
  else checkSame(store, line);
  restoreLooks(store, line);
  return Math.max(seq, line.seq);
}
function checkSame(store, line) {
  const [row] = store.sql.rows(JOURNAL_ROW, [line.seq]);
  if (!row || canonical(eventLine(store, row)) !== canonical(line))
    throw new BackupError(`event ${line.seq} is another one here: the backup is of another archive`);
}
var canonical = ({ looks: _, ...line }) => JSON.stringify(Object.entries(line).sort(([a], [b]) => a < b ? -1 : 1));
function replay(store, line) {
  const { at: at2, event, source: source2, site, key, data = {} } = line;
  if (site === void 0 || key === void 0) {
    store.append({ at: at2, event, source: source2, data });
    return;
  }
  const row = store.byKey(site, key);
  if (event === "added" && line.title !== void 0) {
    if (row) throw new BackupError(`event ${line.seq} adds an article that is kept already`);
    replayNew(store, line, site, key);
    return;
  }
  if (!row) throw new BackupError(`event ${line.seq} is of an article that no event before it adds`);
  replayKnown(store, row, line);
}
function replayKnown(store, row, line) {
  const { at: at2, event, source: source2, data = {} } = line;
  const cause = { source: source2, at: at2 };
  switch (event) {
    case "added":
      store.listUnder(row, cause, typeof data.outlet === "string" ? data.outlet : void 0);
      break;
    case "joined":
    case "parted":
      setCopies(store, row, namedArticles(store, line, data.copies), event, cause);
      break;
    case "reprint":
      for (const of of namedArticles(store, line, [data.of])) addReprint(store, row, of, cause);
      break;
    case "edited":
    case "text":
    case "enriched":
      replayChange(store, row, line, event);
      break;
    case "gone":
    case "back":
      store.setPresence(row, event, cause, line.data);
      break;
    default:
      store.append({ ...cause, event, n: row.n, data });
  }
}
function replayNew(store, line, site, key) {
  const { at: at2, source: source2, title = "", excerpt = "", published = "" } = line;
  const { id: id2, language: language2, url: url2, day, dayOnly, dayAhead, original, image, outlet } = line.data;
  const flags = { ...dayOnly && { dayOnly }, ...dayAhead && { dayAhead } };
  const dates = { day, published, updated: published, firstSeen: at2, ...flags };
  const links = { url: url2, ...original && { original }, ...image && { image }, ...outlet && { outlet } };
  addArticles(store, [{ site, key, id: id2, source: source2, language: language2, title, excerpt, ...links, ...dates }], at2);
}
function replayChange(store, row, line, event) {
  const { updated, ...changed } = line.data ?? {};
  const before = store.articleOf(row);
  const after = { ...before, ...changed, updated: updated ?? before.updated };
  if (line.title !== void 0) after.title = line.title;
  if (line.excerpt !== void 0) after.excerpt = line.excerpt;
  const html2 = event === "enriched" ? store.textOf(row) : line.html ?? "";
  store.change(row, after, html2, event, { source: line.source, at: line.at });
}
var ARTICLE_NAMES = v2.array(v2.object({ site: v2.string(), key: v2.string() }));
function namedArticles(store, line, names) {
  if (!v2.is(ARTICLE_NAMES, names)) throw new BackupError(`event ${line.seq} does not say of which articles it is`);
  return names.map(({ site, key }) => {
    const row = store.byKey(site, key);
    if (!row) throw new BackupError(`event ${line.seq} names an article that no event before it adds`);
    return row;
  });
}
function checkHead(store, seq) {
  const head2 = store.head().seq;
  if (head2 !== seq)
    throw new BackupError(`the archive has ${head2} events and the backup ${seq}: it is no continuation`);
}
function restoreState(store, { state, seq, coverage, status: status2, listed: listed2 }) {
  checkHead(store, seq);
  store.sources.save(state, { coverage, status: status2, listed: listed2 });
}

// src/scrape/shingles.ts
var MAX_LENGTH4 = 15e3;
var MAX_PARTS = 2500;
var WORDS = 3;
var CHARACTERS = 4;
var DATELINES = [
  /^.{0,60}?\((?:kcna|rodong sinmun|minju choson|naenara|acnc|цтак)\)\s*(?:[-–—]+|:)\s*/iu,
  /^[(【[〔].{0,40}?(?:조선중앙통신|로동신문|민주조선|朝中社|朝鲜中央通讯社|朝鮮中央通信)[^)】\]〕]{0,10}[)】\]〕]\s*/u
];
var ENDINGS = [
  /\s*(?:-\s*0\s*-|\([끝完]\)|---)$/u,
  /\s*(?:www\.)?kcna\.(?:kp|co\.jp)\s*(?:\((?:juche|주체)[^)]{0,30}\))?$/iu,
  /\s*[(【]?(?:조선중앙통신|로동신문|본사기자|본사정치보도반|KCNA|Rodong Sinmun|朝中社)(?:[\s:][^.。]{0,20})?[)】]?$/u
];
var FORMULAS = [
  /\bthe respected comrade\b/giu,
  /\b(?:respected |dear )?comrade (?=kim jong un)/giu,
  /,? ?(?:general secretary of the workers'? party of korea(?: \(wpk\))?|general secretary of the wpk)/giu,
  /,? ?(?:and )?president of the state affairs(?: commission)?(?: of the (?:dprk|democratic people's republic of korea))?,?/giu,
  /(?:온 ?나라 ?인민이 ?)?(?:경애하는|위대한 ?령도자) ?(?=김정은)/gu,
  /조선로동당 ?총비서이시며 ?/gu,
  /조선민주주의인민공화국 ?국무위원장이신 ?/gu,
  /우리 ?당과 ?국가의 ?/gu
];
var ABBREVIATIONS = [
  [/\bdemocratic people's republic of korea\b(?: \(dprk\))?/giu, "DPRK"],
  [/\bworkers'? party of korea\b(?: \(wpk\))?/giu, "WPK"],
  [/\bkorean people's army\b(?: \(kpa\))?/giu, "KPA"],
  [/\bsupreme people's assembly\b(?: \(spa\))?/giu, "SPA"]
];
var CONTRACTIONS = [
  [/하였/gu, "\uD588"],
  [/되[였었]/gu, "\uB410"],
  [/시[였었]/gu, "\uC168"],
  [/하여/gu, "\uD574"]
];
var CHARACTER_SCRIPT = () => lazyPattern.gu`[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]`;
var WORD2 = () => lazyPattern.gu`\p{N}+|[\p{L}\p{M}]+`;
var CHARACTER = () => lazyPattern.gu`\p{N}+|[\p{L}\p{M}]`;
var NUMBER_WORD = /^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen(?:th)?|(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)(?:y|ieth)|hundred|thousand|million|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)$/;
var FUNCTION_WORD = /^(?:an?|the|of|in|on|at|to|by|for|and|or|as|is|was|are|were|be|been|its?|s|that|this|which|who|with)$/;
var WEIGHTS = { function: 0, word: 1, specific: 3 };
function comparableText(text4) {
  const plain = simplified(text4.slice(0, MAX_LENGTH4));
  const letters = plain.match(lazyPattern.gu`\p{L}`)?.length ?? 0;
  const isCharacters = (plain.match(CHARACTER_SCRIPT())?.length ?? 0) * 2 > letters;
  const found = (plain.match(isCharacters ? CHARACTER() : WORD2()) ?? []).slice(0, MAX_PARTS);
  return {
    list: found.map((token) => token.toLowerCase()),
    weights: Uint8Array.from(found, isCharacters ? weightOfCharacter : weightOfWord),
    width: isCharacters ? CHARACTERS : WORDS,
    isCharacters
  };
}
function simplified(text4) {
  let plain = text4.normalize("NFKC").replace(/[‘’‛′`]/gu, "'").replace(/\s+/gu, " ").trim();
  for (const dateline of DATELINES) plain = plain.replace(dateline, "");
  for (let pass = 0; pass < 2; pass++) for (const ending of ENDINGS) plain = plain.replace(ending, "");
  for (const formula of FORMULAS) plain = plain.replace(formula, "");
  for (const [long, short] of [...ABBREVIATIONS, ...CONTRACTIONS]) plain = plain.replace(long, short);
  return plain.replace(/(?<=\d)[, ](?=\d{3}(?!\d))/g, "");
}
function weightOfWord(word) {
  const lower = word.toLowerCase();
  if (lazyPattern.u`\p{N}`.test(word) || NUMBER_WORD.test(lower)) return WEIGHTS.specific;
  if (FUNCTION_WORD.test(lower)) return WEIGHTS.function;
  return lower === word ? WEIGHTS.word : WEIGHTS.specific;
}
var weightOfCharacter = (token) => lazyPattern.u`\p{N}`.test(token) ? WEIGHTS.specific : WEIGHTS.word;
function shinglesOf({ list, width }) {
  const hashes = Int32Array.from(list, hashOf);
  const shingles = new Int32Array(Math.max(0, list.length - width + 1));
  for (let i = 0; i < shingles.length; i++) {
    let hash2 = 0;
    for (let j = i; j < i + width; j++) hash2 = mix(Math.imul(hash2, 31) + hashes[j]);
    shingles[i] = hash2;
  }
  return shingles;
}
function hashOf(text4) {
  let hash2 = 2166136261;
  for (let i = 0; i < text4.length; i++) hash2 = Math.imul(hash2 ^ text4.charCodeAt(i), 16777619);
  return hash2 | 0;
}
function mix(value) {
  let hash2 = value;
  hash2 = Math.imul(hash2 ^ hash2 >>> 16, 2246822507);
  hash2 = Math.imul(hash2 ^ hash2 >>> 13, 3266489909);
  return hash2 ^ hash2 >>> 16;
}

// src/scrape/min-hash.ts
var PLACES = 64;
var WIDTH = 2;
var DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
var MIN_SHINGLES = { words: 28, characters: 90 };
var MIN_SIMILARITY = 0.3;
function minHashOf(text4) {
  const tokens = comparableText(text4);
  const shingles = shinglesOf(tokens);
  if (shingles.length < (tokens.isCharacters ? MIN_SHINGLES.characters : MIN_SHINGLES.words)) return void 0;
  let signature = "";
  for (let place = 1; place <= PLACES; place++) {
    const [factor, summand] = [mix(place) | 1, mix(-place)];
    let least = 4294967295;
    for (const shingle of shingles) {
      const hash2 = Math.imul(shingle, factor) + summand >>> 0;
      if (hash2 < least) least = hash2;
    }
    const bits = mix(least);
    signature += DIGITS[bits >>> 6 & 63] + DIGITS[bits & 63];
  }
  return signature;
}
function similarityOf(a, b) {
  let same = 0;
  for (let i = 0; i < PLACES * WIDTH; i += WIDTH) {
    if (a.charCodeAt(i) === b.charCodeAt(i) && a.charCodeAt(i + 1) === b.charCodeAt(i + 1)) same++;
  }
  return same / PLACES;
}

// src/archive/copies.ts
var addressOf = (site, key) => `${site}/${key}`;
var MAX_COPIES = 8;
var MAX_SAME_TITLE = 100;
var UNIQUE_WITHIN = 30 * DAY;
var MIN_TITLE_LENGTH = { spaced: 16, unspaced: 8 };
var DIFFERENT_TEXTS = 0.08;
function mayHaveCopies(store, rows) {
  const named = store.sql.column(
    "SELECT DISTINCT copy_of FROM article WHERE copy_of IN (SELECT value FROM json_each(?))",
    [JSON.stringify(rows.map((row) => ownAddress(store, row)))]
  );
  const addresses = new Set(named);
  const titles = rows.flatMap((row) => row.outlet === null ? [] : titleHashesOf(row.n, store.articleOf(row)));
  const alike = `SELECT DISTINCT value ->> 1 FROM json_each(?)
    WHERE EXISTS (SELECT 1 FROM title WHERE hash = value ->> 0 AND n <> value ->> 1)`;
  const isAlike = new Set(titles.length > 0 ? store.sql.column(alike, [JSON.stringify(titles)]) : []);
  return rows.filter(
    (row) => row.copies !== null || row.copy_of !== null || addresses.has(ownAddress(store, row)) || isAlike.has(row.n)
  ).map(({ n }) => n);
}
function joinCopies(store, n, cause) {
  const [row] = store.byNumbers([n]);
  if (!row) return;
  for (const copy2 of store.copiesOf(row)) {
    if (!isNamed(store, row, copy2) && contradicts(store, row, copy2)) separate(store, row, copy2, cause);
  }
  for (const copy2 of namedCopies(store, row)) join(store, row, copy2, true, cause);
  for (const copy2 of copiesByTitle(store, row)) join(store, row, copy2, false, cause);
}
function touchCopies(store, n, cause) {
  const [row] = store.byNumbers([n]);
  for (const copy2 of row ? store.copiesOf(row) : [])
    store.change(copy2, store.articleOf(copy2), store.textOf(copy2), "enriched", cause);
}
var ownAddress = (store, { site, key }) => addressOf(store.sites.nameOf(site), key);
var isNamed = (store, a, b) => a.copy_of === ownAddress(store, b) || b.copy_of === ownAddress(store, a);
function namedCopies(store, row) {
  const [, site = "", key = ""] = /^([^/]*)\/(.*)$/s.exec(row.copy_of ?? "") ?? [];
  const named = row.copy_of === null ? void 0 : store.byKey(site, key);
  const naming = store.sql.rows(
    `SELECT * FROM article
     WHERE copy_of = ? ORDER BY n LIMIT +?`,
    [ownAddress(store, row), MAX_COPIES]
  );
  return named ? [named, ...naming] : naming;
}
function copiesByTitle(store, row) {
  const { site, title } = row;
  const hashes = titleHashesOf(row.n, store.articleOf(row)).map(([hash2]) => hash2);
  if (hashes.length === 0) return [];
  const at2 = Date.parse(publishedOf(row.n));
  const same = store.sql.rows(
    `SELECT article.* FROM article WHERE n IN (
       SELECT title.n FROM json_each(?) AS hash JOIN title ON title.hash = hash.value AND title.n BETWEEN ? AND ? LIMIT +?)
     ORDER BY n`,
    [JSON.stringify(hashes), firstOf(at2 - UNIQUE_WITHIN), firstOf(at2 + UNIQUE_WITHIN), MAX_SAME_TITLE]
  );
  const isAlone = (of) => same.filter((other) => other.site === of.site).length === 1;
  if (same.length === MAX_SAME_TITLE || !isAlone(row)) return [];
  return same.filter(
    (other) => other.site !== site && isAlone(other) && Math.abs(Date.parse(other.day) - Date.parse(row.day)) <= DAY && (isDistinctive(title) || (similarityIn(store, row, other) ?? 0) >= MIN_SIMILARITY)
  );
}
var isDistinctive = (title) => {
  const bare4 = bareTitle(title);
  const isUnspaced = lazyPattern.u`^\P{Script=Latin}*$`.test(bare4) && lazyPattern.u`[\p{Script=Hangul}\p{Script=Han}]`.test(bare4);
  return bare4.length >= (isUnspaced ? MIN_TITLE_LENGTH.unspaced : MIN_TITLE_LENGTH.spaced);
};
function contradicts(store, a, b) {
  const namesAnother = (one, other) => one.copy_of?.startsWith(addressOf(store.sites.nameOf(other.site), "")) && one.copy_of !== ownAddress(store, other);
  return namesAnother(a, b) || namesAnother(b, a) || (similarityIn(store, a, b) ?? 1) < DIFFERENT_TEXTS;
}
function similarityIn(store, a, b) {
  const [first, second] = [signatureOf(store.sql, a.n), signatureOf(store.sql, b.n)];
  return first === void 0 || second === void 0 ? void 0 : similarityOf(first, second);
}
function join(store, a, b, isByName, cause) {
  if (a.site === b.site || groupOf(store, a).some(({ n }) => n === b.n)) return;
  const directions = [
    [a, b],
    [b, a]
  ];
  for (const [one, other] of isByName ? directions : []) {
    const rival = groupOf(store, one).find(({ site }) => site === other.site);
    if (rival && !isNamed(store, one, rival)) separate(store, one, rival, cause);
  }
  const [own, others] = [groupOf(store, a), groupOf(store, b)];
  if (!isByName && own.some((one) => others.some((other) => contradicts(store, one, other)))) return;
  const group = [...own, ...others];
  if (group.length > MAX_COPIES || new Set(group.map(({ site }) => site)).size < group.length) return;
  saveGroup(store, group, "joined", cause);
}
var groupOf = (store, { n }) => store.byNumbers([n]).flatMap((row) => [row, ...store.copiesOf(row)]);
function separate(store, from, rival, cause) {
  const group = groupOf(store, from).filter(({ n }) => n !== rival.n);
  setCopies(store, rival, [], "parted", cause);
  saveGroup(store, group, "parted", cause);
}
function saveGroup(store, group, event, cause) {
  const sorted = group.toSorted((x, y) => firstListed(x) - firstListed(y));
  for (const row of sorted) {
    const others = sorted.filter((other) => other !== row);
    setCopies(store, row, others, event, cause);
  }
}

// src/scrape/mojibake.ts
var WRITTEN = ["utf-8", "euc-kr", "windows-1252"];
var READ = "windows-1252 windows-1251 windows-1250 koi8-r iso-8859-2 euc-kr shift_jis gbk big5".split(" ");
var COMPARED = 300;
var NOT_ASCII2 = /[^\p{ASCII}]/u;
var canBeMisread = (text4) => NOT_ASCII2.test(text4);
function isMisread(before, after) {
  const start = before.search(NOT_ASCII2);
  if (start < 0 || after === before || before.slice(0, start) !== after.slice(0, start)) return false;
  const [text4, seen] = [before.slice(start, start + COMPARED), after.slice(start, start + 4 * COMPARED)];
  if (isLost(text4, seen)) return true;
  return WRITTEN.some((written2) => {
    const bytes = encode(text4, written2);
    return bytes !== void 0 && READ.some((read2) => {
      const misread = bare2(new TextDecoder(read2).decode(bytes));
      return misread !== bare2(text4) && NOT_ASCII2.test(misread) && isSameStart(misread, bare2(seen));
    });
  });
}
function isLost(before, after) {
  const count2 = (text4, pattern) => text4.match(pattern)?.length ?? 0;
  const lost = count2(after, /\ufffd/g) - count2(before, /\ufffd/g);
  const ascii2 = (text4) => text4.replace(/[^\x21-\x7e]/g, "");
  return lost > 0 && lost * 2 >= count2(before, /[^\p{ASCII}\ufffd]/gu) && isStartOfOther(ascii2(before), ascii2(after));
}
var bare2 = (text4) => text4.replace(lazyPattern.gu`[\s\p{Cc}\p{Cf}]`, "");
function isSameStart(a, b) {
  const shared = Math.min(a.length, b.length);
  const compared = shared > 4 ? shared - 2 : shared;
  return a.slice(0, compared) === b.slice(0, compared) && (shared > 4 || a.length === b.length);
}
var isStartOfOther = (a, b) => a.startsWith(b) || b.startsWith(a);
function encode(text4, charset) {
  if (charset === "utf-8") return new TextEncoder().encode(text4);
  const table = tableOf(charset);
  const bytes = [];
  for (const character of text4) {
    const own = character <= "\x7F" ? [character.charCodeAt(0)] : table.get(character);
    if (!own) return void 0;
    bytes.push(...own);
  }
  return new Uint8Array(bytes);
}
var tableOf = memoize((charset) => {
  const upper = Array.from({ length: 128 }, (_, i) => 128 + i);
  const rows = upper.filter((byte) => byte > 160 && byte < 255);
  const codes = charset === "windows-1252" ? upper.map((byte) => [byte]) : rows.flatMap((a) => rows.map((b) => [a, b]));
  const decoder = new TextDecoder(charset);
  const table = new Map(codes.map((code) => [decoder.decode(new Uint8Array(code)), code]));
  table.delete("\uFFFD");
  return table;
});
var FIRST = /[Â-ô]/g;
var LATER = "[\\u00a1-\\u00bf\u20AC\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u017D\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u017E\u0178]";
var WHOLE = new RegExp(`[\xC2\xC3]${LATER}|\xE2\u20AC|[\xE0-\xEF]${LATER}{2}`, "g");
function looksMisread(text4) {
  const whole = text4.match(WHOLE)?.length ?? 0;
  return whole > 1 && whole >= 0.6 * (text4.match(FIRST)?.length ?? 0);
}

// src/scrape/page.ts
import { DomHandler } from "domhandler";
import { Parser } from "htmlparser2";
var failure = (reason, detail) => ({ failure: { reason, detail } });
var MAX_DEPTH = 400;
var MAX_NODES = 4e4;
var BOT_CHECK = /checking your browser|enable javascript and cookies to continue|<title>\s*just a moment|<title>\s*attention required|cf-browser-verification|challenge-platform|_cf_chl_opt|verify(?:ing)? (?:that )?you are (?:a )?human/i;
var BLOCK_PAGE = /<meta\s[^>]*\bname\s*=\s*["']?kcsc\b|<title>\s*web page blocked\s*<\/title>/i;
function parsePage(html2, hasArticles) {
  if (html2.trim() === "") return failure("empty", "the page has no content");
  if (isNoise(html2) || !/<[a-z!]/i.test(html2.slice(0, 4096)) && !hasArticles())
    return failure("not-html", "the answer is not HTML");
  if (BLOCK_PAGE.test(html2.slice(0, 4096)))
    return failure("blocked", "a network between the bridge and the website blocks the page");
  if (!hasArticles() && BOT_CHECK.test(html2))
    return failure("blocked", "the website asks for a bot check instead of showing the page");
  if (/<html[\s>]/i.test(html2) && !/<\/(?:html|body)\s*>/i.test(html2))
    return failure("truncated", "the page breaks off before its end");
  return parseHtml(html2);
}
function parseHtml(html2) {
  const tree = new BoundedTree();
  const parser = new HtmlParser(html2, tree);
  tree.stop = () => parser.pause();
  parser.end(html2);
  return tree.exceeded ? failure("layout-changed", tree.exceeded) : tree.root;
}
var HtmlParser = class extends Parser {
  html;
  tree;
  constructor(html2, tree) {
    super(tree);
    this.html = html2;
    this.tree = tree;
  }
  onopentagname(start, end) {
    const open = this["stack"];
    if (open[0] === "p" && /^(?:li|d[dt]|t[dhr])$/i.test(this.html.slice(start, end))) {
      open.shift();
      this.tree.onclosetag();
    }
    super.onopentagname(start, end);
  }
};
var BoundedTree = class extends DomHandler {
  exceeded;
  stop = () => void 0;
  nodes = 0;
  addNode(node) {
    super.addNode(node);
    if (++this.nodes > MAX_NODES) this.exceeded = `the page holds more than ${MAX_NODES} elements and texts`;
    if (this.tagStack.length > MAX_DEPTH) this.exceeded = `the page nests elements more than ${MAX_DEPTH} deep`;
    if (this.exceeded) this.stop();
  }
};
function isNoise(text4) {
  const start = text4.slice(0, 4096);
  const noise = start.match(/[\u0000-\u0008\u000e-\u001f\ufffd]/g)?.length ?? 0;
  return noise > 40 && noise * 50 > start.length;
}

// src/archive/garbled.ts
var isGarbled = (before, after) => isMisread(before.title, after.title) || isMisread(before.excerpt, after.excerpt);
var looksGarbled = ({ title, excerpt }) => looksMisread(`${title} ${excerpt}`);
function garbledListing(shown, kept) {
  const known = new Map(kept.map((article) => [article.key, article]));
  const fresh = shown.filter(({ key }) => !known.has(key));
  const pairs = shown.flatMap((article) => {
    const before = known.get(article.key);
    return before && canBeGarbled(before) ? [{ before, article }] : [];
  });
  const garbled = pairs.filter(({ before, article }) => isGarbled(before, article)).length;
  const looking = fresh.filter(looksGarbled).length;
  if (!isMost(garbled, pairs.length) && !isMost(looking, fresh.length)) return void 0;
  return failure("garbled", "the page's characters are garbled, as if it was read in a wrong charset");
}
var canBeGarbled = (article) => (canBeMisread(article.title) || canBeMisread(article.excerpt)) && !looksGarbled(article);
var isMost = (some, all) => some >= 2 && some * 2 >= all;
function withoutGarbled(shown, kept) {
  const known = new Map(kept.map((article) => [article.key, article]));
  return shown.map((article) => {
    const before = known.get(article.key);
    if (!before || !isGarbled(before, article)) return article;
    return { ...article, title: before.title, excerpt: before.excerpt };
  });
}
function garbledArticlePage({ article, body = "" }, kept) {
  const looks = looksGarbled(article) || looksMisread(plainText(body));
  if (!isGarbled(kept, article) && (looksGarbled(kept) || !looks)) return void 0;
  return failure("garbled", "the article's characters are garbled, as if its page was read in a wrong charset");
}

// src/archive/coverage.ts
function cover(coverage, segment) {
  const [oldest = "", newest = oldest] = [segment.dates[0], segment.dates.at(-1)];
  const depth = depthOf(segment);
  if (!coverage) {
    const gap = { after: "", before: oldest, ...depth };
    return { coverage: { newest, gaps: [gap] }, opened: [bare3(gap)], filled: [] };
  }
  const narrowed = coverage.gaps.map((gap) => narrow(gap, segment));
  const gaps = narrowed.flatMap(({ rest }) => rest);
  const opened = [];
  if (oldest > coverage.newest && !coverage.gaps.some((gap) => adjoins(segment, gap))) {
    const gap = { after: coverage.newest, before: oldest, ...depth };
    gaps.push(gap);
    opened.push(bare3(gap));
  }
  const filled = narrowed.flatMap((gap) => gap.filled ?? []);
  return { coverage: { newest: latestOf([coverage.newest, newest]), gaps }, opened, filled };
}
var depthOf = ({ to }) => to === void 0 ? {} : { depth: to };
function narrow(gap, segment) {
  const [oldest = "", newest = oldest] = [segment.dates[0], segment.dates.at(-1)];
  const inside = segment.dates.filter((date) => date > gap.after && date < gap.before);
  const meetsAbove = adjoins(segment, gap) || newest >= gap.before && !isBelow(segment, gap);
  const meetsBelow = segment.dates.length > 0 && oldest <= gap.after;
  if (inside.length === 0 && !(meetsAbove && meetsBelow))
    return { rest: [adjoins(segment, gap) ? { ...gap, ...depthOf(segment) } : gap] };
  const [lowest = gap.before, highest = lowest] = [inside[0], inside.at(-1)];
  return {
    rest: [
      ...meetsBelow ? [] : [{ after: gap.after, before: lowest, ...depthOf(segment) }],
      ...meetsAbove ? [] : [{ ...gap, after: highest }]
    ],
    filled: { after: meetsBelow ? gap.after : lowest, before: meetsAbove ? gap.before : highest }
  };
}
var adjoins = ({ from = 0, to = 0 }, { depth = 0 }) => from > 0 && from <= depth && to > depth;
var isBelow = ({ from = 0 }, { depth = Number.POSITIVE_INFINITY }) => from > depth;
var bare3 = ({ after, before }) => ({ after, before });
var knownGaps = (coverage) => (coverage?.gaps ?? []).filter(({ after }) => after !== "");
var completeSince = (coverage) => coverage?.gaps.at(-1)?.before;
var JUMP = 30 * DAY;
function longestRun(dates) {
  const tails = [];
  const before = [];
  for (let i = 0; i < dates.length; i++) {
    const date = dates[i];
    let low = 0;
    for (let high = tails.length; low < high; ) {
      const middle = low + high >> 1;
      if (dates[tails[middle]] > date) low = middle + 1;
      else high = middle;
    }
    before.push(low > 0 ? tails[low - 1] : -1);
    tails[low] = i;
  }
  const run = [];
  for (let i = tails.at(-1) ?? -1; i >= 0; i = before[i]) run.push(dates[i]);
  while (run.length > 2) {
    const [a = 0, b = 0, newest = 0] = [run[0], run[1], run.at(-1)].map((date) => Date.parse(date));
    if (b - a <= Math.max(JUMP, newest - b)) break;
    run.shift();
  }
  return run;
}

// src/archive/listing-coverage.ts
function adjoins2(store, { source: source2, site, timeZone, articles }) {
  const coverage = store.sources.get(source2).coverage;
  if (!coverage || articles.length === 0) return true;
  const known = store.byKeys(site, [...new Set(articles.map(({ key }) => key))]);
  const dates = new Map(
    known.map(({ key, n, sources }) => [key, sourcesOf({ sources }).includes(source2) ? publishedOf(n) : ""])
  );
  const shown = articles.map(
    ({ key, day, collectedAt }) => dates.get(key) || estimatedDate(day, collectedAt, timeZone)
  );
  const run = longestRun(shown);
  return [...dates.values()].some(
    (date) => date !== "" && date <= coverage.newest && run.includes(date) && !coverage.gaps.some(({ after, before }) => date > after && date < before)
  );
}
function estimatedDate(day, collectedAt, timeZone) {
  if (collectedAt !== void 0 && dayOf(collectedAt, timeZone) === day) return instant(collectedAt);
  const end = dayEnd(day, timeZone) - 1e3;
  return Number.isNaN(end) ? "" : instant(end);
}
function gapAround(coverage, { articles, timeZone }) {
  const days = articles.map(({ day }) => day).sort();
  const [oldest = "", newest = ""] = [days[0], days.at(-1)];
  return coverage?.gaps.findLast(
    ({ after, before }) => newest <= dayOf(Date.parse(before), timeZone) && (after === "" || oldest >= dayOf(Date.parse(after), timeZone))
  );
}
function coverListing(store, { source: source2, timeZone, articles, from, to, listsOneDay }, rows, before, at2) {
  const seen = /* @__PURE__ */ new Set();
  const shown = articles.flatMap(({ key, collectedAt }) => {
    const row = rows.get(key);
    if (!row || seen.has(key)) return [];
    seen.add(key);
    return [{ date: publishedOf(row.n), imported: collectedAt !== void 0 && row.day_only === 1 }];
  });
  const own = shown.filter(({ imported }) => !imported);
  const run = longestRun((own.length * 2 >= shown.length ? own : shown).map(({ date }) => date));
  const [oldest] = run;
  if (oldest === void 0 && !(before && to)) return void 0;
  const midnightOf = (date) => Date.parse(dayOf(Date.parse(date), timeZone));
  const follows = before && oldest && oldest > before.newest && midnightOf(oldest) - midnightOf(before.newest) <= DAY;
  if (listsOneDay && follows) run.unshift(before.newest);
  const place = from === void 0 ? {} : { from, to: to ?? from + seen.size };
  const { coverage, opened, filled } = cover(before, { dates: run, ...place });
  for (const gap of filled) store.append({ at: at2, event: "filled", source: source2, data: { ...gap } });
  for (const gap of opened) store.append({ at: at2, event: "gap", source: source2, data: { ...gap } });
  return JSON.stringify(coverage) === JSON.stringify(before) ? void 0 : coverage;
}

// src/archive/listing-presence.ts
var MAX_LISTED = 500;
function noteListed(store, { source: source2, site, articles }, rows, now) {
  const before = store.sources.get(source2).listed ?? [];
  const known = new Set(before);
  const keys = [...new Set(articles.map(({ key }) => key))].filter((key) => rows.has(key)).slice(0, MAX_LISTED);
  const shown = new Set(keys);
  const left = before.filter((key) => !shown.has(key));
  if (left.length > 0) {
    const [oldest] = longestRun(keys.map((key) => publishedOf(rows.get(key).n)));
    const lastSeen = store.sources.get(source2).status?.lastSuccess ?? null;
    for (const row of store.byKeys(site, left)) {
      store.sql.run("UPDATE listing SET last_seen = ? WHERE source = ? AND n = ?", [lastSeen, source2, row.n]);
      if (oldest && publishedOf(row.n) > oldest && row.gone === null) requestPage(store, row, now);
    }
  }
  for (const key of keys) {
    const row = rows.get(key);
    if (row?.gone && !known.has(key)) requestPage(store, row, now);
  }
  return JSON.stringify(keys) === JSON.stringify(before) ? void 0 : keys;
}

// src/archive/listing-titles.ts
function placesIn(store, source2, rows) {
  const known = store.sql.rows(
    `SELECT listing.n, shown FROM json_each(?) AS wanted CROSS JOIN listing ON listing.source = ? AND listing.n = wanted.value
     WHERE shown IS NOT NULL`,
    [JSON.stringify([...rows].map(({ n }) => n)), source2]
  );
  return new Map(known.map(({ n, shown }) => [n, parsePlace(shown)]));
}
function withCurrentTitles(store, source2, rows, articles) {
  const places = rows.size > 0 ? placesIn(store, source2, rows.values()) : void 0;
  if (!places?.size) return [...articles];
  return articles.map((article) => {
    const row = rows.get(article.key);
    const place = row && places.get(row.n);
    if (!row || !place) return article;
    const { isEdit, place: next } = readTitle(place, article.title, row);
    const isOldExcerpt = place.excerpt !== void 0 && !differs("excerpt", place.excerpt, article.excerpt);
    setPlace(store, source2, row.n, place, next ?? (isOldExcerpt ? { ...place, title: article.title } : void 0));
    return { ...article, ...!isEdit && next && { title: row.title }, ...isOldExcerpt && { excerpt: row.excerpt } };
  });
}
function withoutOldCopies(store, source2, rows, articles, isLook = false) {
  const isSame = (one, other) => !differs("title", one.title, other.title) && !differs("excerpt", one.excerpt, other.excerpt);
  const isOld = memoize(() => {
    if (!isLook) return true;
    const [newest = 0] = store.sql.column(
      `SELECT n FROM listing JOIN article USING (n) WHERE listing.source = ? AND gone IS NULL AND absent IS NULL
       ORDER BY n DESC LIMIT 1`,
      [source2]
    );
    return articles.every(({ key }) => (rows.get(key)?.n ?? newest) < newest);
  });
  return articles.map((article) => {
    const row = rows.get(article.key);
    if (!row || isSame(row, article) || !isOld()) return article;
    const wasShown = earlierWords(store, row).some((earlier) => isSame(earlier, article));
    return wasShown ? { ...article, title: row.title, excerpt: row.excerpt } : article;
  });
}
var earlierWords = (store, { seq }) => store.sql.rows(
  `WITH RECURSIVE version (seq) AS (SELECT ? UNION ALL SELECT previous FROM version JOIN journal USING (seq) WHERE previous)
     SELECT title, excerpt FROM version JOIN journal USING (seq) LIMIT 50`,
  [seq]
);
function setPlace(store, source2, n, before, after) {
  const text4 = after ? JSON.stringify(after) : null;
  if (text4 === JSON.stringify(before)) return;
  store.sql.run("UPDATE listing SET shown = ? WHERE source = ? AND n = ?", [text4, source2, n]);
}
function markOthersBehind(store, row, editor) {
  const { title, excerpt, n } = row;
  const editorPlace = editor === void 0 ? parsePlace(row.page_title) : void 0;
  for (const source2 of sourcesOf(row).filter((id2) => id2 !== editor)) {
    const [listed2] = store.sql.rows(
      `SELECT shown FROM listing
       WHERE source = ? AND n = ?`,
      [source2, n]
    );
    if (!listed2) continue;
    const place = placeBehind(parsePlace(listed2.shown), { title, excerpt }, editorPlace);
    store.sql.run("UPDATE listing SET shown = ? WHERE source = ? AND n = ?", [JSON.stringify(place), source2, n]);
  }
  if (editor === void 0 || row.page_seen === null) return;
  store.update(n, { page_title: JSON.stringify(placeBehind(parsePlace(row.page_title), { title }, void 0)) });
}

// src/archive/noise.ts
var NOISY_LOOKS = 3;
var MIN_ARTICLES = 8;
var QUIET_PERIOD = 1.5 * DAY;
var mustParseAgain = (noise, now) => noise !== void 0 && (hasEnded(noise, now) || noise.editLimited !== void 0);
var hasEnded = ({ last }, now) => last !== void 0 && now - Date.parse(last) >= QUIET_PERIOD;
function suppressNoise(shown, kept, noise, now) {
  const pairs = pairsOf2(shown, kept);
  const limited = pairs.filter(([article, before]) => isChanged(article, before) && isEditLimited(before, now));
  const more = limited.length > 0 && { editLimited: limited.map(([{ key }]) => key) };
  const state = noise?.since ? stateDuring(noise, pairs, now) : stateBefore(noise, pairs, now);
  const next = state || more ? { looks: [], ...state, ...more } : void 0;
  const isOver = next?.since !== void 0 && hasEnded(next, now);
  return isOver ? { articles: [...shown], noise: void 0 } : { articles: withKeptTexts(shown, kept, next), noise: next };
}
function stateDuring(noise, pairs, now) {
  const seen = pairs.filter(([{ key }]) => noise.shown?.[key] !== void 0);
  const changed = seen.filter(([article]) => noise.shown?.[article.key] !== digest(article));
  const last = isMajority(changed.length, seen.length) ? instant(now) : noise.last;
  return { looks: [], since: noise.since, ...last && { last }, shown: digestsOf(pairs) };
}
function stateBefore(noise, pairs, now) {
  const at2 = instant(now);
  const recent = (noise?.looks ?? []).filter((look) => now - Date.parse(look) < DAY);
  const changed = pairs.filter(([article, before]) => isChanged(article, before)).length;
  const looks = pairs.length >= MIN_ARTICLES && isMajority(changed, pairs.length) ? [...recent, at2] : recent;
  if (looks.length >= NOISY_LOOKS) return { looks: [], since: at2, last: at2, shown: digestsOf(pairs) };
  return looks.length > 0 ? { looks } : void 0;
}
function withKeptTexts(shown, kept, noise) {
  if (!noise?.since) return [...shown];
  const pairs = pairsOf2(shown, kept);
  const titles = noisyTexts(pairs, "title");
  const excerpts = noisyTexts(pairs, "excerpt");
  return shown.map((article) => ({
    ...article,
    title: titles.get(article.key) ?? article.title,
    excerpt: excerpts.get(article.key) ?? article.excerpt
  }));
}
function noisyTexts(pairs, field) {
  const changed = pairs.filter(([article, before]) => differs(field, before[field], article[field]));
  if (!isMajority(changed.length, pairs.length)) return /* @__PURE__ */ new Map();
  const onlyNumbers = changed.filter(
    ([article, before]) => !differs(field, withoutNumbers(before[field]), withoutNumbers(article[field]))
  );
  const noisy = isMajority(changed.length - onlyNumbers.length, pairs.length) ? changed : onlyNumbers;
  return new Map(noisy.map(([{ key }, before]) => [key, before[field]]));
}
function pairsOf2(shown, kept) {
  const byKey = new Map(kept.map((article) => [article.key, article]));
  return shown.flatMap((article) => {
    const before = byKey.get(article.key);
    return before ? [[article, before]] : [];
  });
}
var isMajority = (some, all) => some > 0 && some * 2 >= all;
var isChanged = (shown, { title, excerpt }) => differs("title", title, shown.title) || differs("excerpt", excerpt, shown.excerpt);
var withoutNumbers = (text4) => text4.replace(lazyPattern.gu`\p{Nd}+(?:[.,:]\p{Nd}+)*`, "#");
var digestsOf = (pairs) => Object.fromEntries(pairs.map(([article]) => [article.key, digest(article)]));
var digest = ({ title, excerpt }) => fingerprint(`${title}
${excerpt}`);

// src/archive/commit-listing.ts
var RefusedPage = class extends Error {
  name = "RefusedPage";
  failure;
  constructor(failure2) {
    super(failure2.detail);
    this.failure = failure2;
  }
};
function commitListing(store, listing, noise, now) {
  const { source: source2, site, outlet } = listing;
  const at2 = store.eventTime(now);
  const known = store.byKeys(site, [...new Set(listing.articles.map(({ key }) => key))]);
  const rows = new Map(known.map((row) => [row.key, row]));
  const before = known.map((row) => store.articleOf(row));
  const corrected = correctTexts(store, listing, rows, before, noise, now);
  const correctedListing = { ...listing, articles: corrected.articles };
  const coverage = store.sources.get(source2).coverage;
  const window = listing.from ? gapAround(coverage, correctedListing) : void 0;
  const { ranges, taken, listed: listed2 } = neighbours(store, correctedListing, rows, now);
  const lowest = listing.articles.at(-1)?.key ?? "";
  const isOpen = listing.unbroken && !listing.listsOneDay && coverage !== void 0 && !rows.has(lowest);
  const around2 = { taken, window, isOpen };
  const { changed, added, undated: undated2 } = merge([...before, ...listed2], corrected.articles, listing, now, around2);
  for (const key of undated2) logError("undated", "the day is in no calendar", { source: source2, key });
  const dated2 = withFreeDates(store, changed.slice(0, added).reverse(), ranges);
  const ofOutlet = dated2.map((article) => ({ ...article, outlet }));
  const fresh = addArticles(store, ofOutlet, at2);
  for (const row of fresh) rows.set(row.key, row);
  let edited = 0;
  for (const article of changed.slice(added)) {
    if (commitChange(store, rows.get(article.key), article, source2, now)) edited++;
  }
  const newlyListed = known.toReversed().filter((row) => !sourcesOf(row).includes(source2));
  for (const row of newlyListed) store.listUnder(row, { source: source2, at: at2 }, outlet);
  const changedKeys = new Set([...changed, ...newlyListed].map(({ key }) => key));
  const others = known.filter(({ key }) => changedKeys.has(key)).map(({ n }) => n);
  for (const n of mayHaveCopies(store, [...store.byNumbers(others), ...fresh])) joinCopies(store, n, { source: source2, at: at2 });
  store.sources.save(source2, {
    coverage: listing.unbroken ? coverListing(store, correctedListing, rows, coverage, at2) : void 0,
    listed: listing.isLook ? noteListed(store, correctedListing, rows, now) : void 0
  });
  return { added: added + newlyListed.length, edited, noise: corrected.noise, isOld: corrected.isOld };
}
function correctTexts(store, listing, rows, before, noise, now) {
  const garbled = garbledListing(listing.articles, before);
  if (garbled) throw new RefusedPage(garbled.failure);
  const { source: source2, isLook } = listing;
  const shown = withCurrentTitles(store, source2, rows, withoutGarbled(listing.articles, before));
  const current = withoutOldCopies(store, source2, rows, shown, isLook);
  if (!isLook) {
    const listed2 = new Set(store.sources.get(source2).listed);
    const others = current.map((article) => {
      const row = listed2.has(article.key) ? rows.get(article.key) : void 0;
      return row ? { ...article, title: row.title, excerpt: row.excerpt } : article;
    });
    return { articles: withKeptTexts(others, before, noise), noise, isOld: false };
  }
  const result = suppressNoise(current, before, noise, now);
  if (result.noise?.since && !noise?.since) log("noisy", { source: source2 });
  return { ...result, isOld: current.some((article, i) => article !== shown[i]) };
}
function commitChange(store, row, article, source2, now) {
  const cause = { source: source2, at: store.eventTime(now) };
  const isEdit = article.updated !== row.updated;
  if (isEdit && instant(now) < store.versionTime(row)) return false;
  const after = isEdit ? { ...article, updated: nextUpdated(row.updated, Date.parse(cause.at)) } : article;
  store.change(row, after, store.textOf(row), isEdit ? "edited" : "enriched", cause);
  const { title, excerpt } = article;
  if (title !== row.title || excerpt !== row.excerpt) touchCopies(store, row.n, cause);
  if (!isEdit) return false;
  markOthersBehind(store, row, source2);
  requestPage(store, row, now);
  return true;
}
function neighbours(store, { source: source2, site, timeZone, articles }, rows, now) {
  const days = new Set(articles.filter(({ key }) => !rows.has(key)).map(({ day }) => day));
  if ([...days].some((day) => dayStart(day, timeZone) > now)) days.add(dayOf(now, timeZone));
  const ranges = [...days].filter(isDay).map((day) => [firstOf(dayStart(day, timeZone)), lastOf2(dayEnd(day, timeZone) - 1e3)]);
  const others = ranges.length > 0 ? store.between(site, ranges) : [];
  const own = others.filter(({ key, sources }) => !rows.has(key) && sourcesOf({ sources }).includes(source2));
  const listed2 = store.byNumbers(own.map(({ n }) => n)).map((row) => store.articleOf(row));
  return { ranges, taken: others.map(({ n }) => publishedOf(n)), listed: listed2 };
}
function withFreeDates(store, articles, known) {
  const rowOf3 = ({ site }, published) => rowNumber(published, store.sites.numberOf(site));
  const wanted2 = articles.map((article) => rowOf3(article, article.published));
  if (wanted2.every((n) => known.some(([first, last]) => n >= first && n <= last))) return articles;
  const taken = new Set(
    store.sql.column(
      `SELECT n FROM json_each(?) AS wanted
       CROSS JOIN article ON n = wanted.value`,
      [JSON.stringify(wanted2)]
    )
  );
  return articles.map((article) => {
    let { published } = article;
    let n = rowOf3(article, published);
    while (taken.has(n) || published !== article.published && store.byNumbers([n]).length > 0) {
      published = instant(Date.parse(published) - 1e3);
      n = rowOf3(article, published);
    }
    taken.add(n);
    return { ...article, published, updated: published };
  });
}

// src/scrape/reprints.ts
var MIN_SHARED = { ofShorter: 0.8, ofLonger: 0.55 };
var PARTS_PER_DIFFERENCE = { words: 150, characters: 250 };
var WEIGHT_IN_RUN = 3;
var MIN_SLIP_LENGTH = 6;
function isReprint(a, b) {
  const [first, second] = [comparableText(a), comparableText(b)];
  const kind = first.isCharacters ? "characters" : "words";
  const [ownOfFirst, ownOfSecond] = [ownParts(first, second), ownParts(second, first)];
  const shared = [first.list.length - ownOfFirst.length, second.list.length - ownOfSecond.length];
  const shorter = Math.min(first.list.length, second.list.length);
  const longer = Math.max(first.list.length, second.list.length);
  if (shorter === 0 || Math.min(...shared) < shorter * MIN_SHARED.ofShorter) return false;
  if (Math.min(...shared) < longer * MIN_SHARED.ofLonger) return false;
  const slips = slipsOf(first, ownOfFirst, second, ownOfSecond);
  const [one, two2] = [weigh(first, ownOfFirst, slips), weigh(second, ownOfSecond, slips)];
  const differences = Math.min(one.runs, two2.runs) + Math.max(one.single, two2.single);
  return differences <= Math.floor(shorter / PARTS_PER_DIFFERENCE[kind]);
}
function weigh({ list, weights, isCharacters }, own, slips) {
  let [runs, single] = [0, 0];
  for (let i = 0; i < own.length; i++) {
    const at2 = own[i];
    if (slips.has(list[at2])) continue;
    if (!isCharacters) runs += weights[at2];
    else if (own[i - 1] === at2 - 1 || own[i + 1] === at2 + 1) runs += WEIGHT_IN_RUN;
    else single += weights[at2];
  }
  return { runs, single };
}
function ownParts(tokens, other) {
  const known = new Set(shinglesOf(other));
  const own = [];
  let coveredTo = 0;
  const shingles = shinglesOf(tokens);
  for (let at2 = 0; at2 < tokens.list.length; at2++) {
    if (known.has(shingles[at2])) coveredTo = at2 + tokens.width;
    if (at2 >= coveredTo) own.push(at2);
  }
  return own;
}
function slipsOf(first, ownOfFirst, second, ownOfSecond) {
  const spellings = /* @__PURE__ */ new Map();
  const others = new Set(ownOfSecond.map((at2) => second.list[at2]));
  for (const word of others) {
    for (const key of withoutALetter(word)) {
      const words = spellings.get(key);
      if (words) words.push(word);
      else spellings.set(key, [word]);
    }
  }
  const slips = /* @__PURE__ */ new Set();
  for (const at2 of ownOfFirst) {
    const word = first.list[at2];
    for (const other of withoutALetter(word).flatMap((key) => spellings.get(key) ?? [])) {
      if (!isSlip(word, other)) continue;
      slips.add(word);
      slips.add(other);
    }
  }
  return slips;
}
function isSlip(a, b) {
  const start = commonStartLength(a, b);
  const end = commonEndLength(a, b, Math.min(a.length, b.length) - start);
  const [ofA, ofB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return ofA.length < 2 && ofB.length < 2 || ofA.length === 2 && ofA[0] === ofB[1] && ofA[1] === ofB[0];
}
function withoutALetter(word) {
  if (word.length < MIN_SLIP_LENGTH || word.length > 30 || lazyPattern.u`\p{N}`.test(word)) return [];
  return [word, ...Array.from(word, (_, i) => word.slice(0, i) + word.slice(i + 1))];
}

// src/archive/reprints.ts
var WITHIN = 3 * DAY;
var MAX_SIGNATURES = 3e3;
var MAX_TEXTS2 = 4;
var MAX_REPRINTS = 24;
function findReprint(store, n, cause) {
  const [row] = store.byNumbers([n]);
  const signature = signatureOf(store.sql, n);
  if (!row || row.outlet === null || signature === void 0 || clusterOf(store, n)) return;
  const text4 = plainText(store.textOf(row));
  const other = candidates(store, row, signature).find(
    (candidate) => isReprint(text4, plainText(store.textOf(candidate)))
  );
  if (other) addReprint(store, row, other, cause);
}
function candidates(store, row, signature) {
  const published = Date.parse(publishedOf(row.n));
  const similar = store.sql.rows(
    "SELECT n, signature FROM text_signature WHERE n BETWEEN ? AND ? AND language = ? ORDER BY n DESC LIMIT +?",
    [firstOf(published - WITHIN), lastOf2(published + WITHIN), row.language, MAX_SIGNATURES]
  ).map(({ n, signature: other }) => ({ n, similarity: similarityOf(signature, other) })).filter(({ n, similarity }) => n !== row.n && similarity >= MIN_SIMILARITY).sort((a, b) => b.similarity - a.similarity || a.n - b.n).slice(0, MAX_REPRINTS);
  return store.byNumbers(similar.map(({ n }) => n)).filter((other) => other.outlet !== null && other.outlet !== row.outlet && !hasOther(store, other, row)).slice(0, MAX_TEXTS2);
}
function hasOther(store, { n }, { outlet }) {
  const first = clusterOf(store, n);
  if (first === void 0) return false;
  const outlets = store.sql.column(
    "SELECT outlet FROM reprint JOIN article USING (n) WHERE reprint.first = ?",
    [first]
  );
  return outlets.length >= MAX_REPRINTS || outlets.includes(outlet);
}

// src/archive/commit-page.ts
function commitPage(store, page, now) {
  const { source: source2, site, timeZone, article } = page;
  const known = store.byKey(site, article.key);
  const garbled = garbledArticlePage(page, known ?? { title: "", excerpt: "" });
  if (garbled) throw new RefusedPage(garbled.failure);
  if (known) return commitKnownPage(store, known, page, now);
  const alone = { source: source2, site, timeZone, articles: [article], unbroken: false };
  const { added } = commitListing(store, alone, void 0, now);
  const row = store.byKey(site, article.key);
  if (!row) {
    const detail = "the page prints no day, and no listing has shown the article yet: push the listing first";
    throw new RefusedPage({ reason: "unreadable-dates", detail });
  }
  return { ...commitKnownPage(store, row, page, now), added, enriched: 0 };
}
function commitKnownPage(store, row, page, now) {
  const { source: source2, article, body } = page;
  const cause = { source: source2, at: store.eventTime(now) };
  const before = store.articleOf(row);
  const html2 = store.textOf(row);
  const doubt = doubtOf(row, html2, { ...article, body }, now, (title) => isDoubted(store, row, title));
  if (doubt !== void 0) return { added: 0, edited: 0, doubt };
  const after = withPageFields(before, page);
  const isCurrent = instant(now) >= store.versionTime(row);
  const newText = isCurrent ? newTextOf(html2, body) : void 0;
  const isNewTitle = isCurrent && isPageTitleNew(row, before, article.title, now);
  if (newText === void 0 && !isNewTitle) return commitPageFields(store, row, after, cause);
  if (isNewTitle) after.title = article.title;
  const isEdit = isNewTitle || html2 !== "";
  if (isEdit) after.updated = nextUpdated(before.updated, Date.parse(cause.at));
  if (newText !== void 0) Object.assign(after, fieldsFromText(before, newText));
  store.change(row, after, newText === void 0 ? html2 : body, isEdit ? "edited" : "text", cause);
  if (isNewTitle) markOthersBehind(store, row, void 0);
  touchCopies(store, row.n, cause);
  joinCopies(store, row.n, cause);
  if (newText !== void 0) findReprint(store, row.n, cause);
  return { added: 0, edited: Number(isEdit), enriched: Number(!isEdit) };
}
var fieldsFromText = ({ excerpt }, text4) => ({
  excerpt: excerpt === "" ? cutAtWord(text4, EXCERPT_LENGTH) : excerpt,
  signature: minHashOf(text4) ?? ""
});
function newTextOf(html2, body) {
  if (body === void 0 || body === html2) return void 0;
  if (withoutHiddenSpace(body) === withoutHiddenSpace(composed(html2))) return void 0;
  const text4 = plainText(body);
  return isMisread(plainText(html2), text4) ? void 0 : text4;
}
function commitPageFields(store, row, after, cause) {
  const before = store.articleOf(row);
  if (JSON.stringify(after) === JSON.stringify(before)) return { added: 0, edited: 0, enriched: 0 };
  store.change(row, after, store.textOf(row), "enriched", cause);
  joinCopies(store, row.n, cause);
  if (before.outlet === void 0 && after.outlet !== void 0) findReprint(store, row.n, cause);
  return { added: 0, edited: 0, enriched: 1 };
}
function withPageFields(before, { original, image, outlet, copyOf: copyOf2 }) {
  return {
    ...before,
    ...original && !before.original && { original },
    ...image && !before.image && { image },
    ...outlet && !before.outlet && { outlet },
    ...copyOf2 && !before.copyOf && { copyOf: addressOf(copyOf2.site, copyOf2.key) }
  };
}
var isDoubted = (store, { n }, title) => store.sql.rows(
  "SELECT 1 FROM article WHERE page_doubt IS NOT NULL AND n <> ? AND json_extract(page_doubt, '$.title') = ? LIMIT 1",
  [n, title]
).length > 0;
var isPageTitleNew = (row, before, title, now) => readPageTitle(row, title).isEdit && !isEditedTooOften(before, "title", now);

// src/query/parameters.ts
import * as v3 from "valibot";

// src/query/near-name.ts
import leven from "leven";
function nearest(typed, names, most, distanceTo = leven) {
  const [near] = names.map((name2) => ({ name: name2, distance: distanceTo(name2, typed) })).filter(({ name: name2, distance }) => distance <= Math.min(most, name2.length / 2)).sort((a, b) => a.distance - b.distance);
  return near?.name;
}
var SYNONYMS = new Map(
  Object.entries({
    since: "from after start newer",
    until: "to end older",
    q: "s search query text keyword keywords words",
    limit: "n count num max size per_page items",
    lang: "hl language languages locale",
    sort: "order order_by",
    content: "full fulltext body",
    before: "cursor",
    filter: "match regex include",
    filterout: "exclude not"
  }).flatMap(([name2, others]) => others.split(" ").map((other) => [other, name2]))
);
function nearParameter(name2, knownNames) {
  const typed = name2.slice(0, 40).toLowerCase();
  const meant = SYNONYMS.get(typed) ?? "";
  if (knownNames.includes(meant)) return meant;
  return nearest(
    typed,
    knownNames,
    2,
    (known) => known.length > 1 && typed.startsWith(known) ? 1.5 : leven(typed, known)
  );
}

// src/query/search-terms.ts
var MAX_QUERY_LENGTH = 256;
var MAX_TERMS = 20;
var TOKEN = /\s*(?:(\|)|(-?)(title:)?(?:"([^"]*)(")?|([^\s"|]+)))/giy;
function parseSearchTerms(q) {
  if (q.length > MAX_QUERY_LENGTH) throw tooLong(q.length, "");
  const clauses = [];
  let count2 = 0;
  let afterBar = false;
  for (const token of tokensOf2(normalize2(q))) {
    if (token === "|") {
      if (clauses.length === 0 || afterBar) throw new RangeError('has a "|" without a word before it');
      afterBar = true;
      continue;
    }
    if (++count2 > MAX_TERMS) throw new RangeError(`has more than ${MAX_TERMS} words`);
    const { term, negated } = token;
    if (afterBar) addAlternative(clauses.at(-1), term, negated);
    else clauses.push({ anyOf: [term], negated });
    afterBar = false;
  }
  if (afterBar) throw new RangeError('has a "|" without a word after it');
  const { length } = canonicalSearchTerms(clauses);
  if (length > MAX_QUERY_LENGTH) throw tooLong(length, " in its canonical spelling");
  return clauses;
}
function* tokensOf2(text4) {
  for (const [, bar, minus, field, phrase, closed, bare4] of text4.matchAll(TOKEN)) {
    if (bar) {
      yield "|";
      continue;
    }
    if (phrase !== void 0 && !closed) throw new RangeError('has a quote (") that is not closed');
    const word = (phrase ?? bare4 ?? "").trim();
    if (word === "") throw new RangeError('has an empty phrase ("")');
    if (!/^-*$/.test(word))
      yield { term: { text: word, folded: fold(word), titleOnly: Boolean(field) }, negated: minus === "-" };
  }
}
function addAlternative(clause, term, negated) {
  if (negated || clause.negated) throw new RangeError('has "|" beside a word with "-"; write -one -two instead');
  clause.anyOf.push(term);
}
var tooLong = (length, spelling) => new RangeError(`has ${length} characters${spelling}; at most ${MAX_QUERY_LENGTH} are allowed`);
function canonicalSearchTerms(terms) {
  const spell2 = ({ text: text4, titleOnly }) => {
    const needsQuotes = /[\s"|]/.test(text4) || /^(?:-|,|title:)/.test(text4);
    return `${titleOnly ? "title:" : ""}${needsQuotes ? `"${text4}"` : text4}`;
  };
  const clauses = terms.map(
    ({ anyOf, negated }) => (negated ? "-" : "") + [...new Set(anyOf.map(spell2))].sort().join(" | ")
  );
  return [...new Set(clauses)].sort().join(" ");
}
function searchText(title, rest) {
  return { title: fold(normalize2(title)), rest: fold(normalize2(rest)) };
}
function matchesTerms(terms, text4) {
  return terms.every(({ anyOf, negated }) => negated !== anyOf.some((term) => occurs(term, text4)));
}
var occurs = ({ folded: folded2, titleOnly }, { title, rest }) => indexOfTerm(folded2, title, 0) >= 0 || !titleOnly && indexOfTerm(folded2, rest, 0) >= 0;
function indexOfTerm(term, text4, from) {
  const found = [
    startsSpaced(term) ? indexAfter(term, text4, from, (at2) => !isSpacedAt(text4, at2)) : text4.indexOf(term, from),
    ...startVariants(term).map((variant) => indexAfter(variant, text4, from, (at2) => !isLetterAt(text4, at2)))
  ].filter((at2) => at2 >= 0);
  return found.length > 0 ? Math.min(...found) : -1;
}
function indexAfter(term, text4, from, isAllowed) {
  let at2 = text4.indexOf(term, from);
  while (at2 > 0 && !isAllowed(at2 - 1)) at2 = text4.indexOf(term, at2 + 1);
  return at2;
}
function startVariants(term) {
  return isUnspacedLetter(term.charAt(1)) ? initialVariants(term.charAt(0)).map((first) => first + term.slice(1)) : [];
}
var startsSpaced = (term) => isSpaced(String.fromCodePoint(term.codePointAt(0) ?? 32));
var isSpacedAt = (text4, at2) => isSpaced(characterBefore(text4, at2));
var isLetterAt = (text4, at2) => isSpacedAt(text4, at2) || isUnspacedLetter(characterBefore(text4, at2));
function occurrences(terms, text4) {
  const wanted2 = terms.filter(({ negated }) => !negated).flatMap(({ anyOf }) => anyOf.map((term) => term.folded));
  if (wanted2.length === 0) return [];
  const { folded: folded2, starts, ends } = foldWithPlaces(text4);
  const found = [];
  for (const term of wanted2) {
    let from = indexOfTerm(term, folded2, 0);
    for (; from >= 0; from = indexOfTerm(term, folded2, from + term.length))
      found.push([starts[from] ?? 0, ends[from + term.length - 1] ?? text4.length]);
  }
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  let covered = 0;
  return found.filter(([start, end]) => {
    if (start < covered) return false;
    covered = end;
    return true;
  });
}

// src/query/times.ts
var UNITS = { h: HOUR, d: DAY, w: 7 * DAY };
var MAX_INSTANT = Date.parse("9999-12-31T15:00:00Z");
var FIRST_DAY = "1899-12-31";
var MAX_AGE = 3660 * DAY;
var INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+ -]\d\d:\d\d)$/i;
function parseBound(text4) {
  const [date, year, month, dayOfMonth] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text4) ?? [];
  const day = calendarDay(Number(year), Number(month), Number(dayOfMonth));
  if (date === text4) return day === void 0 ? void 0 : { day };
  const age = /^(\d{1,5})([hdw])$/i.exec(text4);
  if (age) {
    const ms = Number(age[1]) * (UNITS[(age[2] ?? "").toLowerCase()] ?? 0);
    return ms > 0 && ms <= MAX_AGE ? { age: ms } : void 0;
  }
  if (!INSTANT.test(text4) || day === void 0 && date !== FIRST_DAY) return void 0;
  const at2 = Date.parse(text4.replace(" ", "+").toUpperCase());
  return Number.isNaN(at2) || at2 >= MAX_INSTANT ? void 0 : { at: at2 };
}
function canonicalBound(bound2) {
  if ("day" in bound2) return bound2.day;
  if ("at" in bound2) return bound2.at % 1e3 === 0 ? instant(bound2.at) : new Date(bound2.at).toISOString();
  return bound2.age % DAY === 0 ? `${bound2.age / DAY}d` : `${bound2.age / HOUR}h`;
}
function sinceText(bound2, now) {
  if ("day" in bound2) return instant(dayStart(bound2.day, BRIDGE_ZONE));
  return instant(Math.ceil(("at" in bound2 ? bound2.at : now - bound2.age) / 1e3) * 1e3);
}
function untilText(bound2, now) {
  if ("day" in bound2) return instant(dayEnd(bound2.day, BRIDGE_ZONE) - 1);
  return instant("at" in bound2 ? bound2.at : now - bound2.age);
}

// src/query/parameters.ts
var text2 = (maxLength5) => v3.pipe(v3.string(), v3.maxLength(maxLength5));
var wholeNumber = (min, max) => v3.pipe(v3.string(), v3.regex(/^\d{1,9}$/), v3.transform(Number), v3.minValue(min), v3.maxValue(max));
var parsedBy = (parse2) => v3.rawTransform(({ dataset, addIssue, NEVER }) => {
  try {
    const value = parse2(dataset.value);
    if (value !== void 0) return value;
    addIssue({ message: "" });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    addIssue({ message: error.message });
  }
  return NEVER;
});
var choice = (...values) => v3.pipe(v3.string(), v3.toLowerCase(), v3.picklist(values));
var flag = v3.pipe(
  v3.string(),
  v3.toLowerCase(),
  v3.picklist(["true", "false", "1", "0"]),
  v3.transform((value) => value === "true" || value === "1")
);
var MAX_LIMIT = 500;
var [MIN_BRIEF, MAX_BRIEF] = [100, 1e5];
var MAX_SECONDS = 999999999;
var DEFAULT_LIMIT = 50;
var MAX_IN_WINDOW = 200;
var DEFAULT_LIMIT_TEXT = `${DEFAULT_LIMIT}, or all articles of three days if those are more, but at most ${MAX_IN_WINDOW}`;
var bound = "a Korean day (2026-01-30), an instant (2026-01-30T09:00:00Z) or an age (24h, 7d, 2w)";
var regex3 = "a regular expression (RE2) of at most 256 characters";
var regexText = text2(256);
var CURSOR = () => lazyPattern.u`^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)_(\P{C}{1,200})$`;
var cursor = (value) => {
  const [, published = "", key = ""] = CURSOR().exec(value) ?? [];
  const instant3 = published && parseBound(published);
  return instant3 && "at" in instant3 ? { published, key } : void 0;
};
var languages = (value) => {
  const tags = value.toLowerCase().split(/[,+ ]/).filter(Boolean);
  return tags.length > 0 && tags.length <= 20 && tags.every((tag) => /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/.test(tag)) ? [...new Set(tags)].sort() : void 0;
};
var SCHEMAS = {
  before: v3.pipe(text2(240), parsedBy(cursor)),
  brief: wholeNumber(MIN_BRIEF, MAX_BRIEF),
  content: choice("excerpt", "full"),
  edits: choice("all", "substantial"),
  filter: regexText,
  filter_case_sensitive: flag,
  filter_description: regexText,
  filter_time: wholeNumber(1, MAX_SECONDS),
  filter_title: regexText,
  filterout: regexText,
  filterout_description: regexText,
  filterout_title: regexText,
  lang: v3.pipe(text2(100), parsedBy(languages)),
  limit: wholeNumber(1, MAX_LIMIT),
  mode: choice("fulltext"),
  once: flag,
  q: v3.pipe(v3.string(), parsedBy(parseSearchTerms)),
  since: v3.pipe(text2(40), parsedBy(parseBound)),
  sort: choice("newest", "oldest"),
  sorted: flag,
  until: v3.pipe(text2(40), parsedBy(parseBound))
};
var PARAMETERS = {
  q: {
    accepts: `words, at most ${MAX_QUERY_LENGTH} characters and ${MAX_TERMS} words`,
    description: 'title, excerpt or full text contains all words; also `"a phrase"`, `-excluded`, `either | or`, `title:word`'
  },
  since: { accepts: bound, description: "articles published at this time or later" },
  until: { accepts: bound, description: "articles published at this time or earlier; a day includes all of that day" },
  limit: {
    accepts: `a whole number from 1 to ${MAX_LIMIT}`,
    description: "maximum number of articles",
    default: DEFAULT_LIMIT_TEXT
  },
  content: {
    accepts: "excerpt or full",
    description: "show the excerpt from the listing, or the full text if the bridge has it",
    default: "excerpt"
  },
  sort: { accepts: "newest or oldest", description: "which articles come first", default: "newest" },
  once: {
    accepts: "true or false",
    description: "show near-identical articles of several outlets once; the first one names the others",
    default: "false"
  },
  lang: { accepts: "language tags: en, or several: en,ko", description: "only articles in these languages" },
  edits: {
    accepts: "all or substantial",
    description: "in the feed of changes: `substantial` leaves out edits of spaces, punctuation, quotation marks and letter case",
    default: "all"
  },
  before: { accepts: "a cursor from a `next` link", description: "continue after the article that the cursor names" },
  filter: { accepts: regex3, description: "title or text matches", rsshub: true },
  filter_title: { accepts: regex3, description: "title matches", rsshub: true },
  filter_description: { accepts: regex3, description: "text matches", rsshub: true },
  filterout: { accepts: regex3, description: "neither title nor text matches", rsshub: true },
  filterout_title: { accepts: regex3, description: "title does not match", rsshub: true },
  filterout_description: { accepts: regex3, description: "text does not match", rsshub: true },
  filter_case_sensitive: {
    accepts: "true or false",
    description: "whether regular expressions are case-sensitive",
    default: "true",
    rsshub: true
  },
  filter_time: {
    accepts: `seconds, a whole number from 1 to ${MAX_SECONDS}`,
    description: "articles published within this many seconds before now",
    rsshub: true
  },
  brief: {
    accepts: `a whole number from ${MIN_BRIEF} to ${MAX_BRIEF}`,
    description: "maximum number of characters of the text",
    rsshub: true
  },
  sorted: {
    accepts: "true or false",
    description: "accepted for compatibility; articles are always sorted by date",
    default: "true",
    rsshub: true
  },
  mode: { accepts: "fulltext", description: "the same as content=full", rsshub: true }
};
var NAMES = Object.keys(PARAMETERS);
var IGNORED_PARAMETER = /^(?:utm_\w*|fbclid|gclid|_|key)$/;
function parseParameters(query, names = NAMES) {
  const values = {};
  const seen = /* @__PURE__ */ new Set();
  for (const [name2, value] of query) {
    if (IGNORED_PARAMETER.test(name2)) continue;
    if (!isName(name2)) return { error: unknownName(name2, names) };
    if (value.trim() === "") continue;
    const { accepts } = PARAMETERS[name2];
    if (seen.has(name2)) return { error: { parameter: name2, detail: `${name2} is given more than once`, accepts } };
    seen.add(name2);
    const parsed = v3.safeParse(SCHEMAS[name2], SCHEMAS[name2] === regexText ? value : value.trim());
    if (!parsed.success) {
      const reason = parsed.issues[0].type === "raw_transform" ? parsed.issues[0].message : "";
      const detail = reason ? `${name2} ${reason}` : `${name2} takes ${accepts}, not "${shorten(value)}"`;
      return { error: { parameter: name2, detail, accepts } };
    }
    values[name2] = parsed.output;
  }
  return { values };
}
var isName = (name2) => Object.hasOwn(SCHEMAS, name2);
function unknownName(name2, names) {
  const nearest2 = nearParameter(name2, names);
  return {
    parameter: shorten(name2),
    detail: `there is no parameter "${shorten(name2)}"; ${nearest2 ? `did you mean ${nearest2}? There` : "there"} are ${names.join(", ")}`
  };
}
var shorten = (value) => value.length > 60 ? `${value.slice(0, 60)}\u2026` : value;
function canonicalQuery(values) {
  const query = new URLSearchParams();
  for (const name2 of Object.keys(SCHEMAS)) {
    const value = (CANONICAL_VALUES[name2] ?? ((all) => plainValue(name2, all)))(values);
    if (value) query.set(name2, value);
  }
  return query;
}
var CANONICAL_VALUES = {
  before: ({ before }) => before && `${before.published}_${before.key}`,
  content: ({ content, mode }) => content === "full" || mode ? "full" : void 0,
  filter_case_sensitive: (values) => values.filter_case_sensitive === false && hasRegex(values) ? "false" : void 0,
  lang: ({ lang }) => lang?.join(","),
  mode: () => void 0,
  q: ({ q }) => q && canonicalSearchTerms(q),
  since: ({ since }) => since && canonicalBound(since),
  sorted: () => void 0,
  until: ({ until }) => until && canonicalBound(until)
};
function plainValue(name2, values) {
  const value = values[name2];
  return value === void 0 || value === PARAMETERS[name2].default ? void 0 : String(value);
}
var hasRegex = (values) => NAMES.some((name2) => SCHEMAS[name2] === regexText && values[name2] !== void 0);

// src/query/regex-size.ts
var MAX_INSTRUCTIONS = 600;
function programSize(regex6, ignoresCase) {
  const folds = ignoresCase || /\(\?[a-zA-Z]*i/.test(regex6);
  let total = 2;
  const openGroups = [];
  let group = newGroup();
  for (const [token] of regex6.matchAll(TOKEN2)) {
    if (FLAGS.test(token)) continue;
    if (token.startsWith("(")) {
      openGroups.push(group);
      group = newGroup(/^\(\?[^P<]/.test(token) ? 0 : CAPTURE);
    } else if (token === ")") {
      const size = groupSize(group);
      group = openGroups.pop() ?? newGroup();
      append2(group, size);
    } else if (token === "|") {
      group = { ...newGroup(), finished: group.finished + branchSize(group) + 1 };
    } else {
      addToken(group, token);
      if (folds) total += FOLDED_RANGE * nonAsciiRanges(token);
    }
  }
  for (; openGroups.length > 0; group = openGroups.pop()) total += groupSize(group);
  return total + groupSize(group);
}
function addToken(group, token) {
  if (/^[*+?]/.test(token)) group.lastAtom += token.startsWith("*") ? 2 : 1;
  else if (COUNTED.test(token)) group.lastAtom = repeatedSize(group.lastAtom, token);
  else if (token.startsWith("\\Q")) for (const _ of token.slice(2)) append2(group, 1);
  else append2(group, 1 + Math.floor(token.length / CHARACTERS_PER_INSTRUCTION) + UNICODE_CLASS * unicodeClasses(token));
}
var newGroup = (finished = 0) => ({ finished, branch: 0, lastAtom: 0 });
function append2(group, size) {
  group.branch += group.lastAtom;
  group.lastAtom = size;
}
var CAPTURE = 2;
var TOKEN2 = /\\Q[\s\S]*?(?:\\E|$)|\\[pP](?:\{[^}]*\}|[\s\S])|\\x(?:\{[^}]*\}|[\da-fA-F]{2})|\\[\s\S]|\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]|\(\?P?<\w*>|\(\?[a-zA-Z-]*[:)]|[*+?]\??|\{\d+(?:,\d*)?\}\??|[\s\S]/gu;
var FLAGS = /^\(\?[a-zA-Z-]*\)$/;
var COUNTED = /^\{\d/;
var CHARACTERS_PER_INSTRUCTION = 16;
var UNICODE_CLASS = 8;
var FOLDED_RANGE = 60;
var branchSize = ({ branch, lastAtom }) => Math.max(1, branch + lastAtom);
var groupSize = (group) => group.finished + branchSize(group);
var unicodeClasses = (token) => token.match(/\\p/gi)?.length ?? 0;
var nonAsciiRanges = (token) => token.startsWith("[") && /[^\0-\x7f]|\\x/i.test(token) ? token.match(/-(?!\])/g)?.length ?? 0 : 0;
function repeatedSize(size, token) {
  const [min = 0, max] = token.replace(/[{}?]/g, "").split(",").map(Number);
  if (max === void 0) return Math.max(1, min * size);
  if (token.includes(",}")) return Math.max(1, min) * size + 2;
  return Math.max(1, max * size + (max - min));
}

// src/query/regex-filters.ts
var FILTERS = [
  ["filter", "both", true],
  ["filter_title", "title", true],
  ["filter_description", "description", true],
  ["filterout", "both", false],
  ["filterout_title", "title", false],
  ["filterout_description", "description", false]
];
var MAX_STEPS_PER_TEXT = 1e6;
async function compileRegexFilters(values) {
  const filters = FILTERS.filter(([name2]) => values[name2] !== void 0);
  if (filters.length === 0) return void 0;
  const ignoresCase = values.filter_case_sensitive === false;
  let size = 0;
  for (const [name2] of filters) {
    const ownSize = programSize(String(values[name2]), ignoresCase);
    size += ownSize;
    if (size > MAX_INSTRUCTIONS) return { error: tooLarge(name2, ownSize, size) };
  }
  const { RE2JS } = await import("re2js");
  const flags = ignoresCase ? RE2JS.CASE_INSENSITIVE : 0;
  const cost = { steps: 0, growthSteps: 0 };
  const maxLength5 = Math.floor(MAX_STEPS_PER_TEXT / size);
  const tests = [];
  for (const [name2, fields, mustMatch] of filters) {
    try {
      const find3 = createSearch(RE2JS.compile(String(values[name2]), flags), cost);
      tests.push((title, description) => isFound(find3, fields, title, description) === mustMatch);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const detail = `${name2} is not a valid regular expression of RE2 (${reason})`;
      return { error: { parameter: name2, detail, accepts: "a regular expression (RE2)" } };
    }
  }
  return {
    matches: (title, description) => {
      const [shortTitle, shortText] = [title.slice(0, maxLength5), description.slice(0, maxLength5)];
      return tests.every((test) => test(shortTitle, shortText));
    },
    get steps() {
      return cost.steps;
    }
  };
}
function isFound(find3, fields, title, description) {
  if (fields !== "description" && find3(title)) return true;
  return fields !== "title" && find3(description || title);
}
function tooLarge(name2, ownSize, totalSize) {
  const count2 = (size) => size < 1e6 ? size.toLocaleString("en") : "more than a million";
  const others = ownSize < totalSize ? `, all expressions together ${count2(totalSize)}` : "";
  return {
    parameter: name2,
    detail: `${name2} is too large: it compiles to about ${count2(ownSize)} instructions${others}; ${MAX_INSTRUCTIONS} at most are allowed`,
    accepts: `a regular expression (RE2); all expressions together compile to at most ${MAX_INSTRUCTIONS} instructions, and x{9} counts nine times`
  };
}
var MAX_GROWTH_STEPS = 5e5;
var TRANSITION_STEPS = 100;
var INSTRUCTION_STEPS = 6;
var MAX_AUTOMATON_BYTES = 2 * 1024 * 1024;
function createSearch(regex6, cost) {
  const { dfa } = regex6.re2();
  dfa.stateBudget = MAX_AUTOMATON_BYTES;
  dfa.memBudget = MAX_AUTOMATON_BYTES;
  const closure = dfa.closure.bind(dfa);
  dfa.closure = (pcs, flag2) => {
    const state = closure(pcs, flag2);
    const steps = TRANSITION_STEPS + INSTRUCTION_STEPS * state.pcs.length;
    cost.steps += steps;
    cost.growthSteps += steps;
    if (cost.growthSteps > MAX_GROWTH_STEPS) throw new AutomatonTooLarge();
    return state;
  };
  dfa.resetCache = () => {
    throw new AutomatonTooLarge();
  };
  return (text4) => {
    if (!dfa.failed) {
      cost.steps += text4.length;
      try {
        return regex6.test(text4);
      } catch (error) {
        if (!(error instanceof AutomatonTooLarge)) throw error;
        dfa.failed = true;
        dfa.clearCache();
      }
    }
    cost.steps += text4.length * regex6.programSize();
    return regex6.test(text4);
  };
}
var AutomatonTooLarge = class extends Error {
};

// src/query/query.ts
async function parseQuery(query, now, names) {
  if (query.size === 0) return { query: DEFAULT_QUERY };
  const parsed = parseParameters(query, names);
  if ("error" in parsed) return parsed;
  const { values } = parsed;
  const regexFilters = await compileRegexFilters(values);
  if (regexFilters && "error" in regexFilters) return regexFilters;
  return { query: queryOf(values, regexFilters, now) };
}
async function readQuery(canonical2, now) {
  const parsed = await parseQuery(new URLSearchParams(canonical2), now);
  if ("error" in parsed) throw new RangeError(parsed.error.detail);
  return parsed.query;
}
function queryOf(values, regexFilters, now) {
  const until = values.until && untilText(values.until, now);
  return {
    canonical: canonicalQuery(values).toString(),
    terms: values.q ?? [],
    ...regexFilters && { regexFilters },
    languages: values.lang ?? [],
    ...effectiveSince(values, now),
    ...until && { until },
    ...values.until && "age" in values.until && { untilAge: values.until.age },
    limit: values.limit ?? DEFAULT_LIMIT,
    hasLimit: values.limit !== void 0,
    fullText: values.content === "full" || values.mode !== void 0,
    once: values.once ?? false,
    edits: values.edits ?? "all",
    sort: values.sort ?? "newest",
    ...values.before && { cursor: values.before },
    ...values.brief && { brief: values.brief },
    timeDependent: hasAge(values)
  };
}
function effectiveSince({ since, filter_time }, now) {
  const fromSince = since && { since: sinceText(since, now), ..."age" in since && { sinceAge: since.age } };
  if (filter_time === void 0) return fromSince ?? {};
  const sinceAge = filter_time * 1e3;
  const fromAge = { since: sinceText({ age: sinceAge }, now), sinceAge };
  return fromSince && fromSince.since > fromAge.since ? fromSince : fromAge;
}
var hasAge = ({ since, until, filter_time }) => Boolean(since && "age" in since || until && "age" in until || filter_time);
var DEFAULT_QUERY = queryOf({}, void 0, 0);

// src/query/context.ts
var PART2 = 1e3;
var OVERLAP = 400;
function snippetOf(terms, text4, maxLength5 = 240) {
  const wanted2 = terms.filter(({ negated }) => !negated).flatMap(({ anyOf }) => anyOf);
  const anyWanted = [{ anyOf: wanted2.map((term) => ({ ...term, titleOnly: false })), negated: false }];
  if (wanted2.length === 0) return void 0;
  for (let from = 0; from < text4.length; from = wordStart(text4, from + PART2 - OVERLAP)) {
    const part = text4.slice(from, from + PART2);
    if (!matchesTerms(anyWanted, { title: "", rest: fold(normalize2(part)) })) continue;
    const [first] = occurrences(anyWanted, part);
    if (first) return around(text4, from + first[0], from + first[1], maxLength5);
  }
  return void 0;
}
function around(text4, start, end, maxLength5) {
  const room = Math.max(0, maxLength5 - (end - start));
  const before = Math.min(start, Math.max(Math.floor(room / 3), room - (text4.length - end)));
  const from = start - before === 0 ? 0 : Math.min(start, wordStart(text4, start - before));
  const until = Math.max(end, wordEnd(text4, from + maxLength5));
  return { text: text4.slice(from, until), cutBefore: from > 0, cutAfter: until < text4.length };
}
var REACH = 30;
function wordStart(text4, at2) {
  const space = text4.slice(at2, at2 + REACH).search(/\s/);
  return space >= 0 ? at2 + space + 1 : isWithinCharacter(text4, at2) ? at2 + 1 : at2;
}
function wordEnd(text4, at2) {
  if (at2 >= text4.length) return text4.length;
  const from = Math.max(0, at2 - REACH);
  const space = text4.slice(from, at2 + 1).search(/\s\S*$/);
  return space >= 0 ? from + space : isWithinCharacter(text4, at2) ? at2 - 1 : at2;
}
var isWithinCharacter = (text4, at2) => /[\udc00-\udfff]/.test(text4.charAt(at2));

// src/article.ts
function newestFirst(a, b) {
  if (a.published !== b.published) return a.published < b.published ? 1 : -1;
  return a.key < b.key ? 1 : a.key > b.key ? -1 : 0;
}
var changedAt = ({ updated, firstSeen, enrichedAt = "" }) => latestOf([updated, firstSeen, enrichedAt]);

// src/query/filter.ts
var WINDOW = 3 * DAY;
function isFull(count2, first, article, { limit, hasLimit }) {
  if (count2 < limit) return false;
  if (hasLimit || count2 >= MAX_IN_WINDOW || !first) return true;
  return Math.abs(Date.parse(first.published) - Date.parse(article.published)) > WINDOW;
}
function filterArticles(articles, query, bodyText, before = []) {
  const order = query.sort === "oldest" ? (a, b) => newestFirst(b, a) : newestFirst;
  const selected = [];
  let lastHiddenChange = expiredAt(articles, query);
  for (const article of [...articles].sort(order)) {
    if (!matches(article, query, bodyText)) {
      lastHiddenChange = latestOf([lastHiddenChange, possibleRemovalTime(article, query)]);
      continue;
    }
    if (isFull(before.length + selected.length, before[0] ?? selected[0], article, query))
      return {
        articles: selected,
        next: selected.at(-1) ?? article,
        lastHiddenChange: latestOf([lastHiddenChange, changedAt(article)])
      };
    selected.push(article);
  }
  return { articles: selected, lastHiddenChange };
}
function expiredAt(articles, query) {
  const { since, sinceAge, fullText } = query;
  if (since === void 0 || sinceAge === void 0) return "";
  const withoutSince = { ...query, since: void 0 };
  const expired = articles.filter(({ published }) => published < since).sort(newestFirst);
  const last = expired.find(
    (article) => fullText ? !article.hiddenSince && matchesMetadata(article, withoutSince) : matches(article, withoutSince)
  );
  return last ? instant(Date.parse(last.published) + sinceAge) : "";
}
function possibleRemovalTime(article, query) {
  const { terms, regexFilters, fullText } = query;
  if (!matchesMetadata(article, query)) return "";
  const enrichmentCanRemove = fullText || regexFilters !== void 0 || terms.some(({ negated }) => negated);
  return latestOf([
    article.hiddenSince ?? "",
    article.updated !== article.published ? article.updated : "",
    enrichmentCanRemove ? article.enrichedAt ?? "" : ""
  ]);
}
function isAfterCursor(article, { cursor: cursor2, sort }) {
  if (!cursor2) return true;
  const position = newestFirst(article, cursor2);
  return sort === "newest" ? position > 0 : position < 0;
}
function matchesMetadata(article, query) {
  const { since, until, languages: languages2 } = query;
  if (since && article.published < since) return false;
  if (until && article.published > until) return false;
  if (!isAfterCursor(article, query)) return false;
  return languages2.length === 0 || isOneOf(article.language, languages2);
}
var matchesQuery = (article, query, text4) => matches(article, query, () => text4);
function matches(article, query, bodyText) {
  const { terms, regexFilters } = query;
  if (article.hiddenSince || !matchesMetadata(article, query)) return false;
  if (terms.length === 0 && !regexFilters) return true;
  const { title, excerpt } = article;
  const text4 = bodyText ? `${excerpt} ${bodyText(article)}` : excerpt;
  if (terms.length > 0 && !matchesTerms(terms, searchText(title, text4))) return false;
  return !regexFilters || regexFilters.matches(title, (query.fullText ? text4 : excerpt).trim());
}
var isOneOf = (language2, ranges) => {
  const tag = language2.toLowerCase();
  return ranges.some((range) => tag === range || tag.startsWith(`${range}-`));
};

// src/query/scan.ts
var MAX_REGEX_STEPS = 1e6;
var TEXT_COST = 16;
var BYTES_PER_COST = 600;
var EXCERPT_COST = 2;
var BATCH_COST = 100 * TEXT_COST;
function scan(batches, query, { articles: maxArticles, steps = MAX_REGEX_STEPS, texts }) {
  const progress = { articles: [], lastHiddenChange: "" };
  const maxSteps = (query.regexFilters?.steps ?? 0) + steps;
  let remaining = maxArticles;
  for (const batch of batches) {
    progress.lastHiddenChange = latestOf([progress.lastHiddenChange, expiredAt(batch, query)]);
    const matching = batch.filter((article) => matchesMetadata(article, query));
    for (const candidates2 of texts ? textBatches(matching) : [matching]) {
      if (remaining <= 0 && progress.last) return exhausted(progress, progress.last);
      const page = examine(candidates2, query, texts?.(candidates2), maxSteps, progress);
      if (page) return page;
      remaining -= texts ? totalCost(candidates2) : candidates2.length * (query.regexFilters ? EXCERPT_COST : 1);
    }
    const end = batch.at(-1);
    if (end && isAfterCursor(end, query)) progress.last = end;
  }
  const { articles, lastHiddenChange } = progress;
  return { articles, lastHiddenChange };
}
var exhausted = ({ articles, lastHiddenChange }, next) => ({
  articles,
  next,
  lastHiddenChange,
  budgetExhausted: true
});
function examine(candidates2, query, bodyText, maxSteps, progress) {
  const { articles } = progress;
  const { regexFilters } = query;
  for (const group of regexFilters ? candidates2.map((one) => [one]) : [candidates2]) {
    if (regexFilters && regexFilters.steps >= maxSteps && progress.last) return exhausted(progress, progress.last);
    const found = filterArticles(group, query, bodyText, articles);
    articles.push(...found.articles);
    progress.lastHiddenChange = latestOf([progress.lastHiddenChange, found.lastHiddenChange]);
    if (found.next)
      return { articles, next: articles.at(-1) ?? found.next, lastHiddenChange: progress.lastHiddenChange };
    progress.last = group.at(-1) ?? progress.last;
  }
  return void 0;
}
var textCost = ({ body = 0, copies }) => body > 0 || copies ? Math.max(TEXT_COST, body / BYTES_PER_COST) : EXCERPT_COST;
var totalCost = (articles) => articles.reduce((sum, one) => sum + textCost(one), 0);
function* textBatches(articles) {
  let [from, cost] = [0, 0];
  for (const [i, article] of articles.entries()) {
    cost += textCost(article);
    if (cost <= BATCH_COST || i === from) continue;
    yield articles.slice(from, i);
    [from, cost] = [i, textCost(article)];
  }
  if (from < articles.length) yield articles.slice(from);
}

// src/feeds/diff.ts
import { diffWordsWithSpace, wordsWithSpaceDiff } from "diff";
var MAX_EDITS2 = 200;
var MAX_COMPARED_LENGTH = 1e5;
var MAX_SHOWN_LENGTH = 8e3;
var CONTEXT_LENGTH = 200;
function diffHtml(before, after) {
  let html2 = "";
  for (const { value, kind } of shownParts(before, after)) {
    const text4 = escapeHtml(value);
    if (kind === "removed") html2 += `<del>[-${text4}-]</del>`;
    else if (kind === "added") html2 += `${html2.endsWith("</del>") ? " " : ""}<ins>{+${text4}+}</ins>`;
    else html2 += text4;
  }
  return html2;
}
function shownParts(before, after) {
  const parts = partsOf2(before, after);
  const isShort = parts.reduce((sum, { value }) => sum + value.length, 0) <= MAX_SHOWN_LENGTH;
  let remaining = MAX_SHOWN_LENGTH;
  const shown = [];
  for (const [i, { value, kind }] of parts.entries()) {
    if (remaining <= 0) break;
    const text4 = isShort || kind !== "kept" ? value : contextOf(value, i > 0, i < parts.length - 1);
    shown.push({ kind, value: text4.length > remaining ? `${head(text4, remaining)}\u2026` : text4 });
    remaining -= text4.length;
  }
  if (remaining <= 0 && !isShort) shown.push({ kind: "kept", value: " \u2026" });
  return shown;
}
function changedPassage(before, after, most) {
  if (before.length <= most && after.length <= most) return { before, after };
  const context = Math.min(CONTEXT_LENGTH, Math.floor(most / 4));
  const common = commonStart(before, after);
  const start = Math.max(0, common - context);
  const end = Math.max(0, commonEnd(before, after, common) - context);
  const passage = (text4) => {
    const part = text4.slice(start, Math.max(start, text4.length - end)).replace(/^[\udc00-\udfff]/, "");
    const isCut = part.length > most;
    return `${start > 0 ? "\u2026" : ""}${head(part, most)}${isCut || end > 0 ? "\u2026" : ""}`;
  };
  return { before: passage(before), after: passage(after) };
}
function partsOf2(before, after) {
  const start = commonStart(before, after);
  const end = commonEnd(before, after, start);
  const removed = before.slice(start, before.length - end);
  const added = after.slice(start, after.length - end);
  const isCompared = removed.length + added.length <= MAX_COMPARED_LENGTH && mayHaveFewEdits(removed, added);
  const compared = isCompared ? diffWordsWithSpace(removed, added, { maxEditLength: MAX_EDITS2 }) : void 0;
  const middle = compared ? compared.map(({ value, added: added2, removed: removed2 }) => ({ value, kind: added2 ? "added" : removed2 ? "removed" : "kept" })) : [
    // Too long or too different: only the beginning of each.
    { value: shortened(removed), kind: "removed" },
    { value: shortened(added), kind: "added" }
  ];
  const parts = [
    { value: before.slice(0, start), kind: "kept" },
    ...middle,
    { value: before.slice(before.length - end), kind: "kept" }
  ];
  return parts.filter(({ value }) => value !== "");
}
function mayHaveFewEdits(before, after) {
  const counts2 = /* @__PURE__ */ new Map();
  const count2 = (text4, sign) => {
    for (const word of wordsWithSpaceDiff.tokenize(text4)) counts2.set(word, (counts2.get(word) ?? 0) + sign);
  };
  count2(before, 1);
  count2(after, -1);
  let edits = 0;
  for (const surplus of counts2.values()) edits += Math.abs(surplus);
  return edits <= MAX_EDITS2;
}
var HALF_LENGTH = (MAX_SHOWN_LENGTH - 4 * CONTEXT_LENGTH) / 2;
var shortened = (text4) => text4.length <= HALF_LENGTH ? text4 : `${head(text4, HALF_LENGTH)}\u2026`;
var head = (text4, length) => text4.slice(0, length).replace(/[\ud800-\udbff]$/, "");
var MAX_WORD_LENGTH = 50;
function commonStart(a, b) {
  const at2 = commonStartLength(a, b);
  if (at2 === a.length && at2 === b.length) return at2;
  for (let i = at2; i > Math.max(0, at2 - MAX_WORD_LENGTH); i--) if (isSpace(a, i - 1)) return i;
  return at2 <= MAX_WORD_LENGTH ? 0 : at2 - Number(isLowSurrogate(a, at2) || isLowSurrogate(b, at2));
}
function commonEnd(a, b, start) {
  const length = commonEndLength(a, b, Math.min(a.length, b.length) - start);
  const from = a.length - length;
  for (let i = from; i < Math.min(a.length, from + MAX_WORD_LENGTH); i++) if (isSpace(a, i)) return a.length - i;
  return length <= MAX_WORD_LENGTH ? 0 : length - Number(isLowSurrogate(a, from));
}
var isSpace = (text4, at2) => /\s/.test(text4.charAt(at2));
var isLowSurrogate = (text4, at2) => /[\udc00-\udfff]/.test(text4.charAt(at2));
function contextOf(text4, afterChange, beforeChange) {
  const start = afterChange ? CONTEXT_LENGTH : 0;
  const end = beforeChange ? CONTEXT_LENGTH : 0;
  if (text4.length <= start + end + CONTEXT_LENGTH) return text4;
  const tail = end === 0 ? "" : text4.slice(-end).replace(/^[\udc00-\udfff]/, "");
  return `${head(text4, start)}${start === 0 ? "" : " "}\u2026${end === 0 ? "" : " "}${tail}`;
}

// src/archive/edit-details.ts
var replaced = (before, after) => before && before !== (after ?? "") ? { before, after: after ?? "" } : void 0;
var MAX_SUMMARY_LENGTH = 500;
var MAX_DATA_LENGTH = 4e3;
function computeEdit({ sql }, seq) {
  const [texts = {}] = sql.rows(
    `SELECT earlier.title AS before_title, journal.title AS after_title, earlier.excerpt AS before_excerpt,
       journal.excerpt AS after_excerpt, earlier.html AS before_html, journal.html AS after_html
     FROM journal JOIN journal AS earlier ON earlier.seq = journal.previous WHERE journal.seq = ?`,
    [seq]
  );
  const html2 = replaced(texts.before_html, texts.after_html);
  const fields = Object.entries({
    title: replaced(texts.before_title, texts.after_title),
    excerpt: replaced(texts.before_excerpt, texts.after_excerpt),
    text: html2 && { before: plainText(html2.before), after: plainText(html2.after) }
  }).filter((field) => field[1] !== void 0);
  return { edit: detailsOf(fields), length: html2 ? html2.before.length + html2.after.length : 0 };
}
function detailsOf(fields) {
  const passages = fields.map(
    ([field, { before, after }]) => [field, changedPassage(before, after, MAX_DATA_LENGTH)]
  );
  return {
    html: fields.map(([field, texts]) => fieldHtml(field, texts)).join(""),
    summary: sentenceOf(fields),
    data: {
      fields: fields.map(([field]) => field),
      before: Object.fromEntries(passages.map(([field, { before }]) => [field, before])),
      after: Object.fromEntries(passages.map(([field, { after }]) => [field, after])),
      ...summarizeEdit(fields.map(([, texts]) => texts))
    }
  };
}
function fieldHtml(field, { before, after }) {
  const html2 = diffHtml(before, after);
  return field === "title" ? `<p><strong>${html2}</strong></p>` : `<p>${html2}</p>`;
}
function sentenceOf([first]) {
  if (!first) return "The text was edited.";
  const { before, after } = changedPassage(first[1].before, first[1].after, MAX_SUMMARY_LENGTH);
  return before === after ? "Only markup was edited." : `Before: ${before} After: ${after}`;
}
function readEdit(store, seq) {
  const [json2] = store.sql.column("SELECT details FROM edit WHERE seq = ?", [seq]);
  if (json2) return { edit: JSON.parse(json2), length: 0 };
  try {
    return computeEdit(store, seq);
  } catch {
    return { edit: detailsOf([]), length: 0 };
  }
}
var MAX_EDITS3 = 20;
var MAX_LENGTH5 = 1e5;
function saveEdits(store) {
  const { sql } = store;
  const waiting = sql.column(
    `SELECT seq FROM journal WHERE event IN ('edited', 'gone', 'back') AND event = 'edited'
       AND seq > (SELECT coalesce(max(seq), 0) FROM edit) ORDER BY seq LIMIT +?`,
    [MAX_EDITS3]
  );
  if (waiting.length === 0) return false;
  try {
    return sql.transaction(() => {
      let length = 0;
      const isLong = waiting.some((seq) => {
        length += saveEdit(store, seq);
        return length > MAX_LENGTH5;
      });
      return isLong || waiting.length === MAX_EDITS3;
    });
  } catch (error) {
    logError("edits", error);
    return true;
  }
}
function saveEdit(store, seq) {
  const keep2 = (...values) => store.sql.run("INSERT INTO edit (seq, substantial, details) VALUES (?, ?, ?)", [seq, ...values]);
  try {
    const { edit: edit2, length } = computeEdit(store, seq);
    keep2(Number(edit2.data.substantial), JSON.stringify(edit2));
    return length;
  } catch (error) {
    logError("edits", error, { seq });
    keep2(null, null);
    return 0;
  }
}

// src/archive/months.ts
var GRACE = 3 * DAY;

// src/archive/result-size.ts
var MB = 1024 * 1024;
var MAX_TEXTS3 = 100;
var MAX_COMPARED_BYTES = 2 * MB;
var ENTRY = 2e3;
var ESCAPED = 1.6;
var WIDEST = 12;
function limitSize(picked, full, changes) {
  const most = (changes ? 2 : full ? 1 : 15) * MB;
  let [size, texts, compared] = [0, 0, 0];
  const end = picked.articles.findIndex((article) => {
    const change = changes?.get(article.key);
    if (change ? hasText(change) : full && article.body) texts++;
    if (change) compared += comparedBytes(change);
    size += change ? sizeOfChange(change) : sizeOfEntry(article, full);
    return size > most || texts > MAX_TEXTS3 || compared > MAX_COMPARED_BYTES;
  });
  const hidden = end < 0 ? void 0 : picked.articles[Math.max(1, end)];
  if (!hidden) return picked;
  const { budgetExhausted: _, ...rest } = picked;
  const articles = picked.articles.slice(0, Math.max(1, end));
  const lastHiddenChange = latestOf([picked.lastHiddenChange, changedAt(hidden)]);
  return { ...rest, articles, lastHiddenChange, next: articles.at(-1) };
}
var comparedBytes = (change) => lengthOf(change, "title") + lengthOf(change, "excerpt") + (hasText(change) ? 2 * (change.article.body ?? 0) : 0);
var sizeOfEntry = ({ title, excerpt, earlierTitles: earlierTitles2 = [], body = 0 }, full) => {
  const earlier = earlierTitles2.reduce((sum, title2) => sum + title2.length, 0);
  return ENTRY + WIDEST * (title.length + excerpt.length + earlier) + (full ? body * ESCAPED : 0);
};
function sizeOfChange(change) {
  const { article } = change;
  const shown = (field) => Math.min(MAX_SHOWN_LENGTH, lengthOf(change, field));
  const text4 = hasText(change) ? Math.min(3 * MAX_SHOWN_LENGTH, 2 * (article.body ?? MAX_SHOWN_LENGTH)) : 0;
  return ENTRY + sizeOfEntry(article, false) + WIDEST * (shown("title") + shown("excerpt")) + text4 * ESCAPED;
}
var hasText = ({ edit: edit2 }) => edit2?.data.fields.includes("text") ?? false;
var lengthOf = ({ edit: edit2 }, field) => (edit2?.data.before?.[field]?.length ?? 0) + (edit2?.data.after?.[field]?.length ?? 0);

// src/archive/changes.ts
var CHANGE_COLUMNS = {
  ...FEED_COLUMNS,
  seq: "article.seq",
  ...{ change: "journal.seq", at: "journal.at", event: "journal.event", data: "journal.data" },
  // A deletion has none of its own.
  ...{ title: "coalesce(journal.title, earlier.title)", excerpt: "coalesce(journal.excerpt, earlier.excerpt)" }
};
var BATCH_SIZE = 200;
var MAX_CHANGES = 500;
var MAX_TEXT_LENGTH = 1e6;
async function findChanges({ store, sources, query }) {
  const found = { articles: [], changes: /* @__PURE__ */ new Map(), length: 0, titleEdits: /* @__PURE__ */ new Map() };
  const search = { store, sources, query, bounds: boundsOf(store, query), ...found };
  const { articles, changes } = search;
  let [looked, compared] = [0, 0];
  let last = 0;
  for (const { seq, row } of changeRows(search, search.bounds, query, query.sort === "newest")) {
    if (looked >= MAX_CHANGES || search.length > MAX_TEXT_LENGTH) {
      const [published = ""] = store.sql.column("SELECT at FROM journal WHERE seq = ?", [last]);
      return done(search, { next: { published, key: changeKey(last) } });
    }
    looked++;
    last = seq;
    const matching = row && matchingChange(search, row);
    if (!matching) continue;
    const { change, article } = matching;
    if (articles.length === query.limit) return done(search, { next: articles.at(-1), hidden: article });
    const earlierTitles2 = earlierTitlesAt(search, row, change.article);
    articles.push({ ...article, earlierTitles: earlierTitles2 });
    changes.set(article.key, { ...change, article: { ...change.article, earlierTitles: earlierTitles2 } });
    compared += comparedBytes(change);
    if (compared > MAX_COMPARED_BYTES) return done(search, { next: article });
  }
  return done(search, {});
}
function boundsOf(store, { since, until, cursor: cursor2, sort }) {
  const bounds = {
    first: since ? firstSince(store, since) : 1,
    last: until ? lastUntil(store, until) : store.head().seq
  };
  if (!cursor2) return bounds;
  const own = /^c(\d{1,15})$/.exec(cursor2.key)?.[1];
  const seq = own === void 0 ? lastUntil(store, cursor2.published) : Number(own);
  if (sort === "oldest") return { ...bounds, first: Math.max(bounds.first, seq + 1) };
  return { ...bounds, last: Math.min(bounds.last, own === void 0 ? seq : seq - 1) };
}
var firstSince = (store, at2) => lastWhere(store, (text4) => text4 < at2) + 1;
var lastUntil = (store, at2) => lastWhere(store, (text4) => text4 <= at2);
function lastWhere(store, isBefore) {
  let [low, high] = [0, store.head().seq];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [at2] = store.sql.column("SELECT at FROM journal WHERE seq = ?", [middle]);
    if (at2 !== void 0 && isBefore(at2)) low = middle;
    else high = middle - 1;
  }
  return low;
}
function* changeRows({ store, sources }, { first, last }, { edits, limit }, descending) {
  const wanted2 = new Set(sources);
  let [from, to] = [first, last];
  for (let most = Math.min(limit + 1, BATCH_SIZE); ; most = BATCH_SIZE) {
    const [json2 = "[]"] = store.sql.column(
      `SELECT json_group_array(json_array(seq, sources, substantial)) FROM (
         SELECT journal.seq, sources, substantial
         FROM journal JOIN article USING (n) LEFT JOIN edit ON edit.seq = journal.seq
         WHERE event IN ('edited', 'gone', 'back') AND journal.seq BETWEEN ? AND ?
         ORDER BY journal.seq ${descending ? "DESC" : ""} LIMIT +?)`,
      [from, to, most]
    );
    const looked = JSON.parse(json2);
    const selected = looked.filter(
      ([, sources2, substantial]) => !(edits === "substantial" && substantial === 0) && sourcesOf({ sources: sources2 }).some((source2) => wanted2.has(source2))
    );
    const rows = store.sql.select(
      CHANGE_COLUMNS,
      `FROM json_each(?) AS wanted CROSS JOIN journal ON journal.seq = wanted.value JOIN article USING (n)
       JOIN journal AS earlier ON earlier.seq = journal.previous`,
      [JSON.stringify(selected.map(([seq]) => seq))]
    );
    const bySeq = new Map(rows.map((row) => [row.change, row]));
    for (const [seq] of looked) yield { seq, row: bySeq.get(seq) };
    const [end] = looked.at(-1) ?? [];
    if (end === void 0 || looked.length < most) return;
    if (descending) to = end - 1;
    else from = end + 1;
  }
}
function matchingChange(search, row) {
  const { store, query } = search;
  const bare4 = changeOf(search, row);
  const article = asArticle(bare4, row);
  if (!matchesMetadata(article, query)) return void 0;
  if (filterArticles([article], { ...query, limit: 1 }).articles.length === 0) return void 0;
  if (bare4.kind !== "edited") return { change: bare4, article };
  const { edit: edit2, length } = readEdit(store, row.change);
  search.length += length;
  if (query.edits === "substantial" && !edit2.data.substantial) return void 0;
  return { change: { ...bare4, edit: edit2 }, article };
}
function done(search, { next, hidden }) {
  const { articles, changes } = search;
  const lastHiddenChange = latestOf([hidden ? changedAt(hidden) : "", expiredChangeAt(search)]);
  const cut = next && !hidden ? { budgetExhausted: true } : {};
  const picked = limitSize({ articles, lastHiddenChange, ...next && { next }, ...cut }, false, changes);
  const shown = new Set(picked.articles.map(({ key }) => key));
  return { ...picked, changes: Object.fromEntries([...changes].filter(([key]) => shown.has(key))), bodies: {} };
}
function expiredChangeAt(search) {
  const { store, query } = search;
  const { since, sinceAge } = query;
  if (since === void 0 || sinceAge === void 0) return "";
  let looked = 0;
  const bounds = { first: 1, last: firstSince(store, since) - 1 };
  for (const { row } of changeRows(search, bounds, { edits: "all", limit: BATCH_SIZE }, true)) {
    if (++looked > BATCH_SIZE) break;
    const at2 = row && expiredAt([asArticle(changeOf(search, row), row)], query);
    if (at2) return at2;
  }
  return "";
}
function changeOf({ store, sources }, row) {
  const { at: at2, event: kind } = row;
  const article = articleOf(row, sources, store.sites.nameOf(row.site));
  const data = row.data === null ? {} : JSON.parse(row.data);
  const since = kind === "edited" ? void 0 : kind === "gone" ? data.absent : data.gone;
  return { kind, article, at: at2, ...since && { since } };
}
var changeKey = (seq) => `c${String(seq).padStart(12, "0")}`;
function earlierTitlesAt({ store, titleEdits, bounds: { first } }, { n, seq, change }, { earlierTitles: earlierTitles2 = [] }) {
  if (earlierTitles2.length === 0 || seq <= change) return earlierTitles2;
  let edits = titleEdits.get(n);
  if (!edits) {
    const versions = store.sql.rows(
      `WITH RECURSIVE version (seq, title, previous) AS (
         SELECT journal.seq, journal.title, journal.previous FROM article JOIN journal USING (seq) WHERE article.n = ?
         UNION ALL
         SELECT journal.seq, journal.title, journal.previous FROM version JOIN journal ON journal.seq = version.previous
         WHERE version.previous >= ?)
       SELECT version.seq, version.title, earlier.title AS before
       FROM version JOIN journal AS earlier ON earlier.seq = version.previous`,
      [n, first]
    );
    edits = versions.filter(({ title, before }) => differs("title", before, title)).map((version) => version.seq);
    titleEdits.set(n, edits);
  }
  const replaced2 = edits.filter((edit2) => edit2 > change).length;
  return earlierTitles2.slice(0, Math.max(0, earlierTitles2.length - replaced2));
}
var asArticle = ({ article, at: at2 }, { change }) => ({
  ...article,
  // Of what came after the change, its entry shows only the article's other fields.
  enrichedAt: changedAt(article),
  key: changeKey(change),
  id: `${article.id}/revision/${change}`,
  published: at2,
  updated: at2
});

// src/archive/reindex.ts
var ARTICLES = 50;
var isReindexing = ({ sql }) => sql.rows("SELECT 1 FROM reindex").length > 0;
function reindexSome(store) {
  const [below] = store.sql.column("SELECT below FROM reindex");
  if (below === void 0) return false;
  try {
    store.transaction(() => indexBelow(store, below));
  } catch (error) {
    logError("reindex", error);
  }
  return true;
}
function indexBelow(store, below) {
  const rows = articleRows(store.sql, `FROM article WHERE n < ? ORDER BY n DESC LIMIT ${ARTICLES}`, [below]);
  const failed2 = rows.filter((row) => !indexAgain(store, row));
  if (failed2.length > 0 && failed2.length === rows.length) throw new Error("no article can be indexed");
  if (rows.length < ARTICLES) store.sql.run("DELETE FROM reindex");
  else store.sql.run("UPDATE reindex SET below = ?", [rows.at(-1)?.n ?? 0]);
}
function indexAgain(store, row) {
  try {
    store.indexWithCopies(row, store.textOf(row));
    return true;
  } catch (error) {
    logError("reindex", error, { n: row.n });
    return false;
  }
}

// src/archive/row-batches.ts
var FIRST_ROW = firstOf("1899-12-31T00:00:00Z");
var LAST_ROW = lastOf2("9999-12-31T00:00:00Z");
function boundsOf2({ since, until, cursor: cursor2, sort }, view) {
  const month = typeof view === "object" ? view.month : void 0;
  const [above, below] = sort === "newest" ? [void 0, cursor2?.published] : [cursor2?.published, void 0];
  const first = month === void 0 ? FIRST_ROW : firstOf(dayStart(`${month}-01`, BRIDGE_ZONE));
  const last = month === void 0 ? LAST_ROW : firstOf(monthEnd(month)) - 1;
  return {
    first: Math.max(FIRST_ROW, first, ...[since, above].map((at2) => at2 ? firstOf(at2) : FIRST_ROW)),
    last: Math.min(LAST_ROW, last, ...[until, below].map((at2) => at2 ? lastOf2(at2) : LAST_ROW))
  };
}
var BATCH_SIZE2 = 250;
var MAX_LISTINGS = 16;
function rowsReader({ store, sources, query: { once, languages: languages2 } }, expression) {
  const [ids, tags] = [sources, languages2].map((list) => JSON.stringify(list));
  const toArticles = (rows) => articlesOf(store, rows, sources, once);
  return ({ first, last }, descending, most) => {
    const inOrder = (column) => `${column} BETWEEN ? AND ? ORDER BY ${column} ${descending ? "DESC" : ""} LIMIT +?`;
    const bounds = [first, last, most];
    if (expression === void 0 && sources.length === 1 && languages2.length === 0) {
      const from = "FROM listing CROSS JOIN article ON article.n = listing.n WHERE source = ?";
      const rows2 = feedRows(store.sql, `${from} AND ${inOrder("listing.n")}`, [sources[0], ...bounds]);
      return { numbers: rows2.map(({ n }) => n), articles: toArticles(rows2) };
    }
    let numbers;
    if (expression !== void 0) {
      const statement = `SELECT rowid FROM search WHERE search MATCH ? AND ${inOrder("rowid")}`;
      numbers = store.sql.column(statement, [expression, ...bounds]);
    } else if (sources.length > MAX_LISTINGS) {
      numbers = store.sql.column(`SELECT n FROM article WHERE ${inOrder("n")}`, bounds);
    } else {
      const lists = store.sql.column(
        `SELECT (SELECT json_group_array(n) FROM (
           SELECT n FROM listing WHERE source = wanted.value AND ${inOrder("n")})) FROM json_each(?) AS wanted`,
        [...bounds, ids]
      );
      const listed2 = new Set(lists.flatMap((list) => JSON.parse(list)));
      numbers = [...listed2].sort((a, b) => descending ? b - a : a - b).slice(0, most);
    }
    const rows = feedRows(store.sql, FROM_SELECTED, [JSON.stringify(numbers), ids, tags]);
    return { numbers, articles: toArticles(rows) };
  };
}
var MAX_ROWS = 5e3;
function* inBatches(bounds, descending, read2, progress) {
  let { first, last } = bounds;
  for (let most = 64; first <= last; most = BATCH_SIZE2) {
    let batch = read2({ first, last }, descending, most);
    const isAll = batch.numbers.length < most;
    if (!isAll) {
      const end2 = startOfSecond(batch.numbers.at(-1));
      const endsAt = publishedOf(end2);
      const articles = batch.articles.filter(({ published }) => published !== endsAt);
      batch = { numbers: batch.numbers.filter((n) => startOfSecond(n) !== end2), articles };
    }
    yield batch.articles.sort(descending ? newestFirst : (a, b) => newestFirst(b, a));
    const end = batch.numbers.at(-1);
    if (isAll || end === void 0) return;
    progress.rows += batch.numbers.length;
    if (progress.rows >= MAX_ROWS) {
      progress.end = end;
      return;
    }
    if (descending) last = firstOf(publishedOf(end)) - 1;
    else first = lastOf2(publishedOf(end)) + 1;
  }
}

// src/archive/find.ts
var MAX_ARTICLES = 2e3;
var MAX_MONTH = 5e3;
async function find(store, asked) {
  const { sources, view, limit, snippets } = asked;
  let query = await readQuery(asked.query, asked.now);
  if (limit !== void 0) query = { ...query, limit, hasLimit: true };
  if (view === "changes") return findChanges({ store, sources, query });
  if (typeof view === "object" && !query.hasLimit) query = { ...query, limit: MAX_MONTH, hasLimit: true };
  const bounds = boundsOf2(query, view);
  const search = { store, sources, query };
  const { expression, read: read2, remaining } = planOf(search);
  const page = scanRows(store, query, remaining, bounds, read2);
  if (expression !== void 0)
    page.lastHiddenChange = latestOf([page.lastHiddenChange, mayHaveLeftIndexAt(search, bounds)]);
  if (query.since && query.sinceAge !== void 0) {
    const below = { first: FIRST_ROW, last: firstOf(query.since) - 1 };
    for (const articles of inBatches(below, true, read2, { rows: 0 })) {
      page.lastHiddenChange = latestOf([page.lastHiddenChange, expiredAt(articles, remaining)]);
      break;
    }
  }
  const found = limitSize(page, query.fullText);
  return {
    ...found,
    bodies: query.fullText ? textsOf2(store, found.articles) : {},
    snippets: snippets ? snippetsOf(store, found.articles, query.terms) : void 0
  };
}
var MAX_SNIPPET_BYTES = 2e5;
function snippetsOf(store, articles, terms) {
  const hidden = articles.filter(({ title, excerpt }) => !snippetOf(terms, title) && !snippetOf(terms, excerpt));
  const snippets = {};
  let bytes = 0;
  const searched = hidden.filter(({ body = 0 }) => {
    const fits = bytes + body <= MAX_SNIPPET_BYTES;
    if (fits) bytes += body;
    return fits;
  });
  for (const [id2, html2] of Object.entries(textsOf2(store, searched))) {
    const snippet = snippetOf(terms, plainText(html2));
    if (snippet) snippets[id2] = snippet;
  }
  return snippets;
}
function planOf(search) {
  const { store, query } = search;
  const { expression, exact } = lookupOf(query.terms, {
    expand: (prefix, most) => wordsWith(store, prefix, most),
    hasUnfolded: query.terms.length > 0 && isReindexing(store)
  });
  const read2 = rowsReader(search, expression);
  return { expression, read: read2, remaining: exact ? { ...query, terms: [] } : query };
}
function scanRows(store, query, remaining, bounds, read2) {
  const readsTexts = remaining.terms.length > 0 || query.fullText && remaining.regexFilters !== void 0;
  const texts = (articles) => {
    const bodies = textsOf2(store, articles);
    const ofCopies = (article) => article.copies ? wordsOfCopies(store, article) : "";
    return (article) => plainText(`${bodies[article.id] ?? ""} ${ofCopies(article)}`);
  };
  const most = readsTexts || remaining.regexFilters ? MAX_ARTICLES : Math.max(MAX_ARTICLES, query.limit);
  const budget = { articles: most, ...readsTexts && { texts } };
  const progress = { rows: 0 };
  const page = scan(inBatches(bounds, query.sort === "newest", read2, progress), remaining, budget);
  if (progress.end === void 0 || page.next) return page;
  const [row] = store.byNumbers([progress.end]);
  return row ? { ...page, next: store.articleOf(row), budgetExhausted: true } : page;
}
var MAX_EDITS4 = 200;
function mayHaveLeftIndexAt({ store, sources, query: { terms } }, bounds) {
  const ids = JSON.stringify(sources);
  if (terms.some(({ negated }) => negated)) {
    const [last = ""] = store.sql.column(
      `SELECT journal.at FROM json_each(?) AS wanted JOIN source ON source.id = wanted.value
       JOIN journal ON journal.seq = source.seq ORDER BY journal.seq DESC LIMIT 1`,
      [ids]
    );
    return last;
  }
  const edits = store.sql.rows(
    `SELECT edit.at, article.updated,
       article.n BETWEEN ?3 AND ?4 AND ${IS_LISTED} OR article.copies IS NOT NULL AS own
     FROM (SELECT seq, n, at FROM journal WHERE event IN ('edited', 'gone', 'back') ORDER BY seq DESC LIMIT +?1) AS edit
     JOIN article USING (n) ORDER BY edit.seq DESC`,
    [MAX_EDITS4, ids, bounds.first, bounds.last]
  );
  const own = edits.find((edit2) => edit2.own);
  if (own) return latestOf([own.at, own.updated]);
  return edits.length === MAX_EDITS4 ? edits.at(-1)?.at ?? "" : "";
}
function textsOf2(store, articles) {
  const withText = articles.filter(({ body }) => body);
  if (withText.length === 0) return {};
  const keys = withText.map(({ key, published }) => ({ key, first: firstOf(published) }));
  const own = store.sql.rows(
    `SELECT article.id, journal.html FROM json_each(?) AS wanted
     JOIN article ON article.n BETWEEN wanted.value ->> 'first' AND (wanted.value ->> 'first') + 63
       AND article.key = wanted.value ->> 'key'
     JOIN journal ON journal.seq = article.seq`,
    [JSON.stringify(keys)]
  );
  const texts = {};
  for (const { id: id2, html: html2 } of own) if (html2) texts[id2] = html2;
  for (const article of withText) {
    const html2 = !texts[article.id] && article.copies ? textOfCopies(store, article) : "";
    if (html2) texts[article.id] = html2;
  }
  return texts;
}
var wordsWith = (store, prefix, most) => store.sql.column(
  "SELECT term FROM vocabulary WHERE term >= ? AND term < ? LIMIT +?",
  // The tokens are ASCII: nothing comes after "~".
  [prefix, `${prefix}~`, most]
);

// src/archive/counts.ts
var MAX_MONTHS = 240;
var MAX_LISTED2 = 1e4;
async function countByMonth(store, { sources, query: queryString, now }) {
  const query = await readQuery(queryString, now);
  const missing2 = sources.map((id2) => store.sources.get(id2).coverage?.gaps ?? [EVERYTHING]);
  const since = latestOf(missing2.map((gaps) => (gaps.at(-1) ?? EVERYTHING).before));
  const completeSince2 = since === EVERYTHING.before ? null : since;
  const counting = { store, sources, query, listed: listedByMonth(store, sources) };
  const asked = monthsOf(counting, boundsOf2(query, "newest"), now);
  if (asked.months.length === 0) return { months: [], completeSince: completeSince2 };
  const first = Math.max(asked.bounds.first, firstAffordableRow(counting, asked));
  const bounds = { first, last: asked.bounds.last };
  const found = findMatches(counting, bounds);
  const reached = Math.max(bounds.first, found.first);
  const isEnd = reached <= asked.bounds.first;
  const firstCounted = isEnd ? reached : atMonthStart(reached, bounds.last);
  const months = asked.months.filter((month) => lastRow(month) >= firstCounted);
  const totals = totalsOf(counting, months, { first: firstCounted, last: bounds.last });
  const matches2 = found.rows ? countRows(found.rows.filter((n) => n >= firstCounted)) : totals;
  const counted = months.map((month) => {
    const [start, end] = [instant(dayStart(`${month}-01`, BRIDGE_ZONE)), instant(monthEnd(month))];
    const isPartial = firstRow(month) < firstCounted || lastRow(month) > bounds.last;
    return {
      month,
      matches: matches2.get(month) ?? 0,
      articles: totals.get(month) ?? 0,
      complete: missing2.flat().every(({ after, before }) => before <= start || after >= end),
      ...isPartial && { partial: true }
    };
  });
  return { months: counted, completeSince: completeSince2, ...!isEnd && { next: publishedOf(firstCounted - 1) } };
}
var EVERYTHING = { after: "", before: "9999" };
var firstRow = (month) => firstOf(dayStart(`${month}-01`, BRIDGE_ZONE));
var lastRow = (month) => firstOf(monthEnd(month)) - 1;
var monthOf = (n) => koreanMonth(publishedOf(n));
var monthBefore = (month) => monthOf(firstRow(month) - 1);
function listedByMonth(store, sources) {
  const months = store.sql.rows(
    `SELECT month, sum(articles) AS articles FROM month WHERE source IN (SELECT value FROM json_each(?))
     GROUP BY month ORDER BY month`,
    [JSON.stringify(sources)]
  );
  return new Map(months.map(({ month, articles }) => [month, articles]));
}
function monthsOf({ listed: listed2 }, { first, last }, now) {
  const months = [];
  const [oldest] = listed2.keys();
  if (oldest === void 0) return { months, bounds: { first, last } };
  const newest = latestOf([...listed2.keys(), monthOf(firstOf(now))]);
  const bounds = { first: Math.max(first, firstRow(oldest)), last: Math.min(last, lastRow(newest)) };
  if (bounds.first > bounds.last) return { months, bounds };
  for (let month = monthOf(bounds.last); lastRow(month) >= bounds.first; month = monthBefore(month))
    months.unshift(month);
  return { months, bounds };
}
function firstAffordableRow(counting, { months }) {
  const newest = months.slice(-MAX_MONTHS);
  let left = isMonthTotal(counting) ? Number.POSITIVE_INFINITY : MAX_LISTED2;
  const last = newest.findLastIndex((month, i) => {
    left -= counting.listed.get(month) ?? 0;
    return left < 0 && i < newest.length - 1;
  });
  return firstRow(newest[last + 1]);
}
function atMonthStart(first, last) {
  const month = monthOf(first);
  return first === firstRow(month) || lastRow(month) >= last ? first : lastRow(month) + 1;
}
function findMatches(search, bounds) {
  const { store, query } = search;
  const { expression, read: read2, remaining } = planOf(search);
  if (remaining.terms.length > 0 || remaining.regexFilters) {
    const everything = { limit: Number.POSITIVE_INFINITY, hasLimit: true, sort: "newest" };
    const page = scanRows(store, { ...query, ...everything }, { ...remaining, ...everything }, bounds, read2);
    const rows2 = page.articles.map(({ published }) => firstOf(published));
    return { rows: rows2, first: page.next ? lastOf2(page.next.published) + 1 : bounds.first };
  }
  if (expression === void 0) return { first: bounds.first };
  const rows = store.sql.column(
    "SELECT rowid FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT +?",
    [expression, bounds.first, bounds.last, MAX_ROWS]
  );
  const end = rows.length === MAX_ROWS ? rows.at(-1) : void 0;
  return {
    rows: shownRows(rows, search),
    first: end === void 0 ? bounds.first : lastOf2(publishedOf(end)) + 1
  };
}
var isMonthTotal = ({ sources, query: { languages: languages2, once } }) => sources.length === 1 && languages2.length === 0 && !once;
function totalsOf(counting, months, { first, last }) {
  const { store, sources, listed: listed2 } = counting;
  const rows = (from, to) => store.sql.column(
    `SELECT DISTINCT n FROM json_each(?) AS source CROSS JOIN listing
       ON listing.source = source.value AND n BETWEEN ? AND ?`,
    [JSON.stringify(sources), from, to]
  );
  if (!isMonthTotal(counting)) return countRows(shownRows(rows(first, last), counting));
  const totals = new Map(listed2);
  for (const month of months) {
    const [from, to] = [Math.max(first, firstRow(month)), Math.min(last, lastRow(month))];
    if (from > firstRow(month) || to < lastRow(month)) totals.set(month, rows(from, to).length);
  }
  return totals;
}
var countRows = (rows) => new Map([...Map.groupBy(rows, monthOf)].map(([month, { length }]) => [month, length]));

// src/archive/events.ts
var BATCH_SIZE3 = 100;
var MAX_ROWS2 = 2e3;
var MAX_CHARACTERS = 15e5;
var ENTRY_LENGTH = 1e3;
var MAX_VERSIONS2 = 50;
var MAX_HTML_LENGTH = 1e6;
var MAX_STEPS = 1e6;
async function readEvents(store, asked) {
  const { sources, after, limit } = asked;
  const query = await readQuery(asked.query, asked.now);
  const head2 = store.head();
  if (after.seq > head2.seq || journalDigest(store, after.seq) !== after.digest) return { foreign: true };
  const selection = { store, sources, query, htmlLength: 0 };
  const stepsBefore = query.regexFilters?.steps ?? 0;
  const isExhausted = () => selection.htmlLength >= MAX_HTML_LENGTH || (query.regexFilters?.steps ?? 0) - stepsBefore >= MAX_STEPS;
  const events = [];
  let { seq } = after;
  let size = 0;
  const page = (more) => ({
    events,
    cursor: { seq, digest: journalDigest(store, seq) },
    more,
    head: head2
  });
  for (let read2 = 0; read2 < MAX_ROWS2; read2 += BATCH_SIZE3) {
    const rows = articleEvents(store, seq);
    const concerned = rows.filter((row) => concerns(row, selection));
    const articles = new Map(
      articlesOf(store, concerned, sources).map((article, i) => [concerned[i], article])
    );
    for (const row of rows) {
      if (events.length === limit || size >= MAX_CHARACTERS || isExhausted()) return page(true);
      const article = articles.get(row);
      const event = article && eventOf(row, article, selection);
      if (event) events.push(event);
      size += event ? event.article.excerpt.length + (event.html?.length ?? 0) + ENTRY_LENGTH : 0;
      seq = row.event_seq;
    }
    if (rows.length === BATCH_SIZE3) continue;
    seq = head2.seq;
    return page(false);
  }
  return page(true);
}
var EVENT_COLUMNS = {
  ...FEED_COLUMNS,
  seq: "article.seq",
  ...{ event_seq: "journal.seq", event_at: "journal.at", event: "journal.event", event_source: "journal.source" },
  is_first: "journal.event = 'added' AND journal.title IS NOT NULL"
};
var articleEvents = (store, after) => store.sql.select(
  EVENT_COLUMNS,
  "FROM journal JOIN article USING (n) WHERE journal.seq > ? ORDER BY journal.seq LIMIT +?",
  [after, BATCH_SIZE3]
);
function concerns(row, { sources }) {
  if (!sourcesOf(row).some((id2) => sources.includes(id2))) return false;
  return row.event !== "added" || sources.includes(row.event_source);
}
function eventOf(row, shown, selection) {
  const { store, query } = selection;
  const { hiddenSince: _, ...article } = shown;
  const html2 = needsText(query) ? store.textOf(row) : "";
  const text4 = article.copies && needsText(query) ? `${html2} ${wordsOfCopies(store, article)}` : html2;
  selection.htmlLength += text4.length;
  const event = { seq: row.event_seq, at: row.event_at, article };
  if (matchesQuery(article, query, plainText(text4)))
    return { ...event, event: row.event, ...query.fullText && html2 && { html: html2 } };
  return mayHaveMatched(row, article, selection) ? { ...event, event: "out" } : void 0;
}
var needsText = ({ terms, fullText }) => fullText || terms.length > 0;
function mayHaveMatched(row, article, selection) {
  const { store, query } = selection;
  if (row.is_first || !matchesMetadata(article, query)) return false;
  if (article.copies) return true;
  if (query.regexFilters || query.terms.length === 0 || query.terms.some(({ negated }) => negated)) return true;
  const versions = store.sql.rows(
    `WITH RECURSIVE version (seq, previous) AS (
       SELECT seq, previous FROM journal WHERE seq = ?
       UNION ALL
       SELECT journal.seq, journal.previous FROM version JOIN journal ON journal.seq = version.previous)
     SELECT title, excerpt, html FROM version JOIN journal USING (seq) LIMIT +?`,
    [row.seq, MAX_VERSIONS2]
  );
  selection.htmlLength += versions.reduce((sum, { html: html2 }) => sum + (html2?.length ?? 0), 0);
  return versions.length === MAX_VERSIONS2 || versions.some(
    ({ title, excerpt, html: html2 }) => matchesQuery({ ...article, title, excerpt }, query, plainText(html2 ?? ""))
  );
}

// src/archive/incidents.ts
var SAME_OUTAGE = DAY / 8;
var REPORT_DELAY = DAY / 24;
var MAX_EVENTS = 2e3;
var MAX_INCIDENTS = 100;
function readIncidents({ sql }, sources, webhooks, now) {
  const events = sql.rows(
    `SELECT at, event, source, data FROM journal WHERE event IN ('outage', 'recovered', 'gap', 'filled')
       AND source IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT +?`,
    [JSON.stringify(sources), MAX_EVENTS]
  ).map(({ data, ...event }) => ({ ...event, data: JSON.parse(data ?? "{}") }));
  const incidents = [...incidentsOf(events.reverse(), now), ...webhookOutages(sql, webhooks)];
  return incidents.sort(newestFirst2).slice(0, MAX_INCIDENTS);
}
var orderOf = ({ reported, source: source2, kind, from, to }) => [reported, source2, kind, from, to].join();
var newestFirst2 = (a, b) => orderOf(a) < orderOf(b) ? 1 : -1;
function webhookOutages(sql, webhooks) {
  const rows = sql.rows(
    `SELECT webhook AS source, off AS "from", ended FROM webhook_outage
     WHERE webhook IN (SELECT value FROM json_each(?)) ORDER BY off DESC, webhook LIMIT +?`,
    [JSON.stringify(webhooks), MAX_INCIDENTS]
  );
  return rows.map(({ ended, ...outage }) => {
    const { from } = outage;
    return { kind: "webhook", ...outage, reported: from, updated: ended ?? from, ...ended !== null && { ended } };
  });
}
function incidentsOf(events, now) {
  const incidents = [];
  for (const event of events) {
    const own = incidents.filter(({ source: source2 }) => source2 === event.source);
    const outage = own.findLast(({ kind }) => kind === "outage");
    if (event.event === "outage") addOutage(incidents, event, outage);
    else if (event.event === "recovered") endOutage(incidents, event, outage);
    else if (event.event === "gap") addGap(incidents, event);
    else for (const incident of own) fill(incident, event);
  }
  return incidents.filter(({ kind, reported, ended }) => kind === "outage" || reported <= (ended ?? instant(now))).sort(newestFirst2);
}
function addOutage(incidents, { at: at2, source: source2, data }, last) {
  const { since = at2, detail } = data;
  const isSame = last && (!last.ended || Date.parse(since) - Date.parse(last.ended) < SAME_OUTAGE);
  if (!isSame) {
    incidents.push({ kind: "outage", source: source2, from: since, reported: at2, updated: at2, ...detail && { detail } });
    return;
  }
  delete last.ended;
  Object.assign(last, { updated: at2, ...detail && { detail } });
}
function endOutage(incidents, { at: at2, source: source2, data }, last) {
  if (last && !last.ended) Object.assign(last, { ended: at2, updated: at2 });
  else if (data.since)
    incidents.push({ kind: "outage", source: source2, from: data.since, reported: at2, updated: at2, ended: at2 });
}
function addGap(incidents, { at: at2, source: source2, data }) {
  const { after = "", before = "" } = data;
  if (after === "") return;
  const reported = instant(Date.parse(at2) + REPORT_DELAY);
  const missing2 = [{ after, before }];
  incidents.push({ kind: "gap", source: source2, from: after, to: before, reported, updated: reported, missing: missing2 });
}
function fill(gap, { at: at2, data }) {
  const { after = "", before = "" } = data;
  const { missing: missing2 = [] } = gap;
  if (!missing2.some((part) => after < part.before && before > part.after)) return;
  gap.missing = missing2.flatMap((part) => [
    ...after > part.after ? [{ after: part.after, before: earliestOf([after, part.before]) }] : [],
    ...before < part.before ? [{ after: latestOf([before, part.after]), before: part.before }] : []
  ]);
  if (at2 > gap.updated) gap.updated = at2;
  if (gap.missing.length === 0) gap.ended = at2;
}

// src/archive/schema.ts
var NO_UPDATE = "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is final'); END";
var MIGRATIONS = [
  [
    "CREATE TABLE site (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    // `n` is the published date and the site in one number (see rows.ts), so that the tables are in date order.
    `CREATE TABLE article (
      n INTEGER PRIMARY KEY, key TEXT NOT NULL, site INTEGER NOT NULL, id TEXT NOT NULL, sources TEXT NOT NULL,
      language TEXT NOT NULL, title TEXT NOT NULL, excerpt TEXT NOT NULL, url TEXT NOT NULL, original TEXT, image TEXT,
      day TEXT NOT NULL, day_ahead INTEGER NOT NULL, day_only INTEGER NOT NULL, updated TEXT NOT NULL, first_seen TEXT NOT NULL,
      enriched_at TEXT, earlier_titles TEXT, edits TEXT, body INTEGER, seq INTEGER NOT NULL, versions INTEGER NOT NULL,
      page_due TEXT, page_failures INTEGER NOT NULL DEFAULT 0, page_error TEXT)`,
    "CREATE UNIQUE INDEX article_key ON article (key, site)",
    "CREATE INDEX article_page ON article (n) WHERE page_due IS NOT NULL",
    "CREATE TABLE listing (source TEXT, n INTEGER, PRIMARY KEY (source, n)) WITHOUT ROWID",
    "CREATE TABLE month (source TEXT, month TEXT, articles INTEGER NOT NULL, late TEXT, PRIMARY KEY (source, month)) WITHOUT ROWID",
    // The row of a new version holds the whole version; `previous` is the row of the version before.
    `CREATE TABLE journal (
      seq INTEGER PRIMARY KEY, at TEXT NOT NULL, event TEXT NOT NULL, source TEXT NOT NULL, n INTEGER,
      title TEXT, excerpt TEXT, html TEXT, previous INTEGER, data TEXT)`,
    "CREATE INDEX journal_change ON journal (seq) WHERE event IN ('edited', 'gone', 'back')",
    NO_UPDATE,
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is final'); END",
    "CREATE TABLE source (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, status TEXT, coverage TEXT, snapshot INTEGER)",
    "CREATE TABLE usage (day TEXT PRIMARY KEY, writes INTEGER NOT NULL) WITHOUT ROWID",
    // The tokens are our own (search-index.ts).
    `CREATE VIRTUAL TABLE search USING fts5(
      tokens, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'")`,
    // Every word once. A prefix is looked up here, because FTS5's own prefix queries read every article with one of the
    // words. It is an FTS5 index too, because a table with a row a word would be most of the rows written in a day.
    `CREATE VIRTUAL TABLE dictionary USING fts5(
      words, content = '', detail = none, tokenize = "ascii tokenchars '_'")`,
    // Segments are merged sixteen at a time: a merge writes them again, and rows written a day are scarce.
    "INSERT INTO search (search, rank) VALUES ('automerge', 16)",
    "INSERT INTO dictionary (dictionary, rank) VALUES ('automerge', 16)",
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(dictionary, row)"
  ],
  // The same article on several websites (copies.ts).
  [
    // Numbers of the events that listed it, by source: `{"kcna-en": 12}`. They say which copy a feed saw first.
    "ALTER TABLE article ADD COLUMN listed TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE article ADD COLUMN outlet TEXT",
    // The outlet's own article, if the page names it: `kcna/<key>`.
    "ALTER TABLE article ADD COLUMN copy_of TEXT",
    // Rows of its copies (a JSON array), and when that last changed.
    "ALTER TABLE article ADD COLUMN copies TEXT",
    "ALTER TABLE article ADD COLUMN joined_at TEXT",
    "CREATE INDEX article_copy_of ON article (copy_of) WHERE copy_of IS NOT NULL",
    // Every title that an article of a known outlet ever had, as a hash with outlet and language.
    "CREATE TABLE title (hash INTEGER, n INTEGER, PRIMARY KEY (hash, n)) WITHOUT ROWID"
  ],
  // Near-identical texts of different outlets (reprints.ts).
  [
    "CREATE TABLE text_signature (n INTEGER PRIMARY KEY, language TEXT NOT NULL, signature TEXT NOT NULL)",
    // `first` is the row of the article that the others reprint; it has a row of its own.
    "CREATE TABLE reprint (n INTEGER PRIMARY KEY, first INTEGER NOT NULL, at TEXT NOT NULL)",
    "CREATE INDEX reprint_first ON reprint (first)"
  ],
  // Rows written a day, for /metrics.
  ["ALTER TABLE usage ADD COLUMN rows INTEGER NOT NULL DEFAULT 0"],
  // Push. All instants are milliseconds.
  [
    // A subscriber that has agreed. `seq` is the last event of its sources that it was looked at for.
    `CREATE TABLE subscription (
      id INTEGER PRIMARY KEY, callback TEXT NOT NULL, host TEXT NOT NULL, topic TEXT NOT NULL, base TEXT NOT NULL,
      sources TEXT NOT NULL, secret TEXT, expires INTEGER NOT NULL, seq INTEGER NOT NULL, digest TEXT,
      latency INTEGER NOT NULL, succeeded INTEGER, failing_since INTEGER, UNIQUE (callback, topic))`,
    // The place in the journal up to which events were sent to a webhook.
    "CREATE TABLE webhook (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, digest TEXT NOT NULL, off TEXT) WITHOUT ROWID",
    // What is sent, and what was: `due` is NULL once it is over.
    `CREATE TABLE delivery (
      id INTEGER PRIMARY KEY, kind TEXT NOT NULL, receiver TEXT NOT NULL, seq INTEGER NOT NULL, created INTEGER NOT NULL,
      due INTEGER, attempts INTEGER NOT NULL DEFAULT 0, at INTEGER, status INTEGER, error TEXT, ms INTEGER, data TEXT)`,
    "CREATE INDEX delivery_due ON delivery (due) WHERE due IS NOT NULL"
  ],
  // Deletions and returns, and the schedule of article pages that finds them.
  [
    "ALTER TABLE article ADD COLUMN gone TEXT",
    // The first look at which the article's address had no page; not gone before a second look.
    "ALTER TABLE article ADD COLUMN absent TEXT",
    // The last look at which the article's own page showed it.
    "ALTER TABLE article ADD COLUMN page_seen TEXT",
    "ALTER TABLE article ADD COLUMN page_urgent INTEGER NOT NULL DEFAULT 0",
    // The title on the article's own page, if it is not the current title (printed-titles.ts).
    "ALTER TABLE article ADD COLUMN page_title TEXT",
    // A page that seemed to be another article's (printed-titles.ts).
    "ALTER TABLE article ADD COLUMN page_doubt TEXT",
    // The last look at which the source's listing showed the article, if it does not any more.
    "ALTER TABLE listing ADD COLUMN last_seen TEXT",
    // Title and excerpt in the source's listing, if they are not the current ones (printed-titles.ts).
    "ALTER TABLE listing ADD COLUMN shown TEXT",
    // Keys of the articles on the first page of the source's listing.
    "ALTER TABLE source ADD COLUMN listed TEXT",
    "DROP INDEX article_page",
    "CREATE INDEX article_first ON article (n) WHERE page_due IS NOT NULL AND body IS NULL",
    // Not of those without a text, so that a new article writes a row less.
    "CREATE INDEX article_due ON article (page_due) WHERE page_due IS NOT NULL AND body IS NOT NULL",
    "CREATE INDEX article_urgent ON article (page_due) WHERE page_urgent = 1",
    "CREATE INDEX article_doubt ON article (n) WHERE page_doubt IS NOT NULL",
    "CREATE INDEX article_error ON article (n) WHERE page_error IS NOT NULL",
    "CREATE INDEX journal_presence ON journal (n) WHERE event IN ('gone', 'back')",
    "CREATE INDEX journal_status ON journal (seq) WHERE event IN ('outage', 'recovered', 'gap', 'filled')"
  ],
  // When webhooks were off, for the status feed.
  [
    "CREATE TABLE webhook_outage (webhook TEXT, off TEXT, ended TEXT, PRIMARY KEY (webhook, off)) WITHOUT ROWID",
    "INSERT INTO webhook_outage SELECT id, off, NULL FROM webhook WHERE off IS NOT NULL"
  ],
  // A field of the column `status` was renamed (noise.ts).
  [`UPDATE source SET status = replace(status, '"restless":', '"editLimited":')`],
  // Search tokens without accents and in southern spelling: articles that are kept are indexed again (reindex.ts).
  [
    "CREATE TABLE reindex (below INTEGER NOT NULL)",
    "INSERT INTO reindex SELECT n + 1 FROM (SELECT max(n) AS n FROM article) WHERE n IS NOT NULL"
  ],
  // The articles that are gone are counted after each change of a source.
  ["CREATE INDEX article_gone ON article (n) WHERE gone IS NOT NULL"],
  // What feeds show of edits (edit-details.ts).
  ["CREATE TABLE edit (seq INTEGER PRIMARY KEY, substantial INTEGER, details TEXT)"]
];
var FIRST_NAMES = [
  "ALTER TABLE article RENAME COLUMN learned TO enriched_at",
  "DROP TRIGGER journal_no_update",
  "UPDATE journal SET event = 'enriched' WHERE event = 'learned'",
  NO_UPDATE
];
function migrate(sql) {
  const runAll = (statements) => {
    for (const statement of statements) sql.run(statement);
  };
  sql.run("CREATE TABLE IF NOT EXISTS schema (version INTEGER PRIMARY KEY)");
  const version = sql.column("SELECT max(version) FROM schema")[0] ?? 0;
  if (version > MIGRATIONS.length)
    throw new Error(`the archive has schema ${version}, and this bridge knows ${MIGRATIONS.length}: it is older`);
  if (sql.rows("SELECT 1 FROM sqlite_schema WHERE name = 'article' AND sql LIKE '%learned TEXT%'").length > 0)
    sql.transaction(() => runAll(FIRST_NAMES));
  for (let next = version; next < MIGRATIONS.length; next++) {
    sql.transaction(() => {
      runAll(MIGRATIONS[next] ?? []);
      sql.run("INSERT INTO schema (version) VALUES (?)", [next + 1]);
    });
  }
}

// src/archive/delivery-stats.ts
function deliveryStats(sql, now) {
  const subscriptions = sql.rows(
    "SELECT succeeded, failing_since FROM subscription WHERE expires > ?",
    [now]
  );
  const hooks = sql.rows(
    `SELECT webhook.id, webhook.off, delivery.created AS since FROM webhook LEFT JOIN delivery
     ON delivery.due IS NOT NULL AND delivery.kind = 'webhook' AND delivery.receiver = webhook.id AND delivery.attempts > 0`
  );
  if (subscriptions.length === 0 && hooks.length === 0) return void 0;
  const [day] = sql.rows(
    "SELECT count(*) AS tried, sum(due IS NULL AND error IS NULL) AS delivered FROM delivery WHERE kind = 'push' AND at > ?",
    [now - DAY]
  );
  const tried = subscriptions.filter((one) => one.succeeded !== null || one.failing_since !== null);
  const last = Math.max(0, ...subscriptions.map(({ succeeded }) => succeeded ?? 0));
  return {
    subscriptions: subscriptions.length,
    delivered: day?.delivered ?? 0,
    tried: day?.tried ?? 0,
    ...last > 0 && { lastDelivered: instant(last) },
    hubFails: tried.length > 0 && tried.every((one) => one.failing_since !== null && one.failing_since <= now - DAY),
    webhooks: Object.fromEntries(
      hooks.map(({ id: id2, off, since }) => [
        id2,
        { ...off !== null && { off }, ...since !== null && { failingSince: instant(since) } }
      ])
    )
  };
}

// src/archive/snapshot.ts
var MAX_ARTICLES2 = 200;
var latestKey = (source2) => `latest:${source2}`;
var STATUS_KEY = "status";
var takeLatest = (store, sources) => sources.flatMap((source2) => {
  const latest = latestOf2(store, source2);
  return latest ? [[source2, latest]] : [];
});
var LISTED = `FROM listing CROSS JOIN article ON article.n = listing.n
  WHERE listing.source = ? ORDER BY listing.n DESC LIMIT ${MAX_ARTICLES2}`;
function latestOf2(store, source2) {
  const { seq } = store.sources.get(source2);
  const head2 = store.head();
  const [changedAt2] = seq >= store.sameInstantFrom ? [head2.at] : store.sql.column("SELECT at FROM journal WHERE seq = ?", [seq]);
  if (changedAt2 === void 0) return void 0;
  const { firstListing } = store;
  store.firstListing = void 0;
  const written2 = firstListing?.source === source2 ? firstListing.rows.toSorted((one, other) => other.n - one.n) : void 0;
  const rows = written2?.slice(0, MAX_ARTICLES2) ?? feedRows(store.sql, LISTED, [source2]);
  const months = store.sql.rows(
    "SELECT month, articles, late FROM month WHERE source = ? ORDER BY month",
    [source2]
  );
  const late = months.flatMap(({ month, late: late2 }) => late2 === null ? [] : [[month, late2]]);
  return {
    seq,
    changedAt: changedAt2,
    months: Object.fromEntries(months.map(({ month, articles }) => [month, articles])),
    ...late.length > 0 && { late: Object.fromEntries(late) },
    articles: articlesOf(store, rows, [source2])
  };
}
function takeStatuses(store, ids) {
  const sources = {};
  for (const id2 of ids) {
    const { seq, status: status2 } = store.sources.get(id2);
    if (status2) sources[id2] = { ...status2, seq };
  }
  return sources;
}
function takeStatus(store, now) {
  const sources = takeStatuses(store, store.sources.all().keys());
  const unreadable = store.sql.rows(
    `SELECT key, sources, page_error AS detail FROM (
       SELECT key, sources, page_error, page_due FROM article WHERE page_error IS NOT NULL ORDER BY n DESC LIMIT 500)
     ORDER BY page_due DESC LIMIT 20`
  );
  for (const { key, sources: listed2, detail } of unreadable) {
    for (const id2 of sourcesOf({ sources: listed2 })) {
      const source2 = sources[id2];
      if (source2) source2.unreadable = [...source2.unreadable ?? [], { key, detail }];
    }
  }
  const deliveries = deliveryStats(store.sql, now);
  const changes = recentChanges(store, now);
  const { seq, at: headAt } = store.head();
  return { seq, headAt, at: instant(now), sources, changes, ...deliveries && { deliveries } };
}
function recentChanges(store, now) {
  const counts2 = store.sql.rows(
    `SELECT event, count(DISTINCT n) AS articles FROM journal
     WHERE event IN ('edited', 'gone', 'back') AND seq > coalesce((
       SELECT seq FROM journal INDEXED BY journal_change
       WHERE event IN ('edited', 'gone', 'back') AND at < ? ORDER BY seq DESC LIMIT 1), 0)
     AND (event = 'edited' OR (SELECT gone FROM article WHERE article.n = journal.n) IS NOT NULL) GROUP BY event`,
    [instant(now - DAY)]
  );
  const of = (event) => counts2.find((count2) => count2.event === event)?.articles ?? 0;
  return { edited: of("edited"), gone: of("gone") };
}
var MAX_WRITES = 450;
var INITIAL_WRITES = 60;
var KV_WRITES_PER_DAY = 1e3;
var ROWS_PER_DAY = 1e5;
function usageOf({ sql }, now) {
  if (!sql.rowsWritten) return [];
  const day = instant(now).slice(0, 10);
  const [used] = sql.rows("SELECT writes, rows FROM usage WHERE day = ?", [day]);
  return [
    { resource: "kv_writes", used: used?.writes ?? 0, limit: KV_WRITES_PER_DAY },
    { resource: "rows_written", used: used?.rows ?? 0, limit: ROWS_PER_DAY }
  ];
}
var MAX_UNNOTED = 4;
var STATUS_PAUSE = 5e3;
var SnapshotWriter = class {
  #store;
  #snapshots;
  #running = Promise.resolve(void 0);
  /** Written rows that the table `usage` already includes, and writes that it does not include yet. */
  #countedRows = 0;
  #writes = 0;
  /** The day's writes that it includes. */
  #used = { day: "", writes: 0 };
  /** When the status of all was last written. */
  #statusAt = Number.NEGATIVE_INFINITY;
  /** Whether a call was told `paused` since then. */
  #statusWaits = false;
  /** Written snapshots that are not noted yet: sources with the numbers of their events. */
  #written = /* @__PURE__ */ new Map();
  constructor(store, snapshots) {
    this.#store = store;
    this.#snapshots = snapshots;
  }
  isBehind() {
    return this.#behind().length > 0;
  }
  /** The sources whose snapshots are older than the archive, the oldest first. */
  #behind() {
    const behind = [...this.#store.sources.all()].filter(
      ([id2, { seq, snapshot }]) => seq > (this.#written.get(id2) ?? snapshot)
    );
    return behind.sort(([a, one], [b, other]) => one.snapshot - other.snapshot || (a < b ? -1 : 1));
  }
  /**
   * One write at a time: an older snapshot must not replace a newer one.
   *
   * @param taken if it is for a reader and is written, the status of all sources is not, and nothing is noted before the
   * fourth write. If the process ends before, it is only written once more. If the result is `paused`, the status is
   * written by a call after `STATUS_PAUSE`.
   */
  write(now, taken) {
    const write = () => this.#write(now, taken);
    this.#running = this.#running.then(write, write);
    return this.#running;
  }
  async #write(now, taken) {
    let waiting = await this.#writeLatest(now, taken);
    if (taken?.isForReader) {
      const isWritten = taken.latest && (this.#written.get(taken.source) ?? 0) >= taken.latest.seq;
      if (isWritten && this.#writes < MAX_UNNOTED && !this.#statusWaits) return waiting;
      this.#statusWaits = now >= this.#statusAt && now - this.#statusAt < STATUS_PAUSE;
      if (this.#statusWaits) return waiting === "refused" ? waiting : "paused";
    }
    if (await this.#put(STATUS_KEY, takeStatus(this.#store, now))) this.#writes++;
    else waiting = "refused";
    this.#statusAt = now;
    this.#statusWaits = false;
    if (this.#writes > 0) this.#note();
    return waiting;
  }
  async #writeLatest(now, taken) {
    let left = this.#writesLeft(now) - 1;
    let waiting;
    for (const [id2, { seq, status: status2 }] of this.#behind()) {
      const take = () => taken?.latest?.seq === seq && taken.source === id2 ? taken.latest : latestOf2(this.#store, id2);
      const latest = left > 0 ? take() : void 0;
      if (!latest || !await this.#put(latestKey(id2), { ...latest, status: status2 && { ...status2, seq } })) {
        waiting = left > 0 ? "refused" : waiting ?? "no-writes-left";
        continue;
      }
      left--;
      this.#writes++;
      this.#written.set(id2, seq);
    }
    return waiting;
  }
  #writesLeft(now) {
    const day = instant(now).slice(0, 10);
    if (this.#used.day !== day) {
      const [writes = 0] = this.#store.sql.column("SELECT writes FROM usage WHERE day = ?", [day]);
      this.#used = { day, writes };
    }
    const elapsed = (now - Date.parse(`${day}T00:00:00Z`)) / 864e5;
    const allowed = Math.floor(INITIAL_WRITES + (MAX_WRITES - INITIAL_WRITES) * elapsed);
    return allowed - this.#used.writes - this.#writes;
  }
  /** Keeps up to which event the snapshots are, and what the day's limits have been used for. */
  #note() {
    const { sql } = this.#store;
    const rowsWritten = sql.rowsWritten?.() ?? 0;
    this.#store.transaction(() => {
      for (const [id2, seq] of this.#written) this.#store.sources.save(id2, { snapshot: seq });
      sql.run(
        `INSERT INTO usage (day, writes, rows) VALUES (?, ?, ?) ON CONFLICT (day)
         DO UPDATE SET writes = writes + excluded.writes, rows = rows + excluded.rows`,
        [this.#used.day, this.#writes, rowsWritten - this.#countedRows]
      );
    });
    this.#used.writes += this.#writes;
    this.#written.clear();
    this.#writes = 0;
    this.#countedRows = rowsWritten;
  }
  async #put(key, value) {
    try {
      await this.#snapshots.put(key, value);
      return true;
    } catch (error) {
      logError("snapshot", error, { key });
      return false;
    }
  }
};

// src/archive/source-status.ts
var OUTAGE = 3 * 36e5;
function statusAfter(before, outcome, now) {
  const at2 = instant(now);
  const status2 = { lastAttempt: at2, failures: 0, nextDue: at2, ...before };
  if (before && before.lastAttempt > at2) return { status: status2 };
  status2.lastAttempt = at2;
  return outcome.ok ? afterSuccess(status2, outcome, now) : afterFailure(status2, outcome, now);
}
function afterFailure(status2, { reason, detail, retryAfter }, now) {
  const at2 = instant(now);
  status2.failures++;
  status2.failingSince ??= at2;
  status2.lastFailure = { at: at2, reason, detail };
  status2.nextDue = instant(nextDue(now, status2.failures, retryAfter));
  if (status2.outage || now - Date.parse(status2.failingSince) < OUTAGE) return { status: status2 };
  status2.outage = true;
  return { status: status2, event: { event: "outage", data: { since: status2.failingSince, reason, detail } } };
}
function afterSuccess(status2, outcome, now) {
  const { shown, validators, digest: digest2 } = outcome;
  const at2 = instant(now);
  const pushed = outcome.pushed && shown !== void 0 && (status2.failures > 0 || status2.pushed === true);
  const wasOutage = status2.outage;
  const since = status2.failingSince;
  status2.failures = 0;
  delete status2.failingSince;
  delete status2.outage;
  delete status2.pushed;
  status2.lastSuccess = at2;
  status2.nextDue = instant(pushed ? now + PUSH_INTERVAL : nextDue(now, 0));
  if (pushed) status2.pushed = true;
  if (shown !== void 0) status2.typicalCount = Math.round(Math.max(shown, (status2.typicalCount ?? shown) * 0.95));
  if (validators) status2.validators = validators;
  if (digest2) status2.digest = digest2;
  if (outcome.gapProgress !== void 0) {
    const tries = outcome.gapProgress ? 0 : (status2.gapReading?.tries ?? 0) + 1;
    status2.gapReading = { tries, due: instant(now + gapPause(tries)) };
  }
  return wasOutage ? { status: status2, event: { event: "recovered", data: { since } } } : { status: status2 };
}
var DAYS = 95;
var RECENT_DAYS = 7;
var NEWEST = 50;
function archiveStats(sql, source2, coverage, now, before) {
  const dayBefore = (days2) => instant(now - days2 * DAY).slice(0, 10);
  const today = dayBefore(0);
  const isCounted = before?.countedOn === today;
  const days = isCounted ? RECENT_DAYS : DAYS;
  const since = dayBefore(days);
  const [counted] = sql.rows(
    `SELECT coalesce(sum(articles), 0) AS articles, (
       SELECT count(*) FROM article INDEXED BY article_gone CROSS JOIN listing
       ON listing.source = ?1 AND listing.n = article.n WHERE article.gone IS NOT NULL) AS gone, (
       SELECT json_group_array(n) FROM (
         SELECT n FROM listing WHERE source = ?1 ORDER BY n DESC LIMIT ${NEWEST})) AS numbers, (
       SELECT json_array(title, url, language) FROM article
       WHERE n = (SELECT max(n) FROM listing WHERE source = ?1)) AS first, (
       SELECT json_group_object(day, articles) FROM (
         SELECT day, count(*) AS articles FROM listing CROSS JOIN article ON article.n = listing.n
         WHERE listing.source = ?1 AND listing.n >= ?2 AND day >= ?3 GROUP BY day ORDER BY day)) AS perDay
     FROM month WHERE source = ?1`,
    [source2, Math.floor((now - (days + 2) * DAY) / 1e3) * 64, since]
  );
  const { articles, gone, numbers, first, perDay } = counted;
  const dates = JSON.parse(numbers).map(publishedOf);
  const [title = "", url2 = "", language2 = ""] = JSON.parse(first ?? "[]");
  const complete = completeSince(coverage);
  const older = Object.entries(isCounted ? before.articlesPerDay : {}).filter(([day]) => day < since);
  return {
    articles,
    ...first && { newest: { title, url: url2, published: dates[0] ?? "", language: language2 } },
    ...complete && { completeSince: complete },
    gaps: knownGaps(coverage),
    longestSilence: longestSilence(dates.map((date) => Date.parse(date))),
    gone,
    articlesPerDay: { ...Object.fromEntries(older), ...JSON.parse(perDay) },
    countedOn: today
  };
}
function longestSilence(dates) {
  let longest = DAY;
  for (let i = 1; i < dates.length; i++) longest = Math.max(longest, (dates[i - 1] ?? 0) - (dates[i] ?? 0));
  return longest;
}

// src/archive/archive.ts
var NOTHING = { added: 0, edited: 0, enriched: 0, gone: 0, back: 0 };
var Archive = class {
  store;
  article = this.#method(readArticle);
  counts = this.#method(countByMonth);
  duePages = this.#method(duePages);
  events = this.#method(readEvents);
  export = this.#method(exportLines);
  find = this.#method(find);
  incidents = this.#method(readIncidents);
  latest = this.#method(takeLatest);
  listedPages = this.#method(listedPages);
  status = this.#method(takeStatus);
  statuses = this.#method(takeStatuses);
  usage = this.#method(usageOf);
  constructor(sql) {
    migrate(sql);
    this.store = new Store(sql);
  }
  /** A function of the store as a method of the archive. */
  #method(read2) {
    return (...values) => read2(this.store, ...values);
  }
  /** Keeps what looks at some sources found, each in its own transaction: a failure stops no other source. */
  commit(commits, now) {
    return commits.map((commit2) => {
      try {
        return this.store.transaction(() => this.#commit(commit2, now));
      } catch (error) {
        if (error instanceof RefusedPage) return this.#refuse(commit2, error.failure, now);
        if (diskError(error)) throw error;
        const message2 = String(error).slice(0, 200);
        logError("commit", message2, { source: commit2.source });
        return { source: commit2.source, ...NOTHING, error: message2, seq: this.store.sources.get(commit2.source).seq };
      }
    });
  }
  /** Keeps that a page was refused: for a listing as a failed look; an article's page is tried again. */
  #refuse({ source: source2, pages = [], outcome }, failure2, now) {
    const { store } = this;
    return store.transaction(() => {
      for (const { site, article } of pages) pageFailed(store, { site, key: article.key }, now);
      const noise = store.sources.get(source2).status?.noise;
      const status2 = outcome && !outcome.pushed && this.#record(source2, { ok: false, ...failure2 }, noise, now);
      return { source: source2, ...NOTHING, failure: failure2, seq: store.sources.get(source2).seq, ...status2 && { status: status2 } };
    });
  }
  #commit(commit2, now) {
    const { store } = this;
    const { source: source2, listings = [], pages = [], absentPages = [], failedPages = [], outcome } = commit2;
    const before = store.head().seq;
    const result = { source: source2, ...NOTHING, seq: 0 };
    const [first] = listings;
    if (commit2.onlyIfAdjoining && first && !adjoins2(store, first))
      return { ...result, notAdjoining: true, seq: store.sources.get(source2).seq };
    let noise = store.sources.get(source2).status?.noise;
    let isOld = false;
    for (const listing of listings) {
      const counts2 = commitListing(store, listing, noise, now);
      result.added += counts2.added;
      result.edited += counts2.edited;
      noise = counts2.noise;
      isOld ||= counts2.isOld;
    }
    for (const page of pages) this.#commitPage(page, result, now);
    for (const page of absentPages) if (pageAbsent(store, page, source2, now)) result.gone++;
    for (const page of failedPages) pageFailed(store, page, now);
    this.#touch(before);
    const read2 = outcome?.ok && isOld ? { ...outcome, digest: void 0, validators: void 0 } : outcome;
    if (read2) result.status = this.#record(source2, read2, noise, now);
    result.seq = store.sources.get(source2).seq;
    return result;
  }
  /** Merges an article's own page, and adds to the result what it changed. */
  #commitPage(page, result, now) {
    const { store } = this;
    const counts2 = commitPage(store, page, now);
    result.added += counts2.added;
    result.edited += counts2.edited;
    result.enriched += counts2.enriched ?? 0;
    if (counts2.doubt !== void 0) {
      pageFailed(store, { site: page.site, key: page.article.key }, now, counts2.doubt);
      const detail = `the page shows "${cutAtWord(page.article.title, 80)}", which seems to be another article`;
      result.failure = { reason: "wrong-page", detail };
    } else if (pageRead(store, page, now)) result.back++;
  }
  /** Notes the last event for every source that lists an article which changed after event `before`. */
  #touch(before) {
    if (this.store.lastAppended <= before) return;
    const touched = /* @__PURE__ */ new Map();
    for (const { seq, sources } of this.store.sql.rows(
      "SELECT max(seq) AS seq, sources FROM (SELECT journal.seq, article.sources FROM journal JOIN article USING (n) WHERE journal.seq > ?) GROUP BY sources",
      [before]
    )) {
      for (const id2 of sourcesOf({ sources })) touched.set(id2, Math.max(seq, touched.get(id2) ?? 0));
    }
    for (const [id2, seq] of touched) this.store.sources.save(id2, { seq });
  }
  #record(source2, outcome, noise, now) {
    const { store } = this;
    const { coverage, seq, ...row } = store.sources.get(source2);
    const { status: status2, event } = statusAfter(row.status, outcome, now);
    if (noise) status2.noise = noise;
    else delete status2.noise;
    const gaps = knownGaps(coverage);
    if (!status2.stats || status2.statsSeq !== seq || JSON.stringify(status2.stats.gaps) !== JSON.stringify(gaps)) {
      status2.stats = archiveStats(store.sql, source2, coverage, now, status2.stats);
      status2.statsSeq = seq;
    }
    if (event) store.append({ at: store.eventTime(now), source: source2, ...event });
    store.sources.save(source2, { status: status2 });
    return status2;
  }
  /** @throws BackupError if the lines do not continue the archive; none of them is kept */
  import(lines2) {
    return this.store.transaction(() => {
      const before = this.store.head().seq;
      const result = importLines(this.store, lines2);
      this.#touch(before);
      return result;
    });
  }
};

// src/archive/service.ts
var MAX_WAITING = 100;
var MAX_WAITING_PER_CLIENT = 25;
var ArchiveService = class {
  archive;
  /** Is notified of changes; undefined if push is off. */
  notifier;
  #writer;
  #later;
  /** Calls of `waitForEvent` under way, with the client of each. */
  #waiting = /* @__PURE__ */ new Map();
  #isStopping = false;
  /** Whether edits may have no details yet, and articles may wait to be indexed again. */
  #editsWait = true;
  #reindexWaits = true;
  /**
   * @param snapshots where copies are written; undefined where readers are in the same process
   * @param later called after snapshots were written, with the reason if some are still to be written
   */
  constructor(sql, snapshots, later = async () => {
  }) {
    this.archive = new Archive(sql);
    this.#writer = snapshots && new SnapshotWriter(this.archive.store, snapshots);
    this.#later = later;
  }
  /** Calls a method by its name: the service's own, or else the archive's. */
  async invoke(method, values) {
    const target = method in this ? this : this.archive;
    return target[method](...values);
  }
  /**
   * @param publish whether the snapshots are written too: once a tick, because KV allows few writes. The reader who waits for
   * one listing gets its snapshot with the result, and does not wait until it is written; see `SnapshotWriter`
   */
  async commit(commits, now, publish) {
    const results = this.archive.commit(commits, now);
    if (this.#reindexWaits) this.#reindexWaits = reindexSome(this.archive.store);
    if (this.#editsWait || results.some(({ edited }) => edited > 0)) this.#editsWait = saveEdits(this.archive.store);
    this.#wake();
    const isPending = results.length > 0 && results.every(({ notAdjoining }) => notAdjoining);
    const [only, ...others] = results;
    if (!publish || isPending) return results;
    if (only && only.added + only.edited > 0 && others.length === 0 && commits[0]?.listings)
      only.latest = this.archive.latest([only.source])[0]?.[1];
    const isForReader = publish === "for-reader";
    const written2 = this.publish(now, only && { source: only.source, latest: only.latest, isForReader });
    if (!isForReader) await written2;
    else written2.catch((error) => logError("snapshot", error));
    return results;
  }
  /**
   * Waits until the journal has an event after number `seq`, or `ms` milliseconds.
   *
   * @returns undefined if too many wait already: an answer at once would make its client ask again at once
   */
  async waitForEvent(seq, ms, client) {
    const { store } = this.archive;
    if (store.head().seq <= seq && !this.#isStopping) {
      const own = [...this.#waiting.values()].filter((other) => other === client).length;
      if (this.#waiting.size >= MAX_WAITING || own >= MAX_WAITING_PER_CLIENT) return void 0;
      await new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        this.#waiting.set(wake, client);
      });
    }
    return store.head().seq;
  }
  /** Answers the calls that wait, and later ones at once: the server stops. */
  stopWaiting() {
    this.#isStopping = true;
    for (const wake of this.#waiting.keys()) wake();
  }
  #wake() {
    for (const wake of this.#waiting.keys()) wake();
    this.notifier?.committed();
  }
  /** A request to webhooks and hub, as plain data (see notify/client.ts); undefined if both are off. */
  async notify(request) {
    return this.notifier?.handle(request);
  }
  /** `refused` says why, if the lines do not continue the archive. */
  async import(lines2, now) {
    try {
      const result = this.archive.import(lines2);
      this.#editsWait = true;
      this.#wake();
      if (lines2.some((line) => "end" in line)) await this.publish(now);
      return result;
    } catch (error) {
      if (error instanceof BackupError) return { refused: error.message };
      throw error;
    }
  }
  /** Whether some snapshots are older than the archive. */
  isBehind() {
    return this.#writer?.isBehind() ?? false;
  }
  async publish(now, taken) {
    if (this.#writer) await this.#later(await this.#writer.write(now, taken));
  }
};

// src/archive/local.ts
function localBridge(settings2, sql, limiter) {
  const service2 = new ArchiveService(sql);
  return { bridge: { ...bridgeTo(service2, settings2), ...limiter && { limiter } }, archive: service2.archive, service: service2 };
}
function bridgeTo(service2, settings2) {
  const { archive } = service2;
  const snapshots = {
    async get(keys) {
      const sources = keys.flatMap((key) => key.startsWith(LATEST) ? key.slice(LATEST.length) : []);
      const values = new Map(archive.latest(sources).map(([id2, latest]) => [latestKey(id2), latest]));
      return keys.includes(STATUS_KEY) ? values.set(STATUS_KEY, archive.status(Date.now())) : values;
    },
    async put() {
    }
  };
  return { ...settings2, archive: localArchive(service2), snapshots };
}
var LATEST = latestKey("");

// src/platform/node.ts
import { DatabaseSync } from "node:sqlite";
function nodeSql(path) {
  const { sqlite = "" } = process.versions;
  if (sqlite.localeCompare("3.51", "en", { numeric: true }) < 0)
    throw new Error(`this Node has SQLite ${sqlite}, and 3.51 is needed: install the newest Node 24`);
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000");
  const prepare = memoize((text4) => database.prepare(text4), 500);
  const rows = (statement, values = []) => prepare(statement).all(...values);
  return {
    run(statement, values = []) {
      prepare(statement).run(...values);
    },
    rows,
    column: (statement, values = []) => rows(statement, values).map((row) => Object.values(row)[0]),
    select(columns, rest, values = []) {
      const list = Object.entries(columns).map(([name2, expression]) => `${expression} AS ${name2}`);
      return rows(`SELECT ${list.join(", ")} ${rest}`, values);
    },
    transaction(work) {
      database.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => database.close()
  };
}

// src/environment.ts
import leven2 from "leven";
import * as v5 from "valibot";

// src/variables.ts
import * as v4 from "valibot";
var isHttpAddress = (value) => {
  const url2 = URL.canParse(value) ? new URL(value) : void 0;
  return Boolean(url2 && /^https?:$/.test(url2.protocol) && !url2.search && !url2.hash && !url2.username && !url2.password);
};
var withoutUser = (value) => value.replace(/(\/\/)?.*@/s, "$1\u2026@");
var address = v4.pipe(
  v4.string("must be a text"),
  v4.check(isHttpAddress, ({ input }) => `"${withoutUser(input)}" is not an address such as https://feeds.example.org`),
  v4.transform((value) => new URL(value).href.replace(/\/+$/, ""))
);
var origin = v4.pipe(
  address,
  v4.check(
    (base) => new URL(base).origin === base,
    ({ input }) => `"${input}" must be an origin, without a path`
  )
);
var wholeNumber2 = (most) => {
  const message2 = ({ input }) => `"${input}" is not a whole number from 0 to ${most}`;
  return v4.pipe(v4.string(message2), v4.regex(/^\d{1,9}$/, message2), v4.transform(Number), v4.maxValue(most, message2));
};
var MIN_SECRET_LENGTH = 16;
var secret = v4.pipe(
  v4.string("must be a text"),
  v4.minLength(MIN_SECRET_LENGTH, `must have at least ${MIN_SECRET_LENGTH} characters`),
  // A request's headers lose it.
  v4.regex(/^\S.*\S$/s, "must have no white space at its beginning or end")
);
var bearerToken = v4.pipe(secret, v4.regex(/^[\t\x20-\x7e]*$/, "must have ASCII characters only"));
var receivers = v4.pipe(
  v4.optional(v4.pipe(v4.string("must be a text"), v4.maxLength(1e3, "is too long")), ""),
  v4.transform((text4) => text4.split(",").flatMap((part) => part.trim() || [])),
  v4.array(
    v4.pipe(
      v4.string(),
      v4.regex(/^[\w.:-]+:\d{1,5}$/, ({ input }) => `"${input}" is no host with a port, such as 192.168.1.5:8080`),
      v4.toLowerCase()
    )
  ),
  v4.transform((hosts) => new Set(hosts))
);
var VARIABLES = {
  DEFAULT_SOURCE: {
    description: "the source of `/rss.xml` and of feed autodiscovery on the home page; the first source, if it is not set and `kcna-en` is not read",
    default: "kcna-en",
    schema: v4.string("must be a text")
  },
  FOLLOW: {
    description: "the built-in sources that are read, by their ids, or `all`; what `SOURCES` adds is always read",
    default: "kcna-en, newstream, rodong-ko, kcna-ko, kp-kcna-en, kp-kcna-ko, kp-rodong-ko",
    schema: v4.pipe(
      v4.string("must be a text"),
      v4.transform((text4) => text4.split(/[\s,+]+/).filter(Boolean)),
      v4.minLength(1, "must name a source, or be all")
    )
  },
  PUBLIC_URL: {
    description: "the address of the bridge, with which its own links start; without it, the address of the request",
    default: "",
    schema: v4.optional(address)
  },
  USER_AGENT: {
    description: "the `User-Agent` that the websites see; include an address where they can reach you",
    default: "kcna-feed-bridge/1 (feed reader bridge)",
    schema: v4.pipe(
      v4.string("must be a text"),
      v4.regex(/^[\x20-\x7e]{1,256}$/, "must be 1 to 256 printable ASCII characters")
    )
  },
  SOURCES: {
    description: "additional listings, see [Add a source](#add-a-source)",
    default: "[]",
    // Wrangler hands over an array in wrangler.toml as an array.
    schema: v4.unknown()
  },
  SITES: {
    description: "additional websites, see [Add a website](#add-a-website)",
    default: "[]",
    // As for SOURCES.
    schema: v4.unknown()
  },
  BODIES_PER_TICK: {
    description: "article pages that each cron run fetches, 0 to 20; with 0, the feeds contain only excerpts",
    default: "3",
    schema: wholeNumber2(20)
  },
  HUB: {
    description: "`off` if the bridge is to be no WebSub hub, see [Push](#push); a private bridge never is one",
    default: "on",
    schema: v4.picklist(["on", "off"], 'must be "on" or "off"')
  },
  WEBHOOKS: {
    description: "secret, JSON: addresses to which articles are sent, see [Webhooks](#webhooks)",
    default: "[]",
    secret: true,
    schema: v4.string("must be a text")
  },
  PRIVATE_RECEIVERS: {
    description: "hosts in your own network to which webhooks may send, also by http: `192.168.1.5:8080, ntfy.lan:80`",
    default: "",
    schema: receivers
  },
  PRIVATE_SUBSCRIBERS: {
    description: "the same for the hub, such as a feed reader beside the bridge; whoever reaches the bridge can have feeds sent there, at any path",
    default: "",
    schema: receivers
  },
  ADMIN_TOKEN: {
    description: `secret of at least ${MIN_SECRET_LENGTH} characters; enables \`/refresh\`, \`/ingest\`, \`/export\`, \`/import\` and \`/webhooks\``,
    default: "",
    secret: true,
    schema: v4.optional(bearerToken)
  },
  ACCESS_KEY: {
    description: `secret of at least ${MIN_SECRET_LENGTH} characters; all feeds and pages require it, see [A private bridge](#a-private-bridge)`,
    default: "",
    secret: true,
    schema: v4.optional(secret)
  },
  METRICS_TOKEN: {
    description: `secret of at least ${MIN_SECRET_LENGTH} characters; \`/metrics\` requires it as a bearer token, see [Monitor](#monitor)`,
    default: "",
    secret: true,
    schema: v4.optional(bearerToken)
  }
};
var NODE_VARIABLES = {
  HOST: {
    description: "the address at which the server listens; `0.0.0.0` for all addresses of the machine",
    default: "127.0.0.1",
    schema: v4.string("must be a text")
  },
  PORT: { description: "the port at which it listens", default: "8787", schema: wholeNumber2(65535) },
  DATA: {
    description: "the folder of the archive; one process per folder",
    default: "data",
    schema: v4.string("must be a text")
  },
  TRUSTED_PROXY: {
    description: "addresses or networks of reverse proxies whose `X-Forwarded-For`, `-Proto` and `-Host` count, such as `127.0.0.1, 10.0.0.0/8`",
    default: "",
    schema: v4.optional(v4.string("must be a text"), "")
  },
  RATE_LIMIT: {
    description: "requests that one client may send per minute; 0 for no limit",
    default: "0",
    schema: wholeNumber2(1e6)
  },
  CRON: {
    description: "`off` if only pushed pages and readers' requests update the archive",
    default: "on",
    schema: v4.picklist(["on", "off"], 'must be "on" or "off"')
  }
};

// src/environment.ts
var SettingError = class extends Error {
  name = "SettingError";
};
var ALL_VARIABLES = { ...VARIABLES, ...NODE_VARIABLES };
function readVariable(env2, name2) {
  const variable = ALL_VARIABLES[name2];
  return parse(name2, env2[name2], variable.default, variable.schema);
}
function checkVariables(env2, names) {
  const errors = names.flatMap((name2) => {
    try {
      readVariable(env2, name2);
      return [];
    } catch (error) {
      return [error.message];
    }
  });
  if (errors.length > 0) throw new SettingError(errors.join("; "));
}
var originVariable = (siteId) => `${siteId.toUpperCase().replaceAll("-", "_")}${ORIGIN_SUFFIX}`;
var ORIGIN_SUFFIX = "_ORIGIN";
function readOrigin(env2, site) {
  const name2 = originVariable(site.id);
  return parse(name2, env2[name2], site.origin, origin);
}
function parse(name2, value, preset, schema) {
  const given = value === void 0 || value === null || value === "" ? preset : value;
  const text4 = typeof given === "number" ? String(given) : given === "" ? void 0 : given;
  const result = v5.safeParse(schema, text4);
  if (!result.success) throw new SettingError(`${name2}: ${result.issues[0].message}`);
  return result.output;
}
function refuseMisspelt(env2, sites2) {
  const known = [...Object.keys(ALL_VARIABLES), ...sites2.map(({ id: id2 }) => originVariable(id2))];
  for (const [name2, value] of Object.entries(env2)) {
    if (known.includes(name2) || !isVariable(value)) continue;
    const meant = known.find((other) => isClose(name2, other));
    if (meant) throw new SettingError(`${name2.slice(0, 60)}: there is no such variable; did you mean ${meant}?`);
  }
}
var isVariable = (value) => typeof value === "string" && value !== "" || typeof value === "number" || Array.isArray(value);
var tolerance = (length) => length >= 9 ? 2 : length >= 5 ? 1 : 0;
function isClose(name2, known) {
  const a = name2.toUpperCase().replaceAll("-", "_");
  if (a.replaceAll("_", "") === known.replaceAll("_", "")) return true;
  const areOrigins = a.endsWith(ORIGIN_SUFFIX) && known.endsWith(ORIGIN_SUFFIX);
  const end = areOrigins ? -ORIGIN_SUFFIX.length : void 0;
  const [x, y] = [a.slice(0, end), known.slice(0, end)];
  const most = tolerance(y.length);
  return Math.abs(x.length - y.length) <= most && leven2(x, y) <= most;
}
var unknownField = ({ expected }, rule) => {
  if (expected === "never") return "is no field that there is";
  return expected?.startsWith('"') ? `is missing; the entry ${rule}` : rule;
};
function parseEntry(schema, entry, at2, messageOf2 = ({ message: message2 }) => message2) {
  const result = v5.safeParse(schema, entry, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new SettingError(`${fieldAt(at2, issue.path)}: ${messageOf2(issue)}`);
}
var fieldAt = (at2, path = []) => path.reduce((text4, { key }) => text4 + (typeof key === "number" ? `[${key}]` : `.${String(key)}`), at2);

// src/source-settings.ts
import * as v7 from "valibot";

// src/public-host.ts
var SPECIAL = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3]
];
var LOCAL_NAMES = /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|test|invalid|alt|home\.arpa)$/;
var numberOf = (address2) => address2.split(".").reduce((number5, part) => number5 * 256 + Number(part), 0);
function isPublicIpv4(address2) {
  return !SPECIAL.some(([first, length]) => {
    const size = 2 ** (32 - length);
    return Math.floor(numberOf(address2) / size) === Math.floor(numberOf(first) / size);
  });
}
function isPublicHost(host) {
  const name2 = host.replace(/\.+$/, "");
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name2)) return isPublicIpv4(name2);
  return /^(?=.{1,253}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(name2) && !LOCAL_NAMES.test(name2);
}
var MAX_ADDRESS_LENGTH = 2e3;
function isReceiver(address2, privateReceivers) {
  if (address2.length > MAX_ADDRESS_LENGTH || !URL.canParse(address2)) return false;
  const { protocol, hostname, username, password, hash: hash2 } = new URL(address2);
  if (username || password || hash2 || !/^https?:$/.test(protocol)) return false;
  if (privateReceivers.has(hostAndPort(address2))) return true;
  return protocol === "https:" && !/^[\d.]+$/.test(hostname) && isPublicHost(hostname);
}
var hostOf = (address2) => new URL(address2).hostname.replace(/\.+$/, "");
function hostAndPort(address2) {
  const { port, protocol } = new URL(address2);
  return `${hostOf(address2).replace(/^\[|\]$/g, "")}:${port || (protocol === "https:" ? "443" : "80")}`;
}

// src/scrape/selector.ts
import { hasChildren, isTag } from "domhandler";
var MAX_SELECTOR_LENGTH = 200;
var MAX_STEPS2 = 4;
var PART3 = /([#.])(-?[A-Za-z_][\w-]*)|\[([A-Za-z_][\w-]*)(?:([~|^$*]?=)(?:"([^"\\]*)"|'([^'\\]*)'|(-?[A-Za-z_][\w-]*)))?\]|(^|(?<=[>\s]))([A-Za-z][\w-]*|\*)/y;
var COMBINATOR = /\s*(>)\s*|\s+/y;
function parseSelector(text4) {
  if (text4.length > MAX_SELECTOR_LENGTH) return void 0;
  const alternatives = [];
  for (const part of text4.split(",")) {
    const steps = parseSteps(part.trim());
    if (!steps) return void 0;
    alternatives.push(steps);
  }
  return { outermost: (root) => find2(root, alternatives) };
}
function parseSteps(text4) {
  const steps = [{ tests: [], isChild: false }];
  for (let at2 = 0; at2 < text4.length; ) {
    const step = steps.at(-1);
    PART3.lastIndex = COMBINATOR.lastIndex = at2;
    const part = PART3.exec(text4);
    if (part) {
      step.tests.push(testOf(part));
      at2 = PART3.lastIndex;
      continue;
    }
    const combinator = COMBINATOR.exec(text4);
    if (!combinator || step.tests.length === 0 || steps.length === MAX_STEPS2) return void 0;
    steps.push({ tests: [], isChild: combinator[1] !== void 0 });
    at2 = COMBINATOR.lastIndex;
  }
  return steps.at(-1)?.tests.length ? steps : void 0;
}
function testOf([, sign, name2 = "", attribute, operator, double, single, bare4 = "", , tag = ""]) {
  const value = double ?? single ?? bare4;
  if (sign === "#") return ({ attribs }) => attribs.id === name2;
  if (sign === ".") return (element) => hasClass(element, name2);
  if (attribute !== void 0) {
    const key = attribute.toLowerCase();
    return ({ attribs }) => attribs[key] !== void 0 && OPERATORS[operator ?? ""]?.(attribs[key], value) === true;
  }
  const wanted2 = tag.toLowerCase();
  return ({ name: name3 }) => tag === "*" || name3 === wanted2;
}
var hasClass = ({ attribs }, name2) => hasWord(attribs.class, name2);
var hasWord = (text4, word) => text4?.split(/\s/).includes(word) ?? false;
var OPERATORS = {
  "": () => true,
  "=": (text4, value) => text4 === value,
  "~=": (text4, value) => value !== "" && hasWord(text4, value),
  "|=": (text4, value) => text4 === value || text4.startsWith(`${value}-`),
  "^=": (text4, value) => value !== "" && text4.startsWith(value),
  "$=": (text4, value) => value !== "" && text4.endsWith(value),
  "*=": (text4, value) => value !== "" && text4.includes(value)
};
function find2(root, alternatives) {
  const found = [];
  const none = alternatives.map(() => 1);
  const walk = (node, parent, ancestors) => {
    let [own, above] = [parent, ancestors];
    if (isTag(node)) {
      own = alternatives.map((steps, i) => matched(steps, node, parent[i] ?? 1, ancestors[i] ?? 1));
      if (alternatives.some((steps, i) => (own[i] ?? 0) >> steps.length & 1)) {
        found.push(node);
        return;
      }
      above = own.map((bits, i) => bits | (ancestors[i] ?? 1));
    }
    if (hasChildren(node)) for (const child of node.children) walk(child, own, above);
  };
  walk(root, none, none);
  return found;
}
function matched(steps, element, parent, ancestors) {
  let bits = 1;
  steps.forEach(({ tests, isChild }, i) => {
    const before = isChild ? parent : ancestors;
    if (before >> i & 1 && tests.every((test) => test(element))) bits |= 1 << i + 1;
  });
  return bits;
}

// src/sites/addresses.ts
var MAX_URL_LENGTH = 2e3;
var MAX_KEY_LENGTH = 200;
var MAX_LINKS = 2e3;
var hostsOf = (site) => [new URL(site.origin).host, ...site.aliases ?? []];
function articleKey(site, url2) {
  if (url2.href.length > MAX_URL_LENGTH) return void 0;
  const key = site.articleKey ? site.articleKey(url2) : keyByPattern(site, url2.pathname + url2.search);
  return key && key.length <= MAX_KEY_LENGTH ? key : void 0;
}
function keyByPattern({ articlePath }, path) {
  const match = articlePath?.exec(path);
  return match?.index === 0 ? match[1] : void 0;
}
function articleAt(sites2, address2) {
  if (!URL.canParse(address2)) return void 0;
  const url2 = new URL(address2);
  for (const site of sites2) {
    const key = hostsOf(site).includes(url2.host) ? articleKey(site, url2) : void 0;
    if (key !== void 0) return { site, key };
  }
  return void 0;
}
function keyOfHref(site, url2, paths = /* @__PURE__ */ new Map()) {
  const hosts = /* @__PURE__ */ new Set([url2.host, ...hostsOf(site)]);
  const base = url2.href;
  return memoize((href) => {
    const to = href.length > MAX_URL_LENGTH ? null : URL.parse(href, base);
    const key = to && hosts.has(to.host) ? articleKey(site, to) : void 0;
    if (to && key !== void 0) paths.set(href, canonicalPath(site, to, key));
    return key;
  });
}
function canonicalPath(site, url2, key) {
  if (site.canonicalPath) return site.canonicalPath(url2);
  if (url2.search === "") return url2.pathname;
  const bare4 = new URL(url2.pathname, site.origin);
  return articleKey(site, bare4) === key ? url2.pathname : url2.pathname + url2.search;
}
var newestPath = (source2) => source2.site.listingPath(source2, 0);
function listingOffset(source2, path) {
  if (path === newestPath(source2)) return 0;
  return source2.site.listingOffset?.(source2, new URL(path, source2.site.origin));
}
function isAnswer(site, asked, path) {
  if (path === asked) return true;
  const from = new URL(asked, site.origin);
  const to = new URL(path, site.origin);
  const key = articleKey(site, from);
  if (key !== void 0) return articleKey(site, to) === key;
  const bare4 = (path2) => path2.replace(/\/+$/, "");
  const kept = [...from.searchParams].every(([name2, value]) => (to.searchParams.get(name2) ?? "") === value);
  return kept && bare4(from.pathname) === bare4(to.pathname);
}
var HREF = /\bhref\s{0,9}=\s{0,9}["']?([^"'\s<>]{1,2000})/gi;
function articleHrefs(site) {
  const keyOf = keyOfHref(site, new URL(site.origin));
  return (href) => keyOf(href.replaceAll("&amp;", "&")) !== void 0;
}
function firstArticleLink(site, html2) {
  const isArticle2 = articleHrefs(site);
  let looked = 0;
  for (const { 1: href = "", index } of html2.matchAll(HREF)) {
    if (isArticle2(href)) return index;
    if (++looked >= MAX_LINKS) break;
  }
  return -1;
}
function lastArticleLink(site, html2) {
  const isArticle2 = articleHrefs(site);
  let at2 = html2.length;
  for (let looked = 0; looked < MAX_LINKS && at2 > 0; looked++) {
    at2 = html2.lastIndexOf("href", at2 - 1);
    if (at2 < 0) break;
    const [, href = ""] = new RegExp(HREF, "iy").exec(html2.slice(at2, at2 + MAX_URL_LENGTH + 30)) ?? [];
    if (isArticle2(href)) return at2;
  }
  return html2.length;
}
var CARD_MARGIN = 1500;
function listingRegion(site, html2) {
  const first = firstArticleLink(site, html2);
  if (first < 0) return html2;
  const chrome = Math.max(...["</header>", "</nav>", "<main"].map((mark) => html2.lastIndexOf(mark, first)));
  const region = html2.slice(Math.max(0, chrome, first - CARD_MARGIN), lastArticleLink(site, html2) + CARD_MARGIN);
  return region.replace(/<input\b[^<>]{0,2000}>/gi, "");
}

// src/scrape/local-dates.ts
import { hasChildren as hasChildren2, isTag as isTag2, isText } from "domhandler";

// src/scrape/dates.ts
var MONTHS = "jan|ene|\u044F\u043D\u0432,feb|fev|f\xE9v|\u0444\u0435\u0432,mar|m\xE4r|\u043C\u0430\u0440,apr|abr|avr|\u0430\u043F\u0440,may|mai|\u043C\u0430\u0439|\u043C\u0430\u044F,jun|juin|\u0438\u044E\u043D,jul|juil|\u0438\u044E\u043B,aug|ago|ao\xFB|\u0430\u0432\u0433,sep|set|\u0441\u0435\u043D,oct|out|okt|\u043E\u043A\u0442,nov|\u043D\u043E\u044F,dec|dic|dez|d\xE9c|\u0434\u0435\u043A".split(",").map((month) => month.split("|"));
var MONTH = `(?<![a-z\xDF-\xFF\u0430-\u044F])(${MONTHS.flat().join("|")})[a-z\xDF-\xFF\u0430-\u044F]*\\.?`;
var GODA = "(?: \u0433(?:\u043E\u0434\u0430|\\.))?";
var FORMS = [
  [new RegExp(`${MONTH} +(\\d{1,2})(?:st|nd|rd|th)?,? *(\\d{4})\\b`, "i"), 3, 1, 2],
  [
    new RegExp(
      `\\b(\\d{1,2})(?:st|nd|rd|th|er|\xBA|\\.)?(?: +(?:of|de))?(?: +|[/-])${MONTH},?(?: +del?)?(?: +|[/-])(\\d{4})\\b${GODA}`,
      "i"
    ),
    3,
    2,
    1
  ],
  [/\b(\d{4})[)）]?(?:[-/]|\. ?)(\d{1,2})(?:[-/]|\. ?)(\d{1,2})(?!\d)\.?/, 1, 2, 3],
  // In years of Juche, too: 주체115(2026)년 1월 30일.
  [/(\d{4})[)）]? *[년年] *(\d{1,2}) *[월月] *(\d{1,2}) *[일日号]/, 1, 2, 3],
  // The website writes 23/03/2021: the day comes first.
  [/\b(\d{1,2})([-/]|\. ?)(\d{1,2})\2(\d{4})\b/, 4, 3, 1]
];
function printedDate(printed) {
  if (!/[\d\uff10-\uff19]{4}/.test(printed)) return void 0;
  const text4 = printed.replace(FULL_WIDTH, (wide) => String.fromCharCode(wide.charCodeAt(0) - WIDENED));
  let first;
  for (const [form, y, m, d] of FORMS) {
    const match = form.exec(text4);
    if (!match || first && first.at <= match.index) continue;
    const day = calendarDay(Number(match[y]), monthNumber(match[m] ?? ""), Number(match[d]));
    if (day) first = { day, text: printed.slice(match.index, match.index + match[0].length), at: match.index };
  }
  return first && { day: first.day, text: first.text };
}
var FULL_WIDTH = /[\uff0d-\uff19]/g;
var WIDENED = 65296 - 48;
function monthNumber(text4) {
  const name2 = MONTHS.findIndex((names) => names.includes(text4.toLowerCase()));
  return name2 < 0 ? Number(text4) : name2 + 1;
}

// src/scrape/local-dates.ts
function localizeTimes(root, timeZone) {
  each(root, (node) => {
    if (!isTag2(node) || node.name !== "time") return;
    const { datetime = "" } = node.attribs;
    const day = instantDay(datetime, timeZone) ?? printedDate(datetime)?.day;
    if (!day) return;
    node.attribs.datetime = day;
    const [text4, ...more] = node.children;
    if (text4 && isText(text4) && more.length === 0 && text4.data.length <= MAX_LENGTH6 && !printedDate(text4.data))
      text4.data = day;
  });
}
var INSTANT2 = /^(?:19|20)\d\d-[\d-]{2,5}T.{4,20}(?:Z|[+-]\d\d:?\d\d)$/i;
function instantDay(text4, timeZone) {
  const instant3 = INSTANT2.test(text4.trim()) ? Date.parse(text4.trim()) : Number.NaN;
  return Number.isNaN(instant3) ? void 0 : dayOf(instant3, timeZone);
}
function addYears(root, today) {
  each(root, (node) => {
    if (!isText(node) || node.data.length > MAX_LENGTH6) return;
    if (node.parent && isTag2(node.parent) && node.parent.attribs.datetime) return;
    const date = dateWithoutYear(node.data, today);
    if (date && !lazyPattern.u`[\p{L}\p{N}]`.test(node.data.replace(date.text, "").replace(BESIDE(), "")))
      node.data = date.day;
  });
}
var MAX_LENGTH6 = 48;
var BESIDE = () => lazyPattern.giu`\b\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]\.?m\b\.?)?|^\s*\p{L}{2,12}\.?,`;
var FORMS2 = [
  [new RegExp(`${MONTH} +(\\d{1,2})(?:st|nd|rd|th)?(?![\\d:])`, "i"), 1, 2],
  [new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th|er|\xBA|\\.)?(?: +(?:of|de))? +${MONTH}`, "i"), 2, 1],
  [/(?<!\d)(\d{1,2}) *[월月] *(\d{1,2}) *[일日]/, 1, 2],
  // The day comes first, as in dates with a year.
  [/(?<![\d.:/-])(\d{1,2})([./])(\d{1,2})(?:\2(?!\d)|(?![\d:./]))/, 3, 1]
];
function dateWithoutYear(text4, today) {
  let first;
  for (const [form, m, d] of FORMS2) {
    const match = form.exec(text4);
    if (!match || first && first.at <= match.index) continue;
    const day = dayWithoutYear(monthNumber(match[m] ?? ""), Number(match[d]), today);
    if (day) first = { day, text: match[0], at: match.index };
  }
  return first && { day: first.day, text: first.text };
}
function each(node, visit) {
  visit(node);
  if (hasChildren2(node)) for (const child of node.children) each(child, visit);
}

// src/sites/configured.ts
var MAX_PATH_LENGTH = 300;
function configuredSite(description) {
  const { id: id2, name: name2, origin: origin3, timeZone, aliases: aliases2, sources, datesWithoutYear, pageSize: pageSize2 } = description;
  let pattern;
  return {
    id: id2,
    name: name2,
    origin: origin3,
    aliases: aliases2,
    idPrefix: `tag:${new URL(origin3).hostname},2026:`,
    timeZone,
    sources,
    ...datesWithoutYear && { datesWithoutYear },
    async load() {
      if (pattern) return;
      const { RE2JS } = await import("re2js");
      pattern = RE2JS.compile(description.article);
    },
    articleKey({ pathname, search }) {
      if (!pattern) throw new Error(`a page of ${id2} is read before its pattern is loaded`);
      const path = pathname + search;
      if (path.length > MAX_PATH_LENGTH) return void 0;
      const matcher = pattern.matcher(path);
      return matcher.lookingAt() ? matcher.group(1) ?? void 0 : void 0;
    },
    listingPath(source2, page) {
      const { listing, older } = placeOf(source2);
      if (page === 0) return listing;
      return older?.replaceAll("{page}", String(page + 1)).replaceAll("{offset}", String(page * pageSize2));
    },
    listingOffset(source2, { pathname, search }) {
      for (let page = 1; page <= MAX_PAGES; page++) {
        const path = this.listingPath(source2, page);
        if (path === void 0) return void 0;
        if (path === pathname + search) return page * pageSize2;
      }
      return void 0;
    },
    locationFields: ["listing", "older"],
    parseLocation({ listing, older }) {
      if (!isPath(listing, origin3)) return { error: `listing must be ${PATH}` };
      if (older === void 0) return { location: { listing } };
      return isOlderPath(older, origin3) ? { location: { listing, older } } : { error: `older must be ${OLDER_PATH}` };
    },
    parseArticle(page) {
      const find3 = (selector2) => parseSelector(selector2)?.outermost(page.root) ?? [];
      const found = find3(description.body);
      const title = textOf2(page, description.title ? find3(description.title) : headings(page));
      if (found.length === 0) return failure("layout-changed", `nothing on the page matches ${description.body}`);
      if (!title) return failure("layout-changed", "the page has no title");
      const dates = description.date ? find3(description.date) : page.outline.elements.filter(isTime);
      return { title, day: dayOf2(page, dates, timeZone), content: found.flatMap(({ children }) => children) };
    }
  };
}
var MAX_PAGES = 100;
var placeOf = ({ location }) => location;
var isTime = ({ name: name2 }) => name2 === "time";
var PATH = 'a path of the website, such as "/news/"';
var OLDER_PATH = 'a path with {page} (2 for the second) or {offset}, such as "/news/?page={page}"';
function isPath(value, origin3) {
  if (typeof value !== "string" || !/^\/[\x21-\x7e]{0,500}$/.test(value) || !URL.canParse(value, origin3)) return false;
  return new URL(value, origin3).origin === origin3 && !value.includes("#");
}
var isOlderPath = (value, origin3) => isPath(value, origin3) && /\{(?:page|offset)\}/.test(value);
function headings({ outline }) {
  const named = (name2) => outline.elements.filter((element) => element.name === name2);
  return ["h1", "h2", "title"].flatMap(named);
}
function textOf2({ outline }, elements) {
  for (const element of elements) {
    const text4 = outline.textOf(element);
    if (text4) return text4;
  }
  return "";
}
function dayOf2(page, elements, timeZone) {
  for (const element of elements) {
    const { datetime = "" } = element.attribs;
    const day = instantDay(datetime, timeZone) ?? page.dayIn(datetime) ?? page.dayIn(page.outline.textOf(element, 200));
    if (day) return day;
  }
  return void 0;
}

// src/sites/chosonsinbo.ts
import * as v6 from "valibot";

// src/scrape/text-blocks.ts
import { hasChildren as hasChildren3, isTag as isTag3, isText as isText2 } from "domhandler";

// src/scrape/date-lines.ts
var MAX_DATE_LINE_LENGTH = 48;
var MAX_TEXT_BESIDE_DATE = 24;
function dateLine(text4) {
  if (text4.length >= MAX_DATE_LINE_LENGTH) return void 0;
  const date = printedDate(text4);
  const rest = text4.length - (date?.text.length ?? 0);
  return date && rest <= MAX_TEXT_BESIDE_DATE ? { day: date.day, text: text4, rest } : void 0;
}
function bestDateLine(texts) {
  let least;
  for (const text4 of texts) {
    const date = dateLine(text4);
    if (date && (!least || date.rest < least.rest)) least = date;
  }
  return least;
}
function isDate(text4) {
  if (text4.length > 2 * MAX_DATE_LINE_LENGTH) return false;
  const date = printedDate(text4);
  return date !== void 0 && !lazyPattern.u`[\p{L}\p{N}]`.test(text4.replace(date.text, ""));
}

// src/scrape/text-blocks.ts
var IGNORED = new Set("script style noscript template form button select svg iframe".split(" "));
var INLINE = new Set(
  "a abbr b bdi bdo cite code data del em font i ins kbd mark nobr q s small span strong sub sup time u var wbr".split(
    " "
  )
);
var isInline = (name2) => INLINE.has(name2) || name2.includes("-") || name2.includes("_");
var isLine2 = (node) => isTag3(node) && node.name === "div" && node.children.every(
  (child) => !isTag3(child) || isInline(child.name) || child.name === "br" || child.name === "img"
) && node.children.some((child) => isText2(child) ? child.data.trim() !== "" : isTag3(child) && isInline(child.name));
var isIgnored = ({ name: name2 }) => IGNORED.has(name2);
function textOf3(node, skip = isIgnored) {
  let text4 = "";
  const walk = (at2) => {
    if (isText2(at2)) text4 += at2.data;
    else if (hasChildren3(at2) && !(isTag3(at2) && skip(at2))) {
      const edge = isTag3(at2) && !isInline(at2.name) ? " " : "";
      text4 += edge;
      for (const child of at2.children) walk(child);
      text4 += edge;
    }
  };
  walk(node);
  return oneLine(text4);
}
function textsOf3(nodes, skip = isIgnored, standsAlone = () => false) {
  const only = onlyText(nodes, skip);
  if (only !== void 0) return only === "" ? [] : [only];
  const reader = new BlockReader(skip, standsAlone);
  for (const node of nodes) reader.read(node);
  return reader.end();
}
function onlyText([node, ...others], skip) {
  if (!node || others.length > 0) return void 0;
  if (isText2(node)) return oneLine(node.data);
  return isTag3(node) && !skip(node) ? onlyText(node.children, skip) : void 0;
}
var BlockReader = class {
  #skip;
  #standsAlone;
  #blocks = /* @__PURE__ */ new Set();
  /** Pieces of text of the run, a line feed where a line breaks; how long they are together. */
  #run = [];
  #length = 0;
  #endsInSpace = true;
  constructor(skip, standsAlone) {
    this.#skip = skip;
    this.#standsAlone = standsAlone;
  }
  read(node) {
    if (isText2(node)) this.#readText(node.data);
    else if (isTag3(node)) this.#readElement(node);
  }
  end() {
    this.#endRun();
    return [...this.#blocks];
  }
  #readText(data) {
    const text4 = foldSpace(data);
    this.#add(this.#endsInSpace && text4.startsWith(" ") ? text4.slice(1) : text4);
  }
  #readElement(element) {
    if (this.#skip(element)) return;
    if (element.name === "br") this.#add("\n");
    else if (!isInline(element.name) && element.name !== "img" || this.#standsAlone(element)) {
      this.#endRun();
      for (const child of element.children) this.read(child);
      this.#endRun();
    } else this.#readInline(element);
  }
  #readInline(element) {
    const [start, before, run] = [this.#run.length, this.#length, this.#run];
    for (const child of element.children) this.read(child);
    if (element.name === "a") return;
    const isSame = run === this.#run;
    this.#cutDate(isSame ? start : 0, isSame ? this.#length - before : this.#length);
  }
  /** Makes the end of the run a block of its own if it is a date: the last `length` characters, from piece `start` on. */
  #cutDate(start, length) {
    if (length > MAX_DATE_LINE_LENGTH + 2) return;
    if (!dateLine(this.#run.slice(start).join("").replaceAll("\n", " ").trim())) return;
    const date = this.#run.splice(start);
    this.#endRun();
    this.#file(date);
  }
  #add(piece) {
    if (piece === "") return;
    this.#run.push(piece);
    this.#length += piece.length;
    this.#endsInSpace = piece.endsWith(" ") || piece.endsWith("\n");
  }
  #endRun() {
    this.#file(this.#run);
    this.#run = [];
    this.#length = 0;
  }
  #file(pieces2) {
    const run = pieces2.join("").trim();
    const lines2 = run.includes("\n") ? run.split("\n").map((line) => line.trim()) : [run];
    const isApart = lines2.length === 1 || lines2.some((line) => dateLine(line));
    const texts = isApart ? lines2 : [lines2.filter(Boolean).join(" ")];
    for (const text4 of texts) if (text4) this.#blocks.add(text4);
  }
};

// src/sites/chosonsinbo.ts
var API = "/wp-json/wp/v2/posts";
var FIELDS = "_fields=id,date,link,title,excerpt,content";
var PER_PAGE = 20;
var TIME_ZONE = "Asia/Tokyo";
var Rendered = v6.object({ rendered: v6.string() });
var Post = v6.object({
  id: v6.pipe(v6.number(), v6.integer(), v6.minValue(1)),
  date: v6.pipe(v6.string(), v6.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/)),
  // Whole, since an address with one slash means another one beside a base.
  link: v6.pipe(
    v6.string(),
    v6.regex(/^https?:\/\/?(?:www\.)?chosonsinbo\.com\//),
    v6.transform((link) => new URL(link).href)
  ),
  title: Rendered,
  excerpt: v6.optional(Rendered),
  content: v6.optional(Rendered)
});
var json = v6.pipe(v6.string(), v6.parseJson());
var List = v6.pipe(json, v6.array(v6.unknown()));
var isJapanese = ({ link }) => new URL(link).pathname.startsWith("/jp/");
var chosonsinbo = {
  id: "chosonsinbo",
  name: "Choson Sinbo",
  origin: "https://chosonsinbo.com",
  aliases: ["www.chosonsinbo.com"],
  idPrefix: "tag:chosonsinbo.com,2026:",
  // `date` is the website's local time, without a zone.
  timeZone: TIME_ZONE,
  contentType: "application/json",
  sources: [
    { id: "chosonsinbo-ko", name: "Choson Sinbo (Ko)", language: "ko", outlet: "chosonsinbo" },
    { id: "chosonsinbo-ja", name: "Choson Sinbo (Ja)", language: "ja", outlet: "chosonsinbo" }
  ],
  articlePath: /^\/wp-json\/wp\/v2\/posts\/(\d{1,12})(?=[/?]|$)/,
  articlePagePath: (key) => `${API}/${key}?${FIELDS}`,
  canonicalPath: ({ pathname, search }) => pathname + search,
  listingPath: (_, page) => `${API}?per_page=${PER_PAGE}${page > 0 ? `&page=${page + 1}` : ""}&${FIELDS}`,
  pageSize: PER_PAGE,
  listingOffset(_, url2) {
    const page = Number(url2.searchParams.get("page") ?? 1);
    return url2.pathname === API && page >= 1 && page < 1e3 ? (page - 1) * PER_PAGE : void 0;
  },
  readFragment(text4, _, source2) {
    const { success, output: posts } = v6.safeParse(List, text4);
    if (!success) return failure("layout-changed", "the answer is not a list of posts");
    if (posts.length === 0) return failure("empty", "the answer has no posts");
    const read2 = posts.slice(0, 100).map((post) => v6.safeParse(Post, post));
    const good = read2.flatMap(({ success: success2, output }) => success2 ? [output] : []);
    if (good.length === 0)
      return failure("layout-changed", `none of ${posts.length} posts has an id, a date, a link and a title`);
    if (good.length < posts.length) {
      const error = `${posts.length - good.length} of ${posts.length} posts cannot be read`;
      logError("listing", error, { source: source2.id });
    }
    return { cards: good.filter((post) => isJapanese(post) === (source2.language === "ja")).map(cardOf) };
  },
  readArticleFragment(text4, key) {
    const { success, output } = v6.safeParse(v6.pipe(json, Post), text4);
    if (!success) return failure("layout-changed", "the answer is not a post");
    if (String(output.id) !== key) return failure("wrong-page", `the website shows post ${output.id} instead`);
    return {
      title: textIn(output.title.rendered),
      day: output.date.slice(0, 10),
      html: withoutSizes(output.content?.rendered ?? ""),
      address: output.link,
      isChrome: ({ attribs }) => (attribs.class ?? "").split(/\s+/).includes("paywall")
    };
  },
  parseArticle: () => failure("layout-changed", "articles are read through the website's API only")
};
function textIn(html2) {
  const root = parseHtml(html2);
  return "failure" in root ? "" : textOf3(root);
}
function cardOf({ id: id2, date, link, title, excerpt, content }) {
  const image = /<img\b[^<>]{0,1000}\bsrc="([^"]{1,2000})"/.exec(content?.rendered ?? "")?.[1];
  return {
    key: String(id2),
    href: link,
    title: textIn(title.rendered),
    excerpt: textIn(excerpt?.rendered ?? "").replace(/ ?\[…\]$/, ""),
    day: date.slice(0, 10),
    collectedAt: publishedAt(date),
    ...image && { image: withoutSizes(image) }
  };
}
var publishedAt = (date) => dayStart(date.slice(0, 10), TIME_ZONE) + Date.parse(`1970-01-01T${date.slice(11, 19)}Z`);
var withoutSizes = (html2) => html2.replace(/(\/wp-content\/uploads\/[^"'\s<>]{1,500}?)-\d{2,4}x\d{2,4}(?=\.(?:jpe?g|png|webp|gif)\b)/gi, "$1");

// src/sites/by-shape.ts
import { isTag as isTag5 } from "domhandler";

// src/scrape/largest-text.ts
import { hasChildren as hasChildren4, isTag as isTag4, isText as isText3 } from "domhandler";
var MIN_LENGTH = 15;
var SENTENCE_END = /[.!?。！？؟…][)"'”’»》〉」』）]*\s*(?:\([^()]{1,10}\))?$/;
var TAIL_LENGTH = 30;
var SMALL_PRINT = /copyright|©|all rights reserved/i;
var CHROME = /* @__PURE__ */ new Set(["header", "nav", "footer", "aside"]);
var PARAGRAPH = new Set("p span b strong i em u font blockquote".split(" "));
var NOTHING2 = { length: 0, tail: "", isSmallPrint: false };
function largestTextBlock(root, { after, before, holdsText = false }) {
  let largest;
  let isReached = after === void 0;
  const around2 = /* @__PURE__ */ new Set();
  for (let at2 = after?.parent; at2; at2 = at2.parent) around2.add(at2);
  const isBeside = (node) => isSkipped(node) && !around2.has(node);
  const read2 = (node) => {
    if (node === after) isReached = holdsText;
    if (node === before) isReached = false;
    if (isText3(node)) return saidBy(oneLine(node.data));
    if (!hasChildren4(node) || isBeside(node)) return NOTHING2;
    let own = [];
    const all = [];
    for (const child of node.children) {
      const said = read2(child);
      all.push(said);
      if (child === after) {
        own = [];
        isReached ||= !holdsText;
      } else own.push([child, said]);
    }
    const length = isReached && isTag4(node) && node.name !== "p" ? textLength(paragraphsIn(own)) : 0;
    if (length > (largest?.length ?? 0)) largest = { element: node, length };
    return together(all);
  };
  read2(root);
  return largest?.element;
}
var isSkipped = (node) => isTag4(node) && (node.name === "a" || CHROME.has(node.name) || IGNORED.has(node.name));
var isParagraph = (node) => isText3(node) || isTag4(node) && PARAGRAPH.has(node.name);
function paragraphsIn(own) {
  const lines2 = Map.groupBy(
    own.filter(([node]) => isLine2(node)),
    ([node]) => node.attribs.class
  );
  const alike = [...lines2.values()].filter((one) => one.filter(([, said]) => isSentence(said)).length > 1);
  return [...own.filter(([node]) => isParagraph(node)), ...alike.flat()].map(([, said]) => said);
}
function textLength(own) {
  const { length } = together(own);
  return length >= MIN_LENGTH && own.some(isSentence) ? length : 0;
}
var saidBy = (text4) => ({
  length: text4.length,
  tail: text4.slice(-TAIL_LENGTH),
  isSmallPrint: SMALL_PRINT.test(text4)
});
var isSentence = ({ tail, isSmallPrint }) => SENTENCE_END.test(tail) && !isSmallPrint;
function together(parts) {
  const said = { ...NOTHING2 };
  for (const { length, tail, isSmallPrint } of parts) {
    said.length += length;
    said.tail = tail || said.tail;
    said.isSmallPrint ||= isSmallPrint;
  }
  return said;
}

// src/sites/by-shape.ts
var CHROME2 = /* @__PURE__ */ new Set(["header", "nav", "footer", "aside", "head", "a"]);
var MAX_TITLE_LENGTH = 300;
var DATE_BEHIND = /\s*[(（]\s*[\d０-９]{4}\s?[.．年년/-]\s?[\d０-９]{1,2}\s?[.．月월/-]\s?[\d０-９]{1,2}\s?[.．日일]?\s*[)）]\s*$/;
function parseByShape({ outline, root, dayIn, listedTitle }) {
  const { elements, textOf: textOf4 } = outline;
  const own = elements.filter((element) => !isChrome(element));
  const linked = new Set(elements.filter(({ name: name2 }) => name2 === "a").flatMap(ancestorsOf));
  const titleIn = (element) => {
    const text4 = textOf4(element, MAX_TITLE_LENGTH);
    return listedTitle !== void 0 && isSameTitle(text4, listedTitle) ? text4 : text4.replace(DATE_BEHIND, "");
  };
  const isListed2 = (element) => listedTitle !== void 0 && isSameTitle(titleIn(element), listedTitle);
  const heading = own.find((element) => {
    if (linked.has(element)) return false;
    if (listedTitle === void 0) return /^h[1-4]$/.test(element.name) && titleIn(element) !== "";
    return isListed2(element) && !element.children.some((child) => isTag5(child) && isListed2(child));
  });
  if (!heading) return failure("wrong-page", "the article's title is nowhere on the page");
  const title = titleIn(heading);
  const block = largestTextBlock(root, { after: heading });
  if (!block) return failure("layout-changed", "no text of the article was found on the page");
  const below = own.slice(own.indexOf(heading) + 1);
  const dated2 = below.find((element) => isDateLine(textOf4(element, MAX_DATE_LENGTH + 1)));
  const day = dated2 && dayIn(textOf4(dated2));
  const isPart = (element) => element === heading || dated2 !== void 0 && element === dated2;
  const around2 = ancestorsOf(heading);
  const content = block.children.slice(block.children.findIndex((child) => around2.includes(child)) + 1);
  return { title, day, content, isChrome: isPart };
}
var MAX_DATE_LENGTH = 30;
var isDateLine = (text4) => text4.length <= MAX_DATE_LENGTH && /^\[?\(?\d{4}[.-]\s?\d{1,2}[.-]\s?\d{1,2}\.?\)?\]?$/.test(text4);
function ancestorsOf(element) {
  const around2 = [];
  for (let at2 = element; at2; at2 = at2.parent) if (isTag5(at2)) around2.push(at2);
  return around2;
}
var isChrome = (element) => ancestorsOf(element).some(({ name: name2 }) => CHROME2.has(name2));

// src/sites/kcna.ts
var CATEGORIES = {
  latest: "a666dda1282180e0ee1b4427b0574ae7",
  top: "6a47505ba5268fd7749c0fe11e4b24b4",
  "kim-jong-un": "b0721b9f23054ddc7fe56c2811a12715",
  home: "2f7d854121ccbbfbe6feae9fdcc3556e",
  documents: "1afa96195f9b303902490a126ab7285f",
  world: "ecc14533d88be93068af4178946b1b05",
  society: "680e40b40899891bbe75a7072e3285e7",
  external: "e2f336db98b5e69c75e0da264e037e8d",
  anecdotes: "503e9b606704f9b1c625fa5755928cd3",
  memory: "7bc083f00425be6aadfb828fba1cb5a7"
};
var CODES = { en: "en", ko: "kp", zh: "cn", ru: "ru", es: "es", ja: "jp" };
var PER_PAGE2 = 15;
var listPath = ({ language: language2, location }) => `/${CODES[language2]}/article/list/${location.category ?? CATEGORIES.latest}`;
var pageNumber = (url2) => Number(url2.searchParams.get("page_num") ?? 1);
var kcna = {
  id: "kcna",
  name: "KCNA",
  // Its TLS handshake fails.
  origin: "http://www.kcna.kp",
  aliases: ["kcna.kp"],
  idPrefix: "tag:kcna.kp,2026:",
  timeZone: "Asia/Pyongyang",
  languages: Object.keys(CODES),
  articlePath: /^\/(?:kp|en|cn|ru|es|jp)\/article\/detail\/([0-9a-f]{32})(?=[/?]|$)/,
  showsOtherPages: true,
  marksTitles: true,
  politeness: { timeout: 9e4, pause: 2e3 },
  sources: [
    { id: "kp-kcna-en", name: "KCNA, kcna.kp (En)", language: "en", outlet: "kcna" },
    { id: "kp-kcna-ko", name: "KCNA, kcna.kp (Ko)", language: "ko", outlet: "kcna" },
    { id: "kp-kcna-zh", name: "KCNA, kcna.kp (Zh)", language: "zh", outlet: "kcna" },
    { id: "kp-kcna-ru", name: "KCNA, kcna.kp (Ru)", language: "ru", outlet: "kcna" },
    { id: "kp-kcna-es", name: "KCNA, kcna.kp (Es)", language: "es", outlet: "kcna" },
    { id: "kp-kcna-ja", name: "KCNA, kcna.kp (Ja)", language: "ja", outlet: "kcna" }
  ],
  listingPath: (source2, page) => page === 0 ? listPath(source2) : `${listPath(source2)}?page_num=${page + 1}`,
  listingOffset(source2, url2) {
    const page = pageNumber(url2);
    return url2.pathname === listPath(source2) && page >= 1 && page < 1e3 ? (page - 1) * PER_PAGE2 : void 0;
  },
  olderRequest(url2, first) {
    const inputs = first.match(/<input\b[^<>]{0,500}>/gi) ?? [];
    const token = inputs.find((input) => /\bname=["']?_csrf\b/i.test(input)) ?? "";
    const csrf = /\bvalue=["']?([^"'\s>]{0,200})/i.exec(token)?.[1];
    if (csrf === void 0) return void 0;
    const fields = { page_num: String(pageNumber(url2)), cnt_per_page: String(PER_PAGE2), keyword: "", _csrf: csrf };
    return { path: url2.pathname, form: fields };
  },
  checkListing({ html: html2, url: url2 }, { linked }) {
    const shown = /\bcur_page\s*=\s*(\d{1,6})/.exec(html2)?.[1];
    if (shown === void 0 && !/\bid\s*=\s*["']?article_form\b/i.test(html2))
      return failure("wrong-page", "the website shows another page instead of the listing");
    const asked = pageNumber(url2);
    if (linked === 0 && asked > 1) return failure("wrong-page", "the website no longer knows the session");
    if (shown === void 0 || Number(shown) === asked) return void 0;
    return failure("wrong-page", `the website shows page ${shown} of the listing instead of page ${asked}`);
  },
  parseArticle({ outline, listedTitle }) {
    const article = outline.elements.find(({ name: name2 }) => name2 === "article");
    const headings2 = outline.elements.filter(
      (one) => one.name === "h1" && article && ancestorsOf(one).includes(article)
    );
    const titles = headings2.map((heading) => outline.textOf(heading)).filter(Boolean);
    const title = titles.find((one) => listedTitle !== void 0 && isSameTitle(one, listedTitle)) ?? titles.at(-1);
    if (!article || title === void 0)
      return failure("wrong-page", "the website shows another page instead of the article");
    const isChrome2 = (element) => element.name === "h1" || (element.attribs.class ?? "").includes("gallery_button") || element.name === "p" && SIGNATURE.test(outline.textOf(element, 60));
    return { title, content: article.children, isChrome: isChrome2 };
  },
  ownsPage: (source2, url2) => url2.pathname.split("/")[1] === CODES[source2.language] && (/\/article\/detail\//.test(url2.pathname) || url2.pathname === listPath(source2)),
  locationFields: ["category"],
  parseLocation({ category }) {
    if (category === void 0) return { location: {} };
    const hash2 = typeof category === "string" ? CATEGORIES[category] ?? category : "";
    if (/^[0-9a-f]{32}$/.test(hash2)) return { location: { category: hash2 } };
    return { error: `category must be one of ${Object.keys(CATEGORIES).join(", ")}, or a category's hash` };
  }
};
var SIGNATURE = /^www\.kcna\.kp ?\(Juche ?\d+\.\d+\.\d+\.?\)$/i;

// src/sites/kcnawatch-article.ts
import { hasChildren as hasChildren5, isTag as isTag6, isText as isText4 } from "domhandler";
var PUBLISHER = /^(?:more from |source: )?([^<>()]{2,40} \([A-Z][a-z]\))$/i;
function bylineOf({ elements, textOf: textOf4 }, hosts) {
  const isByline = (element) => BYLINE.test(textOf4(element, MAX_BYLINE_LENGTH));
  const line = elements.findLast((one) => BLOCKS.has(one.name) && isByline(one)) ?? elements.findLast(isByline);
  if (!line) return void 0;
  const [, printed = "", publisher = ""] = BYLINE.exec(textOf4(line, MAX_BYLINE_LENGTH)) ?? [];
  const day = printedDate(printed)?.day;
  if (!day) return void 0;
  const original = firstWithin(line, ({ name: name2, attribs: { href: href2 = "" } }) => {
    const isElsewhere = name2 === "a" && /^https?:\/\//i.test(href2) && URL.canParse(href2);
    return isElsewhere && !hosts.includes(new URL(href2).hostname);
  });
  const href = original && new URL(original.attribs.href).href;
  return { line, day, publisher: publisher.trim(), original: href };
}
var BYLINE = /^Date: ?(\d{1,2}\/\d{1,2}\/\d{4})(?: ?\| ?Source: ?([^|]*))?/i;
var BLOCKS = /* @__PURE__ */ new Set(["p", "div", "span", "li", "td"]);
var MAX_BYLINE_LENGTH = 200;
function firstWithin(node, is3) {
  if (!hasChildren5(node)) return void 0;
  for (const child of node.children) {
    const found = isTag6(child) && is3(child) ? child : firstWithin(child, is3);
    if (found) return found;
  }
  return void 0;
}
function headingOf({ elements, textOf: textOf4 }, line) {
  const at2 = elements.indexOf(line);
  const isHeading = (element) => HEADING.test(element.name) && textOf4(element) !== "";
  const heading = elements.slice(0, at2).findLast(isHeading) ?? elements.slice(at2).find(isHeading);
  return heading && !MORE_FROM.test(textOf4(heading)) ? heading : void 0;
}
var HEADING = /^h[1-4]$/;
var MORE_FROM = /^more from\b/i;
function contentOf({ outline, root, url: url2 }, byline, heading) {
  const named = outline.elements.find((element) => hasClass(element, "article-content"));
  if (named) return { content: named.children, isChrome: chromeOf(outline) };
  const { elements, textOf: textOf4 } = outline;
  const line = elements.indexOf(heading) > elements.indexOf(byline) ? heading : byline;
  const isBehind = (one) => HEADING.test(one.name) || isOfList(one) || isOtherArticle(one, url2);
  const content = [];
  for (let at2 = line.next; at2; at2 = at2.next) {
    if (!isTag6(at2)) continue;
    if (at2.name === "article" || isBehind(at2) || firstWithin(at2, (one) => isOtherArticle(one, url2))) break;
    if (/^(?:p|div|blockquote|ul|ol|table)$/.test(at2.name)) content.push(at2);
  }
  if (content.some((element) => textOf4(element) !== "")) return { content };
  const below = elements.slice(elements.indexOf(line) + 1);
  const block = largestTextBlock(root, { after: line, before: below.find(isBehind), holdsText: true });
  const above = /* @__PURE__ */ new Set([...ancestorsOf(byline), ...ancestorsOf(heading)]);
  const isChrome2 = chromeOf(outline);
  return { content: block?.children, isChrome: (element) => above.has(element) || isChrome2(element) };
}
var isSignUp = (element) => hasClass(element, "nk-paywall-free-member-form") || element.name === "form" && element.attribs.action?.includes("free-member-form");
var LISTING_IDS = ["latest_article_wrapper", "search_wrapper"];
var CHROME_IDS = /* @__PURE__ */ new Set([...LISTING_IDS, "more_results"]);
var CHROME_CLASSES = ["article-desc", "more-full-link"];
var CHROME_WORDS = /^(?:upgrade to nk pro(?: today)?|browse|kcna watch logo|more articles|read original version at source)$/i;
var CHROME_LENGTH = 50;
function isOtherArticle({ name: name2, attribs: { href = "" } }, url2) {
  const key = name2 === "a" && /\/newstream\/([\d-]+)/.exec(href)?.[1];
  return typeof key === "string" && !url2.pathname.includes(key);
}
var isOfList = (element) => CHROME_IDS.has(element.attribs.id ?? "") || CHROME_CLASSES.some((name2) => hasClass(element, name2));
function chromeOf({ textOf: textOf4 }) {
  const ended = /* @__PURE__ */ new Set();
  return (element) => {
    if (ended.has(element.parent) || isOfList(element)) return true;
    const text4 = textOf4(element, CHROME_LENGTH);
    if (/^h[1-6]$/.test(element.name) && MORE_FROM.test(text4)) {
      ended.add(element.parent);
      return true;
    }
    return /^(?:p|div|span|a|li|small)$/.test(element.name) && CHROME_WORDS.test(text4);
  };
}
function publishersOf({ elements }) {
  const said = elements.flatMap(({ children }) => children.filter(isText4)).map(({ data }) => data);
  return new Set(said.flatMap((text4) => PUBLISHER.exec(oneLine(text4))?.[1]?.toLowerCase() ?? []));
}

// src/sites/kcnawatch.ts
var HOSTS = ["kcnawatch.org", "www.kcnawatch.org", "kcnawatch.xyz", "www.kcnawatch.xyz"];
var FRAGMENT_SIZE = 10;
var MIN_COLLECTED_AT = Date.UTC(2e3);
var MAX_COLLECTED_AT = Date.UTC(2100);
var TITLE2 = /<title\b[^<>]*>\s*([^<]*)/i;
var locationOf = (source2) => source2.location;
var hasSeveralPublishers = (source2) => locationOf(source2).newstream === true;
var isFragment = ({ pathname }) => pathname.endsWith("/admin-ajax.php");
function loadMore(id2, from) {
  return `/wp-admin/admin-ajax.php?action=get_cat_by_source&die=true&from=${from}&to=${FRAGMENT_SIZE}&sort=&id=${id2}`;
}
var kcnawatch = {
  id: "kcnawatch",
  name: "KCNA Watch",
  origin: "https://kcnawatch.org",
  aliases: HOSTS.slice(1),
  idPrefix: "tag:kcnawatch.org,2026:newstream/",
  timeZone: "Asia/Pyongyang",
  // `/newstream/1769737240-205284/slug/`, with older articles nested one folder deeper.
  articlePath: /\/newstream\/(\d{6,12}-\d{1,12})(?=[/?]|$)/,
  listingIds: LISTING_IDS,
  publishers: ["KCNA.kp", "Rodong Sinmun", "Naenara", "Voice of Korea", "Minju Choson", "NK News"],
  sources: [
    { id: "kcna-en", name: "KCNA.kp (En)", language: "en", outlet: "kcna", location: { article: 156 } },
    { id: "newstream", name: "KCNA Watch Newstream", language: "mul", location: { newstream: true } },
    { id: "rodong-ko", name: "Rodong Sinmun (Kr)", language: "ko", outlet: "rodong", location: { loadMore: 189661 } },
    { id: "kcna-ko", name: "KCNA.kp (Kr)", language: "ko", outlet: "kcna", location: { search: 190036 } }
  ],
  listingPath(source2, page) {
    const location = locationOf(source2);
    if (page > 0)
      return location.loadMore === void 0 ? void 0 : loadMore(location.loadMore, page * FRAGMENT_SIZE);
    if (location.newstream) return "/newstream/";
    if (location.article !== void 0) return `/article/${location.article}/`;
    if (location.loadMore !== void 0) return loadMore(location.loadMore, 0);
    return `/?s=&source=${location.search}&sort=recent`;
  },
  listingOffset(_, url2) {
    const from = isFragment(url2) && url2.searchParams.get("from") || "";
    return /^\d{1,6}$/.test(from) ? Number(from) : void 0;
  },
  readFragment(text4, url2) {
    if (!isFragment(url2)) return void 0;
    if (text4.trim() === "0") return failure("layout-changed", "the website no longer knows the load-more action");
    return text4.trim() === "" && url2.searchParams.get("from") !== "0" ? { cards: [] } : void 0;
  },
  checkListing(page, { cards }, source2) {
    const { html: html2 } = page;
    if (cards.length === 0) {
      if (!page.outline.elements.some(isSignUp)) return void 0;
      return failure("sign-up", "the website shows its sign-up form instead of the listing");
    }
    const isGeneric = () => !html2.includes(source2.name) || publishersOf(page.outline).size > 1;
    if (hasSeveralPublishers(source2) || !/^newstream\b/i.test(TITLE2.exec(html2)?.[1] ?? "") || !isGeneric())
      return void 0;
    return failure("wrong-page", "the website shows the newstream of all sources instead of this one's listing");
  },
  parseArticle(page, source2) {
    const { outline, cards } = page;
    const byline = bylineOf(outline, HOSTS);
    if (!byline) {
      const found = cards();
      if ("failure" in found) return found;
      if (outline.elements.some(isSignUp))
        return failure("sign-up", "the website shows its sign-up form instead of the article");
      if (found.linked > 1) return failure("wrong-page", "the website shows a list of articles instead of the article");
      return failure("layout-changed", "the page has no line that says the article's date and source");
    }
    const { day, line, publisher, original } = byline;
    const heading = headingOf(outline, line);
    if (!heading) return failure("layout-changed", "the page has no title beside the line with its date");
    const listsSource = hasSeveralPublishers(source2) || publisher.toLowerCase() === source2.name.toLowerCase();
    const content = contentOf(page, line, heading);
    return { title: outline.textOf(heading), day, publisher, original, ...content, listsSource };
  },
  canonicalPath: ({ pathname }) => pathname.replace(/\/*$/, "/"),
  collectedAt(key) {
    const collectedAt = Number.parseInt(key, 10) * 1e3;
    return collectedAt >= MIN_COLLECTED_AT && collectedAt < MAX_COLLECTED_AT ? collectedAt : void 0;
  },
  ownsPage(source2, url2) {
    const { article, loadMore: loadMore2, search } = locationOf(source2);
    const number5 = /^\/article\/(\d+)\/?$/.exec(url2.pathname)?.[1];
    const isOurs = (space, own, id2) => own === void 0 ? !kcnawatch.sources.some(({ location }) => String(location?.[space]) === id2) : id2 === String(own);
    if (number5) return article === void 0 ? false : Number(number5) === article;
    if (isFragment(url2)) return isOurs("loadMore", loadMore2, url2.searchParams.get("id"));
    if (url2.searchParams.has("source")) return isOurs("search", search, url2.searchParams.get("source"));
    return articleKey(kcnawatch, url2) !== void 0 || hasSeveralPublishers(source2);
  },
  ownsPublisher(source2, publisher, others) {
    if (hasSeveralPublishers(source2) || publisher.toLowerCase() === source2.name.toLowerCase()) return true;
    if (others.some(({ name: name2 }) => name2.toLowerCase() === publisher.toLowerCase())) return false;
    const isBuiltIn = kcnawatch.sources.some(({ id: id2, location }) => id2 === source2.id && location === source2.location);
    if (!isBuiltIn || lazyPattern.u`[^\p{Script=Latin}\p{Script=Common}]`.test(publisher)) return true;
    const printed = nameOf2(publisher);
    return printed.base === nameOf2(source2.name).base && (!printed.language || printed.language === source2.language);
  },
  outletOf: (publisher) => OUTLETS.get(nameOf2(publisher).base),
  locationFields: ["article", "loadMore", "search"],
  parseLocation(entry) {
    const location = {};
    for (const [space, id2] of Object.entries(entry)) {
      if (typeof id2 !== "number" || !Number.isSafeInteger(id2) || id2 <= 0)
        return { error: `${space} must be a positive whole number` };
      location[space] = id2;
    }
    if (Object.keys(location).length === 0)
      return { error: "one of article (a page number), loadMore or search (a source id) is needed" };
    return { location };
  }
};
var OUTLETS = /* @__PURE__ */ new Map([
  ["kcna.kp", "kcna"],
  ["rodong sinmun", "rodong"],
  ["choson sinbo", "chosonsinbo"],
  ["voice of korea", "vok"],
  ["ministry of foreign affairs", "mfa"]
]);
var LANGUAGES = { kr: "ko", cn: "zh", ch: "zh", jp: "ja", sp: "es" };
function nameOf2(publisher) {
  const [, base = "", suffix] = /^(.*?)\s*(?:\(([a-z]{2})\))?$/i.exec(publisher.trim().toLowerCase()) ?? [];
  return { base, ...suffix && { language: LANGUAGES[suffix] ?? suffix } };
}

// src/sites/mfa.ts
var CATEGORIES2 = [
  ...["foreign-ministry", "foreign-ministry-2", "views", "embassies", "institutes"],
  ...["abroad", "home-2", "organizations", "others", "archives"]
];
var MORE = "\uB354\uBCF4\uAE30";
var mfa = {
  id: "mfa",
  name: "Ministry of Foreign Affairs",
  origin: "http://www.mfa.gov.kp",
  aliases: ["mfa.gov.kp"],
  idPrefix: "tag:mfa.gov.kp,2026:",
  timeZone: "Asia/Pyongyang",
  articlePath: /^\/view\/article\/(\d{1,9})(?=[/?]|$)/,
  showsOtherPages: true,
  politeness: { timeout: 6e4, pause: 2e3 },
  sources: [{ id: "kp-mfa-ko", name: "Foreign Ministry, mfa.gov.kp (Ko)", language: "ko", outlet: "mfa" }],
  listingPath: ({ location }, page) => page === 0 ? `/article/category/${location.category ?? CATEGORIES2[0]}` : void 0,
  /** The title is a heading, a link, or just the first line of the item, of which only "more" is a link. */
  readCard(card, texts) {
    const title = card.title === MORE ? texts.find((text4) => !/^[.\s]*(?:더보기)?$/.test(text4)) ?? "" : card.title;
    const excerpt = card.excerpt === title ? "" : card.excerpt.replace(/\s*\(끝\)$/, "");
    return { ...card, title, excerpt };
  },
  parseArticle: parseByShape,
  ownsPage: ({ location }, { pathname }) => pathname.startsWith("/view/article/") || pathname.replace(/\/$/, "") === `/article/category/${location.category ?? CATEGORIES2[0]}`,
  locationFields: ["category"],
  parseLocation({ category }) {
    if (category === void 0) return { location: {} };
    if (typeof category === "string" && CATEGORIES2.includes(category)) return { location: { category } };
    return { error: `category must be one of ${CATEGORIES2.join(", ")}` };
  }
};

// src/sites/rodong.ts
var CODES2 = { ko: "ko", en: "en", zh: "cn" };
var LANGUAGES2 = new Map(Object.entries(CODES2).map(([language2, code]) => [code, language2]));
var ID = /^\d{4}-\d{2}-\d{2}-[A-Z]?\d{3,4}$/i;
var TODAY = "index.php?MkBAMkAxQA==";
function fieldsOf({ search }) {
  try {
    const query = decodeURIComponent(search.slice(1)).replaceAll(" ", "+").replaceAll("-", "+").replaceAll("_", "/");
    return atob(query).split("@");
  } catch {
    return [];
  }
}
var languageOf = ({ pathname }) => LANGUAGES2.get(/^\/([a-z]{2})\/(?:index\.php)?$/.exec(pathname)?.[1] ?? "");
var rodong = {
  id: "rodong",
  name: "Rodong Sinmun",
  origin: "http://www.rodong.rep.kp",
  aliases: ["rodong.rep.kp"],
  idPrefix: "tag:rodong.rep.kp,2026:",
  timeZone: "Asia/Pyongyang",
  languages: Object.keys(CODES2),
  showsOtherPages: true,
  marksTitles: true,
  listsOneDay: true,
  politeness: { timeout: 6e4, pause: 2e3 },
  sources: [
    { id: "kp-rodong-ko", name: "Rodong Sinmun, rodong.rep.kp (Ko)", language: "ko", outlet: "rodong" },
    { id: "kp-rodong-en", name: "Rodong Sinmun, rodong.rep.kp (En)", language: "en", outlet: "rodong" },
    { id: "kp-rodong-zh", name: "Rodong Sinmun, rodong.rep.kp (Zh)", language: "zh", outlet: "rodong" }
  ],
  /** `ko-2026-02-19-003`. */
  articleKey(url2) {
    const language2 = languageOf(url2);
    const id2 = fieldsOf(url2)[1] ?? "";
    return language2 !== void 0 && ID.test(id2) ? `${language2}-${id2.toUpperCase()}` : void 0;
  },
  listingPath: ({ language: language2 }, page) => page === 0 ? `/${CODES2[language2]}/${TODAY}` : void 0,
  // Beside title and date a row prints who wrote the article.
  readCard: (card) => ({ ...card, excerpt: "" }),
  parseArticle({ outline, dayIn }) {
    const { elements, textOf: textOf4 } = outline;
    const content = elements.find(({ attribs }) => attribs.id === "ContDIV");
    const heading = elements.find((element) => hasClass(element, "TitleP"));
    if (!content || !heading) return failure("wrong-page", "the website shows another page instead of the article");
    const date = elements.find(({ attribs }) => attribs.id === "article-date");
    const isChrome2 = (element) => hasClass(element, "TitleP") || textOf4(element, 10) === "\uBAA9\uB85D\uC73C\uB85C";
    return { title: textOf4(heading), day: date && dayIn(textOf4(date)), content: content.children, isChrome: isChrome2 };
  },
  ownsPage: (source2, url2) => languageOf(url2) === source2.language && (fieldsOf(url2)[1] !== "" || isToday(url2))
};
var isToday = (url2) => fieldsOf(url2)[0] === "2";

// src/sites/vok.ts
var CODES3 = {
  ...{ ko: "ko", en: "en", ru: "ru", zh: "ch", ja: "ja" },
  ...{ fr: "fr", es: "sp", de: "ge", ar: "ar" }
};
var LISTS = { news: "Colist/newslist/18", leaders: "revolist/36" };
var vok = {
  id: "vok",
  name: "Voice of Korea",
  origin: "http://www.vok.rep.kp",
  aliases: ["vok.rep.kp"],
  idPrefix: "tag:vok.rep.kp,2026:",
  timeZone: "Asia/Pyongyang",
  languages: Object.keys(CODES3),
  // `ien261003020`: the language's letter, then a date that is a day or two before the printed one.
  // Texts are at `comde`, answers to listeners at `gude`, videos and recordings at `vi_video` and `vi_audio`.
  articlePath: /^\/index\.php\/(?:revo_de|detail_com)\/\w{2,20}\/(i[a-z]{2}\d{9})(?=[/?]|$)/,
  showsOtherPages: true,
  politeness: { timeout: 6e4, pause: 3e3 },
  sources: Object.keys(CODES3).map((language2) => ({
    id: `kp-vok-${language2}`,
    name: `Voice of Korea, vok.rep.kp (${language2[0]?.toUpperCase()}${language2.slice(1)})`,
    language: language2,
    outlet: "vok"
  })),
  listingPath: ({ language: language2, location }, page) => page === 0 ? `/index.php/${location.list ?? LISTS.news}/${CODES3[language2]}` : void 0,
  /** Of a title of several lines, the last one ends with the day: a speech's own date may stand before it. */
  readCard(card, texts) {
    const first = texts.indexOf(card.title);
    const last = first < 0 ? -1 : texts.findIndex((text4, i) => i >= first && DATE_BEHIND.test(text4));
    const printed = last < 0 ? card.title : texts.slice(first, last + 1).join(" ");
    const day = printedDate(DATE_BEHIND.exec(printed)?.[0] ?? "")?.day ?? card.day;
    const title = printed.replace(DATE_BEHIND, "").replace(/^[·・•\s]+/, "");
    return { ...card, title, excerpt: "", ...day && { day } };
  },
  parseArticle: parseByShape,
  ownsPage(source2, { pathname }) {
    const code = CODES3[source2.language];
    const letter = /\/i([a-z])[a-z]\d{9}\/?$/.exec(pathname)?.[1];
    return letter === void 0 ? pathname.endsWith(`/${code}`) : letter === code[0];
  },
  locationFields: ["list"],
  parseLocation({ list }) {
    if (list === void 0) return { location: {} };
    const path = typeof list === "string" && Object.hasOwn(LISTS, list) ? LISTS[list] : void 0;
    return path ? { location: { list: path } } : { error: `list must be ${Object.keys(LISTS).join(" or ")}` };
  }
};

// src/sites/index.ts
var SITES = { kcnawatch, kcna, rodong, chosonsinbo, vok, mfa };
function outletArticle(address2) {
  const outlets = Object.values(SITES).filter((site) => site.sources.some(({ outlet }) => outlet === site.id));
  const found = articleAt(outlets, address2);
  return found && { site: found.site.id, key: found.key };
}
var toSources = (site) => site.sources.map((source2) => ({ location: {}, ...source2, site }));
var BUILT_IN = Object.values(SITES).flatMap(toSources);

// src/source-settings.ts
function readSourceSettings(variables) {
  const builtIn = Object.values(SITES);
  const sites2 = [...builtIn];
  const entries = entriesOf("SITES", variables.SITES);
  if (entries.length > MAX_SITES2) throw new SettingError(`SITES: has more than ${MAX_SITES2} websites`);
  for (const [i, entry] of entries.entries()) sites2.push(siteOf(entry, `SITES[${i}]`, sites2));
  const byId = new Map(sites2.map((site) => [site.id, site]));
  const further = entriesOf("SOURCES", variables.SOURCES).map((entry, i) => sourceOf(entry, `SOURCES[${i}]`, byId));
  checkUnique("SOURCES", further);
  const fromSites = sites2.slice(builtIn.length).flatMap(toSources);
  checkUnique("SITES", [...builtIn.flatMap(toSources), ...fromSites, ...further], fromSites);
  const all = merge2(builtIn.flatMap(toSources), fromSites, further);
  const isFollowed = followed(variables.FOLLOW ?? ["all"], all, [...fromSites, ...further]);
  return { sites: sites2, sources: all.filter(isFollowed), unfollowed: all.filter((source2) => !isFollowed(source2)) };
}
function followed(ids, all, own) {
  if (ids.includes("all")) return () => true;
  const unknown5 = ids.find((id2) => !all.some((source2) => source2.id === id2));
  if (unknown5 !== void 0) {
    const known = all.map(({ id: id2 }) => id2).join(", ");
    throw new SettingError(`FOLLOW: there is no source "${unknown5.slice(0, 60)}"; there are ${known}, or all`);
  }
  return (source2) => ids.includes(source2.id) || own.includes(source2);
}
function merge2(builtIn, fromSites, further) {
  const own = new Map(further.map((source2) => [source2.id, source2]));
  const isBuiltIn = new Set(builtIn.map(({ id: id2 }) => id2));
  for (const id2 of own.keys()) {
    if (!isBuiltIn.has(id2)) continue;
    logError("settings", "SOURCES defines a source whose id is built in: the entry of SOURCES is used", { source: id2 });
  }
  const others = further.filter(({ id: id2 }) => !isBuiltIn.has(id2));
  return [...builtIn.map((source2) => own.get(source2.id) ?? source2), ...fromSites, ...others];
}
function checkUnique(variable, sources, own = sources) {
  const count2 = (wanted2) => sources.filter(({ id: id2 }) => id2 === wanted2).length;
  const twice = own.find(({ id: id2 }) => count2(id2) > 1);
  if (twice) throw new SettingError(`${variable}: the id "${twice.id}" occurs twice`);
}
function entriesOf(variable, value) {
  let entries = value ?? [];
  if (typeof entries === "string") {
    try {
      entries = entries.trim() === "" ? [] : JSON.parse(entries);
    } catch (error) {
      throw new SettingError(`${variable}: not JSON (${error.message})`);
    }
  }
  const what = variable.toLowerCase();
  if (!Array.isArray(entries)) throw new SettingError(`${variable}: must be a JSON array of ${what}`);
  return entries;
}
var MAX_SITES2 = 50;
var RESERVED = /* @__PURE__ */ new Set(["all", "changes"]);
var RESERVED_WORDS = [...RESERVED].join(" or ");
function isLanguage(tag) {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag;
  } catch {
    return false;
  }
}
var MAX_PATTERN_SIZE = 100;
var RULES = {
  id: `must be 1 to 40 of a-z, 0-9 and "-", and not ${RESERVED_WORDS}`,
  name: "must be a text of 1 to 100 characters",
  language: "must be a language tag such as en, ko or es (mul for a mix)",
  origin: "must be the address of a public website without a path and a port, such as https://example.org",
  aliases: "must be a list of at most 10 public hosts, such as www.example.org",
  timeZone: "must be a time zone such as Europe/Berlin",
  article: `must be a regular expression (RE2) of at most 200 characters and ${MAX_PATTERN_SIZE} instructions, whose one group is the key, such as "/news/([0-9]+)"`,
  body: `must be a selector of tags, classes, ids and attributes, such as "article .text" (at most ${MAX_SELECTOR_LENGTH} characters and ${MAX_STEPS2} steps)`,
  pageSize: "must be how many articles a part of the listing holds, from 1 to 200"
};
var text3 = (rule, isValid) => v7.message(v7.pipe(v7.string(), v7.check(isValid)), rule);
var id = text3(RULES.id, (id2) => /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(id2) && !RESERVED.has(id2));
var name = v7.message(v7.pipe(v7.string(), v7.maxLength(100), v7.trim(), v7.minLength(1)), RULES.name);
var language = text3(RULES.language, isLanguage);
var withoutSlash = v7.pipe(
  v7.string(),
  v7.transform((value) => value.replace(/\/$/, ""))
);
var origin2 = v7.message(v7.pipe(withoutSlash, v7.check(isPublicOrigin)), RULES.origin);
var aliases = v7.message(v7.pipe(v7.array(v7.pipe(v7.string(), v7.check(isHost))), v7.maxLength(10)), RULES.aliases);
var selector = text3(RULES.body, (value) => parseSelector(value) !== void 0);
var pageSize = v7.message(v7.pipe(v7.number(), v7.integer(), v7.minValue(1), v7.maxValue(200)), RULES.pageSize);
function isPublicOrigin(value) {
  if (!URL.canParse(value)) return false;
  const { origin: origin3, protocol, hostname, port } = new URL(value);
  return origin3 === value && /^https?:$/.test(protocol) && port === "" && isPublicHost(hostname);
}
function isHost(host) {
  return URL.canParse(`https://${host}`) && new URL(`https://${host}`).host === host && isPublicHost(host);
}
var NOT_RE2 = /\(\?(?:[=!]|<[=!])|\\(?:[1-9]|k|c|u)|\[\^?\]/;
function isPattern(pattern) {
  if (pattern.length > 200 || NOT_RE2.test(pattern) || programSize(pattern, false) > MAX_PATTERN_SIZE) return false;
  try {
    return new RegExp(`${pattern}|`).exec("")?.length === 2;
  } catch {
    return false;
  }
}
var BOOLEAN_RULE = "must be true or false";
var SOURCES_RULE = "must be a list of 1 to 50 sources with id, name and listing";
var source = v7.strictObject(
  { id, name, language: v7.optional(language), listing: v7.unknown(), older: v7.optional(v7.unknown()) },
  (issue) => unknownField(issue, SOURCES_RULE)
);
var SITE_RULE = "must be an object with id, name, origin, timeZone, language, listing, article and body";
var siteEntry = v7.strictObject(
  {
    id,
    name,
    origin: origin2,
    aliases: v7.optional(aliases, []),
    timeZone: text3(RULES.timeZone, isTimeZone),
    language,
    listing: v7.optional(v7.unknown()),
    older: v7.optional(v7.unknown()),
    pageSize: v7.optional(pageSize),
    article: text3(RULES.article, isPattern),
    body: selector,
    title: v7.optional(selector),
    date: v7.optional(selector),
    datesWithoutYear: v7.optional(v7.boolean(BOOLEAN_RULE), false),
    sources: v7.optional(
      v7.pipe(v7.array(source, SOURCES_RULE), v7.minLength(1, SOURCES_RULE), v7.maxLength(50, SOURCES_RULE))
    )
  },
  (issue) => unknownField(issue, SITE_RULE)
);
function siteOf(entry, at2, sites2) {
  const { listing, older, pageSize: pageSize2, sources, ...site } = parseEntry(
    siteEntry,
    entry,
    at2,
    (issue) => missing(issue) ? `is missing; it ${ruleOf(issue)}` : issue.message
  );
  const hosts = [new URL(site.origin).host, ...site.aliases];
  for (const other of sites2) {
    if (other.id === site.id) throw new SettingError(`${at2}.id: there is a website "${site.id}" already`);
    const host = hosts.find((host2) => hostsOf(other).includes(host2));
    if (host) throw new SettingError(`${at2}.origin: ${host} is the website "${other.id}" already`);
  }
  const own = sources ?? [{ id: site.id, name: site.name, listing, older }];
  const isPaged = own.some(({ older: older2 }) => older2 !== void 0);
  if (isPaged && pageSize2 === void 0) throw new SettingError(`${at2}.pageSize: is missing; it ${RULES.pageSize}`);
  if (sources && listing !== void 0)
    throw new SettingError(`${at2}.listing: if the entry has sources, each of them has its own listing`);
  return configuredSite({
    ...site,
    pageSize: pageSize2 ?? 1,
    sources: own.map(({ listing: listing2, older: older2, ...source2 }, i) => {
      const place = sources ? `${at2}.sources[${i}]` : at2;
      if (!isPath(listing2, site.origin)) throw new SettingError(`${place}.listing: must be ${PATH}`);
      if (older2 !== void 0 && !isOlderPath(older2, site.origin))
        throw new SettingError(`${place}.older: must be ${OLDER_PATH}`);
      return { language: site.language, ...source2, location: { listing: listing2, ...older2 !== void 0 && { older: older2 } } };
    })
  });
}
var missing = (issue) => issue.received === "undefined" && issue.input === void 0;
var ruleOf = ({ path, message: message2 }) => RULES[String(path?.at(-1)?.key)] ?? message2;
function sourceOf(entry, at2, sites2) {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry))
    throw new SettingError(`${at2}: must be an object with id, name, language and article, loadMore or search`);
  const { id: _, name: __, language: ___, site: siteId = "kcnawatch", ...place } = entry;
  const named = parseEntry(v7.object({ id, name, language }), entry, at2, ruleOf);
  const site = typeof siteId === "string" ? sites2.get(siteId) : void 0;
  if (!site) throw new SettingError(`${at2}.site: there are ${[...sites2.keys()].join(", ")}`);
  const { languages: languages2 = [named.language], locationFields = [] } = site;
  const unknown5 = Object.keys(place).find((field) => !locationFields.includes(field));
  if (unknown5 !== void 0) throw new SettingError(`${at2}: there is no field ${unknown5}`);
  if (!languages2.includes(named.language))
    throw new SettingError(`${at2}: language must be one of ${languages2.join(", ")}`);
  const read2 = site.parseLocation?.(place) ?? { location: {} };
  if ("error" in read2) throw new SettingError(`${at2}: ${read2.error}`);
  const [first] = site.sources;
  const isOfOne = site.sources.every(({ outlet }) => outlet === first?.outlet);
  return {
    ...named,
    site,
    location: read2.location,
    // What an outlet's own website lists further is the outlet's as well.
    ...isOfOne && first?.outlet !== void 0 && { outlet: first.outlet }
  };
}

// src/webhook-settings.ts
import * as v8 from "valibot";
var EVENTS2 = ["added", "edited", "text", "enriched", "gone", "back"];
var FORMS3 = ["standard", "text", "slack", "discord"];
var MAX_WEBHOOKS = 10;
var URL_RULE = "must be an https address of a public host by its name, or of one that PRIVATE_RECEIVERS names, without user and fragment";
var SECRET_RULE = 'must be "whsec_" and 24 to 64 bytes in base64';
var FEED_RULE = "must be sources and parameters as in a feed's address, such as kcna-en+rodong-ko?q=missile";
var EVENTS_RULE = `must be a list, each entry one of ${EVENTS2.join(", ")}`;
var AS_RULE = `must be one of ${FORMS3.join(", ")}`;
var ENTRY_RULE = "must be an object with url and feed, and perhaps secret, events and as";
var OTHER_PARAMETERS = ["before", "limit", "sort", "sorted"];
function isSecret(value) {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(value) ?? [];
  if (encoded === void 0) return false;
  try {
    const { length } = atob(encoded);
    return length >= 24 && length <= 64;
  } catch {
    return false;
  }
}
var entrySchema = (receivers2) => v8.strictObject(
  {
    url: v8.pipe(
      v8.string(URL_RULE),
      v8.check((url2) => isReceiver(url2, receivers2), URL_RULE)
    ),
    secret: v8.optional(v8.pipe(v8.string(SECRET_RULE), v8.check(isSecret, SECRET_RULE))),
    feed: v8.pipe(v8.string(FEED_RULE), v8.maxLength(1e3, FEED_RULE)),
    events: v8.optional(
      v8.pipe(v8.array(v8.picklist(EVENTS2, EVENTS_RULE), EVENTS_RULE), v8.minLength(1, EVENTS_RULE)),
      () => ["added"]
    ),
    as: v8.optional(v8.picklist(FORMS3, AS_RULE), "standard")
  },
  (issue) => unknownField(issue, ENTRY_RULE)
);
function readWebhooks(value, sources, receivers2) {
  let entries;
  try {
    entries = JSON.parse(value);
  } catch {
    throw new SettingError("WEBHOOKS: not JSON");
  }
  if (!Array.isArray(entries)) throw new SettingError("WEBHOOKS: must be a JSON array of webhooks");
  if (entries.length > MAX_WEBHOOKS) throw new SettingError(`WEBHOOKS: has more than ${MAX_WEBHOOKS} webhooks`);
  const webhooks = entries.map((entry, i) => webhookOf(entry, `WEBHOOKS[${i}]`, sources, receivers2));
  webhooks.forEach(({ id: id2 }, i) => {
    const first = webhooks.findIndex((other) => other.id === id2);
    if (first !== i) throw new SettingError(`WEBHOOKS[${i}]: is the same as WEBHOOKS[${first}]`);
  });
  return webhooks;
}
function webhookOf(entry, at2, sources, receivers2) {
  const { url: url2, secret: secret2, feed, events, as } = parseEntry(entrySchema(receivers2), entry, at2);
  if (as === "standard" && !secret2) throw new SettingError(`${at2}.secret: is missing; it ${SECRET_RULE}`);
  const [names = "", query = ""] = feed.split(/\?(.*)/s);
  const ids = names === "all" ? sources.map(({ id: id2 }) => id2) : [...new Set(names.split("+"))];
  const unknown5 = ids.find((id2) => !sources.some((source2) => source2.id === id2));
  if (unknown5 !== void 0) throw new SettingError(`${at2}.feed: there is no source "${unknown5.slice(0, 60)}"`);
  const parameters = new URLSearchParams(query);
  const other = OTHER_PARAMETERS.find((name2) => parameters.has(name2));
  if (other) throw new SettingError(`${at2}.feed: ${other} does not choose articles, so it has no effect here`);
  const parsed = parseParameters(parameters);
  if ("error" in parsed) throw new SettingError(`${at2}.feed: ${parsed.error.detail}`);
  return {
    /** From everything but the secret: a webhook that is changed begins at the newest event. */
    id: fingerprint(JSON.stringify([url2, feed, events, as])),
    url: url2,
    /** As it is written: `kcna-en?q=missile`. */
    feed,
    /** Ids; a name of all sources is written out. */
    sources: ids,
    /** The feed's parameters. */
    query,
    events,
    as,
    /** Signs the messages (Standard Webhooks). */
    secret: secret2
  };
}

// src/settings.ts
var checked = /* @__PURE__ */ new WeakMap();
function settingsOf(env2, checkBindings = () => {
}) {
  let settings2 = checked.get(env2);
  if (!settings2) {
    try {
      checkBindings(env2);
      settings2 = check5(env2);
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      settings2 = error;
    }
    checked.set(env2, settings2);
  }
  if (settings2 instanceof SettingError) {
    logError("settings", settings2.message);
    throw settings2;
  }
  return settings2;
}
function check5(env2) {
  checkVariables(env2, Object.keys(VARIABLES));
  const { sites: sites2, sources, unfollowed } = readSourceSettings({
    SOURCES: readVariable(env2, "SOURCES"),
    SITES: readVariable(env2, "SITES"),
    FOLLOW: readVariable(env2, "FOLLOW")
  });
  refuseMisspelt(env2, sites2);
  const defaultId = readVariable(env2, "DEFAULT_SOURCE");
  const named = sources.find(({ id: id2 }) => id2 === defaultId);
  const defaultSource = named ?? (env2.DEFAULT_SOURCE ? void 0 : sources[0]);
  if (!defaultSource) {
    const ids = sources.map(({ id: id2 }) => id2).join(", ");
    const why = unfollowed.some(({ id: id2 }) => id2 === defaultId) ? "FOLLOW does not name" : "there is no source";
    throw new SettingError(`DEFAULT_SOURCE: ${why} "${defaultId}"; the sources are ${ids}`);
  }
  const publicUrl = readVariable(env2, "PUBLIC_URL");
  const accessKey = readVariable(env2, "ACCESS_KEY");
  const privateReceivers = readVariable(env2, "PRIVATE_RECEIVERS");
  const webhooks = readWebhooks(readVariable(env2, "WEBHOOKS"), sources, privateReceivers);
  if (webhooks.length > 0 && !publicUrl) throw new SettingError("WEBHOOKS: need PUBLIC_URL, for the links in messages");
  return {
    sources,
    /** The built-in sources that are not read, because `FOLLOW` does not name them. */
    unfollowed,
    defaultSource,
    /** Where each site's pages are fetched, by the site's canonical origin. */
    origins: new Map(sites2.map((site) => [site.origin, readOrigin(env2, site)])),
    /** Where the bridge's own links begin; undefined: at the origin of the request. */
    publicUrl,
    userAgent: readVariable(env2, "USER_AGENT"),
    bodiesPerTick: readVariable(env2, "BODIES_PER_TICK"),
    /** Whether feeds can be subscribed to (WebSub). What is pushed leaves the bridge without a key. */
    hub: readVariable(env2, "HUB") === "on" && !accessKey,
    webhooks,
    /** `host:port` to which webhooks may send although they are no public hosts; the same for the hub. */
    privateReceivers,
    privateSubscribers: readVariable(env2, "PRIVATE_SUBSCRIBERS"),
    adminToken: readVariable(env2, "ADMIN_TOKEN"),
    accessKey,
    metricsToken: readVariable(env2, "METRICS_TOKEN"),
    /** Milliseconds, whole seconds: when these settings were first read. */
    setAt: Math.floor(Date.now() / 1e3) * 1e3
  };
}

// src/platform/counters.ts
var counts = /* @__PURE__ */ new Map();
function count(name2, labels = {}) {
  counterOf(name2, labels).value++;
}
function counterOf(name2, labels = {}) {
  const key = name2 + JSON.stringify(labels);
  let counter = counts.get(key);
  if (!counter) {
    counter = { name: name2, labels, value: 0 };
    counts.set(key, counter);
  }
  return counter;
}

// src/archive/cache.ts
var NO_STATUS = { seq: 0, at: "", sources: {} };
var newStatus = () => ({ ...NO_STATUS, sources: {} });
var memories = /* @__PURE__ */ new WeakMap();
function memoryOf({ snapshots }) {
  let memory = memories.get(snapshots);
  if (!memory) {
    memory = { latest: /* @__PURE__ */ new Map(), written: /* @__PURE__ */ new Map(), state: {} };
    memories.set(snapshots, memory);
  }
  return memory;
}
function cacheWrites(stores, results, now) {
  const memory = memoryOf(stores);
  const { value, at: at2 } = memory.status ?? { value: newStatus(), at: 0 };
  for (const { source: source2, seq, status: status2, latest } of results) {
    memory.written.set(source2, seq);
    if (latest) memory.latest.set(source2, { value: latest, at: now, readAt: now });
    const known = status2 ?? value.sources[source2];
    if (known) keep(value, source2, { ...known, seq });
  }
  memory.status = { value, at: at2, heardAt: now };
  memory.state = {};
  delete memory.health;
}
function keep(status2, id2, one) {
  status2.sources[id2] = one;
  if (one.seq <= status2.seq) return;
  status2.seq = one.seq;
  status2.headAt = void 0;
}

// src/platform/retry-after.ts
var MAX_RETRY_AFTER = 86400;
function retryAfterOf(headers) {
  const value = headers.get("retry-after") ?? "";
  const seconds = /^\s*\d+\s*$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - Date.now()) / 1e3);
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds), MAX_RETRY_AFTER) : void 0;
}

// src/scrape/data-urls.ts
var DataUrlFilter = class {
  #pending = new Uint8Array(0);
  /** Within a URL: the bytes of which one ends it. */
  #ends;
  /** The bytes of a chunk that are kept, as views of it; the last few may come with the next chunk. */
  push(chunk) {
    const bytes = this.#pending.length === 0 ? chunk : concatenate([this.#pending, chunk]);
    this.#pending = new Uint8Array(0);
    const kept = [];
    let from = 0;
    for (; ; ) {
      if (this.#ends) {
        const end = firstOf2(bytes, this.#ends, from);
        if (end < 0) return kept;
        this.#ends = void 0;
        from = end;
      }
      const colon = startOf2(bytes, from);
      if (colon === void 0 || colon + IMAGE.length >= bytes.length) {
        const held = Math.max(from, Math.min(colon ?? bytes.length, bytes.length) - DATA.length - 1);
        kept.push(bytes.subarray(from, held));
        this.#pending = bytes.slice(held);
        return kept;
      }
      kept.push(bytes.subarray(from, colon + 1));
      this.#ends = endsOf(bytes[colon - DATA.length - 1]);
      from = colon + 1;
    }
  }
  /** The bytes that are still waiting when the page has ended. */
  end() {
    const rest = this.#pending;
    this.#pending = new Uint8Array(0);
    return rest;
  }
};
var ascii = (text4) => [...text4].map((character) => character.charCodeAt(0));
var COLON = 58;
var DATA = ascii("data");
var LAST_OF_DATA = DATA.at(-1);
var IMAGE = ascii("image/");
var QUOTES2 = ascii(`"'`);
var PARENTHESIS = ascii("(");
function startOf2(bytes, from) {
  for (let colon = bytes.indexOf(COLON, from); colon >= 0; colon = bytes.indexOf(COLON, colon + 1)) {
    if (((bytes[colon - 1] ?? 0) | 32) !== LAST_OF_DATA) continue;
    if (occurs2(bytes, DATA, colon - DATA.length, from) && occurs2(bytes, IMAGE, colon + 1, from)) return colon;
  }
  return void 0;
}
var occurs2 = (bytes, word, at2, from) => at2 >= from && word.every((byte, i) => at2 + i >= bytes.length || ((bytes[at2 + i] ?? 0) | 32) === (byte | 32));
function endsOf(before = 0) {
  if (QUOTES2.includes(before)) return [before];
  return ascii(PARENTHESIS.includes(before) ? ")" : `"'> 
`);
}
function firstOf2(bytes, wanted2, from) {
  const found = wanted2.map((byte) => bytes.indexOf(byte, from)).filter((at2) => at2 >= 0);
  return found.length > 0 ? Math.min(...found) : -1;
}
function concatenate(chunks) {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at2 = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at2);
    at2 += chunk.length;
  }
  return bytes;
}

// src/refresh/page-bytes.ts
var MAX_PAGE_BYTES = 2 * 1024 * 1024;
async function readAtMost(message2, most, filter) {
  if (Number(message2.headers.get("content-length") ?? 0) > most) {
    if (message2 instanceof Response) await message2.body?.cancel();
    return void 0;
  }
  const chunks = [];
  let [read2, size] = [0, 0];
  const keep2 = (kept) => {
    chunks.push(kept);
    size += kept.byteLength;
  };
  for await (const chunk of filter ? piecesOf(message2.body) : message2.body ?? []) {
    read2 += chunk.byteLength;
    if (filter) for (const kept of filter.push(chunk)) keep2(kept.slice());
    else keep2(chunk);
    if (read2 > most || filter && size > MAX_PAGE_BYTES) return void 0;
  }
  if (filter) keep2(filter.end().slice());
  return filter && size > MAX_PAGE_BYTES ? void 0 : concatenate(chunks);
}
var PIECE = 64 * 1024;
async function* piecesOf(body) {
  const reader = body?.getReader({ mode: "byob" });
  try {
    for (let read2 = await reader?.read(new Uint8Array(PIECE)); reader && read2 && !read2.done; ) {
      yield read2.value;
      read2 = await reader.read(new Uint8Array(read2.value.buffer));
    }
  } finally {
    await reader?.cancel();
  }
}
function decode(bytes, contentType) {
  const head2 = new TextDecoder("latin1").decode(bytes.subarray(0, 2048));
  const mark = /^(?:(\xef\xbb\xbf)|(\xff\xfe)|\xfe\xff)/.exec(head2);
  const named = [
    mark && (mark[1] ? "utf-8" : mark[2] ? "utf-16le" : "utf-16be"),
    /charset\s*=\s*["']?([\w:-]+)/i.exec(contentType)?.[1],
    // What is read as ASCII here is not in UTF-16, whatever it says (HTML, section 13.2.3.2).
    /<meta[^>]+charset\s*=\s*["']?(?!utf-?16)([\w:-]+)/i.exec(head2)?.[1],
    /^\s*<\?xml[^>]+encoding\s*=\s*["'](?!utf-?16)([\w:-]+)/i.exec(head2)?.[1]
  ].filter((charset) => typeof charset === "string");
  for (const charset of [...named, "utf-8", "euc-kr"]) {
    try {
      return new TextDecoder(charset, { fatal: true, ignoreBOM: false }).decode(bytes);
    } catch {
    }
  }
  return new TextDecoder().decode(bytes);
}

// src/refresh/fetch.ts
var requestsLeft = ({ left, shared }) => left + (shared?.left ?? 0);
var TIMEOUT = 1e4;
var MAX_REDIRECTS = 3;
var NO_REQUEST_LEFT = failure("no-request-left", "the bridge had no outgoing request left in this run");
var MAX_DOWNLOAD_BYTES = 24 * 1024 * 1024;
async function fetchPage(context, path, validators = {}, posted) {
  const { origin: origin3, site, timeout, budget } = context;
  if (!takeRequest(budget)) return NO_REQUEST_LEFT;
  await site.load?.();
  const host = new URL(origin3).host;
  await acquireHost(host, timeout);
  const signal = AbortSignal.timeout(timeout);
  try {
    return await follow(context, path, validators, signal, posted);
  } catch (error) {
    if (signal.aborted) return failure("timeout", `the website did not answer within ${timeout / 1e3} seconds`);
    return failure("network", `the connection to the website failed (${messageOf(error)})`);
  } finally {
    releaseHost(host, origin3 === site.origin ? site.politeness?.pause : 0);
  }
}
function takeRequest(budget) {
  const { shared = budget } = budget;
  const from = budget.left > 0 ? budget : shared;
  return from.left > 0 && from.left-- > 0;
}
async function follow(context, path, validators, signal, posted) {
  let url2 = new URL(path, context.origin);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    if (hop > 0 && !takeRequest(context.budget)) return NO_REQUEST_LEFT;
    const own = validators.address === url2.href ? validators : {};
    const response = await fetch(url2, { ...requestOf(context, own, posted), redirect: "manual", signal });
    if (response.status === 304) {
      await response.body?.cancel();
      if (own.etag || own.lastModified) return { unchanged: true };
      const detail = "the website says that the page is unchanged (304) where the whole page was asked for";
      return failure("http-304", detail);
    }
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      const next = posted ? void 0 : resolveRedirect(context, response.headers.get("location"), url2);
      if (!next) return failure("redirect", "the website redirects to somewhere else");
      url2 = next;
      continue;
    }
    return await read(response, url2, context);
  }
  return failure("redirect", `the website redirects more than ${MAX_REDIRECTS} times`);
}
function requestOf({ userAgent, site }, validators, posted) {
  const headers = new Headers({
    "user-agent": userAgent,
    accept: site.contentType ?? "text/html, application/xhtml+xml;q=0.9",
    "accept-language": "en, *;q=0.5"
  });
  if (validators.etag) headers.set("if-none-match", validators.etag);
  if (validators.lastModified) headers.set("if-modified-since", validators.lastModified);
  if (!posted) return { headers };
  if (posted.cookie) headers.set("cookie", posted.cookie);
  return { method: "POST", headers, body: new URLSearchParams(posted.form) };
}
function resolveRedirect(context, location, from) {
  if (!location || !URL.canParse(location, from.href)) return void 0;
  const to = new URL(location, from);
  if (to.protocol !== "https:" && to.protocol !== "http:") return void 0;
  const own = new URL(context.origin);
  if (to.host !== own.host && !hostsOf(context.site).includes(to.host)) return void 0;
  if (context.origin !== context.site.origin) return new URL(to.pathname + to.search, context.origin);
  if (own.protocol === "https:") to.protocol = own.protocol;
  return to;
}
var HTML_TYPE = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i;
var isMediaTypeOf = ({ contentType }, type) => contentType ? type.trim().toLowerCase().startsWith(contentType) : HTML_TYPE.test(type);
async function read(response, url2, context) {
  const { status: status2, headers } = response;
  if (status2 !== 200) {
    const blocked = await blockPage(response);
    if (blocked) return blocked;
    const reason = `http-${status2}`;
    const path = url2.pathname + url2.search;
    return { ...failure(reason, statusInWords(status2)), path, retryAfter: retryAfterOf(headers) };
  }
  const type = headers.get("content-type") ?? "";
  if (type && !isMediaTypeOf(context.site, type)) {
    await response.body?.cancel();
    const wanted2 = context.site.contentType ?? "HTML";
    return failure("not-html", `the website answered with ${type.slice(0, 60)} instead of ${wanted2}`);
  }
  const bytes = await readAtMost(response, MAX_DOWNLOAD_BYTES, new DataUrlFilter());
  if (!bytes) return failure("too-large", `the page is larger than ${MAX_PAGE_BYTES / 1024 / 1024} MiB`);
  const etag = headers.get("etag");
  const lastModified = headers.get("last-modified");
  return {
    html: withSiteLinks(decode(bytes, type), context),
    path: url2.pathname + url2.search,
    validators: { address: url2.href, ...etag && { etag }, ...lastModified && { lastModified } },
    cookie: cookiesOf(headers)
  };
}
var withSiteLinks = (html2, { origin: origin3, site }) => origin3 === site.origin ? html2 : html2.replaceAll(`${origin3}/`, `${site.origin}/`).replaceAll(`//${new URL(origin3).host}/`, `//${new URL(site.origin).host}/`);
var MAX_COOKIES = 10;
var MAX_COOKIE_LENGTH = 1e3;
function cookiesOf(headers) {
  const pairs = headers.getSetCookie().map((cookie) => cookie.split(";")[0]?.trim() ?? "");
  return pairs.filter((pair) => /^[^\s=;]+=/.test(pair) && pair.length <= MAX_COOKIE_LENGTH).slice(0, MAX_COOKIES).join("; ");
}
var MAX_ABSENT_BYTES = 256 * 1024;
async function blockPage(response) {
  if (response.status !== 404 && response.status !== 410) {
    await response.body?.cancel();
    return void 0;
  }
  const bytes = await readAtMost(response, MAX_ABSENT_BYTES);
  if (!bytes) return void 0;
  const page = parsePage(decode(bytes, response.headers.get("content-type") ?? ""), () => false);
  return "failure" in page && page.failure.reason === "blocked" ? { failure: page.failure } : void 0;
}
function statusInWords(status2) {
  if (status2 === 403) return "the website refuses the bridge (403)";
  if (status2 === 404 || status2 === 410) return `the website has no such page (${status2})`;
  if (status2 === 429) return "the website asks for fewer requests (429)";
  if (status2 >= 500) return `the website has an internal error (${status2})`;
  return `the website answered with the status ${status2}`;
}
function messageOf(error) {
  const { cause, message: message2 = String(error) } = error;
  return (typeof cause?.code === "string" ? cause.code : message2).slice(0, 120);
}
var hostsInUse = /* @__PURE__ */ new Map();
var hostsAtRest = /* @__PURE__ */ new Map();
async function acquireHost(host, timeout) {
  const interval = timeout > TIMEOUT ? 100 : 20;
  const isInUse = () => Date.now() - (hostsInUse.get(host) ?? Number.NEGATIVE_INFINITY) <= timeout * 1.5;
  while (isInUse() || (hostsAtRest.get(host) ?? 0) > performance.now())
    await new Promise((wait) => setTimeout(wait, interval));
  hostsInUse.set(host, Date.now());
}
function releaseHost(host, pause = 0) {
  hostsInUse.delete(host);
  if (pause > 0) hostsAtRest.set(host, performance.now() + pause);
}

// src/scrape/around-text.ts
import { isTag as isTag7, isText as isText5 } from "domhandler";
var BLOCK2 = new Set("p div ul ol dl li table section aside nav center marquee".split(" "));
var LABEL = /^(?:h[1-6]|button)$/;
var SHARE = /^(?:javascript|mailto:\?|whatsapp)|\/(?:sharer?|shareArticle|intent|submit|pin\/create|msg\/text)\b/i;
function aroundText(isOther) {
  const read2 = memoize((node) => {
    if (isText5(node)) return { links: false, says: lazyPattern.u`[\p{L}\p{N}]`.test(node.data) };
    if (!isTag7(node) || LABEL.test(node.name)) return { links: false, says: false };
    const { href } = node.attribs;
    if (node.name === "a" && href && (isOther(href.trim()) || SHARE.test(href.trim())))
      return { links: true, says: false };
    const all = node.children.map(read2);
    return { links: all.some(({ links }) => links), says: all.some(({ says }) => says) };
  });
  return (element) => {
    if (!BLOCK2.has(element.name)) return false;
    const { links, says } = read2(element);
    if (links) return !says;
    if (!says || element.name !== "p" && !isLine2(element)) return false;
    const text4 = textOf3(element);
    return lazyPattern.u`\p{L}`.test(text4) && isCount(text4);
  };
}
function isCount(text4) {
  if (text4.length > 40 || !/\d/.test(text4)) return false;
  const words = lazyPattern.giu`read|views?|viewed|times|hits|comments?|조회수?|회|댓글|просмотр\p{L}*|раза?|vistas|visitas|comentarios|浏览|阅读|次|閲覧数?|回`;
  return !lazyPattern.u`\p{L}`.test(text4.replace(words, ""));
}

// src/scrape/card-parts.ts
import { isTag as isTag8 } from "domhandler";
var SEVERAL = /* @__PURE__ */ Symbol("links of several articles");
function partsOf3(nodes, key, owners) {
  const roots = new Set(nodes);
  const skip = (node) => IGNORED.has(node.name) || (owners.get(node) ?? key) !== key && !roots.has(node);
  const isArticleLink = (node) => node.name === "a" && owners.get(node) === key;
  const texts = (all) => textsOf3(all, skip, isArticleLink);
  const named = (node) => texts([node]).find((text4) => !isDate(text4)) ?? "";
  const parts = { headings: [], linked: [], alts: [], links: [], texts: texts(nodes) };
  const headingAlts = [];
  const read2 = {
    heading: (node, within) => {
      const text4 = named(node);
      push(parts.headings, owners.has(node) && text4 || textOf3(node, skip));
      if (within.link) push(parts.linked, text4);
    },
    link: (node, within) => push(within.heading ? parts.linked : parts.links, named(node)),
    anchor: (node) => push(parts.links, textOf3(node, skip)),
    time: (node) => {
      const day = parts.day ? void 0 : printedDate(node.attribs.datetime ?? "")?.day;
      if (day && !printedDate(textOf3(node, skip))) parts.day = day;
    }
  };
  const walk = (node, within) => {
    if (!isTag8(node) || skip(node)) return;
    if (node.name === "img") {
      push(within.heading ? headingAlts : parts.alts, oneLine(node.attribs.alt ?? ""));
      parts.image ??= node.attribs.src;
    }
    const kind = isArticleLink(node) ? "link" : KINDS.get(node.name);
    const isOuter = kind && !within[kind];
    if (isOuter) read2[kind](node, within);
    for (const child of node.children) walk(child, isOuter ? { ...within, [kind]: true } : within);
  };
  for (const node of nodes) walk(node, {});
  parts.alts.unshift(...headingAlts);
  return dated(parts);
}
var KINDS = new Map([
  ...[1, 2, 3, 4, 5, 6].map((level) => [`h${level}`, "heading"]),
  ["a", "anchor"],
  ["time", "time"]
]);
function dated(parts) {
  const titles = /* @__PURE__ */ new Set([...parts.linked, ...parts.headings, ...parts.links, ...parts.alts]);
  const others = parts.texts.filter((text4) => !titles.has(text4));
  const alone = bestDateLine(others);
  const title = () => parts.texts.find(isDate);
  const sentence2 = () => others.find((text4) => printedDate(text4));
  const day = alone?.day ?? parts.day ?? printedDate(title() ?? sentence2() ?? "")?.day;
  return { ...parts, ...day && { day }, ...alone && { dated: alone.text } };
}
function push(list, text4) {
  if (text4) list.push(text4);
}

// src/scrape/card-roots.ts
import { hasChildren as hasChildren6, isTag as isTag9 } from "domhandler";
var PAGE2 = /* @__PURE__ */ new Set(["html", "body", "main"]);
var CHROME3 = /* @__PURE__ */ new Set(["header", "nav", "footer"]);
var CHROME_ROLES = /* @__PURE__ */ new Set(["navigation", "banner", "contentinfo"]);
var SECTIONING = /* @__PURE__ */ new Set(["article", "section", "main", "aside", "li"]);
var [ASIDE, ELSEWHERE, LISTING] = [0, 1, 2];
function articleLinks(root, keyOf, listingIds) {
  const links = [];
  const isForm = (node) => isTag9(node) && node.name === "form";
  const isChrome2 = (node, sectioned) => IGNORED.has(node.name) && !isForm(node) || CHROME_ROLES.has(node.attribs.role ?? "") || CHROME3.has(node.name) && !sectioned && !isOfCard(node, keyOf);
  const walk = (node, sectioned, place) => {
    const found = links.length;
    if (isTag9(node)) {
      if (isChrome2(node, sectioned)) return;
      const href = node.name === "a" ? node.attribs.href : void 0;
      const key = href === void 0 ? void 0 : keyOf(href.trim());
      if (key !== void 0) links.push({ link: node, key, href: href.trim(), place });
      sectioned ||= SECTIONING.has(node.name) || CHROME3.has(node.name);
      if (node.name === "aside") place = ASIDE;
      else if (listingIds.includes(node.attribs.id ?? "")) place = LISTING;
    }
    if (hasChildren6(node)) for (const child of node.children) walk(child, sectioned, place);
    if (isForm(node) && links.length > found) node.name = "div";
  };
  walk(root, false, ELSEWHERE);
  return links;
}
function isOfCard(node, keyOf) {
  if (node.name === "nav" || node.parent && isTag9(node.parent) && PAGE2.has(node.parent.name)) return false;
  const keys = /* @__PURE__ */ new Set();
  const walk = (at2) => {
    const key = isTag9(at2) && at2.name === "a" ? keyOf((at2.attribs.href ?? "").trim()) : void 0;
    if (key !== void 0) keys.add(key);
    if (hasChildren6(at2)) for (const child of at2.children) walk(child);
  };
  walk(node);
  return keys.size === 1 && printedDate(textOf3(node)) !== void 0;
}
function linkOwners(links) {
  const owners = /* @__PURE__ */ new Map();
  for (const { link, key } of links) {
    for (let at2 = link; at2; at2 = at2.parent) {
      const held = owners.get(at2);
      if (held === key || held === SEVERAL) break;
      owners.set(at2, held === void 0 ? key : SEVERAL);
    }
  }
  return owners;
}
function cardRoots(links, owners) {
  const hasChrome = chromeFinder();
  const around2 = /* @__PURE__ */ new Map();
  const roots = /* @__PURE__ */ new Map();
  for (const { link, key, href } of links) {
    const path = [link];
    let card;
    for (let at2 = link; !card; ) {
      const out = at2.parent;
      if (!out || !isTag9(out) || owners.get(out) !== key || PAGE2.has(out.name) || hasChrome(out)) card = at2;
      else {
        card = around2.get(out);
        path.push(out);
        at2 = out;
      }
    }
    for (const node of path) around2.set(node, card);
    if (!roots.has(card)) roots.set(card, { key, href });
  }
  for (const [card, { key }] of [...roots]) {
    let outer = card.parent;
    while (outer && !roots.has(outer)) outer = outer.parent;
    if (outer && roots.get(outer)?.key === key) roots.delete(card);
  }
  return roots;
}
function chromeFinder() {
  const isDated = memoize((footer) => {
    const inner = [];
    const isInner = (node) => node !== footer && node.name === "footer" && inner.push(node) > 0;
    const own = textOf3(footer, (node) => IGNORED.has(node.name) || isInner(node));
    return printedDate(own) !== void 0 || inner.some(isDated);
  });
  const isChrome2 = (node) => isTag9(node) && (node.name === "nav" || node.name === "h1" || node.name === "footer" && !isDated(node));
  return memoize((element) => element.children.some(isChrome2));
}

// src/scrape/card-siblings.ts
import { isTag as isTag10 } from "domhandler";
function cardSiblings(roots, owners) {
  const rowIn = memoize((parent) => rowOf2(parent?.children ?? [], roots, owners));
  return (card) => rowIn(card.parent).get(card) ?? { after: [] };
}
function rowOf2(siblings, roots, owners) {
  const isRoot = (node) => isTag10(node) && roots.has(node);
  const dates = siblings.map((node) => owners.has(node) ? void 0 : bestDateLine(textsOf3([node])));
  const isAbove = dates.slice(0, siblings.findIndex(isRoot)).some(Boolean) && dates.filter(Boolean).length > 1;
  const row = /* @__PURE__ */ new Map();
  let above;
  let current;
  siblings.forEach((node, i) => {
    if (isAbove && dates[i]) {
      above = dates[i];
      current = void 0;
    } else if (isRoot(node)) {
      current = [];
      row.set(node, { after: current, ...above && { above } });
    } else if (owners.has(node)) current = void 0;
    else current?.push(node);
  });
  return row;
}

// src/scrape/cards.ts
var MAX_ARTICLES3 = 1e3;
function findCards(root, keyOf, readCard = (card) => card, listingIds = []) {
  const all = articleLinks(root, keyOf, listingIds);
  if (new Set(all.map(({ key }) => key)).size > MAX_ARTICLES3)
    return failure("layout-changed", `the page links more than ${MAX_ARTICLES3} articles`);
  const best = all.reduce((most, { place }) => Math.max(most, place), 0);
  const links = all.filter(({ place }) => place === best);
  const owners = linkOwners(links);
  const roots = cardRoots(links, owners);
  const flat = cardSiblings(roots, owners);
  const regions = [...roots].map(([card, { key, href }]) => {
    const parts = partsOf3([card], key, owners);
    return { card, key, href, parts };
  });
  for (const region of regions) {
    if (region.parts.day) continue;
    const { after, above } = flat(region.card);
    const parts = partsOf3([region.card, ...after], region.key, owners);
    region.parts = above ? { ...parts, day: above.day, dated: above.text } : parts;
  }
  const chrome = repeated(regions.map(({ parts }) => [.../* @__PURE__ */ new Set([...parts.alts, ...parts.texts, ...parts.headings])]));
  const cards = /* @__PURE__ */ new Map();
  for (const { key, href, parts } of regions) {
    const card = readCard(cardOf2(key, href, parts, chrome), parts.texts);
    const known = cards.get(key);
    if (known && (known.day || !card.day)) {
      known.title ||= card.title;
      known.excerpt ||= card.excerpt;
      continue;
    }
    cards.delete(key);
    cards.set(key, card);
  }
  return { cards: inListing([...cards.values()]), linked: cards.size };
}
function cardOf2(key, href, parts, chrome) {
  const own = (texts) => texts.find((text4) => !chrome.has(text4) && !isDate(text4));
  const named = parts.linked.find((text4) => !isDate(text4)) ?? own(parts.headings) ?? own(parts.alts) ?? own(parts.links);
  const title = named ?? parts.headings[0] ?? parts.links[0] ?? parts.alts[0] ?? "";
  const others = /* @__PURE__ */ new Set([...parts.headings, ...parts.links, title, parts.dated]);
  let excerpt = "";
  for (const text4 of parts.texts) {
    if (text4.length > excerpt.length && !others.has(text4) && !chrome.has(text4) && !isDate(text4) && !isCount(text4))
      excerpt = text4;
  }
  return { key, href, title, excerpt, day: parts.day, image: parts.image };
}
function repeated(cards) {
  const counts2 = /* @__PURE__ */ new Map();
  for (const texts of cards) for (const text4 of texts) counts2.set(text4, (counts2.get(text4) ?? 0) + 1);
  const chrome = /* @__PURE__ */ new Set();
  for (const [text4, count2] of counts2) if (cards.length >= 3 && count2 > cards.length / 2) chrome.add(text4);
  return chrome;
}
function inListing(cards) {
  const isDated = ({ day }) => day !== void 0;
  return cards.slice(cards.findIndex(isDated), cards.findLastIndex(isDated) + 1);
}

// src/scrape/language.ts
function languageOf2(title, excerpt) {
  const count2 = (script, text4 = title) => text4.match(script)?.length ?? 0;
  const hangul = count2(lazyPattern.gu`\p{Script=Hangul}`);
  const kana = count2(lazyPattern.gu`[\p{Script=Hiragana}\p{Script=Katakana}]`);
  const han = count2(lazyPattern.gu`\p{Script=Han}`);
  const cyrillic = count2(lazyPattern.gu`\p{Script=Cyrillic}`);
  const most = Math.max(hangul, kana, han, cyrillic);
  if (most * 3 > count2(lazyPattern.gu`\p{Script=Latin}`)) {
    if (kana > 0) return "ja";
    if (hangul >= han && hangul >= cyrillic) return "ko";
    return han >= cyrillic ? "zh" : "ru";
  }
  const words = `${title} ${excerpt}`;
  const spanish = count2(lazyPattern.giu`(?<!\p{L})(?:el|los|las|del|y|con|por|en|al|su|una)(?!\p{L})|[ñ¿¡]`, words);
  const french = count2(lazyPattern.giu`(?<!\p{L})(?:le|les|des|du|et|une|au|aux|dans|pour|sur)(?!\p{L})|[çœ]`, words);
  const english = count2(lazyPattern.giu`(?<!\p{L})(?:the|of|and|to|in|for|on|by|with|at|held|is|from)(?!\p{L})`, words);
  if (spanish > english && spanish >= french) return "es";
  return french > english ? "fr" : "en";
}
var SCRIPTS = {
  ko: () => lazyPattern.gu`\p{Script=Hangul}`,
  zh: () => lazyPattern.gu`\p{Script=Han}`,
  ja: () => lazyPattern.gu`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]`,
  ru: () => lazyPattern.gu`\p{Script=Cyrillic}`,
  ar: () => lazyPattern.gu`\p{Script=Arabic}`
};
function isInScriptOf(title, language2) {
  if (language2 === "mul") return true;
  const letters = title.match(lazyPattern.gu`\p{L}`)?.length ?? 0;
  const own = title.match(SCRIPTS[language2.split("-")[0] ?? ""]?.() ?? lazyPattern.gu`\p{Script=Latin}`)?.length ?? 0;
  return own * 2 >= letters;
}

// src/scrape/outline.ts
import { hasChildren as hasChildren7, isTag as isTag11, isText as isText6 } from "domhandler";
function outlineOf(root) {
  const spans = /* @__PURE__ */ new Map();
  let text4 = "";
  let endsInSpace = true;
  const walk = (node) => {
    if (isText6(node)) {
      const said = foldSpace(node.data);
      const next = endsInSpace && said.startsWith(" ") ? said.slice(1) : said;
      if (next !== "") endsInSpace = next.endsWith(" ");
      text4 += next;
    }
    if (!hasChildren7(node)) return;
    const span = { start: text4.length, end: 0 };
    if (isTag11(node)) spans.set(node, span);
    for (const child of node.children) walk(child);
    span.end = text4.length;
  };
  walk(root);
  return {
    elements: [...spans.keys()],
    textOf(element, most = Number.POSITIVE_INFINITY) {
      const { start, end } = spans.get(element);
      return text4.slice(start, Math.min(end, start + most)).trim();
    }
  };
}

// src/scrape/pictures.ts
var NONE = /^(?:icons?|favicon|default|placeholder|avatar|spacer|blank|pixel|noimage)$/;
var BESIDE2 = "english korean chinese japanese spanish russian french arabic en kr ko cn jp sp es ru fr ar the of".split(" ");
function logoDetector(media) {
  const named = /* @__PURE__ */ new Set([...media.flatMap((name2) => wordsOf(name2.toLowerCase())), ...BESIDE2]);
  return (pathname) => {
    const file = pathname.slice(pathname.lastIndexOf("/") + 1).toLowerCase();
    const name2 = file.replace(/\.[a-z]+$/, "").replace(/-\d+x\d+$/, "");
    const words = wordsOf(name2);
    if (/logo/.test(name2) || words.some((word) => NONE.test(word))) return true;
    return words.length > 0 && words.every((word) => named.has(word)) && !/\d{3}/.test(name2);
  };
}
var wordsOf = (text4) => text4.match(/[a-z]+/g) ?? [];
function isUploadedBefore(pathname, day) {
  const [, year, month] = /.*\/(\d{4})\/(\d{2})\/[^/]*$/.exec(pathname) ?? [];
  return `${Number(year) + 1}-${month}` <= day;
}

// src/scrape/sanitize.ts
import { isTag as isTag12, isText as isText7 } from "domhandler";
import filterXss from "xss";
var TEXT = ["p", "br", "b", "strong", "i", "em", "u", "s", "sub", "sup", "small", "hr", "blockquote", "pre", "code"];
var STRUCTURE = ["h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption"];
var TABLE = ["table", "caption", "thead", "tbody", "tfoot", "tr"];
var REMOVED = new Set(
  "script style noscript template iframe frame frameset object embed applet form input button select textarea svg math link meta base title audio video canvas dialog head xmp plaintext".split(
    " "
  )
);
var allow = (names, attributes = []) => Object.fromEntries(names.map((name2) => [name2, attributes]));
var ALLOWED = {
  ...allow([...TEXT, ...STRUCTURE, ...TABLE]),
  ...allow(["td", "th"], ["colspan", "rowspan"]),
  a: ["href", "rel"],
  img: ["src", "alt", "width", "height"]
};
var OPTIONS = {
  whiteList: ALLOWED,
  stripIgnoreTag: true,
  stripIgnoreTagBody: [...REMOVED],
  allowCommentTag: false,
  css: false
};
var LAZY = "data-src";
var VOID = /* @__PURE__ */ new Set(["br", "hr", "img"]);
var NOT_A_PICTURE = /logo|pixel|spacer|blank|tracking|1x1|\.svg(?:$|\?)/i;
var MAX_PASSES = 4;
function sanitizeBody(content, base, isPicture, isChrome2 = () => false) {
  const page = typeof content === "string" ? parseHtml(content) : { children: content };
  if ("failure" in page) return void 0;
  let { html: html2, image, isLoose } = written(page.children, base, isPicture, isChrome2);
  for (let passes = 0; isLoose && passes < MAX_PASSES; passes++) {
    const again = parseHtml(html2);
    if ("failure" in again) return void 0;
    const before = html2;
    ({ html: html2 } = written(again.children, base, isPicture, () => false));
    if (html2 === before) break;
  }
  const clean = mend(filterXss(legalText(html2), OPTIONS));
  if (!image && oneLine(clean.replace(/<[^<>]*>/g, "")) === "") return void 0;
  return { html: clean, image };
}
function written(nodes, base, isPicture, isChrome2) {
  const result = { html: "", isLoose: false };
  let open = 0;
  const write = (node) => {
    if (isText7(node)) result.html += escapeText(composed(node.data));
    else if (isTag12(node)) writeElement(node);
  };
  const writeElement = (element) => {
    const { attribs, children } = element;
    const name2 = isLine2(element) ? "p" : element.name;
    if (REMOVED.has(name2) || isChrome2(element)) return;
    const attributes = attributesOf({ name: name2, attribs }, base);
    if (name2 === "img") {
      const src = attributes?.src;
      if (!src || NOT_A_PICTURE.test(src) || !isPicture(src)) return;
      result.image ??= src;
    }
    if (attributes) result.html += openTag(name2, attributes);
    else if (open > 0) result.isLoose = true;
    if (VOID.has(name2)) return;
    if (attributes) open++;
    children.forEach(write);
    if (!attributes) return;
    open--;
    result.html += `</${name2}>`;
  };
  nodes.forEach(write);
  return result;
}
function attributesOf({ name: name2, attribs }, base) {
  const allowed = Object.hasOwn(ALLOWED, name2) ? ALLOWED[name2] : void 0;
  if (!allowed) return void 0;
  const attributes = {};
  for (const [key, value] of Object.entries(attribs)) if (allowed.includes(key)) attributes[key] = value;
  if (name2 === "a") {
    const href = absolute(attribs.href, base);
    return href ? Object.assign(attributes, { href, rel: "noopener noreferrer" }) : void 0;
  }
  if (name2 === "img") {
    const src = absolute(attribs.src ?? attribs[LAZY], base);
    return src && !(Number(attribs.width ?? 100) < 3) ? Object.assign(attributes, { src }) : void 0;
  }
  return attributes;
}
function openTag(name2, attributes) {
  let tag = `<${name2}`;
  for (const [key, value] of Object.entries(attributes))
    tag += value ? ` ${key}="${escapeAttribute(value)}"` : ` ${key}`;
  return `${tag}>`;
}
var escapeText = (text4) => escapeBoth(text4).replaceAll("<", "&lt;").replaceAll(">", "&gt;");
var escapeAttribute = (value) => escapeBoth(value).replaceAll('"', "&quot;");
var escapeBoth = (text4) => text4.replaceAll("&", "&amp;").replaceAll("\xA0", "&nbsp;");
function absolute(address2, base) {
  if (!address2 || !URL.canParse(address2.trim(), base)) return void 0;
  const { protocol, href } = new URL(address2.trim(), base);
  return protocol === "https:" || protocol === "http:" ? href : void 0;
}
function mend(html2) {
  const ended = withoutEndMarks(html2.replaceAll("&apos;", "'"));
  const joined2 = ended.replace(lazyPattern.gu`([\p{L}\p{N}]|<\/(?:a|b|strong|i|em|u|small)>) ,`, "$1,");
  return withoutEmptyParagraphs(joined2).replace(/(?:<br>\s*){3,}/g, "<br><br>").trim();
}
var END_MARKS = ["-0-", "(\uB05D)", "\uFF08\uB05D\uFF09", "\uFF08\u5B8C\uFF09", "(\u5B8C)", "\uFF0D\uFF0D\uFF0D", "\uBAA9\uB85D\uC73C\uB85C"];
var withoutEndMarks = (html2) => [...END_MARKS].reverse().reduce((text4, mark) => withoutLast(text4, mark), html2);
function withoutLast(html2, mark) {
  let at2 = html2.lastIndexOf(mark);
  for (let tag = inTag(html2, at2); tag >= 0; tag = inTag(html2, at2)) at2 = html2.lastIndexOf(mark, tag - 1);
  if (at2 < 0) return html2;
  const rest = html2.slice(at2 + mark.length);
  const bare4 = rest.replace(/<\/?(?:p|span|b|strong|em|i|u|br|img)\b[^<>]*>|&nbsp;|\s/g, "");
  if (bare4 !== "") return html2;
  return html2.slice(0, Math.max(0, at2 - 9)) + html2.slice(Math.max(0, at2 - 9), at2).trimEnd() + rest;
}
function inTag(html2, at2) {
  const start = at2 < 0 ? -1 : html2.lastIndexOf("<", at2);
  return start > html2.lastIndexOf(">", at2) ? start : -1;
}
function withoutEmptyParagraphs(html2) {
  const [before = "", ...paragraphs] = html2.split("<p>");
  let kept = before;
  for (const paragraph of paragraphs) {
    const end = paragraph.indexOf("</p>");
    const isEmpty = end >= 0 && paragraph.slice(0, end).replace(EMPTY, "") === "";
    kept += isEmpty ? paragraph.slice(end + 4) : `<p>${paragraph}`;
  }
  return kept;
}
var EMPTY = /\s|&nbsp;|<br>|<\/?(?:span|b|strong|em|i|u)>/g;

// src/sites/reader.ts
var MAX_TITLE_LENGTH2 = 500;
var MAX_EXCERPT_LENGTH = 2e3;
function readListing(html2, source2, address2, now = Date.now()) {
  const { site } = source2;
  const url2 = new URL(address2);
  const fragment = site.readFragment?.(html2, url2, source2);
  if (fragment) return "failure" in fragment ? fragment : { articles: articlesOf2(fragment.cards, source2, url2) };
  const page = pageOf(html2, site, url2, now);
  if ("failure" in page) return page;
  const found = page.cards();
  if ("failure" in found) return found;
  const { cards, linked } = found;
  const wrong = site.checkListing?.(page, found, source2);
  if (wrong) return wrong;
  if (linked === 0) return failure("layout-changed", "the page holds no article link");
  if (cards.length === 0) return failure("unreadable-dates", `none of ${linked} articles has a date that can be read`);
  const foreign = site.showsOtherPages && cards.filter(({ title }) => !isInScriptOf(title, source2.language)).length;
  if (foreign && foreign > cards.length / 2)
    return failure("wrong-page", `the website shows a listing in another language than ${source2.language}`);
  return { articles: articlesOf2(cards, source2, page.base, page.paths) };
}
function readArticlePage(html2, source2, address2, now = Date.now(), listedTitle) {
  const { site } = source2;
  const url2 = new URL(address2);
  const key = articleKey(site, url2);
  if (key === void 0) return failure("layout-changed", "the address is not that of an article");
  const parsed = parseArticle(html2, source2, url2, key, now, listedTitle);
  if ("failure" in parsed) return parsed;
  const other = otherArticle(site, parsed.title, listedTitle);
  if (other) return other;
  const { content, isChrome: isChrome2, base = url2 } = parsed;
  const pictureUrl = pictureFinder(source2, base);
  const isPicture = (src) => pictureUrl(src) !== void 0;
  const keyOf = keyOfHref(site, base);
  const isAround = aroundText((href) => (keyOf(href) ?? key) !== key);
  const isRemoved = (element) => isChrome2?.(element) || isAround(element);
  const body = content ? sanitizeBody(content, base.href, isPicture, isRemoved) : void 0;
  const found = parsed.cards();
  if ("failure" in found) return found;
  const excerpt = cutAtWord(plainText(body?.html ?? ""), EXCERPT_LENGTH);
  const { publisher, original } = parsed;
  const card = { key, href: parsed.address, title: parsed.title, excerpt, day: parsed.day || void 0 };
  const article = scraped(card, source2, url2) ?? { ...undated(card, source2, url2), day: "" };
  const listed2 = parsed.listsSource ? articlesOf2(found.cards, source2, base) : [];
  const related = listed2.filter((other2) => other2.key !== key);
  return { story: { article, publisher, original, body: body?.html, image: body?.image, related } };
}
function otherArticle(site, title, listedTitle) {
  if (!site.showsOtherPages || listedTitle === void 0 || isSameTitle(title, listedTitle)) return void 0;
  return failure("wrong-page", `the website shows "${cutAtWord(title, 80)}" instead of the article`);
}
function parseArticle(html2, source2, url2, key, now, listedTitle) {
  const { site } = source2;
  const fragment = site.readArticleFragment?.(html2, key);
  if (fragment && "failure" in fragment) return fragment;
  if (fragment) return { ...fragment, content: fragment.html, cards: () => ({ cards: [], linked: 0 }) };
  const page = pageOf(html2, site, url2, now);
  if ("failure" in page) return page;
  const parsed = site.parseArticle(Object.assign(page, { listedTitle }), source2);
  return "failure" in parsed ? parsed : { ...parsed, cards: page.cards, address: url2.href, base: page.base };
}
function pageOf(html2, site, url2, now) {
  const root = parsePage(html2, () => firstArticleLink(site, html2) >= 0);
  if ("failure" in root) return root;
  const today = dayOf(now, site.timeZone);
  const paths = /* @__PURE__ */ new Map();
  const outline = memoize(() => outlineOf(root));
  const base = baseOf(html2, site, url2, outline);
  return {
    html: html2,
    url: url2,
    root,
    paths,
    base,
    get outline() {
      return outline();
    },
    dayIn: (text4) => printedDate(text4)?.day ?? (site.datesWithoutYear && dateWithoutYear(text4, today)?.day),
    // Only when it is asked for: an article's text is taken from the page as it is.
    cards: memoize(() => {
      if (/<time\b/i.test(html2)) localizeTimes(root, site.timeZone);
      if (site.datesWithoutYear) addYears(root, today);
      return findCards(root, keyOfHref(site, base, paths), site.readCard, site.listingIds);
    })
  };
}
function baseOf(html2, site, url2, outline) {
  if (!/<base\b/i.test(html2)) return url2;
  const element = outline().elements.find(({ name: name2, attribs }) => name2 === "base" && attribs.href !== void 0);
  const base = URL.parse(element?.attribs.href ?? "", url2.href);
  return base && /^https?:$/.test(base.protocol) && [url2.host, ...hostsOf(site)].includes(base.host) ? base : url2;
}
function articlesOf2(cards, source2, url2, paths) {
  const pictureUrl = pictureFinder(source2, url2);
  const pictures = cards.map(({ image, day }) => image && pictureUrl(image, day));
  const shown = /* @__PURE__ */ new Map();
  for (const picture of pictures) if (picture) shown.set(picture, (shown.get(picture) ?? 0) + 1);
  return cards.flatMap((card, i) => {
    const picture = pictures[i];
    try {
      const image = picture && shown.get(picture) === 1 ? { image: picture } : {};
      const article = scraped(card, source2, url2, paths);
      return article ? [{ ...article, ...image }] : [];
    } catch (error) {
      logError("card", error, { source: source2.id, key: card.key });
      return [];
    }
  });
}
function scraped(card, source2, url2, paths) {
  const article = undated(card, source2, url2, paths);
  const { collectedAt } = article;
  const day = card.day ?? (collectedAt === void 0 ? void 0 : dayOf(collectedAt, source2.site.timeZone));
  return day === void 0 ? void 0 : { ...article, day };
}
function undated(card, { site, language: language2 }, url2, paths) {
  const { key, href } = card;
  const path = paths?.get(href) ?? canonicalPath(site, new URL(href, url2), key);
  const title = cutAtWord(card.title || titleFromPath(new URL(href, url2).pathname, key), MAX_TITLE_LENGTH2);
  const excerpt = cutAtWord(card.excerpt, MAX_EXCERPT_LENGTH);
  const collectedAt = card.collectedAt ?? site.collectedAt?.(key);
  return {
    key,
    id: site.idPrefix + key,
    url: site.origin + path,
    title,
    excerpt,
    ...collectedAt !== void 0 && { collectedAt },
    language: language2 === "mul" ? languageOf2(title, excerpt) : language2
  };
}
function pictureFinder({ name: name2, site }, url2) {
  const isLogo = logoDetector([name2, site.name, ...site.publishers ?? []]);
  const pictureAt = memoize((src) => {
    const to = src.length > MAX_URL_LENGTH ? null : URL.parse(src, url2.href);
    return to && /^https?:$/.test(to.protocol) && !isLogo(to.pathname) ? to : void 0;
  });
  return (src, day) => {
    const to = pictureAt(src);
    return to && !(day && isUploadedBefore(to.pathname, day)) ? to.href : void 0;
  };
}
function titleFromPath(pathname, key) {
  const folders = pathname.split("/").filter(Boolean);
  const behind = folders.findIndex((folder) => folder.includes(key)) + 1;
  const slug = behind > 0 ? folders.slice(behind).pop() ?? "" : "";
  const words = oneLine(decodeLossy(slug).replace(/-+/g, " "));
  return words ? words[0]?.toUpperCase() + words.slice(1) : "Untitled";
}
function decodeLossy(slug) {
  for (let end = slug.length; end > Math.max(0, slug.length - 12); end--) {
    try {
      return decodeURIComponent(slug.slice(0, end));
    } catch {
    }
  }
  return "";
}

// src/refresh/known-page.ts
async function readKnownPage({ archive }, source2, html2, address2, now, title) {
  const page = readArticlePage(html2, source2, address2, now, title);
  const { marksTitles, id: id2 } = source2.site;
  if ("story" in page || page.failure.reason !== "wrong-page" || title === void 0 || !marksTitles) return page;
  const retitled = readArticlePage(html2, source2, address2, now);
  if ("failure" in retitled || !retitled.story.body) return page;
  const record3 = await archive.article(id2, retitled.story.article.key, NEWEST2);
  const kept = plainText(record3?.versions.at(-1)?.html ?? "");
  const text4 = plainText(retitled.story.body);
  return kept !== "" && (kept === text4 || isReprint(kept, text4)) ? retitled : page;
}
var NEWEST2 = [0];

// src/platform/runtime.ts
var isNode = navigator.userAgent.startsWith("Node.js/");

// src/platform/sha256.ts
var hash = isNode ? process.getBuiltinModule("node:crypto").hash : void 0;
async function sha256(content) {
  if (hash) return new Uint8Array(hash("sha256", content, "buffer")).buffer;
  return crypto.subtle.digest("SHA-256", typeof content === "string" ? new TextEncoder().encode(content) : content);
}

// src/refresh/listing.ts
var PARSER_VERSION = 8;
var MIN_SHARE = 0.25;
async function fetchListing(context, status2) {
  const { source: source2, now } = context;
  const path = newestPath(source2);
  const again = mustParseAgain(status2?.noise, now);
  const known = !again && status2?.digest ? usable(status2.validators, now) : void 0;
  const fetched = await fetchPage(context, path, known);
  if ("unchanged" in fetched) return { outcome: { ok: true } };
  if ("failure" in fetched) return failed(fetched.failure, fetched.retryAfter ?? restAfter(source2, fetched.failure));
  if (source2.site.olderRequest) context.session = fetched;
  const validators = { ...fetched.validators, at: instant(now) };
  const digest2 = await digestOf(`${PARSER_VERSION} ${fetched.path} ${listingRegion(source2.site, fetched.html)}`);
  if (!again && status2?.digest === digest2) return { outcome: { ok: true, validators } };
  const page = readPage(context, path, fetched);
  if ("failure" in page) return failed(page.failure);
  const shown = page.articles.length;
  const varies = source2.site.listsOneDay || source2.site.contentType;
  const few = varies ? void 0 : tooFew(shown, status2, now);
  if (few) return failed(few.failure);
  return { listing: listingCommit(source2, page.articles, path), outcome: { ok: true, shown, validators, digest: digest2 } };
}
async function fetchOlder(context, path) {
  const fetched = await fetchOlderPage(context, path);
  if (!("html" in fetched)) return void 0;
  try {
    const page = readPage(context, path, fetched);
    const isRead = "articles" in page && (page.articles.length > 0 || context.site.pageSize);
    return isRead ? page.articles : void 0;
  } catch (error) {
    logError("listing", error, { source: context.source.id, path });
    return void 0;
  }
}
async function fetchOlderPage(context, path) {
  const { site, source: source2 } = context;
  if (!site.olderRequest) return fetchPage(context, path);
  if (!context.session) {
    const newest = await fetchPage(context, newestPath(source2));
    if (!("html" in newest)) return newest;
    context.session = newest;
  }
  const { html: html2, cookie } = context.session;
  const request = site.olderRequest(new URL(path, site.origin), html2);
  if (!request) return failure("layout-changed", "the listing has no form for its older pages");
  const fetched = await fetchPage(context, request.path, {}, { form: request.form, cookie });
  return "html" in fetched && fetched.path === request.path ? { ...fetched, path } : fetched;
}
function listingCommit(source2, articles, path) {
  const { id: id2, site, outlet, language: language2 } = source2;
  const from = path === void 0 ? void 0 : listingOffset(source2, path);
  const unbroken = path !== void 0 || language2 !== "mul";
  const isLook = path !== void 0 && (from === void 0 || from === 0);
  const { timeZone, listsOneDay, pageSize: pageSize2 } = site;
  const to = from !== void 0 && pageSize2 ? from + pageSize2 : void 0;
  return { source: id2, site: site.id, timeZone, articles, unbroken, listsOneDay, outlet, isLook, from, to };
}
var failed = ({ reason, detail }, retryAfter) => ({
  outcome: { ok: false, reason, detail, retryAfter }
});
var REST = 20 * 60;
var restAfter = ({ site }, { reason }) => site.politeness && (reason === "network" || reason === "timeout") ? REST : void 0;
var usable = (validators, now) => validators?.at && now - Date.parse(validators.at) < DAY ? validators : void 0;
function readPage({ source: source2, now }, path, fetched) {
  const listing = readListing(fetched.html, source2, new URL(fetched.path, source2.site.origin).href, now);
  if ("articles" in listing && !isAnswer(source2.site, path, fetched.path))
    return failure("redirect", `the website shows ${fetched.path.slice(0, 80)} instead of the listing`);
  return listing;
}
async function digestOf(text4) {
  return btoa(String.fromCharCode(...new Uint8Array(await sha256(text4), 0, 12)));
}
function tooFew(count2, status2, now) {
  const typical = status2?.typicalCount ?? 0;
  if (typical < 8 || count2 >= typical * MIN_SHARE) return void 0;
  if (status2?.lastSuccess && now - Date.parse(status2.lastSuccess) > DAY) return void 0;
  return failure("too-few-articles", `the page shows ${count2} articles where it usually shows ${typical}`);
}

// src/refresh/article-pages.ts
var MAX_REFUSALS = 2;
function refusalsIn(reason) {
  if (/^(?:timeout|network|blocked|http-429)$/.test(reason)) return MAX_REFUSALS;
  return /^http-(?:403|5\d\d)$/.test(reason) ? 1 : 0;
}
async function readArticlePages(bridge2, contexts, most, now) {
  const round = { bridge: bridge2, contexts, now, left: most, asked: /* @__PURE__ */ new Set(), looks: /* @__PURE__ */ new Map() };
  for (const page of await bridge2.archive.duePages([...contexts.keys()], most, now)) {
    await lookAt(round, page);
    await compare(round, page.site);
  }
  for (const looks of round.looks.values()) await commitAbsences(round, looks);
}
async function lookAt(round, page) {
  const context = page.sources.map((id3) => round.contexts.get(id3)).find((context2) => context2 !== void 0);
  const looks = round.looks.get(page.site) ?? { present: 0, absent: [], refusals: 0 };
  round.looks.set(page.site, looks);
  const id2 = `${page.site} ${page.key}`;
  if (!context || looks.refusals >= MAX_REFUSALS || round.left <= 0 || requestsLeft(context.budget) <= 0) return;
  if (round.asked.has(id2)) return;
  round.asked.add(id2);
  round.left--;
  const { source: source2 } = context;
  const result = await fetchArticlePage(round.bridge, context, page).catch((thrown) => {
    const error = String(thrown).slice(0, 200);
    logError("article", error, { source: source2.id, key: page.key });
    return { failed: { error } };
  });
  if ("absent" in result) {
    looks.absent.push({ source: source2, page });
    return;
  }
  if ("present" in result) {
    looks.present++;
    await commit(round, result.present);
    return;
  }
  looks.refusals += result.refusals ?? 0;
  await commit(round, { source: source2.id, failedPages: [{ site: page.site, key: page.key, ...result.failed }] });
}
async function commit({ bridge: bridge2, now }, one) {
  cacheWrites(bridge2, await bridge2.archive.commit([one], now, false), now);
}
var MAX_COMPARED = 10;
async function compare(round, site) {
  const looks = round.looks.get(site);
  if (!looks || looks.absent.length <= looks.present || round.left <= 0) return;
  const listed2 = await round.bridge.archive.listedPages(site, [...round.contexts.keys()], MAX_COMPARED);
  for (const page of listed2) {
    if (looks.absent.length <= looks.present || round.left <= 0) return;
    const absent = looks.absent.length;
    await lookAt(round, page);
    if (looks.absent.length > absent) looks.isDoubtful = true;
  }
}
async function commitAbsences(round, { present, absent, isDoubtful }) {
  const isFault = present === 0 || isDoubtful === true && absent.length > present;
  const committed = isFault ? absent : absent.slice(0, present);
  for (const { source: source2, page } of committed) {
    const id2 = { site: page.site, key: page.key };
    await commit(round, { source: source2.id, ...isFault ? { failedPages: [id2] } : { absentPages: [id2] } });
  }
}
async function fetchArticlePage(bridge2, context, { url: url2, key, title }) {
  const { source: source2, now } = context;
  const { pathname, search } = new URL(url2);
  const path = source2.site.articlePagePath?.(key) ?? pathname + search;
  const fetched = await fetchPage(context, path);
  if ("failure" in fetched && /^http-4(?:04|10)$/.test(fetched.failure.reason)) {
    const isOwn = fetched.path !== void 0 && isAnswer(source2.site, path, fetched.path);
    return isOwn ? { absent: true } : { failed: {} };
  }
  if ("failure" in fetched) return { failed: {}, refusals: refusalsIn(fetched.failure.reason) };
  if (!("html" in fetched)) return { failed: {} };
  if (!isAnswer(source2.site, path, fetched.path)) return { failed: {} };
  const address2 = new URL(fetched.path, source2.site.origin).href;
  const page = await readKnownPage(bridge2, source2, fetched.html, address2, now, title);
  if ("story" in page) return { present: articlePageCommit(source2, page.story) };
  const { reason, detail } = page.failure;
  if (reason === "not-found") return { absent: true };
  return { failed: reason === "layout-changed" ? { problem: detail } : {}, refusals: Number(reason === "blocked") };
}
function articlePageCommit(source2, { article, body, original, image, related, publisher }) {
  const outlet = source2.outlet ?? (publisher && source2.site.outletOf?.(publisher));
  const copyOf2 = original ? outletArticle(original) : void 0;
  const page = { article, body: body || void 0, original, image, outlet, copyOf: copyOf2 };
  return {
    source: source2.id,
    listings: related.length > 0 ? [listingCommit(source2, related)] : [],
    pages: [{ source: source2.id, site: source2.site.id, timeZone: source2.site.timeZone, ...page }]
  };
}

// src/refresh/gap-pages.ts
var MAX_PAGES2 = 5;
async function closeGap(commit2, context, status2) {
  const { source: source2, now } = context;
  const gaps = status2?.stats?.gaps ?? [];
  const gap = gaps.at(-1);
  if (!gap || status2?.gapReading && Date.parse(status2.gapReading.due) > now) return void 0;
  let known = JSON.stringify(gaps);
  let progress;
  const first = firstPage(source2, gap.depth);
  for (let page = first; page < first + MAX_PAGES2 && context.budget.left > 0; page++) {
    const path = source2.site.listingPath(source2, page);
    if (path === void 0) break;
    progress ??= false;
    const articles = await fetchOlder(context, path);
    if (!articles) break;
    const listings = [listingCommit(source2, articles, path)];
    const result = await commit2({ source: source2.id, listings, outcome: { ok: true } });
    const after = result?.status?.stats?.gaps;
    if (!after) break;
    progress ||= JSON.stringify(after) !== known;
    known = JSON.stringify(after);
    if (!after.some((other) => other.after === gap.after)) break;
  }
  return progress;
}
function firstPage(source2, depth = 0) {
  let page = 1;
  for (; page < 1e3; page++) {
    const next = source2.site.listingPath(source2, page + 1);
    const end = next === void 0 ? void 0 : listingOffset(source2, next);
    if (end === void 0 || end > depth) break;
  }
  return page;
}

// src/refresh/round.ts
function record2({ bridge: bridge2, outcomes, now }, results) {
  cacheWrites(bridge2, results, now);
  for (const { source: source2, added, edited, status: status2 } of results) {
    const before = outcomes.get(source2) ?? { source: source2, ok: false, added: 0, edited: 0 };
    const known = status2 ?? before.status;
    const failing = known !== void 0 && known.failures > 0 && known.lastFailure;
    outcomes.set(source2, {
      source: source2,
      ok: known?.failures === 0,
      added: before.added + added,
      edited: before.edited + edited,
      ...failing && { reason: failing.reason, detail: failing.detail },
      ...known && { status: known }
    });
  }
}

// src/refresh/refresh-site.ts
async function refreshSite(round, sources) {
  const { bridge: bridge2, budget } = round;
  const contexts = /* @__PURE__ */ new Map();
  const quiet = [];
  for (const source2 of sources) {
    if (budget.left <= 0 || !round.hasTime()) break;
    const context = contextOf2(round, source2);
    const result = await refreshSource(round, context, quiet);
    if (result.outcome.ok) contexts.set(source2.id, context);
    if (source2.site.politeness && hasReason(result, "network", "timeout")) break;
  }
  if (contexts.size > 0 && round.articlePages > 0) {
    const kept = { left: round.articlePages, shared: budget };
    for (const context of contexts.values()) context.budget = kept;
    await readArticlePages(bridge2, contexts, round.articlePages, round.now);
  }
  return quiet;
}
async function refreshSource(round, context, quiet) {
  const { source: source2 } = context;
  const result = await fetchListing(context, round.statuses[source2.id]).catch(
    // An unforeseen error on one source must not stop the refresh of the others.
    (error) => ({ outcome: internalError(String(error).slice(0, 200)) })
  );
  if (result.listing) {
    const committed = await commitListing2(round, context, result.listing, result.outcome);
    record2(round, [committed]);
    if (committed.error) quiet.push({ source: source2.id, outcome: internalError(committed.error) });
  } else if (isUnfinished(context, result)) {
    round.outcomes.set(source2.id, { source: source2.id, added: 0, edited: 0, ...result.outcome });
  } else quiet.push({ source: source2.id, outcome: result.outcome });
  if (result.outcome.ok) quiet.push(...await continueGap(round, context));
  return result;
}
var hasReason = ({ outcome }, ...reasons) => !outcome.ok && reasons.includes(outcome.reason);
var isUnfinished = ({ timeout, site }, result) => hasReason(result, "no-request-left") || hasReason(result, "timeout") && timeout < (site.politeness?.timeout ?? 0);
function contextOf2({ bridge: bridge2, budget, now, isOnDemand }, source2) {
  const { site } = source2;
  const origin3 = bridge2.origins.get(site.origin) ?? site.origin;
  const most = site.politeness?.timeout ?? TIMEOUT;
  const timeout = isOnDemand ? Math.min(TIMEOUT, most) : most;
  return { source: source2, site, origin: origin3, userAgent: bridge2.userAgent, budget, timeout, now };
}
async function continueGap(round, context) {
  const { bridge: bridge2, statuses, outcomes, now } = round;
  const { source: source2 } = context;
  const status2 = statuses[source2.id];
  const known = outcomes.get(source2.id)?.status ?? status2;
  if (newestGap(known) !== newestGap(status2)) return [];
  const commit2 = async (one) => {
    const results = await bridge2.archive.commit([one], now, false);
    record2(round, results);
    return results[0];
  };
  const progress = await closeGap(commit2, context, known);
  return progress === void 0 ? [] : [{ source: source2.id, outcome: { ok: true, gapProgress: progress } }];
}
var newestGap = (status2) => status2?.stats?.gaps.at(-1)?.after;
var MAX_PAGES3 = 10;
async function commitListing2(round, context, listing, outcome) {
  const { bridge: bridge2, now, publishesAtOnce } = round;
  const { source: source2 } = context;
  const commit2 = async (read3, onlyIfAdjoining) => {
    const one = { source: source2.id, listings: [read3], outcome, onlyIfAdjoining };
    const [result2] = await bridge2.archive.commit([one], now, publishesAtOnce);
    round.isPublished = publishesAtOnce !== false && !result2?.notAdjoining;
    return result2;
  };
  let read2 = listing;
  let result = await commit2(read2, true);
  for (let pages = 1; result.notAdjoining && pages < MAX_PAGES3 && context.budget.left > 0; pages++) {
    const path = source2.site.listingPath(source2, pages);
    const page = path && await fetchOlder(context, path);
    if (!page) break;
    const { to } = listingCommit(source2, page, path);
    const longer = { ...read2, articles: [...read2.articles, ...page], to };
    result = await commit2(longer, true);
    if (result.failure || result.error) return commit2(read2, false);
    read2 = longer;
  }
  return result.notAdjoining ? commit2(read2, false) : result;
}
var internalError = (error) => ({
  ok: false,
  reason: "internal-error",
  detail: `the bridge has an error (${error})`
});

// src/refresh/refresh.ts
var MAX_REQUESTS = 45;
var MAX_PAGE_REQUESTS = 24;
async function tick(bridge2, now, isDueNow = isDue) {
  const statuses = await bridge2.archive.statuses(bridge2.sources.map(({ id: id2 }) => id2));
  const due = bridge2.sources.filter(({ id: id2 }) => isDueNow(statuses[id2], now)).sort((a, b) => longestDueFirst(statuses[a.id], statuses[b.id]));
  return refresh(bridge2, due, now, { articlePages: bridge2.bodiesPerTick, statuses });
}
async function refresh(bridge2, sources, now, { articlePages, deadline = Number.POSITIVE_INFINITY, ...read2 } = { articlePages: 0 }) {
  const statuses = read2.statuses ?? await bridge2.archive.statuses(sources.map(({ id: id2 }) => id2));
  const began = Date.now();
  const sites2 = [...Map.groupBy(sources, ({ site }) => site).values()];
  const pages = Math.min(articlePages, Math.floor(MAX_PAGE_REQUESTS / Math.max(1, sites2.length)));
  const round = {
    bridge: bridge2,
    statuses,
    now,
    budget: { left: MAX_REQUESTS - pages * sites2.length },
    articlePages: pages,
    hasTime: () => Date.now() - began <= deadline,
    isOnDemand: Number.isFinite(deadline),
    publishesAtOnce: sources.length === 1 && pages === 0 && (Number.isFinite(deadline) ? "for-reader" : true),
    isPublished: false,
    outcomes: /* @__PURE__ */ new Map()
  };
  const slow = sites2.filter(([source2]) => source2?.site.politeness);
  const quick = sites2.filter(([source2]) => !source2?.site.politeness);
  await Promise.all([refreshSites(round, quick), refreshSites(round, slow)]);
  for (const outcome of round.outcomes.values()) report(outcome);
  return sources.flatMap(({ id: id2 }) => round.outcomes.get(id2) ?? []);
}
async function refreshSites(round, sites2) {
  if (sites2.length === 0) return;
  const quiet = (await Promise.all(sites2.map((sources) => refreshSite(round, sources)))).flat();
  if (quiet.length > 0 || !round.isPublished) record2(round, await round.bridge.archive.commit(quiet, round.now, true));
}
function report({ status: status2, ...outcome }) {
  count("fetches", { source: outcome.source, result: outcome.ok ? "ok" : outcome.reason ?? "unknown" });
  log("refresh", { ...outcome, nextDue: status2?.nextDue });
}

// ../sites-x/exported.ts
function exported(archive) {
  const lines2 = [];
  for (let next = 0; next !== void 0; ) {
    const part = archive.export(next);
    lines2.push(...part.lines);
    next = part.next;
  }
  return lines2;
}

// ../sites-x/world.ts
var seed = Number(process.argv[2] ?? 1);
var verbose = process.argv[4] === "v";
var onlySite = process.argv[3] && process.argv[3] !== "all" ? process.argv[3] : void 0;
var rnd = () => {
  seed = Math.imul(seed ^ seed >>> 15, 739982445) + 2654435769 | 0;
  let t = seed ^ seed >>> 12;
  t = Math.imul(t, 695872825);
  return ((t ^ t >>> 15) >>> 0) / 4294967296;
};
for (let i = 0; i < 5; i++) rnd();
var pick = (a) => a[Math.floor(rnd() * a.length)];
var chance = (p) => rnd() < p;
var H = 36e5;
var M = 6e4;
var D = 24 * H;
var START2 = Date.parse("2026-09-20T00:00:00Z");
var DAYS2 = 7;
var esc = (s) => s.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
var kday = (ms) => new Date(ms + 9 * H).toISOString().slice(0, 10);
var dotted = (d) => d.split("-").map(Number).join(".");
var W = { en: "factory farm river school miners workers spring harvest rice steel power coal county city port bridge museum orchestra choir teachers".split(" "), ko: "\uACF5\uC7A5 \uB18D\uC7A5 \uD559\uAD50 \uB85C\uB3D9\uACC4\uAE09 \uAD11\uC0B0 \uBC1C\uC804\uC18C \uB3C4\uC2DC \uAD70 \uD56D\uAD6C \uB2E4\uB9AC \uBC15\uBB3C\uAD00 \uC545\uB2E8 \uD569\uCC3D\uB2E8 \uAD50\uC6D0 \uC300 \uAC15\uCCA0 \uC11D\uD0C4 \uBD04 \uAC00\uC744 \uAC74\uC124".split(" "), ja: "\u5DE5\u5834 \u8FB2\u5834 \u5B66\u6821 \u52B4\u50CD\u8005 \u9271\u5C71 \u767A\u96FB\u6240 \u90FD\u5E02 \u6E2F \u6A4B \u535A\u7269\u9928 \u697D\u56E3 \u5408\u5531\u56E3 \u6559\u54E1 \u7C73 \u9244 \u77F3\u70AD \u6625 \u79CB \u5EFA\u8A2D \u671D\u9BAE\u306E".split(" ") };
var sentence = (lang, n) => Array.from({ length: n }, () => pick(W[lang])).join(lang === "ja" ? "" : " ");
var cap = (s) => s[0].toUpperCase() + s.slice(1);
var mkTitle = (lang, n) => {
  const s = cap(sentence(lang, 5));
  const x = rnd();
  if (x < 0.08) return lang === "en" ? "Press Review" : lang === "ko" ? "\uC2E0\uBB38\uAC1C\uAD00" : "\u65B0\u805E\u6982\u89B3";
  if (x < 0.14) return lang === "en" ? `${s} on September ${1 + n % 28}, 2026` : lang === "ko" ? `2026\uB144 9\uC6D4 ${1 + n % 28}\uC77C ${s}` : `2026\u5E749\u6708${1 + n % 28}\u65E5 ${s}`;
  if (x < 0.2) return `${s} (${1 + n % 5})`;
  return s + " " + n;
};
var mkParas = (lang, n) => Array.from({ length: pick([1, 2, 3, 5]) }, (_, i) => i === 0 && lang === "en" ? `Pyongyang, September ${1 + n % 28} (KCNA) -- ${cap(sentence(lang, 20))} number ${n}.` : `${cap(sentence(lang, 18))}${lang === "ja" ? "\u3002" : "."}`);
var html = (b, s = 200, h = {}) => new Response(b, { status: s, headers: { "content-type": "text/html; charset=utf-8", ...h } });
var at = (a, now) => a.hist.filter((h) => h.at <= now).at(-1);
var isThere = (a, now) => a.from <= now && !a.gone.some(([f, t]) => f <= now && now < t);
var hex = (n, salt) => (Math.imul(n * 7919 + salt, 2654435761) >>> 0).toString(16).padStart(8, "0").repeat(4);
var b64 = (s) => Buffer.from(s).toString("base64");
function life(lang, perDay, mk, from = START2 - 3 * D) {
  const out = [];
  let n = 0;
  for (let t = from; t < START2 + DAYS2 * D; ) {
    t += Math.max(M, -Math.log(1 - rnd()) * D / perDay);
    const burst = chance(0.1) ? pick([2, 5, 9]) : 1;
    for (let b = 0; b < burst; b++) {
      n++;
      const f = t + b * 1e3;
      const day = kday(f - (chance(0.1) ? 6 * H : 0));
      const [key, path] = mk(n, f, day);
      const a = { n, key, path, from: f, day, lang, hist: [{ at: 0, title: mkTitle(lang, n), paras: mkParas(lang, n) }], gone: [] };
      if (chance(0.12)) {
        const e = f + rnd() * 2 * D;
        if (e < START2 + (DAYS2 - 3) * D) a.hist.push({ at: e, title: chance(0.15) ? "\xA7" + mkTitle(lang, n + 500) + " again" : chance(0.5) ? a.hist[0].title + (lang === "en" ? "s" : "\uB4E4") : a.hist[0].title, paras: chance(0.6) ? [...a.hist[0].paras.slice(0, -1), `${cap(sentence(lang, 14))} changed${lang === "ja" ? "\u3002" : "."}`] : a.hist[0].paras });
      }
      if (chance(0.06)) {
        const g = f + rnd() * 1.5 * D;
        if (g > START2 && g < START2 + (DAYS2 - 3) * D) a.gone.push([g, chance(0.3) ? g + (10 + rnd() * 30) * H : Infinity]);
      }
      out.push(a);
    }
  }
  return out;
}
var listed = (s, now) => s.arts.filter((a) => isThere(a, now)).sort((a, b) => b.from - a.from);
var frame = (m, title, main, lang) => `<!DOCTYPE html><html lang="${lang}"><head><meta charset="utf-8"><title>${title}</title><link rel=stylesheet href=/x.css></head><body>${m.wrap ? `<div class="wrap">` : ""}<div class="menu"><a href="/">Home</a><a href="/about">About</a><p>Menu of the site.</p></div>${main}<div class="foot">Copyright \xA9 2012-2026 the site</div>${m.wrap ? "</div>" : ""}</body></html>`;
var paras = (m, a, now) => {
  const t = at(a, now).paras;
  const p = m.para;
  return p === "p" ? t.map((x) => `<p>${esc(x)}</p>`).join(chance(0.5) ? "\n" : "") : p === "br" ? t.map(esc).join("<br><br>") : p === "div" ? t.map((x) => `<div class="l">${esc(x)}</div>`).join("") : t.map((x) => `<p style="text-align:justify"><span>${esc(x)}</span></p>`).join("");
};
var newMarkup = () => ({ wrap: chance(0.5), para: pick(["p", "p", "br", "div", "span"]), row: pick(["div", "li", "tr", "article"]), head: pick(["h3", "h4", "strong", "div"]), datePos: pick(["after", "before"]), thumb: chance(0.4), views: chance(0.3), near: chance(0.4), ws: pick(["", "\n"]), titleTag: pick(["h1", "h2", "h3", "div", "p", "b"]) });
var two = () => {
  const a = newMarkup();
  return [a, { ...newMarkup(), para: a.para }];
};
function kcnaW() {
  const s = {
    id: "kcna",
    host: "kcna.replica",
    source: ["kp-kcna-en"],
    size: 15,
    markup: two(),
    faults: [],
    seen: /* @__PURE__ */ new Map(),
    arts: life("en", pick([8, 20, 40]), (n) => [hex(n, 1), `/en/article/detail/${hex(n, 1)}`]),
    serve(now, url2, method, body) {
      const all = listed(s, now);
      if (/\/article\/list\//.test(url2.pathname)) {
        const page = method === "POST" ? Number(new URLSearchParams(body).get("page_num")) : 1;
        const rows = all.slice((page - 1) * 15, page * 15).map((a2) => {
          const t = esc(at(a2, now).title).replace(/^(\S+ \S+)/, a2.n % 3 ? "$1" : "<nobr><august_name>$1</august_name></nobr>");
          return `<div class="article"><h5 class="block"><a href="/en/article/detail/${a2.key}">${a2.n % 4 ? "" : `<i class="fa fa-camera"></i> `}${t}</a><span><nobr>[${dotted(a2.day)}.]</nobr></span></h5></div>`;
        }).join("\n");
        return html(frame(s.markup[0], "KCNA", `<main>${rows}<form id="article_form" method="post"><input type="hidden" name="page_num" value="${page}"><input type="hidden" name="cnt_per_page" value="15"><input type="hidden" name="keyword" value=""><input type="hidden" name="_csrf" value="tok${Math.floor(rnd() * 1e9)}"></form><script>var total=${all.length}; var cur_page=${page}; var per_page=15;</script></main>`, "en"), 200, { "set-cookie": "JSESSIONID=abc; Path=/" });
      }
      const a = s.arts.find((a2) => url2.pathname.endsWith(a2.key));
      if (!a || !isThere(a, now)) return html(frame(s.markup[0], "404", "<h1>404</h1>", "en"), 404);
      const kick = a.n % 5 === 0 ? `<h1 class="text-center">Kicker of the day</h1>` : "";
      const h = `<h1 class="text-center text-danger">${esc(at(a, now).title)}</h1>`;
      return html(frame(s.markup[0], `KCNA | ${esc(at(a, now).title)}`, `<main><article><div class="container">${kick}${h}${kick ? "" : "<h1></h1>"}${paras({ para: "p" }, a, now)}<p>-0-</p><a class="right_button gallery_button" href="/en/gallery/detail/${a.key}"><i class="fa fa-camera"></i></a></div></article></main>`, "en"));
    }
  };
  return s;
}
function vokW() {
  const s = {
    id: "vok",
    host: "vok.replica",
    source: ["kp-vok-en"],
    size: 20,
    markup: two(),
    faults: [],
    seen: /* @__PURE__ */ new Map(),
    arts: life("en", pick([5, 12]), (n, f, d) => {
      const id2 = `ien${kday(f - D).slice(2).replaceAll("-", "")}${String(n % 1e3).padStart(3, "0")}`;
      return [id2, pick([`/index.php/revo_de/getDetail/${id2}/en`, `/index.php/detail_com/comde/${id2}/18/en`])];
    }),
    serve(now, url2) {
      const m = s.markup[now > START2 + 4 * D ? 1 : 0];
      const all = listed(s, now);
      if (/newslist/.test(url2.pathname)) {
        const rows = all.slice(0, 20).map((a2) => `<a href="${a2.path}">\xB7 ${esc(at(a2, now).title)} (${dotted(a2.day)})</a>`);
        return html(frame(m, "Voice of Korea", `<div class="list">${rows.map((r) => m.row === "tr" ? `<table><tr><td>${r}</td></tr></table>` : m.row === "article" ? r + "<br>" : `<${m.row}>${r}</${m.row}>`).join(m.ws)}</div>`, "en"));
      }
      const a = s.arts.find((a2) => url2.pathname.includes(a2.key));
      if (!a || !isThere(a, now)) return html("not found", 404);
      const near = m.near ? `<div class="other"><h4>Other news</h4>${all.slice(0, 5).map((b) => `<p><a href="${b.path}">${esc(at(b, now).title)}</a></p>`).join("")}</div>` : "";
      const views = m.views ? `<p>Read ${Math.floor((now - START2) / M)} times</p>` : "";
      return html(frame(m, "Voice of Korea", `<div class="c"><${m.titleTag} class="t">${esc(at(a, now).title)}</${m.titleTag}><div class="d">${dotted(a.day)}</div><div class="x">${paras(m, a, now)}</div>${views}${near}</div>`, "en"));
    }
  };
  return s;
}
function mfaW() {
  const s = {
    id: "mfa",
    host: "mfa.replica",
    source: ["kp-mfa-ko"],
    size: 10,
    markup: two(),
    faults: [],
    seen: /* @__PURE__ */ new Map(),
    arts: life("ko", pick([3, 6]), (n) => [String(24e3 + n), `/view/article/${24e3 + n}`]),
    serve(now, url2) {
      const m = s.markup[now > START2 + 4 * D ? 1 : 0];
      const all = listed(s, now);
      if (/category/.test(url2.pathname)) {
        const rows = all.slice(0, 10).map((a2) => {
          const t = at(a2, now);
          const d = `<span>${dotted(a2.day)}.</span>`;
          const short = t.paras.length === 1;
          return `${m.datePos === "before" ? d : ""}<${m.head}><a href="${a2.path}">${esc(t.title)}</a></${m.head}>${m.datePos === "after" ? d : ""}<p>${esc(t.paras[0])}${short ? "(\uB05D)" : ""}</p>${short ? "" : `<p>.......... <a href="${a2.path}">\uB354\uBCF4\uAE30</a></p>`}`;
        });
        return html(frame(m, "\uC678\uBB34\uC131", `<div class="list">${rows.map((r) => m.row === "tr" ? `<table><tr><td>${r}</td></tr></table>` : m.row === "li" ? `<ul><li>${r}</li></ul>` : `<div class=it>${r}</div>`).join(m.ws)}</div>`, "ko"));
      }
      const a = s.arts.find((a2) => url2.pathname.endsWith("/" + a2.key));
      if (!a || !isThere(a, now)) return html("\uC5C6\uC74C", 404);
      return html(frame(m, "\uC678\uBB34\uC131", `<div class="c"><${m.titleTag}>${esc(at(a, now).title)}</${m.titleTag}><span>${dotted(a.day)}.</span><div>${paras(m, a, now)}<p>(\uB05D)</p></div></div>`, "ko"));
    }
  };
  return s;
}
function rodongW() {
  const s = {
    id: "rodong",
    host: "rodong.replica",
    source: ["kp-rodong-ko"],
    size: 999,
    markup: two(),
    faults: [],
    seen: /* @__PURE__ */ new Map(),
    arts: [],
    serve(now, url2) {
      const f = Buffer.from(decodeURIComponent(url2.search.slice(1)), "base64").toString().split("@");
      if (f[0] === "2") {
        const all = s.arts.filter((a2) => isThere(a2, now));
        const today = all.map((a2) => a2.day).sort().at(-1);
        const rows = all.filter((a2) => a2.day === today).sort((a2, b) => a2.n - b.n).map((a2, i) => `<div class="row"><div class="media"><div class="media-left"><a href="index.php?${b64(`12@${a2.key.slice(3)}@15@${i}@@0@${i}@`)}"><img src="data:image/png;base64,AAAA"></a></div><div class="media-body"><a href="index.php?${b64(`12@${a2.key.slice(3)}@2@${i}@@0@${i}@`)}">${esc(at(a2, now).title)}</a></div></div><div class="col-sm-3">\uBCF8\uC0AC\uAE30\uC790 \uAE40\uCCA0\uC218</div><div class="news_date">${dotted(a2.day)}.</div></div>`);
        return html(frame(s.markup[0], "\uB85C\uB3D9\uC2E0\uBB38", `<div id="revoList"><div class="date_news_list">${rows.join("\n")}</div></div>`, "ko"));
      }
      const a = s.arts.find((a2) => a2.key === "ko-" + f[1]);
      if (!a || !isThere(a, now)) return html("", 404);
      return html(frame(s.markup[0], "\uB85C\uB3D9\uC2E0\uBB38", `<div id="article-date">${dotted(a.day)}.</div><div id="articleContent" class="article-content"><div class="container" id="ContDIV"><br><p class="TitleP">${esc(at(a, now).title)}</p><br>${at(a, now).paras.map((p) => `<p class="TextP">${esc(p)}</p>`).join("")}<p class="WriterP">\uBCF8\uC0AC\uAE30\uC790 \uAE40\uCCA0\uC218</p><script>$(1)</script><a href="#">\uBAA9\uB85D\uC73C\uB85C</a></div></div>`, "ko"));
    }
  };
  for (let d = -2; d < DAYS2; d++) {
    const day = kday(START2 + d * D);
    const open = Date.parse(day + "T00:00:00+09:00") + (5 + rnd() * 3) * H;
    const n = pick([3, 12, 35]);
    for (let i = 1; i <= n; i++) {
      const key = `ko-${day}-${String(i).padStart(3, "0")}`;
      const a = { n: i, key, path: "", from: open + (chance(0.1) ? 3 * H : 0), day, lang: "ko", hist: [{ at: 0, title: mkTitle("ko", i + d * 50), paras: mkParas("ko", i) }], gone: [] };
      if (chance(0.05)) a.hist.push({ at: open + 6 * H, title: a.hist[0].title + " \uC218\uC815", paras: a.hist[0].paras });
      s.arts.push(a);
    }
  }
  return s;
}
function sinboW() {
  const mk = (lang) => (n, f) => {
    const id2 = String(9e4 + n * 2 + (lang === "ja" ? 1 : 0));
    return [id2, `https://chosonsinbo.com${lang === "ja" ? "/jp" : ""}/2026/09/${kday(f).slice(8)}sk-${id2}/`];
  };
  const s = {
    id: "chosonsinbo",
    host: "chosonsinbo.replica",
    source: ["chosonsinbo-ko", "chosonsinbo-ja"],
    size: 20,
    markup: [newMarkup()],
    faults: [],
    seen: /* @__PURE__ */ new Map(),
    arts: [...life("ko", pick([4, 10]), mk("ko")), ...life("ja", pick([1, 8]), mk("ja"))],
    serve(now, url2) {
      const all = listed(s, now);
      const post = (a) => ({ id: Number(a.key), date: new Date(a.from + 9 * H).toISOString().slice(0, 19), link: a.path, title: { rendered: esc(at(a, now).title) }, excerpt: { rendered: `<p>${esc(at(a, now).paras[0])} [&hellip;]</p>
` }, content: { rendered: at(a, now).paras.map((p) => `<p>${esc(p)}</p>`).join("\n") } });
      const js = (v9, st2 = 200) => new Response(JSON.stringify(v9), { status: st2, headers: { "content-type": "application/json; charset=UTF-8" } });
      const id2 = /posts\/(\d+)/.exec(url2.pathname)?.[1];
      if (id2) {
        const a = s.arts.find((a2) => a2.key === id2);
        return a && isThere(a, now) ? js(post(a)) : js({ code: "rest_post_invalid_id" }, 404);
      }
      const page = Number(url2.searchParams.get("page") ?? 1);
      const rows = all.slice((page - 1) * 20, page * 20);
      return rows.length || page === 1 ? js(rows.map(post)) : js({ code: "rest_post_invalid_page_number" }, 400);
    }
  };
  s.arts.forEach((a) => a.day = kday(a.from));
  return s;
}
function gazW() {
  const s = {
    id: "gaz",
    host: "gaz.example",
    source: ["gaz"],
    size: 12,
    markup: two(),
    faults: [],
    seen: /* @__PURE__ */ new Map(),
    arts: life("en", pick([6, 15, 30]), (n) => [String(500 + n), `/news/${500 + n}/slug-${n}`]),
    serve(now, url2) {
      const m = s.markup[now > START2 + 3 * D ? 1 : 0];
      const all = listed(s, now);
      if (url2.pathname === "/news/") {
        const page = Number(url2.searchParams.get("page") ?? 1);
        const rows = all.slice((page - 1) * 12, page * 12).map((a2) => {
          const t = at(a2, now);
          const d = `<span class=date>${dotted(a2.day).split(".").reverse().map((x) => x.padStart(2, "0")).join("/")}</span>`;
          const ex = `<p>${esc(t.paras[0].slice(0, 120))}</p>`;
          const th = m.thumb && a2.n % 2 ? `<a href="${a2.path}"><img src="/i/${a2.key}.jpg" alt=""></a>` : "";
          const tr = a2.n % 7 === 0 ? "?utm_source=list" : "";
          return `${th}${m.datePos === "before" ? d : ""}<${m.head}><a href="${a2.path}${tr}">${esc(t.title)}</a></${m.head}>${m.datePos === "after" ? d : ""}${ex}${m.views ? `<span>Views: ${Math.floor((now - START2) / M) + a2.n}</span>` : ""}`;
        });
        return html(frame(m, "Gaz", `<main><h1>News</h1><div class="list">${rows.map((r) => m.row === "tr" ? `<table><tr><td>${r}</td></tr></table>` : m.row === "li" ? `<ul><li>${r}</li></ul>` : m.row === "article" ? `<article>${r}</article>` : `<div class=it>${r}</div>`).join(m.ws)}</div><a href="/news/?page=2">Older</a></main>`, "en"));
      }
      const a = s.arts.find((a2) => url2.pathname.startsWith(`/news/${a2.key}/`));
      if (!a || !isThere(a, now)) return html("gone", 410);
      return html(frame(m, at(a, now).title, `<article><h1>${esc(at(a, now).title)}</h1><time datetime="${new Date(a.from).toISOString()}">x</time><div class="body">${paras(m, a, now)}</div></article>${m.near ? `<aside>${all.slice(0, 4).map((b) => `<a href="${b.path}">${esc(at(b, now).title)}</a>`).join("")}</aside>` : ""}`, "en"));
    }
  };
  return s;
}
var makers = { kcna: kcnaW, vok: vokW, mfa: mfaW, rodong: rodongW, chosonsinbo: sinboW, gaz: gazW };
var sites = Object.entries(makers).filter(([k]) => !onlySite || k === onlySite).map(([, m]) => m());
for (const s of sites) for (let i = 0; i < pick([0, 0, 2, 4]); i++) {
  const from = START2 + rnd() * (DAYS2 - 3.5) * D;
  s.faults.push({ from, to: from + pick([0.5, 2, 8]) * H, kind: pick(["500", "truncated", "login", "home", "stale", "stale", "stalepages", "reset", "404all", "empty", "mixed"]) });
}
var calls = [];
var NOW = START2;
var lagOf = (s) => s.faults.find((f) => f.from <= NOW && NOW < f.to);
globalThis.fetch = (async (input, init) => {
  const url2 = new URL(input instanceof Request ? input.url : String(input));
  const s = sites.find((s2) => s2.host === url2.host);
  if (!s) throw new Error("asked " + url2.host);
  calls.push(url2.href);
  const method = init?.method ?? "GET", body = String(init?.body ?? "");
  const f = lagOf(s);
  const isList = /list|category|posts\?|posts$|\/news\/(\?|$)|MkBAMkAxQA/.test(url2.pathname + url2.search);
  const fine = () => s.serve(NOW, url2, method, body, false);
  if (f) switch (f.kind) {
    case "500":
      return html("err", 500);
    case "reset":
      throw new TypeError("Network connection lost.");
    case "truncated": {
      const r2 = fine();
      const t = await r2.text();
      return new Response(t.slice(0, t.length / 2), { status: r2.status, headers: r2.headers });
    }
    case "login":
      return html(`<!DOCTYPE html><html><head><title>Login</title></head><body><form action="/login"><input name=user><input name=pw type=password></form><p>Please log in to continue reading.</p></body></html>`);
    case "home":
      return isList ? fine() : html(frame({}, "Home", `<main><h1>Welcome</h1><p>The newest of our stories are here every day.</p></main>`, "en"));
    case "stale":
      if (isList && chance(0.5)) return s.serve(NOW - pick([1, 3, 6]) * H, url2, method, body, true);
      return fine();
    case "stalepages":
      if (!isList && chance(0.5)) return s.serve(NOW - pick([1, 3, 6]) * H, url2, method, body, true);
      return fine();
    case "404all":
      return isList ? fine() : html("no", 404);
    case "empty":
      return isList ? html(frame({}, "x", "<main></main>", "en")) : fine();
    case "mixed":
      if (!isList && chance(0.4)) {
        const o = pick(listed(s, NOW));
        return s.serve(NOW, new URL(o.path || url2, url2), "GET", "", false);
      }
      return fine();
  }
  const r = fine();
  if (isList && r.status === 200 && (!f || f.kind === "home" || f.kind === "404all")) {
    for (const a of s.arts) if (isThere(a, NOW)) {
      const text4 = s;
      void text4;
    }
  }
  return r;
});
console.log = /* @__PURE__ */ ((l) => (...a) => {
  const t = String(a[0]);
  if (t.startsWith("{")) {
    if (verbose && /"error"/.test(t)) l(t.slice(0, 300));
    return;
  }
  l(...a);
})(console.log);
var errs = [];
console.error = (...a) => {
  errs.push(String(a[0]).slice(0, 300));
};
var env = { FOLLOW: sites.flatMap((s) => s.id === "gaz" ? [] : s.source).join(", ") || "kcna-en", BODIES_PER_TICK: "10", KCNA_ORIGIN: "http://kcna.replica", VOK_ORIGIN: "http://vok.replica", MFA_ORIGIN: "http://mfa.replica", RODONG_ORIGIN: "http://rodong.replica", CHOSONSINBO_ORIGIN: "http://chosonsinbo.replica" };
if (sites.some((s) => s.id === "gaz")) env.SITES = JSON.stringify([{ id: "gaz", name: "Gaz", language: "en", origin: "https://gaz.example", timeZone: "Asia/Seoul", listing: "/news/", older: "/news/?page={page}", pageSize: 12, article: "/news/([0-9]+)", body: ".body" }]);
var settings = settingsOf(env);
var wanted = sites.flatMap((s) => s.source);
var { bridge, service } = localBridge({ ...settings, sources: settings.sources.filter((s) => wanted.includes(s.id)) }, nodeSql(":memory:"));
var realNow = Date.now;
Date.now = () => NOW;
var status = /* @__PURE__ */ new Map();
for (NOW = START2; NOW < START2 + DAYS2 * D; NOW += 15 * M) {
  for (const s of sites) {
    const f = lagOf(s);
    if (f && !["home", "404all", "stalepages", "mixed"].includes(f.kind)) continue;
    for (const lang of new Set(s.arts.map((a) => a.lang))) {
      let all = listed(s, NOW);
      if (s.id === "rodong") {
        const td = all.map((a) => a.day).sort().at(-1);
        all = all.filter((a) => a.day === td);
      } else all = all.slice(0, s.size);
      for (const a of all) if (!s.seen.has(a.key)) s.seen.set(a.key, NOW);
    }
  }
  const out = await tick(bridge, NOW);
  for (const o of out) if (!o.ok) {
    const st2 = status.get(o.source) ?? [];
    st2.push(o.reason);
    status.set(o.source, st2);
  }
}
Date.now = realNow;
var lines = exported(service.archive);
if (verbose) console.log(JSON.stringify(lines.slice(0, 3)).slice(0, 1500));
var problems = 0;
var say = (s) => {
  problems++;
  if (problems < 60) console.log(" !", s);
};
for (const s of sites) {
  const evs = lines.filter((l) => l.event && s.source.includes(l.source));
  const byKey = /* @__PURE__ */ new Map();
  for (const e of evs) {
    const k = e.key ?? e.data?.key;
    if (k) byKey.set(k, [...byKey.get(k) ?? [], e]);
  }
  const kinds = {};
  for (const e of evs) kinds[e.event] = (kinds[e.event] ?? 0) + 1;
  console.log(s.id, "arts", s.arts.length, "seen", s.seen.size, JSON.stringify(kinds), "faults", s.faults.map((f) => f.kind + ":" + ((f.from - START2) / H).toFixed(0) + "-" + ((f.to - START2) / H).toFixed(0)).join(" "), "fail", JSON.stringify(Object.fromEntries(s.source.map((x) => [x, Object.entries((status.get(x) ?? []).reduce((m, r) => (m[r] = (m[r] ?? 0) + 1, m), {}))]))));
  const fl = (n) => ((n - START2) / H).toFixed(2);
  for (const a of s.arts) {
    const es = byKey.get(a.key) ?? [];
    const rec = service.archive.article(s.id, a.key, "all");
    if (s.seen.has(a.key) && !rec) {
      if (a.gone.some((g) => g[0] - a.from < 5 * H)) continue;
      say(`${s.id} lost ${a.key} from ${fl(a.from)} seen ${fl(s.seen.get(a.key))} gone ${JSON.stringify(a.gone.map((g) => g.map(fl)))} faults ${s.faults.map((f) => f.kind + fl(f.from) + "-" + fl(f.to))}`);
      continue;
    }
    if (!rec) continue;
    const art = rec.article;
    if (a.from > START2 && art.day !== a.day && s.id !== "x") say(`${s.id} day ${a.key} got ${art.day} want ${a.day} from ${fl(a.from)}`);
    const end = at(a, START2 + DAYS2 * D);
    const visible2 = a.hist.filter((h) => true);
    const edits = es.filter((e) => e.event === "edited");
    const tEdits = rec.versions.filter((v9, i) => v9.event === "edited" && v9.title !== rec.versions[i - 1].title).length, trueT = a.hist.slice(1).filter((h, i) => h.title !== a.hist[i].title).length;
    const trueX = a.hist.slice(1).filter((h, i) => h.paras.join() !== a.hist[i].paras.join()).length;
    const lastSeenOk = true;
    if (tEdits > trueT || edits.length - tEdits > 2 * trueX) {
      const h = rec.versions.map((v9) => `${v9.at.slice(5, 16)} ${v9.event} ${v9.title} | ${(v9.html ?? "").slice(0, 150)}`);
      say(`${s.id} false edits ${a.key} edits ${edits.length} true ${a.hist.length - 1} (${a.hist.slice(1).map((h2) => fl(h2.at))}) ${JSON.stringify(h)}`);
    }
    const goneTrue = a.gone.filter(([f]) => f < START2 + (DAYS2 - 2) * D);
    const goneEv = es.filter((e) => e.event === "gone"), backEv = es.filter((e) => e.event === "back");
    if (goneEv.length > a.gone.length) say(`${s.id} false gone ${a.key} ${JSON.stringify(goneEv.map((e) => e.at))}`);
    const stays = a.gone.filter(([f, t]) => t === Infinity && f < START2 + (DAYS2 - 2.5) * D && f - a.from < 2.5 * D && a.from > START2 - D);
    if (stays.length && !art.gone) say(`${s.id} gone missed ${a.key} deleted ${fl(stays[0][0])} from ${fl(a.from)} events ${es.map((e) => e.event + "@" + e.at.slice(5, 16))}`);
    const isGoneAtEnd = !isThere(a, START2 + DAYS2 * D);
    if (!isGoneAtEnd && art.gone) say(`${s.id} still gone ${a.key} gone ${JSON.stringify(a.gone.map((g) => g.map(fl)))} ev ${es.map((e) => e.event + "@" + e.at.slice(5, 16))}`);
    if (!isGoneAtEnd && a.from > START2 && !a.gone.length && s.seen.has(a.key)) {
      if (art.title !== end.title && !end.title.startsWith("\xA7")) say(`${s.id} title ${a.key} got "${art.title}" want "${end.title}" hist ${a.hist.map((h) => fl(h.at))}`);
      const text4 = rec.versions.at(-1)?.html?.replace(/<[^>]*>/g, " ").replace(/&amp;/g, "&").replace(/\s+/g, " ").trim() ?? "";
      const want = end.paras.join(" ").replace(/\s+/g, " ");
      const got = text4.replace(/ (본사기자 김철수)$/, "");
      if (got !== want && !end.title.startsWith("\xA7") && a.from < START2 + (DAYS2 - 2) * D) say(`${s.id} text ${a.key} from ${fl(a.from)} hist ${a.hist.map((h) => fl(h.at))} got "${got.slice(0, 120)}" want "${want.slice(0, 120)}"`);
    }
  }
  const invented = [...byKey.keys()].filter((k) => !s.arts.some((a) => a.key === k));
  if (invented.length) say(`${s.id} invented ${invented.slice(0, 5)}`);
}
var st = await bridge.archive.status(NOW);
for (const [id2, x] of Object.entries(st.sources)) {
  const gaps = (x.stats?.gaps ?? []).filter((g) => g.after !== "");
  if (gaps.length) say(`${id2} gap ${JSON.stringify(gaps)}`);
  if (x.failures) say(`${id2} failing ${JSON.stringify(x.lastFailure)}`);
}
if (errs.length) console.log("errors", errs.length, [...new Set(errs)].slice(0, 5));
console.log("seed", process.argv[2], "markups", JSON.stringify(sites.map((s) => [s.id, s.markup])).slice(0, verbose ? 3e3 : 0), "problems", problems, "requests", calls.length);
