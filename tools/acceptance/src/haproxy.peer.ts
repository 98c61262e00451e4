import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { downloadLink } from "@cloudhaul/core-http";
import { expect, it } from "vitest";
import { startDaemon } from "./daemon.ts";
import { freePort } from "./free-port.ts";
import { startNginx } from "./nginx.ts";
import { writeRandomFile } from "./random-file.ts";
import { sha256OfFile } from "./saved-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const mebibyte = 1024 ** 2;

interface Haproxy {
  readonly port: number;
  /** Cuts every connection that is open. */
  cutAll(): Promise<void>;
}

/** Its dice have no seed: whatever they show, every file must be right. */
async function startFaultyGateway(upstreamPort: number): Promise<Haproxy> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const control = join(folder, "control.sock");
  const configuration = `
global
  stats socket ${control} mode 600 level admin
defaults
  mode http
  retries 0
  timeout connect 2s
  timeout client 10s
  timeout server 10s
frontend faulty
  bind 127.0.0.1:${port}
  http-request reject if { rand(6) eq 0 }
  http-request silent-drop if { rand(12) eq 0 }
  http-request return status 503 hdr Retry-After 1 if { rand(5) eq 0 }
  default_backend files
backend files
  server nginx 127.0.0.1:${upstreamPort}
`;
  const file = join(folder, "haproxy.cfg");
  await writeFile(file, configuration);
  await startDaemon({
    command: "haproxy",
    installedBy: "apt-get install haproxy",
    arguments: ["-db", "-f", file],
    port,
  });
  return {
    port,
    async cutAll() {
      const socket = connect(control);
      await once(socket, "connect");
      socket.write("shutdown sessions server files/nginx\n");
      expect((await text(socket)).trim()).toBe("");
    },
  };
}

it.each([
  [20, 3, 1, 40],
  [4, 24, 8, 10],
])(
  "[HTTP-75] %i files of %i MiB, through a gateway that resets, drops, refuses and cuts, are all right over %i connections each",
  async (downloads, mebibytes, connections, cutEvery) => {
    const bytes = mebibytes * mebibyte;
    const nginx = await startNginx("limit_rate 4m;");
    const gateway = await startFaultyGateway(nginx.port);
    const names = Array.from({ length: downloads }, (_, index) => `${index}.bin`);
    const expected = new Map<string, string>();
    for (const name of names) expected.set(name, await writeRandomFile(join(nginx.files, name), name, bytes));
    const folder = await temporaryFolder();
    const cuts: Promise<void>[] = [];
    let reports = 0;
    const files = await Promise.all(
      names.map((name) =>
        downloadLink({
          url: `http://127.0.0.1:${gateway.port}/${name}`,
          retry: { maxAttempts: 100, baseDelayMs: 20, maxDelayMs: 100, maxRetryAfterMs: 100 },
          timeouts: { headersMs: 1000 },
        }).toFile(`${folder}/`, {
          connections,
          onProgress({ phase, bytes: came }) {
            const isUnderWay = phase === "downloading" && came > 0 && came < bytes;
            if (isUnderWay && ++reports % cutEvery === 0) cuts.push(gateway.cutAll());
          },
        }),
      ),
    );
    await Promise.all(cuts);
    expect(cuts.length).toBeGreaterThan(0);
    for (const { fileName, path, sha256 } of files) {
      expect(sha256).toBe(expected.get(fileName));
      expect(await sha256OfFile(path)).toBe(expected.get(fileName));
    }
    expect(files.reduce((sum, { attempts }) => sum + attempts, 0)).toBeGreaterThan(downloads);
    const requests = await nginx.requests();
    expect(requests.some(({ status, ifMatch }) => status === 206 && ifMatch !== "")).toBe(true);
  },
);
