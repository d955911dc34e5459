import { expect, test } from "vitest";
import { settingsOf } from "../../src/settings.ts";
import { parseBuilderForm } from "../../src/web/builder.ts";

test("the form makes a feed of the format that was chosen, and RSS where that is none", () => {
  const formatOf = (query: string) => parseBuilderForm(new URLSearchParams(query), settingsOf({})).format;
  const asked = ["format=rss", "format=atom", "format=json", "format=pdf", ""];
  expect(asked.map(formatOf)).toEqual(["rss", "atom", "json", "rss", "rss"]);
});
