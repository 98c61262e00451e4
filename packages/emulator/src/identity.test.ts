import { signRequest } from "@cloudhaul/core-auth";
import { describe, expect, it } from "vitest";
import { emulatorForTest, json, receive, signed, withToken } from "./__fixtures__/client.ts";
import { bytesContent } from "./content.ts";
import type { Emulator } from "./emulator.ts";

const content = bytesContent(Buffer.from("a file"));

function paths({ projectId, store }: Emulator): Record<string, string> {
  const { fileId } = store.hss.addFile({ content });
  const { exportTaskId } = store.iotda.addExportTask({ content });
  const { instanceId, archiveId } = store.roma.addArchive({ content });
  const { taskId } = store.metastudio.addResult({ content });
  const backup = store.dds.addBackup({ files: [{ name: "a", content }] });
  return {
    hss: `/v5/${projectId}/download/${fileId}`,
    iotda: `/v5/iot/${projectId}/export-tasks/${exportTaskId}/file`,
    roma: `/v2/${projectId}/instances/${instanceId}/assets/archives/${archiveId}`,
    metastudio: `/v2/${projectId}/ies/result/${taskId}`,
    dds: `/v3/${projectId}/backups/download-file?instance_id=${backup.instanceId}&backup_id=${backup.backupId}`,
  };
}

const refusals: Record<string, { unauthenticated: [number, string]; wrongProject: [number, string] }> = {
  hss: { unauthenticated: [401, "APIGW.0301"], wrongProject: [400, "HSS.0013"] },
  iotda: { unauthenticated: [401, "APIGW.0301"], wrongProject: [403, "IOTDA.000004"] },
  roma: { unauthenticated: [400, "ROMA.1002"], wrongProject: [403, "ROMA.1006"] },
  metastudio: { unauthenticated: [400, "MSS.00010008"], wrongProject: [400, "MSS.00010009"] },
  dds: { unauthenticated: [401, "APIGW.0301"], wrongProject: [400, "DBS.200010"] },
};

describe.each(Object.entries(refusals))("%s", (service, { unauthenticated, wrongProject }) => {
  it("[EMU-2] takes a right signature and a right token", async () => {
    const emulator = await emulatorForTest();
    const all = paths(emulator);
    expect((await signed(emulator, all[service] ?? "")).status).toBe(200);
    expect((await withToken(emulator, paths(emulator)[service] ?? "")).status).toBe(200);
  });

  it("[EMU-2] refuses a missing, wrong or stale proof in its own shape", async () => {
    const emulator = await emulatorForTest();
    const path = paths(emulator)[service] ?? "";
    const url = `${emulator.url}${path}`;
    const wrongKey = { ...emulator.accessKey, secretAccessKey: "another" };
    const unknownKey = { ...emulator.accessKey, accessKeyId: "UNKNOWN" };
    const request = { method: "GET", url, headers: {} };
    const long = 16 * 60_000;
    const answers = [
      await receive(url),
      await receive(url, { headers: { "x-auth-token": "no token" } }),
      await receive(url, { headers: signRequest(request, wrongKey, { date: new Date() }) }),
      await receive(url, { headers: signRequest(request, unknownKey, { date: new Date() }) }),
      await signed(emulator, path, { date: new Date(Date.now() - long) }),
      await signed(emulator, path, { date: new Date(Date.now() + long) }),
    ];
    for (const answer of answers) {
      expect([answer.status, json(answer).error_code]).toEqual(unauthenticated);
      expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f]{32}$/);
    }
    expect(answers.at(-1)?.bytes.toString()).toMatch(/signature expired, server time: \d{8}T\d{6}Z/);
    expect((await withToken(emulator, path)).status).toBe(200);
  });

  it("[EMU-2] refuses the project of another", async () => {
    const emulator = await emulatorForTest();
    const own = paths(emulator)[service] ?? "";
    const foreign = own.replace(emulator.projectId, "ffffffffffffffffffffffffffffffff");
    const domainToken = emulator.store.iam.issueToken({}).token;
    const answers = [
      await signed(emulator, foreign),
      await withToken(emulator, foreign),
      await signed(emulator, own, { headers: { "x-project-id": "ffffffffffffffffffffffffffffffff" } }),
      await withToken(emulator, own, { "x-auth-token": domainToken }),
    ];
    for (const answer of answers) expect([answer.status, json(answer).error_code]).toEqual(wrongProject);
  });
});

it("[EMU-2] checks the security token of a temporary key", async () => {
  const accessKey = {
    accessKeyId: "TEMPORARY",
    secretAccessKey: "secret",
    securityToken: "token-of-the-key",
  };
  const emulator = await emulatorForTest({ accessKey });
  const { hss = "" } = paths(emulator);
  expect((await signed(emulator, hss)).status).toBe(200);
  const { securityToken: _, ...permanent } = accessKey;
  const headers = signRequest({ method: "GET", url: `${emulator.url}${hss}`, headers: {} }, permanent, {
    date: new Date(),
  });
  expect((await receive(`${emulator.url}${hss}`, { headers })).status).toBe(401);
});

it("[EMU-2] refuses a request that was changed after it was signed", async () => {
  const emulator = await emulatorForTest();
  const { hss = "", dds = "" } = paths(emulator);
  const { fileId } = emulator.store.hss.addFile({ content });
  const sign = (path: string) =>
    signRequest(
      { method: "GET", url: `${emulator.url}${path}`, headers: { region: "a" } },
      emulator.accessKey,
      { date: new Date() },
    );
  const changedPath = hss.replace(/[^/]+$/, fileId);
  expect((await receive(`${emulator.url}${changedPath}`, { headers: sign(hss) })).status).toBe(401);
  expect((await receive(`${emulator.url}${dds}&x=1`, { headers: sign(dds) })).status).toBe(401);
  expect((await receive(`${emulator.url}${hss}`, { headers: { ...sign(hss), region: "b" } })).status).toBe(
    401,
  );
  // A GET with a body, as the vendor's own client for Node sends it: the body is signed.
  expect((await signed(emulator, hss, { body: "{}" })).status).toBe(200);
  expect((await receive(`${emulator.url}${hss}`, { headers: sign(hss), body: "{}" })).status).toBe(401);
});

it("[EMU-2] goes by the emulator's clock", async () => {
  const now = new Date("2030-01-01T00:00:00Z");
  const emulator = await emulatorForTest({ now: () => now });
  const { hss = "" } = paths(emulator);
  expect((await signed(emulator, hss)).status).toBe(401);
  const answer = await signed(emulator, hss, { date: now });
  expect([answer.status, answer.headers.date]).toEqual([200, "Tue, 01 Jan 2030 00:00:00 GMT"]);
});

function askToken(emulator: Emulator, change: { password?: string; scope?: unknown; query?: string } = {}) {
  const { name, password, domainName } = emulator.user;
  const user = { name, password: change.password ?? password, domain: { name: domainName } };
  const scope = change.scope ?? { project: { name: emulator.region } };
  const body = JSON.stringify({ auth: { identity: { methods: ["password"], password: { user } }, scope } });
  return receive(`${emulator.url}/v3/auth/tokens${change.query ?? ""}`, { method: "POST", body });
}

describe("IAM", () => {
  it("[EMU-3] gives a token for the right password, which works until it expires", async () => {
    let now = new Date("2030-01-01T00:00:00Z");
    const emulator = await emulatorForTest({ now: () => now, tokenLifeSeconds: 60 });
    const answer = await askToken(emulator, { query: "?nocatalog=true" });
    expect(answer.status).toBe(201);
    expect(json(answer).token).toMatchObject({
      expires_at: "2030-01-01T00:01:00.000000Z",
      project: { id: emulator.projectId, name: emulator.region },
    });
    expect(json(answer).token).not.toHaveProperty("catalog");
    const headers = { "x-auth-token": String(answer.headers["x-subject-token"]) };
    const { hss = "", metastudio = "" } = paths(emulator);
    expect((await withToken(emulator, hss, headers)).status).toBe(200);
    now = new Date("2030-01-01T00:01:00Z");
    expect(json(await withToken(emulator, hss, headers)).error_code).toBe("APIGW.0301");
    expect(json(await withToken(emulator, metastudio, headers)).error_code).toBe("MSS.00010008");
  });

  it("[EMU-3] scopes a token to a project by id, or to the domain, and refuses other projects", async () => {
    const emulator = await emulatorForTest();
    const byId = json(await askToken(emulator, { scope: { project: { id: emulator.projectId } } }));
    expect(byId.token).toMatchObject({ project: { id: emulator.projectId }, catalog: [] });
    const domain = json(await askToken(emulator, { scope: { domain: { name: "emulator-domain" } } }));
    expect(domain.token).toMatchObject({ domain: { name: "emulator-domain" } });
    expect((await askToken(emulator, { scope: { project: { name: "cn-east-3" } } })).status).toBe(401);
  });

  it("[EMU-3] refuses a wrong password and a body that it cannot read, in its own shape", async () => {
    const emulator = await emulatorForTest();
    const wrong = await askToken(emulator, { password: "wrong" });
    expect([wrong.status, json(wrong)]).toEqual([
      401,
      { error: { code: 401, message: "The username or password is wrong.", title: "Unauthorized" } },
    ]);
    const body = await receive(`${emulator.url}/v3/auth/tokens`, { method: "POST", body: "{" });
    expect([body.status, json(body).error]).toMatchObject([400, { code: 400 }]);
  });

  it("[EMU-3] lists the project of the region, and no other", async () => {
    const emulator = await emulatorForTest();
    const found = json(await signed(emulator, `/v3/projects?name=${emulator.region}`));
    expect(found.projects).toMatchObject([{ id: emulator.projectId, name: emulator.region }]);
    expect(json(await withToken(emulator, "/v3/projects?name=cn-east-3")).projects).toEqual([]);
    expect((await receive(`${emulator.url}/v3/projects`)).status).toBe(401);
  });

  it("[EMU-3] forgets a token that is revoked", async () => {
    const emulator = await emulatorForTest();
    emulator.store.iam.revokeToken(emulator.token);
    expect((await withToken(emulator, "/v3/projects")).status).toBe(401);
  });
});

it("[EMU-2] answers an unknown path as the gateway does", async () => {
  const emulator = await emulatorForTest();
  const answers = [
    await withToken(emulator, `/v5/${emulator.projectId}/nothing`),
    await receive(`${emulator.url}/v5/${emulator.projectId}/download/x`, { method: "HEAD" }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  expect(answers[0] && json(answers[0]).error_code).toBe("APIGW.0101");
  expect((await withToken(emulator, "/v5/%ff")).status).toBe(400);
});
