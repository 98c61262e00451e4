import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fromAccessKey } from "@cloudhaul/core-auth";
import type { FaultRule } from "@cloudhaul/emulator";
import { expect, it } from "vitest";
import { content, setArchiveScene } from "./archive-scene.ts";
import { bytesOf } from "./content-bytes.ts";
import { environmentOf } from "./emulator-environment.ts";
import { startProgram } from "./killable-program.ts";
import { publishedFiles } from "./saved-files.ts";

const half = 256 * 1024;

interface Fault {
  readonly name: string;
  readonly fault: Omit<FaultRule, "match">;
  /** The code of what lies behind. */
  readonly cause: string;
  readonly consumed: "yes" | "unknown";
  /** Least number of bytes that must be kept. */
  readonly keeps: number;
}

const page = { "content-type": "text/html" };
const cut = (by: "reset" | "end" | "stall"): Pick<FaultRule, "cut" | "bytesPerSecond"> => ({
  cut: { afterBytes: half, by },
  bytesPerSecond: 4 * 1024 ** 2, // slow enough that a reset finds nothing unread
});

/** After each of these the service may have given the archive away: nothing is asked for again. */
const spending: readonly Fault[] = [
  { name: "a reset in mid-body", fault: cut("reset"), cause: "CONNECTION_LOST", consumed: "yes", keeps: 1 },
  { name: "an end in mid-body", fault: cut("end"), cause: "CONNECTION_LOST", consumed: "yes", keeps: half },
  { name: "silence in mid-body", fault: cut("stall"), cause: "TIMEOUT_BODY", consumed: "yes", keeps: half },
  {
    name: "a length that is too long",
    fault: { contentLength: content.bytes + 9 },
    cause: "TIMEOUT_BODY",
    consumed: "yes",
    keeps: content.bytes,
  },
  {
    name: "a length that is too short",
    fault: { contentLength: content.bytes - 9 },
    cause: "INTEGRITY_ARCHIVE_END",
    consumed: "yes",
    keeps: content.bytes - 9,
  },
  {
    name: "a zip that ends early, with a length that looks right",
    fault: { truncateTo: half },
    cause: "INTEGRITY_ARCHIVE_END",
    consumed: "yes",
    keeps: half,
  },
  {
    name: "a flipped byte in its end record",
    fault: { flipByteAt: content.bytes - 20 },
    cause: "INTEGRITY_ARCHIVE_END",
    consumed: "yes",
    keeps: content.bytes,
  },
  {
    name: "a page with status 200",
    fault: { answer: { status: 200, headers: page, body: "<!doctype html><title>Log in</title>" } },
    cause: "INTEGRITY_CONTENT",
    consumed: "yes",
    keeps: 36,
  },
  {
    name: "an encoding that nobody asked for",
    fault: { answer: { status: 200, headers: { "content-encoding": "gzip" }, body: "zipped" } },
    cause: "INTEGRITY_ENCODING",
    consumed: "yes",
    keeps: 0,
  },
  {
    name: "an answer that is lost",
    fault: { drop: "after" },
    cause: "CONNECTION_LOST",
    consumed: "unknown",
    keeps: 0,
  },
  {
    name: "a request that is lost",
    fault: { drop: "before" },
    cause: "CONNECTION_LOST",
    consumed: "unknown",
    keeps: 0,
  },
  { name: "502", fault: { answer: { status: 502 } }, cause: "SERVICE_SERVER", consumed: "unknown", keeps: 0 },
  { name: "503", fault: { answer: { status: 503 } }, cause: "SERVICE_SERVER", consumed: "unknown", keeps: 0 },
];

it.each(spending)(
  "[HTTP-53] $name: asked for once, what came is kept, and a second run is told so",
  async ({ fault, cause, consumed, keeps }) => {
    const { emulator, folder, plan, asked } = await setArchiveScene();
    emulator.faults.add({ match: "/archives/", ...fault });
    const error = await plan()
      .toFile(`${folder}/`, { stallTimeoutMs: 200 })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "ONCE_ONLY", consumed, cause: { code: cause } });
    expect(asked()).toBe(1);
    const { partialPath, receivedBytes } = error as { partialPath?: string; receivedBytes: number };
    expect(receivedBytes).toBeGreaterThanOrEqual(keeps);
    expect(await publishedFiles(folder)).toEqual([]);
    if (partialPath) expect((await readFile(partialPath)).length).toBe(receivedBytes);
    else expect(receivedBytes).toBe(0);

    const requests = emulator.requests.length;
    const told = { code: "ONCE_ONLY", consumed, receivedBytes, partialPath };
    await expect(plan().toFile(`${folder}/`)).rejects.toMatchObject(told);
    expect(emulator.requests).toHaveLength(requests);
  },
);

interface RefusedRow {
  readonly status: number;
  readonly code: string;
  readonly error: Readonly<Record<string, unknown>>;
}

/** Answers of the service that say no: nothing is spent. */
const refusals: readonly RefusedRow[] = [
  { status: 404, code: "ROMA.1", error: { code: "SERVICE_NOT_FOUND" } },
  { status: 403, code: "ROMA.1006", error: { code: "SERVICE_FORBIDDEN" } },
  { status: 401, code: "APIGW.0301", error: { code: "AUTHENTICATION" } },
];

it.each(refusals)(
  "[HTTP-53] refused with $status: nothing is spent, and the next run gets the archive",
  async (row) => {
    const { emulator, folder, plan, asked } = await setArchiveScene();
    const body = JSON.stringify({ error_code: row.code, error_msg: "no" });
    emulator.faults.add({ match: "/archives/", times: 2, answer: { status: row.status, body } });
    await expect(plan().toFile(`${folder}/`)).rejects.toMatchObject(row.error);
    expect(await readdir(folder)).toEqual([]);
    const before = asked();
    emulator.faults.clear();
    const saved = await plan().toFile(`${folder}/`);
    expect((await bytesOf(content)).equals(await readFile(saved.path))).toBe(true);
    expect(asked()).toBe(before + 1);
  },
);

it("[HTTP-53] throttled: the service has not acted, so the same call asks again", async () => {
  const { emulator, folder, plan, asked } = await setArchiveScene();
  emulator.faults.add({
    match: "/archives/",
    times: 2,
    answer: { status: 429, headers: { "retry-after": "1" } },
  });
  const saved = await plan().toFile(`${folder}/`);
  expect(saved).toMatchObject({ attempts: 3, bytes: content.bytes });
  expect(asked()).toBe(3);
});

it("[HTTP-54] a name that is taken gets a number, and nothing is lost", async () => {
  const { folder, plan } = await setArchiveScene();
  await writeFile(join(folder, "archive.zip"), "mine");
  await writeFile(join(folder, "archive (2).zip"), "mine too");
  const saved = await plan().toFile(`${folder}/`);
  expect(saved.path).toBe(join(folder, "archive (3).zip"));
  expect((await bytesOf(content)).equals(await readFile(saved.path))).toBe(true);
  expect(await readFile(join(folder, "archive.zip"), "utf8")).toBe("mine");
});

it("[HTTP-54] wrong credentials are found by the harmless call, before the archive is asked for", async () => {
  const { emulator, folder, plan, asked } = await setArchiveScene({
    credentials: fromAccessKey({
      accessKeyId: "EMULATORACCESSKEYID0",
      secretAccessKey: "wrong",
      projectId: "p",
    }),
  });
  await expect(plan().toFile(`${folder}/`)).rejects.toMatchObject({ code: "AUTHENTICATION" });
  expect(emulator.requests.length).toBeGreaterThan(0);
  expect(asked()).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});

it("[HTTP-54] a folder that cannot be one is found before anything is asked for", async () => {
  const { emulator, folder, plan } = await setArchiveScene();
  await writeFile(join(folder, "file"), "");
  await expect(plan().toFile(`${folder}/file/archives/`)).rejects.toMatchObject({ code: "NOT_A_DIRECTORY" });
  expect(emulator.requests).toEqual([]);
});

it("[HTTP-54] a folder that may not be written is found before anything is asked for", async () => {
  const { emulator, folder, ids } = await setArchiveScene();
  const locked = join(folder, "locked");
  await mkdir(locked);
  await chmod(locked, 0o555);
  await chmod(folder, 0o755);
  const isRoot = process.getuid?.() === 0; // who may write everywhere
  const { stdout } = await startProgram(join(import.meta.dirname, "save-archive.ts"), {
    arguments: [ids.instanceId, ids.archiveId, `${locked}/`],
    env: { ...environmentOf(emulator), HOME: folder },
    uid: isRoot ? 65_534 : undefined,
  }).ended;
  expect(JSON.parse(stdout)).toMatchObject({ code: "PERMISSION_DENIED" });
  expect(emulator.requests).toEqual([]);
});
