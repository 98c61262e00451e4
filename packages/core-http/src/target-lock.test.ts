import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { silentObject } from "./__fixtures__/object-server.ts";
import { answer, type ScriptedServer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { downloadLink } from "./index.ts";

const holder = { pid: process.pid, host: hostname(), started: "", token: "somebody-else" };

/** A process that was there, and is no more. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return child.pid ?? expect.unreachable("no process was started");
}

/** A download that waits for its bytes, and so holds its target. */
async function holding(
  run: (held: {
    folder: TemporaryFolder;
    server: ScriptedServer;
    lock: string;
    end(): Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  await using folder = await makeTemporaryFolder();
  await using server = await startScriptedServer([silentObject(Buffer.alloc(9)), answer(200, {}, "whole")]);
  const abort = new AbortController();
  const first = downloadLink({ url: `${server.url}/a` }).toFile(folder.file("a"), { signal: abort.signal });
  const ended = first.catch((error: unknown) => error);
  await expect.poll(() => server.requests.length).toBe(1);
  const name = (await folder.names()).find((entry) => entry.endsWith(".lock")) ?? "";
  const end = async () => {
    abort.abort("enough");
    expect(await ended).toBe("enough");
  };
  try {
    await run({ folder, server, lock: folder.file(name), end });
  } finally {
    await end();
  }
}

describe("[HTTP-26] a target that is being written", () => {
  it("is refused to a second download, which sends nothing, until the first has ended", async () => {
    await holding(async ({ folder, server, end }) => {
      const download = downloadLink({ url: `${server.url}/a` });
      const second = download.toFile(folder.file("a"));
      await expect(second).rejects.toMatchObject({ code: "TARGET_BUSY", path: folder.file("a") });
      expect(server.requests).toHaveLength(1);
      await end();
      expect(await download.toFile(folder.file("a"))).toMatchObject({ bytes: 5 });
      expect(await folder.names()).toEqual(["a"]);
    });
  });

  it("goes to one of several that begin at once", async () => {
    await using folder = await makeTemporaryFolder();
    await using server = await startScriptedServer([answer(200, {}, "whole")]);
    const download = downloadLink({ url: server.url });
    const runs = Array.from({ length: 5 }, () => download.toFile(folder.file("a"), { overwrite: true }));
    const outcomes = await Promise.allSettled(runs);
    const saved = outcomes.filter(({ status }) => status === "fulfilled").length;
    expect(saved).toBeGreaterThan(0);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "TARGET_BUSY" });
    expect(server.requests).toHaveLength(saved);
    expect(await folder.names()).toEqual(["a"]);
  });

  const dead: [string, () => Promise<string>][] = [
    ["a dead process", async () => JSON.stringify({ ...holder, pid: await deadPid() })],
    ["nobody, being empty", async () => ""],
    ...(process.platform === "linux"
      ? [
          [
            "another process whose number was given again",
            async () => JSON.stringify({ ...holder, started: "1" }),
          ] as [string, () => Promise<string>],
        ]
      : []),
  ];
  it.each(dead)("is taken over where the lock is of %s", async (_, content) => {
    await holding(async ({ folder, server, lock, end }) => {
      await end();
      await writeFile(lock, await content());
      const download = downloadLink({ url: `${server.url}/a` });
      expect(await download.toFile(folder.file("a"))).toMatchObject({ bytes: 5 });
      expect(await folder.names()).toEqual(["a"]);
    });
  });

  it("is taken over by one only of several that find the lock of a dead process", async () => {
    await holding(async ({ folder, server, lock, end }) => {
      await end();
      await writeFile(lock, JSON.stringify({ ...holder, pid: await deadPid() }));
      const download = downloadLink({ url: `${server.url}/a` });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 5 }, () => download.toFile(folder.file("a"), { overwrite: true })),
      );
      const saved = outcomes.filter(({ status }) => status === "fulfilled").length;
      expect(saved).toBeGreaterThan(0);
      expect(server.requests).toHaveLength(1 + saved);
      expect(await folder.names()).toEqual(["a"]);
    });
  });

  it("is not taken over from a process of another machine, which cannot be asked", async () => {
    await holding(async ({ folder, server, lock, end }) => {
      await end();
      const pid = await deadPid();
      await writeFile(lock, JSON.stringify({ ...holder, pid, host: "another-machine" }));
      const download = downloadLink({ url: `${server.url}/a` });
      await expect(download.toFile(folder.file("a"))).rejects.toMatchObject({ code: "TARGET_BUSY" });
      expect(server.requests).toHaveLength(1);
    });
  });

  it("waits for a takeover that is going on, but not for one that was cut short", async () => {
    await holding(async ({ folder, server, lock, end }) => {
      const living = await readFile(lock, "utf8");
      await end();
      await writeFile(lock, JSON.stringify({ ...holder, pid: await deadPid() }));
      const guard = `${lock}.takeover`;
      await writeFile(guard, living);
      const download = downloadLink({ url: `${server.url}/a` });
      await expect(download.toFile(folder.file("a"))).rejects.toMatchObject({ code: "TARGET_BUSY" });
      await writeFile(guard, JSON.stringify({ ...holder, pid: await deadPid() }));
      expect(await download.toFile(folder.file("a"))).toMatchObject({ bytes: 5 });
      expect(await folder.names()).toEqual(["a"]);
    });
  });

  it("keeps a lock that somebody took over from it", async () => {
    await holding(async ({ folder, lock, end }) => {
      await writeFile(lock, JSON.stringify(holder));
      await end();
      expect(await folder.names()).toEqual([expect.stringMatching(/\.lock$/)]);
    });
  });
});
