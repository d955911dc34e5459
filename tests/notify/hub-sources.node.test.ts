import { expect, test } from "vitest";
import { HOUR, page, shownAt } from "../archive/fixtures.ts";
import { agreeing, clockAt, ORIGIN, pushedBridge, receivers, subscribe } from "./receivers.ts";

/** Subscribers of a feed of all sources, of a bridge whose operator changes which sources it reads. */

const START = Date.parse("2026-11-20T09:00:00Z");
clockAt(START);

test("a subscriber of all sources gets what a source publishes that is read since it subscribed, and asks for nothing", async () => {
  const received = receivers({ "reader.example": agreeing });
  const pushes = () => received.filter(({ method }) => method === "POST").map(({ body }) => body);
  const variables = { FOLLOW: "kcna-en,rodong-ko" };
  const bridge = pushedBridge(variables);
  await bridge.commit(page(START - HOUR, 3));
  for (const topic of ["all", "kcna-en", "rodong-ko"])
    await subscribe(bridge, {
      "hub.callback": `https://reader.example/${topic}`,
      "hub.topic": `${ORIGIN}/feeds/${topic}.rss`,
    });
  await bridge.run();
  bridge.restart({ FOLLOW: "kcna-en,kcna-ko" });
  await bridge.run();
  expect(pushes()).toEqual([]);
  await bridge.commit([shownAt(START - 1000, "Of another source")], { source: "kcna-ko" });
  expect(bridge.scheduled.at(-1)).toBeLessThan(START + HOUR);
  await bridge.run();
  expect(pushes().map((body) => body.includes("Of another source"))).toEqual([true]);
  // A feed that there is not any more is kept: its source may come back.
  bridge.restart(variables);
  await bridge.commit([shownAt(START - 2000, "Of the first source")], { source: "rodong-ko" });
  await bridge.run();
  const paths = received.filter(({ method }) => method === "POST").map(({ url }) => url.pathname);
  expect(paths.sort()).toEqual(["/all", "/all", "/rodong-ko"]);
});
