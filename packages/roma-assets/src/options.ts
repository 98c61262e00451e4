import type { ServiceClientOptions } from "@cloudhaul/core-auth";
import {
  type CheckedOptions,
  ConfigurationError,
  checkInput,
  type ExportWaitOptions,
  exportWaitRules,
} from "@cloudhaul/core-http";

/** Options of {@link createRomaAssetsClient}. */
export type RomaAssetsClientOptions = ServiceClientOptions;

/** What to download. */
export interface DownloadAssetPackageInput {
  /** `instance_id`: the ROMA Connect instance. At most 64 characters. */
  readonly instanceId: string;
  /** `archive_id`: from the finished export job. At most 64 characters. */
  readonly archiveId: string;
}

/** What to export. Applications and tasks together are 1 to 100. */
export interface AssetExportInput {
  /** `instance_id`: the ROMA Connect instance. At most 64 characters. */
  readonly instanceId: string;
  /** `apps`: ids of integration applications, as {@link RomaAssetsClient.listApps} gives them. May be empty if `tasks` is not. */
  readonly apps: readonly string[];
  /** `tasks`: ids of data integration tasks, as {@link RomaAssetsClient.listTasks} gives them. Default: none. */
  readonly tasks?: readonly string[] | undefined;
}

/**
 * How to make a whole job. `timeoutMs` limits each of its two waits: for a turn, while another job of the user runs, and
 * for the job itself.
 */
export interface ExportOptions extends ExportWaitOptions {
  /**
   * `export-again` starts another export when the package, which the service gives only once, is lost on its way; three
   * exports at most. Default `fail`.
   */
  readonly onLost?: "fail" | "export-again" | undefined;
}

const mostAssets = 100;

const exportInputRules: CheckedOptions = {
  instanceId: { required: true, maxLength: 64 },
  apps: { type: "strings", required: true },
  tasks: { type: "strings" },
};

const exportRules: CheckedOptions = { ...exportWaitRules, onLost: { values: ["fail", "export-again"] } };

/** An export's input as the service wants it: both lists, of objects. */
export function exportBody(input: AssetExportInput): object {
  checkInput(exportInputRules, input);
  const { instanceId, apps, tasks = [] } = input;
  const assets = apps.length + tasks.length;
  if (assets < 1 || assets > mostAssets) {
    const text = `apps and tasks must together be 1 to ${mostAssets} ids, but are ${assets}.`;
    throw new ConfigurationError("apps", text);
  }
  const objects = (ids: readonly string[]): object[] => ids.map((id) => ({ id }));
  return { instanceId, apps: objects(apps), tasks: objects(tasks) };
}

/** @throws ConfigurationError when one is wrong */
export function checkExportOptions(options: ExportOptions): void {
  checkInput(exportRules, options);
}
