import { expect, test } from "vitest";
import { canBeMisread, isMisread, looksMisread } from "../../src/scrape/mojibake.ts";
import { oneLine } from "../../src/scrape/text.ts";

const KOREAN = "·경애하는 김정은동지께서 《조선》의 여러 단위를 현지지도하시였다 (평양 1월 30일발 조선중앙통신)";
const ENGLISH = "Kim Jong Un’s letter to the “Workers” – a report by KCNA on the 30th of January that was cut at";
const SPANISH = "La visita del Compañero José a Pyongyang según la ACNC, la información de la capital";

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (bytes: Uint8Array, charset: string) => oneLine(new TextDecoder(charset).decode(bytes));
/** KS X 1001 has a pair of bytes for every character of the text. */
const KS_X_1001 = new Map<string, number[]>();
const decoder = new TextDecoder("euc-kr");
for (let a = 0xa1; a < 0xff; a++)
  for (let b = 0xa1; b < 0xff; b++) KS_X_1001.set(decoder.decode(new Uint8Array([a, b])), [a, b]);
const eucKr = (text: string) =>
  new Uint8Array(
    [...text].flatMap((character) =>
      character <= "\x7f" ? character.charCodeAt(0) : (KS_X_1001.get(character) as number[]),
    ),
  );
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

test("EUC-KR read as windows-1252, and windows-1252 read as UTF-8, are no edits", () => {
  const korean = KOREAN.replaceAll("《", "").replaceAll("》", "");
  expect(isMisread(korean, read(eucKr(korean), "windows-1252"))).toBe(true);
  expect(isMisread(korean, read(eucKr(korean), "utf-8"))).toBe(true);
  expect(isMisread(SPANISH, read(latin1(SPANISH), "utf-8"))).toBe(true);
  expect(isMisread(SPANISH, read(latin1(SPANISH), "euc-kr"))).toBe(true);
  for (const charset of ["windows-1251", "koi8-r"])
    expect([charset, isMisread(SPANISH, read(latin1(SPANISH), charset))]).toEqual([charset, true]);
});

test.each([KOREAN, ENGLISH, SPANISH])("UTF-8 that is read in another charset is no edit: %s", (text) => {
  for (const charset of ["windows-1252", "iso-8859-1", "windows-1251", "koi8-r", "euc-kr", "shift_jis"]) {
    const after = read(utf8(text), charset);
    expect(after).not.toBe(text);
    expect(isMisread(text, after), charset).toBe(true);
    expect(isMisread(text, after.slice(0, 60).trim()), charset).toBe(true);
    // The right text after the wrong one is what mends it.
    expect(isMisread(after, text), charset).toBe(false);
  }
});

test("an edit is an edit, in any script, and a few U+FFFD are no sign", () => {
  for (const [before, after] of [
    [KOREAN, KOREAN.replace("김정은동지께서", "최룡해동지가")],
    [KOREAN, KOREAN.replace("께서", "\ufffd서")],
    [KOREAN, KOREAN.slice(5)],
    [`${KOREAN}\ufffd`, KOREAN],
    [ENGLISH, ENGLISH.replace("’s letter", "'s letter")],
    [ENGLISH, ENGLISH.replaceAll(/[’“”–]/g, "")],
    [SPANISH, SPANISH.normalize("NFD")],
    [SPANISH, SPANISH.replaceAll("ñ", "n").replaceAll("é", "e")],
    ["Visits", "Visites à Pyongyang"],
    ["방문", "회담"],
    [SPANISH.repeat(5), `${SPANISH.repeat(5)} y más`],
    ["Visit", "Visi\ufffd"],
    ["\ufffd Kim", "\ufffd Kim Jong Un"],
    [ENGLISH, ""],
  ] as const) {
    expect(isMisread(before, after), `${before} → ${after}`).toBe(false);
  }
});

test("UTF-8 read as windows-1252 is seen without anything to compare it with; what is well-formed is not", () => {
  for (const text of [KOREAN, ENGLISH, SPANISH]) {
    expect(looksMisread(read(utf8(text), "windows-1252"))).toBe(true);
    expect(looksMisread(text)).toBe(false);
  }
  expect(looksMisread("The word “Juché” … “Juché”, said “Così”")).toBe(false);
  expect(looksMisread("El “José” de Perú: ¿qué dijo? «Así», dijo. À l’école, ça va")).toBe(false);
});

test("a cut of a few characters is compared to its last but two, and shorter ones as a whole", () => {
  const misread = read(utf8("방문하였다"), "windows-1252");
  expect(isMisread("방문하였다", misread)).toBe(true);
  expect(isMisread("방문하였다", `${misread.slice(0, -2)}xy`)).toBe(true);
  expect(isMisread("방문하였다", `${misread.slice(0, -3)}xyz`)).toBe(false);
  const short = read(utf8("é"), "windows-1252");
  expect([isMisread("éé", "Ã©Ã©"), isMisread("éé", "Ã©xx"), isMisread("éé", "Ã©Ã© and more")]).toEqual([
    true,
    false,
    false,
  ]);
  expect([short.length, isMisread("é", short), isMisread("é", short[0] as string)]).toEqual([2, true, false]);
});

test("what is ASCII before the first other character is the same, and something follows", () => {
  const misread = read(utf8("Visite à Séoul"), "windows-1252");
  expect(isMisread("Visite à Séoul", misread)).toBe(true);
  expect(isMisread("Visite à Séoul", misread.replace("Visite", "Voyage"))).toBe(false);
  expect(isMisread("Visite", misread)).toBe(false);
  expect(isMisread("à Séoul", "")).toBe(false);
});

test("half of the characters outside ASCII or more are lost, and those of ASCII are the same", () => {
  const lost = (count: number) => [..."éèêàâô"].map((letter, i) => (i < count ? "\ufffd" : letter)).join("x");
  expect([lost(3), lost(6)].map((after) => isMisread(lost(0), after))).toEqual([true, true]);
  expect(isMisread(lost(0), lost(2))).toBe(false);
  expect(isMisread(lost(0), lost(6).replaceAll("x", "y"))).toBe(false);
  // Either may be a longer cut; some titles always have the character.
  expect([5, 3].map((length) => isMisread(lost(0), lost(6).slice(0, length)))).toEqual([true, false]);
  expect(isMisread(lost(0), `${lost(6)} and more`)).toBe(true);
  expect(isMisread(lost(3), lost(3).concat("\ufffd"))).toBe(false);
  const whole = "🚀a🌍 of all letters";
  expect(isMisread(whole, "\ufffda🌍 of all letters, and more")).toBe(true);
  expect(isMisread(`${whole}, and more`, "\ufffda🌍 of all letters")).toBe(true);
  expect(isMisread(whole, "\ufffdb🌍 of all letters")).toBe(false);
});

test("more than one whole character, and six in ten of what can begin one, tell UTF-8 read as windows-1252", () => {
  expect(looksMisread("Ã©")).toBe(false);
  expect(looksMisread("Ã© Ã©")).toBe(true);
  expect(looksMisread("Ã© Ã© Ã© Ã à")).toBe(true);
  expect(looksMisread("Ã© Ã© Ã© Ã à é")).toBe(false);
});

test("text of ASCII alone cannot be misread", () => {
  expect([canBeMisread("Kim Jong Un"), canBeMisread("Kim’s"), canBeMisread("")]).toEqual([false, true, false]);
});

test("letters that a database has made question marks are lost, whether the text is known or not", () => {
  const lost = (text: string) => text.replace(/[^\p{ASCII}]/gu, "?");
  for (const text of [KOREAN, ENGLISH, SPANISH]) expect(isMisread(text, lost(text)), text).toBe(true);
  expect(looksMisread(lost(KOREAN))).toBe(true);
  for (const text of ["Really? Why? Who?", "What???"]) expect(looksMisread(text), text).toBe(false);
  expect(isMisread("“Peace” now", "Peace now?")).toBe(false);
  expect(isMisread("미국은 왜?", "미국은 왜??")).toBe(false);
});
