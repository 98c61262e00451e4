import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FileSystemError, type RepeatClass } from "@cloudhaul/core-http";
import { describe, expect, it } from "vitest";
import { startByteServer } from "./byte-server.ts";
import { plainDownload } from "./plain-download.ts";
import { randomBytesOf } from "./random-file.ts";
import { runProgram } from "./run-program.ts";
import { publishedFiles, sha256OfFile } from "./saved-files.ts";
import { mountSmallDisk } from "./small-disk.ts";
import { temporaryFolder } from "./temporary-folder.ts";

// A disk quota is not among these: tmpfs has none, and a file system with one cannot be mounted everywhere. The system
// reports it as EDQUOT, which takes the way of ENOSPC.

const mebibyte = 1024 ** 2;
const repeatClasses: readonly RepeatClass[] = ["safe", "never"];

async function failureOf(saving: Promise<unknown>): Promise<FileSystemError> {
  const error = await saving.catch((reason: unknown) => reason);
  if (!FileSystemError.isInstance(error)) return expect.unreachable(String(error));
  return error;
}

describe("a disk that is too small", () => {
  it("[HTTP-72] is told before any byte is written, where the length is known", async () => {
    const { path } = await mountSmallDisk(8);
    const server = await startByteServer(randomBytesOf("too long", 9 * mebibyte), "told");
    const error = await failureOf(plainDownload(server.url, "safe").toFile(`${path}/`));
    expect(error.code).toBe("DISK_FULL");
    expect(error.message).toContain(`${9 * mebibyte} bytes`);
    expect(await readdir(path)).toEqual([]);
  });

  it("[HTTP-72] keeps what came where the length was not told, and goes on once there is room", async () => {
    const { path } = await mountSmallDisk(8);
    const filler = join(path, "filler");
    await writeFile(filler, Buffer.alloc(1.5 * mebibyte));
    const server = await startByteServer(randomBytesOf("not told", 7 * mebibyte), "not told");
    const download = plainDownload(server.url, "safe");
    const error = await failureOf(download.toFile(`${path}/`));
    expect(error.code).toBe("DISK_FULL");
    expect(await publishedFiles(path)).toEqual([filler]);
    expect((await readdir(path)).filter((name) => name.endsWith(".part"))).toHaveLength(1);

    await rm(filler);
    const file = await download.toFile(`${path}/`);
    expect(file.resumedFromByte).toBeGreaterThanOrEqual(4 * mebibyte);
    expect(file.bytes).toBe(7 * mebibyte);
    expect(await sha256OfFile(file.path)).toBe(file.sha256);
    expect(await readdir(path)).toEqual(["a.bin"]);
  });

  it("[HTTP-72] that another program fills meanwhile", async () => {
    const { path } = await mountSmallDisk(8);
    const filler = join(path, "filler");
    const server = await startByteServer(randomBytesOf("filled", 6 * mebibyte), "told");
    const download = plainDownload(server.url, "safe");
    let isFilled = false;
    const saving = download.toFile(join(path, "b.bin"), {
      maxBytesPerSecond: 12 * mebibyte,
      onProgress({ phase }) {
        if (phase === "downloading" && !isFilled) fill(filler);
        isFilled ||= phase === "downloading";
      },
    });
    // Before the first byte, or after it: what is free is asked for once only.
    expect((await failureOf(saving)).code).toBe("DISK_FULL");
    expect(await publishedFiles(path)).toEqual([filler]);
    await rm(filler);
    const file = await download.toFile(join(path, "b.bin"));
    expect(await sha256OfFile(file.path)).toBe(file.sha256);
    expect(await readdir(path)).toEqual(["b.bin"]);
  });

  it("[HTTP-72] keeps what came of a file that comes only once, and says where", async () => {
    const { path } = await mountSmallDisk(8);
    const content = randomBytesOf("once", 9 * mebibyte);
    const server = await startByteServer(content, "not told");
    const saving = plainDownload(server.url, "never").toFile(`${path}/`);
    const error = await saving.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "OnceOnlyDownloadError", consumed: "yes" });
    const { partialPath, cause } = error as { partialPath: string; cause: unknown };
    expect(cause).toMatchObject({ code: "DISK_FULL" });
    expect(dirname(partialPath)).toBe(path);
    expect(await publishedFiles(path)).toEqual([]);
    expect(server.requests()).toBe(1);
  });
});

describe.each(repeatClasses)("a place that cannot be written, for a file of class %s", (repeat) => {
  it("[HTTP-73] a folder of another user", async () => {
    const server = await startByteServer(Buffer.from("once"), "told");
    const folder = await temporaryFolder();
    await chmod(folder, 0o755);
    const program = join(import.meta.dirname, "save-plain-file.ts");
    const nobody = { uid: 65_534, gid: 65_534 };
    const { exitCode, stdout, stderr } = await runProgram(program, {
      arguments: [server.url, `${folder}/`, repeat],
      user: nobody,
    });
    expect(exitCode, stderr).toBe(0);
    const outcome = JSON.parse(stdout) as { code: string; path: string; message: string };
    expect(outcome.code).toBe("PERMISSION_DENIED");
    expect(outcome.path.startsWith(folder)).toBe(true);
    expect(outcome.message).toContain(folder);
    expect(server.requests()).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it("[HTTP-73] a disk that is mounted to be read from only", async () => {
    const server = await startByteServer(Buffer.from("once"), "told");
    const disk = await mountSmallDisk(1);
    await disk.makeReadOnly();
    const error = await failureOf(plainDownload(server.url, repeat).toFile(`${disk.path}/`));
    expect(error.code).toBe("READ_ONLY");
    expect(error.path.startsWith(disk.path)).toBe(true);
    const inNewFolder = plainDownload(server.url, repeat).toFile(join(disk.path, "new/a.bin"));
    expect((await failureOf(inNewFolder)).code).toBe("READ_ONLY");
    expect(server.requests()).toBe(0);
  });

  it("[HTTP-73] a name that is too long, and a folder that is a file", async () => {
    const server = await startByteServer(Buffer.from("once"), "told");
    const folder = await temporaryFolder();
    const tooLong = join(folder, "a".repeat(256));
    const error = await failureOf(plainDownload(server.url, repeat).toFile(tooLong));
    expect(error).toMatchObject({ code: "NAME_TOO_LONG", path: tooLong });
    await writeFile(join(folder, "file"), "");
    const inFile = plainDownload(server.url, repeat).toFile(join(folder, "file/a.bin"));
    expect((await failureOf(inFile)).code).toBe("NOT_A_DIRECTORY");
    expect(server.requests()).toBe(0);
    expect(await readdir(folder)).toEqual(["file"]);

    const longest = join(folder, "a".repeat(255));
    const file = await plainDownload(server.url, repeat).toFile(longest);
    expect(file.path).toBe(longest);
  });
});

it("saves into a folder that is given without a / at its end", async () => {
  const server = await startByteServer(Buffer.from("content"), "told");
  const folder = await temporaryFolder();
  await mkdir(join(folder, "exports"));
  const file = await plainDownload(server.url, "safe").toFile(join(folder, "exports"));
  expect(file.path).toBe(join(folder, "exports/a.bin"));
});

it.each([false, true])(
  "[HTTP-73] a folder that bears the file's name stays, with overwrite: %s",
  async (overwrite) => {
    const server = await startByteServer(Buffer.from("content"), "told");
    const folder = await temporaryFolder();
    await mkdir(join(folder, "a.bin"));
    const error = await failureOf(plainDownload(server.url, "safe").toFile(`${folder}/`, { overwrite }));
    expect(error).toMatchObject({
      code: overwrite ? "IS_A_DIRECTORY" : "TARGET_EXISTS",
      path: join(folder, "a.bin"),
    });
    expect(await publishedFiles(folder)).toEqual([]);
  },
);

describe("a folder that goes away while the file comes", () => {
  it.each([
    ["is removed", (folder: string) => rmSync(folder, { recursive: true })],
    [
      "makes way for another",
      (folder: string) => {
        renameSync(folder, `${folder}-moved`);
        mkdirSync(folder);
      },
    ],
  ])("[HTTP-73] %s", async (_, disturb) => {
    const server = await startByteServer(randomBytesOf("gone", 6 * mebibyte), "told");
    const parent = await temporaryFolder();
    const folder = join(parent, "exports");
    let isDisturbed = false;
    const saving = plainDownload(server.url, "safe").toFile(join(folder, "a.bin"), {
      maxBytesPerSecond: 12 * mebibyte,
      onProgress({ bytes }) {
        if (bytes > mebibyte && !isDisturbed) disturb(folder);
        isDisturbed ||= bytes > mebibyte;
      },
    });
    const error = await failureOf(saving);
    expect(error.code).toBe("NOT_FOUND");
    expect(error.path.startsWith(folder)).toBe(true);
    expect(isDisturbed).toBe(true);
    expect(await publishedFiles(parent)).toEqual([]);
  });
});

/** Takes all the room there is. */
function fill(path: string): void {
  expect(() => writeFileSync(path, Buffer.alloc(16 * mebibyte))).toThrow("ENOSPC");
}
