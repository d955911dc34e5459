import { expect, test } from "vitest";
import { isUploadedBefore, logoDetector } from "../../src/scrape/pictures.ts";

const isLogo = logoDetector(["KCNA Watch", "Rodong Sinmun"]);

test.each([
  ..."logo.png logos.png site-logo-2.png icon.png icons.svg favicon.ico default.jpg placeholder.gif avatar-1.png".split(
    " ",
  ),
  ..."spacer.gif blank.gif pixel.gif noimage.png kcna.png kcna-english.png kcna_watch_kr.png Rodong-Sinmun.JPG".split(
    " ",
  ),
  ..."rodong-sinmun-150x150.jpg the-rodong-of-12.png watch-fr-300x20.jpg kcnalogotype.png kcna.en.png new.gif hot2.png".split(
    " ",
  ),
])("%s is a logo", (file) => {
  expect([isLogo(file), isLogo(`/wp-content/uploads/2016/03/${file}`)]).toEqual([true, true]);
});

test.each([
  ..."photo.jpg kcna-photo.jpg kcna-20260130.jpg kcna123.jpg 1234.jpg 12.jpg iconic.jpg defaults.jpg silicon.jpg kcna-20x150-en.jpg".split(
    " ",
  ),
  ..."watchers.jpg new-bridge.jpg renew.jpg kcna-visit-150x150.jpg kcna-150x1500-a.jpg visit.of.jpg/".split(" "),
])("%s is none", (file) => expect(isLogo(`/kcna/${file}`)).toBe(false));

test("a picture whose folder is of a month a year or more before the article's is used again and again", () => {
  const at = (path: string) => isUploadedBefore(path, "2026-01-30");
  expect([at("/2025/01/a.jpg"), at("/2024/12/a.jpg"), at("/2015/11/a.jpg")]).toEqual([true, true, true]);
  expect([at("/2025/02/a.jpg"), at("/2026/01/a.jpg"), at("/2026/12/a.jpg")]).toEqual([false, false, false]);
  expect([at("/a.jpg"), at("/2015/a.jpg"), at("/2015/11/b/a.jpg"), at("/12015/11x/a.jpg")]).toEqual(
    Array(4).fill(false),
  );
  expect(at("/2015/11/wp/2026/01/a.jpg")).toBe(false);
});
