import { join } from "node:path";
import type { FileOptions, SavedFile } from "./download.ts";
import type { DownloadPlan } from "./download-source.ts";
import type { OnceOnly } from "./once-only.ts";
import type { PartialPaths } from "./partial-paths.ts";
import type { ExportRun } from "./run-export.ts";
import type { Transfer } from "./transfer.ts";
import type { TransferSettings } from "./transfer-settings.ts";

/** Told of a file that is whole, just before it gets its name. */
export type BeforePublish = (file: SavedFile) => Promise<void>;

/** Under this key a set hands its {@link BeforePublish} through the options of `toFile`; users have no such option. */
export const beforePublish: unique symbol = Symbol("beforePublish");

/** {@link FileOptions} as a set gives them. */
export type SetFileOptions = FileOptions & { readonly [beforePublish]?: BeforePublish | undefined };

/** What the engine needs to save one file. */
export interface SaveRequest {
  readonly beforePublish?: BeforePublish | undefined;
  readonly plan: DownloadPlan;
  /** Of a plan that is a whole job. */
  readonly run: ExportRun | undefined;
  /** Whether what an earlier run lost of a file that comes only once is exported again. */
  readonly replacesLost: boolean;
  /** A file, or a folder: it exists, or the path ends in a separator. */
  readonly target: string;
  readonly overwrite: NonNullable<FileOptions["overwrite"]>;
  readonly fsync: boolean;
  readonly connections: number;
  readonly transfer: TransferSettings;
  readonly onceOnly: OnceOnly | undefined;
}

/** The same, with its place known and locked. */
export interface LockedRequest extends SaveRequest {
  readonly name: string;
  readonly folder: string;
  readonly fileName: string | undefined;
  readonly paths: PartialPaths;
}

/** The path that the file will have, once the server has named it. */
export function finalPath({ folder, fileName }: LockedRequest, transfer: Transfer): string {
  return join(folder, fileName ?? transfer.info.fileName);
}
