import { type Answer, dottedDay, escapeHtml, html, inlinePicture, notFound, type Outlet, plainTitle } from "./http.ts";
import type { Language } from "./stories.ts";
import type { Publication, World } from "./world.ts";

/** www.rodong.rep.kp: addresses are base64 of fields joined by `@`; an article has as many as ways lead to it. */

const ORIGIN = "http://www.rodong.rep.kp";
const TODAY = "2@@2@1@";
const LANGUAGES: Readonly<Record<string, Language>> = { ko: "ko", en: "en", cn: "zh" };

const codeOf = (language: Language): string => (language === "zh" ? "cn" : language);

/** Base64 of the text in UTF-8. */
const encode = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** What stands behind the `?`, or undefined where it is no base64; padding and percent-encoding may be as they like. */
function decode(query: string): string | undefined {
  try {
    const binary = atob(decodeURIComponent(query).replace(/ /g, "+"));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(
      Uint8Array.from(binary, (one) => one.charCodeAt(0)),
    );
  } catch {
    return undefined;
  }
}

export const ADDRESS_FORMS = ["list", "front page", "search", "unpadded", "percent-encoded"] as const;

/** An article's address, as the website gives it in different places. */
export function rodongAddress({ language, id }: Publication, form: (typeof ADDRESS_FORMS)[number] = "list"): string {
  const fields = {
    list: `12@${id}@1@1@@0@8@`,
    "front page": `1@${id}@1@@@0@1@`,
    search: `8@${id}@19@@원산@151`,
    unpadded: `12@${id}@1@1@@0@10@`,
    "percent-encoded": `15@${id}@2@1@@0@8@`,
  }[form];
  const query = encode(fields);
  const shown =
    { unpadded: query.replace(/=+$/, ""), "percent-encoded": encodeURIComponent(query) }[form as string] ?? query;
  return `${ORIGIN}/${codeOf(language)}/index.php?${shown}`;
}

export const rodong: Outlet = {
  name: "rodong",
  origin: ORIGIN,

  answer(world, { path }) {
    const { pathname, search } = new URL(path, ORIGIN);
    const language = LANGUAGES[/^\/(ko|en|cn)\/(?:index\.php)?$/.exec(pathname)?.[1] ?? ""];
    if (!language) return notFound();
    const asked = search === "" ? TODAY : decode(search.slice(1));
    const fields = asked?.split("@") ?? [];
    const publication = world.byId("rodong", fields[1] ?? "", language);
    if (fields[1]) return publication ? html(articlePage(publication)) : notFound();
    return fields[0] === "2" ? html(listPage(world, language)) : notFound();
  },

  home: (world) => html(listPage(world, "ko", "로동신문")),

  otherArticle(world, path): Answer {
    const asked = decode(new URL(path, ORIGIN).search.slice(1))?.split("@")[1];
    return html(articlePage(world.shown("rodong", "ko").find(({ id }) => id !== asked) as Publication));
  },
};

/** The newest stories; those about the leader stand in a list of their own. */
function listPage(world: World, language: Language, heading = "오늘호 기사"): string {
  const shown = world.shown("rodong", language).slice(0, 20);
  const rows = shown.filter(({ title }) => !title.includes("<leader>")).map(row);
  const leader = shown.filter(({ title }) => title.includes("<leader>")).map(row);
  return frame(
    language,
    heading,
    `<div id="RevoListDIV"><div class="date_news_list">${leader.join("\n")}</div></div>
<div class="date_news_list">
${rows.join("\n")}
</div>`,
  );
}

function row(publication: Publication, n: number): string {
  const { language, day, title } = publication;
  const form = ADDRESS_FORMS[n % ADDRESS_FORMS.length];
  const href = rodongAddress(publication, form).slice(ORIGIN.length + `/${codeOf(language)}/`.length);
  // Some dates are printed in full-width digits.
  const date = n % 4 === 3 ? fullWidth(`${dottedDay(day)}.`) : `${dottedDay(day)}.`;
  return `<div class="row"><div class="col-sm-9"><div class="media"><div class="media-body"><a href="${escapeHtml(href)}">${escapeHtml(plainTitle(title))}</a></div></div></div><div class="col-sm-3">본사기자</div><div class="news_date">${date}</div></div>`;
}

const fullWidth = (text: string): string =>
  text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));

const MONTHS = ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."];

const WEEKDAY = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" });

/** `Feb. 19, 2026 Thursday [Photo]`, in every language. */
function longDay(day: string, hasPictures: boolean): string {
  const date = new Date(`${day}T00:00:00Z`);
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()} ${WEEKDAY.format(date)}${hasPictures ? " [Photo]" : ""}`;
}

function articlePage({ language, day, title, paragraphs, pictures }: Publication): string {
  const inline = Array.from({ length: pictures }, () => `<p class="TextP"><img src="${inlinePicture()}"></p>`);
  const writer = paragraphs.at(-1)?.startsWith("본사기자") ? paragraphs.at(-1) : undefined;
  const text = writer ? paragraphs.slice(0, -1) : paragraphs;
  return frame(
    language,
    "로동신문",
    `<div id="article-date">${longDay(day, pictures > 0)}</div>
<div id="ContDIV"><p class="TitleP">${escapeHtml(plainTitle(title))}</p>
${inline.join("\n")}${text.map((one) => `<p class="TextP">${escapeHtml(one)}</p>`).join("\n")}
${writer ? `<p class="WriterP">${escapeHtml(writer)}</p>` : ""}
<p><a href="index.php?${encode(TODAY)}">목록으로</a></p></div>`,
  );
}

const frame = (language: Language, title: string, main: string): string => `<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>${title}</title></head>
<body><div class="navbar"><a href="/${codeOf(language)}/">로동신문</a><a href="index.php?${encode("1@@@@")}">첫페지</a></div>
<div class="container">
${main}
</div>
<div class="footer">Copyright 로동신문사</div></body></html>
`;
