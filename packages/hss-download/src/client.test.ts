import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromToken, verifyRequest } from "@cloudhaul/core-auth";
import { HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { type Asked, accessKey, fakeHss, file, options } from "./__fixtures__/network.ts";
import {
  createHssDownloadClient,
  type DownloadExportedFileInput,
  type HssDownloadClientOptions,
} from "./index.ts";
import { regions } from "./regions.ts";

const { answer } = fakeHss();

async function download(input: DownloadExportedFileInput, more: Partial<HssDownloadClientOptions> = {}) {
  await using hss = createHssDownloadClient({ ...options, ...more });
  return hss.downloadExportedFile(input).toBytes({ maxBytes: 1000 });
}

describe("downloadExportedFile", () => {
  it("[HSS-1] asks by a signed GET and gives the bytes as they came", async () => {
    const seen = answer(() => new HttpResponse(file));
    expect(await download({ fileId: "a/../b?evil=1", enterpriseProjectId: "all_granted_eps" })).toEqual(file);
    expect(seen).toHaveLength(1);
    const {
      method,
      headers,
      url: { href: url },
    } = seen[0] as Asked;
    expect(`${method} ${url}`).toBe(
      "GET https://hss.ap-southeast-3.myhuaweicloud.com/v5/p1/download/a%2F..%2Fb%3Fevil%3D1?enterprise_project_id=all_granted_eps",
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      region: "ap-southeast-3",
      "x-project-id": "p1",
      "x-sdk-date": expect.stringMatching(/^\d{8}T\d{6}Z$/),
      authorization: expect.stringContaining("SignedHeaders=host;region;x-project-id;x-sdk-date,"),
    });
    expect(headers.has("x-auth-token")).toBe(false);
    const request = { method, url, headers: Object.fromEntries(headers) };
    expect(verifyRequest(request, { accessKey: () => accessKey })).toEqual({
      ok: true,
      accessKeyId: "AKEXAMPLE",
    });
  });

  it("[HSS-2] sends a token instead of a signature where that is the credential", async () => {
    const seen = answer(() => new HttpResponse(file));
    expect(await download({ fileId: "f1" }, { credentials: fromToken({ token: "TOKEN-0001" }) })).toEqual(
      file,
    );
    expect(seen[0]?.url.href).toMatch(/\/v5\/p1\/download\/f1$/);
    expect(seen[0]?.headers.get("x-auth-token")).toBe("TOKEN-0001");
    expect(seen[0]?.headers.has("authorization")).toBe(false);
  });

  it.each([
    ["the input's", { fileId: "f1", region: "cn-north-4" }, {}, "cn-north-4"],
    ["else the client's", { fileId: "f1", region: undefined }, {}, "ap-southeast-3"],
    ["else none", { fileId: "f1" }, { region: undefined, endpoint: "https://hss.example" }, null],
  ])("[HSS-3] sends as region %s", async (_, input, more, region) => {
    const seen = answer(() => new HttpResponse(file));
    await download(input, more);
    expect(seen[0]?.headers.get("region")).toBe(region);
  });

  it.each([
    [400, "HSS.0001", { kind: "invalid", retryable: false }],
    [400, "HSS.0002", { kind: "invalid", retryable: false }],
    [400, "HSS.0010", { kind: "forbidden", retryable: false }],
    [400, "HSS.0011", { kind: "not-found", retryable: false }],
    [400, "HSS.0013", { kind: "forbidden", retryable: false }],
    [400, "HSS.1018", { kind: "invalid", retryable: false }],
    [500, "HSS.0041", { kind: "server", retryable: true }],
    [400, "HSS.9999", { kind: "invalid", retryable: false }],
    [404, "APIGW.0101", { kind: "not-found", retryable: false }],
    [429, "APIG.0308", { kind: "throttled", retryable: true }],
  ])("[HSS-4] tells what %i %s means", async (status, error_code, expected) => {
    const seen = answer(() =>
      HttpResponse.json(
        { error_code, error_msg: "What it says." },
        { status, headers: { "x-request-id": "request-1" } },
      ),
    );
    const failure = download({ fileId: "f1" });
    await expect(failure).rejects.toMatchObject({
      name: "ServiceError",
      status,
      serviceCode: error_code,
      serviceMessage: "What it says.",
      requestId: "request-1",
      operation: "ListDownloadExportedFile",
      ...expected,
    });
    await expect(failure).rejects.toThrow(
      `ListDownloadExportedFile was refused by hss.ap-southeast-3.myhuaweicloud.com (HTTP ${status}, ${error_code}): What it says.`,
    );
    expect(seen).toHaveLength(1);
  });

  it("[HSS-4] tells of a refused credential", async () => {
    answer(() => HttpResponse.json({ error_code: "APIGW.0301", error_msg: "no" }, { status: 401 }));
    await expect(download({ fileId: "f1" })).rejects.toMatchObject({
      name: "AuthenticationError",
      credentialKind: "access-key",
      host: "hss.ap-southeast-3.myhuaweicloud.com",
    });
  });

  it.each([
    [{}, "fileId"],
    [{ fileId: "" }, "fileId"],
    [{ fileId: "x".repeat(65) }, "fileId"],
    [{ fileId: ".." }, "file_id"],
    [{ fileId: "f1", region: "a\r\nx-auth-token: t" }, "region"],
    [{ fileId: "f1", enterpriseProjectId: 0 }, "enterpriseProjectId"],
    [{ fileId: "f1", fileID: "f1" }, "fileID"],
  ])("[HSS-5] refuses %j at once", async (input, option) => {
    await using hss = createHssDownloadClient(options);
    const attempt = () => hss.downloadExportedFile(input as DownloadExportedFileInput);
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
  });

  it("saves under the file's id where the service gives no name", async () => {
    answer(() => new HttpResponse(file));
    const folder = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
    try {
      await using hss = createHssDownloadClient(options);
      const { path } = await hss.downloadExportedFile({ fileId: "f1" }).toFile(folder);
      expect(path).toBe(join(folder, "hss-export-f1"));
      expect(await readFile(path)).toEqual(file);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("createHssDownloadClient", () => {
  it("[HSS-6] knows 32 regions", () => {
    expect(Object.keys(regions)).toHaveLength(32);
  });

  it.each([
    ...Object.entries(regions),
    ["eu-west-101", "https://hss.eu-west-101.myhuaweicloud.eu"],
    ["cn-north-4", "https://hss.cn-north-4.myhuaweicloud.com"],
  ])("[HSS-6] asks in %s at %s", async (region, origin) => {
    const seen = answer(() => new HttpResponse(file));
    await download({ fileId: "f1" }, { region });
    expect(seen[0]?.url.href).toBe(`${origin}/v5/p1/download/f1`);
    expect(new URL(origin).host).toMatch(new RegExp(`^hss\\.${region}\\.myhuaweicloud\\.(com|eu)$`));
  });

  it.each([
    [{ region: "ap-southeast-33" }, "region", "ap-southeast-3"],
    [{ region: undefined }, "region", "region is missing"],
    [{ regoin: "cn-north-4" }, "regoin", "There is no option"],
    [{ endpoint: "http://hss.example" }, "endpoint", "https"],
  ])("[HSS-6] refuses %j", (more, option, words) => {
    const attempt = () => createHssDownloadClient({ ...options, ...more });
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
    expect(attempt).toThrow(words);
  });
});
