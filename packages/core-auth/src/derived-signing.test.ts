import { describe, expect, it } from "vitest";
import { accessKey, region, serve } from "./__fixtures__/scene.ts";
import { createServiceClient, fromAccessKey, fromToken, type Signing, verifyRequest } from "./index.ts";

const regions = { [region]: "https://demo.cn-north-4.myhuaweicloud.com" };
const definition = { service: "demo", regions, errorKinds: {}, derived: { service: "demo-keys" } };
const operation = {
  name: "ShowThing",
  method: "GET",
  path: "/v1/{project_id}/thing",
  parameters: {},
  repeat: "safe",
  source: "https://docs.example/ShowThing",
} as const;
const loadSchema = async () => ({ safeParse: (data: unknown) => ({ success: true as const, data }) });
const credentials = fromAccessKey({ ...accessKey, projectId: "p1" });

/** What a request to this endpoint carries; no request leaves this machine. */
async function headersAt(
  endpoint: string | undefined,
  more: { readonly signing?: Signing; readonly credentials?: typeof credentials } = {},
): Promise<Readonly<Record<string, string>>> {
  const server = await serve(() => ({}));
  const client = createServiceClient(definition, {
    region,
    endpoint,
    credentials,
    proxy: false,
    retry: false,
    ...more,
  });
  const { send } = client.settings.transport;
  let sent: Readonly<Record<string, string>> = {};
  Object.assign(client.settings.transport, {
    send: (...[request, options]: Parameters<typeof send>) => {
      sent = request.headers;
      return send({ ...request, url: server.url }, options);
    },
  });
  await client.call(operation, {}, loadSchema);
  await client.close();
  return sent;
}

const derivedForm = /^V11-HMAC-SHA256 Credential=AKEXAMPLE\/\d{8}\/cn-north-4\/demo-keys, /;
const plainForm = /^SDK-HMAC-SHA256 Access=AKEXAMPLE, /;

describe("a service whose instances have hosts of their own", () => {
  it.each([
    ["the table's host", undefined, plainForm],
    ["the table's host, given as the endpoint", "https://demo.cn-north-4.myhuaweicloud.com/", plainForm],
    ["a new region's shared host", "demo.xx-new-101.myhuaweicloud.com", plainForm],
    ["a shared host of Europe", "demo.eu-west-101.myhuaweicloud.eu", plainForm],
    ["an instance's own host", "abc.st1.demo-app.cn-north-4.myhuaweicloud.com", derivedForm],
    ["an instance's own host in Europe", "abc.st1.demo-app.eu-west-101.myhuaweicloud.eu", derivedForm],
    ["another service's host", "demos.cn-north-4.myhuaweicloud.com", derivedForm],
    ["a host that only looks like one", "demo.cn-north-4.myhuaweicloud.com.example", derivedForm],
  ])("[AUTH-65] is asked at %s with the signature it wants", async (_, endpoint, form) => {
    expect((await headersAt(endpoint)).authorization).toMatch(form);
  });

  it("[AUTH-65] is asked as the option signing says", async () => {
    const own = "https://abc.st1.demo-app.cn-north-4.myhuaweicloud.com";
    expect((await headersAt(own, { signing: "plain" })).authorization).toMatch(plainForm);
    expect((await headersAt(undefined, { signing: "derived" })).authorization).toMatch(derivedForm);
  });

  it("[AUTH-65] gets a token without any signature", async () => {
    const token = fromToken({ token: "TOKEN-0001", projectId: "p1" });
    const headers = await headersAt("abc.example", { credentials: token });
    expect(headers).toMatchObject({ "x-auth-token": "TOKEN-0001" });
    expect(headers).not.toHaveProperty("authorization");
  });

  it("[AUTH-65] can verify the signature", async () => {
    const server = await serve(() => ({}));
    const client = createServiceClient(definition, {
      region,
      endpoint: server.url,
      credentials,
      proxy: false,
    });
    await client.call(operation, {}, loadSchema);
    await client.close();
    const [request] = server.seen;
    expect(request?.headers.authorization).toMatch(derivedForm);
    expect(request && verifyRequest(request, { accessKey: () => accessKey })).toMatchObject({ ok: true });
  });

  it("[AUTH-65] needs a region to derive for", () => {
    const endpoint = "https://abc.example";
    expect(() => createServiceClient(definition, { endpoint, credentials })).toThrow(
      expect.objectContaining({ code: "CONFIGURATION", option: "region" }),
    );
  });
});

describe("a service that knows no derived keys", () => {
  it("[AUTH-65] has no option signing", () => {
    const { derived: _, ...plain } = definition;
    const options = { region, credentials, signing: "derived" } as const;
    expect(() => createServiceClient(plain, options)).toThrow(expect.objectContaining({ option: "signing" }));
  });
});
