import type { WantedTexts } from "../archive/article-record.ts";
import { MAX_KEY_LENGTH } from "../sites/addresses.ts";
import { type ArticleDocument, articleDocument, newestOf, type VersionDocument } from "./article-document.ts";
import { articleJson, versionJson } from "./article-json.ts";
import { comparedVersions, parseComparison } from "./comparison.ts";
import { type App, type AppContext, baseOf } from "./context.ts";
import { conditionalResponse, weakEtag } from "./http/conditional.ts";
import { notFound } from "./http/problem.ts";
import { articleLinks, httpDate, LINK_FORMAT, mementoLinks, timeMap } from "./memento.ts";
import { ArticlePage } from "./pages/article.tsx";
import { pageResponse } from "./pages/page.ts";
import { counted } from "./pages/words.ts";

/** Adds the routes under /articles: an article with its versions, one version, and the TimeMap. */
export function addArticleRoutes(app: App): void {
  app.get("/articles/:site/:key", serveArticle);
  app.get("/articles/:site/:key/timemap", serveTimeMap);
  app.get("/articles/:site/:key/:version{v\\d{1,6}(?:\\.json)?}", serveVersion);
}

/** The article that a path names, with these texts; undefined if it is not stored. */
async function readDocument(c: AppContext, key: string, texts: WantedTexts): Promise<ArticleDocument | undefined> {
  const bridge = c.get("bridge");
  const site = c.req.param("site") ?? "";
  if (site.length > MAX_KEY_LENGTH || key.length > MAX_KEY_LENGTH) return undefined;
  const record = await bridge.archive.article(site, key, texts);
  // Entries and citations are passed on: their addresses have no access key.
  // An outlet that is not read any more keeps its name: what was cited stays as it was.
  const sources = [...bridge.sources, ...bridge.unfollowed];
  return record && articleDocument({ url: baseOf(c).url }, sources, record);
}

const JSON_TYPE = "application/json; charset=utf-8";
const notKept = () => notFound("no article with this address is stored");

async function serveArticle(c: AppContext): Promise<Response> {
  const name = c.req.param("key") ?? "";
  const [key, asksForJson] = splitJson(name);
  let isJson = asksForJson;
  let document = await readDocument(c, key, isJson ? "all" : textsOfPage(c, 0));
  if (!document && isJson) {
    // A key can end with `.json`; then this is the address of its page.
    isJson = false;
    document = await readDocument(c, name, textsOfPage(c, 0));
  }
  if (!document) throw notKept();
  const link = articleLinks(document);
  if (isJson) return respond(c, JSON_TYPE, JSON.stringify(articleJson({ url: baseOf(c).url }, document)), { link });
  return servePage(c, document, newestOf(document), { link });
}

async function serveVersion(c: AppContext): Promise<Response> {
  const [name, isJson] = splitJson(c.req.param("version") ?? "");
  const n = Number(name.slice(1));
  const document = await readDocument(c, c.req.param("key") ?? "", isJson ? [n] : textsOfPage(c, n));
  if (!document) throw notKept();
  const index = document.versions.findIndex((version) => version.n === n);
  const version = document.texts.get(n);
  if (!version) throw notFound(`the article has ${counted(document.versionCount, "version")}, and no version ${n}`);
  const headers = { link: mementoLinks(document, index), "memento-datetime": httpDate(version.at) };
  if (isJson) return respond(c, JSON_TYPE, JSON.stringify(versionJson(document, version)), headers);
  return servePage(c, document, version, headers);
}

/** Whose texts a page shows: the version's, and those of the two that it compares. 0 is the newest version. */
function textsOfPage(c: AppContext, n: number): number[] {
  const parameters = new URL(c.req.url).searchParams;
  const { from, to } = comparedVersions(parameters, n);
  return [n, from, to];
}

/** The page of an article, or of one version of it. */
function servePage(
  c: AppContext,
  document: ArticleDocument,
  version: VersionDocument,
  headers: Record<string, string>,
): Response | Promise<Response> {
  const parameters = new URL(c.req.url).searchParams;
  const comparison = parseComparison(parameters, document, version);
  const page = ArticlePage({
    base: baseOf(c),
    sources: c.get("bridge").sources,
    document,
    version,
    isVersionPage: c.req.param("version") !== undefined,
    before: Number(parameters.get("before") ?? Number.NaN) || Number.POSITIVE_INFINITY,
    comparison,
  });
  return pageResponse(c.req.raw, page, { headers: { ...headers, "x-robots-tag": "noindex" } });
}

async function serveTimeMap(c: AppContext): Promise<Response> {
  const document = await readDocument(c, c.req.param("key") ?? "", []);
  if (!document) throw notKept();
  return respond(c, LINK_FORMAT, timeMap(document), { link: articleLinks(document) });
}

/** `205284.json` as `205284` and whether JSON is asked for. */
const splitJson = (name: string): [name: string, isJson: boolean] =>
  name.endsWith(".json") ? [name.slice(0, -5), true] : [name, false];

/** A document of an article, with its tag. Search engines should list the website's own page, not this one. */
function respond(c: AppContext, contentType: string, body: string, more: Record<string, string>) {
  const headers = { ...more, "cache-control": "public, max-age=60", "x-robots-tag": "noindex" };
  return conditionalResponse(c.req.raw, { etag: weakEtag(body), contentType, headers }, () => body);
}
