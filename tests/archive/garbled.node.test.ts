import { describe, expect, test } from "vitest";
import { garbledArticlePage, garbledListing, withoutGarbled } from "../../src/archive/garbled.ts";

const garble = (text: string) => new TextDecoder("windows-1252").decode(new TextEncoder().encode(text));
const article = (key: number, more = {}) =>
  ({ key: `${key}`, title: `${key} 방문하였다`, excerpt: "Plain", ...more }) as never;
const garbled = (key: number) => article(key, { title: garble(`${key} 방문하였다`) });
const list = (count: number, of = article, from = 0) => Array.from({ length: count }, (_, i) => of(from + i));

describe("a listing is garbled", () => {
  const kept = list(6);
  const reason = (shown: never[], before = kept) => garbledListing(shown, before)?.failure.reason;

  test("if half of the kept articles are or more, and two at least", () => {
    expect(reason([...list(3, garbled), ...list(3, article, 3)])).toBe("garbled");
    expect(reason([...list(2, garbled), ...list(4, article, 2)])).toBeUndefined();
    expect(reason(list(1, garbled), list(1))).toBeUndefined();
    expect(reason(list(2, garbled), list(2))).toBe("garbled");
    expect(reason(list(6))).toBeUndefined();
  });

  test("articles that no charset can change, or that are kept garbled, do not count", () => {
    const plain = (key: number) => article(key, { title: "Plain" });
    expect(reason([...list(2, garbled), ...list(4, plain, 2)], [...list(2), ...list(4, plain, 2)])).toBe("garbled");
    expect(reason(list(6, garbled), list(6, garbled))).toBeUndefined();
  });

  test("if half of the new ones look like it or more, and two at least; in the excerpt too", () => {
    expect(reason(list(2, garbled, 10), [])).toBe("garbled");
    expect(reason([...list(2, garbled, 10), ...list(3, article, 20)], [])).toBeUndefined();
    expect(reason(list(1, garbled, 10), [])).toBeUndefined();
    const inExcerpt = (key: number) => article(key, { excerpt: garble("회의가 진행되였다") });
    expect(reason(list(2, inExcerpt, 10), [])).toBe("garbled");
    expect(
      reason(
        list(2, inExcerpt),
        list(2, (key: number) => article(key, { excerpt: "회의가 진행되였다" })),
      ),
    ).toBe("garbled");
  });
});

test("a single garbled article has the kept texts, its neighbours what is shown", () => {
  const edited = article(1, { title: "다른 제목" });
  expect(withoutGarbled([garbled(0), edited, garbled(9)], list(2))).toEqual([article(0), edited, garbled(9)]);
});

test("an article page is garbled by its title or text, unless the kept article looks the same", () => {
  const page = (title: string, body?: string) => ({ article: { title, excerpt: "" }, body });
  const reason = (shown: ReturnType<typeof page>, kept: string) =>
    garbledArticlePage(shown as never, { title: kept, excerpt: "" })?.failure.reason;
  expect(reason(page(garble("방문하였다")), "방문하였다")).toBe("garbled");
  expect(reason(page(garble("방문하였다")), "Visit")).toBe("garbled");
  expect(reason(page("Visit", `<p>${garble("회의가 진행되였다")}</p>`), "Visit")).toBe("garbled");
  expect(reason(page("방문하였다", "<p>회의가 진행되였다</p>"), "방문하였다")).toBeUndefined();
  expect(reason(page("Visit"), "Visit")).toBeUndefined();
  expect(reason(page(garble("방문하였다")), garble("방문하였다"))).toBeUndefined();
});
