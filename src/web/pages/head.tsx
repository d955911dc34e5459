import type { Base } from "../links.ts";

interface HeadProps {
  base: Base;
  title: string;
  /** Of the bridge. */
  name: string;
  path: string | undefined;
  noindex: boolean | undefined;
}

/** What a page says of itself to browsers, search engines and those who share its address. None of it has the key. */
export function Head({ base: { url, key }, title, name, path, noindex = false }: HeadProps) {
  return (
    <>
      {noindex && <meta name="robots" content="noindex" />}
      <link rel="icon" type="image/svg+xml" href={`${url}/icon.svg`} />
      <link rel="apple-touch-icon" href={`${url}/icon.png`} />
      {/* A browser fetches these two without the key that came in the address. */}
      {!key && (
        <>
          <link rel="manifest" href={`${url}/manifest.webmanifest`} crossorigin="use-credentials" />
          <link
            rel="search"
            type="application/opensearchdescription+xml"
            title="Feed bridge"
            href={`${url}/opensearch.xml`}
          />
        </>
      )}
      {path !== undefined && (
        <>
          <link rel="canonical" href={url + path} />
          <meta property="og:title" content={title} />
          <meta property="og:type" content="website" />
          <meta property="og:site_name" content={name} />
          <meta property="og:url" content={url + path} />
        </>
      )}
    </>
  );
}
