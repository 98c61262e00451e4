import { describe, expect, it } from "vitest";
import { type Answer, tokenAnswer } from "./__fixtures__/loopback.ts";
import { region, secrets, serve } from "./__fixtures__/scene.ts";
import { createServiceClient, fromPassword } from "./index.ts";

const operation = {
  name: "ShowThing",
  method: "GET",
  path: "/v1/{project_id}/thing",
  parameters: {},
  repeat: "safe",
  source: "https://docs.example/ShowThing",
} as const;

/** The codes of the two services that answer 400 to everything. */
const errorKinds = {
  "MSS.000000004": "unauthenticated",
  "MSS.00010008": "unauthenticated",
  "ROMA.1000": "unauthenticated",
  "ROMA.1002": "unauthenticated",
} as const;

const service = (status: number, error_code: string, error_msg = "no"): Answer => ({
  status,
  json: { error_code, error_msg },
});

const forms: [name: string, refusal: Answer][] = [
  [
    "the gateway's 0301",
    service(401, "APIGW.0301", "Incorrect IAM authentication information: decrypt token fail"),
  ],
  ["the gateway's 0301 by its old prefix", service(401, "APIG.0301")],
  ["the gateway's 0307", service(401, "APIGW.0307", "The token must be updated")],
  ["the gateway's 0307 with another status", service(403, "APIGW.0307", "The token must be updated")],
  ["IAM's own words", { status: 401, json: { error: { code: 401, message: "The token must be updated" } } }],
  ["a bare 401", { status: 401, text: "" }],
  ["MetaStudio's 400", service(400, "MSS.000000004")],
  ["MetaStudio's 400 for a bad token", service(400, "MSS.00010008")],
  ["ROMA's 400 for no token", service(400, "ROMA.1000")],
  ["ROMA's 400 for a bad token", service(400, "ROMA.1002")],
];

describe("a credential that a service rejects", () => {
  it.each(forms)("[AUTH-67] by %s is renewed once, and the download succeeds", async (_, refusal) => {
    const iam = await serve((_request, count) => tokenAnswer(`TOKEN-000${count}`));
    const file: Answer = { headers: { "content-type": "application/octet-stream" }, text: "a file" };
    const server = await serve(({ headers }) => (headers["x-auth-token"] === "TOKEN-0001" ? refusal : file));
    const user = { userName: "u", password: secrets.password, domainName: "d", iamEndpoint: iam.url };
    const credentials = fromPassword(user);
    const options = {
      region,
      endpoint: server.url,
      projectId: "p1",
      credentials,
      proxy: false,
      retry: false,
    } as const;
    const client = createServiceClient({ service: "demo", regions: {}, errorKinds }, options);
    const all = Array.from({ length: 8 }, () => client.download(operation, {}).toBytes({ maxBytes: 1000 }));
    for (const bytes of await Promise.all(all)) expect(bytes.toString()).toBe("a file");
    expect(iam.seen).toHaveLength(2);
    await client.close();
  });

  it.each(forms)("[AUTH-67] twice by %s is an AuthenticationError", async (_, refusal) => {
    const iam = await serve((_request, count) => tokenAnswer(`TOKEN-000${count}`));
    const server = await serve(() => refusal);
    const user = { userName: "u", password: secrets.password, domainName: "d", iamEndpoint: iam.url };
    const credentials = fromPassword(user);
    const options = {
      region,
      endpoint: server.url,
      projectId: "p1",
      credentials,
      proxy: false,
      retry: false,
    } as const;
    const client = createServiceClient({ service: "demo", regions: {}, errorKinds }, options);
    await expect(client.download(operation, {}).toBytes({ maxBytes: 1000 })).rejects.toMatchObject({
      name: "AuthenticationError",
      credentialKind: "token",
      source: "password of the IAM user u",
      host: server.host,
    });
    expect(server.seen).toHaveLength(2);
    await client.close();
  });
});
