import type { TransportErrorCode } from "./errors.ts";

/** What an answer says before its body. */
export interface ResponseHead {
  readonly status: number;
  /** Names in lower case; repeated values joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Told of the parts of one answer, in order. */
export interface ResponseListener {
  onHead(head: ResponseHead): void;
  /** A view on the bytes that were fed; it is good for as long as they are. */
  onBody(chunk: Uint8Array): void;
  /** The answer is complete. */
  onEnd(): void;
}

/** Reads one answer of HTTP/1.1 (RFC 9112) from bytes as they come. */
export interface ResponseParser {
  /** @throws AnswerFault when they are no answer */
  feed(bytes: Uint8Array): void;
  /**
   * The connection has ended.
   *
   * @throws AnswerFault when the answer has not
   */
  finish(): void;
  /** Of an answer that is complete: whether another request may follow on the same connection. */
  isReusable(): boolean;
}

/** An answer that is none, or breaks off. */
export class AnswerFault extends Error {
  readonly code: TransportErrorCode;

  constructor(code: TransportErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Longer heads are an attack, or a loop. */
const maxHeadBytes = 16 * 1024;

const headEnd = Buffer.from("\r\n\r\n");
const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
/** A name and a value; a line that goes on from the one before (obs-fold) is refused, as it hides what it says. */
const headerLine =
  /^([!#$%&'*+\-.^_`|~\w]+):[\t ]*((?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?)[\t ]*$/;
const chunkLine = /^([0-9a-f]{1,12})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/i;

type State = "head" | "counted" | "chunk-size" | "chunk" | "chunk-end" | "trailer" | "until-close" | "done";

/**
 * @param method - of the request: what a body is hangs on it
 */
export function createResponseParser(method: string, listener: ResponseListener): ResponseParser {
  let state: State = "head";
  let line: Buffer = Buffer.alloc(0);
  let left = 0;
  let keepsAlive = false;
  let hasExcess = false;

  function end(): void {
    state = "done";
    listener.onEnd();
  }

  /** Collects up to a mark that may lie across the borders of what is fed; `undefined` until it is there. */
  function collect(bytes: Buffer, mark: Buffer | string): { text: string; rest: Buffer } | undefined {
    // Without the question a body in small chunks would be copied whole for every one of them.
    const all = line.length > 0 ? Buffer.concat([line, bytes]) : bytes;
    const at = all.indexOf(mark);
    if ((at < 0 ? all.length : at) > maxHeadBytes)
      throw new AnswerFault("HEADERS_TOO_LARGE", `the head is longer than ${maxHeadBytes} bytes`);
    line = at < 0 ? Buffer.from(all) : Buffer.alloc(0); // a copy: what was fed is not ours
    return at < 0 ? undefined : { text: all.toString("latin1", 0, at), rest: all.subarray(at + mark.length) };
  }

  function readHead(bytes: Buffer): Buffer | undefined {
    const found = collect(bytes, headEnd);
    if (!found) {
      // Told at once, not when the time for headers is over: something else than HTTP speaks here.
      if (!"HTTP/1.".startsWith(line.toString("latin1", 0, 7)))
        throw malformed("it does not begin as HTTP/1");
      return undefined;
    }
    const [first = "", ...lines] = found.text.split("\r\n");
    const [, minor, code] = statusLine.exec(first) ?? [];
    if (code === undefined) throw malformed("its first line is no status line");
    const status = Number(code);
    const headers = readHeaders(lines);
    if (status === 101) throw malformed("it switches protocols, unasked");
    if (status < 200) return found.rest; // an interim answer: the real one follows
    left = beginBody(status, headers);
    const connection = headers.connection?.toLowerCase() ?? "";
    keepsAlive = (minor === "1" ? !connection.includes("close") : false) && state !== "until-close";
    listener.onHead({ status, headers });
    if (state === "counted" && left === 0) end();
    return found.rest;
  }

  /** Sets the state for the body, by RFC 9112 section 6.3, and tells its length where that is counted. */
  function beginBody(status: number, headers: Readonly<Record<string, string>>): number {
    const { "content-length": length, "transfer-encoding": coding } = headers;
    const isEmpty = method === "HEAD" || status === 204 || status === 304;
    if (length !== undefined && !/^\d{1,15}$/.test(length))
      throw malformed("its Content-Length is no number");
    if (length !== undefined && coding !== undefined)
      throw malformed("it has a Content-Length and a Transfer-Encoding");
    if (coding !== undefined && coding.toLowerCase() !== "chunked")
      throw malformed("its Transfer-Encoding is unknown");
    state = isEmpty || length !== undefined ? "counted" : coding !== undefined ? "chunk-size" : "until-close";
    return isEmpty ? 0 : Number(length ?? 0);
  }

  function readCounted(bytes: Buffer): Buffer {
    const chunk = bytes.subarray(0, left);
    left -= chunk.length;
    listener.onBody(chunk);
    if (left === 0) {
      if (state === "chunk") state = "chunk-end";
      else end();
    }
    return bytes.subarray(chunk.length);
  }

  function readLine(bytes: Buffer): Buffer | undefined {
    const found = collect(bytes, "\r\n");
    if (!found) return undefined;
    const { text, rest } = found;
    if (state === "chunk-end") {
      if (text !== "") throw malformed("a chunk is longer than it says");
      state = "chunk-size";
    } else if (state === "trailer") {
      if (text === "") end();
    } else {
      const [, size] = chunkLine.exec(text) ?? [];
      if (size === undefined) throw malformed("a chunk has no size");
      left = Number.parseInt(size, 16);
      state = left > 0 ? "chunk" : "trailer";
    }
    return rest;
  }

  const readers: Readonly<Record<State, (bytes: Buffer) => Buffer | undefined>> = {
    head: readHead,
    counted: readCounted,
    chunk: readCounted,
    "chunk-size": readLine,
    "chunk-end": readLine,
    trailer: readLine,
    "until-close": (bytes) => void listener.onBody(bytes),
    done() {
      hasExcess = true;
      return undefined;
    },
  };

  return {
    feed(bytes) {
      let rest: Buffer | undefined = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      while (rest !== undefined && rest.length > 0) rest = readers[state](rest);
    },
    finish() {
      if (state === "until-close") end();
      if (state !== "done") throw new AnswerFault("CONNECTION_LOST", "it was closed before the answer's end");
    },
    isReusable: () => keepsAlive && !hasExcess,
  };
}

function readHeaders(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const text of lines) {
    const [, name, value] = headerLine.exec(text) ?? [];
    if (name === undefined || value === undefined) throw malformed("one of its header lines is none");
    const key = name.toLowerCase();
    headers[key] = Object.hasOwn(headers, key) ? `${headers[key]}, ${value}` : value;
  }
  return headers;
}

function malformed(why: string): AnswerFault {
  return new AnswerFault("PROTOCOL", why);
}
