import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { readOptions } from "../../src/cli/command.ts";
import { demoScript, demoVariables, demoWorld } from "../replica/demo-script.ts";
import { startNode } from "../replica/node.ts";
import { startOutlets } from "../replica/outlets/servers.ts";
import { startReplica } from "../replica/replica.ts";
import { TOKEN } from "../replica/worker.ts";
import { startChromium } from "./chromium.ts";

readOptions(
  {},
  `npm run pictures

Takes README's pictures again, into .github/pictures: the pages as they look in the demo, with a source that cannot be read.
The machine needs fonts for Korean.`,
);

const FOLDER = join(import.meta.dirname, "../../.github/pictures");

const replica = await startReplica();
const outlets = await startOutlets(demoWorld(Date.now()));
const script = demoScript(replica, outlets.world, Date.now());
const bridge = await startNode({ ...demoVariables(replica, outlets), ADMIN_TOKEN: TOKEN, BODIES_PER_TICK: "20" });
const refresh = () =>
  fetch(`${bridge.origin}/refresh/all`, { method: "POST", headers: { authorization: `Bearer ${TOKEN}` } });
await refresh();
// Up to where the Korean source publishes more than a listing shows, which nobody wants to look at.
for (const { act } of script.slice(0, -3)) {
  await act(async () => undefined);
  await refresh();
}
replica.faults.set("/wp-admin/admin-ajax.php", "503");
await refresh();

const changes = (await (await fetch(`${bridge.origin}/feeds/kcna-en/changes.json`)).json()) as {
  items: { _bridge: { key: string } }[];
};
const PAGES: Record<string, string> = {
  home: "/",
  search: "/feeds/all?q=hothouses+|+floating+|+houses",
  article: `/articles/kcnawatch/${changes.items[0]?._bridge.key}`,
  health: "/health",
};
const LOOKS = {
  light: { viewport: { width: 1100, height: 820 }, colorScheme: "light" },
  dark: { viewport: { width: 1100, height: 820 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 820 }, colorScheme: "light" },
} as const;

mkdirSync(FOLDER, { recursive: true });
const browser = await startChromium();
for (const [look, options] of Object.entries(LOOKS)) {
  const page = await (await browser.newContext(options)).newPage();
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(bridge.origin + path);
    await page.screenshot({ path: join(FOLDER, `${name}-${look}.png`) });
  }
}
await browser.close();
await bridge.stop();
await Promise.all([replica.close(), outlets.close()]);
