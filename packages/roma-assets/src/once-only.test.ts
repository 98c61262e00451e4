import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromAccessKey } from "@cloudhaul/core-auth";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRomaAssetsClient, type RomaAssetsClient } from "./index.ts";

type Act = (socket: Socket) => void;

/** A zip of nothing. */
const file = Buffer.from(`504b0506${"00".repeat(18)}`, "hex");
const head = (status: number, length: number) => `HTTP/1.1 ${status} X\r\ncontent-length: ${length}\r\n\r\n`;
const whole: Act = (socket) => socket.end(Buffer.concat([Buffer.from(head(200, file.length)), file]));
const cut: Act = (socket) =>
  socket.write(Buffer.concat([Buffer.from(head(200, file.length)), file.subarray(0, 9)]), () =>
    socket.resetAndDestroy(),
  );
const silent: Act = (socket) => socket.resetAndDestroy();
const refuse =
  (status: number, error_code: string): Act =>
  (socket) => {
    const body = JSON.stringify({ error_code, error_msg: "no" });
    socket.end(head(status, body.length) + body);
  };

let folder: string;
let requests: string[];
const closers: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
  requests = [];
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await rm(folder, { recursive: true });
});

/** A client of a server that does one act for each request, the last for all that follow. Retries are allowed and quick. */
async function clientOf(...acts: Act[]): Promise<RomaAssetsClient> {
  const server = createServer((socket) => {
    let text = "";
    socket.on("error", () => {}); // resets are what these tests are about
    socket.on("data", (chunk) => {
      text += chunk;
      if (!text.endsWith("\r\n\r\n")) return;
      requests.push(text.slice(0, text.indexOf(" HTTP")));
      text = "";
      acts[Math.min(requests.length, acts.length) - 1]?.(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const roma = createRomaAssetsClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    projectId: "p1",
    credentials: fromAccessKey({ accessKeyId: "AKEXAMPLE", secretAccessKey: "SECRET-ACCESS-KEY-0001" }),
    retry: { baseDelayMs: 1, maxDelayMs: 1 },
    proxy: false,
  });
  closers.push(
    () => roma.close(),
    async () => once(server.close(), "close"),
  );
  return roma;
}

const input = { instanceId: "i1", archiveId: "a1" };
const request = "GET /v2/p1/instances/i1/assets/archives/a1";

it("[ROMA-3] saves the package by one GET, and refuses a second use without a request", async () => {
  const roma = await clientOf(whole);
  const download = roma.downloadAssetPackage(input);
  const saved = await download.toFile(folder);
  expect(saved).toMatchObject({ path: join(folder, "roma-assets-a1.zip"), bytes: file.length, attempts: 1 });
  expect(await readFile(saved.path)).toEqual(file);
  await expect(download.toFile(folder)).rejects.toMatchObject({ code: "ONCE_ONLY", receivedBytes: 0 });
  expect(requests).toEqual([request]);
});

it("[ROMA-3] keeps what came before a cut, and asks no second time", async () => {
  const download = (await clientOf(cut)).downloadAssetPackage(input);
  const error = await download.toFile(folder).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: "ONCE_ONLY",
    consumed: "yes",
    receivedBytes: 9,
    expectedBytes: file.length,
    partialPath: expect.stringContaining(folder),
  });
  const { partialPath } = error as { partialPath: string };
  expect(await readFile(partialPath)).toEqual(file.subarray(0, 9));
  expect(await readdir(folder)).not.toContain("roma-assets-a1.zip");
  await expect(download.toFile(folder)).rejects.toMatchObject({ code: "ONCE_ONLY" });
  expect(requests).toEqual([request]);
});

it("[ROMA-3] does not ask again when no answer came: nobody can tell whether the package is used up", async () => {
  const download = (await clientOf(silent)).downloadAssetPackage(input);
  await expect(download.toFile(folder)).rejects.toMatchObject({
    code: "ONCE_ONLY",
    consumed: "unknown",
    cause: { code: "CONNECTION_LOST" },
  });
  await expect(download.toFile(folder)).rejects.toMatchObject({ code: "ONCE_ONLY" });
  expect(requests).toEqual([request]);
});

it.each([
  [400, "ROMA.10010", "server"],
  [400, "ROMA.10012", "busy"],
  [403, "ROMA.00000101", "forbidden"],
  [404, "SCB.00000000", "not-found"],
])("[ROMA-3] does not ask again after %i %s", async (status, code, kind) => {
  const roma = await clientOf(refuse(status, code));
  await expect(roma.downloadAssetPackage(input).toFile(folder)).rejects.toMatchObject({ status, kind });
  expect(requests).toEqual([request]);
  expect(await readdir(folder)).toEqual([]);
});

it.each([
  [500, "SCB.00000000"],
  [503, "APIGW.0202"],
])("[ROMA-3] after %i %s nobody can tell whether the package is used up", async (status, code) => {
  const download = (await clientOf(refuse(status, code))).downloadAssetPackage(input);
  await expect(download.toFile(folder)).rejects.toMatchObject({
    code: "ONCE_ONLY",
    consumed: "unknown",
    cause: { status, kind: "server" },
  });
  await expect(download.toFile(folder)).rejects.toMatchObject({ code: "ONCE_ONLY" });
  expect(requests).toEqual([request]);
});

it("[ROMA-3] asks again only where the gateway let nothing through", async () => {
  const roma = await clientOf(refuse(429, "APIGW.0308"), whole);
  expect(await roma.downloadAssetPackage(input).toFile(folder)).toMatchObject({ attempts: 2 });
  expect(requests).toEqual([request, request]);
});

it("[ROMA-7] sends nothing for a target that can lose the file, unless that is accepted", async () => {
  const roma = await clientOf(whole);
  const download = roma.downloadAssetPackage(input);
  const refusal = { code: "CONFIGURATION", option: "acceptLoss" };
  await expect(download.toBytes({ maxBytes: 100 })).rejects.toMatchObject(refusal);
  await expect(download.toStream()).rejects.toMatchObject(refusal);
  expect(requests).toEqual([]);
  expect(await download.toBytes({ maxBytes: 100, acceptLoss: true })).toEqual(file);
});
