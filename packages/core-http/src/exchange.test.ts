import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { answer, head, startScriptedServer } from "./__fixtures__/scripted-server.ts";
import {
  AuthenticationError,
  type Authorizer,
  createHttpSettings,
  type ErrorKinds,
  type Exchange,
  exchange,
  exchangeWithRetry,
  type HttpSettings,
  type Logger,
  type RepeatClass,
  readAnswer,
  ServiceError,
} from "./index.ts";

const errorKinds: ErrorKinds = {
  "HSS.0011": "not-found",
  "APIGW.0301": "unauthenticated",
  "APIG.0308": "throttled",
};
const quick: HttpSettings = createHttpSettings({ retry: { baseDelayMs: 1 }, timeouts: { bodyMs: 300 } });
const get = (url: string, more: Partial<Exchange> = {}): Exchange => ({
  operation: "GetThing",
  request: { method: "GET", url, headers: {} },
  repeat: "safe",
  errorKinds,
  ...more,
});
const failureOf = (promise: Promise<unknown>): Promise<ServiceError> =>
  promise.then(
    () => expect.unreachable("it should have failed"),
    (error) => error,
  );

describe("[HTTP-7] error bodies", () => {
  it.each([
    [
      "HSS and most",
      '{"error_code":"HSS.0011","error_msg":"gone","request_id":"r-1"}',
      "HSS.0011",
      "gone",
      "r-1",
    ],
    ["camel case", '{"errorCode":"X.1","errorMsg":"no"}', "X.1", "no", undefined],
    ["code and message", '{"code":"DBS.1","message":"no"}', "DBS.1", "no", undefined],
    [
      "IAM",
      '{"error":{"code":401,"message":"bad user","title":"Unauthorized"}}',
      "401",
      "bad user",
      undefined,
    ],
    [
      "nested deeper",
      '{"a":{"b":{"error_code":"Y.1","error_msg":"deep"}},"request_id":"r-2"}',
      "Y.1",
      "deep",
      "r-2",
    ],
    [
      "a list of details",
      '{"details":[{"error_code":"Z.1","error_msg":"first"}]}',
      "Z.1",
      "first",
      undefined,
    ],
    [
      "OBS",
      "<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Message>a &amp; b</Message><RequestId>o-1</RequestId></Error>",
      "NoSuchKey",
      "a & b",
      "o-1",
    ],
    ["plain text", "upstream is down", undefined, "upstream is down", undefined],
    ["an html page", "<html><body>Bad <b>Gateway</b></body></html>", undefined, "Bad Gateway", undefined],
    ["nothing", "", undefined, undefined, undefined],
    ["cut JSON", '{"error_code":"HSS', undefined, '{"error_code":"HSS', undefined],
  ])("reads that of %s", async (_, body, serviceCode, serviceMessage, requestId) => {
    await using server = await startScriptedServer([answer(400, {}, body)]);
    const error = await failureOf(exchange(get(server.url), quick, undefined));
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({
      status: 400,
      serviceCode,
      serviceMessage,
      requestId,
      operation: "GetThing",
    });
  });

  it("takes kind from the service's code, else from the status", async () => {
    await using server = await startScriptedServer([
      answer(
        400,
        { "x-request-id": "header-id" },
        '{"error_code":"HSS.0011","error_msg":"gone","request_id":"r"}',
      ),
      answer(404, {}, "{}"),
      answer(418, {}, "{}"),
    ]);
    const error = await failureOf(exchange(get(server.url), quick, undefined));
    expect(error).toMatchObject({ kind: "not-found", requestId: "header-id", retryable: false });
    expect(await failureOf(exchange(get(server.url), quick, undefined))).toMatchObject({ kind: "not-found" });
    expect(await failureOf(exchange(get(server.url), quick, undefined))).toMatchObject({ kind: "unknown" });
  });

  it("gives up an endless one, by size and by time, and closes its connection", async () => {
    await using server = await startScriptedServer([
      (socket) => {
        socket.write(head(500, { "transfer-encoding": "chunked" }));
        const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
        const more = (): void => void (socket.writable && socket.write(chunk, more));
        more();
      },
      (socket) => void socket.write(`${head(500, { "transfer-encoding": "chunked" })}3\r\nabc\r\n`),
    ]);
    const bySize = await failureOf(exchange(get(server.url), quick, undefined));
    expect(bySize).toMatchObject({ status: 500, kind: "server" });
    expect(bySize.serviceMessage?.length).toBeLessThanOrEqual(1001);
    const byTime = await failureOf(exchange(get(server.url), quick, undefined));
    expect(byTime).toMatchObject({ status: 500, serviceMessage: "abc" });
    await expect.poll(() => server.connections.size).toBe(0);
  });
});

describe("retries", () => {
  it.each<[RepeatClass, string, number]>([
    ["safe", "503", 2],
    ["before-body", "503", 2],
    ["never", "503", 1],
    ["never", "429", 2],
    ["safe", "no answer", 2],
    ["never", "no answer", 1],
    ["safe", "404", 1],
  ])("[HTTP-6] class %s after %s: %i requests", async (repeat, fault, requests) => {
    await using server = await startScriptedServer([
      fault === "no answer" ? (socket) => void socket.resetAndDestroy() : answer(Number(fault), {}, "{}"),
      answer(200, {}, "good"),
    ]);
    const result = exchangeWithRetry(get(server.url, { repeat }), quick, undefined);
    if (requests === 2) expect(await bodyOf(await result)).toBe("good");
    else await expect(result).rejects.toThrow();
    expect(server.requests).toHaveLength(requests);
  });

  it("[HTTP-6] a connection that was never made is no consumption: class never tries again", async () => {
    const url = "http://127.0.0.1:9/"; // nothing listens there
    const tries: unknown[] = [];
    const logger: Logger = {
      debug: () => {},
      info: () => {},
      error: () => {},
      warn: (_, fields) => tries.push(fields.code),
    };
    const settings = createHttpSettings({ retry: { baseDelayMs: 1, maxAttempts: 3 }, logger });
    await expect(exchangeWithRetry(get(url, { repeat: "never" }), settings, undefined)).rejects.toMatchObject(
      {
        code: "CONNECTION_REFUSED",
        phase: "connect",
      },
    );
    expect(tries).toEqual(["CONNECTION_REFUSED", "CONNECTION_REFUSED"]);
  });

  it("[HTTP-20] waits as long as Retry-After asks, in seconds and as a date, within the bound", async () => {
    await using server = await startScriptedServer([
      answer(429, { "retry-after": "1" }, "{}"),
      answer(503, { "retry-after": new Date(Date.now() + 3_600_000).toUTCString() }, "{}"),
      answer(200, {}, "good"),
    ]);
    const settings = createHttpSettings({ retry: { baseDelayMs: 1, maxRetryAfterMs: 1200 } });
    const startedAt = performance.now();
    expect(await bodyOf(await exchangeWithRetry(get(server.url), settings, undefined))).toBe("good");
    const waited = performance.now() - startedAt;
    expect(waited).toBeGreaterThanOrEqual(2100);
    expect(waited).toBeLessThan(10_000);
  });

  it("[HTTP-15] an abort ends the wait before the next try, with the signal's reason", async () => {
    await using server = await startScriptedServer([answer(503, { "retry-after": "60" }, "{}")]);
    const abort = new AbortController();
    const reason = new Error("the user went home");
    const result = exchangeWithRetry(get(server.url), quick, abort.signal);
    await expect.poll(() => server.requests.length).toBe(1);
    abort.abort(reason);
    await expect(result).rejects.toBe(reason);
  });
});

describe("authorization", () => {
  const authorizer = (secrets: string[]): Authorizer => {
    let at = 0;
    return {
      authorize: async (request) => ({
        ...request,
        headers: { ...request.headers, "x-auth-token": secrets[at] ?? "", "x-try": String(at) },
      }),
      async refused({ error, again }) {
        at++;
        if (!again && at < secrets.length) return;
        const fields = { credentialKind: "token", source: "test", host: "h" };
        throw new AuthenticationError(fields, "The token was refused.", { cause: error });
      },
    };
  };
  const refusal = answer(
    401,
    {},
    '{"error_code":"APIGW.0301","error_msg":"bad token tok-secret-1 / tok-secret-2"}',
  );

  it("[HTTP-5] is made afresh for each try", async () => {
    await using server = await startScriptedServer([
      answer(503, {}, ""),
      answer(503, {}, ""),
      answer(200, {}, ""),
    ]);
    let calls = 0;
    const counting: Authorizer = {
      authorize: async (request) => ({
        ...request,
        headers: { ...request.headers, "x-sdk-date": `date-${++calls}` },
      }),
      refused: () => expect.unreachable("nothing was refused"),
    };
    const { body } = await exchangeWithRetry(get(server.url, { authorizer: counting }), quick, undefined);
    await body.cancel();
    expect(server.requests.map(({ headers }) => headers["x-sdk-date"])).toEqual([
      "date-1",
      "date-2",
      "date-3",
    ]);
  });

  it("[HTTP-5] a refused proof is renewed once, and the request sent again", async () => {
    await using server = await startScriptedServer([refusal, answer(200, {}, "good")]);
    const asked = get(server.url, {
      authorizer: authorizer(["tok-secret-1", "tok-secret-2"]),
      repeat: "never",
    });
    expect(await bodyOf(await exchange(asked, quick, undefined))).toBe("good");
    expect(server.requests.map(({ headers }) => headers["x-auth-token"])).toEqual([
      "tok-secret-1",
      "tok-secret-2",
    ]);
  });

  it("[HTTP-5] [HTTP-8] a second refusal is final, and shows no secret", async () => {
    await using server = await startScriptedServer([refusal]);
    const lines: unknown[] = [];
    const log = (...line: unknown[]): void => void lines.push(line);
    const settings = createHttpSettings({ logger: { debug: log, info: log, warn: log, error: log } });
    const asked = get(`${server.url}/x?Signature=sig-secret-value&AccessKeyId=AKSECRET0001`, {
      authorizer: authorizer(["tok-secret-1", "tok-secret-2", "tok-secret-3"]),
    });
    const error = await failureOf(exchange(asked, settings, undefined));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(server.requests).toHaveLength(2);
    const shown = `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)} ${error.stack} ${inspect(lines, { depth: 9 })}`;
    expect(shown).toContain("[redacted]");
    expect(shown).not.toMatch(/sig-secret-value|AKSECRET0001|tok-secret/);
  });
});

describe("[HTTP-8] what a server echoes", () => {
  it("shows nothing of a secret that is longer than the message may be", async () => {
    const token = `begin-${"x".repeat(3000)}-end`;
    await using server = await startScriptedServer([
      answer(403, {}, `{"error_code":"A.1","error_msg":"bad ${token}"}`),
    ]);
    const asked = get(server.url, {
      request: { method: "GET", url: server.url, headers: { "x-auth-token": token } },
    });
    const error = await failureOf(exchange(asked, quick, undefined));
    expect(error.serviceMessage).toBe("bad [redacted]");
  });

  it("is told even where the logger itself fails", async () => {
    await using server = await startScriptedServer([answer(503, {}, "{}"), answer(200, {}, "good")]);
    const fail = (): never => {
      throw new Error("the logger is broken");
    };
    const logger = { debug: fail, info: fail, warn: fail, error: fail };
    const settings = createHttpSettings({ retry: { baseDelayMs: 1 }, logger });
    expect(await bodyOf(await exchangeWithRetry(get(server.url), settings, undefined))).toBe("good");
  });
});

describe("readAnswer", () => {
  it("[HTTP-2] refuses an answer that is too long, and one that is too slow", async () => {
    await using server = await startScriptedServer([
      answer(200, {}, "x".repeat(1000)),
      (socket) => void socket.write(`${head(200, { "content-length": "10" })}abc`),
    ]);
    const long = await exchange(get(server.url), quick, undefined);
    await expect(readAnswer(long, { maxBytes: 999, timeoutMs: 1000 })).rejects.toThrow(/longer than 999/);
    const slow = await exchange(get(server.url), quick, undefined);
    await expect(readAnswer(slow, { maxBytes: 999, timeoutMs: 50 })).rejects.toMatchObject({
      code: "TIMEOUT_BODY",
    });
  });
});

async function bodyOf(response: Awaited<ReturnType<typeof exchange>>): Promise<string> {
  return (await readAnswer(response, { maxBytes: 1e6, timeoutMs: 1000 })).toString();
}
