import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

/** One tab of a browser. */
export interface Tab {
  /** Opens a page and waits until it and its scripts are loaded. */
  open(url: string): Promise<void>;
  /** Makes the window so wide and high, in CSS pixels. */
  resize(width: number, height: number): Promise<void>;
  /** Runs no script of the pages that are opened from now on: much faster. */
  noScripts(): Promise<void>;
  /** The value of an expression in the page; a promise is waited for. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** What the window shows, as PNG. */
  screenshot(): Promise<Buffer>;
}

/** A headless Chromium. */
export interface Browser {
  newTab(): Promise<Tab>;
  close(): Promise<void>;
}

type Answer = Readonly<Record<string, unknown>>;

/** What is sent over the DevTools protocol, and what comes back. */
interface Connection {
  call(method: string, params?: object, sessionId?: string): Promise<Answer>;
  /** Resolves with the next event of this name in the session. */
  next(method: string, sessionId: string): Promise<Answer>;
  close(): void;
}

/**
 * Starts Debian's Chromium, which is asked over its own protocol.
 *
 * @throws Error when it is not installed or does not start
 */
export async function startChromium(): Promise<Browser> {
  const profile = await mkdtemp(path.join(tmpdir(), "cloudhaul-chromium-"));
  const child = spawn(
    "chromium",
    [
      ...["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"],
      ...["--no-first-run", "--disable-extensions", "--disable-background-networking", "--mute-audio"],
      ...["--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = once(child, "exit");
  ended.catch(() => {});
  const connection = await connect(await addressIn(child.stderr, ended));
  return {
    newTab: () => newTab(connection),
    async close() {
      await Promise.race([connection.call("Browser.close").catch(() => undefined), ended]);
      const timer = setTimeout(() => void child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(timer);
      connection.close();
      await rm(profile, { recursive: true, maxRetries: 5 });
    },
  };
}

/** It says on stderr where it listens. */
async function addressIn(stderr: NodeJS.ReadableStream, ended: Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const found = (async () => {
    for await (const line of createInterface({ input: stderr })) {
      lines.push(line);
      const [, address] = /DevTools listening on (ws:\S+)/.exec(line) ?? [];
      if (address) return address;
    }
    return undefined;
  })();
  const gone = ended.then(
    () => undefined,
    (cause: unknown) => {
      throw new Error("chromium is needed: apt-get install chromium", { cause });
    },
  );
  const address = await Promise.race([found, gone]);
  if (!address) throw new Error(`chromium did not start:\n${lines.join("\n")}`);
  stderr.resume(); // or it would wait for somebody to read
  return address;
}

async function connect(address: string): Promise<Connection> {
  const socket = new WebSocket(address);
  await once(socket, "open");
  let count = 0;
  const calls = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  const waiting: { readonly key: string; resolve(event: Answer): void }[] = [];
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error, method, params, sessionId } = JSON.parse(String(data));
    if (id === undefined) {
      const key = `${sessionId} ${method}`;
      for (const one of waiting.filter((one) => one.key === key)) {
        waiting.splice(waiting.indexOf(one), 1);
        one.resolve(params);
      }
      return;
    }
    const call = calls.get(id);
    calls.delete(id);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result);
  });
  return {
    call: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        calls.set(++count, { resolve, reject });
        socket.send(JSON.stringify({ id: count, method, params, sessionId }));
      }),
    next: (method, sessionId) =>
      new Promise((resolve) => void waiting.push({ key: `${sessionId} ${method}`, resolve })),
    close: () => socket.close(),
  };
}

async function newTab(connection: Connection): Promise<Tab> {
  const { targetId } = await connection.call("Target.createTarget", { url: "about:blank" });
  const attached = await connection.call("Target.attachToTarget", { targetId, flatten: true });
  const session = String(attached.sessionId);
  await connection.call("Page.enable", {}, session);
  return {
    async open(url) {
      const loaded = connection.next("Page.loadEventFired", session);
      await connection.call("Page.navigate", { url }, session);
      await loaded;
    },
    async resize(width, height) {
      const metrics = { width, height, deviceScaleFactor: 1, mobile: width < 600 };
      await connection.call("Emulation.setDeviceMetricsOverride", metrics, session);
    },
    async noScripts() {
      await connection.call("Emulation.setScriptExecutionDisabled", { value: true }, session);
    },
    async evaluate<Value>(expression: string) {
      const params = { expression, returnByValue: true, awaitPromise: true };
      const { result, exceptionDetails } = await connection.call("Runtime.evaluate", params, session);
      if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
      return (result as { readonly value: Value }).value;
    },
    async screenshot() {
      const { data } = await connection.call("Page.captureScreenshot", { format: "png" }, session);
      return Buffer.from(String(data), "base64");
    },
  };
}
