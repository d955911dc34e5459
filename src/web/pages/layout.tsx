import type { Child } from "hono/jsx";
import { type Format, MEDIA_TYPES } from "../../feeds/document.ts";
import type { Source } from "../../sites/site.ts";
import { type Base, ownUrl, pageUrl } from "../links.ts";
import { siteNames, sitesOf } from "../site-names.ts";
import { Head } from "./head.tsx";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/** Feeds that readers find through a page (autodiscovery). */
export interface Alternate {
  title: string;
  format: Format;
  href: string;
}

export interface PageProps {
  base: Base;
  /** The sources of the bridge; none if its settings are wrong. */
  sources: readonly Source[];
}

export interface LayoutProps extends PageProps {
  title: string;
  alternates?: readonly Alternate[];
  /** Address of the description of the interface (OpenAPI). */
  service?: string;
  /** Whether the page has something for the script to do. */
  scripted?: boolean;
  /** The page's one address, behind that of the bridge: `/feeds/kcna-en`; absent if it has none, such as an error. */
  path?: string;
  /** Whether search engines are asked to leave the page out. */
  noindex?: boolean;
  /** Where the search field leads and what it holds; if absent, it searches all sources. */
  search?: SearchField | undefined;
  children?: Child;
}

export interface SearchField {
  path: string;
  q: string;
  /** The list's other filters, which a search keeps. */
  others: readonly (readonly [name: string, value: string])[];
}

export const FORMAT_NAMES: Record<Format, string> = { rss: "RSS", atom: "Atom", json: "JSON Feed" };

/** `Feed bridge for KCNA Watch` */
export const bridgeName = (sources: readonly Source[]): string =>
  sources.length > 0 ? `Feed bridge for ${siteNames(sitesOf(sources))}` : "Feed bridge";

export function Layout({ base, sources, title, alternates = [], service, scripted = false, ...rest }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <Head base={base} title={title} name={bridgeName(sources)} path={rest.path} noindex={rest.noindex} />
        {service && <link rel="service-desc" type="application/json" href={service} />}
        {alternates.map(({ title, format, href }) => (
          <link rel="alternate" type={MEDIA_TYPES[format]} title={title} href={href} />
        ))}
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <header>
          <a class="name" href={ownUrl(base, "/")}>
            Feed bridge
          </a>
          <Search base={base} {...(rest.search ?? { path: "/feeds/all", q: "", others: [] })} />
          <nav aria-label="Pages">
            <a href={pageUrl(base, "all", "changes")}>Changes</a>
            <a href={ownUrl(base, "/health")}>Health</a>
            <a href={ownUrl(base, "/#builder")}>Build a feed</a>
            <a href={ownUrl(base, "/feeds.opml")}>OPML</a>
          </nav>
        </header>
        <main id="main">{rest.children}</main>
        <footer>
          <p>
            {sources.length > 0 && (
              <>
                The articles come from <SiteLinks sources={sources} />.{" "}
              </>
            )}
            This bridge only makes feeds of them, and does not change what they say.
          </p>
        </footer>
        {scripted && <script dangerouslySetInnerHTML={{ __html: SCRIPT }} />}
      </body>
    </html>
  );
}

function Search({ base, path, q, others }: SearchField & { base: Base }) {
  const hidden = [...others, ...(base.key ? [["key", base.key] as const] : [])];
  return (
    <search>
      <form method="get" action={base.url + path}>
        <input
          type="search"
          name="q"
          value={q}
          aria-label="Search"
          placeholder={'Search, e.g. "joint exercise" -weather'}
          autocomplete="off"
        />
        {hidden.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <button type="submit">Search</button>
      </form>
    </search>
  );
}

/** `KCNA Watch, KCNA and Voice of Korea`, each a link. */
export const SiteLinks = ({ sources }: Pick<PageProps, "sources">) => (
  <Joined by=", " last=" and " items={sitesOf(sources).map(({ name, origin }) => <a href={`${origin}/`}>{name}</a>)} />
);

/** Elements with a text between them, and another text before the last one. */
export const Joined = ({ items, by, last = by }: { items: readonly Child[]; by: string; last?: string }) => (
  <>{items.flatMap((item, i) => (i === 0 ? [item] : [i === items.length - 1 ? last : by, item]))}</>
);
