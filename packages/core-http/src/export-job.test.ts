import { createHash } from "node:crypto";
import { open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { cutObject, objectAnswer } from "./__fixtures__/object-server.ts";
import { answer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import {
  createDownload,
  createHttpSettings,
  createLinkSource,
  ExportFailedError,
  type ExportJob,
  LostStartError,
  OnceOnlyDownloadError,
  type ProgressEvent,
  ServiceError,
  TimeoutError,
  TransportError,
} from "./index.ts";

const body = createHash("shake256", { outputLength: 300_000 }).update("export").digest();
const settings = createHttpSettings({ retry: { baseDelayMs: 1 } });
const lost = new TransportError("CONNECTION_LOST", "headers", "The connection broke.");
const refusal = (kind: "not-found" | "expired" | "forbidden"): ServiceError =>
  new ServiceError({ kind, status: 400, operation: "ShowExport", retryable: false }, `It is ${kind}.`);

/** A job of a made-up service; `calls` says what was done, in order. */
function jobOf(url: string, steps: Partial<ExportJob> = {}) {
  const calls: string[] = [];
  let started = 0;
  const note = <Result>(call: string, result: Result): Result => {
    calls.push(call);
    return result;
  };
  const job: ExportJob = {
    operation: "ExportThings",
    repeat: "safe",
    content: "unknown",
    settings,
    identity: async () => ({ service: "things", host: "things.example", ids: ["ExportThings", "all"] }),
    async start(options) {
      const id = steps.start ? await steps.start(options) : `task-${++started}`;
      return note(`start ${id}`, id);
    },
    async wait(taskId, options) {
      const file = steps.wait ? await steps.wait(taskId, options) : { fileId: `file of ${taskId}` };
      return note(`wait ${taskId}`, file);
    },
    source: (file) =>
      note(`source ${file.fileId}`, {
        ...createLinkSource(`${url}/file.zip`, { operation: "GetThing", settings, content: "unknown" }),
        repeat: steps.repeat ?? "safe",
      }),
    cleanUp: async (taskId) => note(`delete ${taskId}`, undefined),
    find: steps.find && (async (at, signal) => note("find", await steps.find?.(at, signal))),
    onLost: steps.onLost,
    ...(steps.repeat && { repeat: steps.repeat }),
  };
  return { job, calls, download: () => createDownload(job) };
}

/** Rejects when the signal ends it, and says when it was asked. */
function hanging(): { readonly asked: Promise<void>; run(options: { signal: AbortSignal }): Promise<never> } {
  let onAsked!: () => void;
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });
  const run = ({ signal }: { signal: AbortSignal }): Promise<never> =>
    new Promise((_, reject) => {
      onAsked();
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  return { asked, run };
}

describe("a whole job", () => {
  it("[HTTP-92] exports, waits, downloads, and deletes the task once the file is saved", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    const events: ProgressEvent[] = [];
    const { download, calls } = jobOf(server.url, {
      async wait(taskId, { onStatus }) {
        onStatus({ taskId, status: "running", progressPercent: 40, elapsedMs: 10 });
        return { fileId: "f" };
      },
    });
    const saved = await download().toFile(folder.file("a.zip"), {
      onProgress: (event) => events.push(event),
    });
    expect(calls).toEqual(["start task-1", "wait task-1", "source f", "delete task-1"]);
    expect((await readFile(saved.path)).equals(body)).toBe(true);
    expect(await folder.names()).toEqual(["a.zip"]);
    expect(events[0]).toMatchObject({ phase: "exporting", bytes: 0 });
    expect(events.map(({ phase }) => phase)).toContain("saving");
  });

  it.each(["toBytes", "toStream"] as const)("[HTTP-92] cleans up after %s, too", async (way) => {
    await using server = await startScriptedServer([objectAnswer(body)]);
    const { download, calls } = jobOf(server.url);
    if (way === "toBytes") await download().toBytes({ maxBytes: body.length });
    else for await (const _ of await download().toStream()) expect(calls).not.toContain("delete task-1");
    expect(calls.at(-1)).toBe("delete task-1");
  });

  it("[HTTP-92] keeps the task when the file is not saved, and a failed deletion does not spoil a saved file", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(403, {}, ""), objectAnswer(body)]);
    const { job, download, calls } = jobOf(server.url);
    await expect(download().toFile(folder.file("a.zip"))).rejects.toThrow(/403/);
    expect(calls).not.toContain("delete task-1");
    const warn = vi.fn();
    const logger = { debug: () => {}, info: () => {}, warn, error: () => {} };
    const unable = {
      ...job,
      settings: createHttpSettings({ logger }),
      cleanUp: () => Promise.reject(new Error("no permission")),
    };
    expect(await createDownload(unable).toFile(folder.file("a.zip"))).toMatchObject({ bytes: body.length });
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining("delete"), expect.objectContaining({ taskId: "task-1" })],
    ]);
  });

  it("[HTTP-93] runs once per plan: shared by concurrent uses, remembered by later ones", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    const { download, calls } = jobOf(server.url);
    const plan = download();
    await Promise.all([
      plan.toFile(folder.file("a")),
      plan.toFile(folder.file("b")),
      plan.toBytes({ maxBytes: 1e6 }),
    ]);
    await plan.toFile(folder.file("c"));
    expect(calls.filter((call) => /^(start|wait)/.test(call))).toEqual(["start task-1", "wait task-1"]);
  });

  it("[HTTP-93] is not remembered when it failed", async () => {
    await using server = await startScriptedServer([objectAnswer(body)]);
    let fails = true;
    const { download, calls } = jobOf(server.url, {
      async wait(taskId) {
        if (fails) throw new ExportFailedError(taskId, "disk", "It failed.");
        return { fileId: "f" };
      },
    });
    const plan = download();
    await expect(plan.toBytes({ maxBytes: 1e6 })).rejects.toThrow("It failed.");
    fails = false;
    await plan.toBytes({ maxBytes: 1e6 });
    expect(calls.filter((call) => call.startsWith("start"))).toEqual(["start task-1", "start task-2"]);
  });

  it("[HTTP-94] goes on with the task of a run that was ended, and with its file", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    const ending = new AbortController();
    const waiting = hanging();
    const first = jobOf(server.url, { wait: (_, options) => waiting.run(options) });
    const running = first.download().toFile(folder.file("a.zip"), { signal: ending.signal });
    await waiting.asked;
    ending.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    const second = jobOf(server.url, { start: () => Promise.reject(new Error("a second task")) });
    const plan = second.download();
    await plan.toFile(folder.file("a.zip"));
    expect(second.calls).toEqual(["wait task-1", "source file of task-1", "delete task-1"]);
    await plan.toBytes({ maxBytes: 1e6 }); // and remembers it
    expect(second.calls.slice(3)).toEqual(["source file of task-1", "delete task-1"]);
  });

  it("[HTTP-94] resumes the bytes of a file that a whole job had begun to download", async () => {
    await using folder = await makeTemporaryFolder();
    const etag = { etag: '"e"' };
    await using server = await startScriptedServer([
      cutObject(body, 200_000, etag),
      objectAnswer(body, etag),
    ]);
    const first = jobOf(server.url);
    const once = { ...first.job, settings: createHttpSettings({ retry: false }) };
    const source = createLinkSource(`${server.url}/file.zip`, {
      operation: "GetThing",
      settings: once.settings,
      content: "unknown",
    });
    await expect(
      createDownload({ ...once, source: () => source }).toFile(folder.file("a")),
    ).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    const second = jobOf(server.url);
    expect(await second.download().toFile(folder.file("a"))).toMatchObject({ resumedFromByte: 200_000 });
    expect(second.calls).toEqual(["source file of task-1", "delete task-1"]);
  });

  it("[HTTP-95] exports again when the service no longer has what an earlier run left there, once", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(403, {}, ""), objectAnswer(body)]);
    await expect(jobOf(server.url).download().toFile(folder.file("a"))).rejects.toThrow(/403/);
    const second = jobOf(server.url);
    let asked = 0;
    const gone = {
      ...second.job,
      source: (file: Readonly<Record<string, string>>) => {
        const source = second.job.source(file);
        return ++asked > 1 ? source : { ...source, open: () => Promise.reject(refusal("not-found")) };
      },
    };
    await createDownload(gone).toFile(folder.file("a"));
    expect(second.calls.filter((call) => call.startsWith("start"))).toEqual(["start task-1"]);
    const never = { ...second.job, wait: () => Promise.reject(refusal("not-found")) };
    await expect(createDownload(never).toFile(folder.file("b"))).rejects.toMatchObject({ kind: "not-found" });
  });

  it.each([new ExportFailedError("old", "disk", "It failed."), refusal("not-found")])(
    "[HTTP-93] an export that runs is not forgotten for an earlier one that is gone: %s",
    async (gone) => {
      await using folder = await makeTemporaryFolder();
      await using server = await startScriptedServer([objectAnswer(body)]);
      const waiting = hanging();
      const ending = new AbortController();
      const earlier = jobOf(server.url, {
        start: async () => "old",
        wait: (_, options) => waiting.run(options),
      });
      const ended = earlier.download().toFile(folder.file("a"), { signal: ending.signal });
      await waiting.asked;
      ending.abort(new Error("enough"));
      await expect(ended).rejects.toThrow("enough");

      let finish!: () => void;
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const { download, calls } = jobOf(server.url, {
        async wait(taskId) {
          if (taskId === "old") throw gone;
          await finished;
          return { fileId: "f" };
        },
      });
      const plan = download();
      const running = plan.toBytes({ maxBytes: 1e6 });
      await expect.poll(() => calls).toEqual(["start task-1"]);
      const second = plan.toFile(folder.file("a"));
      second.catch(() => {});
      await expect.poll(() => folder.names()).toContainEqual(expect.stringContaining(".part"));
      finish();
      await Promise.all([running, second]);
      expect(calls.filter((call) => call.startsWith("start"))).toEqual(["start task-1"]);
    },
  );

  it.each([
    ["expired", ["start task-1"]],
    ["forbidden", []],
  ] as const)(
    "[HTTP-95] exports again only where it is gone, not for any refusal: %s",
    async (kind, starts) => {
      await using folder = await makeTemporaryFolder();
      await using server = await startScriptedServer([answer(403, {}, ""), objectAnswer(body)]);
      await expect(jobOf(server.url).download().toFile(folder.file("a"))).rejects.toThrow(/403/);
      const { job, calls } = jobOf(server.url);
      const open = vi.fn().mockRejectedValueOnce(refusal(kind));
      const source = (file: Readonly<Record<string, string>>) => {
        const real = job.source(file);
        return open.mock.calls.length > 0 ? real : { ...real, open };
      };
      const ended = await createDownload({ ...job, source })
        .toFile(folder.file("a"))
        .catch((error: unknown) => error);
      expect(ended).toMatchObject(kind === "expired" ? { bytes: body.length } : { kind });
      expect(calls.filter((call) => call.startsWith("start"))).toEqual(starts);
    },
  );

  it("[HTTP-92] who has left is told nothing more, and a job that deletes nothing warns of nothing", async () => {
    await using server = await startScriptedServer([objectAnswer(body)]);
    let tell!: () => void;
    const waiting = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const [toldLeft, toldStays] = [vi.fn(), vi.fn()];
    const { job } = jobOf(server.url, {
      async wait(taskId, { onStatus }) {
        await waiting;
        const status = { taskId, status: "running", elapsedMs: 1 };
        const isTold = (): boolean => {
          onStatus(status);
          return toldStays.mock.calls.some(([{ task }]) => task === status);
        };
        await expect.poll(isTold).toBe(true);
        return { fileId: "f" };
      },
    });
    const warn = vi.fn();
    const logger = { debug: () => {}, info: () => {}, warn, error: () => {} };
    const plan = createDownload({ ...job, settings: createHttpSettings({ logger }), cleanUp: undefined });
    const leaving = new AbortController();
    const left = plan.toBytes({ maxBytes: 1e6, signal: leaving.signal, onProgress: toldLeft });
    const stays = plan.toBytes({ maxBytes: 1e6, onProgress: toldStays });
    await expect.poll(() => toldLeft.mock.calls.length).toBeGreaterThan(0);
    leaving.abort("enough");
    await expect(left).rejects.toBe("enough");
    const before = toldLeft.mock.calls.length;
    tell();
    await stays;
    expect(toldLeft).toHaveBeenCalledTimes(before);
    expect(warn).not.toHaveBeenCalled();
  });

  it("[HTTP-95] waits again for a task that took too long, and starts no other", async () => {
    await using server = await startScriptedServer([objectAnswer(body)]);
    let waits = 0;
    const slow = new TimeoutError({ phase: "wait", timeoutMs: 1, taskId: "task-1" }, "It goes on.");
    const job = jobOf(server.url, {
      async wait(taskId) {
        if (waits++ === 0) throw slow;
        return { fileId: taskId };
      },
    });
    const download = job.download();
    await expect(download.toBytes({ maxBytes: 1e6 })).rejects.toBe(slow);
    expect((await download.toBytes({ maxBytes: 1e6 })).equals(body)).toBe(true);
    expect(job.calls.filter((call) => call.startsWith("start"))).toEqual(["start task-1"]);
  });

  it("[HTTP-95] forgets a task that failed: the same call starts another", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    const failed = jobOf(server.url, {
      wait: (taskId) => Promise.reject(new ExportFailedError(taskId, "no disk", "It failed: no disk.")),
    });
    await expect(failed.download().toFile(folder.file("a"))).rejects.toMatchObject({ reason: "no disk" });
    expect(await folder.names()).toEqual([]);
    const second = jobOf(server.url);
    await second.download().toFile(folder.file("a"));
    expect(second.calls[0]).toBe("start task-1");
  });
});

describe("[HTTP-96] a start whose answer is lost", () => {
  it("is told, not repeated; the same call after that starts anew", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    let starts = 0;
    const { download } = jobOf(server.url, {
      start: () => (++starts === 1 ? Promise.reject(lost) : Promise.resolve("t")),
    });
    const error = await download()
      .toFile(folder.file("a"))
      .catch((reason) => reason);
    expect(LostStartError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: "START_LOST", operation: "ExportThings", cause: lost });
    expect([starts, await folder.names()]).toEqual([1, []]);
    await download().toFile(folder.file("a"));
    expect(starts).toBe(2);
  });

  it("is told by a run after the one that was ended, and that one only", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    const starting = hanging();
    const ending = new AbortController();
    const first = jobOf(server.url, { start: starting.run });
    const running = first.download().toFile(folder.file("a"), { signal: ending.signal });
    await starting.asked;
    ending.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    const second = jobOf(server.url);
    await expect(second.download().toFile(folder.file("a"))).rejects.toMatchObject({ code: "START_LOST" });
    expect(second.calls).toEqual([]);
    await second.download().toFile(folder.file("a"));
    expect(await folder.names()).toEqual(["a"]);
  });

  it("is found, where the service can be asked", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    const { download, calls } = jobOf(server.url, {
      start: () => Promise.reject(lost),
      find: async () => "found",
    });
    await download().toFile(folder.file("a"));
    expect(calls).toEqual(["find", "wait found", "source file of found", "delete found"]);
  });

  it.each([
    ["found", ["find", "wait found", "source file of found", "delete found"]],
    [undefined, ["find", "start task-1", "wait task-1", "source file of task-1", "delete task-1"]],
  ])(
    "is looked up by a run after the one that was ended, and started only where it is %s",
    async (found, calls) => {
      await using folder = await makeTemporaryFolder();
      await using server = await startScriptedServer([objectAnswer(body)]);
      const starting = hanging();
      const ending = new AbortController();
      const first = jobOf(server.url, { start: starting.run, find: async () => "none of it" });
      const running = first.download().toFile(folder.file("a"), { signal: ending.signal });
      await starting.asked;
      ending.abort(new Error("enough"));
      await expect(running).rejects.toThrow("enough");
      expect(first.calls).toEqual([]); // nothing is asked for behind the back of who has left
      const second = jobOf(server.url, { find: async () => found });
      await second.download().toFile(folder.file("a"));
      expect(second.calls).toEqual(calls);
    },
  );

  it("is on the disk before it is sent, and so is its task before it is waited for", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    const handle = await open(folder.path, "r");
    const flushed = vi.spyOn(Object.getPrototypeOf(handle), "datasync");
    await handle.close();
    const flushes: number[] = [];
    const count = <Value>(value: Value): Value => {
      flushes.push(flushed.mock.calls.length);
      return value;
    };
    const { download } = jobOf(server.url, {
      start: async () => count("t"),
      wait: async () => count({ fileId: "f" }),
    });
    await download().toFile(folder.file("a"));
    flushed.mockRestore();
    expect(flushes).toEqual([2, 3]); // the journal itself, and a line for each step
  });

  it("is found for all who share it, once, since before it was sent", async () => {
    await using server = await startScriptedServer([objectAnswer(body)]);
    let sentAt = 0;
    let lose!: () => void;
    const { download, calls } = jobOf(server.url, {
      start: () =>
        new Promise((_, reject) => {
          sentAt = Date.now();
          lose = () => reject(lost);
        }),
      find: async (at) => (at.getTime() <= sentAt ? "found" : undefined),
    });
    const plan = download();
    const first = plan.toBytes({ maxBytes: 1e6 });
    await expect.poll(() => sentAt).toBeGreaterThan(0);
    await expect.poll(() => Date.now()).toBeGreaterThan(sentAt);
    const second = plan.toBytes({ maxBytes: 1e6 });
    await new Promise(setImmediate);
    lose();
    await Promise.all([first, second]);
    expect(calls.filter((call) => call === "find")).toHaveLength(1);
  });

  it("is no lost one when it was refused", async () => {
    await using folder = await makeTemporaryFolder();
    const { download } = jobOf("http://127.0.0.1:9", { start: () => Promise.reject(refusal("forbidden")) });
    await expect(download().toFile(folder.file("a"))).rejects.toMatchObject({ kind: "forbidden" });
    expect(await folder.names()).toEqual([]);
  });
});

describe("[HTTP-97] a whole job whose file comes only once", () => {
  it("may run again in the same folder once it was saved", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    for (const name of ["a.zip", "b.zip"])
      await jobOf(server.url, { repeat: "never" }).download().toFile(folder.file(name));
    expect(await folder.names()).toEqual(["a.zip", "b.zip"]);
  });

  it("tells a second run what became of the first, and sends nothing", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([cutObject(body, 1000)]);
    const first = jobOf(server.url, { repeat: "never" });
    await expect(first.download().toFile(folder.file("a"))).rejects.toMatchObject({ code: "ONCE_ONLY" });
    const second = jobOf(server.url, { repeat: "never" });
    const error = await second
      .download()
      .toFile(folder.file("a"))
      .catch((reason) => reason);
    expect(OnceOnlyDownloadError.isInstance(error) && error.receivedBytes).toBe(1000);
    expect([second.calls, server.requests.length]).toEqual([[], 1]);
  });

  it("waits for the next export also where that has the id of the one that was lost", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([cutObject(body, 1000), objectAnswer(body)]);
    const { download, calls } = jobOf(server.url, {
      repeat: "never",
      onLost: "export-again",
      start: async () => "the latest",
    });
    await download().toFile(folder.file("a"));
    expect(calls.filter((call) => call.startsWith("wait"))).toEqual(["wait the latest", "wait the latest"]);
  });

  it("exports again if asked to: in the same call, and after an earlier run", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([
      cutObject(body, 1000),
      cutObject(body, 2000),
      objectAnswer(body),
    ]);
    const first = jobOf(server.url, { repeat: "never" });
    await expect(first.download().toFile(folder.file("a"))).rejects.toMatchObject({ code: "ONCE_ONLY" });
    const again = jobOf(server.url, { repeat: "never", onLost: "export-again" });
    const plan = again.download();
    const saved = await plan.toFile(folder.file("a"));
    expect((await readFile(saved.path)).equals(body)).toBe(true);
    expect(again.calls.filter((call) => call.startsWith("start"))).toEqual(["start task-1", "start task-2"]);
    expect(await folder.names()).toEqual(["a"]);
    await expect(plan.toFile(folder.file("b"))).rejects.toThrow(/used already/);
  });
});

describe("[HTTP-112] a whole job that was killed before it could clean up", () => {
  /** Ends the run right after the file got its name, as a kill would, and moves the time of that. */
  async function killedAfterPublishing(folder: { file(name: string): string }, url: string, ageMs: number) {
    const { job } = jobOf(url, { repeat: "never" });
    const killed = { ...job, cleanUp: () => new Promise<void>(() => {}) };
    void createDownload(killed).toFile(folder.file("a.zip"));
    const names = () => readdir(folder.file("."));
    await expect.poll(names).toContain("a.zip");
    const hidden = (await names()).filter((name) => name.endsWith(".journal"));
    const journal = folder.file(hidden[0] ?? "none");
    const text = await readFile(journal, "utf8");
    await rm(folder.file((await names()).find((name) => name.endsWith(".lock")) ?? "none"), {
      recursive: true,
    });
    await writeFile(
      journal,
      text.replace(/"at":(\d+)/, (_, at) => `"at":${Number(at) - ageMs}`),
    );
  }

  it("hands that file over when the same call follows at once", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    await killedAfterPublishing(folder, server.url, 0);
    const second = jobOf(server.url, { repeat: "never" });
    expect(await second.download().toFile(folder.file("a.zip"))).toMatchObject({ attempts: 0 });
    expect(second.calls).toEqual(["delete task-1"]);
    expect(await folder.names()).toEqual(["a.zip"]);
  });

  it("exports anew the next day", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([objectAnswer(body)]);
    await killedAfterPublishing(folder, server.url, 24 * 3600 * 1000);
    const second = jobOf(server.url, { repeat: "never" });
    const saved = await second.download().toFile(folder.file("a.zip"));
    expect(second.calls[0]).toBe("start task-1");
    expect(saved).toMatchObject({ attempts: 1, path: folder.file("a (2).zip") });
  });
});
