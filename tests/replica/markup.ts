/** The website's markup, as far as it is known (`kcnawatch/FACTS.md` of the project's founders). */

export interface Shown {
  key: string;
  slug: string;
  title: string;
  excerpt: string;
  /** `January 30, 2026` */
  printed: string;
  /** Paragraphs of the article page; the excerpt where there are none. */
  body?: string[];
  /** Where the original is; `undefined` where the page names none, an address made up where nothing is said. */
  original?: string | undefined;
}

const text = (plain: string) => plain.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

const LOGO = "https://assets.korearisk.com/uploads/sites/5/2015/11/kcna-english.png";

function card({ key, slug, title, excerpt, printed }: Shown): string {
  const href = `https://kcnawatch.org/newstream/${key}/${slug}/`;
  return `  <article class="clearfix">
    <div class="article-thumb"><a href="${href}"><img class="img-fluid" src="${LOGO}" alt="${text(title)}"></a></div>
    <div class="article-desc">
      <h4><a href="${href}">${text(title)}</a></h4>
      <p class="d-none d-sm-none d-md-block">${text(excerpt)}</p>
      <p class="articled-date"> <span>${printed}</span></p>
      <p class="d-block d-md-none">${text(excerpt)}</p>
    </div>
  </article>
`;
}

function page(title: string, main: string): string {
  return `<!DOCTYPE html>
<html lang="en-US">
<head>
<meta charset="UTF-8">
<title>${text(title)} | KCNA Watch</title>
</head>
<body>
<header><span class="d-none d-md-block">January 30, 2026</span><span class="d-md-none">Jan 30, 2026</span>
<nav><ul><li><a href="https://kcnawatch.org/newstream/">Newstream</a></li></ul></nav></header>
<main>
${main}
</main>
<footer><p>Upgrade to NK PRO today</p><a href="https://kcnawatch.org/">KCNA Watch</a></footer>
</body>
</html>
`;
}

export const fragment = (articles: readonly Shown[]): string => articles.map(card).join("");

export function listingPage(name: string, articles: readonly Shown[]): string {
  return page(
    name,
    `<h2>${text(name)}</h2>
<div id="latest_article_wrapper">
${fragment(articles)}</div>
<a class="more-full-link" id="more_results" href="#">More Articles</a>`,
  );
}

export function articlePage(name: string, article: Shown, more: readonly Shown[]): string {
  const [month = "", day = "", year = ""] = article.printed.replace(",", "").split(" ");
  const number = String(new Date(`${month} 1, 2000`).getMonth() + 1).padStart(2, "0");
  const original = "original" in article ? article.original : `http://www.kcna.kp/en/article/q/${article.key}.kcmsf`;
  const link = original ? ` | <a href="${text(original)}">Read original version at source</a>` : "";
  const paragraphs = (article.body ?? [article.excerpt]).map((paragraph) => `<p>${text(paragraph)}</p>`);
  return page(
    "Newstream",
    `<p><img src="${LOGO}" alt="KCNA"> ${text(name)}</p>
<h2>${text(article.title)}</h2>
<p>Date: ${day}/${number}/${year} | Source: ${text(name)}${link}</p>
<div class="article-content">
${paragraphs.join("\n").replace(/<\/p>$/, " -0-</p>")}
</div>
<h3>More From ${text(name)}</h3>
<div id="latest_article_wrapper">
${fragment(more)}</div>`,
  );
}
