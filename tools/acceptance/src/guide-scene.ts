import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import {
  bytesContent,
  type Content,
  type Emulator,
  lz4TarContent,
  startEmulator,
  zipContent,
} from "@cloudhaul/emulator";
import { onTestFinished } from "vitest";
import { commandEnvironment } from "./cloudhaul-command.ts";

/** An emulator that holds what the programs of the guides ask for, and the environment by which they find it. */
export interface GuideScene {
  readonly emulator: Emulator;
  readonly env: NodeJS.ProcessEnv;
  /** The files, by the variable that leads to each. */
  readonly contents: Readonly<Record<string, Content>>;
}

const zip = (seed: string): Content => zipContent({ seed, bytes: 500_000 });
const backup = (seed: string): Content => lz4TarContent({ seed, bytes: 6_000_000 });

/** Starts it; it ends with the test. */
export async function startGuideScene(): Promise<GuideScene> {
  const emulator = await startEmulator({
    variants: { all: { length: "content-length", etag: "strong", ranges: "honoured" } },
  });
  onTestFinished(() => emulator.close());
  const { store, state, user, projectId, url } = emulator;
  const contents = {
    HSS_FILE_ID: zip("hss"),
    IOTDA_EXPORT_TASK_ID: zip("iotda"),
    ROMA_ARCHIVE_ID: zip("roma"),
    ROMA_APP_ID: zip("roma-job"),
    DDS_BACKUP_ID: backup("backup"),
    LINK: bytesContent(Buffer.alloc(100_000, "link")),
    job: zip("hss-job"),
  };
  const archive = store.roma.addArchive({ content: contents.ROMA_ARCHIVE_ID });
  const files = [{ name: "backup.tar.gz", content: contents.DDS_BACKUP_ID }];
  const added = store.dds.addBackup({ files });
  store.hss.tasks.planAll({ seconds: 0.1, content: contents.job });
  store.roma.tasks.planAll({ seconds: 0.1, content: contents.ROMA_APP_ID });
  store.obs.put("bucket", "file.bin", contents.LINK);
  return {
    emulator,
    contents,
    env: {
      ...commandEnvironment(emulator),
      HSS_FILE_ID: store.hss.addFile({ content: contents.HSS_FILE_ID }).fileId,
      IOTDA_EXPORT_TASK_ID: store.iotda.addExportTask({ content: contents.IOTDA_EXPORT_TASK_ID })
        .exportTaskId,
      ROMA_INSTANCE_ID: archive.instanceId,
      ROMA_ARCHIVE_ID: archive.archiveId,
      ROMA_APP_ID: store.roma.addApp({ instanceId: archive.instanceId }).appId,
      DDS_INSTANCE_ID: added.instanceId,
      DDS_BACKUP_ID: added.backupId,
      LINK: store.obs.link("bucket", "file.bin"),
      LINK_SHA256: await contents.LINK.sha256(),
      EXPORTER_NAME: user.name,
      EXPORTER_PASSWORD: user.password,
      EXPORTER_ACCOUNT: user.domainName,
      AGENCY_NAME: state.agency.name,
      AGENCY_ACCOUNT: state.agency.domainName,
      EMULATOR_URL: url,
      EMULATOR_USER: user.name,
      EMULATOR_PASSWORD: user.password,
      EMULATOR_ACCOUNT: user.domainName,
      PROJECT_ID: projectId,
    },
  };
}

/** A proxy of a company: passes on whatever is asked, and counts it. */
export async function startCompanyProxy(): Promise<{ readonly url: string; passed(): number }> {
  let passed = 0;
  const proxy: Server = createServer((asked: IncomingMessage, answer: ServerResponse) => {
    passed++;
    const { method, headers, url = "" } = asked;
    asked.pipe(
      request(url, { method, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      }),
    );
  });
  proxy.on("connect", ({ url = "" }: IncomingMessage, client) => {
    passed++;
    const [host, port] = url.split(":");
    const upstream = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => void client.destroy());
    client.on("error", () => void upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, passed: () => passed };
}
