import { HOUR, MINUTE } from "./changing-websites.ts";
import type { World } from "./changing-world.ts";

/**
 * Lives through days of changes, then through days in which nothing changes.
 *
 * @param days of changes, and of rest
 * @param look is called after each step
 */
export async function live(world: World, days: number, rest: number, look: () => Promise<void>): Promise<void> {
  const { websites, start, chances } = world;
  const until = start + days * 24 * HOUR;
  let nextStory = start + 2 * HOUR;
  let isRestored = !chances.restore;
  const change = () => {
    if (websites.now >= nextStory) {
      websites.publish(websites.now);
      nextStory = websites.now + (2 + world.random() * 3) * HOUR;
    }
    websites.change();
  };
  while (websites.now < until) {
    change();
    change();
    world.fail();
    if (chances.webhook || chances.hub) world.isReceiving = world.random() < 0.9;
    if (!isRestored && websites.now > (start + until) / 2) {
      isRestored = true;
      world.restore();
    }
    await world.tick();
    await look();
    websites.now += Math.floor((15 + world.random() * 45) * MINUTE);
    if (world.random() >= chances.pause) continue;
    // The cron stops, the websites do not.
    const end = websites.now + world.random() * 48 * HOUR;
    for (; websites.now < end; websites.now += HOUR) change();
    world.note("the cron stood still");
  }
  world.isActive = false;
  world.isReceiving = true;
  world.faults = [];
  const end = websites.now + rest * 24 * HOUR;
  while (websites.now < end) {
    await world.tick();
    await look();
    websites.now += (websites.now < until + 72 * HOUR ? 4 : 9) * HOUR;
  }
}
