import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { AccessKey } from "@cloudhaul/core-auth";
import { randomContent } from "@cloudhaul/emulator";
import { expect, it, onTestFinished } from "vitest";
import { startPacedServer } from "./paced-server.ts";
import { runProgram } from "./run-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

interface LargeFiles {
  readonly url: string;
  readonly projectId: string;
  readonly accessKey: AccessKey;
}

interface Saved {
  readonly bytes: number;
  readonly sha256: string;
  /** The most memory that the process had, in KiB. */
  readonly peakKib: number;
}

async function startLargeFiles(): Promise<LargeFiles> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "large-files.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => end(child));
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return JSON.parse(line) as LargeFiles;
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}

const limitMib = 160;

it("a file of 1 GiB takes no more memory than one of 256 MiB", async () => {
  const { url, projectId, accessKey } = await startLargeFiles();
  const folder = await temporaryFolder();
  const peakMib: Record<number, number> = {};
  for (const mebibytes of [256, 1024]) {
    const { exitCode, stdout, stderr } = await runProgram(join(import.meta.dirname, "save-large-file.ts"), {
      arguments: [String(mebibytes), join(folder, String(mebibytes))],
      env: {
        HUAWEICLOUD_SDK_AK: accessKey.accessKeyId,
        HUAWEICLOUD_SDK_SK: accessKey.secretAccessKey,
        HUAWEICLOUD_SDK_PROJECT_ID: projectId,
        HUAWEICLOUD_SDK_REGION_HSS_CN_NORTH_4: url,
      },
    });
    expect(exitCode, stderr).toBe(0);
    const saved = JSON.parse(stdout) as Saved;
    const bytes = mebibytes * 1024 ** 2;
    const source = randomContent({ seed: `${mebibytes} MiB`, bytes });
    expect(saved).toMatchObject({ bytes, sha256: await source.sha256() });
    peakMib[mebibytes] = Math.round(saved.peakKib / 1024);
  }
  const [small = 0, large = 0] = [peakMib[256], peakMib[1024]];
  console.log(`Peak memory: ${small} MiB for 256 MiB, ${large} MiB for 1 GiB.`);
  expect(small).toBeGreaterThan(0);
  expect(large).toBeLessThan(limitMib);
  expect(large).toBeLessThanOrEqual(small * 1.1);
});

it("[HTTP-120] a file over 8 connections takes no more either", async () => {
  const file = Buffer.alloc(192 * 1024 ** 2, "eight connections");
  const server = await startPacedServer(file, 24 * 1024 ** 2);
  onTestFinished(() => server.close());
  const { stdout, stderr } = await runProgram(join(import.meta.dirname, "save-link.ts"), {
    arguments: [`${server.url}/file`, join(await temporaryFolder(), "file"), "8"],
  });
  const saved = JSON.parse(stdout) as Saved;
  expect(saved.sha256, stderr).toBe(createHash("sha256").update(file).digest("hex"));
  expect(server.fetched("/file").requests).toBeGreaterThan(8);
  console.log(`Peak memory over 8 connections: ${Math.round(saved.peakKib / 1024)} MiB.`);
  expect(saved.peakKib / 1024).toBeLessThan(limitMib);
});
