import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createLogger, createTransport, type HttpSettings, retryPolicy } from "@cloudhaul/core-http";

/** A request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  readonly text?: string;
}

/** A real server on a port of its own, which answers as `answer` says and remembers what it was asked. */
export async function startServer(answer: (request: SeenRequest, count: number) => Answer | Promise<Answer>) {
  const seen: SeenRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const request = await read(incoming);
    seen.push(request);
    const { status = 200, headers = {}, json, text } = await answer(request, seen.length);
    outgoing.writeHead(status, { "content-type": "application/json", ...headers });
    outgoing.end(text ?? JSON.stringify(json ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function read(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  return { method: incoming.method ?? "", url: incoming.url ?? "", headers, body: Buffer.concat(chunks) };
}

/** What a client would pass down; three quick tries. */
export function httpSettings(): HttpSettings {
  return {
    transport: createTransport({ proxy: false }),
    retry: retryPolicy({ maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 1 }),
    timeouts: { headersMs: 5_000, bodyMs: 5_000 },
    logger: createLogger(undefined),
    userAgent: "core-auth-test",
  };
}

/** IAM's answer to a good token request. */
export function tokenAnswer(token: string, lifetimeMs = 24 * 3600 * 1000): Answer {
  const expires_at = new Date(Date.now() + lifetimeMs).toISOString();
  return {
    status: 201,
    headers: { "x-subject-token": token },
    json: { token: { expires_at, methods: ["password"], project: { id: "project-of-token", name: "cn-north-4" } } },
  };
}

/** Something that one part of a test waits for and another part brings about. */
export function signalFlag(): { readonly raised: Promise<void>; raise(): void } {
  let raise!: () => void;
  const raised = new Promise<void>((resolve) => {
    raise = resolve;
  });
  return { raised, raise };
}
