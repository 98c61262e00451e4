import { inspect } from "node:util";
import { type Transport, TransportError } from "@cloudhaul/core-http";
import { describe, expect, it, vi } from "vitest";
import {
  accessKey,
  clientSettings,
  expectNoSecret,
  failureOf,
  secrets,
  serve,
} from "./__fixtures__/scene.ts";
import { temporaryFile } from "./__fixtures__/temporary-file.ts";
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

  it("[AUTH-10] names the missing half of an identity provider and its file", async () => {
    vi.stubEnv("HUAWEICLOUD_SDK_IDP_ID", "idp");
    const file = await failureOf(fromEnvironment()(context()));
    expect(file.message).toContain("HUAWEICLOUD_SDK_ID_TOKEN_FILE is not set");
    expect(file.credentialKind).toBe("id-token");
    vi.stubEnv("HUAWEICLOUD_SDK_IDP_ID", "");
    vi.stubEnv("HUAWEICLOUD_SDK_ID_TOKEN_FILE", "/token");
    expect((await failureOf(fromEnvironment()(context()))).message).toContain(
      "HUAWEICLOUD_SDK_IDP_ID is not set",
    );
  });

  it("[AUTH-42] an identity provider with its file comes before an access key, unless one of them is missing", async () => {
    vi.stubEnv("HUAWEICLOUD_SDK_AK", "AKEXAMPLE");
    vi.stubEnv("HUAWEICLOUD_SDK_SK", secrets.secretAccessKey);
    vi.stubEnv("HUAWEICLOUD_SDK_IDP_ID", "idp");
    expect(await fromEnvironment()(context())).toMatchObject(accessKey);
    vi.stubEnv("HUAWEICLOUD_SDK_ID_TOKEN_FILE", "/nowhere/token");
    const error = await failureOf(fromEnvironment()(context()));
    expect(error).toMatchObject({ credentialKind: "id-token" });
    expectNoSecret(error);
  });
});

/** A machine with nothing at the address of metadata, and what was asked there. */
function nowhere(): { readonly asked: string[]; readonly transport: Transport } {
  const asked: string[] = [];
  const transport: Transport = {
    async send({ url }) {
      asked.push(url);
      throw new TransportError("CONNECTION_REFUSED", "connect", "Nothing listens there.");
    },
    close: async () => undefined,
  };
  return { asked, transport };
}

describe("the chain", () => {
  const setKey = (): void => {
    vi.stubEnv("HUAWEICLOUD_SDK_AK", "AKEXAMPLE");
    vi.stubEnv("HUAWEICLOUD_SDK_SK", secrets.secretAccessKey);
  };

  it("[AUTH-11] lists what each place looked for", async () => {
    const { transport, asked } = nowhere();
    const error = await failureOf(defaultCredentials()(context({ transport })));
    expect(error).toMatchObject({ credentialKind: "none", source: "default chain" });
    expect(error.message).toMatch(
      /\n {2}environment: HUAWEICLOUD_SDK_AK and .*\n {2}profile: There is no file .*\n {2}metadata: No metadata service at 169\.254\.169\.254: .*\n {2}pod identity: HC_CONTAINER_CREDENTIALS_FULL_URI/,
    );
    expect(asked).toEqual(["http://169.254.169.254/meta-data/latest/api/token"]);
  });

  it("[AUTH-43] asks in the order of the official SDKs, and stops where something is", async () => {
    const { transport, asked } = nowhere();
    const file = await temporaryFile(`[basic]\nak = AKPROFILE\nsk = ${secrets.secretAccessKey}`);
    vi.stubEnv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", file);
    expect(await defaultCredentials()(context({ transport }))).toMatchObject({ accessKeyId: "AKPROFILE" });
    setKey();
    expect(await defaultCredentials()(context({ transport }))).toMatchObject(accessKey);
    expect(asked).toEqual([]);
  });

  it("[AUTH-43] stays with what it found, and searches anew when that holds nothing more", async () => {
    const { transport, asked } = nowhere();
    const server = await serve(() => ({
      json: {
        credentials: {
          ...{ accessKeyId: "AKPOD", secretAccessKey: "s", securityToken: "t" },
          expiration: "2099-01-01T00:00:00Z",
        },
      },
    }));
    const agent = clientSettings().transport;
    const both: Transport = {
      send: (request, options) =>
        (request.url.startsWith(server.url) ? agent : transport).send(request, options),
      close: async () => undefined,
    };
    vi.stubEnv("HC_CONTAINER_CREDENTIALS_FULL_URI", server.url);
    vi.stubEnv("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", await temporaryFile(secrets.token));
    const provider = defaultCredentials();
    for (let call = 0; call < 5; call += 1) {
      expect(await provider(context({ transport: both }))).toMatchObject({ accessKeyId: "AKPOD" });
    }
    expect(asked).toHaveLength(1);
    vi.stubEnv("HC_CONTAINER_CREDENTIALS_FULL_URI", undefined);
    vi.stubEnv("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", undefined);
    setKey();
    expect(await provider(context({ transport: both }))).toMatchObject(accessKey);
  });

  it("[AUTH-43] ends at a place that holds something wrong", async () => {
    const { transport, asked } = nowhere();
    vi.stubEnv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", await temporaryFile("ak = a"));
    await expect(defaultCredentials()(context({ transport }))).rejects.toMatchObject({
      code: "CONFIGURATION",
    });
    expect(asked).toEqual([]);
  });
});
