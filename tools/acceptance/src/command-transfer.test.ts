import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { commandFile, linesOf } from "./cloudhaul-command.ts";
import { startProgram } from "./killable-program.ts";
import { startPacedServer } from "./paced-server.ts";
import { randomBytesOf } from "./random-file.ts";
import { runProgram } from "./run-program.ts";
import { sha256OfFile } from "./saved-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const mebibyte = 1024 ** 2;

async function pacedServer(file: Buffer, bytesPerSecond: number) {
  const server = await startPacedServer(file, bytesPerSecond);
  onTestFinished(() => server.close());
  return server;
}

const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

it("[CLI-8] killed in mid-transfer, the same command brings the right file with fewer bytes", async () => {
  const file = randomBytesOf("killed", 24 * mebibyte);
  const server = await pacedServer(file, 16 * mebibyte);
  const folder = await temporaryFolder();
  const words = ["get", `${server.url}/a.bin`, "-o", `${folder}/`, "--json"];
  const first = startProgram(commandFile, { arguments: words });
  while (server.fetched("/a.bin").bytes < 12 * mebibyte) await sleep(10);
  first.kill();
  await first.ended;
  expect(await readdir(folder)).not.toContain("a.bin");
  const before = server.fetched("/a.bin").bytes;

  const second = await runProgram(commandFile, { arguments: words });
  expect([second.exitCode, second.stderr]).toEqual([0, ""]);
  expect(await sha256OfFile(join(folder, "a.bin"))).toBe(sha256Of(file));
  expect(await readdir(folder)).toEqual(["a.bin"]);
  const [saved] = linesOf(second.stdout);
  expect(saved?.resumedFromByte).toBeGreaterThan(4 * mebibyte);
  expect(server.fetched("/a.bin").bytes - before).toBe(file.length - Number(saved?.resumedFromByte));
});

it("[CLI-5] memory does not grow with what goes to stdout", async () => {
  const peakOf = async (bytes: number): Promise<number> => {
    const file = randomBytesOf("memory", bytes);
    const server = await pacedServer(file, 2 ** 40);
    const child = spawn(process.execPath, [commandFile, "get", `${server.url}/a.bin`, "-o", "-"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const hash = createHash("sha256");
    let peakKb = 0;
    let seen = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      hash.update(chunk);
      // Looked at now and then, and before its end: a process that is gone has no file there.
      seen += chunk.length;
      if (seen % (4 * mebibyte) < chunk.length)
        void readFile(`/proc/${child.pid}/status`, "utf8").then(
          (status) => {
            peakKb = Math.max(peakKb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]));
          },
          () => {},
        );
    });
    expect(await once(child, "close")).toEqual([0, null]);
    expect(hash.digest("hex")).toBe(sha256Of(file));
    expect(peakKb).toBeGreaterThan(0);
    return peakKb / 1024;
  };
  const [small, large] = [await peakOf(32 * mebibyte), await peakOf(320 * mebibyte)];
  console.log(`peak: ${small.toFixed(0)} MiB for 32 MiB, ${large.toFixed(0)} MiB for 320 MiB`);
  expect(large - small).toBeLessThan(64);
});
