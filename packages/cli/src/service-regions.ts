import type { ServiceClientOptions } from "@cloudhaul/core-auth";
import { ConfigurationError } from "@cloudhaul/core-http";

/** Which services are known to answer in a region. */
export interface ServiceRegions {
  readonly known: readonly string[];
  readonly unknown: readonly string[];
  /** Why the first of the unknown is none; it names the nearest regions. */
  readonly reason: ConfigurationError | undefined;
}

/**
 * Makes a client of each service, which refuses a region that it does not know. Nothing is sent.
 *
 * @throws ConfigurationError when an address that the user has set up is wrong
 */
export async function serviceRegions(options: ServiceClientOptions): Promise<ServiceRegions> {
  const [hss, iotda, roma, metastudio, dds] = await Promise.all([
    import("@cloudhaul/hss-download"),
    import("@cloudhaul/iotda-export"),
    import("@cloudhaul/roma-assets"),
    import("@cloudhaul/metastudio-ies"),
    import("@cloudhaul/dds-backup"),
  ]);
  const clients: Readonly<Record<string, (options: ServiceClientOptions) => AsyncDisposable>> = {
    HSS: hss.createHssDownloadClient,
    IoTDA: iotda.createIotdaExportClient,
    ROMA: roma.createRomaAssetsClient,
    MetaStudio: metastudio.createMetastudioIesClient,
    DDS: dds.createDdsBackupClient,
  };
  const known: string[] = [];
  const unknown: string[] = [];
  let reason: ConfigurationError | undefined;
  for (const [name, create] of Object.entries(clients)) {
    try {
      await using _client = create(options);
      known.push(name);
    } catch (error) {
      if (!ConfigurationError.isInstance(error) || error.option !== "region") throw error;
      unknown.push(name);
      reason ??= error;
    }
  }
  return { known, unknown, reason };
}
