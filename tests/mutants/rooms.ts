interface Room {
  mutate: string[];
  except?: string[];
  /** Tests that run on Node; the fewer and faster, the better. */
  tests: string[];
}

/** Which tests are to notice a change of which files. */
export const ROOMS: Record<string, Room> = {
  archive: {
    mutate: ["src/archive/*.ts"],
    except: ["src/archive/{client,object,schema,service}.ts"],
    tests: ["tests/archive/*.test.ts", "tests/refresh/*.node.test.ts", "tests/web/*.node.test.ts"],
  },
  query: { mutate: ["src/query/*.ts"], tests: ["tests/query/*.test.ts"] },
  feeds: { mutate: ["src/feeds/*.ts"], tests: ["tests/feeds/*.test.ts"] },
  scrape: { mutate: ["src/scrape/*.ts"], tests: ["tests/scrape/*.test.ts", "tests/sites/*.test.ts"] },
  refresh: { mutate: ["src/refresh/*.ts"], tests: ["tests/refresh/*.test.ts", "tests/web/ingest.test.ts"] },
  notify: { mutate: ["src/notify/*.ts"], tests: ["tests/notify/*.test.ts"] },
  sites: { mutate: ["src/sites/*.ts"], tests: ["tests/sites/*.test.ts", "tests/scrape/*.test.ts"] },
  platform: {
    mutate: ["src/platform/*.ts"],
    // The server's tests do not run beside those that say to which addresses `fetch` may connect.
    tests: [
      "tests/platform/!(node-server).node.test.ts",
      "tests/notify/{retry,send}.node.test.ts",
      "tests/refresh/fetch.test.ts",
    ],
  },
  web: {
    mutate: ["src/web/**/*.ts"],
    // Tests of their own, which take too long for each mutant (tests/web/openapi.node.test.ts).
    except: ["src/web/openapi/*.ts"],
    tests: ["tests/web/*.test.ts", "tests/notify/{hub*,slow*,capacity,webhook-m*,metrics}.node.test.ts"],
  },
};
