import { type Refusal, ServiceError } from "@cloudhaul/core-http";
import { describe, expect, it, vi } from "vitest";
import type { Answer, SeenRequest } from "./__fixtures__/loopback.ts";
import { accessKey, region, serve } from "./__fixtures__/scene.ts";
import {
  createServiceClient,
  createServiceClock,
  fromAccessKey,
  fromToken,
  type ServiceClientOptions,
  verifyRequest,
} from "./index.ts";

const hourMs = 3_600_000;
const definition = { service: "demo", regions: {}, errorKinds: {} };
const operation = {
  name: "DownloadThing",
  method: "GET",
  path: "/v1/{project_id}/thing",
  parameters: {},
  repeat: "safe",
  source: "https://docs.example/DownloadThing",
} as const;

const file: Answer = { headers: { "content-type": "application/octet-stream" }, text: "a file" };
const wireTime = (time: Date) => `${time.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

/** A service whose time is so far from this machine's; `tell` says how it refuses what is stale to it. */
async function startService(offsetMs: () => number, tell: (now: Date) => Answer) {
  const server = await serve((request: SeenRequest): Answer => {
    const now = new Date(Date.now() + offsetMs());
    const verdict = verifyRequest(request, { accessKey: () => accessKey, date: now });
    if (request.headers["x-auth-token"] === undefined && !verdict.ok) return { status: 401, ...tell(now) };
    const isProject = request.url.startsWith("/v3/projects");
    return isProject ? { json: { projects: [{ id: "p1", name: region }] } } : file;
  });
  const client = (options: ServiceClientOptions = {}) =>
    createServiceClient(definition, {
      region,
      endpoint: server.url,
      projectId: "p1",
      credentials: fromAccessKey(accessKey),
      proxy: false,
      retry: false,
      ...options,
    });
  return { server, client };
}

const error_code = "APIGW.0301";
const byDate = (now: Date): Answer => ({
  headers: { date: now.toUTCString() },
  json: { error_code, error_msg: "verify aksk signature fail" },
});
const byMessage = (now: Date): Answer => ({
  headers: { date: "a wrong one" },
  json: {
    error_code,
    error_msg: `Incorrect IAM authentication information: signature expired, signature time:20230527T000431Z,server time:${wireTime(now)}`,
  },
});

const downloadWith = (client: ReturnType<typeof createServiceClient>) =>
  client.download(operation, {}).toBytes({ maxBytes: 1000 });

describe("a clock that is off", () => {
  it.each([
    ["ahead, as Date tells", -3 * hourMs, byDate],
    ["behind, as Date tells", 3 * hourMs, byDate],
    ["ahead, as the message tells", -3 * hourMs, byMessage],
    ["behind, as the message tells", 3 * hourMs, byMessage],
  ])("[AUTH-62] by 3 hours %s costs one request in all", async (_, offsetMs, tell) => {
    const { server, client } = await startService(() => offsetMs, tell);
    const demo = client();
    for (let round = 0; round < 3; round++) expect((await downloadWith(demo)).toString()).toBe("a file");
    expect(server.seen).toHaveLength(4);
    await demo.close();
  });

  it("[AUTH-62] costs one request in all when IAM is asked first", async () => {
    const { server, client } = await startService(() => 3 * hourMs, byDate);
    vi.stubEnv("HUAWEICLOUD_SDK_IAM_ENDPOINT", server.url);
    const demo = client({ projectId: undefined });
    await downloadWith(demo);
    const urls = server.seen.map(({ url }) => url);
    expect(urls).toEqual(["/v3/projects?name=cn-north-4", "/v3/projects?name=cn-north-4", "/v1/p1/thing"]);
    await demo.close();
  });

  it("[AUTH-62] may be set right while the program runs", async () => {
    let offsetMs = 3 * hourMs;
    const { server, client } = await startService(() => offsetMs, byDate);
    const demo = client();
    await downloadWith(demo);
    offsetMs = 0;
    await downloadWith(demo);
    await downloadWith(demo);
    expect(server.seen).toHaveLength(5);
    await demo.close();
  });

  it("[AUTH-62] is each client's own, and none of a token's", async () => {
    const { server, client } = await startService(() => 3 * hourMs, byDate);
    const both = [client(), client({ credentials: fromToken({ token: "TOKEN-0001" }) })];
    for (const demo of both) await downloadWith(demo);
    expect(server.seen).toHaveLength(3);
    for (const demo of both) await demo.close();
  });

  it("[AUTH-62] is not blamed for a wrong secret: that is sent twice at most", async () => {
    const { server, client } = await startService(() => 3 * hourMs, byDate);
    const demo = client({ credentials: fromAccessKey({ ...accessKey, secretAccessKey: "another" }) });
    const failure = downloadWith(demo);
    await expect(failure).rejects.toMatchObject({ code: "AUTHENTICATION", host: server.host });
    await expect(failure).rejects.toThrow("clock is 180 minutes behind");
    expect(server.seen).toHaveLength(2);
    await demo.close();
  });

  it("[AUTH-62] of ten minutes is none to the gateway, so a refusal is final", async () => {
    const { server, client } = await startService(() => 10 * 60_000, byDate);
    const demo = client({ credentials: fromAccessKey({ ...accessKey, secretAccessKey: "another" }) });
    await expect(downloadWith(demo)).rejects.toMatchObject({ code: "AUTHENTICATION" });
    expect(server.seen).toHaveLength(1);
    await demo.close();
  });
});

describe("createServiceClock", () => {
  const refusalAt = (url: string, offsetMs: number, now = Date.now()): Refusal => ({
    request: { method: "GET", url, headers: { "x-sdk-date": wireTime(new Date(now)) } },
    error: new ServiceError({ status: 401, kind: "forbidden", operation: "Ask", retryable: false }, "no"),
    headers: { date: new Date(now + offsetMs).toUTCString() },
    again: false,
  });

  it.each([
    ["https://hss.example/v5", 3 * hourMs, true],
    ["https://hss.example/v5", -23 * hourMs, true],
    ["http://127.0.0.1:8080/v5", 3 * hourMs, true],
    ["http://hss.example/v5", 3 * hourMs, false],
    ["https://hss.example/v5", 25 * hourMs, false],
    ["https://hss.example/v5", -25 * hourMs, false],
    ["https://hss.example/v5", 0, false],
  ])("[AUTH-63] at %s, %i ms off: believed %s", (url, offsetMs, believed) => {
    const clock = createServiceClock();
    expect(clock.learn(refusalAt(url, offsetMs))).toBe(believed);
    const learnedMs = clock.now().getTime() - Date.now();
    expect(Math.abs(learnedMs - (believed ? offsetMs : 0))).toBeLessThan(2000);
  });

  it.each<[string, Partial<Refusal>]>([
    ["without a date", { headers: {} }],
    ["with a date that is none", { headers: { date: "tomorrow" } }],
    [
      "of a request without a signature",
      { request: { method: "GET", url: "https://a.example/", headers: {} } },
    ],
  ])("[AUTH-63] learns nothing from a refusal %s", (_, change) => {
    const clock = createServiceClock();
    expect(clock.learn({ ...refusalAt("https://hss.example/v5", 3 * hourMs), ...change })).toBe(false);
  });
});
