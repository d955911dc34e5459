import { dottedDay, escapeHtml, html, notFound, type Outlet, plainTitle } from "./http.ts";
import type { Language } from "./stories.ts";
import type { Publication, World } from "./world.ts";

/**
 * www.vok.rep.kp, Voice of Korea, in nine languages. The element that holds an article's text is not known, so the
 * replica's pages hold it in one of several, or not at all.
 */

const ORIGIN = "http://www.vok.rep.kp";
const LANGUAGES: Readonly<Record<string, Language>> = {
  ko: "ko",
  en: "en",
  ru: "ru",
  ch: "zh",
  ja: "ja",
  fr: "fr",
  sp: "es",
  ge: "de",
  ar: "ar",
};

const codeOf = (language: Language): string =>
  Object.entries(LANGUAGES).find(([, other]) => other === language)?.[0] ?? "en";

/** Stories about the leader are at another address than the others. */
const pathOf = ({ title, id, language }: Publication): string =>
  title.includes("Kim Jong Un") || title.includes("<leader>")
    ? `/index.php/revo_de/getDetail/${id}/${codeOf(language)}`
    : `/index.php/detail_com/comde/${id}/18/${codeOf(language)}`;

export const vokAddress = (publication: Publication): string => ORIGIN + pathOf(publication);

export const vok: Outlet = {
  name: "vok",
  origin: ORIGIN,

  answer(world, { path }) {
    const [, , room = "", ...rest] = path.split("?")[0]?.split("/") ?? [];
    const language = LANGUAGES[rest.at(-1) ?? ""];
    if (!language) return path === "/" ? vok.home(world) : notFound();
    if (room === "Colist" || room === "revolist") return html(listPage(world, language, room === "revolist"));
    const publication = world.byId("vok", rest[1] ?? "", language);
    return publication ? html(articlePage(publication)) : notFound();
  },

  home: (world) => html(frame("ko", world.shown("vok", "ko").slice(0, 5).map(link).join("\n"))),

  otherArticle(world, path) {
    return html(articlePage(world.shown("vok", "en").find(({ id }) => !path.includes(id)) as Publication));
  },
};

function listPage(world: World, language: Language, isLeader: boolean): string {
  const shown = world.shown("vok", language);
  const wanted = isLeader ? shown.filter((one) => pathOf(one).includes("revo_de")) : shown;
  return frame(language, `<div class="list">${wanted.slice(0, 20).map(link).join("\n")}</div>`);
}

function link(publication: Publication): string {
  const { title, day } = publication;
  return `<div><a href="${ORIGIN}${pathOf(publication)}">· ${escapeHtml(plainTitle(title))} (${dottedDay(day)})</a></div>`;
}

function articlePage({ title, paragraphs, id, language }: Publication): string {
  const text = [
    `<div class="detail_text">${paragraphs.map((one) => `<p>${escapeHtml(one)}</p>`).join("\n")}</div>`,
    `<table><tr><td>${paragraphs.map(escapeHtml).join("<br><br>\n")}</td></tr></table>`,
    // The text comes by a script that no reader runs.
    `<div id="content"></div><script>load("${id}")</script>`,
  ][Number(id.slice(-3)) % 3];
  return frame(language, `<h3>${escapeHtml(plainTitle(title))}</h3>\n${text}`);
}

const frame = (language: Language, main: string): string => `<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Voice of Korea</title></head>
<body><div class="menu">${Object.keys(LANGUAGES)
  .map((code) => `<a href="${ORIGIN}/index.php/Colist/newslist/18/${code}">${code}</a>`)
  .join("")}<a href="${ORIGIN}/index.php/revolist/36/${codeOf(language)}">36</a></div>
${main}
<div class="copyright">Copyright Voice of Korea</div></body></html>
`;
