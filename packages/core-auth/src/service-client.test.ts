import { inspect } from "node:util";
import { createTransport, type Operation } from "@cloudhaul/core-http";
import { describe, expect, it, vi } from "vitest";
import type { Answer, SeenRequest } from "./__fixtures__/loopback.ts";
import { accessKey, expectNoSecret, region, secrets, serve } from "./__fixtures__/scene.ts";
import {
  type CredentialProvider,
  createServiceClient,
  fromAccessKey,
  fromToken,
  type ServiceClient,
  type ServiceClientOptions,
  verifyRequest,
} from "./index.ts";

const definition = {
  service: "demo",
  regions: { [region]: "https://demo.cn-north-4.myhuaweicloud.com" },
  errorKinds: { "DEMO.404": "not-found", "DEMO.busy": "busy" },
} as const;

const operation: Operation = {
  name: "ShowThing",
  method: "GET",
  path: "/v1/{project_id}/things/{thing_id}",
  parameters: {
    thingId: { in: "path", name: "thing_id", required: true, maxLength: 64 },
    limit: { in: "query", name: "limit", type: "integer" },
  },
  repeat: "safe",
  fileName: "thing-{thingId}",
  source: "https://docs.example/ShowThing",
};

/** Reads `{ "name": <text> }`. */
const loadSchema = async () => ({
  safeParse(value: unknown) {
    const { name } = value as { name?: unknown };
    return typeof name === "string"
      ? { success: true as const, data: name }
      : { success: false as const, error: { issues: [{ path: ["name"], message: "expected string" }] } };
  },
});

const good: Answer = { json: { name: "a thing" } };
/** Files are asked for with this accept header, and answers with another. */
const file: Answer = { headers: { "content-type": "application/octet-stream" }, text: "a file" };
const goodOrFile = ({ headers }: SeenRequest): Answer => (headers.accept === "*/*" ? file : good);
const key = fromAccessKey({ ...accessKey, securityToken: secrets.securityToken, projectId: "p1" });
const verdictOn = ({ method, url, headers, body }: SeenRequest) => {
  const known = { ...accessKey, securityToken: secrets.securityToken };
  return verifyRequest({ method, url, headers, body }, { accessKey: () => known });
};

/** A server that answers so, and a client of it; quick to try again. */
async function start(
  answer: (request: SeenRequest, count: number) => Answer | Promise<Answer>,
  options: ServiceClientOptions = {},
) {
  const server = await serve(answer);
  const client = createServiceClient(definition, {
    endpoint: server.url,
    credentials: key,
    retry: { baseDelayMs: 1, maxDelayMs: 1 },
    proxy: false,
    ...options,
  });
  const show = (input: object = { thingId: "t1" }, callOptions = {}) =>
    client.call(operation, input, loadSchema, callOptions);
  return { server, client, show };
}

const withClient = async <Result>(client: ServiceClient, run: () => Promise<Result>): Promise<Result> => {
  try {
    return await run();
  } finally {
    await client.close();
  }
};

const download = (client: ServiceClient, thingId = "t1") =>
  client.download(operation, { thingId }).toBytes({ maxBytes: 1000 });

describe("requests", () => {
  it("[AUTH-20] fills an id in as one segment, signed as it stands on the wire", async () => {
    const { server, client, show } = await start(goodOrFile);
    await withClient(client, async () => {
      expect(await show({ thingId: "a/../b?evil=1", limit: 2 })).toBe("a thing");
      await download(client, "a/../b?evil=1");
      const path = "/v1/p1/things/a%2F..%2Fb%3Fevil%3D1";
      expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
        `GET ${path}?limit=2`,
        `GET ${path}`,
      ]);
      for (const request of server.seen) expect(verdictOn(request)).toMatchObject({ ok: true });
      expect(server.seen.map(({ headers }) => headers.accept)).toEqual(["application/json", "*/*"]);
    });
  });

  it("[AUTH-20] signs each try afresh", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-20T08:30:00Z") });
    const { server, client, show } = await start((request, count) => {
      vi.setSystemTime(Date.now() + 60_000);
      return count % 2 === 1 ? { status: 503 } : goodOrFile(request);
    });
    await withClient(client, async () => {
      await show();
      await download(client);
      const dates = server.seen.map(({ headers }) => headers["x-sdk-date"]);
      expect(dates).toEqual([0, 1, 2, 3].map((minute) => `20261120T083${minute}00Z`));
      const signatures = new Set(server.seen.map(({ headers }) => headers.authorization));
      expect(signatures.size).toBe(4);
    });
  });

  it("stay as planned when the caller's object changes", async () => {
    const { server, client } = await start(goodOrFile);
    await withClient(client, async () => {
      const input = { thingId: "t1" };
      const planned = client.download(operation, input);
      input.thingId = "t2";
      await planned.toBytes({ maxBytes: 1000 });
      expect(server.seen.map(({ url }) => url)).toEqual(["/v1/p1/things/t1"]);
    });
  });
});

describe("downloads", () => {
  it("give the bytes as they came, and take no page in their place", async () => {
    const { client } = await start((_, count) => (count === 1 ? file : good));
    await withClient(client, async () => {
      expect((await download(client)).toString()).toBe("a file");
      await expect(download(client)).rejects.toMatchObject({ name: "IntegrityError", reason: "content" });
    });
  });

  const list: Operation = {
    ...operation,
    name: "ListThings",
    path: "/v1/{project_id}/things",
    parameters: {},
  };
  const once: Operation = { ...operation, repeat: "never", provedBy: list };
  const lossy = { maxBytes: 1000, acceptLoss: true };

  it("[AUTH-20] that come only once follow a harmless call, signed like them", async () => {
    const { server, client } = await start((request, count) =>
      count === 1 ? { status: 503 } : goodOrFile(request),
    );
    await withClient(client, async () => {
      const bytes = await client.download(once, { thingId: "t1" }).toBytes(lossy);
      expect(bytes.toString()).toBe("a file");
      const urls = ["/v1/p1/things", "/v1/p1/things", "/v1/p1/things/t1"];
      expect(server.seen.map(({ url }) => url)).toEqual(urls);
      for (const request of server.seen) expect(verdictOn(request)).toMatchObject({ ok: true });
    });
  });

  it("[AUTH-20] that come only once are not asked for when the harmless call is refused", async () => {
    const { server, client } = await start(() => ({ status: 401, json: { error_code: "APIGW.0301" } }));
    await withClient(client, async () => {
      const download = client.download(once, { thingId: "t1" });
      for (const _ of ["the first use", "a second, since nothing was spent"])
        await expect(download.toBytes(lossy)).rejects.toMatchObject({ name: "AuthenticationError" });
      expect(server.seen.map(({ url }) => url)).not.toContain("/v1/p1/things/t1");
    });
  });
});

describe("the project", () => {
  const lookUp = (request: SeenRequest): Answer =>
    request.url.startsWith("/v3/projects") ? { json: { projects: [{ id: "p-iam", name: region }] } } : good;

  it.each([
    ["the option", { projectId: "p-option" }, "p-option", 1],
    ["else the credential", {}, "p1", 1],
    ["else IAM", { credentials: fromAccessKey(accessKey) }, "p-iam", 2],
    ["else IAM, asked with a token", { credentials: fromToken({ token: secrets.token }) }, "p-iam", 2],
  ])("[AUTH-19] comes from %s", async (_, options, projectId, requests) => {
    const { server, client, show } = await start(lookUp, { region, ...options });
    vi.stubEnv("HUAWEICLOUD_SDK_IAM_ENDPOINT", server.url);
    await withClient(client, async () => {
      await show();
      expect(server.seen).toHaveLength(requests);
      expect(server.seen.at(-1)?.url).toBe(`/v1/${projectId}/things/t1`);
      expect(await client.identity(["t1"], undefined)).toEqual({
        service: "demo",
        host: server.host,
        projectId,
        ids: ["t1"],
      });
    });
  });
});

describe("the endpoint", () => {
  it("[AUTH-17] comes from the environment's variable for service and region", async () => {
    const server = await serve(() => good);
    vi.stubEnv("HUAWEICLOUD_SDK_REGION_DEMO_CN_NORTH_4", `${server.url}, https://other.example`);
    const client = createServiceClient(definition, { region, credentials: key, proxy: false });
    await withClient(client, () => client.call(operation, { thingId: "t1" }, loadSchema));
    expect(client.host).toBe(server.host);
    expect(server.seen).toHaveLength(1);
  });

  it("[AUTH-17] comes from the option before all, and from the table after all", async () => {
    vi.stubEnv("HUAWEICLOUD_SDK_REGION_DEMO_CN_NORTH_4", "https://variable.example");
    const hostOf = (options: ServiceClientOptions) => createServiceClient(definition, options).host;
    expect(hostOf({ region, endpoint: "https://option.example:8443" })).toBe("option.example:8443");
    expect(hostOf({ region })).toBe("variable.example");
    vi.stubEnv("HUAWEICLOUD_SDK_REGION_DEMO_CN_NORTH_4", undefined);
    expect(hostOf({ region })).toBe("demo.cn-north-4.myhuaweicloud.com");
  });
});

describe("options", () => {
  it.each([
    [{}, "region"],
    [{ region: "cn-north-44" }, "region"],
    [{ region, endpoint: "http://demo.example" }, "endpoint"],
    [{ region, projectId: "" }, "projectId"],
    [{ region, credentials: accessKey }, "credentials"],
    [{ region, credential: key }, "credential"],
    [{ region, retry: { attempts: 2 } }, "retry.attempts"],
    [{ region, timeouts: { headersMs: 0 } }, "timeouts.headersMs"],
    [undefined, "options"],
  ])("[AUTH-8] %j are refused at once", (options, option) => {
    const attempt = () => createServiceClient(definition, options as ServiceClientOptions);
    expect(attempt).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
  });

  it.each([
    [{}, "thingId"],
    [{ thingId: "x".repeat(65) }, "thingId"],
    [{ thingId: "t1", limit: "2" }, "limit"],
    [{ thingId: "t1", thing: "t1" }, "thing"],
  ])("[AUTH-8] the input %j is refused before a credential is asked for", async (input, option) => {
    const credentials = vi.fn(key);
    const { server, client, show } = await start(() => good, { credentials });
    const refusal = { code: "CONFIGURATION", option };
    await withClient(client, async () => {
      expect(() => client.download(operation, input)).toThrow(expect.objectContaining(refusal));
      await expect(show(input)).rejects.toMatchObject(refusal);
    });
    expect(credentials).not.toHaveBeenCalled();
    expect(server.seen).toHaveLength(0);
  });

  it("[AUTH-10] the default credentials are asked for at the first call", async () => {
    const { server, client, show } = await start(() => good, { credentials: undefined, projectId: "p1" });
    await withClient(client, async () => {
      vi.stubEnv("HUAWEICLOUD_SDK_AK", accessKey.accessKeyId);
      await expect(show()).rejects.toThrow("HUAWEICLOUD_SDK_SK");
      vi.stubEnv("HUAWEICLOUD_SDK_SK", accessKey.secretAccessKey);
      expect(await show()).toBe("a thing");
      expect(server.seen).toHaveLength(1);
    });
  });
});

describe("answers", () => {
  it.each([
    ["name", { json: { name: 7 } }],
    ["", { text: "<html>" }],
  ])("that are wrong at %j are a ResponseFormatError", async (path, answer: Answer) => {
    const { client, show } = await start(() => answer);
    await withClient(client, async () => {
      const failure = show();
      await expect(failure).rejects.toMatchObject({ code: "RESPONSE_FORMAT", path });
      await expect(failure).rejects.toThrow("The answer to ShowThing cannot be read");
    });
  });

  it.each([
    ["DEMO.404", 400, "not-found"],
    ["APIGW.0308", 403, "throttled"],
    ["OTHER.1", 400, "invalid"],
  ])("[AUTH-22] with the code %s mean what service and gateway say", async (error_code, status, kind) => {
    const { client, show } = await start(() => ({ status, json: { error_code, error_msg: "no" } }));
    await withClient(client, async () => {
      const expected = { name: "ServiceError", kind, status, serviceCode: error_code };
      await expect(show({ thingId: "t1" }, { retry: false })).rejects.toMatchObject(expected);
    });
  });
});

describe("call options", () => {
  it("signal ends the call with its own reason", async () => {
    const reason = new Error("enough");
    const { client, show } = await start(() => new Promise<Answer>(() => controller.abort(reason)));
    const controller = new AbortController();
    await withClient(client, async () => {
      await expect(show({ thingId: "t1" }, { signal: controller.signal })).rejects.toBe(reason);
      await expect(show({ thingId: "t1" }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });
  });

  it("timeoutMs limits the whole call", async () => {
    const { client, show } = await start(() => new Promise<Answer>(() => {}));
    await withClient(client, async () => {
      await expect(show({ thingId: "t1" }, { timeoutMs: 50 })).rejects.toMatchObject({
        name: "TimeoutError",
        timeoutMs: 50,
      });
    });
  });

  it.each([
    ["the client's", undefined, 3],
    ["none", false, 1],
    ["the call's", { maxAttempts: 2, baseDelayMs: 1 }, 2],
  ])("retry is %s", async (_, retry, requests) => {
    const own = { retry: { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 1 } };
    const { server, client, show } = await start(() => ({ status: 503 }), own);
    await withClient(client, async () => {
      await expect(show({ thingId: "t1" }, { retry })).rejects.toMatchObject({ kind: "server" });
      expect(server.seen).toHaveLength(requests);
    });
  });

  it.each([
    [{ timeoutMs: 0 }, "timeoutMs"],
    [{ retries: 3 }, "retries"],
  ])("%j is refused", async (callOptions, option) => {
    const { server, client, show } = await start(() => good);
    await withClient(client, async () => {
      await expect(show({ thingId: "t1" }, callOptions)).rejects.toMatchObject({ option });
      expect(server.seen).toHaveLength(0);
    });
  });
});

describe("close", () => {
  it("leaves the caller's transport open", async () => {
    const transport = createTransport({ proxy: false });
    const closing = vi.spyOn(transport, "close");
    const { client, show } = await start(() => good, { transport, proxy: undefined });
    await show();
    await client.close();
    expect(closing).not.toHaveBeenCalled();
    expect(await show()).toBe("a thing");
    await transport.close();
  });

  it("closes its own", async () => {
    const { client, show } = await start(() => good);
    const closing = vi.spyOn(client.settings.transport, "close");
    await show();
    await client.close();
    expect(closing).toHaveBeenCalledOnce();
  });
});

describe("secrets", () => {
  const echo = ({ headers }: SeenRequest): string => JSON.stringify(headers);
  const failing: [name: string, answer: (request: SeenRequest) => Answer][] = [
    ["a refusal that echoes", (request) => ({ status: 400, json: { error_msg: echo(request) } })],
    ["a refused credential", (request) => ({ status: 401, json: { error_msg: echo(request) } })],
    ["an answer that echoes", (request) => ({ text: echo(request) })],
    ["a page that echoes", (request) => ({ status: 502, text: `<p>${echo(request)}</p>` })],
  ];
  const providers: [name: string, provider: CredentialProvider][] = [
    ["an access key", key],
    ["a token", fromToken({ token: secrets.token, projectId: "p1" })],
  ];
  it.each(
    failing.flatMap(([name, answer]) =>
      providers.map(([kind, provider]) => ({ name, kind, answer, provider })),
    ),
  )("[AUTH-9] show in nothing that is printed after $name, with $kind", async ({ answer, provider }) => {
    const lines: unknown[] = [];
    const log = (...line: unknown[]) => void lines.push(line);
    const logger = { debug: log, info: log, warn: log, error: log };
    const { client, show } = await start(answer, { credentials: provider, logger, retry: false });
    await withClient(client, async () => {
      const error = await show().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(Error);
      expectNoSecret(error);
      expectNoSecret(client);
      expectNoSecret(
        inspect(client.download(operation, { thingId: "t1" }), { depth: null, showHidden: true }),
      );
      expect(lines).not.toHaveLength(0);
      expectNoSecret(lines);
    });
  });

  it("[AUTH-9] show in nothing that is printed when the endpoint is not there", async () => {
    const nothingListens = "http://127.0.0.1:9";
    const { client, show } = await start(() => good, { retry: false, endpoint: nothingListens });
    await withClient(client, async () => {
      const error = await show().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: "TransportError", code: "CONNECTION_REFUSED" });
      expectNoSecret(error);
    });
  });
});
