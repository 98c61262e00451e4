import { writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { type Answer, tokenAnswer } from "./__fixtures__/loopback.ts";
import {
  accessKey,
  clientSettings,
  expectNoSecret,
  failureOf,
  region,
  secrets,
  serve,
} from "./__fixtures__/scene.ts";
import { temporaryFile } from "./__fixtures__/temporary-file.ts";
import {
  type CredentialContext,
  type FromAgencyOptions,
  type FromIdTokenOptions,
  fromAccessKey,
  fromAgency,
  fromIdToken,
  fromPodIdentity,
  fromToken,
  verifyRequest,
} from "./index.ts";

const context = (more: Partial<CredentialContext> = {}): CredentialContext => ({
  ...clientSettings(),
  region,
  ...more,
});

const inAnHour = (): string => new Date(Date.now() + 3600_000).toISOString();
const key = {
  accessKeyId: "AKTEMPORARY",
  secretAccessKey: secrets.secretAccessKey,
  securityToken: secrets.securityToken,
};
const keyAnswer = (): Answer => ({
  status: 201,
  json: {
    credential: {
      access: key.accessKeyId,
      secret: key.secretAccessKey,
      securitytoken: key.securityToken,
      expires_at: inAnHour(),
    },
  },
});
const refusal = (status: number, message: string): Answer => ({
  status,
  json: { error: { code: status, message, title: "refused" } },
});
const echo = ({ body, headers }: { body: Buffer; headers: Record<string, string> }): Answer =>
  refusal(401, `No: ${String(body)} ${JSON.stringify(headers)}`);

describe("fromAgency", () => {
  const agency = { agencyName: "backup", domainName: "other" };
  const provider = (iamEndpoint: string, more: Partial<FromAgencyOptions> = {}) =>
    fromAgency({ credentials: fromAccessKey(accessKey), ...agency, iamEndpoint, ...more });

  it("[AUTH-35] asks by a signed request, and keeps the key", async () => {
    const server = await serve(keyAnswer);
    const credentials = provider(server.url, { projectId: "p1", durationSeconds: 900 });
    const asked = context();
    const found = await credentials(asked);
    expect(found).toMatchObject({
      ...key,
      kind: "access-key",
      projectId: "p1",
      source: "agency backup of other",
    });
    expect(await credentials(asked)).toBe(found);
    const [request] = server.seen;
    expect(request).toMatchObject({ method: "POST", url: "/v3.0/OS-CREDENTIAL/securitytokens" });
    expect(JSON.parse(String(request?.body))).toEqual({
      auth: {
        identity: {
          methods: ["assume_role"],
          assume_role: { agency_name: "backup", domain_name: "other", duration_seconds: 900 },
        },
      },
    });
    const url = `${server.url}${request?.url}`;
    const sent = { method: "POST", url, headers: request?.headers ?? {}, body: request?.body };
    expect(verifyRequest(sent, { accessKey: () => accessKey })).toMatchObject({ ok: true });
    expect(server.seen).toHaveLength(1);
  });

  it("[AUTH-35] asks with a token, and by the id of the account", async () => {
    const server = await serve(keyAnswer);
    const credentials = fromToken({ token: secrets.token });
    await fromAgency({ credentials, agencyName: "backup", domainId: "d1", iamEndpoint: server.url })(
      context(),
    );
    expect(server.seen[0]?.headers).toMatchObject({ "x-auth-token": secrets.token });
    const { auth } = JSON.parse(String(server.seen[0]?.body));
    expect(auth.identity.assume_role).toEqual({
      agency_name: "backup",
      domain_id: "d1",
      duration_seconds: 3600,
    });
  });

  it.each<[string, object, string]>([
    ["no account", { domainName: undefined }, "domainName"],
    ["two accounts", { domainId: "d1" }, "domainName"],
    ["nobody who asks", { credentials: undefined }, "credentials"],
    ["too short a time", { durationSeconds: 899 }, "durationSeconds"],
    ["too long a time", { durationSeconds: 86_401 }, "durationSeconds"],
    ["IAM over http", { iamEndpoint: "http://iam.example" }, "iamEndpoint"],
  ])("[AUTH-8] refuses %s at once", (_, options, option) => {
    const all = { credentials: fromAccessKey(accessKey), ...agency, ...options };
    expect(() => fromAgency(all)).toThrow(expect.objectContaining({ code: "CONFIGURATION", option }));
  });

  it("[AUTH-35] [AUTH-9] says which agency was refused, and which key", async () => {
    const missing = await serve(() => refusal(404, "Could not find agency"));
    const error = await failureOf(provider(missing.url)(context()));
    expect(error).toMatchObject({
      credentialKind: "agency",
      source: "agency backup of other",
      host: missing.host,
    });
    expect(error.message).toContain("Check agencyName");
    const server = await serve(echo);
    const refused = await failureOf(provider(server.url)(context()));
    expect(refused).toMatchObject({ credentialKind: "access-key", host: server.host });
    for (const one of [error, refused, provider(server.url)]) expectNoSecret(one);
    expect(server.seen).toHaveLength(1);
  });

  it("[AUTH-9] takes a senseless expiry for no answer", async () => {
    const json = {
      credential: { access: "a", secret: secrets.secretAccessKey, securitytoken: "t", expires_at: "soon" },
    };
    const server = await serve(() => ({ json }));
    const error = await failureOf(provider(server.url)(context()));
    expect(error.cause).toMatchObject({ code: "RESPONSE_FORMAT", path: "credential.expires_at" });
    expectNoSecret(error);
  });
});

describe("fromIdToken", () => {
  const idToken = secrets.password;
  const provider = async (iamEndpoint: string, more: Partial<FromIdTokenOptions> = {}) =>
    fromIdToken({
      identityProviderId: "idp",
      idTokenFile: await temporaryFile(`${idToken}\n`),
      iamEndpoint,
      ...more,
    });
  const iam = ({ url }: { url: string }): Answer =>
    url.includes("OS-AUTH") ? tokenAnswer(secrets.token) : keyAnswer();

  it("[AUTH-36] gets a token for the id token, and for that a key", async () => {
    const server = await serve(iam);
    const credentials = await provider(server.url, { projectId: "p1" });
    const found = await credentials(context());
    expect(found).toMatchObject({ ...key, projectId: "p1", source: "id token of the identity provider idp" });
    expect(server.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST /v3.0/OS-AUTH/id-token/tokens",
      "POST /v3.0/OS-CREDENTIAL/securitytokens",
    ]);
    expect(server.seen[0]?.headers["x-idp-id"]).toBe("idp");
    expect(server.seen[1]?.headers["x-auth-token"]).toBe(secrets.token);
    expect(server.seen.map(({ body }) => JSON.parse(String(body)))).toEqual([
      { auth: { id_token: { id: idToken }, scope: { project: { id: "p1" } } } },
      { auth: { identity: { methods: ["token"], token: { id: secrets.token, duration_seconds: 21_600 } } } },
    ]);
  });

  it("[AUTH-36] reads the file anew for each renewal", async () => {
    const server = await serve(iam);
    const idTokenFile = await temporaryFile("first");
    const credentials = await provider(server.url, { idTokenFile, domainId: "d1" });
    const rejected = await credentials(context());
    await writeFile(idTokenFile, "second");
    await failureOf(credentials(context({ rejected })));
    const sent = server.seen
      .filter(({ url }) => url.includes("OS-AUTH"))
      .map(({ body }) => JSON.parse(String(body)).auth);
    expect(sent).toEqual(
      ["first", "second"].map((id) => ({ id_token: { id }, scope: { domain: { id: "d1" } } })),
    );
  });

  it("[AUTH-36] [AUTH-9] says what is wrong with the id token or its file", async () => {
    const expired = await serve((request) => (request.url.includes("OS-AUTH") ? echo(request) : keyAnswer()));
    const late = await serve((request) =>
      request.url.includes("OS-AUTH") ? tokenAnswer(secrets.token) : echo(request),
    );
    const failures = await Promise.all([
      failureOf((await provider(expired.url))(context())),
      failureOf((await provider(late.url))(context())),
      failureOf((await provider(late.url, { idTokenFile: "/nowhere/token" }))(context())),
      failureOf((await provider(late.url, { idTokenFile: await temporaryFile(" \n") }))(context())),
    ]);
    for (const [index, said] of ["has not expired", "has not expired", "ENOENT", "is empty"].entries()) {
      expect(failures[index]?.message).toContain(said);
      expect(failures[index]?.credentialKind).toBe("id-token");
      expectNoSecret(failures[index]);
    }
  });

  it("[AUTH-8] refuses two scopes at once", () => {
    const options = { identityProviderId: "idp", idTokenFile: "f", projectId: "p", domainId: "d" };
    expect(() => fromIdToken(options)).toThrow(expect.objectContaining({ option: "domainId" }));
  });
});

describe("fromPodIdentity", () => {
  const podAnswer = (): Answer => ({ json: { credentials: { ...key, expiration: inAnHour() } } });
  const stub = async (uri: string, token: string | undefined = secrets.token): Promise<void> => {
    vi.stubEnv("HC_CONTAINER_CREDENTIALS_FULL_URI", uri);
    vi.stubEnv("HC_CONTAINER_AUTHORIZATION_TOKEN_FILE", await temporaryFile(token));
  };

  it("[AUTH-39] asks the cluster's agent with the service account's token", async () => {
    const server = await serve(podAnswer);
    await stub(`${server.url}/v1/credentials?pod=1`);
    const credentials = fromPodIdentity();
    const asked = context();
    const found = await credentials(asked);
    expect(found).toMatchObject({ ...key, kind: "access-key", source: "pod identity" });
    expect(await credentials(asked)).toBe(found);
    expect(server.seen).toHaveLength(1);
    const [request] = server.seen;
    expect(request).toMatchObject({ method: "POST", url: "/v1/credentials?pod=1" });
    expect(request?.headers).toMatchObject({
      authorization: secrets.token,
      "content-type": "application/json",
    });
    expect(String(request?.body)).toBe("{}");
  });

  it("[AUTH-39] [AUTH-9] says what is missing, wrong or refused", async () => {
    const server = await serve(echo);
    expect(await failureOf(fromPodIdentity()(context()))).toMatchObject({ credentialKind: "none" });
    await stub(`${server.url}/v1`);
    const refused = await failureOf(fromPodIdentity()(context()));
    expect(refused).toMatchObject({ credentialKind: "pod-identity", host: server.host });
    expect(refused.message).toContain("service account");
    expectNoSecret(refused);
    await stub(`${server.url}/v1`, "");
    expect((await failureOf(fromPodIdentity()(context()))).message).toContain("is empty");
    vi.stubEnv("HC_CONTAINER_CREDENTIALS_FULL_URI", "ftp://agent/");
    await expect(fromPodIdentity()(context())).rejects.toMatchObject({ code: "CONFIGURATION" });
    vi.stubEnv("HC_CONTAINER_CREDENTIALS_FULL_URI", "");
    const half = await failureOf(fromPodIdentity()(context()));
    expect(half.message).toContain("HC_CONTAINER_CREDENTIALS_FULL_URI is not set");
  });
});
