import { mkdirSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { afterEach, expect, it, vi } from "vitest";
import { makeTemporaryFolder } from "./__fixtures__/temporary-folder.ts";
import { syncFolder } from "./sync-folder.ts";

const { platform } = process;

afterEach(() => {
  Object.defineProperty(process, "platform", { value: platform });
});

/** The handles that were opened, and what closing one of them does. */
const handles = vi.hoisted(() => ({
  opened: [] as { flushes: number; isClosed: boolean }[],
  onClose: () => {},
}));
vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof import("node:fs/promises")>();
  const open = async (path: string): Promise<FileHandle> => {
    const handle = await fs.open(path, "r");
    const state = { flushes: 0, isClosed: false };
    const { sync, close } = handle;
    handle.sync = () => {
      state.flushes++;
      return sync.call(handle);
    };
    handle.close = async () => {
      await close.call(handle);
      state.isClosed = true;
      handles.onClose();
    };
    handles.opened.push(state);
    return handle;
  };
  return { ...fs, open };
});

it("[HTTP-91] who comes while a folder is being flushed shares the next flush, over the same handle, which is closed", async () => {
  await using folder = await makeTemporaryFolder();
  await Promise.all([1, 2, 3].map(() => syncFolder(folder.path)));
  expect(handles.opened).toEqual([{ flushes: 2, isClosed: true }]);
  await syncFolder(folder.path);
  expect(handles.opened.slice(1)).toEqual([{ flushes: 1, isClosed: true }]);
});

it("[HTTP-91] a flush that fails is told to all who wait for it, and to nobody else", async () => {
  await using folder = await makeTemporaryFolder();
  const path = folder.file("later");
  const refused = [1, 2, 3].map(() => syncFolder(path));
  for (const outcome of await Promise.allSettled(refused))
    expect(outcome).toMatchObject({ status: "rejected", reason: { code: "NOT_FOUND", path } });
  const first = syncFolder(path).catch((error: unknown) => error);
  const second = syncFolder(path);
  mkdirSync(path);
  await Promise.all([first, second]);
});

it("[HTTP-91] what was flushed is, though its handle cannot be closed", async () => {
  await using folder = await makeTemporaryFolder();
  handles.onClose = () => {
    handles.onClose = () => {};
    throw Object.assign(new Error("broken"), { code: "EIO", syscall: "close" });
  };
  await syncFolder(folder.path);
  expect(handles.opened.at(-1)).toEqual({ flushes: 1, isClosed: true });
});

it("Windows is not asked: it cannot open folders", async () => {
  await using folder = await makeTemporaryFolder();
  Object.defineProperty(process, "platform", { value: "win32" });
  await syncFolder(folder.file("none"));
});
