import * as v from "valibot";
import { logError } from "../log.ts";
import type { Card } from "../scrape/cards.ts";
import { type Failed, failure, parseHtml } from "../scrape/page.ts";
import { textOf } from "../scrape/text-blocks.ts";
import { dayStart } from "../time.ts";
import type { ArticleFragment, Site } from "./site.ts";

/**
 * Choson Sinbo, chosonsinbo.com, a WordPress website that is read through its API (WordPress REST API, "Posts"): a
 * listing and an article are JSON. `/jp/` holds the Japanese edition, whose texts may end at a paywall.
 */

const API = "/wp-json/wp/v2/posts";
const FIELDS = "_fields=id,date,link,title,excerpt,content";
const PER_PAGE = 20;
const TIME_ZONE = "Asia/Tokyo";

const Rendered = v.object({ rendered: v.string() });
const Post = v.object({
  id: v.pipe(v.number(), v.integer(), v.minValue(1)),
  date: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/)),
  // Whole, since an address with one slash means another one beside a base.
  link: v.pipe(
    v.string(),
    v.regex(/^https?:\/\/?(?:www\.)?chosonsinbo\.com\//),
    v.transform((link) => new URL(link).href),
  ),
  title: Rendered,
  excerpt: v.optional(Rendered),
  content: v.optional(Rendered),
});
type Post = v.InferOutput<typeof Post>;
const json = v.pipe(v.string(), v.parseJson());
const List = v.pipe(json, v.array(v.unknown()));

const isJapanese = ({ link }: Post): boolean => new URL(link).pathname.startsWith("/jp/");

export const chosonsinbo: Site = {
  id: "chosonsinbo",
  name: "Choson Sinbo",
  origin: "https://chosonsinbo.com",
  aliases: ["www.chosonsinbo.com"],
  idPrefix: "tag:chosonsinbo.com,2026:",
  // `date` is the website's local time, without a zone.
  timeZone: TIME_ZONE,
  contentType: "application/json",
  sources: [
    { id: "chosonsinbo-ko", name: "Choson Sinbo (Ko)", language: "ko", outlet: "chosonsinbo" },
    { id: "chosonsinbo-ja", name: "Choson Sinbo (Ja)", language: "ja", outlet: "chosonsinbo" },
  ],

  articlePath: /^\/wp-json\/wp\/v2\/posts\/(\d{1,12})(?=[/?]|$)/,
  articlePagePath: (key) => `${API}/${key}?${FIELDS}`,
  canonicalPath: ({ pathname, search }) => pathname + search,

  listingPath: (_, page) => `${API}?per_page=${PER_PAGE}${page > 0 ? `&page=${page + 1}` : ""}&${FIELDS}`,

  pageSize: PER_PAGE,
  listingOffset(_, url) {
    const page = Number(url.searchParams.get("page") ?? 1);
    return url.pathname === API && page >= 1 && page < 1000 ? (page - 1) * PER_PAGE : undefined;
  },

  readFragment(text, _, source) {
    const { success, output: posts } = v.safeParse(List, text);
    if (!success) return failure("layout-changed", "the answer is not a list of posts");
    if (posts.length === 0) return failure("empty", "the answer has no posts");
    const read = posts.slice(0, 100).map((post) => v.safeParse(Post, post));
    const good = read.flatMap(({ success, output }) => (success ? [output as Post] : []));
    if (good.length === 0)
      return failure("layout-changed", `none of ${posts.length} posts has an id, a date, a link and a title`);
    if (good.length < posts.length) {
      const error = `${posts.length - good.length} of ${posts.length} posts cannot be read`;
      logError("listing", error, { source: source.id });
    }
    return { cards: good.filter((post) => isJapanese(post) === (source.language === "ja")).map(cardOf) };
  },

  readArticleFragment(text, key): ArticleFragment | Failed {
    const { success, output } = v.safeParse(v.pipe(json, Post), text);
    if (!success) return failure("layout-changed", "the answer is not a post");
    if (String(output.id) !== key) return failure("wrong-page", `the website shows post ${output.id} instead`);
    return {
      title: textIn(output.title.rendered),
      day: output.date.slice(0, 10),
      html: withoutSizes(output.content?.rendered ?? ""),
      address: output.link,
      isChrome: ({ attribs }) => (attribs.class ?? "").split(/\s+/).includes("paywall"),
    };
  },

  wholeArticles(text) {
    const { success, output: posts } = v.safeParse(List, text);
    const read = (success ? posts : []).map((post) => v.safeParse(Post, post));
    const whole = read.flatMap(({ success, output }) => (success && output.content ? [output as Post] : []));
    return new Map(whole.map((post) => [String(post.id), JSON.stringify(post)]));
  },

  parseArticle: () => failure("layout-changed", "articles are read through the website's API only"),
};

/** What HTML says, as one line. */
function textIn(html: string): string {
  const root = parseHtml(html);
  return "failure" in root ? "" : textOf(root);
}

function cardOf({ id, date, link, title, excerpt, content }: Post): Card {
  const image = /<img\b[^<>]{0,1000}\bsrc="([^"]{1,2000})"/.exec(content?.rendered ?? "")?.[1];
  return {
    key: String(id),
    href: link,
    title: textIn(title.rendered),
    excerpt: textIn(excerpt?.rendered ?? "").replace(/ ?\[…\]$/, ""),
    day: date.slice(0, 10),
    collectedAt: publishedAt(date),
    ...(image && { image: withoutSizes(image) }),
  };
}

/** The instant of a local time, `2026-10-06T00:30:00`; the zone knows no summer time. */
const publishedAt = (date: string): number =>
  dayStart(date.slice(0, 10), TIME_ZONE) + Date.parse(`1970-01-01T${date.slice(11, 19)}Z`);

/** Pictures as they were uploaded: `-320x166` names a smaller copy of one. */
const withoutSizes = (html: string): string =>
  html.replace(/(\/wp-content\/uploads\/[^"'\s<>]{1,500}?)-\d{2,4}x\d{2,4}(?=\.(?:jpe?g|png|webp|gif)\b)/gi, "$1");
