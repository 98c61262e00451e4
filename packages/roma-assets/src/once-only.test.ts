import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
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

const input = { instanceId: "i1", archiveId: "a1" };
const request = "GET /v2/p1/instances/i1/assets/archives/a1";
const proof = "GET /v2/p1/instances";
const proven: Act = (socket) => socket.end(`${head(200, 16)}{"instances":[]}`);

/** A client of a server that does one act for each GET of the package, the last for all that follow; `prove` for the call before. Retries are allowed and quick. */
async function clientOf(acts: Act | Act[], prove: Act = proven): Promise<RomaAssetsClient> {
  const [...ahead] = [acts].flat();
  const server = createServer((socket) => {
    let text = "";
    socket.on("error", () => {}); // resets are what these tests are about
    socket.on("data", (chunk) => {
      text += chunk;
      if (!text.endsWith("\r\n\r\n")) return;
      const asked = text.slice(0, text.indexOf(" HTTP"));
      requests.push(asked);
      text = "";
      const act = ahead.length > 1 ? () => ahead.shift() : () => ahead[0];
      (asked === proof ? prove : act())?.(socket);
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

/** What the folder holds, less the engine's own hidden files. */
const published = async () => (await readdir(folder)).filter((name) => !name.startsWith(".cloudhaul-"));

it("[ROMA-3] saves the package by one GET, and refuses a second use without a request", async () => {
  const roma = await clientOf(whole);
  const download = roma.downloadAssetPackage(input);
  const saved = await download.toFile(folder);
  expect(saved).toMatchObject({ path: join(folder, "roma-assets-a1.zip"), bytes: file.length, attempts: 1 });
  expect(await readFile(saved.path)).toEqual(file);
  await expect(download.toFile(folder)).rejects.toMatchObject({ code: "ONCE_ONLY", receivedBytes: 0 });
  expect(requests).toEqual([proof, request]);
});

it("[ROMA-3] tells a later run into the same folder where the package is, and sends nothing", async () => {
  const roma = await clientOf(whole);
  await roma.downloadAssetPackage(input).toFile(folder);
  const later = roma.downloadAssetPackage(input).toFile(folder);
  const told = { code: "ONCE_ONLY", consumed: "yes", receivedBytes: file.length };
  await expect(later).rejects.toMatchObject(told);
  await expect(later).rejects.toThrow("It was saved in this folder as roma-assets-a1.zip.");
  expect(requests).toEqual([proof, request]);
});

it("[ROMA-3] keeps what came before a cut, and asks no second time", async () => {
  const roma = await clientOf(cut);
  const download = roma.downloadAssetPackage(input);
  const error = await download.toFile(folder).catch((reason: unknown) => reason);
  const told = { code: "ONCE_ONLY", consumed: "yes", receivedBytes: 9, expectedBytes: file.length };
  expect(error).toMatchObject({ ...told, partialPath: expect.stringContaining(folder) });
  const { partialPath } = error as { partialPath: string };
  expect(await readFile(partialPath)).toEqual(file.subarray(0, 9));
  expect(await published()).toEqual([]);
  await expect(download.toFile(folder)).rejects.toMatchObject({ code: "ONCE_ONLY" });
  const later = roma.downloadAssetPackage(input).toFile(folder);
  await expect(later).rejects.toMatchObject({ ...told, partialPath });
  expect(await readFile(partialPath)).toEqual(file.subarray(0, 9));
  expect(requests).toEqual([proof, request]);
});

it("[ROMA-3] does not ask again when no answer came: nobody can tell whether the package is used up", async () => {
  const roma = await clientOf(silent);
  const download = roma.downloadAssetPackage(input);
  const cause = { code: "CONNECTION_LOST" };
  const told = { code: "ONCE_ONLY", consumed: "unknown" };
  await expect(download.toFile(folder)).rejects.toMatchObject({ ...told, cause });
  await expect(download.toFile(folder)).rejects.toMatchObject({ code: "ONCE_ONLY" });
  await expect(roma.downloadAssetPackage(input).toFile(folder)).rejects.toMatchObject(told);
  expect(requests).toEqual([proof, request]);
});

it("[ROMA-3] keeps what fits of a package that is longer than the disk has room for", async () => {
  const tooLong: Act = (socket) => {
    const begun = Buffer.concat([Buffer.from(head(200, 99_999_999_999_999)), file]);
    socket.write(begun, () => socket.end());
  };
  const roma = await clientOf(tooLong);
  const error = await roma
    .downloadAssetPackage(input)
    .toFile(folder)
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "ONCE_ONLY", consumed: "yes", receivedBytes: file.length });
  expect(await readFile((error as { partialPath: string }).partialPath)).toEqual(file);
});

it.each([
  [400, "ROMA.10010", "server"],
  [400, "ROMA.10012", "busy"],
  [403, "ROMA.00000101", "forbidden"],
  [404, "SCB.00000000", "not-found"],
])("[ROMA-3] does not ask again after %i %s, which spent nothing", async (status, code, kind) => {
  const download = (await clientOf([refuse(status, code), whole])).downloadAssetPackage(input);
  await expect(download.toFile(folder)).rejects.toMatchObject({ status, kind });
  expect(requests).toEqual([proof, request]);
  expect(await readdir(folder)).toEqual([]);
  expect(await download.toFile(folder)).toMatchObject({ bytes: file.length });
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
  expect(requests).toEqual([proof, request]);
});

it("[ROMA-3] asks again only where the gateway let nothing through", async () => {
  const roma = await clientOf([refuse(429, "APIGW.0308"), whole]);
  expect(await roma.downloadAssetPackage(input).toFile(folder)).toMatchObject({ attempts: 2 });
  expect(requests).toEqual([proof, request, request]);
});

it("[ROMA-7] sends nothing for a target that can lose the file, unless that is accepted", async () => {
  const roma = await clientOf(whole);
  const download = roma.downloadAssetPackage(input);
  const refusal = { code: "CONFIGURATION", option: "acceptLoss" };
  await expect(download.toBytes({ maxBytes: 100 })).rejects.toMatchObject(refusal);
  await expect(download.toStream()).rejects.toMatchObject(refusal);
  expect(requests).toEqual([]);
  expect(await download.toBytes({ maxBytes: 100, acceptLoss: true })).toEqual(file);
  expect(requests).toEqual([proof, request]);
});

it("[ROMA-7] hands a package on from a folder where it was saved first", async () => {
  const roma = await clientOf(whole);
  const bytes = await roma.downloadAssetPackage(input).toBytes({ maxBytes: 100, spoolDirectory: folder });
  expect(bytes).toEqual(file);
  expect(await published()).toEqual([]);
});

it.each([
  [400, "ROMA.1002", "AuthenticationError"],
  [403, "ROMA.00000101", "ServiceError"],
])("[ROMA-8] spends nothing when the harmless call is refused with %i %s", async (status, code, name) => {
  const roma = await clientOf(whole, refuse(status, code));
  const download = roma.downloadAssetPackage(input);
  await expect(download.toFile(folder)).rejects.toMatchObject({ name });
  expect(requests).not.toContain(request);
  expect(await readdir(folder)).toEqual([]);
  await expect(download.toFile(folder)).rejects.toMatchObject({ name });
});

it("[ROMA-8] spends nothing when the folder cannot be written to, and can be used again then", async () => {
  const roma = await clientOf(whole);
  const download = roma.downloadAssetPackage(input);
  const inTheWay = join(folder, "file");
  await writeFile(inTheWay, "a file, where a folder is wanted");
  await expect(download.toFile(join(inTheWay, "package.zip"))).rejects.toMatchObject({
    name: "FileSystemError",
  });
  expect(requests).toEqual([]);
  expect(await download.toFile(folder)).toMatchObject({ bytes: file.length });
});

const answering =
  (body: Buffer, headers = ""): Act =>
  (socket) =>
    socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\n`), body]));
const page = Buffer.from('{"error_code":"ROMA.13000","error_msg":"The archive does not exist."}');
const entry = Buffer.concat([Buffer.from("504b0304", "hex"), Buffer.alloc(9_996, 7)]);

it.each([
  ["nothing", Buffer.alloc(0), "content-length: 0\r\n", "content"],
  ["a page", page, "content-type: application/json\r\n", "content"],
  ["no zip", Buffer.alloc(1000, 1), "", "content"],
  ["a zip whose end is missing, under a length that fits", entry, "content-length: 10000\r\n", "archive-end"],
])("[ROMA-9] does not publish %s in place of a package, and keeps it", async (_, body, headers, reason) => {
  const roma = await clientOf(answering(body, headers));
  const error = await roma
    .downloadAssetPackage(input)
    .toFile(folder)
    .catch((failure: unknown) => failure);
  expect(error).toMatchObject({
    code: "ONCE_ONLY",
    consumed: "yes",
    receivedBytes: body.length,
    cause: { name: "IntegrityError", reason },
  });
  expect(await published()).toEqual([]);
  const { partialPath } = error as { partialPath?: string };
  if (partialPath) expect(await readFile(partialPath)).toEqual(body);
  expect(partialPath === undefined).toBe(body.length === 0);
  expect(requests).toEqual([proof, request]);
});
