import { decode } from "../refresh/page-bytes.ts";
import { articleAt, articleKey, hostsOf, keyOfHref, newestPath } from "../sites/addresses.ts";
import { toSources } from "../sites/index.ts";
import { pageOf, readArticlePage, readListing } from "../sites/reader.ts";
import type { Page, Site, Source } from "../sites/site.ts";
import { linksOf, type Suggestion, suggestBody, suggestSite } from "../sites/suggest.ts";
import { readSourceSettings } from "../source-settings.ts";
import { downloadPage, fail, readOptions, readPageFile } from "./command.ts";

/**
 * `npm run probe -- https://example.org/news/`: shows what the bridge finds on a page: the articles of a website that
 * it knows, or a suggestion for the variable `SITES`.
 */
const USAGE = `npm run probe -- <address or file> [--url <address>] [--source <id>]

  --url     where a file was fetched; without it, it is taken for the listing of --source
  --source  id of the source whose page it is; by default the first of the address's website

Websites and sources of the variables SITES and SOURCES in the environment are known.`;

/** Links that are shown of those that are no articles. */
const MAX_EXAMPLES = 5;

const { values, files } = readOptions({ url: { type: "string" }, source: { type: "string" } }, USAGE, 1);
const [given] = files;
if (!given) fail(`an address or a file is missing\n\n${USAGE}`);
const now = Date.now();
const { sites, sources } = known();
const wanted = values.source === undefined ? undefined : sources.find(({ id }) => id === values.source);
if (values.source !== undefined && !wanted)
  fail(`there is no source "${values.source}"; there are ${sources.map(({ id }) => id).join(", ")}`);
const isAddress = /^https?:\/\//i.test(given);
const address = isAddress ? given : (values.url ?? (wanted && wanted.site.origin + newestPath(wanted)));
if (!address || !URL.canParse(address)) fail(`--url is needed: where ${given} was fetched, or --source`);
const url = new URL(address);
const source = wanted ?? sources.find(({ site }) => hostsOf(site).includes(url.host));
const html = await pageAt(isAddress ? url.href : given);
if (source) await show(source);
else await suggest();

/** The known websites and sources. If a variable is wrong, the command ends with one line. */
function known(): { sites: readonly Site[]; sources: readonly Source[] } {
  try {
    return readSourceSettings({ SITES: process.env.SITES, SOURCES: process.env.SOURCES });
  } catch (error) {
    fail((error as Error).message);
  }
}

async function pageAt(place: string): Promise<string> {
  try {
    const { body, type } = /^https?:/i.test(place) ? await downloadPage(place, source?.site) : readPageFile(place);
    return decode(body, type);
  } catch (error) {
    fail((error as Error).message);
  }
}

async function show(source: Source): Promise<void> {
  await Promise.all(sites.map((site) => site.load?.()));
  console.log(`${source.site.name}, source ${source.id} (${source.site.timeZone})`);
  if (articleKey(source.site, url) === undefined) showListing(source, html, url);
  else showArticle(source);
}

function showArticle(source: Source): void {
  const result = readArticlePage({ html, source, address: url.href, now });
  if ("failure" in result) fail(`no article can be read: ${result.failure.detail} (${result.failure.reason})`);
  const { article, publisher, original, body, image, related } = result.story;
  const at = original && articleAt(sites, original);
  const facts = {
    key: article.key,
    title: article.title,
    day: article.day || "not printed: the listing must show it",
    language: article.language,
    publisher,
    original: original && `${original}${at ? ` (article ${at.key} of ${at.site.id})` : ""}`,
    picture: image,
    text: body ? `${body.length} characters: ${article.excerpt}` : "none is found",
    "listed below": String(related.length),
  };
  for (const [name, value] of Object.entries(facts)) if (value) console.log(`  ${name}: ${value}`);
}

function showListing(source: Source, html: string, url: URL): void {
  const listing = readListing({ html, source, address: url.href, now });
  if ("failure" in listing) console.log(`no listing: ${listing.failure.detail} (${listing.failure.reason})`);
  const articles = "articles" in listing ? listing.articles : [];
  console.log(`${articles.length} articles`);
  for (const { key, day, language, title } of articles) console.log(`  ${day}  ${key}  ${language}  ${title}`);
  const page = pageOf(html, source.site, url, now);
  if ("failure" in page) return;
  showLeftOut(source, page, new Set(articles.map(({ key }) => key)));
}

/** What links of the page gave no article, and why. */
function showLeftOut({ site }: Source, page: Page, shown: ReadonlySet<string>): void {
  const keyOf = keyOfHref(site, page.url);
  const others = [...linksOf(page)].map(([href, text]) => ({ href, text, key: keyOf(href) }));
  const articles = new Map(
    others.flatMap(({ key, text }) => (key === undefined || shown.has(key) ? [] : [[key, text]])),
  );
  const plain = others.filter(({ key }) => key === undefined);
  if (articles.size > 0) {
    console.log(
      `${articles.size} article links left out: navigation, beside the listing, or without a date that can be read`,
    );
    for (const [key, text] of articles) console.log(`  ${key}  ${text}`);
  }
  if (plain.length > 0) {
    console.log(`${plain.length} other links, whose addresses are no article's, such as`);
    for (const { href, text } of plain.slice(0, MAX_EXAMPLES)) console.log(`  ${href}  ${text}`);
  }
}

async function suggest(): Promise<void> {
  console.log(`${url.host} is no website that the bridge knows`);
  const stranger = { id: "", name: "", origin: url.origin, timeZone: "UTC", idPrefix: "", sources: [] };
  const site: Site = { ...stranger, listingPath: () => undefined, parseArticle: () => ({ title: "" }) };
  const page = pageOf(html, site, url, now);
  if ("failure" in page) fail(`the page cannot be read: ${page.failure.detail} (${page.failure.reason})`);
  const guess = await suggestSite(page, now);
  if (!guess)
    fail("no links look like articles: at least three that differ in a number or a title, with dates beside them");
  const entry = { ...guess, body: (isAddress && (await bodyOf(guess))) || guess.body };
  showListing(await sourceOf(entry), html, url);
  console.log("a beginning for SITES; check name, timeZone, language and body:");
  console.log(JSON.stringify([entry], null, 2));
}

/** The source of an entry of SITES. If a field is missing, the command ends and prints the entry to complete. */
async function sourceOf(entry: Suggestion): Promise<Source> {
  try {
    const site = readSourceSettings({ SITES: [entry] }).sites.at(-1) as Site;
    await site.load?.();
    return toSources(site)[0] as Source;
  } catch (error) {
    console.log(JSON.stringify([entry], null, 2));
    fail(`this entry for SITES is not complete: ${(error as Error).message}`);
  }
}

/** Where the text is on the page of the listing's first article. */
async function bodyOf(entry: Suggestion): Promise<string | undefined> {
  const source = await sourceOf(entry);
  const listing = readListing({ html, source, address: url.href, now });
  const first = "articles" in listing ? listing.articles[0]?.url : undefined;
  if (first === undefined) return undefined;
  const page = pageOf(await pageAt(first), source.site, new URL(first), now);
  return "failure" in page ? undefined : suggestBody(page.outline);
}
