import { describe, expect, test } from "vitest";
import type { Change } from "../../src/archive/change.ts";
import { lastChangedAt, limitSize } from "../../src/archive/result-size.ts";
import type { Latest } from "../../src/archive/snapshot.ts";
import type { Article } from "../../src/article.ts";
import type { ResultPage } from "../../src/query/filter.ts";
import { HOUR, NOW } from "./fixtures.ts";

/** How large a response may be, and when it last changed. */

const at = (hours: number) => `${new Date(NOW + hours * HOUR).toISOString().slice(0, 19)}Z`;
const articleOf = (i: number, more: Partial<Article> = {}): Article =>
  ({ key: `${i}`, title: "", excerpt: "", published: at(-i), updated: at(-i), firstSeen: at(-i), ...more }) as Article;
const articlesOf = (count: number, more: Partial<Article> = {}) =>
  Array.from({ length: count }, (_, i) => articleOf(i, more));
const pageOf = (articles: Article[], more: Partial<ResultPage> = {}): ResultPage => ({
  ...{ articles, lastHiddenChange: "" },
  ...more,
});
/** How many of many articles a response holds. */
const held = (more: Partial<Article>, full = false, count = 9000) =>
  limitSize(pageOf(articlesOf(count, more)), full).articles.length;

describe("a response", () => {
  test("of 15 MB without texts, by what titles and excerpts come to at most", () => {
    expect(held({})).toBe(7864);
    const text = "x".repeat(1000);
    const some = [
      held({ title: text }),
      held({ excerpt: text }),
      held({ earlierTitles: ["x".repeat(400), "x".repeat(600)] }),
    ];
    expect(some).toEqual([1123, 1123, 1123]);
    // Texts that are not in it do not count.
    expect(held({ body: 1_000_000 }, false, 500)).toBe(500);
  });

  test("of 1 MB and a hundred texts, if it has texts", () => {
    expect(held({}, true)).toBe(524);
    expect(held({ body: 1 }, true)).toBe(100);
    expect(held({ body: 100_000 }, true)).toBe(6);
    expect(held({ body: 2_000_000 }, true)).toBe(1);
  });

  test("that is cut has a next link, and a date that moves with what is behind it; one article is always sent", () => {
    const articles = articlesOf(3, { body: 2_000_000 });
    articles[1] = articleOf(1, { body: 2_000_000, updated: at(9) });
    const cut = limitSize(pageOf(articles, { budgetExhausted: true, lastHiddenChange: at(2) }), true);
    expect(cut).toEqual({ articles: articles.slice(0, 1), next: articles[0], lastHiddenChange: at(9) });
    expect(limitSize(pageOf(articles, { lastHiddenChange: at(20) }), true).lastHiddenChange).toBe(at(20));
    const one = pageOf(articles.slice(0, 1));
    expect([limitSize(one, true), limitSize(pageOf([]), true)]).toEqual([one, pageOf([])]);
    const fits = pageOf(articlesOf(3), { budgetExhausted: true });
    expect(limitSize(fits, true)).toBe(fits);
  });

  test("of 2 MB of changes, a hundred texts, and two million characters that are compared", () => {
    const changed = (fields: Record<string, number>, more: Partial<Article> = {}) => {
      const articles = articlesOf(1500, more);
      const texts = Object.fromEntries(Object.entries(fields).map(([field, length]) => [field, "x".repeat(length)]));
      const edit = { data: { fields: Object.keys(fields), before: texts, after: texts } };
      const changes = new Map(articles.map((article) => [article.key, { article, edit } as unknown as Change]));
      return limitSize(pageOf(articles), false, changes).articles.length;
    };
    expect(changed({})).toBe(524);
    expect(changed({ title: 500 })).toBe(131);
    expect(changed({ excerpt: 500 })).toBe(131);
    expect(changed({ text: 1 }, { body: 1 })).toBe(100);
    // A text is shown up to a length, but counts whole.
    expect(changed({ text: 1 }, { body: 100_000 })).toBe(10);
    expect([changed({ title: 150_000 }), changed({ excerpt: 150_000 })]).toEqual([6, 6]);
    // A text that the edit left as it was does not count, nor does that of an article that is gone.
    expect(changed({ title: 500 }, { body: 100_000 })).toBe(131);
    const articles = articlesOf(1500, { body: 100_000 });
    const gone = new Map(articles.map((article) => [article.key, { article } as unknown as Change]));
    expect(limitSize(pageOf(articles), false, gone).articles).toHaveLength(524);
    expect(changed({ text: 1 })).toBe(70);
  });
});

describe("the date of a response", () => {
  const latestOf = (more: Partial<Latest>) =>
    ({ changedAt: at(-1), months: {}, articles: [], ...more }) as unknown as Latest;
  const dateOf = (
    page: Partial<ResultPage>,
    more: { untilAge?: number; kept?: Latest[]; view?: never; archived?: string[] } = {},
  ) => {
    const { untilAge, kept = [], view = "newest", archived = [] } = more;
    return lastChangedAt(pageOf([], page), { view, query: { untilAge } as never, kept, archived });
  };

  test("is that of the newest change, of what is shown or has left; of a feed that never had an article, the bridge's year", () => {
    expect(dateOf({})).toBe("2026-01-01T00:00:00Z");
    expect(dateOf({ articles: articlesOf(3) })).toBe(at(0));
    expect(dateOf({ articles: [articleOf(3), articleOf(9, { updated: at(4) })] })).toBe(at(4));
    expect(dateOf({ articles: [articleOf(3, { enrichedAt: at(5) })], lastHiddenChange: at(1) })).toBe(at(5));
    expect(dateOf({ articles: articlesOf(3), lastHiddenChange: at(1) })).toBe(at(1));
  });

  test("is when the newest article became old enough, if the query asks for an age", () => {
    expect(dateOf({ articles: articlesOf(3) }, { untilAge: 6 * HOUR })).toBe(at(6));
  });

  test("moves with its sources where the budget was used up, and else not", () => {
    const kept = [latestOf({ changedAt: at(7) }), latestOf({ changedAt: at(8) })];
    expect(dateOf({ articles: articlesOf(1) }, { kept })).toBe(at(0));
    expect(dateOf({ articles: articlesOf(1), budgetExhausted: true }, { kept })).toBe(at(8));
  });

  test("moves when a month to which it links is finished, or came late", () => {
    const archived = ["2026-01", "2026-03", "2026-05"];
    const month = (month: string) => ({ view: { month } as never, archived });
    expect(dateOf({}, { archived })).toBe("2026-06-03T15:00:00Z");
    expect(dateOf({}, month("2026-03"))).toBe("2026-06-03T15:00:00Z");
    expect(dateOf({}, { ...month("2026-03"), archived: ["2026-01", "2026-03"] })).toBe("2026-04-03T15:00:00Z");
    expect(dateOf({}, { ...month("2026-04"), archived: ["2026-01"] })).toBe("2026-02-03T15:00:00Z");
    const kept = [latestOf({ late: { "2026-01": at(1), "2026-05": at(99), "2026-02": at(200) } })];
    expect(dateOf({}, { ...month("2026-03"), kept })).toBe(at(99));
    expect(dateOf({}, { ...month("2026-03"), archived: ["2026-01", "2026-03"], kept })).toBe(at(1));
  });
});
