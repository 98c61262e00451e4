import type { ServiceClient } from "@cloudhaul/core-auth";
import { type CallOptions, CloudhaulError, ServiceError, type ServiceErrorKind } from "@cloudhaul/core-http";
import type { DownloadPolicy } from "./backup.ts";
import { operations } from "./operations.ts";
import { retold } from "./retold.ts";

/** See the client. */
export function getDownloadPolicy(client: ServiceClient, options?: CallOptions): Promise<DownloadPolicy> {
  const schema = async () => (await import("./schemas.ts")).downloadPolicy;
  return client.call(operations.getDownloadPolicy, {}, schema, options);
}

/** How a closed policy shows, in links or at the object store, is not documented: any of these may be due to it. */
const suspects: ReadonlySet<ServiceErrorKind> = new Set(["forbidden", "invalid", "unknown"]);

const switchedOff =
  'The backup download policy of this project is "close": backups cannot be downloaded from the Internet. Whoever manages DDS there can open it in the console.';

/**
 * The error to tell in place of a refusal: that downloads are switched off, if they are. The policy is asked for once, and a
 * failure to learn it is not worth more than the refusal itself.
 */
export async function explainRefusal(
  client: ServiceClient,
  error: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (!ServiceError.isInstance(error) || !suspects.has(error.kind)) return error;
  try {
    const { action } = await getDownloadPolicy(client, { signal, retry: false, timeoutMs: 10_000 });
    return action === "close" ? retold(error, switchedOff, "forbidden") : error;
  } catch (failure) {
    signal?.throwIfAborted();
    if (!CloudhaulError.isInstance(failure)) throw failure;
    client.settings.logger.debug("could not ask for the download policy", { code: failure.code });
    return error;
  }
}
