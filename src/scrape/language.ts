/**
 * The language of an article by its title's script, for listings that mix languages. Among languages in Latin
 * letters, common words identify Spanish and French; everything else is English.
 */
export function languageOf(title: string, excerpt: string): string {
  const count = (script: RegExp, text = title) => text.match(script)?.length ?? 0;
  const hangul = count(/\p{Script=Hangul}/gu);
  const kana = count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  const han = count(/\p{Script=Han}/gu);
  const cyrillic = count(/\p{Script=Cyrillic}/gu);
  const most = Math.max(hangul, kana, han, cyrillic);
  if (most * 3 > count(/\p{Script=Latin}/gu)) {
    if (kana > 0) return "ja";
    if (hangul >= han && hangul >= cyrillic) return "ko";
    return han >= cyrillic ? "zh" : "ru";
  }
  const words = `${title} ${excerpt}`;
  const spanish = count(/(?<!\p{L})(?:el|los|las|del|y|con|por|en|al|su|una)(?!\p{L})|[ñ¿¡]/giu, words);
  const french = count(/(?<!\p{L})(?:le|les|des|du|et|une|au|aux|dans|pour|sur)(?!\p{L})|[çœ]/giu, words);
  const english = count(/(?<!\p{L})(?:the|of|and|to|in|for|on|by|with|at|held|is|from)(?!\p{L})/giu, words);
  if (spanish > english && spanish >= french) return "es";
  return french > english ? "fr" : "en";
}

/** Scripts in which languages are written; the others are written in Latin letters. */
const SCRIPTS: Readonly<Record<string, RegExp>> = {
  ko: /\p{Script=Hangul}/gu,
  zh: /\p{Script=Han}/gu,
  ja: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  ru: /\p{Script=Cyrillic}/gu,
  ar: /\p{Script=Arabic}/gu,
};

/** Whether a title can be in a language (BCP 47), by its letters: half of them are of its script, or it has none. */
export function isInScriptOf(title: string, language: string): boolean {
  if (language === "mul") return true;
  const letters = title.match(/\p{L}/gu)?.length ?? 0;
  const own = title.match(SCRIPTS[language.split("-")[0] ?? ""] ?? /\p{Script=Latin}/gu)?.length ?? 0;
  return own * 2 >= letters;
}
