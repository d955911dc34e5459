import { describe, expect, test } from "vitest";
import { bestDateLine, dateLine, isDate } from "../../src/scrape/date-lines.ts";
import { printedDate } from "../../src/scrape/dates.ts";
import { addYears, completeYears, dateWithoutYear, instantDay, localizeTimes } from "../../src/scrape/local-dates.ts";
import { parseHtml } from "../../src/scrape/page.ts";
import { textOf } from "../../src/scrape/text-blocks.ts";
import { growthOf, LINEAR } from "../growth.ts";

describe("printed days", () => {
  test.each([
    ["Jan. 5, 2026", "2026-01-05"],
    ["September 30th 2025", "2025-09-30"],
    ["Sept. 30, 2025", "2025-09-30"],
    ["3 de agosto de 2025", "2025-08-03"],
    ["1 dic 2025", "2025-12-01"],
    ["2026.1.30.", "2026-01-30"],
    ["[2026.7.19.]", "2026-07-19"],
    ["2026/01/30", "2026-01-30"],
    ["30.1.2026", "2026-01-30"],
    ["2026년 1월 30일", "2026-01-30"],
    ["2026년 11월 30일", "2026-11-30"],
    ["2026-01-30, not May 1, 2025", "2026-01-30"],
    ["2026 年 1 月 30 日", "2026-01-30"],
    ["first May 1, 2025, then 2026-01-30", "2025-05-01"],
    ["February 30, 2026, or 2026-01-30", "2026-01-30"],
    ["주체115(2026)년 1월 30일", "2026-01-30"],
    ["［２０２６．１．３０．］", "2026-01-30"],
    ["２０２６－０１－３０", "2026-01-30"],
    ["\u0662\u0660\u0662\u0666.\u0661.\u0663\u0660", "2026-01-30"],
    ["\u06f3\u06f0/\u06f0\u06f1/\u06f2\u06f0\u06f2\u06f6", "2026-01-30"],
    ["主体115（2026）年1月30日", "2026-01-30"],
    ["2026年1月30号", "2026-01-30"],
    ["30. 1. 2026", "2026-01-30"],
    ["30 de enero del 2026", "2026-01-30"],
    ["30-Jan-2026", "2026-01-30"],
    ["30/jan/2026", "2026-01-30"],
    ["주체115(2026).1.30.", "2026-01-30"],
    ["January 30, Juche 115 (2026)", "2026-01-30"],
    ["2026 . 1 . 30", "2026-01-30"],
    ["2026–01–30", "2026-01-30"],
    ["2026\u201001\u201030", "2026-01-30"],
    // The day comes first, where it can.
    ["05/11/2026", "2026-11-05"],
    ["11/13/2026", "2026-11-13"],
    ["1.30.2026", "2026-01-30"],
  ])("%s", (text, day) => {
    expect(printedDate(text)?.day).toBe(day);
  });

  test.each([
    "",
    "recently",
    "January 2026",
    "30-01.2026",
    "2026-13-01",
    "February 29, 2026",
    "0001-01-01",
    "12026-01-301",
    "1 помар 2026",
    "1 camarada 2026",
    "No. 12 - March 2026",
    "Unit 3 / May 2026",
    "13/14/2026",
  ])("none: %s", (text) => {
    expect(printedDate(text)).toBeUndefined();
  });

  test.each([
    ["pt", "1 de {} de 2026"],
    ["pt", "1º de {} de 2026"],
    ["fr", "1er {} 2026"],
    ["de", "1. {} 2026"],
    ["ru", "1 {} 2026 года"],
    ["es", "1 de {} de 2026"],
    ["en", "{} 1, 2026"],
  ])("each month, in full and short: %s", (language, form) => {
    for (let month = 1; month <= 12; month++) {
      const day = `2026-${String(month).padStart(2, "0")}-01`;
      for (const style of ["long", "short"] as const) {
        const parts = new Intl.DateTimeFormat(language, {
          day: "numeric",
          month: style,
          timeZone: "UTC",
        }).formatToParts(new Date(day));
        const name = parts.find(({ type }) => type === "month")?.value as string;
        for (const printed of [name, name.toUpperCase()]) {
          const text = form.replace("{}", printed);
          expect([text, printedDate(text)?.day, isDate(text)]).toEqual([text, day, true]);
        }
      }
    }
  });

  test("what prints little but a date, and what prints nothing else", () => {
    expect(dateLine("Date: January 30, 2026")).toMatchObject({ day: "2026-01-30", rest: 6 });
    expect(dateLine("Pyongyang, on the morning of January 30, 2026")).toBeUndefined();
    expect(bestDateLine(["Seen January 1, 2026", "x", "(January 30, 2026)"])?.day).toBe("2026-01-30");
    expect(bestDateLine(["(January 30, 2026)", "Seen January 1, 2026", "x"])?.day).toBe("2026-01-30");
    expect(bestDateLine(["2026-01-30", "2026-01-31"])?.day).toBe("2026-01-30");
    expect(bestDateLine(["x"])).toBeUndefined();
    const beside = (count: number) => dateLine(`${"x".repeat(count - 1)} 2026-01-30`)?.rest;
    expect([beside(24), beside(25)]).toEqual([24, undefined]);
    for (const text of ["(2026.1.30.)", "Posted on: January 30, 2026"])
      expect([text, isDate(text)]).toEqual([text, true]);
    for (const text of ["January 30, 2026 x", "로동신문 Posted on 2026-01-30", `2026-01-30${" ".repeat(100)}`])
      expect([text, isDate(text)]).toEqual([text, false]);
  });
});

describe("days of which the year is not whole", () => {
  const completed = (...dates: string[]) => {
    const root = parseHtml(dates.map((date) => `<p>${date}</p>`).join(""));
    if ("failure" in root) throw new Error(root.failure.detail);
    completeYears(root, "2026-11-05");
    return root.children.map((node) => textOf(node)).join();
  };
  test.each([
    ["26.11.05, 26.11.4, 26.10.31", "2026-11-05,2026-11-04,2026-10-31"],
    ["26.11.6., [26. 11. 4.]", "2026-11-06.,[2026-11-04.]"],
    ["등록일: 26.11.5, 26.11.4 조회수 45", "등록일: 2026-11-05,2026-11-04 조회수 45"],
    ["26.11.5, Version 1.2.26", "2026-11-05,Version 1.2.26"],
    ["20261105, 120261105, 10.0.0.26", "2026-11-05,120261105,10.0.0.26"],
    ["05/11/26, 4/11/26", "2026-11-05,2026-11-04"],
    ["11/05/26, 10/31/26", "2026-11-05,2026-10-31"],
    ["27.11.31, 1:12:26", "27.11.31,1:12:26"],
    ["27.12.31, 99.99.99, 로동 26.11.5", "27.12.31,99.99.99,로동 26.11.5"],
    ["주체115년 11월 5일, 주체115.11.4.", "2026년 11월 5일,2026.11.4."],
    ["November 5 - Juche 115", "November 5 - 2026"],
    ["주체115(2026)년 11월 5일, 주체97돐", "주체115(2026)년 11월 5일,주체97돐"],
  ])("%s", (dates, expected) => expect(completed(...dates.split(", "))).toBe(expected));
});

describe("days without a year", () => {
  const TODAY = "2026-01-02";
  test.each([
    ["Jan 2", "2026-01-02"],
    ["January 3rd", "2026-01-03"],
    ["Jan 4", "2025-01-04"],
    ["31 December", "2025-12-31"],
    ["30. Dez", "2025-12-30"],
    ["30. Aralık", undefined],
    ["30.12.", "2025-12-30"],
    ["01/01 – 22:00", "2026-01-01"],
    ["1월 1일", "2026-01-01"],
    ["12月31日", "2025-12-31"],
    ["31.02.", undefined],
    ["22:01", undefined],
    ["1.2.3", undefined],
    ["Jan 12:30", undefined],
    ["오늘 1월 1일", "2026-01-01"],
    ["31.02., 1월 1일", "2026-01-01"],
    ["30.12., Jan 2", "2025-12-30"],
    ["Jan 2, 30.12.", "2026-01-02"],
    ["1월 1일, Jan 2", "2026-01-01"],
  ])("%s", (text, day) => {
    expect(dateWithoutYear(text, TODAY)?.day).toBe(day);
  });

  const rewritten = (html: string) => {
    const root = parseHtml(html);
    if ("failure" in root) throw new Error(root.failure.detail);
    localizeTimes(root, "America/Sao_Paulo");
    addYears(root, TODAY);
    return { root, text: textOf(root) };
  };

  test("a text that is one gets its year; a sentence, a score and what machines are told do not", () => {
    expect(rewritten("<p>Fri, 01/01, 10:30 pm</p>").text).toBe("2026-01-01");
    expect(rewritten("<p>30.12.</p><p>Team wins 3.1. in the cup</p><p>Flight 30/12</p>").text).toBe(
      "2025-12-30 Team wins 3.1. in the cup Flight 30/12",
    );
    expect(rewritten('<ins datetime="2024-01-01">1 Jan</ins>').text).toBe("1 Jan");
    for (const text of ["01/01", " Fri., 01/01", "01/01 22:00", "01/01, 10:30:59pm", "01/01 10:30 a.m."])
      expect([text, rewritten(text).text]).toEqual([text, "2026-01-01"]);
    for (const text of ["01/01, Seoul,", "x. Fri, 01/01"]) expect(rewritten(text).text).toBe(text);
  });

  test("what a time says to people is the day, unless it is a date or more than a text: an age changes", () => {
    const said = (text: string, datetime = "2026-01-01T01:00:00Z") =>
      rewritten(`<a>Title</a> <time datetime="${datetime}">${text}</time>`).text.replace("Title ", "");
    expect(["3 hours ago", "어제", "1 Jan"].map((text) => said(text))).toEqual(Array(3).fill("2025-12-31"));
    expect(said("vor 3 Stunden", "2026-01-01 09:00")).toBe("2026-01-01");
    for (const text of ["May 1, 2025", "Updated <b>now</b>", "long ".repeat(10)])
      expect(said(text)).toBe(text.replace(/<.*?>/g, "").trim());
    expect(said("3 hours ago", "PT3H")).toBe("3 hours ago");
    expect(said("11/05/2026", "2026-11-05")).toBe("2026-11-05");
    expect(said("11/05/2026", "2026-05-11")).toBe("11/05/2026");
  });

  test("an instant is of the day that it is in the website's zone", async () => {
    expect(instantDay("2026-01-01T02:59:59Z", "America/Sao_Paulo")).toBe("2025-12-31");
    expect(instantDay("2026-01-01T03:00:00+00:00", "America/Sao_Paulo")).toBe("2026-01-01");
    expect(instantDay(" 2026-01-01T03:00:00+0000 ", "America/Sao_Paulo")).toBe("2026-01-01");
    expect(instantDay("2026-01-01T03:00:00", "America/Sao_Paulo")).toBeUndefined();
    // The last instant that a date can have is none in a zone ahead of UTC; neither is a day of five digits a year.
    for (const instant of ["+275760-09-13T00:00:00Z", "9999-12-31T23:00:00Z", "0001-01-01T00:00:00Z"])
      expect(instantDay(instant, "Asia/Seoul")).toBeUndefined();
    const dayOf = (length: number) => instantDay(`2026-${"T".repeat(length)}`, "UTC");
    expect(dayOf(100_000)).toBeUndefined();
    expect(await growthOf(dayOf, 100_000)).toBeLessThan(LINEAR);
    expect(instantDay("2026-01-01T03:00:00Z (UTC)", "America/Sao_Paulo")).toBeUndefined();
    const inserted = '<ins datetime="2026-01-01T01:00:00Z">x</ins>';
    expect(rewritten(inserted).root.children[0]).toMatchObject({ attribs: { datetime: "2026-01-01T01:00:00Z" } });
    const { root } = rewritten('<time datetime="2026-01-01T01:00:00Z">now</time><time datetime="2026-01-01">x</time>');
    expect(root.children.map((node) => ("attribs" in node ? node.attribs.datetime : ""))).toEqual([
      "2025-12-31",
      "2026-01-01",
    ]);
  });
});
