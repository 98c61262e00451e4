import { createHttpConnection, type HttpConnection } from "./http-connection.ts";
import type { ConnectionOptions } from "./open-socket.ts";

/** Connections by origin. */
export interface ConnectionPool {
  /** An idle connection, the one used last first, or a new one. */
  take(origin: URL, options: { readonly fresh: boolean }): HttpConnection;
  /** Its exchange is over: keeps it for the next, if it can be used again. */
  release(origin: URL, connection: HttpConnection): void;
  /** Closes the idle ones; the others are closed at the end of what they are doing. */
  close(): Promise<void>;
}

/** How long a connection is kept without a request, if the server does not say. */
const idleMs = 4000;
/** The server closes it at its own time: so much earlier we no longer use it. */
const marginMs = 1000;

interface Idle {
  readonly connection: HttpConnection;
  readonly timer: NodeJS.Timeout;
}

/** A pool without a bound of its own: who sends requests decides how many run at a time. */
export function createConnectionPool(options: ConnectionOptions): ConnectionPool {
  const idle = new Map<string, Idle[]>();
  let isClosed = false;

  function drop(key: string, connection: HttpConnection): void {
    const waiting = idle.get(key) ?? [];
    const index = waiting.findIndex((one) => one.connection === connection);
    if (index >= 0) clearTimeout(waiting.splice(index, 1)[0]?.timer);
    if (waiting.length === 0) idle.delete(key);
  }

  return {
    take(origin, { fresh }) {
      const found = fresh ? undefined : idle.get(origin.origin)?.at(-1)?.connection;
      if (!found) return createHttpConnection(origin, options);
      drop(origin.origin, found);
      return found;
    },
    release(origin, connection) {
      const key = origin.origin;
      const keepMs = Math.min(idleMs, (connection.keepAliveMs() ?? idleMs + marginMs) - marginMs);
      if (isClosed || keepMs <= 0 || !connection.isReusable()) return void connection.destroy();
      const end = (): void => {
        drop(key, connection);
        void connection.destroy();
      };
      const timer = setTimeout(end, keepMs).unref();
      idle.set(key, [...(idle.get(key) ?? []), { connection, timer }]);
      connection.rest(() => drop(key, connection));
    },
    async close() {
      isClosed = true;
      const waiting = [...idle.values()].flat();
      idle.clear();
      for (const { timer } of waiting) clearTimeout(timer);
      await Promise.all(waiting.map(({ connection }) => connection.destroy()));
    },
  };
}
