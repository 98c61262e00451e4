import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile, unlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Download, downloadLink } from "@cloudhaul/core-http";
import { expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "./temporary-folder.ts";

/** Too long to be held in memory until it is whole: it has a journal. */
const file = Buffer.alloc(1_000_000, "a file that came whole ");
const sha256 = createHash("sha256").update(file).digest("hex");

/** A file that came whole, while somebody took its name. */
async function wholeButUnnamed() {
  const path = join(await temporaryFolder(), "file.bin");
  let requests = 0;
  const server = createServer(async (_request, response) => {
    requests += 1;
    response.writeHead(200, { "content-length": file.length, etag: '"one"' });
    response.write(file.subarray(0, 50_000));
    if (requests === 1) {
      // Only once the engine has looked whether the name is free.
      while (!(await journalOf(path)).includes('"transfer"')) await nextTurn();
      await writeFile(path, "mine");
    }
    response.end(file.subarray(50_000));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    const closed = once(server.close(), "close");
    server.closeAllConnections();
    await closed;
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.bin`;
  const plan = (): Download => downloadLink({ url, retry: false });
  await expect(plan().toFile(path)).rejects.toMatchObject({ code: "TARGET_EXISTS" });
  expect(await readFile(path, "utf8")).toBe("mine");
  await unlink(path);
  return { path, plan, folder: join(path, ".."), requests: () => requests };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

async function journalOf(path: string): Promise<string> {
  const folder = join(path, "..");
  const name = (await readdir(folder)).find((one) => one.endsWith(".journal"));
  return name === undefined ? "" : readFile(join(folder, name), "utf8");
}

it("[HTTP-50] a file that lacks nothing but its name gets it from the same call, and nothing is sent", async () => {
  const { path, plan, folder, requests } = await wholeButUnnamed();
  expect(await plan().toFile(path, { sha256 })).toMatchObject({ attempts: 0, sha256, bytes: file.length });
  expect(file.equals(await readFile(path))).toBe(true);
  expect(await readdir(folder)).toEqual(["file.bin"]);
  expect(requests()).toBe(1);
});

it("[HTTP-11] a file that lacks nothing but its name does not get it when another digest is expected", async () => {
  const { path, plan, folder } = await wholeButUnnamed();
  const saving = plan().toFile(path, { sha256: "0".repeat(64) });
  await expect(saving).rejects.toMatchObject({ code: "INTEGRITY_DIGEST", received: sha256 });
  expect((await readdir(folder)).filter((name) => !name.startsWith(".cloudhaul-"))).toEqual([]);
});
