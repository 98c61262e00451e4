import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { silentObject } from "./__fixtures__/object-server.ts";
import { answer, type ScriptedServer, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import { makeTemporaryFolder, type TemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { ownClaim } from "./claim.ts";
import { takeFileLock } from "./file-lock.ts";
import { downloadLink, TargetBusyError } from "./index.ts";

/** What cannot be read, and why no folder can be removed. */
const hidden = vi.hoisted(() => ({ path: "" }));
const kept = vi.hoisted(() => ({ code: "" }));
vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof import("node:fs/promises")>();
  const refusal = (code: string) =>
    Promise.reject(Object.assign(new Error(code), { code, syscall: "rmdir" }));
  return {
    ...fs,
    readFile: (...args: Parameters<typeof fs.readFile>) =>
      args[0] === hidden.path ? refusal("ENOENT") : fs.readFile(...args),
    rmdir: (path: string) => (kept.code ? refusal(kept.code) : fs.rmdir(path)),
  };
});

const machine = vi.hoisted(() => ({ name: "" }));
vi.mock("node:os", async (original) => {
  const os = await original<typeof import("node:os")>();
  return { ...os, hostname: () => machine.name || os.hostname() };
});

afterEach(() => {
  vi.restoreAllMocks();
  machine.name = "";
});

/** The claim on a lock that a process of this machine would make. */
const claimOf = (pid: number, started = "", host = hostname()): string =>
  `${pid}-${started}-0123456789abcdef@${host}`;

/** A process that was there, and is no more. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return child.pid ?? expect.unreachable("no process was started");
}

async function leaveClaims(lock: string, ...claims: string[]): Promise<void> {
  await mkdir(lock);
  for (const claim of claims) await writeFile(join(lock, claim), "");
}

/** Of a file so long that its lock is on the disk. */
const longBytes = 1_000_000;

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
  await using server = await startScriptedServer([
    silentObject(Buffer.alloc(longBytes)),
    answer(200, {}, "whole"),
  ]);
  const abort = new AbortController();
  const first = downloadLink({ url: `${server.url}/a` }).toFile(folder.file("a"), { signal: abort.signal });
  const ended = first.catch((error: unknown) => error);
  const findLock = async () => (await folder.names()).find((entry) => entry.endsWith(".lock"));
  await expect.poll(findLock).toBeDefined();
  const name = (await findLock()) ?? "";
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

  const dead: [string, () => Promise<string[]>][] = [
    ["of a dead process", async () => [claimOf(await deadPid())]],
    ["of several dead processes", async () => [claimOf(await deadPid()), claimOf(await deadPid(), "7")]],
    ["of nobody: a process died before it had put its claim there", async () => []],
    ...(process.platform === "linux"
      ? [
          ["of another process whose number was given again", async () => [claimOf(process.pid, "1")]] as [
            string,
            () => Promise<string[]>,
          ],
        ]
      : []),
  ];
  it.each(dead)("is taken over where the lock is %s", async (_, claims) => {
    await holding(async ({ folder, server, lock, end }) => {
      await end();
      await leaveClaims(lock, ...(await claims()));
      const download = downloadLink({ url: `${server.url}/a` });
      expect(await download.toFile(folder.file("a"))).toMatchObject({ bytes: 5 });
      expect(await folder.names()).toEqual(["a"]);
    });
  });

  it("is not left claimed by a call that could not look at the others", async () => {
    await holding(async ({ folder, server, lock, end }) => {
      await end();
      await leaveClaims(lock);
      const odd = claimOf(await deadPid());
      await mkdir(join(lock, odd)); // no unlink removes it
      const failed = downloadLink({ url: `${server.url}/a` }).toFile(folder.file("a"));
      await expect(failed).rejects.toMatchObject({ name: "FileSystemError", path: lock });
      expect(await readdir(lock)).toEqual([odd]);
    });
  });

  it("is not held up by a file that somebody else put beside the claims, which stays", async () => {
    await holding(async ({ folder, server, lock, end }) => {
      await end();
      await leaveClaims(lock, ".DS_Store");
      const download = downloadLink({ url: `${server.url}/a` });
      expect(await download.toFile(folder.file("a"))).toMatchObject({ bytes: 5 });
      expect(await readdir(lock)).toEqual([".DS_Store"]);
    });
  });

  it.runIf(process.platform === "linux")(
    "is of this process as it was started, and not of its number alone",
    async () => {
      const stat = await readFile("/proc/self/stat", "utf8");
      const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
      expect(await ownClaim()).toMatch(new RegExp(`^${process.pid}-${started}-`));
    },
  );

  it.runIf(process.platform === "linux")(
    "is taken over from a process that has ended, and whose parent has not asked about it",
    async () => {
      // The shell becomes a program that waits for no child.
      const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      try {
        const [line] = await once(parent.stdout, "data");
        const pid = Number(line);
        const stat = () => readFile(`/proc/${pid}/stat`, "utf8");
        await expect.poll(stat).toContain(") Z ");
        const started = (await stat()).split(" ")[21];
        await holding(async ({ folder, server, lock, end }) => {
          await end();
          await leaveClaims(lock, claimOf(pid, started));
          const download = downloadLink({ url: `${server.url}/a` });
          expect(await download.toFile(folder.file("a"))).toMatchObject({ bytes: 5 });
        });
      } finally {
        parent.kill();
      }
    },
  );

  it("is taken over by one only of several that find the lock of a dead process", async () => {
    await holding(async ({ folder, server, lock, end }) => {
      await end();
      await leaveClaims(lock, claimOf(await deadPid()));
      const download = downloadLink({ url: `${server.url}/a` });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 5 }, () => download.toFile(folder.file("a"), { overwrite: true })),
      );
      const saved = outcomes.filter(({ status }) => status === "fulfilled").length;
      expect(saved).toBeGreaterThan(0);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "TARGET_BUSY" });
      expect(server.requests).toHaveLength(1 + saved);
      expect(await folder.names()).toEqual(["a"]);
    });
  });

  it("is cleared by several at once, who stand in each other's way no longer than a moment", async () => {
    await using folder = await makeTemporaryFolder();
    const path = folder.file(".lock");
    const pid = await deadPid();
    await leaveClaims(path, ...Array.from({ length: 30 }, (_, index) => claimOf(pid, String(index))));
    const taken = await Promise.allSettled([1, 2, 3, 4].map(() => takeFileLock(path, "target", undefined)));
    for (const lock of taken)
      if (lock.status === "rejected") expect(lock.reason).toMatchObject({ code: "TARGET_BUSY" });
      else await lock.value.release();
    expect(await folder.names()).toEqual([]);
  });

  it.each([
    ["of this machine", () => claimOf(process.ppid)],
    ["of another machine, which cannot be asked", () => claimOf(2 ** 30, "", "another-machine")],
  ])("is not taken over from a living process %s", async (_, claim) => {
    await holding(async ({ folder, server, lock, end }) => {
      await end();
      await leaveClaims(lock, claim(), claimOf(await deadPid()));
      const download = downloadLink({ url: `${server.url}/a` });
      await expect(download.toFile(folder.file("a"))).rejects.toMatchObject({ code: "TARGET_BUSY" });
      expect(server.requests).toHaveLength(1);
      expect(await readdir(lock)).toEqual([claim()]);
    });
  });

  it("keeps a lock that another process has claimed meanwhile", async () => {
    await holding(async ({ folder, lock, end }) => {
      await rm(lock, { recursive: true });
      await leaveClaims(lock, claimOf(process.ppid));
      await end();
      expect(await readdir(lock)).toEqual([claimOf(process.ppid)]);
      expect(await folder.names()).toHaveLength(2);
    });
  });

  it.runIf(process.platform === "linux")(
    "is not taken over from a living process whose start is hidden, nor from one that could not tell its own",
    async () => {
      await using folder = await makeTemporaryFolder();
      for (const [isHidden, started] of [
        [true, "1"],
        [false, ""],
      ] as const) {
        const path = folder.file(`.lock-${isHidden}`);
        await leaveClaims(path, claimOf(process.ppid, started));
        hidden.path = isHidden ? `/proc/${process.ppid}/stat` : "";
        await expect(takeFileLock(path, "target", undefined)).rejects.toMatchObject({ code: "TARGET_BUSY" });
        expect(await readdir(path)).toEqual([claimOf(process.ppid, started)]);
      }
    },
  );

  it.runIf(process.platform === "linux")(
    "is not taken over from a living process with an odd name",
    async () => {
      const program = "process.title = 'a) Z 1'; console.log(); setInterval(() => {}, 1000)";
      const living = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "ignore"] });
      try {
        await once(living.stdout, "data");
        const stat = await readFile(`/proc/${living.pid}/stat`, "utf8");
        expect(stat).toContain("(a) Z 1) ");
        await using folder = await makeTemporaryFolder();
        const started = stat.slice(stat.lastIndexOf(")")).split(" ")[20];
        await leaveClaims(folder.file(".lock"), claimOf(living.pid ?? 0, started));
        const taken = takeFileLock(folder.file(".lock"), "target", undefined);
        await expect(taken).rejects.toMatchObject({ code: "TARGET_BUSY" });
      } finally {
        living.kill();
      }
    },
  );

  it("is not taken over from a living process of another user, which may not be asked", async () => {
    await using folder = await makeTemporaryFolder();
    const path = folder.file(".lock");
    await leaveClaims(path, claimOf(process.ppid));
    vi.spyOn(process, "kill").mockImplementation(() => {
      throw Object.assign(new Error("not permitted"), { code: "EPERM" });
    });
    await expect(takeFileLock(path, "target", undefined)).rejects.toMatchObject({ code: "TARGET_BUSY" });
  });

  it("can be taken on a machine whose name is long, and odd", async () => {
    await using folder = await makeTemporaryFolder();
    machine.name = "my/machine".repeat(25);
    const lock = await takeFileLock(folder.file(".lock"), "target", undefined);
    const second = takeFileLock(folder.file(".lock"), "target", undefined);
    await expect(second).rejects.toMatchObject({ code: "TARGET_BUSY" });
    await lock.release();
    expect(await folder.names()).toEqual([]);
  });

  it.each(["ENOTEMPTY", "EEXIST", "ENOENT", "EBUSY", "EPERM"])(
    "does not fail a download whose empty folder of claims cannot be removed, which the system says by %s",
    async (code) => {
      await using folder = await makeTemporaryFolder();
      const path = folder.file(".lock");
      const lock = await takeFileLock(path, "target", undefined);
      kept.code = code;
      await lock.release();
      kept.code = "";
      expect(await folder.names()).toEqual([".lock"]);
      await (await takeFileLock(path, "target", undefined)).release();
      expect(await folder.names()).toEqual([]);
    },
  );

  it("is held by one at a time, whoever comes and goes", async () => {
    await using folder = await makeTemporaryFolder();
    const path = folder.file(".lock");
    let holders = 0;
    let taken = 0;
    const comeAndGo = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn++) {
        const lock = await takeFileLock(path, "target", undefined).catch((error: unknown) => {
          if (!TargetBusyError.isInstance(error)) throw error;
        });
        if (!lock) continue;
        taken++;
        expect(++holders).toBe(1);
        await new Promise(setImmediate);
        holders--;
        await lock.release();
      }
    };
    await Promise.all(Array.from({ length: 6 }, comeAndGo));
    expect(taken).toBeGreaterThan(20);
    expect(await folder.names()).toEqual([]);
  });

  it("is waited for no longer than the signal allows", async () => {
    await holding(async ({ folder, server, lock }) => {
      const abort = new AbortController();
      const second = downloadLink({ url: `${server.url}/a` }).toFile(folder.file("a"), {
        signal: abort.signal,
      });
      abort.abort("enough");
      await expect(second).rejects.toBe("enough");
      await expect(takeFileLock(lock, "target", abort.signal)).rejects.toBe("enough");
    });
  });
});
