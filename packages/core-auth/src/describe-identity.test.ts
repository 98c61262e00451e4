import { createTransport } from "@cloudhaul/core-http";
import { describe, expect, it, vi } from "vitest";
import { tokenAnswer } from "./__fixtures__/loopback.ts";
import { accessKey, expectNoSecret, region, secrets, serve } from "./__fixtures__/scene.ts";
import {
  type CredentialProvider,
  type DescribeIdentityOptions,
  describeIdentity,
  fromAccessKey,
  fromEnvironment,
  fromPassword,
  fromToken,
  verifyRequest,
} from "./index.ts";

const proxy = false;
const longKey = { ...accessKey, accessKeyId: "HPUA0123456789ABZK4C" };
const service = { service: "hss", regions: { [region]: "https://hss.cn-north-4.myhuaweicloud.com" } };

describe("describeIdentity", () => {
  it("[AUTH-66] tells all of a temporary key, and of its id the ends", async () => {
    const expiresAt = new Date(Date.now() + 60_000);
    const temporary = { ...longKey, securityToken: secrets.securityToken, projectId: "p1", expiresAt };
    const identity = await describeIdentity({
      region,
      service,
      credentials: fromAccessKey(temporary),
      proxy,
    });
    expect(identity).toEqual({
      credentialKind: "access-key",
      source: "access key given in code",
      accessKeyId: "HPUA…ZK4C",
      projectId: "p1",
      region,
      endpoint: "https://hss.cn-north-4.myhuaweicloud.com",
      expiresAt,
    });
    expectNoSecret(identity);
  });

  it("[AUTH-66] finds the environment's key where nothing is given, and asks nobody without a region", async () => {
    vi.stubEnv("HUAWEICLOUD_SDK_AK", "AK-SHORT");
    vi.stubEnv("HUAWEICLOUD_SDK_SK", secrets.secretAccessKey);
    expect(await describeIdentity()).toEqual({
      credentialKind: "access-key",
      source: "environment",
      accessKeyId: "A…T",
      projectId: undefined,
      region: undefined,
      endpoint: "https://iam.myhuaweicloud.com",
      expiresAt: undefined,
    });
  });

  it("[AUTH-66] looks the project up in IAM, signed", async () => {
    const iam = await serve((request) =>
      verifyRequest(request, { accessKey: () => longKey }).ok
        ? { json: { projects: [{ id: "p-iam" }] } }
        : { status: 401 },
    );
    const identity = await describeIdentity({
      region,
      endpoint: iam.url,
      credentials: fromAccessKey(longKey),
      proxy,
    });
    expect(identity).toMatchObject({ projectId: "p-iam", endpoint: iam.url });
    expect(iam.seen.map(({ url }) => url)).toEqual(["/v3/projects?name=cn-north-4"]);
  });

  it("[AUTH-66] tells a token's expiry, and no key", async () => {
    const iam = await serve(() => tokenAnswer(secrets.token));
    const credentials = fromPassword({
      userName: "u",
      password: secrets.password,
      domainName: "d",
      iamEndpoint: iam.url,
    });
    const identity = await describeIdentity({ region, service, credentials, proxy });
    expect(identity).toMatchObject({
      credentialKind: "token",
      source: "password of the IAM user u",
      accessKeyId: undefined,
      projectId: "project-of-token",
      expiresAt: expect.any(Date),
    });
    expectNoSecret(identity);
  });

  it("[AUTH-66] takes the project of the options first", async () => {
    const credentials = fromToken({ token: secrets.token, projectId: "p1" });
    expect(await describeIdentity({ region, projectId: "p2", credentials, proxy })).toMatchObject({
      projectId: "p2",
    });
  });

  it("[AUTH-66] rejects where there is no credential, or IAM refuses it", async () => {
    await expect(describeIdentity({ region, credentials: fromEnvironment() })).rejects.toMatchObject({
      code: "AUTHENTICATION",
      credentialKind: "none",
    });
    const iam = await serve(({ headers }) => ({
      status: 401,
      json: { error: { message: JSON.stringify(headers) } },
    }));
    const key = fromAccessKey({ ...longKey, securityToken: secrets.securityToken });
    const failure = describeIdentity({ region, endpoint: iam.url, credentials: key, proxy, retry: false });
    await expect(failure).rejects.toMatchObject({ code: "AUTHENTICATION", host: iam.host });
    expectNoSecret(await failure.catch((error: unknown) => error));
  });

  it("[AUTH-66] closes its own transport, and leaves the caller's open", async () => {
    const transport = createTransport({ proxy: false });
    const closing = vi.spyOn(transport, "close");
    await describeIdentity({ projectId: "p1", credentials: fromAccessKey(longKey), transport });
    expect(closing).not.toHaveBeenCalled();
    await transport.close();
    let given: { close(): Promise<void> } | undefined;
    const credentials: CredentialProvider = async (context) => {
      given = context.transport;
      vi.spyOn(given, "close");
      throw new Error("no");
    };
    await expect(describeIdentity({ credentials, proxy })).rejects.toThrow("no");
    expect(given?.close).toHaveBeenCalledOnce();
  });

  it("[AUTH-66] ends with the caller's signal", async () => {
    const credentials = fromAccessKey(longKey);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(describeIdentity({ credentials, signal, proxy })).rejects.toThrow("enough");
  });

  it.each([
    [{ regoin: region }, "regoin"],
    [{ endpoint: "http://iam.example" }, "endpoint"],
    [{ region: "cn-north-44", service }, "region"],
    [null, "options"],
  ])("[AUTH-8] refuses %j", async (options, option) => {
    const attempt = describeIdentity(options as unknown as DescribeIdentityOptions);
    await expect(attempt).rejects.toMatchObject({ code: "CONFIGURATION", option });
  });
});
