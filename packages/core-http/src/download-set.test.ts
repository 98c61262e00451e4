import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { answer, type ScriptedServer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import {
  createDownloadSet,
  createLogger,
  type DirectoryOptions,
  type DownloadSet,
  downloadLink,
} from "./index.ts";

function setOf(
  server: ScriptedServer,
  files: { fileName: string; group?: string }[],
  { host = "h", ids = ["instance", "backup-1"] }: { host?: string; ids?: string[] } = {},
): DownloadSet {
  return createDownloadSet({
    logger: createLogger(undefined),
    identity: async () => ({ service: "test", host, ids }),
    list: async () =>
      files.map((file, index) => ({
        ...file,
        download: downloadLink({ url: `${server.url}/${index}`, retry: false }),
      })),
  });
}

describe("[HTTP-19] DownloadSet", () => {
  it("saves every file, groups in folders, names made safe and unique, and lists them in a manifest", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      (socket, request) => answer(200, {}, `file ${request.path}`)(socket, request),
    ]);
    const set = setOf(server, [
      { fileName: "a.tar", group: "shard/../1" },
      { fileName: "A.tar", group: "1" },
      { fileName: "../../a.tar" },
      { fileName: "..", group: "" },
    ]);
    const { files, manifestPath } = await set.toDirectory(folder.file("out"), { connections: 3 });
    expect(await folder.names()).toEqual([
      "out",
      "out/1",
      "out/1/A (2).tar",
      "out/1/a.tar",
      "out/a.tar",
      "out/backup-1.manifest.json",
      "out/file-4",
    ]);
    expect(files.map(({ path }) => path.slice(folder.path.length))).toEqual([
      "/out/1/a.tar",
      "/out/1/A (2).tar",
      "/out/a.tar",
      "/out/file-4",
    ]);
    expect(await readFile(folder.file("out/1/A (2).tar"), "utf8")).toBe("file /1");
    const manifest = JSON.parse(await readFile(manifestPath, "utf8"));
    expect(manifest).toMatchObject({ formatVersion: 1, source: "test://h/instance/backup-1" });
    expect(manifest.files).toHaveLength(4);
    for (const file of files)
      expect(manifest.files).toContainEqual(
        expect.objectContaining({ sha256: file.sha256, bytes: file.bytes, source: file.source }),
      );
  });

  it("gives no file the name of its manifest, or of a folder of the set", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      (socket, request) => answer(200, {}, `file ${request.path}`)(socket, request),
    ]);
    const set = setOf(server, [
      { fileName: "Backup-1.manifest.json" },
      { fileName: "shard" },
      { fileName: "a", group: "Shard" },
    ]);
    await set.toDirectory(folder.path, { overwrite: true });
    expect(await folder.names()).toEqual([
      "Backup-1.manifest (2).json",
      "Shard",
      "Shard/a",
      "backup-1.manifest.json",
      "shard (2)",
    ]);
    expect(await readFile(folder.file("Backup-1.manifest (2).json"), "utf8")).toBe("file /0");
  });

  it("keeps and lists what was saved before a failure", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, "one"), answer(404, {}, "{}")]);
    const set = setOf(server, [{ fileName: "one" }, { fileName: "two" }, { fileName: "three" }]);
    await expect(set.toDirectory(folder.path, { stopOnError: true })).rejects.toMatchObject({
      code: "SERVICE_NOT_FOUND",
    });
    expect(server.requests).toHaveLength(2);
    expect(await folder.names()).toEqual(["backup-1.manifest.json", "one"]);
    const manifest = JSON.parse(await readFile(folder.file("backup-1.manifest.json"), "utf8"));
    expect(manifest.files.map(({ name }: { name: string }) => name)).toEqual(["one"]);
  });

  it.each<[string, unknown]>([
    ["stopOnError", "yes"],
    ["sha256", "a".repeat(64)],
  ])("refuses %s: %s", async (option, value) => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const saving = setOf(server, [{ fileName: "a" }]).toDirectory(folder.path, { [option]: value });
    await expect(saving).rejects.toMatchObject({ code: "CONFIGURATION", option });
    const nowhere = setOf(server, []).toDirectory("");
    await expect(nowhere).rejects.toMatchObject({ code: "CONFIGURATION", option: "directory" });
  });

  it("of no files, and of no id, has a manifest all the same", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    expect((await setOf(server, [], { ids: [] }).toDirectory(folder.path)).files).toEqual([]);
    const { manifestPath } = await setOf(server, [{ fileName: "a" }], { ids: [] }).toDirectory(folder.path);
    expect(manifestPath).toBe(folder.file("files.manifest.json"));
  });

  it("takes no file of another set, of other bytes or of unknown ones for its own", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const save = (host: string) => setOf(server, [{ fileName: "a" }], { host }).toDirectory(folder.path);
    const { manifestPath } = await save("h");
    expect((await save("h")).files[0]?.attempts).toBe(0);
    await expect(save("another")).rejects.toThrow("could not be saved");
    const manifest = await readFile(manifestPath, "utf8");
    await writeFile(manifestPath, manifest.replace(/"sha256"/, '"unread"'));
    await expect(save("h")).rejects.toThrow("could not be saved");
    await writeFile(manifestPath, manifest);
    await writeFile(folder.file("a"), "y");
    await expect(save("h")).rejects.toThrow("could not be saved");
    expect(await readFile(folder.file("a"), "utf8")).toBe("y");
  });

  it("ends with the reason of an abort", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([() => {}]);
    const abort = new AbortController();
    const saving = setOf(server, [{ fileName: "a" }]).toDirectory(folder.path, { signal: abort.signal });
    const ended = expect(saving).rejects.toBe("enough");
    await expect.poll(() => server.requests.length).toBe(1);
    abort.abort("enough");
    await ended;
  });

  it("gives its downloads one by one", async () => {
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const seen: string[] = [];
    for await (const download of setOf(server, [{ fileName: "a" }, { fileName: "b" }])) {
      seen.push((await download.toBytes({ maxBytes: 1 })).toString());
    }
    expect(seen).toEqual(["x", "x"]);
  });

  it("asks for its list under the signal", async () => {
    let asked: AbortSignal | undefined;
    const set = createDownloadSet({
      logger: createLogger(undefined),
      identity: async () => ({ service: "test", host: "h", ids: ["b"] }),
      list: async (signal) => {
        asked = signal;
        signal?.throwIfAborted();
        return [];
      },
    });
    const signal = AbortSignal.abort("enough");
    await expect(set.downloads({ signal })[Symbol.asyncIterator]().next()).rejects.toBe("enough");
    expect(asked).toBe(signal);
  });
});

describe("[HTTP-114] as files end", () => {
  it("each is told, with its path in the folder: saved, failed, or there already", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      (socket, request) => answer(request.path === "/1" ? 404 : 200, {}, "x")(socket, request),
    ]);
    const set = setOf(server, [{ fileName: "a" }, { fileName: "b" }, { fileName: "a", group: "g" }]);
    const told: [string, string | undefined][] = [];
    const seen = new Set<string | undefined>();
    const options: DirectoryOptions = {
      onFile: ({ name, file, error }) => told.push([name, file?.path ?? (error as Error).name]),
      onProgress: ({ name }) => seen.add(name),
    };
    const expected = [
      ["a", folder.file("a")],
      ["b", "ServiceError"],
      ["g/a", folder.file("g/a")],
    ];
    await expect(set.toDirectory(folder.path, options)).rejects.toMatchObject({ name: "IncompleteSetError" });
    expect([told, [...seen].sort()]).toEqual([expected, ["a", "b", "g/a"]]);
    told.length = 0;
    await expect(set.toDirectory(folder.path, options)).rejects.toMatchObject({ name: "IncompleteSetError" });
    expect(told).toEqual(expected);
    told.length = 0;
    const stopped = set.toDirectory(folder.path, { ...options, stopOnError: true });
    await expect(stopped).rejects.toMatchObject({ name: "ServiceError" });
    expect(told).toEqual(expected.slice(0, 2));
  });

  it("a listener that throws ends the call, and does not count as a file that failed", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, "x")]);
    const onFile = (): void => {
      throw new RangeError("mine");
    };
    const set = setOf(server, [{ fileName: "a" }, { fileName: "b" }]);
    await expect(set.toDirectory(folder.path, { onFile })).rejects.toThrow(RangeError);
    expect(await folder.names()).toEqual(["a", "backup-1.manifest.json"]);
  });
});
