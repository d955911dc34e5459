import { failure } from "../../src/scrape/page.ts";
import type { Site } from "../../src/sites/site.ts";

/** An invented newspaper of São Paulo, as somebody would add it in code: the whole file. */

const hasClass = (wanted: string) => (element: { attribs: Record<string, string> }) => element.attribs.class === wanted;

export const gazeta: Site = {
  id: "gazeta",
  name: "Gazeta de Teste",
  origin: "https://gazeta.example",
  aliases: ["www.gazeta.example"],
  idPrefix: "tag:gazeta.example,2026:",
  timeZone: "America/Sao_Paulo",
  // `/ler.php?secao=mundo&id=4711`: the key is in the query.
  articlePath: /\/ler\.php\?(?:[^#]*&)?id=(\d+)/,
  datesWithoutYear: true,
  sources: [{ id: "gazeta", name: "Gazeta de Teste", language: "pt" }],

  listingPath: (_, page) => (page === 0 ? "/lista.php" : `/lista.php?pagina=${page + 1}`),

  parseArticle({ outline, dayIn }) {
    const { elements, textOf } = outline;
    const content = elements.find(hasClass("texto"))?.children;
    const title = elements.find(({ name }) => name === "h1");
    const date = elements.find(hasClass("data"));
    if (!content || !title) return failure("layout-changed", "the page has no title or no text");
    return { title: textOf(title), day: date && dayIn(textOf(date)), content };
  },
};
