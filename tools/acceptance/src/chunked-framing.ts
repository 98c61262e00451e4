const lastChunk = "0\r\n\r\n";

/** A body as one chunk, and the last chunk. */
export function chunked(body: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`${body.length.toString(16)}\r\n`),
    body,
    Buffer.from(`\r\n${lastChunk}`),
  ]);
}

/** How many bytes a chunked body takes before its last chunk. */
export function bytesBeforeLastChunk(bodyBytes: number): number {
  return chunked(Buffer.alloc(bodyBytes)).length - lastChunk.length;
}
