import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import { chunked } from "./chunked-framing.ts";
import { faultCertificate } from "./fault-certificate.ts";
import { type RetryAfterForm, retryAfterForms } from "./retry-after-forms.ts";

/** How a connection ends in the middle of an answer; `silence` leaves it open and says no more. */
export type CutBy = "rst" | "fin" | "half-close" | "silence";

/** What a server can prove of its object: by a strong ETag, by a date, or not at all. */
export type ValidatorKind = "etag" | "date" | "none";

/** What becomes of one request. What is left out is done as a good server does it. */
export interface Step {
  /** Which version of the object is there now. Default 1; `next` is another for each request. */
  readonly version?: number | "next" | undefined;
  /** Something else in place of the file. */
  readonly answer?: Answer | undefined;
  /** What this server takes no notice of. */
  readonly ignores?: readonly ("range" | "conditions")[] | undefined;
  /** How far beside the wanted start the part lies that it sends. */
  readonly shiftBy?: number | undefined;
  /** The most bytes that a part brings. */
  readonly partBytes?: number | undefined;
  /** Bytes that follow those it announced as the rest; `content-length` counts them. */
  readonly surplusBytes?: number | undefined;
  /** Headers in place of its own; `undefined` takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  /** How the end of the body is told. Default `length`; `close` is HTTP/1.0. */
  readonly framing?: "length" | "chunked" | "close" | undefined;
  /** After how many bytes of this answer's body the connection ends. */
  readonly cut?: { readonly after: number; readonly by: CutBy } | undefined;
  /** The body in so many pieces, so far apart. */
  readonly drip?: { readonly pieces: number; readonly everyMs: number } | undefined;
  /** What happens before the first byte of an answer. */
  readonly before?: CutBy | "interim" | undefined;
  /** Bytes in place of an answer, and the end. */
  readonly raw?: string | undefined;
}

/** An answer that is not the file. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** How Retry-After says "in two seconds". */
  readonly retryAfter?: RetryAfterForm | undefined;
  /** The body is sent again and again. */
  readonly isEndless?: boolean | undefined;
  /** Where a redirect leads, below this server or the other one. */
  readonly redirect?: "here" | "elsewhere" | undefined;
}

/** What a {@link FaultServer} does. */
export interface FaultScript {
  /** For the first request, the second, and so on; the last one serves all that follow. */
  readonly steps: readonly Step[];
  readonly content: (version: number) => Buffer;
  readonly validator: ValidatorKind;
  /** Age of the object by its date, in seconds. */
  readonly ageSeconds?: number | undefined;
  readonly isSecure?: boolean | undefined;
  /** How many connections are reset during the TLS handshake. */
  readonly brokenHandshakes?: number | undefined;
  /** Whether what was refused with 401 or 403 is refused again, however often it is asked for. Default false. */
  readonly refusesForGood?: boolean | undefined;
  /** How fast each body goes. Default: as fast as it can. */
  readonly bytesPerSecond?: number | undefined;
  /** Where `redirect: "elsewhere"` leads. */
  readonly elsewhere?: string | undefined;
}

/** One request for the file. */
export interface FaultRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly receivedAt: number;
}

/** A server on loopback that speaks raw HTTP, so that it can break it. */
export interface FaultServer extends AsyncDisposable {
  readonly origin: string;
  readonly requests: readonly FaultRequest[];
  readonly sockets: ReadonlySet<Socket>;
  connections(): number;
}

/** Starts a {@link FaultServer}. */
export async function startFaultServer(script: FaultScript): Promise<FaultServer> {
  const requests: FaultRequest[] = [];
  const sockets = new Set<Socket>();
  const refused = new Map<string, Step>();
  const startedAt = Date.now();
  let connections = 0;
  const server = createServer({ allowHalfOpen: true }, (raw) => {
    sockets.add(raw);
    raw.on("close", () => sockets.delete(raw)).on("error", () => {}); // resets are what this is about
    if (++connections <= (script.brokenHandshakes ?? 0)) {
      raw.once("data", () => raw.resetAndDestroy());
      return;
    }
    const socket = script.isSecure ? new TLSSocket(raw, { isServer: true, ...faultCertificate }) : raw;
    socket.on("error", () => {}).on("end", () => socket.end());
    readRequests(socket, (request) => {
      if (request.method === "HEAD") {
        // Some clients ask so first; the faults are for what follows.
        const about = { raw, socket, request, step: {}, script, number: 1, startedAt };
        void sendObject(about);
        return;
      }
      const again = refused.get(request.path);
      const number = again ? requests.length : requests.push(request);
      const step = again ?? script.steps[Math.min(number, script.steps.length) - 1] ?? {};
      if (script.refusesForGood && /^40[13]$/.test(String(step.answer?.status)))
        refused.set(request.path, step);
      void serve({ raw, socket, request, step, script, number, startedAt });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${script.isSecure ? "https" : "http"}://127.0.0.1:${port}`,
    requests,
    sockets,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), "close");
    },
  };
}

function readRequests(socket: Socket, onRequest: (request: FaultRequest) => void): void {
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
      const [first = "", ...lines] = text.slice(0, end).split("\r\n");
      text = text.slice(end + 4);
      const headers = lines.map((line) => /^([^:]*): *(.*)$/.exec(line) ?? []);
      const [method = "", path = ""] = first.split(" ");
      onRequest({
        method,
        path,
        headers: Object.fromEntries(headers.map(([, name = "", value = ""]) => [name.toLowerCase(), value])),
        receivedAt: performance.now(),
      });
    }
  });
}

interface Turn {
  /** Beneath TLS, where a reset is made. */
  readonly raw: Socket;
  readonly socket: Socket;
  readonly request: FaultRequest;
  readonly step: Step;
  readonly script: FaultScript;
  /** Of the request, from 1. */
  readonly number: number;
  /** When the server was started, by the clock: an object's date must not move. */
  readonly startedAt: number;
}

async function serve(turn: Turn): Promise<void> {
  const { socket, step } = turn;
  if (step.raw !== undefined) return void socket.end(step.raw);
  if (step.before === "interim") socket.write("HTTP/1.1 103 Early Hints\r\n\r\n");
  else if (step.before) return cut(turn, step.before);
  if (step.answer) return sendAnswer(turn, step.answer);
  await sendObject(turn);
}

function cut({ raw, socket }: Turn, by: CutBy): void {
  if (by === "rst") raw.resetAndDestroy();
  if (by === "fin") socket.destroySoon();
  if (by === "half-close") socket.end();
}

async function sendAnswer({ socket, script }: Turn, answer: Answer): Promise<void> {
  const { status, headers = {}, body = "", retryAfter, isEndless, redirect } = answer;
  const target = redirect === "here" ? "/moved" : `${script.elsewhere}/moved`;
  const inTwoSeconds = new Date(Date.now() + 2000);
  socket.write(
    head(`HTTP/1.1 ${status} Scripted`, {
      "content-length": isEndless ? undefined : String(Buffer.byteLength(body)),
      "transfer-encoding": isEndless ? "chunked" : undefined,
      "retry-after": retryAfter && retryAfterForms[retryAfter](inTwoSeconds),
      location: redirect && target,
      ...headers,
    }) + (isEndless ? "" : body),
  );
  const chunk = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`;
  while (isEndless && !socket.destroyed) await write(socket, Buffer.from(chunk));
}

async function sendObject(turn: Turn): Promise<void> {
  const { request, step, script, number } = turn;
  const version = step.version === "next" ? number : (step.version ?? 1);
  const bytes = script.content(version);
  const validators = validatorsOf(turn, version);
  const { range, "if-match": ifMatch, "if-unmodified-since": since } = request.headers;
  const isOther =
    (ifMatch !== undefined && ifMatch !== validators.etag) ||
    (since !== undefined && since !== validators["last-modified"]);
  if (isOther && !step.ignores?.includes("conditions"))
    return sendAnswer(turn, { status: 412, body: "precondition failed" });
  const asked = step.ignores?.includes("range") ? null : /^bytes=(\d+)-(\d*)$/.exec(range ?? "");
  const wanted = asked?.[1];
  const wantedEnd = asked?.[2] ? Number(asked[2]) + 1 : bytes.length;
  if (wanted !== undefined && Number(wanted) >= bytes.length)
    return sendAnswer(turn, {
      status: 416,
      headers: { "content-range": `bytes */${bytes.length}`, "content-type": "application/xml" },
      body: "<Error><Code>InvalidRange</Code></Error>",
    });
  const from = Number(wanted ?? 0) + (wanted === undefined ? 0 : (step.shiftBy ?? 0));
  const end = Math.min(
    bytes.length,
    wantedEnd,
    from + (wanted === undefined ? Infinity : (step.partBytes ?? Infinity)),
  );
  const body = Buffer.concat([bytes.subarray(from, end), Buffer.alloc(step.surplusBytes ?? 0, 7)]);
  const framing = step.framing ?? "length";
  const statusLine = wanted === undefined ? "200 OK" : "206 Partial Content";
  const headers = {
    date: new Date().toUTCString(),
    ...validators,
    "content-type": "application/octet-stream",
    "content-length": framing === "length" ? String(body.length) : undefined,
    "transfer-encoding": framing === "chunked" ? "chunked" : undefined,
    "content-range": wanted === undefined ? undefined : `bytes ${from}-${end - 1}/${bytes.length}`,
    ...step.headers,
  };
  await write(turn.socket, Buffer.from(head(`HTTP/1.${framing === "close" ? 0 : 1} ${statusLine}`, headers)));
  if (request.method !== "HEAD") await sendBody(turn, framing === "chunked" ? chunked(body) : body);
}

/** The body up to the cut; the last chunk of a chunked one counts as a byte more. */
async function sendBody(turn: Turn, body: Buffer): Promise<void> {
  const { socket, step, script } = turn;
  const sent = body.subarray(0, step.cut?.after);
  const { pieces, everyMs } = step.drip ?? evenDrip(sent.length, script.bytesPerSecond);
  const pieceBytes = Math.ceil(sent.length / pieces);
  for (let at = 0; at < sent.length; at += pieceBytes) {
    await write(socket, sent.subarray(at, at + pieceBytes));
    if (everyMs > 0 && !socket.destroyed) await wait(everyMs);
  }
  if (step.cut) cut(turn, step.cut.by);
  else if (step.framing === "close") socket.end();
}

const everyMs = 10;

function evenDrip(bytes: number, bytesPerSecond: number | undefined): NonNullable<Step["drip"]> {
  if (bytesPerSecond === undefined) return { pieces: 1, everyMs: 0 };
  return { pieces: Math.max(1, Math.ceil((bytes * 1000) / everyMs / bytesPerSecond)), everyMs };
}

function validatorsOf({ script, startedAt }: Turn, version: number) {
  const { validator, ageSeconds = 86_400 } = script;
  const modifiedAt = new Date(startedAt - ageSeconds * 1000 + (version - 1) * 1000);
  return {
    etag: validator === "etag" ? `"version-${version}"` : undefined,
    "last-modified": validator === "date" ? modifiedAt.toUTCString() : undefined,
  };
}

function head(statusLine: string, headers: Readonly<Record<string, string | undefined>>): string {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}\r\n`,
  );
  return `${statusLine}\r\n${lines.join("")}\r\n`;
}

/** Resolves when the system has taken the bytes, or the connection is over. */
async function write(socket: Socket, bytes: Buffer): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    socket.once("close", resolve);
    socket.write(bytes, () => {
      socket.off("close", resolve);
      resolve();
    });
  });
}
