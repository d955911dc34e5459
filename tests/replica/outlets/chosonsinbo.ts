import { type Answer, escapeHtml, html, notFound, type Outlet, plainTitle } from "./http.ts";
import { koreanDay, type Publication, type World } from "./world.ts";

/** chosonsinbo.com: WordPress, read through its JSON API. `/jp/` is partly behind a paywall. */

const ORIGIN = "https://chosonsinbo.com";

/** The slug's day is the day before the post's. */
function linkOf({ from, id, language }: Publication): string {
  const [year, month, day] = koreanDay(from - 86_400_000).split("-");
  return `${ORIGIN}${language === "ja" ? "/jp" : ""}/${year}/${month}/${day}sk-${id}/`;
}

export const chosonsinboAddress = linkOf;

export const chosonsinbo: Outlet = {
  name: "chosonsinbo",
  origin: ORIGIN,

  answer(world, { path }) {
    const { pathname, searchParams } = new URL(path, ORIGIN);
    if (pathname === "/wp-json/wp/v2/posts") return posts(world, searchParams);
    const id = /^\/wp-json\/wp\/v2\/posts\/(\d+)$/.exec(pathname)?.[1];
    if (id) {
      const publication = world.byId("chosonsinbo", id);
      return publication ? json(postOf(publication, searchParams)) : json(INVALID, 404);
    }
    const publication = world.shown("chosonsinbo").find((one) => linkOf(one) === ORIGIN + pathname);
    return publication ? html(page(publication)) : pathname === "/" ? chosonsinbo.home(world) : notFound();
  },

  home: (world) => html(`<!DOCTYPE html><html><body>${world.shown("chosonsinbo").map(anchor).join("")}</body></html>`),

  otherArticle(world, path) {
    const other = world.shown("chosonsinbo").find(({ id }) => !path.includes(id)) as Publication;
    return path.startsWith("/wp-json/") ? json(postOf(other, new URL(path, ORIGIN).searchParams)) : html(page(other));
  },
};

const INVALID = { code: "rest_post_invalid_id", message: "Invalid post ID.", data: { status: 404 } };
const NO_PAGE = {
  code: "rest_post_invalid_page_number",
  message: "The page number requested is larger than the number of pages available.",
  data: { status: 400 },
};

const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { "content-type": "application/json; charset=UTF-8", ...headers },
  body: JSON.stringify(value),
});

function posts(world: World, parameters: URLSearchParams): Answer {
  const perPage = Number(parameters.get("per_page") ?? 10);
  const page = Number(parameters.get("page") ?? 1);
  const all = world.shown("chosonsinbo");
  const pages = Math.ceil(all.length / perPage);
  if (page > 1 && page > pages) return json(NO_PAGE, 400);
  const shown = all.slice((page - 1) * perPage, page * perPage);
  return json(
    shown.map((one) => postOf(one, parameters)),
    200,
    {
      "x-wp-total": String(all.length),
      "x-wp-totalpages": String(pages),
    },
  );
}

function postOf(publication: Publication, parameters: URLSearchParams): Record<string, unknown> {
  const { id, from, title, paragraphs } = publication;
  const post = {
    id: Number(id),
    // The website's local time, without a zone.
    date: new Date(from + 9 * 3_600_000).toISOString().slice(0, 19),
    link: linkOf(publication),
    title: { rendered: escapeHtml(plainTitle(title)).replace(/'/g, "&#8217;") },
    excerpt: { rendered: `<p>${escapeHtml(paragraphs[0] ?? "")} [&hellip;]</p>\n`, protected: false },
    content: { rendered: contentOf(publication), protected: false },
    status: "publish",
    author: 3,
  };
  const fields = parameters.get("_fields")?.split(",");
  return Object.fromEntries(Object.entries(post).filter(([name]) => !fields || fields.includes(name)));
}

function contentOf({ id, from, language, paragraphs, pictures, gallery }: Publication): string {
  const folder = `${ORIGIN}/wp-content/uploads/${koreanDay(from).slice(0, 7).replace("-", "/")}`;
  const photos = Array.from(
    { length: pictures },
    (_, n) =>
      `<figure class="wp-caption"><a href="${folder}/sk${id}-${n}.jpg"><img src="${folder}/sk${id}-${n}-320x166.jpg" srcset="${folder}/sk${id}-${n}-320x166.jpg 320w" width="320" height="166" alt=""></a></figure>`,
  ).join("\n");
  const style = gallery
    ? `<style type="text/css">\n#gallery-1 { margin: auto; }\n#gallery-1 .gallery-item { float: left; }\n</style>\n<div id="gallery-1" class="gallery">${photos}</div>`
    : photos;
  // Behind the paywall a Japanese text ends after its first paragraph.
  const open = language === "ja" ? paragraphs.slice(0, 1) : paragraphs;
  const wall = language === "ja" ? '<div class="paywall">この記事は会員限定です。</div>' : "";
  return `${style}\n${open.map((one) => `<p>${escapeHtml(one)}</p>`).join("\n")}\n${wall}`;
}

const anchor = (publication: Publication): string =>
  `<a href="${linkOf(publication)}">${escapeHtml(publication.title)}</a>`;

const page = (publication: Publication): string =>
  `<!DOCTYPE html><html lang="${publication.language}"><head><meta charset="utf-8"><title>${escapeHtml(publication.title)} | 조선신보</title></head>
<body><article><h1>${escapeHtml(publication.title)}</h1><div class="entry-content">${contentOf(publication)}</div></article></body></html>`;
