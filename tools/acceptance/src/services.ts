import { type CredentialProvider, fromAccessKey, fromPassword, fromToken } from "@cloudhaul/core-auth";
import type { FileOptions, HttpOptions, SavedFile } from "@cloudhaul/core-http";
import { createDdsBackupClient } from "@cloudhaul/dds-backup";
import type { Content, Emulator, EmulatorStore } from "@cloudhaul/emulator";
import { createHssDownloadClient } from "@cloudhaul/hss-download";
import { createIotdaExportClient } from "@cloudhaul/iotda-export";
import { createMetastudioIesClient } from "@cloudhaul/metastudio-ies";
import { createRomaAssetsClient } from "@cloudhaul/roma-assets";

/** Options that every client is made with here. */
export interface ClientOptions extends HttpOptions {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: CredentialProvider;
  readonly projectId?: string | undefined;
}

/** One of the five services, seen from both ends. */
export interface Service {
  readonly name: "hss" | "iotda" | "roma" | "metastudio" | "dds";
  /** Its operation for the file `sample`, as it stands in the vendor's reference. */
  readonly operation: { readonly path: string; readonly query?: Readonly<Record<string, string>> };
  /** A part of the line of the request that brings the file's bytes. */
  readonly fileRequest: string;
  /** Adds a file by the id `sample`. */
  add(store: EmulatorStore, content: Content): void;
  /** Saves the file `id` (default `sample`) into a folder. */
  save(
    options: ClientOptions,
    folder: string,
    id?: string,
    file?: FileOptions,
  ): Promise<readonly SavedFile[]>;
}

/** Each of the five. */
export const services: readonly Service[] = [
  {
    name: "hss",
    operation: { path: "/v5/{project_id}/download/sample" },
    fileRequest: "/download/sample",
    add: ({ hss }, content) => void hss.addFile({ fileId: "sample", content }),
    save: (options, folder, fileId = "sample", file) =>
      closing(createHssDownloadClient(options), async (client) => [
        await client.downloadExportedFile({ fileId }).toFile(`${folder}/`, file),
      ]),
  },
  {
    name: "iotda",
    operation: { path: "/v5/iot/{project_id}/export-tasks/sample/file" },
    fileRequest: "/export-tasks/sample",
    add: ({ iotda }, content) => void iotda.addExportTask({ exportTaskId: "sample", content }),
    save: (options, folder, exportTaskId = "sample", file) =>
      closing(createIotdaExportClient({ ...options, downloadIntervalMs: 0 }), async (client) => [
        await client.downloadExportFile({ exportTaskId }).toFile(`${folder}/`, file),
      ]),
  },
  {
    name: "roma",
    operation: { path: "/v2/{project_id}/instances/instance/assets/archives/sample" },
    fileRequest: "/archives/sample",
    add: ({ roma }, content) =>
      void roma.addArchive({ instanceId: "instance", archiveId: "sample", content }),
    save: (options, folder, archiveId = "sample", file) =>
      closing(createRomaAssetsClient(options), async (client) => [
        await client.downloadAssetPackage({ instanceId: "instance", archiveId }).toFile(`${folder}/`, file),
      ]),
  },
  {
    name: "metastudio",
    operation: { path: "/v2/{project_id}/ies/result/sample" },
    fileRequest: "/ies/result/sample",
    add: ({ metastudio }, content) => void metastudio.addResult({ taskId: "sample", content }),
    save: (options, folder, taskId = "sample", file) =>
      closing(createMetastudioIesClient(options), async (client) => [
        await client.downloadResultFile({ taskId }).toFile(`${folder}/`, file),
      ]),
  },
  {
    name: "dds",
    operation: {
      path: "/v3/{project_id}/backups/download-file",
      query: { instance_id: "instance", backup_id: "sample" },
    },
    fileRequest: "/sample/backup.tar.gz?",
    add: ({ dds }, content) =>
      void dds.addBackup({
        instanceId: "instance",
        backupId: "sample",
        files: [{ name: "backup.tar.gz", content }],
      }),
    save: (options, folder, backupId = "sample", file) =>
      closing(createDdsBackupClient(options), async (client) => {
        const backup = client.downloadBackup({ instanceId: "instance", backupId });
        return (await backup.toDirectory(folder, file)).files;
      }),
  },
];

/** Those that answer a signed request with the file itself. */
export const directServices: readonly Service[] = services.filter(({ name }) => name !== "dds");

async function closing<Client extends { close(): Promise<void> }, Result>(
  client: Client,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** The three ways to prove who you are. */
export const credentialKinds: readonly (readonly [
  kind: string,
  of: (emulator: Emulator) => CredentialProvider,
])[] = [
  ["access key", ({ accessKey, projectId }) => fromAccessKey({ ...accessKey, projectId })],
  ["token", ({ token, projectId }) => fromToken({ token, projectId })],
  [
    "password",
    ({ user, url }) =>
      fromPassword({
        userName: user.name,
        password: user.password,
        domainName: user.domainName,
        iamEndpoint: url,
      }),
  ],
];

/** Options for a client of the emulator, by access key; a failure is not tried again. */
export function clientOptions(emulator: Emulator, options: Partial<ClientOptions> = {}): ClientOptions {
  const { url, region, accessKey, projectId } = emulator;
  return {
    region,
    endpoint: url,
    credentials: fromAccessKey({ ...accessKey, projectId }),
    retry: false,
    ...options,
  };
}
