import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromAccessKey, fromToken, verifyRequest } from "@cloudhaul/core-auth";
import { HttpRequestInterceptor } from "@mswjs/interceptors/http";
import { HttpResponse, http } from "msw";
import { defineNetwork, InterceptorSource } from "msw/experimental";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  createMetastudioIesClient,
  type DownloadResultFileInput,
  type MetastudioIesClientOptions,
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

/** A zip of nothing, with a comment that is no text: a client that decodes it destroys it. */
const file = Buffer.from(`504b0506${"00".repeat(16)}0300fffe80`, "hex");
const accessKey = { accessKeyId: "AKEXAMPLE", secretAccessKey: "SECRET-ACCESS-KEY-0001" };
const options = {
  region: "cn-north-4",
  projectId: "p1",
  credentials: fromAccessKey(accessKey),
  retry: false,
  proxy: false,
} as const satisfies MetastudioIesClientOptions;

async function download(input: DownloadResultFileInput, more: Partial<MetastudioIesClientOptions> = {}) {
  await using metastudio = createMetastudioIesClient({ ...options, ...more });
  return metastudio.downloadResultFile(input).toBytes({ maxBytes: 1000 });
}

const host = "metastudio.cn-north-4.myhuaweicloud.com";
const input = { taskId: "t1" };

describe("downloadResultFile", () => {
  it("[METASTUDIO-1] asks by a signed GET and gives the bytes as they came", async () => {
    const seen = answer(() => new HttpResponse(file));
    expect(await download({ taskId: "a/../b?evil=1" })).toEqual(file);
    expect(seen).toHaveLength(1);
    const { method, url, headers } = seen[0] as Request;
    expect(`${method} ${url}`).toBe(`GET https://${host}/v2/p1/ies/result/a%2F..%2Fb%3Fevil%3D1`);
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

  it("[METASTUDIO-2] sends a token instead of a signature where that is the credential", async () => {
    const seen = answer(() => new HttpResponse(file));
    expect(await download(input, { credentials: fromToken({ token: "TOKEN-0001" }) })).toEqual(file);
    expect(seen[0]?.url).toBe(`https://${host}/v2/p1/ies/result/t1`);
    expect(seen[0]?.headers.get("x-auth-token")).toBe("TOKEN-0001");
    for (const name of ["authorization", "x-sdk-date", "x-project-id"])
      expect(seen[0]?.headers.has(name)).toBe(false);
  });

  it("[METASTUDIO-3] saves under the task's id where the service names no file, else under its name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
    try {
      await using metastudio = createMetastudioIesClient(options);
      answer(() => new HttpResponse(file));
      const { path } = await metastudio.downloadResultFile(input).toFile(folder);
      expect(path).toBe(join(folder, "metastudio-result-t1"));
      expect(await readFile(path)).toEqual(file);
      answer(
        () =>
          new HttpResponse(file, { headers: { "content-disposition": 'attachment; filename="../r.xlsx"' } }),
      );
      const named = await metastudio.downloadResultFile(input).toFile(folder);
      expect(named.path).toBe(join(folder, "r.xlsx"));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    [400, "MSS.000000001", "unknown", false],
    [400, "MSS.000000002", "server", true],
    [400, "MSS.000000003", "invalid", false],
    [400, "MSS.00000002", "invalid", false],
    [400, "MSS.00000003", "invalid", false],
    [400, "MSS.00010003", "not-found", false],
    [400, "MSS.00010004", "invalid", false],
    [400, "MSS.00010009", "forbidden", false],
    [400, "MSS.10001004", "not-found", false],
    [400, "MSS.99999999", "invalid", false],
    [429, "APIGW.0308", "throttled", true],
  ] as const)("[METASTUDIO-4] tells what %i %s means", async (status, error_code, kind, retryable) => {
    const seen = answer(() =>
      HttpResponse.json({ error_code, error_msg: "What it says.", request_id: "request-1" }, { status }),
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
      operation: "DownloadResultFile",
    });
    await expect(failure).rejects.toThrow(
      `DownloadResultFile was refused by ${host} (HTTP ${status}, ${error_code}): What it says.`,
    );
    expect(seen).toHaveLength(1);
  });

  it.each([
    [400, "MSS.000000004"],
    [400, "MSS.00010008"],
    [401, "APIGW.0301"],
  ])(
    "[METASTUDIO-4] takes %i %s for a refused credential, and does not try it again",
    async (status, error_code) => {
      const seen = answer(() => HttpResponse.json({ error_code, error_msg: "no" }, { status }));
      await expect(download(input)).rejects.toMatchObject({
        name: "AuthenticationError",
        credentialKind: "access-key",
        host,
        cause: { serviceCode: error_code },
      });
      expect(seen).toHaveLength(1);
    },
  );

  it.each([
    [{}, "taskId"],
    [{ taskId: 7 }, "taskId"],
    [{ taskId: "x".repeat(257) }, "taskId"],
    [{ taskId: ".." }, "id"],
    [{ taskId: "t1", id: "t1" }, "id"],
  ])("[METASTUDIO-5] refuses %j at once", async (wrong, option) => {
    await using metastudio = createMetastudioIesClient(options);
    const attempt = () => metastudio.downloadResultFile(wrong as unknown as DownloadResultFileInput);
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
  });
});

describe("createMetastudioIesClient", () => {
  it("[METASTUDIO-6] knows 2 regions", () => {
    expect(Object.keys(regions)).toHaveLength(2);
  });

  it.each([...Object.entries(regions), ["cn-east-3", "https://metastudio.cn-east-3.myhuaweicloud.com"]])(
    "[METASTUDIO-6] asks in %s at %s",
    async (region, origin) => {
      const seen = answer(() => new HttpResponse(file));
      await download(input, { region });
      expect(seen[0]?.url).toBe(`${origin}/v2/p1/ies/result/t1`);
      expect(origin).toBe(`https://metastudio.${region}.myhuaweicloud.com`);
    },
  );

  it.each([
    [{ region: "cn-north-44" }, "region", "cn-north-4"],
    [{ region: undefined }, "region", "region is missing"],
    [{ regoin: "cn-north-4" }, "regoin", "There is no option"],
    [{ endpoint: "http://metastudio.example" }, "endpoint", "https"],
  ])("[METASTUDIO-6] refuses %j", (more, option, words) => {
    const attempt = () => createMetastudioIesClient({ ...options, ...more });
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
    expect(attempt).toThrow(words);
  });
});
