/** Is notified of changes. The room `notify/` attaches it, because the archive itself knows no receiver. */
export interface Notifier {
  /** Called after each commit. */
  committed(): void;
  /** Called in the transaction that restores a part of a backup: the events after number `before` are no news. */
  restored(before: number): void;
  /** Does what is due. It never throws. */
  run(): Promise<void>;
  /** Begins nothing more, as the process ends; resolves when what is under way has been answered. */
  stop(): Promise<void>;
  /** When there is something to do next, in milliseconds; undefined: when there is an event. */
  next(): number | undefined;
  /** Answers a request from outside the archive (see notify/client.ts), as plain data. */
  handle(request: unknown): Promise<unknown>;
}
