import { ConfigurationError, type Download } from "@cloudhaul/core-http";
import { createHssDownloadClient, type HssDownloadClient } from "@cloudhaul/hss-download";
import { clientOptions } from "./client-options.ts";
import type { CommandRun } from "./command.ts";
import { inputOf } from "./input-fields.ts";
import { saveFiles } from "./save-files.ts";
import { exportOptions, waiting } from "./wait-flags.ts";

export const download: CommandRun = async (session, flags, fileIds) => {
  await using hss = createHssDownloadClient(clientOptions(session, flags));
  const { enterpriseProject: enterpriseProjectId } = flags;
  const files = fileIds.map((fileId) => ({
    label: fileId,
    download: () => hss.downloadExportedFile({ fileId, enterpriseProjectId }),
  }));
  await saveFiles(session, flags, files);
};

export const exportKind: CommandRun = async (session, flags, [kind = ""]) => {
  await using hss = createHssDownloadClient(clientOptions(session, flags));
  const exporting = methodOf(hss, kind);
  const { enterpriseProject: enterpriseProjectId } = flags;
  const input = { enterpriseProjectId, ...inputOf(flags) };
  await saveFiles(session, flags, [{ label: kind, download: () => exporting(input, exportOptions(flags)) }]);
};

export const wait: CommandRun = async (session, flags, [taskId = ""]) => {
  await using hss = createHssDownloadClient(clientOptions(session, flags));
  const { enterpriseProject: enterpriseProjectId } = flags;
  const task = await waiting(session, flags, taskId, (options) =>
    hss.waitForExport({ taskId, enterpriseProjectId }, options),
  );
  session.output.data(task.fileId, task);
};

/** `handled-vulnerabilities` is `exportHandledVulnerabilities`. */
function methodOf(hss: HssDownloadClient, kind: string): (input: object, options: object) => Download {
  const name = `export-${kind}`.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const methods = hss as unknown as Readonly<Record<string, unknown>>;
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (typeof method === "function" && kind) return method as (input: object, options: object) => Download;
  const known = Object.keys(methods).flatMap((key) => (key.startsWith("export") ? kindOf(key) : []));
  throw new ConfigurationError(
    "kind",
    `HSS has no export ${JSON.stringify(kind)}. Known are: ${known.join(", ")}.`,
  );
}

function kindOf(method: string): string {
  return method
    .slice("export".length)
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    .slice(1);
}
