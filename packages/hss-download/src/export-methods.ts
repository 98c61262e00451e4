import type { Download } from "@cloudhaul/core-http";
import type { ExportClusterRisksInput, ExportContainersInput } from "./container-inputs.ts";
import type { ExportAntivirusResultsInput, ExportEventsInput } from "./event-inputs.ts";
import type {
  ExportAssetsInput,
  ExportBaselineReportInput,
  ExportOperationReportInput,
  ExportWebTamperHostsInput,
} from "./host-inputs.ts";
import type {
  ExportImageBaselineInput,
  ExportImageReportInput,
  ExportImageVulnerabilitiesInput,
} from "./image-inputs.ts";
import type { ExportOptions } from "./options.ts";
import type {
  ExportHandledVulnerabilitiesInput,
  ExportVulnerabilitiesInput,
  ExportVulnerabilityHistoryInput,
} from "./vulnerability-inputs.ts";

/**
 * The whole jobs: each starts an export, waits until it is done, and downloads its file. Nothing is sent before bytes are
 * asked for. The export is started once for all uses of a plan, and the same call on the same target, after a crash,
 * goes on from the step that was reached. Where the service names the file that name is used.
 *
 * Each throws a ConfigurationError at once when its input is wrong. Using its `Download` may reject with an
 * ExportFailedError when the service says that the export failed, a TimeoutError with phase `wait` and the task's id when
 * it takes longer than `timeoutMs`, and a LostStartError when no answer came to the request that starts it.
 */
export interface HssExports {
  /**
   * Vulnerabilities, or what servers they are on: a zip.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportVuls.html
   * @example
   * ```ts
   * await hss.exportVulnerabilities({ category: "host" }).toFile("vulns.zip");
   * ```
   */
  exportVulnerabilities(input: ExportVulnerabilitiesInput, options?: ExportOptions): Download;
  /**
   * Vulnerabilities that were handled.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportHandledVulnerabilities.html
   */
  exportHandledVulnerabilities(input: ExportHandledVulnerabilitiesInput, options?: ExportOptions): Download;
  /**
   * How vulnerabilities were handled.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportVulHandleHistory.html
   */
  exportVulnerabilityHistory(input: ExportVulnerabilityHistoryInput, options?: ExportOptions): Download;
  /**
   * Alarms: intrusions into servers or containers.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportEventRequest.html
   */
  exportEvents(input: ExportEventsInput, options?: ExportOptions): Download;
  /**
   * Findings of the virus scan.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportAntiVirusResult.html
   */
  exportAntivirusResults(input: ExportAntivirusResultsInput, options?: ExportOptions): Download;
  /**
   * Results of baseline checks of servers: an Excel file, by the vendor's words.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportBaselineSecurityCheckReport.html
   */
  exportBaselineReport(input: ExportBaselineReportInput, options?: ExportOptions): Download;
  /**
   * Containers.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportContainerList.html
   * @example
   * ```ts
   * const headers = [["container_name", "Container"], ["status", "Status"]] as const;
   * await hss.exportContainers({ headers, risky: true }).toFile("exports/");
   * ```
   */
  exportContainers(input: ExportContainersInput, options?: ExportOptions): Download;
  /**
   * Risks of clusters, in their infrastructure as code.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportRisks.html
   */
  exportClusterRisks(input: ExportClusterRisksInput, options?: ExportOptions): Download;
  /**
   * Security reports of images.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportImageSecurityReportTask.html
   */
  exportImageReport(input: ExportImageReportInput, options?: ExportOptions): Download;
  /**
   * Results of baseline checks of images.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/BatchExportBaselineTask.html
   */
  exportImageBaseline(input: ExportImageBaselineInput, options?: ExportOptions): Download;
  /**
   * Vulnerabilities of local images. It needs the client's region, or its own.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/BatchExportLocalVulTask.html
   */
  exportImageVulnerabilities(input: ExportImageVulnerabilitiesInput, options?: ExportOptions): Download;
  /**
   * Servers with protection against web tampering.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportWebTamperHost.html
   */
  exportWebTamperHosts(input: ExportWebTamperHostsInput, options?: ExportOptions): Download;
  /**
   * Assets of servers or containers: accounts, ports, processes, software and so on.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/DownloadAssetFile.html
   * @example
   * ```ts
   * const headers = [["host_name", "Server"], ["port", "Port"]] as const;
   * await hss.exportAssets({ assetType: "port", headers, searchParam: { port_string: "8080" } }).toFile("exports/");
   * ```
   */
  exportAssets(input: ExportAssetsInput, options?: ExportOptions): Download;
  /**
   * A monthly report of what HSS did.
   *
   * @see https://support.huaweicloud.com/intl/en-us/api-hss2.0/ExportTaskInfo.html
   */
  exportOperationReport(input: ExportOperationReportInput, options?: ExportOptions): Download;
}
