import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { accessKey, clientSettings, expectNoSecret, failureOf, secrets } from "./__fixtures__/scene.ts";
import {
  type CredentialContext,
  type CredentialProvider,
  defaultCredentials,
  fromAccessKey,
  fromEnvironment,
  fromToken,
} from "./index.ts";

const context = (more: Partial<CredentialContext> = {}): CredentialContext => ({
  ...clientSettings(),
  ...more,
});

describe("fromAccessKey and fromToken", () => {
  it("hand out what they were given, with where it came from", async () => {
    const key = { ...accessKey, securityToken: secrets.securityToken, projectId: "p1" };
    expect(await fromAccessKey(key)(context())).toEqual({
      ...key,
      kind: "access-key",
      source: "access key given in code",
    });
    expect(await fromToken({ token: secrets.token })(context())).toMatchObject({
      kind: "token",
      token: secrets.token,
    });
  });

  it.each<[string, () => unknown, string]>([
    ["no secret", () => fromAccessKey({ accessKeyId: "a" } as never), "secretAccessKey"],
    ["an empty id", () => fromAccessKey({ accessKeyId: "", secretAccessKey: "s" }), "accessKeyId"],
    ["a misspelt option", () => fromAccessKey({ ...accessKey, secret: "x" } as never), "secret"],
    ["an expiry in text", () => fromAccessKey({ ...accessKey, expiresAt: "2026" as never }), "expiresAt"],
    ["an expiry that is no date", () => fromToken({ token: "t", expiresAt: new Date("x") }), "expiresAt"],
    ["no token", () => fromToken({} as never), "token"],
  ])("[AUTH-8] refuse %s at once", (_, create, option) => {
    expect(create).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
  });

  it("[AUTH-15] have no other credential when theirs was rejected", async () => {
    for (const provider of [fromAccessKey(accessKey), fromToken({ token: secrets.token })]) {
      const rejected = await provider(context());
      const error = await failureOf(provider(context({ rejected })));
      expect(error).toMatchObject({
        credentialKind: rejected.kind,
        source: rejected.source,
        host: undefined,
      });
      expectNoSecret(error);
      await expect(provider(context())).resolves.toEqual(rejected);
    }
  });

  it("refuse a credential that has expired", async () => {
    const provider = fromToken({ token: secrets.token, expiresAt: new Date(Date.now() - 1) });
    expect((await failureOf(provider(context()))).message).toContain("expired at");
  });

  it("[AUTH-9] show no secret when printed", async () => {
    const providers = [
      fromAccessKey({ ...accessKey, securityToken: secrets.securityToken }),
      fromToken({ token: secrets.token }),
    ];
    for (const provider of providers) {
      expectNoSecret(provider);
      const credentials = await provider(context());
      expect(inspect({ credentials }, { depth: null })).toContain("[redacted]");
      expect(JSON.stringify(credentials)).toContain("[redacted]");
      for (const secret of Object.values(secrets))
        expect(inspect({ credentials }) + JSON.stringify(credentials)).not.toContain(secret);
    }
  });
});

describe("fromEnvironment and defaultCredentials", () => {
  const providers: [string, CredentialProvider][] = [
    ["fromEnvironment", fromEnvironment()],
    ["defaultCredentials", defaultCredentials()],
  ];

  it.each(providers)("[AUTH-10] %s reads the official names, each time anew", async (_, provider) => {
    vi.stubEnv("HUAWEICLOUD_SDK_AK", "AKEXAMPLE");
    vi.stubEnv("HUAWEICLOUD_SDK_SK", secrets.secretAccessKey);
    const first = await provider(context());
    expect(first).toMatchObject({
      ...accessKey,
      kind: "access-key",
      source: "environment",
      securityToken: undefined,
    });
    vi.stubEnv("HUAWEICLOUD_SDK_SECURITY_TOKEN", secrets.securityToken);
    vi.stubEnv("HUAWEICLOUD_SDK_PROJECT_ID", "p1");
    expect(await provider(context({ rejected: first }))).toMatchObject({
      securityToken: secrets.securityToken,
      projectId: "p1",
    });
    expect(await failureOf(provider(context({ rejected: await provider(context()) })))).toMatchObject({
      source: "environment",
    });
  });

  it.each(providers)("[AUTH-10] %s names the missing half of a pair", async (_, provider) => {
    vi.stubEnv("HUAWEICLOUD_SDK_SK", secrets.secretAccessKey);
    const error = await failureOf(provider(context()));
    expect(error.message).toContain("HUAWEICLOUD_SDK_AK is not set");
    expectNoSecret(error);
    vi.stubEnv("HUAWEICLOUD_SDK_AK", "AKEXAMPLE");
    vi.stubEnv("HUAWEICLOUD_SDK_SK", "");
    expect((await failureOf(provider(context()))).message).toContain("HUAWEICLOUD_SDK_SK is not set");
  });

  it("[AUTH-11] the chain lists what each place looked for", async () => {
    const error = await failureOf(defaultCredentials()(context()));
    expect(error).toMatchObject({ credentialKind: "none", source: "default chain" });
    expect(error.message).toContain("environment: HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK are not set");
  });
});
