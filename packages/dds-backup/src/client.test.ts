import { fromAccessKey, fromToken, verifyRequest } from "@cloudhaul/core-auth";
import { HttpRequestInterceptor } from "@mswjs/interceptors/http";
import { HttpResponse, http } from "msw";
import { defineNetwork, InterceptorSource } from "msw/experimental";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type BackupInput, createDdsBackupClient, type DdsBackupClientOptions } from "./index.ts";
import { regions } from "./regions.ts";

const network = defineNetwork({
  sources: [new InterceptorSource({ interceptors: [new HttpRequestInterceptor()] })],
  onUnhandledFrame: "error",
  context: { quiet: true },
});
beforeAll(() => network.enable());
afterEach(() => network.resetHandlers());
afterAll(() => network.disable());

/** Answers every request so; the list holds what was asked. */
function answer(respond: () => Response): Request[] {
  const seen: Request[] = [];
  network.use(
    http.all("*", ({ request }) => {
      seen.push(request);
      return respond();
    }),
  );
  return seen;
}

const accessKey = { accessKeyId: "AKEXAMPLE", secretAccessKey: "SECRET-ACCESS-KEY-0001" };
const options = {
  region: "cn-north-4",
  projectId: "p1",
  credentials: fromAccessKey(accessKey),
  retry: false,
  proxy: false,
} as const satisfies DdsBackupClientOptions;
const host = "dds.cn-north-4.myhuaweicloud.com";
const input = { instanceId: "i1", backupId: "b1" };

/** The sample of the vendor's page, its time of three digits for the day included. */
const sample = {
  name: "43e4feaab48f11e89039fa163ebaa7e4br02.xxx",
  size: 2803,
  download_link: "https://obs.domainname.com/rdsbucket.username.1/xxxxxx",
  link_expired_time: "2018-08-016T10:15:14+0000",
};

async function getLinks(what: BackupInput = input, more: Partial<DdsBackupClientOptions> = {}) {
  await using dds = createDdsBackupClient({ ...options, ...more });
  return dds.getBackupDownloadLinks(what);
}

describe("getBackupDownloadLinks", () => {
  it("[DDS-1] asks by a signed GET with both ids in the query", async () => {
    const seen = answer(() => HttpResponse.json({ files: [sample], bucket: "rdsbucket.bucketname" }));
    const links = await getLinks({ instanceId: "i&backup_id=x", backupId: "b1", language: "en-us" });
    expect(links.bucket).toBe("rdsbucket.bucketname");
    expect(seen).toHaveLength(1);
    const { method, url, headers } = seen[0] as Request;
    expect(`${method} ${url}`).toBe(
      `GET https://${host}/v3/p1/backups/download-file?instance_id=i%26backup_id%3Dx&backup_id=b1`,
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      accept: "application/json",
      "x-language": "en-us",
      "x-project-id": "p1",
      "x-sdk-date": expect.stringMatching(/^\d{8}T\d{6}Z$/),
      authorization: expect.stringContaining("SignedHeaders=host;x-language;x-project-id;x-sdk-date,"),
    });
    expect(headers.has("x-auth-token")).toBe(false);
    const request = { method, url, headers: Object.fromEntries(headers) };
    expect(verifyRequest(request, { accessKey: () => accessKey })).toEqual({
      ok: true,
      accessKeyId: "AKEXAMPLE",
    });
  });

  it("[DDS-2] sends a token instead of a signature where that is the credential", async () => {
    const seen = answer(() => HttpResponse.json({ files: [] }));
    await getLinks(input, { credentials: fromToken({ token: "TOKEN-0001" }) });
    expect(seen[0]?.url).toBe(`https://${host}/v3/p1/backups/download-file?instance_id=i1&backup_id=b1`);
    expect(seen[0]?.headers.get("x-auth-token")).toBe("TOKEN-0001");
    for (const name of ["authorization", "x-sdk-date", "x-project-id", "x-language"])
      expect(seen[0]?.headers.has(name)).toBe(false);
  });

  const signed = "https://obs.domainname.com/k?AccessKeyId=A&Expires=1532779451&Signature=x";
  it.each([
    ["the vendor's sample", {}, { sizeKb: 2803, expiresAt: undefined, groupId: undefined }],
    ["an offset without a colon", { link_expired_time: "2018-08-16T10:15:14+0000" }, at("10:15:14")],
    ["another offset", { link_expired_time: "2018-08-16T10:15:14+0800" }, at("02:15:14")],
    ["an offset with a colon", { link_expired_time: "2018-08-16T10:15:14-01:00" }, at("11:15:14")],
    ["a Z", { link_expired_time: "2018-8-16T10:15:14Z" }, at("10:15:14")],
    ["no time of day", { link_expired_time: "soon" }, { expiresAt: undefined, expiresAtText: "soon" }],
    ["no time", { link_expired_time: null }, { expiresAt: undefined, expiresAtText: undefined }],
    ["a link that tells its own", { download_link: signed }, { expiresAt: new Date(1532779451000) }],
    ["a size as text", { size: "2803" }, { sizeKb: 2803 }],
    ["no size", { size: null }, { sizeKb: undefined }],
    ["a size in words", { size: "big" }, { sizeKb: undefined }],
    ["groups", { group_id: "g1", group_name: "shard_1" }, { groupId: "g1", groupName: "shard_1" }],
    ["empty groups", { group_id: null, group_name: null }, { groupId: undefined, groupName: undefined }],
    ["fields that are new", { checksum: { md5: "x" } }, { name: sample.name, link: sample.download_link }],
  ])("[DDS-3] reads %s", async (_, fields, expected) => {
    answer(() => HttpResponse.json({ files: [{ ...sample, ...fields }], request_id: "r1" }));
    const { files, bucket } = await getLinks();
    expect(files).toEqual([expect.objectContaining(expected)]);
    expect(bucket).toBeUndefined();
  });

  it.each([
    ["files", HttpResponse.json({})],
    ["files.0.download_link", HttpResponse.json({ files: [{ ...sample, download_link: undefined }] })],
    ["files.1.name", HttpResponse.json({ files: [sample, { ...sample, name: "" }] })],
    ["", new HttpResponse(JSON.stringify({ files: [sample] }).slice(0, -2))],
  ])("[DDS-3] refuses an answer that is wrong at %j, without quoting a link", async (path, response) => {
    answer(() => response);
    const failure = getLinks();
    await expect(failure).rejects.toMatchObject({ code: "RESPONSE_FORMAT", path });
    await expect(failure).rejects.toThrow(/^(?!.*domainname).*ShowBackupDownloadLink/);
  });

  it.each([
    [400, "DBS.200001", "invalid", false],
    [404, "DBS.200002", "not-found", false],
    [403, "DBS.200011", "busy", true],
    [403, "DBS.200018", "busy", true],
    [403, "DBS.200019", "busy", true],
    [400, "DBS.200047", "busy", true],
    [403, "DBS.200076", "busy", true],
    [400, "DBS.200998", "throttled", true],
    [403, "DBS.201000", "busy", true],
    [403, "DBS.201014", "busy", true],
    [403, "DBS.201028", "not-found", false],
    [400, "DBS.201201", "invalid", false],
    [400, "DBS.201202", "not-ready", false],
    [400, "DBS.201204", "not-ready", false],
    [400, "DBS.201214", "not-found", false],
    [400, "DBS.201501", "not-found", false],
    [400, "DBS.201502", "not-found", false],
    [500, "DBS.201509", "server", true],
    [400, "DBS.280015", "forbidden", false],
    [403, "DBS.280032", "forbidden", false],
    [403, "DBS.280063", "forbidden", false],
    [401, "DBS.280064", "forbidden", false],
    [400, "DBS.280110", "not-found", false],
    [400, "DBS.280124", "invalid", false],
    [400, "DBS.280277", "invalid", false],
    [400, "DBS.999999", "invalid", false],
  ] as const)("[DDS-4] tells what %i %s means", async (status, error_code, kind, retryable) => {
    const seen = answer(() => HttpResponse.json({ error_code, error_msg: "What it says." }, { status }));
    const failure = getLinks();
    await expect(failure).rejects.toMatchObject({
      name: "ServiceError",
      status,
      kind,
      retryable,
      serviceCode: error_code,
      serviceMessage: "What it says.",
      requestId: undefined,
      operation: "ShowBackupDownloadLink",
    });
    await expect(failure).rejects.toThrow(
      `ShowBackupDownloadLink was refused by ${host} (HTTP ${status}, ${error_code}): What it says.`,
    );
    expect(seen.filter(({ url }) => url.includes("/download-file"))).toHaveLength(1);
  });

  it.each([
    [400, "DBS.200010"],
    [401, "APIGW.0301"],
  ])(
    "[DDS-4] takes %i %s for a refused credential, and does not try it again",
    async (status, error_code) => {
      const seen = answer(() => HttpResponse.json({ error_code, error_msg: "no" }, { status }));
      await expect(getLinks()).rejects.toMatchObject({
        name: "AuthenticationError",
        credentialKind: "access-key",
        host,
        cause: { serviceCode: error_code },
      });
      expect(seen).toHaveLength(1);
    },
  );

  it("[DDS-4] tries again when the system is busy, although the status is 400", async () => {
    let count = 0;
    const seen = answer(() =>
      count++ === 0
        ? HttpResponse.json({ error_code: "DBS.200998", error_msg: "busy" }, { status: 400 })
        : HttpResponse.json({ files: [sample] }),
    );
    expect((await getLinks(input, { retry: { baseDelayMs: 1 } })).files).toHaveLength(1);
    expect(seen).toHaveLength(2);
  });

  it.each([
    [{ backupId: "b1" }, "instanceId"],
    [{ instanceId: "i1" }, "backupId"],
    [{ instanceId: "i1", backupId: "x".repeat(65) }, "backupId"],
    [{ instanceId: "i1", backupId: "b1", language: "de" }, "language"],
    [{ instanceId: "i1", backupId: "b1", backup: "b1" }, "backup"],
  ])("[DDS-5] refuses %j before anything is sent", async (wrong, option) => {
    const seen = answer(() => HttpResponse.error());
    await using dds = createDdsBackupClient({ ...options, projectId: undefined });
    const refusal = { code: "CONFIGURATION", option };
    const what = wrong as unknown as BackupInput;
    await expect(dds.getBackupDownloadLinks(what)).rejects.toMatchObject(refusal);
    expect(() => dds.downloadBackup(what)).toThrow(expect.objectContaining(refusal));
    expect(seen).toHaveLength(0);
  });
});

describe("createDdsBackupClient", () => {
  it("[DDS-6] knows 34 regions", () => {
    expect(Object.keys(regions)).toHaveLength(34);
  });

  it.each([
    ...Object.entries(regions),
    ["eu-west-0", "https://dds.eu-west-0.myhuaweicloud.com"],
    ["eu-west-101", "https://dds.eu-west-101.myhuaweicloud.eu"],
  ])("[DDS-6] asks in %s at %s", async (region, origin) => {
    const seen = answer(() => HttpResponse.json({ files: [] }));
    await getLinks(input, { region });
    expect(seen[0]?.url).toBe(`${origin}/v3/p1/backups/download-file?instance_id=i1&backup_id=b1`);
    expect(new URL(origin).host).toMatch(new RegExp(`^dds\\.${region}\\.myhuaweicloud\\.(com|eu)$`));
  });

  it.each([
    [{ region: "eu-west-100" }, "region", "eu-west-101"],
    [{ region: undefined }, "region", "region is missing"],
    [{ regoin: "cn-north-4" }, "regoin", "There is no option"],
    [{ allowPrivateHosts: "yes" as never }, "allowPrivateHosts", "true or false"],
  ])("[DDS-6] refuses %j", (more, option, words) => {
    const attempt = () => createDdsBackupClient({ ...options, ...more });
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
    expect(attempt).toThrow(words);
  });
});

/** What is read of a time on the sample's day. */
function at(time: string) {
  return { expiresAt: new Date(`2018-08-16T${time}Z`) };
}
