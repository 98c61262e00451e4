import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { signRequest } from "@cloudhaul/core-auth";
import { onTestFinished } from "vitest";
import { type Emulator, type EmulatorOptions, startEmulator } from "../emulator.ts";

/** An emulator that ends with the test. */
export async function emulatorForTest(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

/** What arrived of an answer, and how it ended. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** `undefined` when the answer came to its end; else the system's code. */
  readonly error: string | undefined;
}

/** Sends a request byte for byte as it is written here, on a connection of its own, and reads whatever comes. */
export function receive(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {},
): Promise<Received> {
  const [origin = "", path = "/"] = url.split(/(?<=:\d+)(?=\/)/);
  return new Promise((resolve, reject) => {
    const { method = "GET", body } = options;
    // Told for a GET too, whose body would else be taken for the next request.
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const headers = { ...options.headers, ...length };
    const outgoing = httpRequest(origin, { method, path, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      const finish = (error?: NodeJS.ErrnoException): void =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          bytes: Buffer.concat(chunks),
          error: error?.code,
        });
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => finish());
      incoming.on("error", finish);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** A request signed with the emulator's key. */
export function signed(
  { url, accessKey }: Emulator,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; date?: Date } = {},
): Promise<Received> {
  const { method = "GET", headers = {}, body, date = new Date() } = options;
  const request = { method, url: `${url}${path}`, headers, ...(body === undefined ? {} : { body }) };
  const signedHeaders = signRequest(request, accessKey, { date });
  return receive(`${url}${path}`, { method, headers: signedHeaders, ...(body === undefined ? {} : { body }) });
}

/** A request with the emulator's token. */
export function withToken(emulator: Emulator, path: string, headers: Record<string, string> = {}): Promise<Received> {
  return receive(`${emulator.url}${path}`, { headers: { "x-auth-token": emulator.token, ...headers } });
}

/** The body as JSON. */
export function json({ bytes }: Received): Record<string, unknown> {
  return JSON.parse(bytes.toString()) as Record<string, unknown>;
}

/** A request with the emulator's token, such as `POST /v2/…`, whose body and answer are JSON. */
export async function ask(
  emulator: Emulator,
  line: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: Record<string, any> }> {
  const [method = "GET", path = "/"] = line.split(/ (.*)/);
  const headers = { "x-auth-token": emulator.token, "content-type": "application/json" };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await receive(`${emulator.url}${path}`, { method, headers, ...sent });
  return { status: answer.status, body: answer.bytes.byteLength > 0 ? json(answer) : {} };
}
