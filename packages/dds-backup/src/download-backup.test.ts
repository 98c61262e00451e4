import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { fromAccessKey, fromToken } from "@cloudhaul/core-auth";
import { HttpRequestInterceptor } from "@mswjs/interceptors/http";
import { delay, HttpResponse, http } from "msw";
import { defineNetwork, InterceptorSource } from "msw/experimental";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { createDdsBackupClient, type DdsBackupClient, type DdsBackupClientOptions } from "./index.ts";

const network = defineNetwork({
  sources: [new InterceptorSource({ interceptors: [new HttpRequestInterceptor()] })],
  onUnhandledFrame: "error",
  context: { quiet: true },
});
let folder: string;
let lines: string[];
beforeAll(() => network.enable());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
  lines = [];
});
afterEach(async () => {
  network.resetHandlers();
  await rm(folder, { recursive: true });
});
afterAll(() => network.disable());

/** LZ4 of nothing. */
const file = Buffer.from("04224d1860408200000000", "hex");
const signature = "bGlua3Mtc2lnbmF0dXJl";
const accessKey = {
  accessKeyId: "AKEXAMPLE",
  secretAccessKey: "SECRET-ACCESS-KEY-0001",
  securityToken: "SECRET-SECURITY-TOKEN-0002",
};
const input = { instanceId: "i1", backupId: "b1" };
const link = (path: string, expires = 9999999999) =>
  `https://obs.cn-north-4.myhuaweicloud.com/${path}?AccessKeyId=LINKKEY01&Expires=${expires}&Signature=${signature}`;

/** The links that DDS gives, and what the place that they lead to answers. The list holds what that place was asked. */
function backupOf(files: object[], respond: () => Response = () => new HttpResponse(file)): Request[] {
  const seen: Request[] = [];
  network.use(
    http.get("https://dds.cn-north-4.myhuaweicloud.com/v3/p1/backups/download-file", () =>
      HttpResponse.json({ files, bucket: "bucket" }),
    ),
    http.all("*", ({ request }) => {
      seen.push(request);
      return respond();
    }),
  );
  return seen;
}

function clientWith(more: Partial<DdsBackupClientOptions> = {}): DdsBackupClient {
  const log = (message: string, fields: unknown) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return createDdsBackupClient({
    region: "cn-north-4",
    projectId: "p1",
    credentials: fromAccessKey(accessKey),
    retry: false,
    proxy: false,
    logger: { debug: log, info: log, warn: log, error: log },
    ...more,
  });
}

async function failureOf(dds: DdsBackupClient): Promise<unknown> {
  const error = await dds
    .downloadBackup(input)
    .toDirectory(folder)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  const shown = inspect(error, { depth: null, showHidden: true }) + JSON.stringify(error) + lines.join("\n");
  for (const secret of [signature, accessKey.secretAccessKey, accessKey.securityToken])
    expect(shown).not.toContain(secret);
  return error;
}

it.each([
  ["an access key", fromAccessKey(accessKey)],
  ["a token", fromToken({ token: "SECRET-IAM-TOKEN-0003" })],
])("[DDS-7] follows links without a credential, with %s too", async (_, credentials) => {
  const seen = backupOf([{ name: "a.tar.gz", size: 1, download_link: link("a%2Fb//c") }]);
  await using dds = clientWith({ credentials });
  const { files } = await dds.downloadBackup(input).toDirectory(folder);
  expect(await readFile(files[0]?.path ?? "")).toEqual(file);
  expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([`GET ${link("a%2Fb//c")}`]);
  const { headers } = seen[0] as Request;
  expect([...headers.keys()].sort()).toEqual([
    "accept",
    "accept-encoding",
    "connection",
    "host",
    "range",
    "user-agent",
  ]);
  expect(headers.get("range")).toBe("bytes=0-");
});

it("[DDS-8] saves groups in folders under safe names, and lists them without their links", async () => {
  const named = (name: string, group: object = {}) => ({ name, download_link: link("k"), ...group });
  backupOf([
    named("config.tar.gz", { group_id: "g1", group_name: "config" }),
    named("shard.tar.gz", { group_id: "g2", group_name: "" }),
    named("../../shard.tar.gz", { group_id: "../g3" }),
    named("single.lz4"),
    named("single.lz4"),
  ]);
  await using dds = clientWith();
  const { files, manifestPath } = await dds.downloadBackup(input).toDirectory(folder, { connections: 2 });
  const paths = files.map(({ path }) => path.slice(folder.length + 1));
  expect(paths).toEqual([
    "config/config.tar.gz",
    "g2/shard.tar.gz",
    "g3/shard.tar.gz",
    "single.lz4",
    "single (2).lz4",
  ]);
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(
    ["b1.manifest.json", "config", "g2", "g3", ...paths].sort(),
  );
  const manifest = await readFile(manifestPath, "utf8");
  expect(JSON.parse(manifest)).toMatchObject({
    source: "dds://dds.cn-north-4.myhuaweicloud.com/p1/i1/b1",
    files: expect.arrayContaining([
      expect.objectContaining({ name: "config.tar.gz", group: "config", bytes: file.length }),
    ]),
  });
  expect(manifest).not.toContain("Signature");
});

it("[DDS-8] gives the files one by one, too", async () => {
  backupOf([
    { name: "a", download_link: link("a") },
    { name: "b", download_link: link("b") },
  ]);
  await using dds = clientWith();
  let count = 0;
  for await (const download of dds.downloadBackup(input)) {
    expect(await download.toBytes({ maxBytes: 100 })).toEqual(file);
    count++;
  }
  expect(count).toBe(2);
});

it.each([
  `http://obs.cn-north-4.myhuaweicloud.com/a?Signature=${signature}`,
  `https://10.1.2.3/a?Signature=${signature}`,
  `https://[fd00::1]/a?Signature=${signature}`,
  `https://169.254.169.254/a?Signature=${signature}`,
  `obs.domainname.com/a?Signature=${signature}`,
])("[DDS-9] does not follow %s", async (download_link) => {
  const seen = backupOf([{ name: "a", download_link }]);
  await using dds = clientWith();
  expect(await failureOf(dds)).toMatchObject({ code: "CONFIGURATION", option: "url" });
  expect(seen).toHaveLength(0);
  expect(await readdir(folder)).toEqual([]);
});

it("[DDS-9] follows a link to a private address where that is allowed", async () => {
  const seen = backupOf([{ name: "a", download_link: "https://10.1.2.3/a" }]);
  await using dds = clientWith({ allowPrivateHosts: true });
  await dds.downloadBackup(input).toDirectory(folder);
  expect(seen.map(({ url }) => url)).toEqual(["https://10.1.2.3/a"]);
});

it.each([
  ["a link past its time", 1532779451, "AccessDenied", "Access Denied", "expired"],
  ["a link that the store calls expired", 9999999999, "AccessDenied", "Request has expired", "expired"],
  ["a link that is refused", 9999999999, "SignatureDoesNotMatch", `Not right: ${signature}`, "forbidden"],
  ["a file that is gone", 9999999999, "NoSuchKey", "Gone", "not-found"],
])("[DDS-10] tells of %s, and shows its signature nowhere", async (_, expires, code, words, kind) => {
  const page = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${words}</Message><RequestId>r1</RequestId></Error>`;
  backupOf(
    [{ name: "a", download_link: link("a", expires) }],
    () => new HttpResponse(page, { status: code === "NoSuchKey" ? 404 : 403 }),
  );
  await using dds = clientWith();
  const cause = { name: "ServiceError", kind, serviceCode: code, requestId: "r1" };
  expect(await failureOf(dds)).toMatchObject({
    name: "IncompleteSetError",
    saved: [],
    failures: [{ name: "a", error: cause }],
    cause,
  });
});

const listUrl = "https://dds.cn-north-4.myhuaweicloud.com/v3/p1/backups/download-file";
const expiredPage = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";

/** Two files in two groups; the first links are refused as expired. `again` is how the service answers when asked anew. */
function backupOfTwo(again: () => object[]) {
  const calls = { links: 0, atOnce: 0, mostAtOnce: 0 };
  const names = ["g1", "g2"] as const;
  const filesOf = (path: string) =>
    names.map((group_id) => ({ name: "a", group_id, download_link: link(`${path}/${group_id}`) }));
  const got: string[] = [];
  network.use(
    http.get(listUrl, async () => {
      const isFirst = ++calls.links === 1;
      calls.mostAtOnce = Math.max(calls.mostAtOnce, ++calls.atOnce);
      await delay(50); // long enough for the other file to ask too
      calls.atOnce--;
      return HttpResponse.json({ files: isFirst ? filesOf("old") : again(), bucket: "bucket" });
    }),
    http.get("https://obs.cn-north-4.myhuaweicloud.com/*", ({ request }) => {
      const { pathname } = new URL(request.url);
      got.push(pathname);
      return pathname.startsWith("/old/")
        ? new HttpResponse(expiredPage, { status: 403 })
        : new HttpResponse(Buffer.concat([file, Buffer.from(pathname)]));
    }),
  );
  return { calls, got, filesOf };
}

it("[DDS-12] gets fresh links in place of expired ones, by one call at a time, each for its own file", async () => {
  const { calls, got, filesOf } = backupOfTwo(() => filesOf("new").reverse());
  await using dds = clientWith();
  const { files } = await dds.downloadBackup(input).toDirectory(folder, { connections: 2 });
  for (const [index, group] of ["g1", "g2"].entries())
    expect(await readFile(files[index]?.path ?? "")).toEqual(
      Buffer.concat([file, Buffer.from(`/new/${group}`)]),
    );
  expect(got.sort()).toEqual(["/new/g1", "/new/g2", "/old/g1", "/old/g2"]);
  expect(calls.mostAtOnce).toBe(1);
});

it("[DDS-12] gets each of two files of one name a fresh link to itself", async () => {
  const twins = (path: string) =>
    ["1", "2"].map((key) => ({ name: "a", download_link: link(`${path}/${key}`) }));
  let calls = 0;
  network.use(
    http.get(listUrl, () => HttpResponse.json({ files: twins(++calls === 1 ? "old" : "new") })),
    http.get("https://obs.cn-north-4.myhuaweicloud.com/*", ({ request }) => {
      const { pathname } = new URL(request.url);
      return pathname.startsWith("/old/")
        ? new HttpResponse(expiredPage, { status: 403 })
        : new HttpResponse(Buffer.concat([file, Buffer.from(pathname)]));
    }),
  );
  await using dds = clientWith();
  const { files } = await dds.downloadBackup(input).toDirectory(folder);
  const contents = await Promise.all(files.map(({ path }) => readFile(path)));
  expect(contents).toEqual(["/new/1", "/new/2"].map((path) => Buffer.concat([file, Buffer.from(path)])));
});

it("[DDS-12] saves the rest when the service no longer names a file", async () => {
  const { filesOf } = backupOfTwo(() => filesOf("new").slice(1));
  await using dds = clientWith();
  expect(await failureOf(dds)).toMatchObject({
    code: "SET_INCOMPLETE",
    saved: [{ path: join(folder, "g2", "a") }],
    failures: [{ name: join("g1", "a"), error: { code: "RESPONSE_FORMAT", path: "files" } }],
  });
});

it("[DDS-11] takes no page for a file", async () => {
  const page = { headers: { "content-type": "text/html" } };
  backupOf(
    [{ name: "a", download_link: link("a") }],
    () => new HttpResponse("<!DOCTYPE html><p>Log in</p>", page),
  );
  await using dds = clientWith();
  expect(await failureOf(dds)).toMatchObject({ cause: { name: "IntegrityError", reason: "content" } });
  expect((await readdir(folder)).filter((name) => !name.startsWith(".cloudhaul-"))).toEqual([]);
});

it("[DDS-11] fails where the service names no file: nothing saved is no backup", async () => {
  backupOf([]);
  await using dds = clientWith();
  expect(await failureOf(dds)).toMatchObject({
    code: "RESPONSE_FORMAT",
    path: "files",
    message: expect.stringContaining("names no file for the backup b1"),
  });
});

it("[DDS-5] stays as planned when the caller's object changes", async () => {
  backupOf([{ name: "a", download_link: link("a") }]);
  const asked: string[] = [];
  network.use(
    http.get("https://dds.cn-north-4.myhuaweicloud.com/*", ({ request }) => {
      asked.push(new URL(request.url).search);
      return undefined;
    }),
  );
  await using dds = clientWith();
  const own = { ...input };
  const download = dds.downloadBackup(own);
  own.backupId = "b2";
  await download.toDirectory(folder);
  expect(asked).toEqual(["?instance_id=i1&backup_id=b1"]);
});
