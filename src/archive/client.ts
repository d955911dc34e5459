import { logError } from "../log.ts";
import type { Archive } from "./archive.ts";
import { type ArchiveMethod, METHODS } from "./methods.ts";
import type { ArchiveObject } from "./object.ts";
import type { ArchiveService } from "./service.ts";

/** What the rest of the bridge calls: the service's own methods, and of the archive those that the service adds nothing to. */
type Methods = Omit<Archive, keyof ArchiveService> & ArchiveService;

/** The archive as the rest of the bridge calls it, wherever it is. Every method throws `ArchiveUnavailable` only. */
export type ArchiveClient = {
  [Name in ArchiveMethod]: (...values: Parameters<Methods[Name]>) => Promise<Awaited<ReturnType<Methods[Name]>>>;
};

/** The archive cannot be reached, or its quota is used up. */
export class ArchiveUnavailable extends Error {
  override name = "ArchiveUnavailable";
}

/** What a call gives; undefined if the archive cannot be reached. */
export const ifReachable = <Result>(call: Promise<Result>): Promise<Result | undefined> =>
  call.catch((error) => {
    if (!(error instanceof ArchiveUnavailable)) throw error;
    return undefined;
  });

const unreachable = new WeakSet<ArchiveClient>();

/** Whether the archive could not be reached when it was last tried here. */
export const isUnreachable = (archive: ArchiveClient): boolean => unreachable.has(archive);

/** The archive in its Durable Object: each call is an RPC with JSON. */
export function archiveObject(namespace: DurableObjectNamespace<ArchiveObject>): ArchiveClient {
  const id = namespace.idFromName("archive");
  // A stub that failed once stays broken, so each call gets a new one.
  const invoke = (method: ArchiveMethod, values: string) => namespace.get(id).invoke(method, values);
  return clientOf(async (method, values) => {
    const text = JSON.stringify(values);
    const result = await invoke(method, text).catch((error) => {
      if (!isRetryable(error)) throw error;
      return invoke(method, text);
    });
    return result === undefined ? undefined : JSON.parse(result);
  });
}

/**
 * Whether Cloudflare asks for another attempt: it has ended the object, as it does with each deployment, or has lost the
 * connection to it. A call that was made nevertheless may be made twice. More calls make an overloaded object slower.
 */
function isRetryable(error: unknown): boolean {
  const { retryable, overloaded } = error as { retryable?: boolean; overloaded?: boolean };
  return retryable === true && !overloaded;
}

/** The archive of the same process. */
export const localArchive = (service: ArchiveService): ArchiveClient =>
  clientOf((method, values) => service.invoke(method, values));

/** A client that fails with `ArchiveUnavailable` only, and says in the log why. */
function clientOf(invoke: ArchiveService["invoke"]): ArchiveClient {
  const methodOf =
    (method: ArchiveMethod) =>
    async (...values: unknown[]) => {
      try {
        const result = await invoke(method, values);
        unreachable.delete(client);
        return result;
      } catch (error) {
        unreachable.add(client);
        logError("archive", error, { method });
        throw new ArchiveUnavailable(`the archive cannot be reached (${method})`, { cause: error });
      }
    };
  const client = Object.fromEntries(METHODS.map((method) => [method, methodOf(method)])) as unknown as ArchiveClient;
  return client;
}
