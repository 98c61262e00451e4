import type { HttpSettings } from "@cloudhaul/core-http";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Answer, SeenRequest } from "./__fixtures__/loopback.ts";
import { accessKey, clientSettings, failureOf, region, serve } from "./__fixtures__/scene.ts";
import { createProjectIdResolver, fromAccessKey, fromToken, verifyRequest } from "./index.ts";

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

describe("createProjectIdResolver", () => {
  const projects = (...ids: string[]): Answer => ({
    json: { projects: ids.map((id) => ({ id, name: region, enabled: true })) },
  });
  const credentials = fromAccessKey(accessKey);

  it("[AUTH-19] takes the option, then the credential's own, and asks nobody", async () => {
    const iam = await serve(() => projects("p9"));
    const own = fromAccessKey({ ...accessKey, projectId: "p2" });
    const common = { settings, region, iamEndpoint: iam.url };
    expect(await createProjectIdResolver({ ...common, credentials: own, projectId: "p1" })(undefined)).toBe(
      "p1",
    );
    expect(await createProjectIdResolver({ ...common, credentials: own })(undefined)).toBe("p2");
    expect(iam.seen).toHaveLength(0);
  });

  it("[AUTH-19] asks IAM by a signed request, once for all who wait", async () => {
    const iam = await serve((request) => (verdictOn(request).ok ? projects("p1") : refusal));
    const projectId = createProjectIdResolver({ settings, region, iamEndpoint: iam.url, credentials });
    expect(await Promise.all([projectId(undefined), projectId(undefined)])).toEqual(["p1", "p1"]);
    expect(await projectId(undefined)).toBe("p1");
    expect(iam.seen).toHaveLength(1);
    expect(iam.seen[0]).toMatchObject({ method: "GET", url: "/v3/projects?name=cn-north-4" });
  });

  it("[AUTH-19] asks the IAM that the credential belongs to, and no other", async () => {
    const own = await serve(() => projects("p1"));
    const other = await serve(() => projects("p2"));
    vi.stubEnv("HUAWEICLOUD_SDK_IAM_ENDPOINT", other.url);
    const kept = { ...(await credentials({ ...settings, region })), iamEndpoint: own.url };
    const projectId = createProjectIdResolver({ settings, region, credentials: async () => kept });
    expect(await projectId(undefined)).toBe("p1");
    expect(other.seen).toHaveLength(0);
  });

  it("[AUTH-19] asks IAM with a token where that is the credential", async () => {
    const iam = await serve(() => projects("p1"));
    const projectId = createProjectIdResolver({
      settings,
      region,
      iamEndpoint: iam.url,
      credentials: fromToken({ token: "TOKEN-0001" }),
    });
    expect(await projectId(undefined)).toBe("p1");
    expect(iam.seen[0]?.headers["x-auth-token"]).toBe("TOKEN-0001");
  });

  it.each([
    ["no project", []],
    ["2 projects", ["p1", "p2"]],
  ])("[AUTH-19] fails on %s, creates none, and asks anew the next time", async (words, ids) => {
    const iam = await serve((_, count) => (count === 1 ? projects(...ids) : projects("p1")));
    const projectId = createProjectIdResolver({ settings, region, iamEndpoint: iam.url, credentials });
    const failure = expect.objectContaining({
      code: "CONFIGURATION",
      option: "projectId",
      message: expect.stringContaining(words),
    });
    await expect(projectId(undefined)).rejects.toEqual(failure);
    expect(iam.seen.map(({ method }) => method)).toEqual(["GET"]);
    expect(await projectId(undefined)).toBe("p1");
  });

  it("[AUTH-19] fails without a region, and on an answer that is not IAM's", async () => {
    const iam = await serve(() => ({ json: { projects: [{ name: region }] } }));
    await expect(createProjectIdResolver({ settings, credentials })(undefined)).rejects.toMatchObject({
      option: "projectId",
    });
    const failure = {
      code: "AUTHENTICATION",
      host: iam.host,
      cause: { code: "RESPONSE_FORMAT", path: "projects.0.id" },
    };
    await expect(
      createProjectIdResolver({ settings, region, credentials, iamEndpoint: iam.url })(undefined),
    ).rejects.toMatchObject(failure);
  });

  it("[AUTH-21] tells of the credential that IAM refuses", async () => {
    const iam = await serve(() => ({ status: 401, json: { error: { code: 401, message: "no" } } }));
    const resolver = createProjectIdResolver({ settings, region, credentials, iamEndpoint: iam.url });
    expect(await failureOf(resolver(undefined))).toMatchObject({
      credentialKind: "access-key",
      host: iam.host,
    });
  });

  it("[AUTH-14] honours the caller's signal", async () => {
    const iam = await serve(() => projects("p1"));
    const resolver = createProjectIdResolver({ settings, region, credentials, iamEndpoint: iam.url });
    await expect(resolver(AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
    expect(iam.seen).toHaveLength(0);
  });
});
