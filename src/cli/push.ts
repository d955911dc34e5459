import { readOrigin } from "../environment.ts";
import { networkError } from "../platform/network-error.ts";
import { nearest } from "../query/near-name.ts";
import { newestPath, withSiteLinks } from "../sites/addresses.ts";
import { BUILT_IN } from "../sites/index.ts";
import { authorization, bridgeAddress, downloadPage, fail, readOptions, readPageFile, refusal } from "./command.ts";

/**
 * `npm run push -- --to https://bridge.example --source kcna-en,rodong-ko`: fetches listings from the machine that it
 * runs on and pushes them to a bridge. Use it in a crontab at home if the website blocks the bridge.
 */
const USAGE = `npm run push -- --to <bridge> --source <id>[,<id>…] [--url <page>] [--file <page.html>]

  --to      address of the bridge
  --source  ids of sources, such as kcna-en or kcna-en,rodong-ko
  --url     address of the page, for one source: a listing, a load-more fragment or an article; its listing by default
  --file    the page itself, fetched before, for one source; otherwise it is fetched now

The bridge's ADMIN_TOKEN is taken from the environment; so are USER_AGENT, what websites see, and {SITE}_ORIGIN, the mirror
of one.`;

const { values } = readOptions(
  { to: { type: "string" }, source: { type: "string" }, url: { type: "string" }, file: { type: "string" } },
  USAGE,
);
const { url, file } = values;
const sources = [...new Set((values.source ?? "").split(/[,+\s]+/).filter(Boolean))];
if (sources.length === 0) fail(`--source is missing\n\n${USAGE}`);
const to = bridgeAddress(values.to, USAGE);
const headers = authorization();
if (sources.length > 1 && (url || file)) fail("--url and --file are for one source");
const pages = sources.map((source) => ({ source, page: pageOf(source) }));

/** The page of a source, as its address. */
function pageOf(source: string): string {
  const known = BUILT_IN.find(({ id }) => id === source);
  const page = url ?? (known && known.site.origin + newestPath(known));
  if (page && URL.canParse(page)) return page;
  const ids = BUILT_IN.map(({ id }) => id);
  const near = nearest(source.slice(0, 60).toLowerCase(), ids, 2);
  return fail(
    near
      ? `${source} is not built in; did you mean ${near}? A source of your own needs --url`
      : `${source} is not built in, so it needs --url; built in are ${ids.join(", ")}`,
  );
}

/** A page as the bridge would have it: fetched at `{SITE}_ORIGIN` if that is set, with the website's own links. */
async function contentOf(source: string, page: string) {
  const site = BUILT_IN.find(({ id }) => id === source)?.site;
  const origin = site && readOrigin(process.env, site);
  const address = origin && page.startsWith(`${site.origin}/`) ? origin + page.slice(site.origin.length) : page;
  const { body, type } = file ? readPageFile(file) : await downloadPage(address, site);
  if (!origin) return { body, type };
  // Bytes as characters: addresses are ASCII, and so in every charset of pages.
  const html = withSiteLinks(Buffer.from(body).toString("latin1"), site, origin);
  return { body: Buffer.from(html, "latin1"), type };
}

/** Pushes a page; the bridge's answer. */
async function push(source: string, page: string): Promise<string> {
  const { body, type } = await contentOf(source, page);
  const address = `${to}/ingest/${encodeURIComponent(source)}?url=${encodeURIComponent(page)}`;
  const init = { method: "POST", headers: { ...headers, ...(type && { "content-type": type }) }, body };
  const answer = await fetch(address, init).catch((error) => {
    throw new Error(`the bridge at ${to} could not be reached: ${networkError(error)}`);
  });
  if (!answer.ok) throw new Error(await refusal(answer));
  return answer.text();
}

// One after the other, so that a website gets one request at a time. One that fails does not stop the others.
for (const { source, page } of pages) {
  const name = sources.length > 1 ? `${source}: ` : "";
  try {
    console.log(name + (await push(source, page)));
  } catch (error) {
    console.error(name + (error as Error).message);
    process.exitCode = 1;
  }
}
