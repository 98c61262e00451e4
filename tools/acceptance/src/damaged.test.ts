import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { OnceOnlyDownloadError, TransportError } from "@cloudhaul/core-http";
import { lz4TarContent, startEmulator, zipContent } from "@cloudhaul/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { runProgram } from "./run-program.ts";
import { publishedFiles, sha256OfFile } from "./saved-files.ts";
import { clientOptions, directServices, services } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const demo = resolve(import.meta.dirname, "../../demo/src/demo.ts");
const bytes = 3_000_000;
const zip = zipContent({ seed: "damaged", bytes });
const backup = lz4TarContent({ seed: "damaged", bytes });

describe("one byte that is not the right one", () => {
  it("makes the demo fail, and say so", async () => {
    const { exitCode, stdout, stderr } = await runProgram(demo, { arguments: ["--flip-byte"] });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("DOES NOT MATCH THE SOURCE");
    expect(stdout).not.toContain("Every file is whole and right.");
    expect(stderr).toMatch(/FAILED: .*hss-export-demo-hss-file does not match the source/);
  });

  it.each(directServices)("becomes no file of $name where the caller knows the digest", async (service) => {
    const emulator = await startEmulator();
    onTestFinished(() => emulator.close());
    service.add(emulator.store, zip);
    emulator.faults.add({ match: service.fileRequest, flipByteAt: 1_500_000 });
    const folder = await temporaryFolder();
    const saving = service.save(clientOptions(emulator), folder, "sample", { sha256: await zip.sha256() });
    const error = await saving.catch((reason: unknown) => reason);
    const name = service.name === "roma" ? "OnceOnlyDownloadError" : "IntegrityError";
    expect(error).toMatchObject({ name });
    expect(await publishedFiles(folder)).toEqual([]);
  });
});

describe.each(services)("a body of $name that is cut in the middle", (service) => {
  it.each([
    ["reset", "none"],
    ["reset", "content-length"],
    ["end", "none"],
    ["end", "content-length"],
  ] as const)("never becomes a file: by %s, length: %s", async (by, length) => {
    const emulator = await startEmulator({ variants: { all: { length } } });
    onTestFinished(() => emulator.close());
    service.add(emulator.store, service.name === "dds" ? backup : zip);
    emulator.faults.add({ match: service.fileRequest, cut: { afterBytes: 1_500_000, by } });
    const folder = await temporaryFolder();
    const error = await service.save(clientOptions(emulator), folder).catch((reason: unknown) => reason);
    expect(await publishedFiles(folder)).toEqual([]);
    expect(emulator.requests.filter(({ path }) => path.includes(service.fileRequest))).toHaveLength(1);
    if (service.name !== "roma") {
      expect(TransportError.isInstance(error)).toBe(true);
      expect(await readdir(folder)).toEqual([]);
      return;
    }
    // What came of a file that comes once is kept, and the error tells where.
    if (!OnceOnlyDownloadError.isInstance(error)) return expect.unreachable(String(error));
    expect(error.consumed).toBe("yes");
    expect(error.receivedBytes).toBeGreaterThan(0);
    expect(error.receivedBytes).toBeLessThanOrEqual(1_500_000);
    const kept = await stat(error.partialPath ?? "");
    expect(kept.size).toBe(error.receivedBytes);
  });
});

const hostileNames = [
  "../../etc/passwd",
  "..\\..\\windows\\system.ini",
  "/etc/passwd",
  "CON",
  "con.zip",
  "..",
  "a\u0000b",
];

describe("names that a server should not give", () => {
  it.each(directServices)("$name: they stay plain files in the folder", async (service) => {
    const expected = await zip.sha256();
    for (const disposition of ["plain", "rfc8187"] as const) {
      for (const fileName of hostileNames) {
        const emulator = await startEmulator({ variants: { all: { disposition } } });
        onTestFinished(() => emulator.close());
        const folder = join(await temporaryFolder(), "a/b/c");
        service.add(emulator.store, { ...zip, fileName });
        const [file] = await service.save(clientOptions(emulator), folder);
        expect(await publishedFiles(join(folder, "../../.."))).toEqual([file?.path]);
        const [entry = "", ...others] = await readdir(folder);
        expect(others).toEqual([]);
        expect(entry).not.toMatch(/^(con|prn|aux|nul)(\.|$)|^\.|[/\\\0]/i);
        expect(await sha256OfFile(join(folder, entry))).toBe(expected);
      }
    }
  });

  it("dds: a part and a file of a backup", async () => {
    const emulator = await startEmulator();
    onTestFinished(() => emulator.close());
    emulator.store.dds.addBackup({
      instanceId: "instance",
      backupId: "sample",
      files: [{ name: "CON", content: backup, groupName: "../../outside" }],
    });
    const root = await temporaryFolder();
    const folder = join(root, "a/b/c");
    const [file] =
      (await services.find(({ name }) => name === "dds")?.save(clientOptions(emulator), folder)) ?? [];
    expect(file?.path).toBe(join(folder, "outside/_CON"));
    expect(await publishedFiles(root)).toContain(file?.path);
    for (const path of await publishedFiles(root)) expect(path.startsWith(`${folder}/`)).toBe(true);
  });
});
