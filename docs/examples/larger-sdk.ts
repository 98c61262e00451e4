import { defaultCredentials } from "@cloudhaul/core-auth";
import { createTransport, downloadAll, type Logger } from "@cloudhaul/core-http";
import { createHssDownloadClient, type HssDownloadClient } from "@cloudhaul/hss-download";
import { createIotdaExportClient, type IotdaExportClient } from "@cloudhaul/iotda-export";

/** What your SDK offers: your names, your defaults, one place to close. */
interface AcmeCloud extends AsyncDisposable {
  readonly hosts: HssDownloadClient;
  readonly devices: IotdaExportClient;
}

function createAcmeCloud(region: string, logger?: Logger): AcmeCloud {
  const transport = createTransport(); // one pool of connections for all clients
  const shared = {
    region,
    transport,
    credentials: defaultCredentials(),
    logger,
    userAgent: "acme-cloud/2.1",
  };
  return {
    hosts: createHssDownloadClient(shared),
    devices: createIotdaExportClient(shared),
    [Symbol.asyncDispose]: () => transport.close(), // who made it closes it
  };
}

const cloud = createAcmeCloud("cn-north-4");
const outcomes = await downloadAll(
  [
    {
      download: cloud.hosts.downloadExportedFile({ fileId: process.env.HSS_FILE_ID ?? "" }),
      path: "exports/",
    },
    {
      download: cloud.devices.downloadExportFile({ exportTaskId: process.env.IOTDA_EXPORT_TASK_ID ?? "" }),
      path: "exports/",
    },
  ],
  { concurrency: 2, signal: AbortSignal.timeout(60 * 60_000) },
);
for (const { file, error } of outcomes) console.log(file?.path ?? error);
await cloud[Symbol.asyncDispose]();
