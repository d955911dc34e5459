import { dottedDay, escapeHtml, html, inlinePicture, notFound, type Outlet, plainTitle } from "./http.ts";
import { hex, type Publication, type World } from "./world.ts";

/** www.mfa.gov.kp, the Foreign Ministry. No class names are known: the replica has none. */

const ORIGIN = "http://www.mfa.gov.kp";
/** Characters of an item that a list prints whole. */
const SHORT = 150;

export const mfaAddress = ({ id }: Publication): string => `${ORIGIN}/view/article/${id}`;

export const mfa: Outlet = {
  name: "mfa",
  origin: ORIGIN,

  answer(world, { path }) {
    const { pathname } = new URL(path, ORIGIN);
    if (pathname === "/" || /^\/article\/category\/[a-z0-9-]+\/?$/.test(pathname)) return html(listPage(world));
    const publication = world.byId("mfa", /^\/view\/article\/(\d+)\/?$/.exec(pathname)?.[1] ?? "");
    return publication ? html(articlePage(publication)) : notFound();
  },

  home: (world) => html(listPage(world)),

  otherArticle(world, path) {
    return html(articlePage(world.shown("mfa").find(({ id }) => !path.endsWith(id)) as Publication));
  },
};

const listPage = (world: World): string => frame("외무성", world.shown("mfa").map(item).join("\n"));

function item({ id, title, day, paragraphs }: Publication): string {
  const link = `${ORIGIN}/view/article/${id}`;
  const isShort = paragraphs.join("").length <= SHORT;
  const text = isShort
    ? `${paragraphs.map((one) => `<p>${escapeHtml(one)}</p>`).join("")}<p>(끝)</p>`
    : `<p>${escapeHtml(paragraphs[0] ?? "")}</p><p>.......... <a href="${link}">더보기</a></p>`;
  return `<div><h3><a href="${link}">${escapeHtml(plainTitle(title))}</a></h3><span>${dottedDay(day)}.</span>${text}</div>`;
}

function articlePage({ id, title, day, paragraphs, pictures }: Publication): string {
  const photo = pictures
    ? `<p><img src="/app/uploads/${day.slice(0, 4)}/${day.slice(5, 7)}/${hex(id).slice(0, 8)}.jpg"></p>`
    : "";
  const text = paragraphs.map((one) => `<p>${escapeHtml(one)}</p>`).join("\n");
  return frame(
    escapeHtml(plainTitle(title)),
    `<div><h2>${escapeHtml(plainTitle(title))}</h2><span>${dottedDay(day)}.</span>
<div>${photo}<p><img src="${inlinePicture()}"></p>${text}<p>(끝)</p></div></div>`,
  );
}

const frame = (title: string, main: string): string => `<!DOCTYPE html>
<html lang="ko"><head><meta charset="utf-8"><title>${title}</title></head>
<body><div><a href="/">외무성</a><a href="/article/category/foreign-ministry">외무성</a><a href="/article/category/views">론평</a></div>
<div>
${main}
</div>
<div>조선민주주의인민공화국 외무성</div></body></html>
`;
