import type { DownloadSource } from "./download-source.ts";
import type { TaskStatus } from "./wait-for-task.ts";

/** The ids that the download of a finished export asks for, by name. They are written down, so no secret may be among them. */
export type ExportedFile = Readonly<Record<string, string>>;

/** What a step of an {@link ExportJob} is given. */
export interface ExportStepOptions {
  readonly signal: AbortSignal;
  /** To be told of what is being waited for. */
  readonly onStatus: (status: TaskStatus) => void;
}

/**
 * A whole job: an export that is started, waited for, and downloaded. How the service does each step is said here; the
 * engine decides which steps are still to be done. The export is started when bytes are first asked for, once for all
 * uses of a plan; after a crash the same call on the same target goes on from the step that was reached.
 */
export interface ExportJob extends Omit<DownloadSource, "open" | "pace" | "fileName" | "rangeFromStart"> {
  /** Starts the export and resolves with the id of its task. Sent once: an answer that is lost is not asked for again. */
  start(options: ExportStepOptions): Promise<string>;
  /**
   * Where the service can be asked: the task of a start whose answer was lost, `undefined` when it did not start. Without
   * it a lost start is reported, since a second one might make a second task.
   */
  readonly find?:
    | ((startedAt: Date, signal: AbortSignal | undefined) => Promise<string | undefined>)
    | undefined;
  /** Resolves once the export is done. */
  wait(taskId: string, options: ExportStepOptions): Promise<ExportedFile>;
  /** The download of a finished export. */
  source(file: ExportedFile): DownloadSource;
  /** Deletes the task, once its file is saved. */
  readonly cleanUp?: ((taskId: string, signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /** Whether a file that comes only once, and was lost on its way, is exported again. Default `fail`. */
  readonly onLost?: "fail" | "export-again" | undefined;
}
