/** Every page of `tests/pages/` by name, for tests that run in workerd, which has no files, and on Node. */
const files: Record<string, string> =
  navigator.userAgent === "Cloudflare-Workers"
    ? import.meta.glob<string>("./pages/*.html", { query: "?raw", import: "default", eager: true })
    : await filesOnNode();

async function filesOnNode(): Promise<Record<string, string>> {
  const { readdirSync, readFileSync } = await import("node:fs");
  const folder = `${import.meta.dirname}/pages`;
  const names = readdirSync(folder).filter((name) => name.endsWith(".html"));
  return Object.fromEntries(names.map((name) => [`./pages/${name}`, readFileSync(`${folder}/${name}`, "utf8")]));
}

export function page(name: string): string {
  const html = files[`./pages/${name}.html`];
  if (html === undefined) throw new Error(`there is no tests/pages/${name}.html`);
  return html;
}
