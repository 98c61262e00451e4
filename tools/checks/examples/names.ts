// Names that an example in a comment may use without declaring them. An example in a document may not: it is a program.
import type { Download, DownloadSet } from "@cloudhaul/core-http";
import type { DdsBackupClient } from "@cloudhaul/dds-backup";
import type { HssDownloadClient } from "@cloudhaul/hss-download";
import type { IotdaExportClient } from "@cloudhaul/iotda-export";
import type { MetastudioIesClient } from "@cloudhaul/metastudio-ies";
import type { RomaAssetsClient } from "@cloudhaul/roma-assets";

/** One file. */
export declare const download: Download;
/** Several files that belong together. */
export declare const set: DownloadSet;
/** Aborts the call. */
export declare const signal: AbortSignal;
/** A pre-signed link. */
export declare const url: string;

/** A client of each service, as its factory gives it. */
export declare const dds: DdsBackupClient;
export declare const hss: HssDownloadClient;
export declare const iotda: IotdaExportClient;
export declare const metastudio: MetastudioIesClient;
export declare const roma: RomaAssetsClient;

/** Ids as a service gives them. */
export declare const archiveId: string;
export declare const backupId: string;
export declare const exportTaskId: string;
export declare const fileId: string;
export declare const instanceId: string;
export declare const taskId: string;
