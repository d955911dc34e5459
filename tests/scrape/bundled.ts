import { isTag, isText } from "domhandler";
import type { FeedDocument } from "../../src/feeds/document.ts";
import { parseHtml } from "../../src/scrape/page.ts";

/** What `packages.node.test.ts` bundles, with the packages and with what stands in their place. */
export { render } from "../../src/feeds/index.ts";
export { sanitizeBody } from "../../src/scrape/sanitize.ts";

/** The texts and the attributes of the elements at the top of a page. */
export function texts(html: string): (string | Record<string, string>)[] {
  const page = parseHtml(html);
  if ("failure" in page) throw new Error("not parsed");
  return page.children
    .filter(isTag)
    .flatMap(({ attribs, children }) => [
      ...(Object.keys(attribs).length > 0 ? [attribs] : []),
      ...children.filter(isText).map(({ data }) => data),
    ]);
}

const AT = "2026-01-30T12:00:00Z";

export const DOCUMENT: FeedDocument = {
  id: "tag:a.example,2026:a",
  title: "A & B <",
  subtitle: "",
  updated: AT,
  self: "https://a.example/feeds/a.rss",
  page: "https://a.example/feeds/a",
  icon: "https://a.example/icon.png",
  ttl: 15,
  about: "https://b.example/",
  links: [],
  archive: false,
  entries: [
    {
      id: "tag:a.example,2026:b",
      url: "https://b.example/?a=1&b=2",
      title: "A & B <",
      content: "<p>&lt;</p>",
      published: AT,
      updated: AT,
      language: "en",
      source: { id: "a", name: "A", feed: "https://a.example/feeds/a.rss", page: "https://a.example/feeds/a" },
    },
  ],
};
