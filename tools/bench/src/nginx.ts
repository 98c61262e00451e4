import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { programPath } from "./programs.ts";

/** A self-signed certificate, which is its own authority; paths of PEM files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** The ways to the same files. */
export interface Origins {
  readonly http: string;
  readonly https: string;
  /** Gives each connection so many bytes in a second: {@link limitedRate}. */
  readonly limited: string;
}

/** As nginx writes it, 4 MiB in a second. */
export const limitedRate = "4m";

const readyWithinMs = 10_000;
const temporaryPaths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

function configure(folder: string, files: string, ports: readonly number[], tls: Certificate): string {
  const [http, https, limited] = ports;
  return `
    daemon off;
    master_process off; # one process, which is the one that we end
    pid ${folder}/nginx.pid;
    events { worker_connections 512; }
    http {
      ${temporaryPaths.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n      ")}
      access_log off;
      default_type application/octet-stream;
      sendfile on;
      tcp_nopush on;
      keepalive_requests 100000;
      root ${files};
      server { listen 127.0.0.1:${http}; }
      server {
        listen 127.0.0.1:${https} ssl;
        ssl_certificate ${tls.certificate};
        ssl_certificate_key ${tls.key};
      }
      server { listen 127.0.0.1:${limited}; limit_rate ${limitedRate}; }
    }`;
}

/**
 * Starts nginx over a folder, on free ports. It ends with this process.
 *
 * @param folder - for its own files
 * @throws Error when it does not start
 */
export async function startNginx(folder: string, files: string, tls: Certificate): Promise<Origins> {
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const configuration = join(folder, "nginx.conf");
  await writeFile(configuration, configure(folder, files, ports, tls));
  const child = spawn("nginx", ["-p", folder, "-e", join(folder, "error.log"), "-c", configuration], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, PATH: programPath },
  });
  process.prependOnceListener("exit", () => child.kill("SIGKILL"));
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`nginx ended with ${code}: ${said}`);
  });
  ended.catch(() => {}); // after its start, its end shows in the downloads
  await Promise.race([Promise.all(ports.map(answers)), ended]);
  child.unref();
  const [http, https, limited] = ports;
  return {
    http: `http://127.0.0.1:${http}`,
    https: `https://127.0.0.1:${https}`,
    limited: `http://127.0.0.1:${limited}`,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Resolves once a connection is taken. */
async function answers(port: number): Promise<void> {
  for (const deadline = performance.now() + readyWithinMs; performance.now() < deadline; await wait(20)) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
  }
  throw new Error(`nginx does not answer on port ${port}.`);
}
