import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { readdir, rm, statfs, writeFile } from "node:fs/promises";
import { freemem, tmpdir } from "node:os";
import { join } from "node:path";
import { type Origins, startNginx } from "./nginx.ts";
import { programPath } from "./programs.ts";
import { type ExpectedFile, type ExpectedFiles, writeSeededFile } from "./served-files.ts";

/** Where downloads are saved: in memory, so that no disk is measured, or where the disk is what it is about. */
export type Place = "memory" | "disk";

/** Many small files, and lists of their links. */
export interface ServedSet {
  readonly expected: ExpectedFiles;
  /** One link a line. */
  readonly links: string;
  /** The same for `curl --config`. */
  readonly curlConfig: string;
}

/** Everything around the programs that are measured. */
export interface Scene {
  readonly origins: Origins & { readonly delayed: string };
  /** The certificate of `origins.https`, a PEM file. */
  readonly certificate: string;
  /** What a program sees of this machine: none of its set-up. */
  readonly env: NodeJS.ProcessEnv;
  /** A file for the figures of what is measured. */
  readonly report: string;
  /** What each place is, for readers. */
  readonly places: Readonly<Record<Place, string>>;
  /** An empty folder, which the next call for it empties again. */
  emptyFolder(place: Place): Promise<string>;
  /** Puts a file of this size behind the origins; a second call for the size gives the same. */
  serve(bytes: number): Promise<{ readonly path: string; readonly expected: ExpectedFile }>;
  /** Puts so many files of this size there. */
  serveSet(count: number, bytes: number): Promise<ServedSet>;
  /** Takes all files away. */
  clear(): Promise<void>;
}

/** The least time from a byte's sending to its arrival over `origins.delayed`. */
export const oneWayMs = 25;

const fileSystems: Readonly<Record<number, string>> = {
  16914836: "tmpfs",
  61267: "ext4",
  1481003842: "xfs",
  2435016766: "btrfs",
};
const gibibyte = 1024 ** 3;

/**
 * Makes folders, a certificate, a server and a network. All of it ends, and is removed, when this process exits.
 *
 * @param neededBytes - how much the files take, those that are served and those that are saved
 * @throws Error when a program does not start, or there is too little space
 */
export async function createScene(neededBytes: number): Promise<Scene> {
  const memory = mkdtempSync(join(await roomyFolder(neededBytes), "cloudhaul-bench-"));
  const disk = mkdtempSync(join(tmpdir(), "cloudhaul-bench-"));
  process.once("exit", () => {
    for (const folder of [memory, disk]) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const served = join(memory, "served");
  // Two levels: what lies behind an object store's host is a bucket, and then a file.
  const bucket = join(served, "files");
  mkdirSync(bucket, { recursive: true });
  const tls = createCertificate(disk);
  const origins = await startNginx(disk, served, tls);
  const delayed = await startDelayProxy(origins.http);
  const files = new Map<number, Promise<ExpectedFile>>();
  return {
    origins: { ...origins, delayed },
    certificate: tls.certificate,
    env: { PATH: programPath, HOME: disk },
    report: join(disk, "report"),
    places: { memory: await nameOf(memory), disk: await nameOf(disk) },
    async emptyFolder(place) {
      const folder = join(place === "memory" ? memory : disk, "saved");
      await rm(folder, { recursive: true, force: true });
      mkdirSync(folder);
      return folder;
    },
    async serve(bytes) {
      const name = `${bytes}.bin`;
      const writing = files.get(bytes) ?? writeSeededFile(bucket, name, bytes);
      files.set(bytes, writing);
      return { path: `/files/${name}`, expected: await writing };
    },
    async serveSet(count, bytes) {
      const expected = new Map<string, ExpectedFile>();
      for (let index = 0; index < count; index++) {
        const name = `small-${index}.bin`;
        expected.set(name, await writeSeededFile(bucket, name, bytes));
      }
      const urls = [...expected.keys()].map((name) => `${origins.http}/files/${name}`);
      const [links, curlConfig] = [join(disk, "links.txt"), join(disk, "links.curl")];
      await writeFile(links, `${urls.join("\n")}\n`);
      await writeFile(curlConfig, `remote-name-all\n${urls.map((url) => `url = "${url}"\n`).join("")}`);
      return { expected, links, curlConfig };
    },
    async clear() {
      files.clear();
      for (const name of await readdir(bucket)) await rm(join(bucket, name));
    },
  };
}

/** Memory where there is enough, so that no disk is measured; or else the folder for temporary files. */
async function roomyFolder(neededBytes: number): Promise<string> {
  const inMemory = "/dev/shm";
  if (
    existsSync(inMemory) &&
    freemem() > neededBytes + 2 * gibibyte &&
    (await spaceIn(inMemory)) > neededBytes
  )
    return inMemory;
  const space = await spaceIn(tmpdir());
  if (space > neededBytes) return tmpdir();
  const wanted = (neededBytes / gibibyte).toFixed(1);
  throw new Error(`${tmpdir()} has ${(space / gibibyte).toFixed(1)} GiB free; ${wanted} GiB are needed.`);
}

async function spaceIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function nameOf(folder: string): Promise<string> {
  const { type } = await statfs(folder);
  return fileSystems[type] ?? `a file system of type ${type}`;
}

function createCertificate(folder: string): { readonly certificate: string; readonly key: string } {
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  const subject = ["-subj", "/CN=Cloudhaul bench", "-addext", "subjectAltName=IP:127.0.0.1"];
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const command = ["req", "-x509", ...subject, ...newKey, "-keyout", key, "-out", certificate];
  execFileSync("openssl", command, { stdio: "pipe" });
  return { certificate, key };
}

async function startDelayProxy(origin: string): Promise<string> {
  const program = join(import.meta.dirname, "delay-proxy.ts");
  const child = spawn(process.execPath, [program, new URL(origin).port, String(oneWayMs)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  process.prependOnceListener("exit", () => child.kill("SIGKILL"));
  const [line] = (await Promise.race([
    once(child.stdout, "data"),
    once(child, "exit").then(([code]) => {
      throw new Error(`The delaying proxy ended with ${code}.`);
    }),
  ])) as [Buffer];
  return `http://127.0.0.1:${line.toString().trim()}`;
}
