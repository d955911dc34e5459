/** The log: a line of JSON for each event. Programs read it; on Node, people at a terminal see it as text (node-log.ts). */

/** Characters of an error: what a website or a client has written may stand in it. */
const MAX_LENGTH = 2000;

/** @param event a word for programs */
export function log(event: string, fields: object): void {
  console.log(JSON.stringify({ event, ...fields }));
}

/** @param fields what the error is about, such as `{ source: "kcna-en" }` */
export function logError(event: string, error: unknown, fields: object = {}): void {
  console.error(JSON.stringify({ event, ...fields, error: String(error).slice(0, MAX_LENGTH) }));
}
