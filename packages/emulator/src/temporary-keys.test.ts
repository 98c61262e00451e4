import { signRequest } from "@cloudhaul/core-auth";
import { describe, expect, it } from "vitest";
import { emulatorForTest, json, type Received, receive, signed } from "./__fixtures__/client.ts";
import { bytesContent } from "./content.ts";
import type { Emulator, EmulatorOptions } from "./emulator.ts";

/** An emulator whose clock the test sets, and a file in it. */
async function start(options: EmulatorOptions = {}) {
  const clock = { now: new Date("2030-01-01T00:00:00Z") };
  const emulator = await emulatorForTest({ ...options, now: () => clock.now });
  const { fileId } = emulator.store.hss.addFile({ content: bytesContent(Buffer.from("a file")) });
  const path = `/v5/${emulator.projectId}/download/${fileId}`;
  const pass = (seconds: number): void => {
    clock.now = new Date(clock.now.getTime() + seconds * 1000);
  };
  return { emulator, path, clock, pass };
}

const post = (
  { url }: Emulator,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Received> => receive(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });

const keyPath = "/v3.0/OS-CREDENTIAL/securitytokens";
const byToken = (id: string, duration_seconds?: number) => ({
  auth: { identity: { methods: ["token"], token: { id, duration_seconds } } },
});
const byAgency = (role: Record<string, unknown>) => ({
  auth: { identity: { methods: ["assume_role"], assume_role: role } },
});

interface WrittenKey {
  readonly access: string;
  readonly secret: string;
  readonly securitytoken: string;
  readonly expires_at: string;
}

/** The status of a download that is signed with the key of an answer. */
async function use(answer: Received, { url }: Emulator, path: string, date: Date): Promise<number> {
  const { access, secret, securitytoken } = json(answer).credential as WrittenKey;
  const key = { accessKeyId: access, secretAccessKey: secret, securityToken: securitytoken };
  const headers = signRequest({ method: "GET", url: `${url}${path}`, headers: {} }, key, { date });
  return (await receive(`${url}${path}`, { headers })).status;
}

describe("temporary keys", () => {
  it("[EMU-30] are given for a token, and work until they expire or are revoked", async () => {
    const { emulator, path, clock, pass } = await start();
    const answer = await post(emulator, keyPath, byToken(emulator.token, 900));
    expect(answer.status).toBe(201);
    expect(json(answer).credential).toMatchObject({ expires_at: "2030-01-01T00:15:00.000000Z" });
    expect(await use(answer, emulator, path, clock.now)).toBe(200);
    pass(900);
    expect(await use(answer, emulator, path, clock.now)).toBe(401);
    const other = await post(emulator, keyPath, byToken(emulator.token));
    emulator.store.iam.revokeAccessKey((json(other).credential as WrittenKey).access);
    expect(await use(other, emulator, path, clock.now)).toBe(401);
  });

  it("[EMU-30] are given for the agency to a signed request or a token, and to nobody else", async () => {
    const { emulator, path, clock } = await start();
    const { name: agency_name, domainName: domain_name, domainId: domain_id } = emulator.state.agency;
    const ask = (role: Record<string, unknown>) => {
      const body = JSON.stringify(byAgency(role));
      return signed(emulator, keyPath, { method: "POST", body, date: clock.now });
    };
    const answer = await ask({ agency_name, domain_name });
    expect(await use(answer, emulator, path, clock.now)).toBe(200);
    const token = { "x-auth-token": emulator.token };
    const good = [
      await ask({ agency_name, domain_id }),
      await post(emulator, keyPath, byAgency({ agency_name, domain_id }), token),
    ];
    expect(good.map(({ status }) => status)).toEqual([201, 201]);
    const refused = [
      await post(emulator, keyPath, byAgency({ agency_name, domain_name })),
      await ask({ agency_name: "another", domain_name }),
      await ask({ agency_name, domain_name: "another" }),
      await ask({ agency_name, domain_name, duration_seconds: 60 }),
      await post(emulator, keyPath, byToken("no token")),
      await post(emulator, keyPath, { auth: { identity: { methods: ["password"] } } }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([401, 404, 404, 400, 401, 400]);
  });
});

describe("id tokens", () => {
  const ask = (emulator: Emulator, id: string, scope?: unknown, idp = emulator.state.identityProviderId) =>
    post(
      emulator,
      "/v3.0/OS-AUTH/id-token/tokens",
      { auth: { id_token: { id }, scope } },
      { "x-idp-id": idp },
    );

  it("[EMU-31] become tokens with the scope asked for, until they expire", async () => {
    const { emulator, pass } = await start();
    const { token } = emulator.store.iam.issueIdToken({ lifeSeconds: 60 });
    const scope = { project: { id: emulator.projectId } };
    const answer = await ask(emulator, token, scope);
    expect(answer.status).toBe(201);
    expect(json(answer).token).toMatchObject({ methods: ["mapped"], project: { id: emulator.projectId } });
    const issued = emulator.store.iam.tokens.get(String(answer.headers["x-subject-token"]));
    expect(issued?.projectId).toBe(emulator.projectId);
    pass(60);
    const expired = await ask(emulator, token);
    expect([expired.status, expired.bytes.toString()]).toEqual([401, expect.stringContaining("has expired")]);
  });

  it("[EMU-31] are refused when unknown, of another provider, or with a scope that is not the user's", async () => {
    const { emulator } = await start();
    const { token } = emulator.store.iam.issueIdToken();
    const answers = [
      await ask(emulator, `${token}x`),
      await ask(emulator, token, undefined, "another"),
      await ask(emulator, token, { project: { id: "another" } }),
      await ask(emulator, token, { domain: { id: "another" } }),
      await ask(emulator, token, { project: { id: emulator.projectId }, domain: { id: "d" } }),
      await ask(emulator, ""),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 404, 401, 401, 400, 400]);
  });
});

describe("metadata", () => {
  const tokenPath = "/meta-data/latest/api/token";
  const put = ({ url }: Emulator, headers: Record<string, string>) =>
    receive(`${url}${tokenPath}`, { method: "PUT", headers });
  const ttl = "x-metadata-token-ttl-seconds";
  const get = ({ url }: Emulator, token?: string) =>
    receive(`${url}/openstack/latest/securitykey`, {
      headers: token === undefined ? {} : { "x-metadata-token": token },
    });

  it("[EMU-32] gives a key for a token that has not ended", async () => {
    const { emulator, path, clock, pass } = await start({ keyLifeSeconds: 1000 });
    const token = (await put(emulator, { [ttl]: "60" })).bytes.toString();
    const answer = await get(emulator, token);
    expect(json(answer).credential).toMatchObject({ expires_at: "2030-01-01T00:16:40.000000Z" });
    expect(await use(answer, emulator, path, clock.now)).toBe(200);
    pass(60);
    const refused = [await get(emulator, token), await get(emulator), await get(emulator, "no token")];
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  it("[EMU-32] gives no token without a life of 1 to 21,600 s, nor to who forwards", async () => {
    const { emulator } = await start();
    const answers = await Promise.all(
      [
        {},
        { [ttl]: "0" },
        { [ttl]: "21601" },
        { [ttl]: "a" },
        { [ttl]: "60", "x-forwarded-for": "10.0.0.1" },
      ].map((headers) => put(emulator, headers as Record<string, string>)),
    );
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 403]);
  });

  it("[EMU-32] can be an old one without tokens, or of a server without an agency", async () => {
    const { emulator: old } = await start({ metadata: "old" });
    expect((await put(old, { [ttl]: "60" })).status).toBe(404);
    expect((await get(old)).status).toBe(200);
    const { emulator: bare } = await start({ metadata: "without-agency" });
    const token = (await put(bare, { [ttl]: "60" })).bytes.toString();
    const answer = await get(bare, token);
    expect([answer.status, answer.bytes.toString()]).toEqual([
      401,
      expect.stringContaining("Please configure Cloud Service Agency first"),
    ]);
  });
});

it("[EMU-33] gives a pod's key for the service account's token, until that expires", async () => {
  const { emulator, pass } = await start();
  const { token } = emulator.store.iam.issuePodToken({ lifeSeconds: 60 });
  const ask = (authorization: string, body: unknown = {}) =>
    post(emulator, "/v1/pod-identity/credentials", body, { authorization });
  const { accessKeyId } = json(await ask(token)).credentials as { accessKeyId: string };
  expect(emulator.store.iam.accessKeys.has(accessKeyId)).toBe(true);
  expect((await ask(token, { a: 1 })).status).toBe(400);
  expect((await ask("no token")).status).toBe(401);
  pass(60);
  expect((await ask(token)).status).toBe(401);
});

it("[EMU-34] wants the passcode and the user's id besides the password, where the user has one", async () => {
  const user = { name: "u", password: "p", domainName: "d", passcode: "123456" };
  const { emulator } = await start({ user });
  const password = { user: { name: "u", password: "p", domain: { name: "d" } } };
  const ask = (more: Record<string, unknown>) =>
    post(emulator, "/v3/auth/tokens", { auth: { identity: { methods: ["password"], password, ...more } } });
  const withCode = (id: string, passcode: string) => ({
    methods: ["password", "totp"],
    totp: { user: { id, passcode } },
  });
  const { userId } = emulator.state;
  const answers = [
    await ask(withCode(userId, "123456")),
    await ask({}),
    await ask(withCode(userId, "000000")),
    await ask(withCode("u", "123456")),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 401, 401, 401]);
});
