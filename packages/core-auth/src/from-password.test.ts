import { ConfigurationError, ServiceError } from "@cloudhaul/core-http";
import { describe, expect, it } from "vitest";
import { type Answer, signalFlag, tokenAnswer } from "./__fixtures__/loopback.ts";
import { clientSettings, expectNoSecret, failureOf, secrets, serve } from "./__fixtures__/scene.ts";
import {
  type CredentialContext,
  type CredentialProvider,
  type FromPasswordOptions,
  fromPassword,
} from "./index.ts";

const context = (more: Partial<CredentialContext> = {}): CredentialContext => ({
  ...clientSettings(),
  ...more,
});

describe("fromPassword", () => {
  const user = { userName: "exporter", password: secrets.password, domainName: "acme" };
  const provider = (iamEndpoint: string, more: Partial<FromPasswordOptions> = {}): CredentialProvider =>
    fromPassword({ ...user, iamEndpoint, ...more });

  it("[AUTH-12] asks IAM as documented and reads the token from its header", async () => {
    const server = await serve(() => tokenAnswer(secrets.token));
    const credentials = await provider(server.url)(context({ region: "cn-north-4" }));
    expect(credentials).toMatchObject({ kind: "token", token: secrets.token, projectId: "project-of-token" });
    const [request] = server.seen;
    expect(request).toMatchObject({ method: "POST", url: "/v3/auth/tokens?nocatalog=true" });
    expect(request?.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(String(request?.body))).toEqual({
      auth: {
        identity: {
          methods: ["password"],
          password: { user: { name: "exporter", password: secrets.password, domain: { name: "acme" } } },
        },
        scope: { project: { name: "cn-north-4" } },
      },
    });
  });

  it.each<[Partial<FromPasswordOptions>, unknown]>([
    [{ projectId: "p1" }, { project: { id: "p1" } }],
    [{ projectName: "cn-north-4_sub" }, { project: { name: "cn-north-4_sub" } }],
    [{ scope: "domain" }, { domain: { name: "acme" } }],
  ])("[AUTH-12] asks for the scope %j", async (options, scope) => {
    const server = await serve(() => tokenAnswer(secrets.token));
    await provider(server.url, options)(context({ region: "cn-north-4" }));
    expect(JSON.parse(String(server.seen[0]?.body)).auth.scope).toEqual(scope);
  });

  it.each<[string, object, string]>([
    ["no password", { password: undefined }, "password"],
    ["two projects", { projectId: "a", projectName: "b" }, "projectName"],
    ["a project for the whole account", { scope: "domain", projectId: "a" }, "scope"],
    ["an unknown scope", { scope: "system" }, "scope"],
    ["a passcode in text", { totp: { userId: "u1", passcode: "123456" } }, "totp.passcode"],
    ["a passcode without a user", { totp: { passcode: () => "123456" } }, "totp.userId"],
    ["an IAM endpoint over http", { iamEndpoint: "http://iam.example" }, "iamEndpoint"],
  ])("[AUTH-8] refuses %s at once", (_, options, option) => {
    expect(() => fromPassword({ ...user, ...options })).toThrow(
      expect.objectContaining({ code: "CONFIGURATION", option }),
    );
  });

  it("[AUTH-8] cannot do without a project or a region", async () => {
    const server = await serve(() => tokenAnswer(secrets.token));
    await expect(provider(server.url)(context())).rejects.toBeInstanceOf(ConfigurationError);
    expect(server.seen).toHaveLength(0);
  });

  it("[AUTH-13] asks once for all who wait, and keeps the token", async () => {
    const server = await serve(() => tokenAnswer(secrets.token));
    const credentials = provider(server.url);
    const asked = context({ region: "cn-north-4" });
    const all = await Promise.all(Array.from({ length: 20 }, () => credentials(asked)));
    expect(new Set(all).size).toBe(1);
    await credentials(asked);
    expect(server.seen).toHaveLength(1);
    await credentials({ ...asked, region: "cn-east-3" });
    expect(server.seen).toHaveLength(2);
  });

  it("[AUTH-34] sends a passcode of now along, for each token anew", async () => {
    const server = await serve((_, count) => tokenAnswer(`${secrets.token}-${count}`));
    const passcodes = ["123456", "654321"];
    const totp = { userId: "u1", passcode: async () => passcodes.shift() ?? "none" };
    const credentials = provider(server.url, { totp });
    const rejected = await credentials(context({ region: "cn-north-4" }));
    await credentials(context({ region: "cn-north-4", rejected }));
    const sent = server.seen.map(({ body }) => JSON.parse(String(body)).auth.identity);
    expect(sent.map(({ methods }) => methods)).toEqual([
      ["password", "totp"],
      ["password", "totp"],
    ]);
    expect(sent.map((identity) => identity.totp.user)).toEqual([
      { id: "u1", passcode: "123456" },
      { id: "u1", passcode: "654321" },
    ]);
  });

  it("[AUTH-34] [AUTH-9] says to check the passcode, and does not show it", async () => {
    const server = await serve(({ body }) => ({ status: 401, json: { error: { message: String(body) } } }));
    const totp = { userId: "u1", passcode: () => "918273" };
    const error = await failureOf(provider(server.url, { totp })(context({ region: "cn-north-4" })));
    expect(error.message).toContain("Check totp too");
    expect(error.message).not.toContain("918273");
    expectNoSecret(error);
    const failing = { userId: "u1", passcode: () => Promise.reject(new Error("the device is away")) };
    const away = await failureOf(provider(server.url, { totp: failing })(context({ region: "cn-north-4" })));
    expect(away.message).toContain("the device is away");
  });

  it("[AUTH-14] goes on for the others when one gives up", async () => {
    const mayAnswer = signalFlag();
    const asked = signalFlag();
    const server = await serve(async () => {
      asked.raise();
      await mayAnswer.raised;
      return tokenAnswer(secrets.token);
    });
    const credentials = provider(server.url);
    const leaving = new AbortController();
    const settings = context({ region: "cn-north-4" });
    const first = credentials({ ...settings, signal: leaving.signal });
    const second = credentials(settings);
    await asked.raised;
    const reason = new Error("enough");
    leaving.abort(reason);
    await expect(first).rejects.toBe(reason);
    mayAnswer.raise();
    await expect(second).resolves.toMatchObject({ token: secrets.token });
    expect(server.seen).toHaveLength(1);
  });

  it("[AUTH-14] ends the renewal when nobody waits any more, and begins anew for the next", async () => {
    const asked = signalFlag();
    const server = await serve((_, count) => {
      if (count > 1) return tokenAnswer(secrets.token);
      asked.raise();
      return new Promise<Answer>(() => {});
    });
    const credentials = provider(server.url);
    const leaving = new AbortController();
    const settings = context({ region: "cn-north-4" });
    const first = credentials({ ...settings, signal: leaving.signal });
    await asked.raised;
    leaving.abort();
    await expect(first).rejects.toMatchObject({ name: "AbortError" });
    await expect(credentials(settings)).resolves.toMatchObject({ token: secrets.token });
    await expect(credentials({ ...settings, signal: leaving.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  it("[AUTH-15] throws a rejected token away, once for all who report it", async () => {
    const server = await serve((_, count) => tokenAnswer(`${secrets.token}-${count}`));
    const credentials = provider(server.url);
    const asked = context({ region: "cn-north-4" });
    const rejected = await credentials(asked);
    const fresh = await Promise.all(Array.from({ length: 5 }, () => credentials({ ...asked, rejected })));
    expect(new Set(fresh.map((one) => one.kind === "token" && one.token))).toEqual(
      new Set([`${secrets.token}-2`]),
    );
    expect(await credentials({ ...asked, rejected })).toBe(fresh[0]);
    expect(server.seen).toHaveLength(2);
  });

  it("[AUTH-15] fails when IAM gives the rejected token again", async () => {
    const server = await serve(() => tokenAnswer(secrets.token));
    const credentials = provider(server.url);
    const asked = context({ region: "cn-north-4" });
    const rejected = await credentials(asked);
    expectNoSecret(await failureOf(credentials({ ...asked, rejected })));
  });

  it("[AUTH-9] [AUTH-21] tells who was refused where, and no secret, even when IAM echoes them", async () => {
    const server = await serve(({ body }) => ({
      status: 401,
      json: {
        error: {
          code: 401,
          message: `The username or password is wrong: ${String(body)}`,
          title: "Unauthorized",
        },
      },
    }));
    const credentials = provider(server.url);
    const error = await failureOf(credentials(context({ region: "cn-north-4" })));
    expect(error).toMatchObject({
      credentialKind: "password",
      source: "password of the IAM user exporter",
      host: server.host,
    });
    expect(error.message).toContain("Check userName");
    expect(error.cause).toBeInstanceOf(ServiceError);
    expectNoSecret(error);
    expectNoSecret(credentials);
    expect(server.seen).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ["no token", { status: 201, json: { token: { expires_at: "2030-01-01T00:00:00.000000Z" } } }],
    ["no expiry", { status: 201, headers: { "x-subject-token": secrets.token }, json: { token: {} } }],
    [
      "a senseless expiry",
      { status: 201, headers: { "x-subject-token": secrets.token }, json: { token: { expires_at: "soon" } } },
    ],
    ["no JSON", { status: 201, headers: { "x-subject-token": secrets.token }, text: `{"${secrets.token}` }],
  ])("[AUTH-9] takes an answer with %s for no answer", async (_, answer) => {
    const server = await serve(() => answer);
    const error = await failureOf(provider(server.url)(context({ region: "cn-north-4" })));
    expect(error.cause).toMatchObject({ code: "RESPONSE_FORMAT" });
    expectNoSecret(error);
  });

  it("tries again when IAM is overloaded, and wraps what remains", async () => {
    const server = await serve((_, count) => (count < 3 ? { status: 503 } : tokenAnswer(secrets.token)));
    await expect(provider(server.url)(context({ region: "cn-north-4" }))).resolves.toMatchObject({
      token: secrets.token,
    });
    const nothingListens = "http://127.0.0.1:9";
    const error = await failureOf(provider(nothingListens)(context({ region: "cn-north-4" })));
    expect(error.cause).toMatchObject({ code: "CONNECTION_REFUSED" });
    expect(error.message).toContain("Check the network");
  });
});
