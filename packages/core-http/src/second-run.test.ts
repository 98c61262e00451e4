import { createHash } from "node:crypto";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { cutObject, objectAnswer } from "./__fixtures__/object-server.ts";
import { type Answer, answer, head, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import {
  ConfigurationError,
  createDownload,
  createHttpSettings,
  createLinkSource,
  type Download,
  exchange,
  OnceOnlyDownloadError,
} from "./index.ts";
import { openJournal } from "./journal.ts";
import { partialPaths } from "./partial-paths.ts";

const body = createHash("shake256", { outputLength: 500_000 }).update("once").digest();
const sha256 = createHash("sha256").update(body).digest("hex");
const refuse: Answer = (socket) => void socket.resetAndDestroy();

/** A download that may be asked for again until its body begins. */
function untilItsBody(url: string): Download {
  const settings = createHttpSettings({ retry: { baseDelayMs: 1 } });
  const source = createLinkSource(url, { operation: "DownloadResult", settings, content: "unknown" });
  return createDownload({ ...source, repeat: "before-body" });
}

/** A new plan each time, as a new process would make it. */
function onceOnly(url: string, prove?: () => Promise<void>): Download {
  const settings = createHttpSettings({ retry: { baseDelayMs: 1 } });
  const source = createLinkSource(url, { operation: "DownloadAssetArchive", settings, content: "unknown" });
  return createDownload({ ...source, repeat: "never", prove });
}

async function failure(running: Promise<unknown>): Promise<OnceOnlyDownloadError> {
  const error = await running.catch((reason: unknown) => reason);
  return OnceOnlyDownloadError.isInstance(error) ? error : expect.unreachable(String(error));
}

describe("[HTTP-28] a second run for a file that comes only once", () => {
  it("names the file that the first saved", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    await onceOnly(server.url).toFile(folder.file("a.zip"));
    const error = await failure(onceOnly(server.url).toFile(folder.file("a.zip")));
    expect(error).toMatchObject({ consumed: "yes", receivedBytes: body.length, partialPath: undefined });
    expect(error.message).toMatch(/saved in this folder as a\.zip\..*Nothing was sent/);
    expect(server.requests).toHaveLength(1);
  });

  it("names the bytes that the first kept", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([cutObject(body, 300_000, { etag: '"e"' })]);
    const first = await failure(onceOnly(server.url).toFile(folder.file("a.zip")));
    const second = await failure(onceOnly(server.url).toFile(folder.file("a.zip")));
    expect(second).toMatchObject({
      consumed: "yes",
      receivedBytes: 300_000,
      expectedBytes: body.length,
      partialPath: first.partialPath,
    });
    expect((await readFile(second.partialPath ?? "")).equals(body.subarray(0, 300_000))).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  it("names the bytes of a part of it that came unasked", async () => {
    await using folder = await makeTemporaryFolder();
    const part = { "content-range": `bytes 100000-${body.length - 1}/${body.length}` };
    await using server = await startScriptedServer([answer(206, part, body.subarray(100_000))]);
    const first = await failure(onceOnly(server.url).toFile(folder.file("a.zip")));
    expect(first.cause).toMatchObject({ code: "INTEGRITY_RANGE" });
    const second = await failure(onceOnly(server.url).toFile(folder.file("a.zip")));
    expect(second).toMatchObject({ consumed: "yes", partialPath: first.partialPath });
    expect((await readFile(second.partialPath ?? "")).equals(body.subarray(100_000))).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  it("says that it was answered, also where the answer was refused for its headers", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, { "content-encoding": "gzip" }, body)]);
    expect(await failure(onceOnly(server.url).toFile(folder.file("a.zip")))).toMatchObject({
      consumed: "yes",
    });
    expect(await failure(onceOnly(server.url).toFile(folder.file("a.zip")))).toMatchObject({
      consumed: "yes",
    });
    expect(server.requests).toHaveLength(1);
  });

  it("says that nobody knows where no answer came", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([refuse]);
    await failure(onceOnly(server.url).toFile(folder.file("a.zip")));
    const second = await failure(onceOnly(server.url).toFile(folder.file("a.zip")));
    expect(second).toMatchObject({ consumed: "unknown", receivedBytes: 0, partialPath: undefined });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ["sent", "unknown", /before it could note an answer/],
    ["transfer", "yes", /no byte of it could be kept/],
  ] as const)(
    "names no bytes where the first was killed at stage %s, before there were any",
    async (stage, consumed, story) => {
      await using folder = await makeTemporaryFolder();
      await using server = await startScriptedServer([objectAnswer(body)]);
      const source = `link://127.0.0.1:${server.port}/a`;
      const { journal, part } = partialPaths(folder.path, source, undefined);
      await (await openJournal(journal, { source, stage, repeat: "never" })).close();
      await writeFile(part, "");
      const error = await failure(onceOnly(`${server.url}/a`).toFile(folder.file("a.zip")));
      expect(error).toMatchObject({ consumed, receivedBytes: 0, partialPath: undefined });
      expect(error.message).toMatch(story);
      expect(server.requests).toHaveLength(0);
    },
  );

  it("sends nothing, and overwrites nothing, also where the marker is of another version", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([cutObject(body, 300_000)]);
    const first = await failure(onceOnly(server.url).toFile(folder.file("a.zip")));
    const [journal = ""] = await folder.names();
    await writeFile(folder.file(journal), '{"formatVersion":2}\n');
    const second = await failure(onceOnly(server.url).toFile(folder.file("a.zip")));
    expect(second).toMatchObject({
      consumed: "unknown",
      partialPath: first.partialPath,
      receivedBytes: 300_000,
    });
    expect((await readFile(first.partialPath ?? "")).equals(body.subarray(0, 300_000))).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  it("may ask where the first was refused before the service acted", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(404, {}, "{}"), objectAnswer(body)]);
    const failed = onceOnly(server.url).toFile(folder.file("a.zip"));
    await expect(failed).rejects.toMatchObject({ code: "SERVICE_NOT_FOUND" });
    expect(await folder.names()).toEqual([]);
    expect(await onceOnly(server.url).toFile(folder.file("a.zip"))).toMatchObject({ sha256 });
  });

  it.each([
    [400, "server"],
    [500, "not-found"],
  ] as const)(
    "may ask where the service itself refused, with %i and a code that says %s",
    async (status, kind) => {
      await using folder = await makeTemporaryFolder();
      await using server = await startScriptedServer([
        answer(status, {}, '{"error_code":"X.1"}'),
        objectAnswer(body),
      ]);
      const settings = createHttpSettings({ retry: false });
      const link = createLinkSource(server.url, { operation: "GetOnce", settings, content: "unknown" });
      const download = createDownload({
        ...link,
        repeat: "never",
        open: ({ headers }, signal) =>
          exchange(
            {
              operation: "GetOnce",
              request: { method: "GET", url: server.url, headers },
              repeat: "never",
              errorKinds: { "X.1": kind },
            },
            settings,
            signal,
          ),
      });
      const failed = download.toFile(folder.file("a.zip"));
      await expect(failed).rejects.toMatchObject({ name: "ServiceError", kind });
      expect(await folder.names()).toEqual([]);
      expect(await download.toFile(folder.file("a.zip"))).toMatchObject({ sha256 });
    },
  );

  it("may ask where the request could not be made", async () => {
    await using folder = await makeTemporaryFolder();
    const settings = createHttpSettings({ retry: false });
    const link = createLinkSource("http://127.0.0.1:9/", { operation: "GetOnce", settings });
    const open = () => Promise.reject(new ConfigurationError("projectId", "There is none."));
    const download = createDownload({ ...link, repeat: "never", open });
    for (let run = 1; run <= 2; run++)
      await expect(download.toFile(folder.file("a.zip"))).rejects.toMatchObject({ code: "CONFIGURATION" });
    expect(await folder.names()).toEqual([]);
  });

  it("may not ask once the bytes have come, whatever went wrong then", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    const error = await failure(
      onceOnly(server.url).toFile(folder.file("a.zip"), {
        onProgress: ({ phase }) => {
          if (phase === "saving") throw new ConfigurationError("mine", "A caller's own check.");
        },
      }),
    );
    expect(error).toMatchObject({ consumed: "yes", receivedBytes: body.length });
    expect((await readFile(error.partialPath ?? "")).equals(body)).toBe(true);
  });

  it("is told of what fitted of a file that the disk had no room for", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      (socket) => socket.end(`${head(200, { "content-length": "99999999999999" })}what fits`),
    ]);
    const error = await failure(onceOnly(server.url).toFile(folder.file("a.zip")));
    expect(error).toMatchObject({ receivedBytes: 9, expectedBytes: 99999999999999 });
    expect(await readFile(error.partialPath ?? "", "utf8")).toBe("what fits");
  });

  it("may ask where the first was killed before it asked", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    let journal = "";
    let said = "";
    const prove = async (): Promise<void> => {
      journal = (await folder.names()).find((name) => name.endsWith(".journal")) ?? "";
      said = await readFile(folder.file(journal), "utf8");
      throw new Error("killed");
    };
    await expect(onceOnly(server.url, prove).toFile(folder.file("a.zip"))).rejects.toThrow("killed");
    await writeFile(folder.file(journal), said);
    expect(await onceOnly(server.url).toFile(folder.file("a.zip"))).toMatchObject({ sha256 });
  });

  it("may ask where the proof beforehand failed", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    const refusal = new Error("clock is off");
    const download = onceOnly(server.url, () => Promise.reject(refusal));
    await expect(download.toFile(folder.file("a.zip"))).rejects.toBe(refusal);
    await expect(download.toFile(folder.file("a.zip"))).rejects.toBe(refusal);
    expect(await folder.names()).toEqual([]);
    expect(server.requests).toHaveLength(0);
    expect(await onceOnly(server.url).toFile(folder.file("a.zip"))).toMatchObject({ sha256 });
  });

  it("may ask, with the same download, where the first found no place for it", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    await writeFile(folder.file("file"), "");
    const download = onceOnly(server.url);
    const failed = download.toFile(folder.file("file/a.zip"));
    await expect(failed).rejects.toMatchObject({ code: "NOT_A_DIRECTORY" });
    expect(await download.toFile(folder.file("a.zip"))).toMatchObject({ sha256 });
  });

  it("gives the whole file its name, however long ago, under a free one if need be", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([cutObject(body, 300_000)]);
    const { partialPath = "" } = await failure(onceOnly(server.url).toFile(folder.file("a.zip")));
    const [journal = ""] = await folder.names();
    await writeFile(partialPath, body);
    await writeFile(folder.file("a.zip"), "mine");
    const published = { path: "a.zip", bytes: body.length, sha256, at: 0 };
    await appendFile(folder.file(journal), `${JSON.stringify({ stage: "publishing", published })}\n`);
    const saved = await onceOnly(server.url).toFile(folder.file("a.zip"));
    expect(saved).toMatchObject({ path: folder.file("a (2).zip"), attempts: 0, sha256 });
    expect((await readFile(saved.path)).equals(body)).toBe(true);
    expect(await readFile(folder.file("a.zip"), "utf8")).toBe("mine");
    const error = await failure(onceOnly(server.url).toFile(folder.file("a.zip")));
    expect(error.message).toContain("saved in this folder as a (2).zip");
    expect(server.requests).toHaveLength(1);
  });
});

describe("[HTTP-6] a file that may be asked for again until its body begins", () => {
  it("is asked for again before that, and not after", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      answer(503, {}, "{}"),
      refuse,
      cutObject(body, 300_000, { etag: '"e"' }),
      objectAnswer(body, { etag: '"e"' }),
    ]);
    const failed = untilItsBody(server.url).toFile(folder.file("a.zip"));
    await expect(failed).rejects.toMatchObject({ code: "CONNECTION_LOST", phase: "body" });
    expect(server.requests).toHaveLength(3);
  });

  it("is not asked for again after an odd answer", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(206, {}, "x"), objectAnswer(body)]);
    const failed = untilItsBody(server.url).toFile(folder.file("a.zip"));
    await expect(failed).rejects.toMatchObject({ code: "INTEGRITY_RANGE" });
    expect(server.requests).toHaveLength(1);
  });
});
