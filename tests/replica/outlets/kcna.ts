import {
  type Answer,
  cookie,
  dottedDay,
  escapeHtml,
  html,
  inlinePicture,
  notFound,
  type Outlet,
  type OutletRequest,
} from "./http.ts";
import type { Language } from "./stories.ts";
import { hex, type Publication, type World } from "./world.ts";

/** www.kcna.kp: UTF-8, plain HTTP, six languages, pages of 15, older pages by POST within a session. */

const ORIGIN = "http://www.kcna.kp";
const PER_PAGE = 15;
const LATEST = "a666dda1282180e0ee1b4427b0574ae7";
const LEADER = "b0721b9f23054ddc7fe56c2811a12715";
const HOME_NEWS = "2f7d854121ccbbfbe6feae9fdcc3556e";

const LANGUAGES: Readonly<Record<string, Language>> = { kp: "ko", en: "en", cn: "zh", ru: "ru", es: "es", jp: "ja" };
const NAMES: Readonly<Record<string, string>> = {
  kp: "조선중앙통신",
  en: "KCNA",
  cn: "朝鲜中央通讯社",
  ru: "ЦТАК",
  es: "ACNC",
  jp: "朝鮮中央通信",
};
const ENDINGS: Readonly<Record<string, string>> = {
  kp: "(끝)",
  en: "-0-",
  cn: "（完）",
  ru: "-0-",
  es: "-0-",
  jp: "－－－",
};

const codeOf = (language: Language): string =>
  Object.entries(LANGUAGES).find(([, other]) => other === language)?.[0] ?? "en";

export const kcnaAddress = ({ language, id }: Publication): string =>
  `${ORIGIN}/${codeOf(language)}/article/detail/${id}`;

/** Tokens of the sessions that were given out, by session. */
const sessions = new Map<string, string>();

export const kcna: Outlet = {
  name: "kcna",
  origin: ORIGIN,

  answer(world, request) {
    const [, code = "", kind = "", page = "", hash = ""] = request.path.split("?")[0]?.split("/") ?? [];
    const language = LANGUAGES[code];
    if (!language) return notFound();
    if (kind === "article" && page === "list") return list(world, request, code, hash);
    const publication = world.byId("kcna", hash, language);
    if (kind === "article" && page === "detail" && publication) return html(articlePage(publication, code));
    if (kind === "gallery" && page === "detail" && publication) return html(galleryPage(publication, code));
    if (kind === "" || kind === "main") return kcna.home(world);
    return notFound();
  },

  home(world) {
    const articles = world.shown("kcna", "en").slice(0, 8);
    const links = articles.map((one) => `<li><a href="/en/article/detail/${one.id}">${titleOf(one)}</a></li>`);
    return html(
      frame("KCNA", "en", `<section class="top-news"><h3>TOP NEWS</h3><ul>${links.join("\n")}</ul></section>`),
    );
  },

  otherArticle(world, path) {
    const other = world.shown("kcna", "en").find(({ id }) => !path.includes(id)) as Publication;
    return html(articlePage(other, "en"));
  },
};

function list(world: World, request: OutletRequest, code: string, hash: string): Answer {
  const all = world.shown("kcna", LANGUAGES[code]).filter((one) => isOfCategory(one, hash));
  if (request.method !== "POST") {
    const session = hex(`session ${sessions.size}`).toUpperCase();
    sessions.set(session, hex(`token ${session}`));
    return html(listPage(all, 1, code, sessions.get(session)), 200, {
      "set-cookie": `JSESSIONID=${session}; Path=/; HttpOnly`,
    });
  }
  const form = new URLSearchParams(request.body);
  const token = sessions.get(cookie(request, "JSESSIONID") ?? "");
  // A bad session is told by nothing but a page without articles.
  if (!token || form.get("_csrf") !== token) return html(listPage([], 1, code, ""));
  return html(listPage(all, Number(form.get("page_num")) || 1, code, token));
}

/** One article stands in several lists under the same id. */
const isOfCategory = ({ title, story }: Publication, hash: string): boolean =>
  hash === LATEST ||
  (hash === LEADER && title.includes("<leader>")) ||
  (hash === HOME_NEWS && !story.startsWith("ministry"));

function listPage(all: readonly Publication[], page: number, code: string, token = ""): string {
  const shown = all.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const cards = shown.map((one, n) => card(one, code, n));
  return frame(
    NAMES[code] ?? "KCNA",
    code,
    `<div class="container">
${cards.join("\n")}
</div>
<form id="article_form" method="post">
<input type="hidden" name="page_num" value="${page}"><input type="hidden" name="cnt_per_page" value="${PER_PAGE}">
<input type="hidden" name="keyword" value=""><input type="hidden" name="_csrf" value="${token}">
</form>
<ul class="pagination"></ul>
<script>
var total=${all.length};
var cur_page=${page};
var per_page=${PER_PAGE};
var page_cnt=${Math.ceil(all.length / PER_PAGE)};
</script>`,
  );
}

function card(publication: Publication, code: string, n: number): string {
  const picture = publication.pictures > 0 && n % 2 === 0 ? `<img src="${inlinePicture()}">` : "";
  return `<div class="article"><h5 class="block">${picture}<a href="/${code}/article/detail/${publication.id}">${iconsOf(publication)}${titleOf(publication)}</a><span><nobr>[${dottedDay(publication.day)}.]</nobr></span></h5></div>`;
}

const iconsOf = ({ icons }: Publication): string => icons.map((icon) => `<i class="fa fa-${icon}"></i> `).join("");

const titleOf = ({ title }: Publication): string =>
  escapeHtml(title)
    .replace(/&lt;leader&gt;(.*?)&lt;\/leader&gt;/g, "<nobr><august_name>$1</august_name></nobr>")
    .replace(/&lt;(\/?b)&gt;/g, "<$1>");

function articlePage(publication: Publication, code: string): string {
  const { paragraphs, kicker, gallery, pictures, id } = publication;
  const title = `<h1 class="text-center text-danger">${titleOf(publication)}</h1>`;
  // With a kicker the title is the second heading, without one the second is empty.
  const headings = kicker
    ? `<h1 class="text-center">${escapeHtml(kicker)}</h1>${title}`
    : `${title}<h1 class="text-center"></h1>`;
  const inline = Array.from({ length: pictures }, () => `<p><img src="${inlinePicture()}"></p>`).join("");
  const button = gallery
    ? `<a class="right_button gallery_button" href="/${code}/gallery/detail/${id}"><i class="fa fa-camera"></i></a>`
    : "";
  const text = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join("\n");
  return frame(
    `${NAMES[code]} | ${titleText(publication)}`,
    code,
    `<article><div class="container">${headings}
${inline}${text}
<p>${ENDINGS[code]}</p>
${button}</div></article>`,
  );
}

const titleText = ({ title }: Publication): string => escapeHtml(title.replace(/<\/?(?:leader|b)>/g, ""));

function galleryPage(publication: Publication, code: string): string {
  // The alternative text holds quotes as they are.
  const alt = `Photo of "${publication.story}"`;
  const photos = Array.from({ length: publication.gallery }, (_, n) => {
    const name = hex(`${publication.id} ${n}`) + hex(`${n} ${publication.id}`);
    return `<div class="item"><div class="thumbnail-img"><img src="/photo/${name}" alt="${alt}"></div></div>`;
  });
  return frame(`${NAMES[code]} | ${titleText(publication)}`, code, `<div class="slider">${photos.join("\n")}</div>`);
}

const frame = (title: string, code: string, main: string): string => `<!DOCTYPE html>
<html lang="${LANGUAGES[code]}">
<head><meta charset="utf-8"><title>${title}</title></head>
<body>
<header><nav>${Object.keys(LANGUAGES)
  .map((other) => `<a href="/${other}">${NAMES[other]}</a>`)
  .join("")}
<a href="/${code}/article/list/${LATEST}">Latest news</a><a href="/${code}/article/list/${LEADER}">Activities</a></nav></header>
<main>
${main}
</main>
<footer>Copyright © KCNA</footer>
</body>
</html>
`;
