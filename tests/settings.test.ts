import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { originVariable } from "../src/environment.ts";
import { settingsOf } from "../src/settings.ts";
import { BUILT_IN, SITES } from "../src/sites/index.ts";
import { VARIABLES } from "../src/variables.ts";

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(console, "error").mockImplementation((line) => void lines.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
});

test("all variables that are wrong are named at once", () => {
  expect(() => settingsOf({ HUB: "maybe", BODIES_PER_TICK: "99", ADMIN_TOKEN: "short" })).toThrow(
    /BODIES_PER_TICK: .*; HUB: .*; ADMIN_TOKEN: /,
  );
});

test("without any variable there are the defaults; an empty variable is one that is not set", () => {
  const empty = Object.fromEntries([...Object.keys(VARIABLES), "KCNAWATCH_ORIGIN"].map((name) => [name, ""]));
  for (const env of [{}, empty]) {
    const settings = settingsOf(env);
    expect(settings).toMatchObject({ bodiesPerTick: 3, userAgent: "kcna-feed-bridge/1 (feed reader bridge)" });
    expect(settings.defaultSource.id).toBe(VARIABLES.DEFAULT_SOURCE.default);
    expect(settings.origins.get("https://kcnawatch.org")).toBe("https://kcnawatch.org");
    const { publicUrl, adminToken, accessKey, metricsToken } = settings;
    expect([publicUrl, adminToken, accessKey, metricsToken]).toEqual([undefined, undefined, undefined, undefined]);
  }
  expect(lines).toEqual([]);
});

test("each variable does what it says", () => {
  const settings = settingsOf({
    KCNAWATCH_ORIGIN: "http://127.0.0.1:9",
    DEFAULT_SOURCE: "mine",
    PUBLIC_URL: "https://feeds.example.org/bridge//",
    USER_AGENT: "a bridge (mail@example.org)",
    // An array in wrangler.toml arrives as one.
    SOURCES: [{ id: "mine", name: " Mine ", language: "ko", article: 7 }],
    BODIES_PER_TICK: 0,
    ADMIN_TOKEN: "sixteen letters!",
    ACCESS_KEY: "sixteen letters?",
  });
  expect(settings.origins.get("https://kcnawatch.org")).toBe("http://127.0.0.1:9");
  expect(settings.defaultSource).toMatchObject({ id: "mine", name: "Mine", location: { article: 7 } });
  expect(settings.sources.at(-1)?.id).toBe("mine");
  expect(settings).toMatchObject({
    publicUrl: "https://feeds.example.org/bridge",
    userAgent: "a bridge (mail@example.org)",
    bodiesPerTick: 0,
    adminToken: "sixteen letters!",
    accessKey: "sixteen letters?",
  });
});

test.each([
  [{ BODIES_PER_TICK: "21" }, 'BODIES_PER_TICK: "21" is not a whole number from 0 to 20'],
  [{ BODIES_PER_TICK: "1e1" }, 'BODIES_PER_TICK: "1e1" is not a whole number from 0 to 20'],
  [{ BODIES_PER_TICK: 2.5 }, 'BODIES_PER_TICK: "2.5" is not a whole number from 0 to 20'],
  [{ PUBLIC_URL: "feeds.example.org" }, 'PUBLIC_URL: "feeds.example.org" is not an address such as'],
  [{ PUBLIC_URL: "https://feeds.example.org/?a" }, "PUBLIC_URL: "],
  [{ PUBLIC_URL: {} }, "PUBLIC_URL: must be a text"],
  [{ KCNAWATCH_ORIGIN: "https://kcnawatch.org/a" }, "must be an origin, without a path"],
  [{ USER_AGENT: "x".repeat(257) }, `USER_AGENT: "${"x".repeat(60)}" must be 1 to 256 printable ASCII characters`],
  [{ HUB: "OFF" }, 'HUB: "OFF" must be "on" or "off"'],
  [{ PRIVATE_RECEIVERS: "192.168.1.5:99999" }, 'PRIVATE_RECEIVERS: "192.168.1.5:99999" is no host with a port'],
  [{ PRIVATE_SUBSCRIBERS: "10.0.0.1:80, 999.0.0.1:80" }, 'PRIVATE_SUBSCRIBERS: "999.0.0.1:80" is no host with a port'],
  [{ DEFAULT_SOURCE: "nobody" }, 'DEFAULT_SOURCE: there is no source "nobody"; the sources are kcna-en, '],
  [{ SOURCES: 7 }, "SOURCES: must be a JSON array"],
])("%j is an error that says: %s", (env, message) => {
  expect(() => settingsOf(env)).toThrow(message);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { event: "settings", error: expect.stringContaining(message) },
  ]);
});

test("a secret has no white space at its ends, since no header carries that: one pasted with its line break opens nothing", () => {
  for (const name of ["ACCESS_KEY", "ADMIN_TOKEN", "METRICS_TOKEN"]) {
    for (const value of ["a-token-for-the-tests\n", " a-token-for-the-tests", " ".repeat(17)])
      expect(() => settingsOf({ [name]: value })).toThrow(`${name}: must have no white space at its beginning or end`);
    expect(() => settingsOf({ [name]: "a token for\tthe tests" })).not.toThrow();
  }
});

test("a token that only a header carries is ASCII, since no client could send another", () => {
  for (const name of ["ADMIN_TOKEN", "METRICS_TOKEN"])
    expect(() => settingsOf({ [name]: "пароль-для-проверки" })).toThrow(`${name}: must have ASCII characters only`);
  expect(() => settingsOf({ ACCESS_KEY: "пароль-для-проверки" })).not.toThrow();
});

test.each([
  "https://user:hidden-word@feeds.example.org",
  "https://:hidden-word@feeds.example.org",
  "user:hidden-word@feeds.example.org",
  "https://user:hidden-word/@1@feeds.example.org",
])("an address with a password (%s) is an error without it", (value) => {
  for (const name of ["PUBLIC_URL", "KCNAWATCH_ORIGIN"])
    expect(() => settingsOf({ [name]: value })).toThrow(/…@feeds\.example\.org" is not an address such as/);
  expect(lines.join()).toContain("is not an address");
  expect(lines.join()).not.toContain("hidden-word");
});

test("a secret has at least 16 characters, and its error does not contain it", () => {
  for (const name of ["ADMIN_TOKEN", "ACCESS_KEY"]) {
    expect(() => settingsOf({ [name]: "fifteen-letters" })).toThrow(`${name}: must have at least 16 characters`);
    expect(() => settingsOf({ [name]: 123_456_789 })).toThrow(`${name}: must have at least 16 characters`);
    expect(() => settingsOf({ [name]: "sixteen-letters!" })).not.toThrow();
  }
  expect(lines.join()).not.toMatch(/fifteen-letters|123456789/);
});

test.each([
  ["ACESS_KEY", "ACCESS_KEY"],
  ["ACCESSKEY", "ACCESS_KEY"],
  ["access_key", "ACCESS_KEY"],
  ["ACCESS-KEY", "ACCESS_KEY"],
  ["ACCESS_KEYS", "ACCESS_KEY"],
  ["ACCSES_KEY", "ACCESS_KEY"],
  ["ADMIN_TOKN", "ADMIN_TOKEN"],
  ["ADMINTOKEN", "ADMIN_TOKEN"],
  ["SOURCE", "SOURCES"],
  ["SITE", "SITES"],
  ["DEFAULT_SOURCES", "DEFAULT_SOURCE"],
  ["USERAGENT", "USER_AGENT"],
  ["PUBLIC_URI", "PUBLIC_URL"],
  ["BODIES_PER_TICKS", "BODIES_PER_TICK"],
  ["KCNAWACH_ORIGIN", "KCNAWATCH_ORIGIN"],
  ["KCNA_WATCH_ORIGIN", "KCNAWATCH_ORIGIN"],
])("%s is an error that asks for %s, never ignored", (name, meant) => {
  expect(() => settingsOf({ [name]: "https://example.org" })).toThrow(
    `${name}: there is no such variable; did you mean ${meant}?`,
  );
  // Set to nothing it does nothing, and a binding is an object.
  expect(() => settingsOf({ [name]: "" })).not.toThrow();
  expect(() => settingsOf({ [name]: { get() {} } })).not.toThrow();
});

test("a misspelt array of wrangler.toml is an error as well, and the name of a secret's misspelling stays short", () => {
  expect(() => settingsOf({ SOURCS: [] })).toThrow("did you mean SOURCES?");
  expect(lines.join().length).toBeLessThan(200);
});

test("what else stands in an environment is none of the bridge's business", () => {
  const names =
    "PATH HOME HOSTNAME PWD SHELL USER LANG LC_ALL TERM TZ DATE LOGNAME EDITOR NODE_ENV NODE_OPTIONS NODE_PATH CI " +
    "CF_PAGES CF_ACCOUNT_ID CLOUDFLARE_API_TOKEN WRANGLER_LOG AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY ACCESS_TOKEN " +
    "GITHUB_TOKEN API_KEY SECRET_KEY ACCESS_KEY_ID BASE_URL PUBLIC_PATH DATABASE_URL CORS_ORIGIN VOX_ORIGIN ORIGIN " +
    "ALLOWED_ORIGIN npm_config_user_agent npm_lifecycle_event SOURCE_DATE_EPOCH RESOURCES AGENT DEFAULT_REGION " +
    "INVOCATION_ID JOURNAL_STREAM KUBERNETES_SERVICE_HOST VERSION_METADATA XDG_SESSION_ID SSH_AUTH_SOCK _ OLDPWD SHLVL";
  const env = Object.fromEntries(names.split(" ").map((name) => [name, "something"]));
  expect(() => settingsOf(env)).not.toThrow();
});

test("the names themselves are not close to each other: setting one never asks for another", () => {
  const known = [...Object.keys(VARIABLES), ...Object.keys(SITES).map(originVariable)];
  for (const name of known) {
    if (VARIABLES[name as "SOURCES"] || name.endsWith("_ORIGIN")) {
      try {
        settingsOf({ [name]: "https://example.org" });
      } catch (error) {
        expect(String(error)).not.toContain("no such variable");
      }
    }
  }
});

test("FOLLOW says which built-in sources are read; by default those of KCNA Watch, and KCNA and Rodong Sinmun themselves", () => {
  const ids = (env: Record<string, unknown>) => settingsOf(env).sources.map(({ id }) => id);
  const standard = ["kcna-en", "newstream", "rodong-ko", "kcna-ko", "kp-kcna-en", "kp-kcna-ko", "kp-rodong-ko"];
  expect(ids({})).toEqual(standard);
  expect(ids({ FOLLOW: " kcna-en,kp-vok-es  kp-kcna-ru+kp-mfa-ko\n" })).toEqual([
    "kcna-en",
    "kp-kcna-ru",
    "kp-vok-es",
    "kp-mfa-ko",
  ]);
  expect(new Set(ids({ FOLLOW: "all" }))).toEqual(new Set(BUILT_IN.map(({ id }) => id)));
  expect(settingsOf({}).unfollowed.map(({ id }) => id)).toContain("kp-vok-en");
  expect(settingsOf({ FOLLOW: "all" }).unfollowed).toEqual([]);
});

test("where the usual default source is not followed, the first source is the default", () => {
  expect(settingsOf({ FOLLOW: "kp-vok-en, kp-kcna-en" }).defaultSource.id).toBe("kp-kcna-en");
});

test("what SOURCES and SITES define is always read, also under an id that FOLLOW does not name", () => {
  const own = { id: "mine", name: "Mine", language: "en", article: 7 };
  const world = { id: "kcna-world", name: "KCNA, world", language: "en", site: "kcna", category: "world" };
  const replaced = { id: "kp-vok-en", name: "Voice", language: "en", article: 163 };
  const { sources } = settingsOf({ FOLLOW: "kcna-en", SOURCES: JSON.stringify([own, world, replaced]) });
  expect(sources.map(({ id }) => id)).toEqual(["kcna-en", "kp-vok-en", "mine", "kcna-world"]);
  expect(sources.find(({ id }) => id === "kcna-world")).toMatchObject({
    location: { category: "ecc14533d88be93068af4178946b1b05" },
    outlet: "kcna",
  });
  expect(sources.find(({ id }) => id === "mine")).not.toHaveProperty("outlet");
});

test.each([
  [{ FOLLOW: "kcna-en, kcna-fr" }, 'FOLLOW: there is no source "kcna-fr"; there are kcna-en, '],
  [{ FOLLOW: "all, -newstream" }, 'FOLLOW: there is no source "-newstream"; there are kcna-en, '],
  [{ FOLLOW: "," }, "FOLLOW: must name a source, or be all"],
  [
    { FOLLOW: "kp-kcna-en", DEFAULT_SOURCE: "kcna-en" },
    'DEFAULT_SOURCE: FOLLOW does not name "kcna-en"; the sources are kp-kcna-en',
  ],
  [{ SOURCES: [{ id: "a", name: "A", language: "de", site: "kcna" }] }, "SOURCES[0]: language must be one of en, ko"],
  [{ SOURCES: [{ id: "a", name: "A", language: "en", site: "kcna", category: "x" }] }, "SOURCES[0]: category must be"],
])("%j is an error that says: %s (FOLLOW)", (env, message) => {
  expect(() => settingsOf(env)).toThrow(message);
});

test("a webhook's secret is whsec_ and 24 to 64 bytes in base64, as Standard Webhooks say", () => {
  const isTaken = (secret: string) => {
    const WEBHOOKS = JSON.stringify([{ url: "https://hook.example/", feed: "kcna-en", secret }]);
    try {
      return settingsOf({ PUBLIC_URL: "https://bridge.example", WEBHOOKS }).webhooks.length === 1;
    } catch (error) {
      expect(String(error)).toContain('WEBHOOKS[0].secret: must be "whsec_" and 24 to 64 bytes in base64');
      return false;
    }
  };
  const of = (bytes: number) => `whsec_${btoa("x".repeat(bytes))}`;
  expect([23, 24, 25, 26, 64, 65].map((bytes) => isTaken(of(bytes)))).toEqual([false, true, true, true, true, false]);
  for (const wrong of [
    `x${of(24)}`,
    `${of(24)} `,
    of(24).slice(6),
    `whsec_${"a".repeat(33)}`,
    `whsec_-${of(24).slice(7)}`,
  ])
    expect([wrong, isTaken(wrong)]).toEqual([wrong, false]);
});
