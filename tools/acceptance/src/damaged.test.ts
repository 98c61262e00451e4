import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  type FileOptions,
  IncompleteSetError,
  IntegrityError,
  OnceOnlyDownloadError,
  TransportError,
} from "@cloudhaul/core-http";
import {
  type EmulatorOptions,
  type FaultRule,
  lz4TarContent,
  startEmulator,
  zipContent,
} from "@cloudhaul/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { runProgram } from "./run-program.ts";
import { publishedFiles, sha256OfFile } from "./saved-files.ts";
import { clientOptions, directServices, type Service, services } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const demo = resolve(import.meta.dirname, "../../demo/src/demo.ts");
const bytes = 3_000_000;
const zip = zipContent({ seed: "damaged", bytes });
const backup = lz4TarContent({ seed: "damaged", bytes });
const dds = services.find(({ name }) => name === "dds") as Service;

const contentOf = ({ name }: Service) => (name === "dds" ? backup : zip);

/** Saves the service's file under a fault that must make it fail, with nothing published. */
async function failing(
  service: Service,
  fault: FaultRule,
  file: FileOptions = {},
  emulatorOptions: EmulatorOptions = {},
) {
  const emulator = await startEmulator(emulatorOptions);
  onTestFinished(() => emulator.close());
  service.add(emulator.store, contentOf(service));
  emulator.faults.add({ match: service.fileRequest, ...fault });
  const folder = await temporaryFolder();
  const saving = service.save(clientOptions(emulator), folder, "sample", file);
  const error = await saving.then(
    () => expect.unreachable("it did not fail"),
    (reason: unknown) => reason,
  );
  expect(await publishedFiles(folder)).toEqual([]);
  const requests = emulator.requests.filter(({ path }) => path.includes(service.fileRequest)).length;
  return { error, folder, requests };
}

/** What went wrong with the one file: of a set, and of a file that comes only once, it is the cause. */
function causeOf({ name }: Service, error: unknown): unknown {
  if (name === "dds") expect(IncompleteSetError.isInstance(error)).toBe(true);
  if (name === "roma") expect(OnceOnlyDownloadError.isInstance(error)).toBe(true);
  return name === "dds" || name === "roma" ? (error as Error).cause : error;
}

function integrityErrorOf(service: Service, error: unknown): unknown {
  const cause = causeOf(service, error);
  expect(IntegrityError.isInstance(cause), String(error)).toBe(true);
  return cause;
}

describe("one byte that is not the right one", () => {
  it("makes the demo fail, and say so", async () => {
    const { exitCode, stdout, stderr } = await runProgram(demo, { arguments: ["--flip-byte"] });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("DOES NOT MATCH THE SOURCE");
    expect(stdout).not.toContain("Every file is whole and right.");
    expect(stderr).toMatch(/FAILED: .*hss-export-demo-hss-file does not match the source/);
  });

  it.each(directServices)("becomes no file of $name where the caller knows the digest", async (service) => {
    const sha256 = await zip.sha256();
    const { error } = await failing(service, { flipByteAt: 1_500_000 }, { sha256 });
    expect(integrityErrorOf(service, error)).toMatchObject({ reason: "digest", expected: sha256 });
  });

  it("becomes no file of dds, whose store announces the MD5", async () => {
    const { error, folder } = await failing(dds, { flipByteAt: 1_500_000 });
    const found = integrityErrorOf(dds, error);
    expect(found).toMatchObject({ reason: "digest", expected: await backup.md5() });
    const { partialPath = "" } = found as IntegrityError;
    expect(partialPath.startsWith(`${folder}/.cloudhaul-`)).toBe(true);
    expect(await sha256OfFile(partialPath)).not.toBe(await backup.sha256());
    expect((await stat(partialPath)).size).toBe(backup.bytes);
  });
});

const login = "<!DOCTYPE html><html><body>Log in to the network</body></html>";
const refusalAsJson = JSON.stringify({ error_code: "X.1", error_msg: "no" });
const page = (type: string, body: string) => ({ status: 200, headers: { "content-type": type }, body });

describe.each(services)("in place of a file of $name", (service) => {
  it.each([
    ["an html page", "text/html; charset=utf-8", login],
    ["a json refusal", "application/json", refusalAsJson],
    ["an xml refusal", "application/xml", '<?xml version="1.0"?><Error><Code>X</Code></Error>'],
  ])("%s with status 200 is published nowhere", async (_what, type, body) => {
    const { error, requests } = await failing(service, { answer: page(type, body) });
    expect(integrityErrorOf(service, error)).toMatchObject({ reason: "content", received: type });
    expect(requests).toBe(1);
  });
});

describe.each(directServices)("a zip of $name that was cut before it was sent", (service) => {
  it.each([1000, bytes / 2, zip.bytes - 1])(
    "to %i bytes, and has the length that it says",
    async (truncateTo) => {
      const variants = { all: { length: "content-length" } } as const;
      const { error } = await failing(service, { truncateTo }, {}, { variants });
      expect(integrityErrorOf(service, error)).toMatchObject({ reason: "archive-end" });
    },
  );
});

describe.each(services)("a body of $name that is cut in the middle", (service) => {
  const cuts = [
    ["reset", "none"],
    ["reset", "content-length"],
    ["end", "none"],
    ["end", "content-length"],
  ] as const;

  it.each(cuts)("never becomes a file: by %s, length: %s", async (by, length) => {
    const cut = { afterBytes: 1_500_000, by };
    const { error, requests, folder } = await failing(
      service,
      { cut },
      {},
      { variants: { all: { length } } },
    );
    expect(requests).toBe(1);
    if (service.name === "roma") return expectKept(error);
    expect(TransportError.isInstance(causeOf(service, error))).toBe(true);
    // Only the object store gives a validator, under which the bytes are of use to a later run.
    const kept = service.name === "dds" ? [/\.journal$/, /\.part$/] : [];
    expect((await readdir(folder)).sort()).toEqual(kept.map((kind) => expect.stringMatching(kind)));
  });

  if (service.name === "roma") return;

  it.each(cuts)("becomes the right file by a second try: by %s, length: %s", async (by, length) => {
    const emulator = await startEmulator({ variants: { all: { length } } });
    onTestFinished(() => emulator.close());
    const content = contentOf(service);
    service.add(emulator.store, content);
    emulator.faults.add({ match: service.fileRequest, cut: { afterBytes: 1_500_000, by } });
    const folder = await temporaryFolder();
    const [file] = await service.save(clientOptions(emulator, { retry: { baseDelayMs: 1 } }), folder);
    expect(file?.attempts).toBe(2);
    expect(await sha256OfFile(file?.path ?? "")).toBe(await content.sha256());
    expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

it("what came of a cut file of dds is taken up by the next run", async () => {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  dds.add(emulator.store, backup);
  emulator.faults.add({ match: dds.fileRequest, cut: { afterBytes: 1_500_000, by: "end" } });
  const folder = await temporaryFolder();
  const save = () => dds.save(clientOptions(emulator), folder);
  await expect(save()).rejects.toMatchObject({ name: "IncompleteSetError" });
  const [file] = await save();
  expect(file).toMatchObject({ resumedFromByte: 1_500_000, attempts: 1, bytes: backup.bytes });
  expect(await sha256OfFile(file?.path ?? "")).toBe(await backup.sha256());
  const ranges = emulator.requests.flatMap(({ path, headers }) =>
    path.includes(dds.fileRequest) ? [headers.range] : [],
  );
  expect(ranges).toEqual(["bytes=0-", "bytes=1500000-"]);
});

/** What came of a file that comes once is kept, and the error tells where. */
async function expectKept(error: unknown): Promise<void> {
  if (!OnceOnlyDownloadError.isInstance(error)) return expect.unreachable(String(error));
  expect(error.consumed).toBe("yes");
  expect(error.receivedBytes).toBeGreaterThan(0);
  expect(error.receivedBytes).toBeLessThanOrEqual(1_500_000);
  expect((await stat(error.partialPath ?? "")).size).toBe(error.receivedBytes);
}

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
        const entries = await readdir(folder);
        const markers = entries.filter((name) => /^\.cloudhaul-[0-9a-f]{16}\.journal$/.test(name));
        expect(markers).toHaveLength(service.name === "roma" ? 1 : 0);
        const [entry = "", ...others] = entries.filter((name) => !markers.includes(name));
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
