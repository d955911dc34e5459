import { lazyPattern } from "./lazy-pattern.ts";

/**
 * The language of an article by its title's script, for listings that mix languages. Among languages in Latin
 * letters, common words identify Spanish and French; everything else is English.
 */
export function languageOf(title: string, excerpt: string): string {
  const count = (script: RegExp, text = title) => text.match(script)?.length ?? 0;
  const hangul = count(lazyPattern.gu`\p{Script=Hangul}`);
  const kana = count(lazyPattern.gu`[\p{Script=Hiragana}\p{Script=Katakana}]`);
  const han = count(lazyPattern.gu`\p{Script=Han}`);
  const cyrillic = count(lazyPattern.gu`\p{Script=Cyrillic}`);
  const most = Math.max(hangul, kana, han, cyrillic);
  if (most * 3 > count(lazyPattern.gu`\p{Script=Latin}`)) {
    if (kana > 0) return "ja";
    if (hangul >= han && hangul >= cyrillic) return "ko";
    return han >= cyrillic ? "zh" : "ru";
  }
  const words = `${title} ${excerpt}`;
  const spanish = count(lazyPattern.giu`(?<!\p{L})(?:el|los|las|del|y|con|por|en|al|su|una)(?!\p{L})|[ñ¿¡]`, words);
  const french = count(lazyPattern.giu`(?<!\p{L})(?:le|les|des|du|et|une|au|aux|dans|pour|sur)(?!\p{L})|[çœ]`, words);
  const english = count(lazyPattern.giu`(?<!\p{L})(?:the|of|and|to|in|for|on|by|with|at|held|is|from)(?!\p{L})`, words);
  if (spanish > english && spanish >= french) return "es";
  return french > english ? "fr" : "en";
}

/** Scripts in which languages are written; the others are written in Latin letters. */
const SCRIPTS: Readonly<Record<string, () => RegExp>> = {
  ko: () => lazyPattern.gu`\p{Script=Hangul}`,
  zh: () => lazyPattern.gu`\p{Script=Han}`,
  ja: () => lazyPattern.gu`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]`,
  ru: () => lazyPattern.gu`\p{Script=Cyrillic}`,
  ar: () => lazyPattern.gu`\p{Script=Arabic}`,
};

/** Whether a title can be in a language (BCP 47), by its letters: half of them are of its script, or it has none. */
export function isInScriptOf(title: string, language: string): boolean {
  if (language === "mul") return true;
  const letters = title.match(lazyPattern.gu`\p{L}`)?.length ?? 0;
  const own = title.match(SCRIPTS[language.split("-")[0] ?? ""]?.() ?? lazyPattern.gu`\p{Script=Latin}`)?.length ?? 0;
  return own * 2 >= letters;
}
