import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** One request as the server read it. */
export interface ScriptedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** What to do with one request: write raw bytes to the socket, or cut it. */
export type Answer = (socket: Socket, request: ScriptedRequest) => void;

/** A server on loopback that speaks raw HTTP, so that it can break it. */
export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly requests: ScriptedRequest[];
  readonly connections: Set<Socket>;
  connectionCount(): number;
}

/** Answers request number n with answer number n; the last answer serves all that follow. */
export async function startScriptedServer(
  answers: readonly Answer[],
  create: (onConnection: (socket: Socket) => void) => Server = createServer,
): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  const connections = new Set<Socket>();
  let connected = 0;
  const server = create((socket) => {
    connected++;
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    socket.on("error", () => {}); // resets are what these tests are about
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (let parsed = parse(text); parsed; parsed = parse(text)) {
        text = text.slice(parsed.length);
        requests.push(parsed.request);
        answers[Math.min(requests.length, answers.length) - 1]?.(socket, parsed.request);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections,
    connectionCount: () => connected,
    async [Symbol.asyncDispose]() {
      for (const socket of connections) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function parse(text: string): { request: ScriptedRequest; length: number } | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const [method = "", path = ""] = first.split(" ");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const length = end + 4 + Number(headers["content-length"] ?? 0);
  if (text.length < length) return undefined;
  return { request: { method, path, headers, body: text.slice(end + 4, length) }, length };
}

/** A whole answer. */
export function answer(status: number, headers: Record<string, string>, body: string | Buffer = ""): Answer {
  const bytes = Buffer.from(body as string);
  return (socket) => {
    socket.write(head(status, { "content-length": String(bytes.length), ...headers }));
    socket.write(bytes);
  };
}

/** The status line and headers alone. */
export function head(status: number, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Scripted\r\n${lines.join("")}\r\n`;
}

/** An answer cut after `sent` of `announced` bytes: by FIN, or by RST. */
export function cutAnswer(body: Buffer, sent: number, how: "fin" | "rst", headers: Record<string, string> = {}): Answer {
  return (socket) => {
    socket.write(head(200, { "content-length": String(body.length), ...headers }));
    socket.write(body.subarray(0, sent), () => (how === "fin" ? socket.end() : socket.resetAndDestroy()));
  };
}
