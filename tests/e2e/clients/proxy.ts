import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A bad line between a client and a server on loopback: it cuts answers off, asks twice, and delays. */
export async function startBadProxy(origin: string): Promise<{ origin: string; close(): Promise<void> }> {
  // The same every time: a third of the answers is cut off, a third is asked for twice.
  let count = 0;
  const server = createServer((from, to) => {
    const turn = count++ % 3;
    if (turn === 1) request(origin + from.url).end();
    request(origin + from.url, { headers: { accept: from.headers.accept ?? "*/*" } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => {
        const body = Buffer.concat(chunks);
        to.writeHead(answer.statusCode ?? 502, { "content-type": answer.headers["content-type"] ?? "" });
        if (turn !== 0) setTimeout(() => to.end(body), 20);
        else to.write(body.subarray(0, body.length / 2), () => (count % 2 ? to.end() : to.destroy()));
      });
    }).end();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
