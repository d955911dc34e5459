import type { Child } from "hono/jsx";
import type { Format } from "../../feeds/document.ts";
import { MEDIA_TYPES } from "../../feeds/document.ts";
import type { Site } from "../../sites/site.ts";
import { type Base, feedUrl, ownUrl } from "../links.ts";
import { siteNames } from "../site-names.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/** Feeds that readers find through a page (autodiscovery). */
export interface Alternate {
  title: string;
  format: Format;
  href: string;
}

interface LayoutProps {
  base: Base;
  /** The websites of the bridge; none if its settings are wrong. */
  sites: readonly Site[];
  title: string;
  alternates?: readonly Alternate[];
  /** Address of the description of the interface (OpenAPI). */
  service?: string;
  /** Whether the page has something for the script to do. */
  scripted?: boolean;
  /** Whether search engines are asked to leave the page out. */
  noindex?: boolean;
  children?: Child;
}

export const FORMAT_NAMES: Record<Format, string> = { rss: "RSS", atom: "Atom", json: "JSON Feed" };

/** `Feed bridge for KCNA Watch` */
export const bridgeName = (sites: readonly Site[]): string =>
  sites.length > 0 ? `Feed bridge for ${siteNames(sites)}` : "Feed bridge";

export function Layout({ base, sites, title, alternates = [], service, scripted = false, ...rest }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        {rest.noindex ? <meta name="robots" content="noindex" /> : ""}
        <link rel="icon" href="data:," />
        {service ? <link rel="service-desc" type="application/json" href={service} /> : ""}
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
            {bridgeName(sites)}
          </a>
          <nav aria-label="Pages">
            <a href={ownUrl(base, "/#builder")}>Build a feed</a> &nbsp;{" "}
            <a href={feedUrl(base, "all", "changes", undefined, "")}>Changes</a> &nbsp;{" "}
            <a href={ownUrl(base, "/health")}>Health</a> &nbsp; <a href={ownUrl(base, "/feeds.opml")}>OPML</a>
          </nav>
        </header>
        <main id="main">{rest.children}</main>
        <footer>
          <p>
            {sites.length > 0 ? (
              <>
                Articles come from <SiteLinks sites={sites} />.{" "}
              </>
            ) : (
              ""
            )}
            This bridge only makes feeds of them and has no part in what they say.
          </p>
        </footer>
        {scripted ? <script dangerouslySetInnerHTML={{ __html: SCRIPT }} /> : ""}
      </body>
    </html>
  );
}

/** `KCNA Watch, KCNA`, each a link. */
export const SiteLinks = ({ sites }: { sites: readonly Site[] }) => (
  <>
    {sites.map(({ name, origin }, i) => (
      <>
        {i > 0 ? ", " : ""}
        <a href={`${origin}/`}>{name}</a>
      </>
    ))}
  </>
);
