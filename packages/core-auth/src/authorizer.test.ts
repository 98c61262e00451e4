import { inspect } from "node:util";
import { exchange, type HttpSettings, ServiceError } from "@cloudhaul/core-http";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Answer, type SeenRequest, tokenAnswer } from "./__fixtures__/loopback.ts";
import {
  accessKey,
  clientSettings,
  expectNoSecret,
  failureOf,
  region,
  secrets,
  serve,
} from "./__fixtures__/scene.ts";
import {
  type AuthorizerOptions,
  type CredentialProvider,
  type Credentials,
  createAuthorizer,
  fromAccessKey,
  fromPassword,
  fromToken,
  gatewayErrorKinds,
  verifyRequest,
} from "./index.ts";

const refusal: Answer = {
  status: 401,
  json: { error_code: "APIGW.0301", error_msg: "verify aksk signature fail" },
};

let settings: HttpSettings;
beforeEach(() => {
  settings = clientSettings();
});

const verdictOn = ({ method, url, headers, body }: SeenRequest) =>
  verifyRequest({ method, url, headers, body }, { accessKey: () => accessKey });

function ask(
  url: string,
  options: Partial<AuthorizerOptions> & { credentials: CredentialProvider },
  signal?: AbortSignal,
) {
  const authorizer = createAuthorizer({ settings, region, ...options });
  const request = {
    method: "GET",
    url: `${url}/v5/p1/files?x=1`,
    headers: { accept: "a/b", range: "bytes=0-", "instance-id": "i1" },
  };
  return exchange(
    { operation: "Ask", request, repeat: "safe", authorizer, errorKinds: gatewayErrorKinds },
    settings,
    signal,
  );
}

describe("createAuthorizer", () => {
  it("[AUTH-15] does not send a refused access key for each of many requests", async () => {
    const server = await serve(() => refusal);
    const authorizer = createAuthorizer({ settings, region, credentials: fromAccessKey(accessKey) });
    const request = { method: "GET", url: `${server.url}/v5`, headers: {} };
    const asked = {
      operation: "Ask",
      request,
      repeat: "safe",
      authorizer,
      errorKinds: gatewayErrorKinds,
    } as const;
    for (let count = 0; count < 10; count++) await failureOf(exchange(asked, settings, undefined));
    expect(server.seen).toHaveLength(1);
  });

  it("[AUTH-20] signs with an access key, naming the project", async () => {
    const server = await serve((request) => (verdictOn(request).ok ? {} : refusal));
    const response = await ask(server.url, {
      credentials: fromAccessKey(accessKey),
      projectId: async () => "p1",
    });
    await response.body.cancel();
    expect(server.seen[0]?.headers).toMatchObject({ "x-project-id": "p1", accept: "a/b", range: "bytes=0-" });
    expect(server.seen[0]?.headers.authorization).toContain(
      "SignedHeaders=host;instance-id;x-project-id;x-sdk-date,",
    );
  });

  it("[AUTH-20] signs with a derived key where told", async () => {
    const server = await serve((request) => (verdictOn(request).ok ? {} : refusal));
    const derived = { region, service: "iotdm" };
    const response = await ask(server.url, { credentials: fromAccessKey(accessKey), derived });
    await response.body.cancel();
    expect(server.seen[0]?.headers.authorization).toMatch(
      /^V11-HMAC-SHA256 Credential=AKEXAMPLE\/\d{8}\/cn-north-4\/iotdm,/,
    );
  });

  it("[AUTH-20] sends a token along, and neither signature nor project", async () => {
    const server = await serve(() => ({}));
    const projectId = vi.fn(async () => "p1");
    const response = await ask(server.url, { credentials: fromToken({ token: "TOKEN-0001" }), projectId });
    await response.body.cancel();
    expect(server.seen[0]?.headers).toMatchObject({ "x-auth-token": "TOKEN-0001" });
    expect(server.seen[0]?.headers).not.toHaveProperty("authorization");
    expect(server.seen[0]?.headers).not.toHaveProperty("x-project-id");
  });

  it("[AUTH-15] [AUTH-20] gets a new token for a refused one, and keeps to it", async () => {
    const iam = await serve((_, count) => tokenAnswer(`TOKEN-000${count}`));
    const updated: Answer = {
      status: 401,
      json: { error_code: "APIGW.0307", error_msg: "The token must be updated" },
    };
    const server = await serve(({ headers }) => (headers["x-auth-token"] === "TOKEN-0001" ? updated : {}));
    const user = { userName: "u", password: secrets.password, domainName: "d", iamEndpoint: iam.url };
    const credentials = fromPassword(user);
    for (let call = 0; call < 3; call++) await (await ask(server.url, { credentials })).body.cancel();
    expect(server.seen.map(({ headers }) => headers["x-auth-token"])).toEqual([
      "TOKEN-0001",
      ...Array(3).fill("TOKEN-0002"),
    ]);
    expect(iam.seen).toHaveLength(2);
  });

  it("goes on with the second of two credentials after the first was refused", async () => {
    const server = await serve(({ headers }) => (headers["x-auth-token"] === "TOKEN-0001" ? refusal : {}));
    const both: Credentials[] = ["TOKEN-0001", "TOKEN-0002"].map((token) => ({
      kind: "token",
      token,
      source: "test",
    }));
    const credentials: CredentialProvider = async ({ rejected }) =>
      (rejected ? both[1] : both[0]) as Credentials;
    const authorizer = createAuthorizer({ settings, region, credentials });
    const request = { method: "GET", url: server.url, headers: {} };
    const asked = {
      operation: "Ask",
      request,
      repeat: "safe",
      authorizer,
      errorKinds: gatewayErrorKinds,
    } as const;
    for (let call = 0; call < 2; call++) await (await exchange(asked, settings, undefined)).body.cancel();
    expect(server.seen.map(({ headers }) => headers["x-auth-token"])).toEqual([
      "TOKEN-0001",
      "TOKEN-0002",
      "TOKEN-0002",
    ]);
  });

  it("[AUTH-15] [AUTH-21] sends a refused access key no second time, and tells what to do", async () => {
    const server = await serve(() => refusal);
    const error = await failureOf(ask(server.url, { credentials: fromAccessKey(accessKey) }));
    expect(error).toMatchObject({
      credentialKind: "access-key",
      source: "access key given in code",
      host: server.host,
    });
    expect(error.message).toContain("clock is right within 15 minutes");
    expect(error.message).toContain("verify aksk signature fail");
    expect(error.cause).toBeInstanceOf(ServiceError);
    expect(server.seen).toHaveLength(1);
  });

  it("[AUTH-21] says so when the clock is the cause", async () => {
    const twentyMinutesAhead = new Date(Date.now() + 20 * 60_000).toUTCString();
    const server = await serve(() => ({ ...refusal, headers: { date: twentyMinutesAhead } }));
    const error = await failureOf(ask(server.url, { credentials: fromAccessKey(accessKey) }));
    expect(error.message).toContain("clock is 20 minutes behind the service's");
  });

  it("[AUTH-21] gives up when the fresh credential is refused too", async () => {
    const iam = await serve((_, count) => tokenAnswer(`TOKEN-000${count}`));
    const server = await serve(() => refusal);
    const user = { userName: "u", password: secrets.password, domainName: "d", iamEndpoint: iam.url };
    const error = await failureOf(ask(server.url, { credentials: fromPassword(user) }));
    expect(error).toMatchObject({
      credentialKind: "token",
      source: "password of the IAM user u",
      host: server.host,
    });
    expect(server.seen).toHaveLength(2);
  });

  it("[AUTH-21] gives up when a provider hands out the refused credential again", async () => {
    const server = await serve(() => refusal);
    const credentials: CredentialProvider = async () => ({
      kind: "token",
      token: "TOKEN-0001",
      source: "test",
    });
    expect(await failureOf(ask(server.url, { credentials }))).toMatchObject({
      source: "test",
      host: server.host,
    });
    expect(server.seen).toHaveLength(1);
  });

  it("[AUTH-21] tells of IAM when it is IAM that refuses the renewal", async () => {
    const iam = await serve((_, count) =>
      count === 1
        ? tokenAnswer("TOKEN-0001")
        : { status: 401, json: { error: { code: 401, message: "wrong" } } },
    );
    const server = await serve(() => refusal);
    const user = { userName: "u", password: secrets.password, domainName: "d", iamEndpoint: iam.url };
    expect(await failureOf(ask(server.url, { credentials: fromPassword(user) }))).toMatchObject({
      credentialKind: "password",
      host: iam.host,
    });
  });

  it("[AUTH-9] shows no secret in a refusal, even one that echoes what was sent", async () => {
    const server = await serve(({ headers }) => ({
      status: 401,
      json: { error_code: "APIGW.0301", error_msg: JSON.stringify(headers) },
    }));
    const error = await failureOf(ask(server.url, { credentials: fromToken({ token: secrets.token }) }));
    expectNoSecret(error);
    const signed = await failureOf(
      ask(server.url, { credentials: fromAccessKey({ ...accessKey, securityToken: secrets.securityToken }) }),
    );
    expectNoSecret(signed);
    expect(inspect(signed, { depth: null, showHidden: true })).not.toMatch(/Signature=[0-9a-f]{64}/);
  });

  it("[AUTH-14] rejects with the reason of an abort while credentials are awaited", async () => {
    const leaving = new AbortController();
    const credentials: CredentialProvider = ({ signal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        leaving.abort(new Error("enough"));
      });
    await expect(ask("http://127.0.0.1:1", { credentials }, leaving.signal)).rejects.toThrow("enough");
  });
});
