import { reportWebhooks, testWebhook } from "../notify/client.ts";
import type { AppContext } from "./context.ts";
import { notFound } from "./http/problem.ts";

/** How each webhook is doing, and its last deliveries. */
export async function serveWebhooks(c: AppContext): Promise<Response> {
  return Response.json({ webhooks: await reportWebhooks(c.get("bridge").archive) });
}

export async function serveWebhookTest(c: AppContext): Promise<Response> {
  const n = Number(c.req.param("n"));
  const { archive, webhooks } = c.get("bridge");
  const answer = n <= webhooks.length ? await testWebhook(archive, n, Date.now()) : undefined;
  if (!answer) throw notFound(`there is no webhook ${n}; WEBHOOKS has ${webhooks.length}`);
  const { status = null, error = null, ms } = answer;
  return Response.json({ ok: error === null, status, error, ms });
}
