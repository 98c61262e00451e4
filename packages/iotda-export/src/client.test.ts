import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromAccessKey, fromToken, verifyRequest } from "@cloudhaul/core-auth";
import { HttpRequestInterceptor } from "@mswjs/interceptors/http";
import { HttpResponse, http } from "msw";
import { defineNetwork, InterceptorSource } from "msw/experimental";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  createIotdaExportClient,
  type DownloadExportFileInput,
  type IotdaExportClientOptions,
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
} as const satisfies IotdaExportClientOptions;

async function download(input: DownloadExportFileInput, more: Partial<IotdaExportClientOptions> = {}) {
  await using iotda = createIotdaExportClient({ ...options, ...more });
  return iotda.downloadExportFile(input).toBytes({ maxBytes: 1000 });
}

const host = "iotda.cn-north-4.myhuaweicloud.com";
const input = { exportTaskId: "t1" };

describe("downloadExportFile", () => {
  it("[IOTDA-1] asks by a signed GET and gives the bytes as they came", async () => {
    const seen = answer(() => new HttpResponse(file));
    expect(await download({ exportTaskId: "a/../b?evil=1", instanceId: "instance-1" })).toEqual(file);
    expect(seen).toHaveLength(1);
    const { method, url, headers } = seen[0] as Request;
    expect(`${method} ${url}`).toBe(`GET https://${host}/v5/iot/p1/export-tasks/a%2F..%2Fb%3Fevil%3D1/file`);
    expect(Object.fromEntries(headers)).toMatchObject({
      "instance-id": "instance-1",
      "x-project-id": "p1",
      "x-sdk-date": expect.stringMatching(/^\d{8}T\d{6}Z$/),
      authorization: expect.stringContaining("SignedHeaders=host;instance-id;x-project-id;x-sdk-date,"),
    });
    expect(headers.has("x-auth-token")).toBe(false);
    const request = { method, url, headers: Object.fromEntries(headers) };
    expect(verifyRequest(request, { accessKey: () => accessKey })).toEqual({
      ok: true,
      accessKeyId: "AKEXAMPLE",
    });
  });

  it("[IOTDA-2] sends a token instead of a signature where that is the credential", async () => {
    const seen = answer(() => new HttpResponse(file));
    expect(await download(input, { credentials: fromToken({ token: "TOKEN-0001" }) })).toEqual(file);
    expect(seen[0]?.url).toBe(`https://${host}/v5/iot/p1/export-tasks/t1/file`);
    expect(seen[0]?.headers.get("x-auth-token")).toBe("TOKEN-0001");
    for (const name of ["authorization", "x-sdk-date", "instance-id"])
      expect(seen[0]?.headers.has(name)).toBe(false);
  });

  it("[IOTDA-3] saves the zip under the task's id", async () => {
    answer(() => new HttpResponse(file));
    const folder = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
    try {
      await using iotda = createIotdaExportClient(options);
      const saved = await iotda.downloadExportFile(input).toFile(folder);
      expect(saved).toMatchObject({ path: join(folder, "iotda-export-t1.zip"), bytes: file.length });
      expect(await readFile(saved.path)).toEqual(file);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ["text/html; charset=utf-8", "<!DOCTYPE html><title>Log in</title>"],
    ["application/json", '{"error_code":"IOTDA.000001","error_msg":"no"}'],
  ])("[IOTDA-7] takes no page of %s for the file, though the status is 200", async (type, page) => {
    answer(() => new HttpResponse(page, { headers: { "content-type": type } }));
    await expect(download(input)).rejects.toMatchObject({
      name: "IntegrityError",
      reason: "content",
      received: type,
    });
  });

  it("[IOTDA-7] takes no zip without an end for the file", async () => {
    answer(() => new HttpResponse(Buffer.concat([Buffer.from("504b0304", "hex"), Buffer.alloc(500)])));
    await expect(download(input)).rejects.toMatchObject({ name: "IntegrityError", reason: "archive-end" });
  });

  it("[IOTDA-4] goes by the status where the answer is no JSON", async () => {
    answer(() => new HttpResponse("FORBIDDEN", { status: 403 }));
    await expect(download(input)).rejects.toMatchObject({
      kind: "forbidden",
      serviceCode: undefined,
      serviceMessage: "FORBIDDEN",
    });
  });

  it.each([
    [400, "IOTDA.000006", "invalid", false],
    [400, "IOTDA.000008", "invalid", false],
    [400, "IOTDA.000017", "invalid", false],
    [403, "IOTDA.021101", "throttled", true],
    [403, "IOTDA.021102", "throttled", true],
    [403, "IOTDA.999999", "forbidden", false],
    [404, "IOTDA.999999", "not-found", false],
    [429, "APIGW.0308", "throttled", true],
  ] as const)("[IOTDA-4] tells what %i %s means", async (status, error_code, kind, retryable) => {
    const seen = answer(() => HttpResponse.json({ error_code, error_msg: "What it says." }, { status }));
    const failure = download(input);
    await expect(failure).rejects.toMatchObject({
      name: "ServiceError",
      status,
      kind,
      retryable,
      serviceCode: error_code,
      serviceMessage: "What it says.",
      requestId: undefined,
      operation: "ShowExportTask",
    });
    await expect(failure).rejects.toThrow(
      `ShowExportTask was refused by ${host} (HTTP ${status}, ${error_code}): What it says.`,
    );
    expect(seen).toHaveLength(1);
  });

  it.each([
    [401, "IOTDA.000002"],
    [403, "IOTDA.000004"],
    [401, "APIGW.0301"],
  ])(
    "[IOTDA-4] takes %i %s for a refused credential, and does not try it again",
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
    [{}, "exportTaskId"],
    [{ exportTaskId: "x".repeat(257) }, "exportTaskId"],
    [{ exportTaskId: "." }, "export_task_id"],
    [{ exportTaskId: "t1", instanceId: "a\nb" }, "instanceId"],
    [{ exportTaskId: "t1", instanceID: "i1" }, "instanceID"],
  ])("[IOTDA-5] refuses %j at once", async (wrong, option) => {
    await using iotda = createIotdaExportClient(options);
    const attempt = () => iotda.downloadExportFile(wrong as unknown as DownloadExportFileInput);
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
  });
});

it("[IOTDA-8] downloads of one client take turns, and so does one that goes on after a cut", async () => {
  const times: number[] = [];
  answer(() => {
    times.push(performance.now());
    return times.length === 1 ? new HttpResponse("{}", { status: 503 }) : new HttpResponse(file);
  });
  const paced = { ...options, retry: { baseDelayMs: 1 }, downloadIntervalMs: 150 };
  await using iotda = createIotdaExportClient(paced);
  const download = iotda.downloadExportFile(input);
  await Promise.all([download.toBytes({ maxBytes: 1000 }), download.toBytes({ maxBytes: 1000 })]);
  expect(times).toHaveLength(3);
  // Measured where requests arrive: the first may have been longer on its way than the next.
  for (const [index, at] of times.slice(1).entries())
    expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(100);
});

describe("signing", () => {
  const instanceHost = "0a1b2c3d4e.st1.iotda-app.cn-north-4.myhuaweicloud.com";

  it.each([
    ["plainly for the shared host", {}, "SDK-HMAC-SHA256"],
    ["with a derived key for an instance's own", { endpoint: instanceHost }, "V11-HMAC-SHA256"],
    [
      "plainly for a shared host of Europe",
      { endpoint: "iotda.eu-west-101.myhuaweicloud.eu" },
      "SDK-HMAC-SHA256",
    ],
    ["plainly where told", { endpoint: instanceHost, signing: "plain" }, "SDK-HMAC-SHA256"],
    ["with a derived key where told", { signing: "derived" }, "V11-HMAC-SHA256"],
  ] as const)("[IOTDA-9] is done %s", async (_, more, algorithm) => {
    const seen = answer(() => new HttpResponse(file));
    expect(await download(input, more)).toEqual(file);
    const { method, url, headers } = seen[0] as Request;
    const scope =
      algorithm === "V11-HMAC-SHA256"
        ? /^V11-HMAC-SHA256 Credential=AKEXAMPLE\/\d{8}\/cn-north-4\/iotdm, /
        : /^SDK-/;
    expect(headers.get("authorization")).toMatch(scope);
    const request = { method, url, headers: Object.fromEntries(headers) };
    expect(verifyRequest(request, { accessKey: () => accessKey })).toMatchObject({ ok: true });
  });

  it("[IOTDA-9] needs the region of an instance's own host, unless it is plain", async () => {
    const own = { ...options, region: undefined, endpoint: instanceHost };
    expect(() => createIotdaExportClient(own)).toThrow(expect.objectContaining({ option: "region" }));
    await createIotdaExportClient({ ...own, signing: "plain" }).close();
  });

  it("[IOTDA-9] refuses another word", () => {
    const signing = "V11" as "derived";
    expect(() => createIotdaExportClient({ ...options, signing })).toThrow(
      expect.objectContaining({ option: "signing" }),
    );
  });
});

describe("createIotdaExportClient", () => {
  it("[IOTDA-6] knows 13 regions", () => {
    expect(Object.keys(regions)).toHaveLength(13);
  });

  it.each([...Object.entries(regions), ["cn-east-3", "https://iotda.cn-east-3.myhuaweicloud.com"]])(
    "[IOTDA-6] asks in %s at %s",
    async (region, origin) => {
      const seen = answer(() => new HttpResponse(file));
      await download(input, { region });
      expect(seen[0]?.url).toBe(`${origin}/v5/iot/p1/export-tasks/t1/file`);
      expect(origin).toBe(`https://iotda.${region}.myhuaweicloud.com`);
    },
  );

  it.each([
    [{ region: "cn-north-44" }, "region", "cn-north-4"],
    [{ region: undefined }, "region", "region is missing"],
    [{ regoin: "cn-north-4" }, "regoin", "There is no option"],
    [{ endpoint: "http://iotda.example" }, "endpoint", "https"],
  ])("[IOTDA-6] refuses %j", (more, option, words) => {
    const attempt = () => createIotdaExportClient({ ...options, ...more });
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
    expect(attempt).toThrow(words);
  });
});
