import { execFile, spawnSync } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Emulator, lz4TarContent, startEmulator } from "@cloudhaul/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { commandEnvironment, commandFile } from "./cloudhaul-command.ts";
import { startObjectStore } from "./object-store.ts";
import { sha256OfFile } from "./saved-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const mebibyte = 1024 ** 2;
const account = "--region cn-north-4 --instance i";

/** An emulator with a backup `b` of one file, and the file's content. */
async function cloudWith(bytes: number) {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  const content = lz4TarContent({ seed: "pipes", bytes, entries: 3 });
  emulator.store.dds.addBackup({
    instanceId: "i",
    backupId: "b",
    files: [{ name: "b.tar.gz", content }],
  });
  return { emulator, content };
}

/** Runs a line of a shell in which `cloudhaul` is the command; every part of a pipe must succeed. */
async function shell(emulator: Emulator, line: string, more: NodeJS.ProcessEnv = {}): Promise<string> {
  const command = `cloudhaul() { "${process.execPath}" "${commandFile}" "$@"; }\n`;
  const env = { ...process.env, ...commandEnvironment(emulator), ...more };
  const { stdout } = await promisify(execFile)("bash", ["-o", "pipefail", "-c", command + line], { env });
  return stdout;
}

it("[CLI-5] a backup is unpacked as it comes, and memory does not grow with it", async () => {
  const peakOf = async (bytes: number): Promise<number> => {
    const { emulator } = await cloudWith(bytes);
    const note = join(await temporaryFolder(), "peak");
    const preload = `process.on("exit", () => {
      process.getBuiltinModule("node:fs").writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS));
    })`;
    const env = {
      PEAK_FILE: note,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}`,
    };
    const listed = await shell(emulator, `cloudhaul dds download b ${account} -o - | lz4 -dc | tar -t`, env);
    expect(listed.trimEnd().split("\n")).toHaveLength(3);
    return Number(await readFile(note, "utf8")) / 1024;
  };
  const [small, large] = [await peakOf(16 * mebibyte), await peakOf(256 * mebibyte)];
  console.log(`peak: ${small.toFixed(0)} MiB for 16 MiB, ${large.toFixed(0)} MiB for 256 MiB`);
  expect(small).toBeGreaterThan(0);
  expect(large - small).toBeLessThan(64);
});

describe("[CLI-5] a file is pushed on, as the recipes have it,", () => {
  it("by rclone", async () => {
    const { emulator, content } = await cloudWith(8 * mebibyte);
    const folder = await temporaryFolder();
    await mkdir(join(folder, "bucket"));
    const remote = { RCLONE_CONFIG: join(folder, "none.conf"), RCLONE_CONFIG_REMOTE_TYPE: "alias" };
    const line = `cloudhaul get "$(cloudhaul dds links b ${account} --quiet)" --output - | rclone rcat remote:bucket/a.zip`;
    await shell(emulator, line, { ...remote, RCLONE_CONFIG_REMOTE_REMOTE: folder });
    expect(await sha256OfFile(join(folder, "bucket/a.zip"))).toBe(await content.sha256());
  });

  // A program of Amazon's, which Debian has in an old version only: run where it is there.
  const isThere = spawnSync("aws", ["--version"]).status === 0;
  it.runIf(isThere)("by aws", async () => {
    const { emulator, content } = await cloudWith(24 * mebibyte);
    const store = await startObjectStore();
    const env = {
      AWS_ACCESS_KEY_ID: "S3RVER",
      AWS_SECRET_ACCESS_KEY: "S3RVER",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${store.port}`,
      AWS_REQUEST_CHECKSUM_CALCULATION: "when_required",
      AWS_CONFIG_FILE: "/dev/null",
    };
    const line = `cloudhaul dds download b ${account} --output - | aws s3 cp - s3://backups/b-1.tar.lz4`;
    await shell(emulator, line, env);
    expect(await sha256OfFile(store.pathOf("b-1.tar.lz4"))).toBe(await content.sha256());
  });
});
