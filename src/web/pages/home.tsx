import type { Settings } from "../../settings.ts";
import { feedUrl } from "../links.ts";

/** The way in: every source with its feeds. */
export function Home({ settings, base }: { settings: Settings; base: string }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Feed bridge for KCNA Watch</title>
      </head>
      <body>
        <h1>Feed bridge for KCNA Watch</h1>
        <ul>
          {settings.sources.map(({ id, name }) => (
            <li>
              {name}: <a href={feedUrl(base, id, "newest", "rss", "")}>RSS</a>{" "}
              <a href={feedUrl(base, id, "newest", "atom", "")}>Atom</a>{" "}
              <a href={feedUrl(base, id, "newest", "json", "")}>JSON Feed</a>
            </li>
          ))}
        </ul>
      </body>
    </html>
  );
}
