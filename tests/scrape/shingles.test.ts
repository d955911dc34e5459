import { describe, expect, test } from "vitest";
import { comparableText, shinglesOf } from "../../src/scrape/shingles.ts";

/** The words that are compared. Characters of Korean are written together again. */
const words = (text: string) => {
  const { list, isCharacters } = comparableText(text);
  return isCharacters ? list.join("") : list.join(" ");
};
const KOREAN = "새로 건설된 공장이 준공되였다";
const BARE = "새로건설된공장이준공됐다";

describe("what is said of an article, and not by it, is left out", () => {
  test.each([
    "Pyongyang, January 30 (KCNA) -- ",
    "Pyongyang, January 30 (KCNA) -",
    "PYONGYANG (Rodong Sinmun): ",
    "(Minju Choson) – ",
    "Kaesong (Naenara) — ",
    "Pyongyang, 30 de enero (ACNC)--",
    "Пхеньян (ЦТАК) -- ",
  ])("the dateline %s", (dateline) => expect(words(`${dateline}Workers met.`)).toBe("workers met"));

  test.each([
    "(평양 1월 30일발 조선중앙통신)",
    "【평양 1월 30일발 조선중앙통신】 ",
    "[로동신문]",
    "〔민주조선 특파원〕",
    "（평양 조선중앙통신 기자）",
  ])("the dateline %s", (dateline) => expect(words(`${dateline}${KOREAN}`)).toBe(BARE));

  test("no dateline within a text, without its mark, or after more than 60 letters", () => {
    expect(words("One two (KCNA) three")).toBe("one two kcna three");
    expect(words(`${"a".repeat(61)} (KCNA) -- b`)).toBe(`${"a".repeat(61)} kcna b`);
    expect(words(`${"a".repeat(59)} (KCNA) -- b`)).toBe("b");
    expect(words(`${KOREAN} (조선중앙통신) ${KOREAN}`)).toBe(`${BARE}조선중앙통신${BARE}`);
  });

  test.each([
    " -0-",
    "- 0 -",
    " -０-",
    "（完）",
    "－－－",
    " KCNA －－－",
    " www.kcna.kp",
    "www.kcna.kp",
    " kcna.co.jp (Juche114.1.30)",
    " www.kcna.kp (주체114.1.30.)",
    " KCNA: Kim Chol",
    " (KCNA)",
    " Rodong Sinmun",
    " KCNA -0-",
    "-0- \n",
  ])("the ending %s", (ending) => expect(words(`Workers met.${ending}`)).toBe("workers met"));

  test.each([
    " (끝)",
    "조선중앙통신",
    " 본사기자 리영",
    "【조선중앙통신】",
    "（로동신문）",
    " 본사정치보도반 -0-",
    "(끝) (끝)",
  ])("the ending %s", (ending) => expect(words(`${KOREAN}${ending}`)).toBe(BARE));

  test("what is no ending stays", () => {
    expect(words("-0- Workers met")).toBe("0 workers met");
    expect(words("see www.kcna.kp (Juche114) again")).toBe(
      "see www kcna kp juche114 again".replace("juche114", "juche 114"),
    );
    expect(words("said the KCNA. They met")).toBe("said the kcna they met");
    expect(words("won 3-0-1, see kcna.kp/en")).toBe("won 3 0 1 see kcna kp en");
    expect(words("(끝) 이 아니다")).toBe("끝이아니다");
  });
});

describe("titles of leaders and long names are left out or shortened", () => {
  test.each([
    ["The respected Comrade Kim Jong Un spoke", "kim jong un spoke"],
    ["Respected comrade Kim Jong Un spoke", "kim jong un spoke"],
    ["dear Comrade Kim Jong Un spoke", "kim jong un spoke"],
    ["Respected  comrade\n Kim Jong Un spoke", "kim jong un spoke"],
    ["to Comrade Kim Jong Un", "to kim jong un"],
    ["comrade Ri spoke", "comrade ri spoke"],
    ["general secretary of the Workers Party of Korea spoke", "spoke"],
    ["of the Democratic People's Republic of Korea and", "of the dprk and"],
    [
      "Kim Jong Un, general secretary of the Workers' Party of Korea and president of the State Affairs, spoke",
      "kim jong un spoke",
    ],
    ["Kim Jong Un, General Secretary of the WPK, spoke", "kim jong un spoke"],
    [
      "Kim Jong Un, general secretary of the Worker Party of Korea",
      "kim jong un general secretary of the worker party of korea",
    ],
    ["general secretary of the Workers’ Party of Korea (WPK) spoke", "spoke"],
    ["president of the State Affairs Commission of the DPRK, spoke", "spoke"],
    ["President of the State Affairs Commission of the Democratic People's Republic of Korea spoke", "spoke"],
    ["the Democratic People's Republic of Korea (DPRK) and the Korean People's Army (KPA)", "the dprk and the kpa"],
    ["the Workers Party of Korea, the Supreme People's Assembly", "the wpk the spa"],
    ["the Supreme People's Assembly (SPA), the Korean People's Army", "the spa the kpa"],
  ])("%s", (text, expected) => expect(words(text)).toBe(expected));

  test.each([
    ["경애하는 김정은동지", "김정은동지"],
    ["경애하는김정은동지", "김정은동지"],
    ["위대한 령도자 김정은동지", "김정은동지"],
    ["위대한령도자 김정은동지", "김정은동지"],
    ["우리 당과 국가의 경애하는 김정은동지", "김정은동지"],
    ["우리당과 국가의 위대한 령도자 김정은동지", "김정은동지"],
    ["온 나라 인민이 경애하는 김정은동지", "김정은동지"],
    ["온나라인민이 경애하는 김정은동지", "김정은동지"],
    ["우리당과국가의경애하는김정은동지", "김정은동지"],
    ["온나라인민이경애하는김정은동지", "김정은동지"],
    ["조선로동당 총비서이시며 조선민주주의인민공화국 국무위원장이신 김정은동지", "김정은동지"],
    ["조선로동당총비서이시며 김정은동지", "김정은동지"],
    ["조선민주주의인민공화국국무위원장이신 김정은동지", "김정은동지"],
    ["우리 당과 국가의 정책", "정책"],
    ["우리당과국가의 정책", "정책"],
    ["경애하는 어머니", "경애하는어머니"],
    ["발사하였다, 시작되였다, 오시였다, 위하여", "발사했다시작됐다오셨다위해"],
    ["시작되었다, 오시었다", "시작됐다오셨다"],
  ])("%s", (text, expected) => expect(words(text)).toBe(expected));
});

test("numbers are whole, whatever separates their thousands; typography says nothing", () => {
  expect(words("1,200 and 1 200 and 12,345,678")).toBe("1200 and 1200 and 12345678");
  expect(words("1,20 and 1,2000 and x,200")).toBe("1 20 and 1 2000 and x 200");
  expect(words("１２ ＡＢＣ “Quoted”\n‘it’s’ `so`")).toBe("12 abc quoted it s so");
  expect(comparableText("로켓 1,200 개와 25발").list).toEqual(["로", "켓", "1200", "개", "와", "25", "발"]);
});

test("a text is compared by characters if most of its letters are of scripts without words", () => {
  const kind = (text: string) => {
    const { isCharacters, width } = comparableText(text);
    return [isCharacters, width];
  };
  for (const text of ["한국어", "中文", "ひらがな", "カタカナ", "한국 abc가나"]) expect(kind(text)).toEqual([true, 4]);
  for (const text of ["words", "가나 ab", "слова", ""]) expect(kind(text)).toEqual([false, 3]);
});

test("names and numbers weigh three, other words one, those that every text has nothing", () => {
  const weights = (text: string) =>
    Object.fromEntries(comparableText(text).list.map((word, i) => [word, comparableText(text).weights[i]]));
  const weighing = (weight: number, text: string) =>
    expect(weights(text)).toEqual(
      Object.fromEntries(
        text
          .toLowerCase()
          .split(" ")
          .map((word) => [word, weight]),
      ),
    );
  weighing(0, "a an the of in on at to by for and or as is was are were be been it its s that this which who with");
  weighing(0, "The OF");
  weighing(1, "workers met theory often phone tension oneself secondary");
  weighing(3, "Ri Hamhung 30 2026 one two three four five six seven eight nine ten eleven twelve");
  weighing(3, "thirteen thirteenth fourteen fifteenth sixteen seventeenth eighteen nineteenth");
  weighing(3, "twenty twentieth thirty fortieth fifty sixtieth seventy eightieth ninety hundred thousand million");
  weighing(3, "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth");
  expect([...comparableText("로켓 25발").weights]).toEqual([1, 1, 3, 1]);
});

test("a shingle is the same for the same neighbours, and there is one at each place that has enough", () => {
  const shingles = (text: string) => [...shinglesOf(comparableText(text))];
  expect(shingles("one two")).toEqual([]);
  expect(shingles("one two three")).toHaveLength(1);
  const [a, b] = [shingles("one two three four five"), shingles("zero two three four five")];
  expect(a.slice(1)).toEqual(b.slice(1));
  expect(a[0]).not.toBe(b[0]);
  expect(new Set([...shingles("one two three"), ...shingles("two one three"), ...shingles("one three two")]).size).toBe(
    3,
  );
  expect(new Set(shingles(Array.from({ length: 2000 }, (_, i) => `w${i}`).join(" "))).size).toBe(2498);
});

test("of a long text 15,000 characters and 2,500 parts are compared", () => {
  expect(comparableText("가".repeat(20_000)).list).toHaveLength(2500);
  expect(words(`${"ab ".repeat(1000)}${" ".repeat(12_000)}end`)).not.toContain("end");
  expect(words(`${"ab ".repeat(1000)}${" ".repeat(11_997)}end`)).toContain("end");
});
