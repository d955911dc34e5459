import type { Outline } from "./outline.ts";
import { bareTitle } from "./titles.ts";

/** Pages by which a website says that there is no such page, whatever their status. */

/** What such a page has as a title or a heading, as `bareTitle` makes it. */
const NOT_FOUND = new RegExp(
  `^(?:${[
    "(?:http|error)*4(?:04|10)(?:error)?(?:page)?(?:notfound|gone)?",
    "(?:no|nosuch)(?:page|article)(?:found)?",
    "(?:oops|sorry)?(?:the|this|that|requested)*(?:page|article)(?:hasbeen|was|is)(?:deleted|removed)",
    "(?:oops|sorry)?(?:the|this|that|requested)*(?:page|article|file|object)?" +
      "(?:(?:that)?you(?:are|re|were)?(?:lookingfor|requested))?" +
      "(?:(?:was|is)?notfound|(?:cannot|cant|couldnot|couldnt)befound|(?:doesnot|doesnt|nolonger)exists?)",
    "(?:요청하신|해당)?(?:페이지|페지|기사|글|게시물|자료)[를을가이]?(?:찾을수없습니다|존재하지않습니다|없습니다|없음|삭제되[였었]습니다)",
    "(?:찾을수없는|존재하지않는|삭제된)(?:페이지|페지|기사|글|게시물|자료)입니다",
    ".{0,8}(?:页面|頁面|网页|文章)(?:不存在|未找到|找不到|没有找到|已删除|已被删除)(?:或已被删除)?",
    "(?:未找到|找不到)(?:页面|頁面|网页|文章)",
    ".{0,6}(?:ページ|記事)[がは](?:見つかりません(?:でした)?|存在しません|ありません|削除されました)",
    "(?:страница|статья)(?:не(?:найдена|существует)|удалена)",
    "(?:página|artículo|artigo)n(?:o|ão)(?:encontrad[ao]|exist[ei])",
    "الصفحة(?:غيرموجودة|المطلوبةغيرموجودة)",
    "page(?:nontrouvée|introuvable)",
    "seite(?:wurde)?nichtgefunden",
  ].join("|")})$`,
);
/** Between what a page is and the name of the website: `Page not found – Example News`. Not in `Unit No. 410`. */
const SEPARATOR = /\s[|·•–—-]\s|[|…!。！]|[:.](?!\s*\d)/;
/** Characters of a title or a heading that are compared. */
const MAX_LENGTH = 120;

/**
 * Whether a page's title or main heading says that there is no such page.
 *
 * @param listedTitle the title of the article that was asked for, where that is known: a page that has it is the article's
 */
export function isNotFoundPage({ elements, textOf }: Outline, listedTitle = ""): boolean {
  const main = elements.some(({ name }) => name === "h1")
    ? undefined
    : elements.find(({ name }) => /^h[23]$/.test(name));
  const named = elements.filter((one) => one.name === "title" || one.name === "h1" || one === main);
  const titles = named.map((one) => textOf(one, MAX_LENGTH));
  const parts = titles.flatMap((title) => [title, ...title.split(SEPARATOR)]);
  if (!parts.some((part) => NOT_FOUND.test(bareTitle(part)))) return false;
  const listed = bareTitle(listedTitle.slice(0, MAX_LENGTH / 2));
  return listed === "" || !titles.some((title) => bareTitle(title).includes(listed));
}
