import { expect, test } from "vitest";
import { isInScriptOf, languageOf } from "../../src/scrape/language.ts";

test.each([
  ["en", "Press Review", "Pyongyang, January 30 (KCNA) -- The papers of today"],
  ["en", "Kim", ""],
  ["ko", "·경애하는 김정은동지께서", ""],
  ["ko", "KCNA 조선중앙통신사 보도", "The KCNA report of the day in the capital"],
  ["en", "Visit to the Mansudae 언덕 in Pyongyang by foreign guests", ""],
  ["ja", "金正恩総書記が現地指導", ""],
  ["ja", "朝鮮労働党の中央委員会総会", ""],
  ["zh", "金正恩同志视察工厂", ""],
  ["ru", "Ким Чен Ын посетил завод", ""],
  ["es", "Innovaciones en la producción", "El líder visitó los talleres y las granjas con su comitiva"],
  ["fr", "Le dirigeant visite une usine", "Dans les ateliers, les ouvriers et des cadres sur une ligne du parc"],
  // As many words of both: Spanish, whose words are not French ones by chance.
  ["es", "el del", "les des"],
  ["en", "el the of", ""],
  ["fr", "les des du et con", ""],
  ["en", "2026", ""],
  ["ko", "조선 12345 67890 !!!!!!!!!!", ""],
  // Words that begin or end like French ones.
  ["en", "Lessons, letters, leaders, audience, surplus", "the"],
  ["en", "People, table, double, simple, battle, menu", "the"],
])("%s: %s", (language, title, excerpt) => {
  expect(languageOf(title, excerpt)).toBe(language);
});

test.each([
  ["ko", "조선중앙통신", true],
  ["ko", "KCNA Report", false],
  ["ko", "가 abc", false],
  ["ko", "가a", true],
  ["zh-Hant", "朝鮮", true],
  ["zh", "조선", false],
  ["ja", "朝鮮のニュース", true],
  ["ja", "Press Review", false],
  ["ru", "Ким", true],
  ["ru", "Kim", false],
  ["ar", "كيم", true],
  ["es", "Visita", true],
  ["es", "조선", false],
  ["en", "2026", true],
  ["mul", "조선", true],
])("%s, %s: a title of that language is %s", (language, title, expected) => {
  expect(isInScriptOf(title, language)).toBe(expected);
});
