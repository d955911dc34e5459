import type { Format } from "./document.ts";
import { element } from "./xml.ts";

interface Outline {
  title: string;
  feed: string;
  page: string;
  language: string;
  format: Format;
}

/** Renders a subscription list in OPML 2.0 (http://opml.org/spec2.opml). */
export function renderOpml(title: string, outlines: readonly Outline[]): string {
  const lines = outlines.map(({ title, feed, page, language, format }) =>
    element("outline", {
      // The specification defines only type="rss". Readers detect the format from the document.
      type: "rss",
      version: format === "rss" ? "RSS2" : undefined,
      text: title,
      title,
      xmlUrl: feed,
      htmlUrl: page,
      language,
    }),
  );
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<opml version="2.0">',
    "<head>",
    element("title", {}, title),
    "</head>",
    "<body>",
    ...lines,
    "</body>",
    "</opml>",
    "",
  ].join("\n");
}
