import { fromAccessKey, fromToken, verifyRequest } from "@cloudhaul/core-auth";
import { HttpRequestInterceptor } from "@mswjs/interceptors/http";
import { HttpResponse, http } from "msw";
import { defineNetwork, InterceptorSource } from "msw/experimental";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  createRomaAssetsClient,
  type DownloadAssetPackageInput,
  type RomaAssetsClientOptions,
} from "./index.ts";
import { regions } from "./regions.ts";

const network = defineNetwork({
  sources: [new InterceptorSource({ interceptors: [new HttpRequestInterceptor()] })],
  onUnhandledFrame: "error",
  context: { quiet: true },
});
beforeAll(() => network.enable());
afterEach(() => network.resetHandlers());
afterAll(() => network.disable());

/** Answers every request for a package so, and the harmless call before it well; the list holds what was asked. */
function answer(respond: () => Response): Request[] {
  const seen: Request[] = [];
  network.use(
    http.all("*", ({ request }) => {
      seen.push(request);
      return request.url.endsWith("/instances") ? HttpResponse.json({ instances: [] }) : respond();
    }),
  );
  return seen;
}

/** A zip of nothing, with a comment that is no text: a client that decodes it destroys it. */
const file = Buffer.from(`504b0506${"00".repeat(16)}0300fffe80`, "hex");
const accessKey = { accessKeyId: "AKEXAMPLE", secretAccessKey: "SECRET-ACCESS-KEY-0001" };
const options = {
  region: "cn-north-4",
  projectId: "p1",
  credentials: fromAccessKey(accessKey),
  retry: false,
  proxy: false,
} as const satisfies RomaAssetsClientOptions;

async function download(input: DownloadAssetPackageInput, more: Partial<RomaAssetsClientOptions> = {}) {
  await using roma = createRomaAssetsClient({ ...options, ...more });
  return roma.downloadAssetPackage(input).toBytes({ maxBytes: 1000, acceptLoss: true });
}

const host = "roma.cn-north-4.myhuaweicloud.com";
const input = { instanceId: "i1", archiveId: "a1" };

describe("downloadAssetPackage", () => {
  it("[ROMA-1] asks by a signed GET and gives the bytes as they came", async () => {
    const seen = answer(() => new HttpResponse(file));
    expect(await download({ instanceId: "i/1", archiveId: "a/../b?evil=1" })).toEqual(file);
    expect(seen).toHaveLength(2);
    const { method, url, headers } = seen[1] as Request;
    expect(`${method} ${url}`).toBe(
      `GET https://${host}/v2/p1/instances/i%2F1/assets/archives/a%2F..%2Fb%3Fevil%3D1`,
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      "x-project-id": "p1",
      "x-sdk-date": expect.stringMatching(/^\d{8}T\d{6}Z$/),
      authorization: expect.stringContaining("SignedHeaders=host;x-project-id;x-sdk-date,"),
    });
    expect(headers.has("x-auth-token")).toBe(false);
    const request = { method, url, headers: Object.fromEntries(headers) };
    expect(verifyRequest(request, { accessKey: () => accessKey })).toEqual({
      ok: true,
      accessKeyId: "AKEXAMPLE",
    });
  });

  it("[ROMA-2] sends a token instead of a signature where that is the credential", async () => {
    const seen = answer(() => new HttpResponse(file));
    expect(await download(input, { credentials: fromToken({ token: "TOKEN-0001" }) })).toEqual(file);
    const proof = `https://${host}/v2/p1/instances`;
    expect(seen.map(({ url }) => url)).toEqual([proof, `${proof}/i1/assets/archives/a1`]);
    for (const { headers } of seen) {
      expect(headers.get("x-auth-token")).toBe("TOKEN-0001");
      for (const name of ["authorization", "x-sdk-date"]) expect(headers.has(name)).toBe(false);
    }
  });

  it.each([
    [400, "ROMA.1006", "forbidden", false],
    [400, "ROMA.1007", "invalid", false],
    [400, "ROMA.10010", "server", true],
    [400, "ROMA.10011", "invalid", false],
    [400, "ROMA.10012", "busy", true],
    [400, "ROMA.10013", "invalid", false],
    [400, "ROMA.12001", "forbidden", false],
    [400, "ROMA.13000", "invalid", false],
    [500, "ROMA.00110002", "not-found", false],
    [403, "ROMA.00000101", "forbidden", false],
    [404, "SCB.00000000", "not-found", false],
  ] as const)("[ROMA-4] tells what %i %s means", async (status, error_code, kind, retryable) => {
    const seen = answer(() =>
      HttpResponse.json(
        { error_code, error_msg: "What it says.", error_details: "More of it.", request_id: "request-1" },
        { status },
      ),
    );
    const failure = download(input);
    await expect(failure).rejects.toMatchObject({
      name: "ServiceError",
      status,
      kind,
      retryable,
      serviceCode: error_code,
      serviceMessage: "What it says.",
      requestId: "request-1",
      operation: "DownloadAssetArchive",
    });
    await expect(failure).rejects.toThrow(
      `DownloadAssetArchive was refused by ${host} (HTTP ${status}, ${error_code}): What it says.`,
    );
    expect(seen).toHaveLength(2);
  });

  it.each([
    [400, "ROMA.1000"],
    [400, "ROMA.1002"],
    [401, "APIGW.0301"],
  ])(
    "[ROMA-4] takes %i %s for a refused credential, and does not try it again",
    async (status, error_code) => {
      const seen = answer(() => HttpResponse.json({ error_code, error_msg: "no" }, { status }));
      await expect(download(input)).rejects.toMatchObject({
        name: "AuthenticationError",
        credentialKind: "access-key",
        host,
        cause: { serviceCode: error_code },
      });
      expect(seen).toHaveLength(2);
    },
  );

  it.each([
    [{ archiveId: "a1" }, "instanceId"],
    [{ instanceId: "i1" }, "archiveId"],
    [{ instanceId: "x".repeat(65), archiveId: "a1" }, "instanceId"],
    [{ instanceId: "i1", archiveId: "x".repeat(65) }, "archiveId"],
    [{ instanceId: "..", archiveId: "a1" }, "instance_id"],
    [{ instanceId: "i1", archiveId: "a1", archive: "a1" }, "archive"],
  ])("[ROMA-5] refuses %j at once", async (wrong, option) => {
    await using roma = createRomaAssetsClient(options);
    const attempt = () => roma.downloadAssetPackage(wrong as unknown as DownloadAssetPackageInput);
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
  });
});

describe("createRomaAssetsClient", () => {
  it("[ROMA-6] knows 8 regions", () => {
    expect(Object.keys(regions)).toHaveLength(8);
  });

  it.each([...Object.entries(regions), ["cn-east-3", "https://roma.cn-east-3.myhuaweicloud.com"]])(
    "[ROMA-6] asks in %s at %s",
    async (region, origin) => {
      const seen = answer(() => new HttpResponse(file));
      await download(input, { region });
      expect(seen[1]?.url).toBe(`${origin}/v2/p1/instances/i1/assets/archives/a1`);
      expect(origin).toBe(`https://roma.${region}.myhuaweicloud.com`);
    },
  );

  it.each([
    [{ region: "cn-north-44" }, "region", "cn-north-4"],
    [{ region: undefined }, "region", "region is missing"],
    [{ regoin: "cn-north-4" }, "regoin", "There is no option"],
    [{ endpoint: "http://roma.example" }, "endpoint", "https"],
  ])("[ROMA-6] refuses %j", (more, option, words) => {
    const attempt = () => createRomaAssetsClient({ ...options, ...more });
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
    expect(attempt).toThrow(words);
  });
});
