import { expect, test } from "vitest";
import { settingsOf } from "../../src/settings.ts";
import type { Source } from "../../src/sites/site.ts";
import { selectSources } from "../../src/web/sources.ts";

test("listings that mix sources come last, so that an article that two show is named after its own source", () => {
  const settings = settingsOf({ FOLLOW: "newstream, kcna-en, rodong-ko" });
  const sources = ["newstream", "rodong-ko", "kcna-en"].map((id) => settings.sources.find((one) => one.id === id));
  const selected = (text: string) => {
    const selection = selectSources({ ...settings, sources: sources as Source[] }, text);
    return "error" in selection ? selection.error : [selection.name, ...selection.sources.map(({ id }) => id)];
  };
  expect(selected("all")).toEqual(["all", "rodong-ko", "kcna-en", "newstream"]);
  expect(selected("kcna-en+newstream")).toEqual(["newstream+kcna-en", "kcna-en", "newstream"]);
});
