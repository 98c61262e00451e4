/** What is known of a file once the answer's headers are there. */
export interface DownloadInfo {
  /** A safe name for the file: the server's, or one made from its id. */
  readonly fileName: string;
  /** Length in bytes, where the server announced one. */
  readonly totalBytes: number | undefined;
  readonly contentType: string | undefined;
  readonly etag: string | undefined;
  /** The id under which the vendor's support finds the request. */
  readonly requestId: string | undefined;
  /** Where it comes from, for people. No secret is in it. */
  readonly source: string;
}

/** What came, whole and checked. */
export interface TransferResult extends DownloadInfo {
  /** Bytes received in all. */
  readonly bytes: number;
  /** Lower-case hex; `undefined` with `sha256: "off"`. */
  readonly sha256: string | undefined;
  /** GET requests that it took. */
  readonly attempts: number;
  /** From which byte an earlier partial file was taken up; 0 for none. */
  readonly resumedFromByte: number;
  readonly elapsedMs: number;
}

/**
 * Where bytes go: a store of your own, for example. The engine opens it once the answer's headers are there, writes in
 * order, and then either commits, after every check has passed, or aborts.
 */
export interface Destination {
  /** Called once, before the first byte; what it throws ends the transfer. */
  open(info: DownloadInfo, options: { readonly signal: AbortSignal | undefined }): Promise<DestinationWriter>;
}

/** An open {@link Destination}. One call at a time; exactly one of `commit` and `abort` comes last. */
export interface DestinationWriter {
  /** Takes the next bytes. The chunks may be used again once it has resolved. */
  write(chunks: readonly Uint8Array[]): Promise<void>;
  /**
   * Takes back every byte: the object was replaced, or the server cannot go on where it was cut. Leave it out where that is
   * not possible; the transfer then ends with an error.
   */
  startAgain?(): Promise<void>;
  /** The bytes are whole and right: publish them. */
  commit(result: TransferResult): Promise<void>;
  /** The transfer ended without them: take back what can be taken back. */
  abort(reason: unknown): Promise<void>;
}
