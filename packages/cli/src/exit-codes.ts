/** One exit code of the command. */
export interface ExitCode {
  readonly code: number;
  readonly means: string;
  /** The errors that lead to it, by class; of a ServiceError, by class and kind. */
  readonly errors: readonly string[];
}

/** Every exit code, for the command, its help and its pages. */
export const exitCodes: readonly ExitCode[] = [
  { code: 0, means: "done", errors: [] },
  { code: 1, means: "a fault of cloudhaul itself: please report it", errors: [] },
  { code: 2, means: "the command line, or an option, is wrong", errors: ["ConfigurationError"] },
  {
    code: 3,
    means: "no credential, a refused one, or one without the permission",
    errors: ["AuthenticationError", "ServiceError forbidden"],
  },
  {
    code: 4,
    means: "there is no such file, not yet, or no longer",
    errors: ["ServiceError not-found", "ServiceError not-ready", "ServiceError expired"],
  },
  {
    code: 5,
    means: "the service refused, failed, or answered what no document says",
    errors: [
      "ServiceError invalid",
      "ServiceError throttled",
      "ServiceError busy",
      "ServiceError server",
      "ServiceError unknown",
      "ExportFailedError",
      "ResponseFormatError",
    ],
  },
  {
    code: 6,
    means: "the network failed, or it took too long",
    errors: ["TransportError", "TimeoutError", "LostStartError"],
  },
  { code: 7, means: "what came is not the file; nothing was published", errors: ["IntegrityError"] },
  {
    code: 8,
    means: "the disk refused, or another run is saving the same file",
    errors: ["FileSystemError", "TargetBusyError"],
  },
  {
    code: 9,
    means: "a file that comes only once did not arrive, or was asked for before",
    errors: ["OnceOnlyDownloadError"],
  },
  { code: 130, means: "interrupted; the same command goes on from there", errors: [] },
  { code: 141, means: "whoever read stdout went away", errors: [] },
];

/** How an error looks to {@link exitCodeOf}: those of the library do, whichever copy of it made them. */
interface KnownError {
  readonly name: string;
  readonly kind?: string;
  readonly failures?: readonly { readonly error: unknown }[];
}

/** The exit code for an error; 1 for one that is not of the library. */
export function exitCodeOf(error: unknown): number {
  const { name, kind, failures } = (error ?? {}) as KnownError;
  // Of several files, the first that failed says it.
  if (name === "IncompleteSetError") return exitCodeOf(failures?.[0]?.error);
  const key = name === "ServiceError" ? `${name} ${kind}` : name;
  return exitCodes.find(({ errors }) => errors.includes(key))?.code ?? 1;
}
