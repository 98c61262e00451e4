import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTransport, downloadLink, TransportError } from "@cloudhaul/core-http";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startDaemon } from "./daemon.ts";
import { freePort } from "./free-port.ts";
import { leaksIn } from "./leaks.ts";
import { startNginx } from "./nginx.ts";
import { signCertificate } from "./private-authority.ts";
import { writeRandomFile } from "./random-file.ts";
import { publishedFiles } from "./saved-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Known to the proxy alone: whoever does not go through it does not even find the host. */
const host = "files.cloudhaul.test";
const user = "operator";
const password = "correct-horse.battery";
const wrongPassword = "wrong-horse.battery";

interface ProxyUrls {
  readonly right: string;
  readonly wrong: string;
}

/** A proxy that asks for a password, and allows CONNECT to `port` alone. */
async function startProxy(connectPort: number): Promise<ProxyUrls> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const [configuration, hosts] = [join(folder, "tinyproxy.conf"), join(folder, "hosts")];
  await writeFile(hosts, `127.0.0.1 localhost ${host}\n`);
  const lines = [
    ...[`Port ${port}`, "Listen 127.0.0.1", "Allow 127.0.0.1", "Timeout 30", "MaxClients 20"],
    ...[`BasicAuth ${user} ${password}`, `ConnectPort ${connectPort}`, `PidFile "${folder}/tinyproxy.pid"`],
  ];
  await writeFile(configuration, `${lines.join("\n")}\n`);
  await startDaemon({
    // A mount of its own over /etc/hosts: nobody else on this machine learns the name.
    command: "unshare",
    installedBy: "apt-get install tinyproxy util-linux, and run as root",
    arguments: [
      ...["--mount", "sh", "-c", 'mount --bind "$1" /etc/hosts && exec tinyproxy -d -c "$2"'],
      ...["sh", hosts, configuration],
    ],
    port,
  });
  const url = (secret: string) => `http://${user}:${secret}@127.0.0.1:${port}`;
  return { right: url(password), wrong: url(wrongPassword) };
}

const retry = { baseDelayMs: 1, maxDelayMs: 5 };

describe("over https, by CONNECT", () => {
  async function setUp() {
    const tls = await signCertificate(await temporaryFolder(), `DNS:${host}`);
    const nginx = await startNginx("", { tls });
    const sha256 = await writeRandomFile(join(nginx.files, "a.bin"), "proxied", 3_000_000);
    const proxy = await startProxy(nginx.port);
    const url = `https://${host}:${nginx.port}/a.bin`;
    const folder = await temporaryFolder();
    const save = (options: { readonly proxy?: string | false }) =>
      downloadLink({ url, tls: { ca: tls.authority }, retry, ...options }).toFile(`${folder}/`);
    return { nginx, proxy, sha256, folder, save };
  }

  it("goes through the proxy that the option names", async () => {
    const { proxy, sha256, save } = await setUp();
    expect(await save({ proxy: proxy.right })).toMatchObject({ sha256, attempts: 1 });
  });

  it.each(["HTTPS_PROXY", "https_proxy"])("goes through the proxy that %s names", async (name) => {
    const { proxy, sha256, save } = await setUp();
    stubEnvironment(name, proxy.right);
    expect(await save({})).toMatchObject({ sha256, attempts: 1 });
    await expect(save({ proxy: false })).rejects.toMatchObject({ code: "DNS" });
  });

  it("[HTTP-74] tells a wrong password, and does not tell which", async () => {
    const { nginx, proxy, folder, save } = await setUp();
    const error = await save({ proxy: proxy.wrong }).catch((reason: unknown) => reason);
    expect(TransportError.isInstance(error) && error.code).toBe("PROXY");
    expect(leaksIn(error, "error", [wrongPassword, btoa(`${user}:${wrongPassword}`)])).toEqual([]);
    expect(await publishedFiles(folder)).toEqual([]);
    await expect(nginx.requests()).resolves.toEqual([]);
  });
});

describe("over plain http", () => {
  it("goes through the proxy that the option names, to this machine too", async () => {
    const nginx = await startNginx("");
    const sha256 = await writeRandomFile(join(nginx.files, "a.bin"), "forwarded", 3_000_000);
    const proxy = await startProxy(nginx.port);
    const url = `http://127.0.0.1:${nginx.port}/a.bin`;
    const file = await downloadLink({ url, proxy: proxy.right, retry }).toFile(`${await temporaryFolder()}/`);
    expect(file.sha256).toBe(sha256);
    expect((await nginx.requests())[0]?.via).toMatch(/tinyproxy/);
  });

  it("goes through the proxy that HTTP_PROXY names, but not to this machine", async () => {
    const nginx = await startNginx("");
    await writeFile(join(nginx.files, "a.txt"), "forwarded");
    const proxy = await startProxy(nginx.port);
    stubEnvironment("HTTP_PROXY", proxy.right);
    const transport = createTransport();
    onTestFinished(() => transport.close());
    for (const name of [host, "127.0.0.1"]) {
      const url = `http://${name}:${nginx.port}/a.txt`;
      const { body } = await transport.send({ method: "GET", url, headers: {} });
      expect(Buffer.concat((await body.read(9)) ?? []).toString()).toBe("forwarded");
      expect(await body.read()).toBeUndefined();
    }
    const vias = (await nginx.requests()).map(({ via }) => via !== "");
    expect(vias).toEqual([true, false]);
  });

  it("[HTTP-74] tells that a password is missing", async () => {
    const { proxy, save, folder } = await setUpRefusal();
    const error = await save(withoutPassword(proxy.right)).catch((reason: unknown) => reason);
    expect(TransportError.isInstance(error) && error.code).toBe("PROXY");
    expect(await publishedFiles(folder)).toEqual([]);
  });

  // tinyproxy answers a wrong password with the 401 of a service: nothing in it says who speaks but the words.
  it("[HTTP-74] tells what the proxy says of a wrong password, and does not tell which", async () => {
    const { proxy, save, folder } = await setUpRefusal();
    const error = await save(proxy.wrong).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 401, message: expect.stringContaining("this proxy") });
    expect(leaksIn(error, "error", [wrongPassword, btoa(`${user}:${wrongPassword}`)])).toEqual([]);
    expect(await publishedFiles(folder)).toEqual([]);
  });

  async function setUpRefusal() {
    const nginx = await startNginx("");
    const proxy = await startProxy(nginx.port);
    const url = `http://127.0.0.1:${nginx.port}/a.bin`;
    const folder = await temporaryFolder();
    const save = (through: string) => downloadLink({ url, proxy: through, retry }).toFile(`${folder}/`);
    return { proxy, folder, save };
  }
});

const withoutPassword = (proxy: string): string => proxy.replace(/\/\/.*@/, "//");

/** One proxy variable of the environment, and none of the others. */
function stubEnvironment(name: string, value: string): void {
  for (const other of ["http_proxy", "https_proxy", "no_proxy"].flatMap((low) => [low, low.toUpperCase()]))
    vi.stubEnv(other, undefined);
  vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}
