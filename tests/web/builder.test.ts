import { expect, test } from "vitest";
import { settingsOf } from "../../src/settings.ts";
import { parseBuilderForm } from "../../src/web/builder.ts";

test("the form makes a feed of the format that was chosen, and RSS where that is none", () => {
  const formatOf = (query: string) => parseBuilderForm(new URLSearchParams(query), settingsOf({})).format;
  const asked = ["format=rss", "format=atom", "format=json", "format=pdf", ""];
  expect(asked.map(formatOf)).toEqual(["rss", "atom", "json", "rss", "rss"]);
});

test("the form makes a feed of the sources that there are, and of the default one if none of them is there", () => {
  const sourcesOf = (query: string) => parseBuilderForm(new URLSearchParams(query), settingsOf({})).sources;
  const asked = ["source=nobody&source=rodong-ko", "source=nobody", ""];
  expect(asked.map(sourcesOf)).toEqual([["rodong-ko"], ["kcna-en"], ["kcna-en"]]);
});
