import type { Context } from "hono";
import { type Outcome, refresh } from "../refresh/refresh.ts";
import type { Settings } from "../settings.ts";
import { notFound, type Problem } from "./errors.ts";
import { isSecret } from "./secrets.ts";
import { selectSources } from "./sources.ts";

/** The operator's routes: a bearer token opens them, and without ADMIN_TOKEN set they are not there. */

/** Why a request may not pass; undefined where it may. */
export async function refused(c: Context, settings: Settings): Promise<Problem | undefined> {
  if (!settings.adminToken) return notFound("this bridge takes no such requests: ADMIN_TOKEN is not set");
  const token = /^Bearer +(.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (token !== undefined && (await isSecret(token, settings.adminToken))) return undefined;
  return {
    status: 401,
    title: "Not authorized",
    detail: token === undefined ? "a bearer token is needed" : "the bearer token is wrong",
    headers: { "www-authenticate": 'Bearer realm="kcna-feed-bridge"' },
  };
}

/** Does now what the cron does for a source, due or not, and says what came of it. */
export async function serveRefresh(c: Context, settings: Settings, ids: string): Promise<Response | Problem> {
  const no = await refused(c, settings);
  if (no) return no;
  const selection = selectSources(settings, ids);
  if ("error" in selection) return notFound(selection.error);
  const outcomes = (await refresh(settings, selection.sources, Date.now())).map(outcomeOf);
  const [only] = outcomes;
  return Response.json(outcomes.length === 1 ? only : { outcomes }, { headers: { "cache-control": "no-store" } });
}

const outcomeOf = ({ source, ok, added, edited, reason, detail, health }: Outcome) => ({
  source,
  ok,
  added,
  edited,
  ...(reason && { reason, detail }),
  articles: health.kept,
  next_due: health.nextDue,
});
