import { expect, test } from "vitest";
import { bareTitle, isSameTitle } from "../../src/scrape/titles.ts";

test.each([
  ["Press Review", "PRESS  REVIEW"],
  ["·새 다리 개통", "새 다리 개통"],
  ["《남포의 배무이》 기적은 ２４시간 이어진다", "<남포의 배무이> 기적은 24시간 이어진다"],
  ['Factory Well-known with "Maebongsan" Trademark', "Factory Well-known with “Maebongsan” Trademark"],
  ["Kim Jong Un , Visits Farm", "Kim Jong Un, Visits Farm"],
  ["Report: Harvest Nears End in South Hwanghae Province", "Harvest Nears End in South Hwanghae Province"],
  ["Report: 10 New Houses Built in South Hwanghae Province", "10 New Houses Built in South Hwanghae Province"],
  ["5 Competition Teams out of 12 Meet in Pyongyang", "5 Competitions Teams out of 12 Meet in Pyongyang"],
  ["Technical Competition Brisk in DPRK", "Technical Competitions Brisk in DPRK"],
  ["New Shipyard Opened in Nampo of South Phyongan", "New Shipyard Opened in Nampo of South Phyangan"],
  ["Kim Jong Un Gives Field Guidance to the Nampho Shipyard", "Kim Jong Un Gives Field Guidance to Nampho Shipyard"],
  ["Kim Jong Un Gives Field Guidance to Nampho Shipyard", "Kim Jong Un Gives Field Guidance to Nampo Shipyard"],
  ["New Hospital Is Opened in Kusong City of DPRK", "New Hospital Is Opened in Kusong City DPRK"],
  ["Answer of DPRK Foreign Mi…", "Answer of DPRK Foreign Ministry Spokesperson to Question on Joint Drill of 2026"],
  ["·경애하는 김정은동지께서 송학... ", "경애하는 김정은동지께서 송학온실농장을 찾으시였다"],
])("are one title: %s and %s", (one, other) => {
  expect(isSameTitle(one, other)).toBe(true);
  expect(isSameTitle(other, one)).toBe(true);
});

test.each([
  [
    "Respected Comrade Kim Jong Un Visits Songhak Greenhouse Farm",
    "Respected Comrade Kim Jong Un Visits Nampho Shipyard",
  ],
  ["조선민주주의인민공화국 외무성 대변인대답", "조선민주주의인민공화국 외무성"],
  [
    "Answer of DPRK Foreign Ministry Spokesperson",
    "Answer of DPRK Foreign Ministry Spokesperson to Question on Joint Drill",
  ],
  ["새 다리 2개 개통", "새 다리 3개 개통"],
  ["10 New Houses Built in South Hwanghae Province", "12 New Houses Built in South Hwanghae Province"],
  ["Kim Jong Un Visits A", "Kim Jong Un Visits B"],
  ["Message…", "Message of Greetings to Chinese President"],
  ["Answer of DPRK Foreign Ministry…", "Answer of DPRK Health Ministry Spokesperson"],
  ["Answer of DPRK Foreign Ministry", "Answer of DPRK Foreign Ministry Spokesperson to a Question…"],
  [
    "Comrade Kim Jong Un Sends Greetings to President of Iran",
    "Comrade Kim Jong Un Sends Greetings to President of Iraq",
  ],
  ["Kim Jong Un Sends Greetings to the Chinese President", "Kim Jong Un Sends Greetings to the Chilean President"],
  [
    "Respected Comrade Kim Jong Un Sends Congratulations to Presidnt of Republic of Angola",
    "Respected Comrade Kim Jong Un Sends Congratulations to President of Republic of Uganda",
  ],
  ["New Houses Built in N. Hwanghae Province of DPRK", "New Houses Built in S. Hwanghae Province of DPRK"],
  [
    "경애하는 김정은동지께서 이란대통령에게 축전을 보내시였다",
    "경애하는 김정은동지께서 이라크대통령에게 축전을 보내시였다",
  ],
  [
    "Respected Comrade Kim Jong Un Sends Message of Greetings to Chinese President",
    "Respected Comrade Kim Jong Un Sends Message of Greetings to Vice Chinese President",
  ],
  [
    "Respected Comrade Kim Jong Un Sends Message of Greetings on Anniversary to Chinese President",
    "Respected Comrade Kim Jong Un Sends Message of Greetings on the Army Anniversary to Chinese President",
  ],
  [
    "경애하는 김정은동지께서 대통령에게 국경절에 즈음한 축전을 보내시였다",
    "경애하는 김정은동지께서 이란 대통령에게 국경절에 즈음한 축전을 보내시였다",
  ],
  ["Visits", "Press Review"],
  ["", "Visits"],
  ["···", "···"],
])("are two titles: %s and %s", (one, other) => {
  expect(isSameTitle(one, other)).toBe(false);
  expect(isSameTitle(other, one)).toBe(false);
});

test("a title is compared by its letters and digits, in one form", () => {
  expect(bareTitle("·Ａ１ “b” - ガ")).toBe("a1bガ");
});

test("one title is a part of the other, from four fifths of it on", () => {
  const whole = "abcdefghijklmnopqrst";
  const same = (short: number) => [isSameTitle(whole.slice(-short), whole), isSameTitle(whole, whole.slice(-short))];
  expect([same(16), same(15)]).toEqual([
    [true, true],
    [false, false],
  ]);
});

test("nine tenths of their pairs of letters are in both, each as often", () => {
  // 20 pairs each: of a letter that is changed, two differ.
  expect(isSameTitle("abcdefghijklmnopqrstu", "abcdefghijxlmnopqrstu")).toBe(true);
  expect(isSameTitle("abcdefghijklmnopqrst", "abcdefghijxlmnopqrst")).toBe(false);
  expect(isSameTitle("ababababababababababab", "abxabxabxabxabxabxab")).toBe(false);
  expect(isSameTitle(`${"a".repeat(18)}xyz`, "a".repeat(21))).toBe(false);
  expect(isSameTitle("xa", "xb")).toBe(false);
});

test("500 characters of a title are compared", () => {
  const long = "a".repeat(499);
  expect(bareTitle(`${long}bc`)).toBe(`${long}b`);
  expect(isSameTitle(`${long}bc`, `${long}b${"d".repeat(500)}`)).toBe(true);
});
