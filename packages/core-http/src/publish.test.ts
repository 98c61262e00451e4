import fs, { writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { answer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { createDownload, createHttpSettings, createLinkSource, downloadLink } from "./index.ts";

const { platform } = process;

afterEach(() => {
  vi.restoreAllMocks();
  Object.defineProperty(process, "platform", { value: platform });
});

/** A step on files that fails so many times. */
function refuse(step: "link" | "rename" | "unlink", code: string, times = Number.POSITIVE_INFINITY) {
  const real = fs[step] as (...args: unknown[]) => void;
  let refused = 0;
  const refusing = (...args: unknown[]): void => {
    if (refused === times) {
      real(...args);
      return;
    }
    refused++;
    const done = args.at(-1) as (error: Error) => void;
    done(Object.assign(new Error("refused"), { code, syscall: step }));
  };
  vi.spyOn(fs, step).mockImplementation(refusing as never);
  return { refused: () => refused };
}

describe("where the file system has no hard links", () => {
  it.each(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"])(
    "[HTTP-13] a file gets its name also where that is said by %s",
    async (code) => {
      await using folder = await makeTemporaryFolder();
      await using server = await startScriptedServer([answer(200, {}, "whole")]);
      const links = refuse("link", code);
      await downloadLink({ url: server.url }).toFile(folder.file("a"));
      expect(links.refused()).toBe(1);
      expect(await readFile(folder.file("a"), "utf8")).toBe("whole");
      expect(await folder.names()).toEqual(["a"]);
    },
  );

  it("[HTTP-13] nor is there a file replaced that took the name meanwhile", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, "whole")]);
    const path = folder.file("a");
    refuse("link", "EPERM");
    const failed = downloadLink({ url: server.url }).toFile(path, {
      onProgress: ({ phase }) => void (phase === "saving" && writeFileSync(path, "mine")),
    });
    await expect(failed).rejects.toMatchObject({ code: "TARGET_EXISTS", path });
    expect(await readFile(path, "utf8")).toBe("mine");
    expect(await folder.names()).toEqual(["a"]);
  });

  it("[HTTP-17] a file that comes only once gets a number there, too", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, "whole")]);
    const path = folder.file("a.zip");
    refuse("link", "EPERM");
    const settings = createHttpSettings({});
    const source = createLinkSource(server.url, { operation: "GetOnce", settings, content: "unknown" });
    await writeFile(path, "mine");
    const saved = await createDownload({ ...source, repeat: "never" }).toFile(path);
    expect(saved.path).toBe(folder.file("a (2).zip"));
    expect(await readFile(saved.path, "utf8")).toBe("whole");
    expect(await readFile(path, "utf8")).toBe("mine");
  });

  it("[HTTP-10] another refusal is told, and nothing is left", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, "whole")]);
    const renames = refuse("rename", "EIO");
    refuse("link", "EIO");
    const failed = downloadLink({ url: server.url }).toFile(folder.file("a"));
    await expect(failed).rejects.toMatchObject({ code: "FILE_SYSTEM", path: folder.file("a") });
    expect(renames.refused()).toBe(0);
    expect(await folder.names()).toEqual([]);
  });
});

describe("where a virus scanner holds a new file open", () => {
  const replacing = async (code: string, times: number, system: string) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, "whole")]);
    await writeFile(folder.file("a"), "former");
    Object.defineProperty(process, "platform", { value: system });
    const renames = refuse("rename", code, times);
    const download = downloadLink({ url: server.url });
    const outcome = await download.toFile(folder.file("a"), { overwrite: true }).catch((error) => error);
    const text = await readFile(folder.file("a"), "utf8");
    return { outcome, text, refused: renames.refused(), names: await folder.names() };
  };

  it.each(["EPERM", "EBUSY", "EACCES"])("[HTTP-13] Windows is asked again after an %s", async (code) => {
    const { outcome, text, names } = await replacing(code, 2, "win32");
    expect(outcome).toMatchObject({ bytes: 5 });
    expect([text, names]).toEqual(["whole", ["a"]]);
  });

  it.each([
    ["no longer than some seconds", "EPERM", "win32", 8],
    ["not after another failure", "EIO", "win32", 1],
    ["and no other system", "EPERM", "linux", 1],
  ])("[HTTP-13] %s", async (_, code, system, tries) => {
    const { outcome, text, refused, names } = await replacing(code, Number.POSITIVE_INFINITY, system);
    expect(outcome).toMatchObject({ name: "FileSystemError" });
    expect([refused, text, names]).toEqual([tries, "former", ["a"]]);
  });

  it("[HTTP-13] so is it for the second name of a file that has its own", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, "whole")]);
    Object.defineProperty(process, "platform", { value: "win32" });
    refuse("unlink", "EBUSY", 2);
    expect(await downloadLink({ url: server.url }).toFile(folder.file("a"))).toMatchObject({ bytes: 5 });
    expect(await folder.names()).toEqual(["a"]);
  });
});
