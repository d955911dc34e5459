import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import type * as Bundled from "./bundled.ts";

/** What `[alias]` in wrangler.toml puts in the place of packages, in the built Worker alone. */
const ROOT = join(import.meta.dirname, "../..");
const TABLE = /^\[alias\]\n((?:.+\n)+)/m.exec(readFileSync(join(ROOT, "wrangler.toml"), "utf8"))?.[1] ?? "";
const ALIAS = Object.fromEntries(
  [...TABLE.matchAll(/^"?([^" ]+)"? = "(.+)"$/gm)].map(([, name = "", file = ""]) => [name, file]),
);

/** Bundles what uses these packages, as Wrangler does. */
async function load(alias: Record<string, string>) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join(import.meta.dirname, "bundled.ts")],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    mainFields: ["module", "main"],
    alias,
  });
  const [{ text = "" } = {}] = outputFiles;
  const module: typeof Bundled = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  return { ...module, inputs: Object.keys(metafile.inputs) };
}

describe("what stands in the place of packages", () => {
  let own: Awaited<ReturnType<typeof load>>;
  let theirs: Awaited<ReturnType<typeof load>>;
  beforeAll(async () => {
    [own, theirs] = await Promise.all([load(ALIAS), load({})]);
  });

  test("stands there", () => {
    const files = Object.values(ALIAS).map((file) => file.slice(2));
    expect(files.length).toBeGreaterThan(3);
    expect(own.inputs).toEqual(expect.arrayContaining(files));
    expect(theirs.inputs.filter((file) => files.includes(file))).toEqual([]);
  });

  test.each([
    [
      "entities with and without a semicolon",
      "<p>&lt;a&gt; &nbsp;&copy;&copy &#8217;&#x41; &AMP &notit; &ngE; &unknown;</p>",
    ],
    ["entities in attributes", '<a href="/x?a=1&copy=2&amp;b=&quot;&#39;&lt">x</a>'],
    [
      "styles and scripts",
      '<p style="color:red" onclick="x()">a<script>b</script><img src="javascript:c" alt="d"></p>',
    ],
  ])("reads the same: %s", (_, html) => {
    expect(own.texts(html)).toEqual(theirs.texts(html));
    expect(own.sanitizeBody(html, "https://a.example/", () => true)).toEqual(
      theirs.sanitizeBody(html, "https://a.example/", () => true),
    );
  });

  test("decodes HTML's entities", () => expect(own.texts("<p>&copy; &ngE; &lt;</p>")).toEqual(["© ≧̸ <"]));

  test("cleans what an article contains", () =>
    expect(own.sanitizeBody("<p style='a'>b<script>c</script></p>", "https://a.example/", () => true)?.html).toBe(
      "<p>b</p>",
    ));

  test.each(["rss", "atom"] as const)("writes the same: %s", (format) => {
    const written = own.render(own.DOCUMENT, format);
    expect(written).toBe(theirs.render(theirs.DOCUMENT, format));
    expect(written).toContain("A &#x26; B &#x3C;");
  });
});
