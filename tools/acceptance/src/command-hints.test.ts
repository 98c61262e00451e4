import { type Emulator, lz4TarContent, startEmulator, zipContent } from "@cloudhaul/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { cloudhaul, linesOf } from "./cloudhaul-command.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const zip = zipContent({ seed: "hints", bytes: 1000, fileName: "export.zip" });
const files = [{ name: "a.tar.gz", content: lz4TarContent({ seed: "hints", bytes: 1000 }) }];

async function startCloud(): Promise<Emulator> {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  const { iotda, metastudio, roma, dds } = emulator.store;
  iotda.addExportTask({ exportTaskId: "5f1e6a2b3c4d5e6f70819203", content: zip });
  metastudio.addResult({ taskId: "26f06524-4f75", content: zip });
  roma.addArchive({ instanceId: "roma-instance-1", archiveId: "archive-1", content: zip });
  dds.addBackup({ instanceId: "dds-instance-1", backupId: "backup-1a2b", files });
  return emulator;
}

/** Runs what asks for an id that does not exist; gives its message, and the paths of what was asked after that was refused. */
async function miss(emulator: Emulator, line: string) {
  const words = [...line.split(" "), "--json", "--retries", "0"];
  const { exitCode, stderr } = await cloudhaul(emulator, words, { cwd: await temporaryFolder() });
  const { code, message } = linesOf(stderr).at(-1) ?? {};
  expect([exitCode, code], stderr).toEqual([4, "SERVICE_NOT_FOUND"]);
  const refused = emulator.requests.findIndex(({ status }) => (status ?? 0) >= 400);
  return { message: String(message), later: emulator.requests.slice(refused + 1).map(({ path }) => path) };
}

describe("[CLI-23] an id that is nearly right", () => {
  it.each([
    ["iotda download 5f1e6a2b3c4d5e6f70819204", "5f1e6a2b3c4d5e6f70819203"],
    ["iotda download 5F1E6A2B", "5f1e6a2b3c4d5e6f70819203"],
    ["metastudio download 26f06254-4f75", "26f06524-4f75"],
    ["roma apps --instance roma-instance-2", "roma-instance-1"],
    ["dds download bakup-1a2b --instance dds-instance-1", "backup-1a2b"],
    ["dds download backup-1a2b --instance dds-instance", "dds-instance-1"],
    ["dds links backup-1a2c --instance dds-instance-1", "backup-1a2b"],
    ["dds backup new-name --instance dds-instance-l", "dds-instance-1"],
  ])("%s means %s", async (line, meant) => {
    const { message, later } = await miss(await startCloud(), line);
    expect(message).toMatch(new RegExp(`[^.]\\. Did you mean ${meant}\\?$`));
    expect(later).toHaveLength(1);
  });

  it("is looked for in one request more, however many ids there are", async () => {
    const emulator = await startCloud();
    for (let number = 0; number < 250; number++)
      emulator.store.dds.addBackup({ instanceId: "dds-instance-1", backupId: `x${number}`, files });
    const { later } = await miss(emulator, "dds download backup-1a2c --instance dds-instance-1");
    expect(later).toHaveLength(1);
  });
});

describe("[CLI-23] there is no hint", () => {
  it("where nothing is near", async () => {
    const { message, later } = await miss(await startCloud(), "iotda download 0000");
    expect(message).not.toContain("Did you mean");
    expect(later).toHaveLength(1);
  });

  it("where the list cannot be had; the error is the one that was met", async () => {
    const emulator = await startCloud();
    const line = "iotda download 5f1e6a2b3c4d5e6f70819204";
    emulator.faults.add({ match: "limit=", answer: { status: 500, body: "{}" }, times: 9 });
    const { message, later } = await miss(emulator, line);
    expect(message).toContain("The export task does not exist");
    expect(message).not.toContain("Did you mean");
    expect(later).toHaveLength(1);
  });

  it("where the service lists nothing: nothing more is asked", async () => {
    const { later } = await miss(await startCloud(), "hss download 7f3c");
    expect(later).toEqual([]);
  });
});
