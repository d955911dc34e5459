/** Every page of `tests/pages/` by name, for tests that run inside workerd. */
const files = import.meta.glob<string>("./pages/*.html", { query: "?raw", import: "default", eager: true });

export function page(name: string): string {
  const html = files[`./pages/${name}.html`];
  if (html === undefined) throw new Error(`there is no tests/pages/${name}.html`);
  return html;
}
