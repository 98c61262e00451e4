import { expect, it } from "vitest";
import { emulatorForTest, json, receive, signed, withToken } from "./__fixtures__/client.ts";
import { bytesContent } from "./content.ts";
import type { Emulator } from "./emulator.ts";
import type { AccountOptions } from "./state.ts";

const content = bytesContent(Buffer.from("a file"));

/** The emulator as another account uses it. */
function accountOf(emulator: Emulator, options?: AccountOptions): Emulator {
  const account = emulator.addAccount(options);
  const { token } = account.store.iam.issueToken({ projectId: account.projectId });
  return { ...emulator, ...account, token };
}

function paths({ projectId, store }: Emulator): Record<string, string> {
  store.hss.addFile({ fileId: "same", content });
  store.iotda.addExportTask({ exportTaskId: "same", content });
  store.roma.addArchive({ instanceId: "same", archiveId: "same", content });
  store.metastudio.addResult({ taskId: "same", content });
  store.dds.addBackup({ instanceId: "same", backupId: "same", files: [{ name: "a", content }] });
  return {
    hss: `/v5/${projectId}/download/same`,
    iotda: `/v5/iot/${projectId}/export-tasks/same/file`,
    roma: `/v2/${projectId}/instances/same/assets/archives/same`,
    metastudio: `/v2/${projectId}/ies/result/same`,
    dds: `/v3/${projectId}/backups/download-file?instance_id=same&backup_id=same`,
  };
}

it.each([
  ["hss", "HSS.0011", "HSS.0013"],
  ["iotda", "IOTDA.014016", "IOTDA.000004"],
  ["roma", "ROMA.13000", "ROMA.1006"],
  ["metastudio", "MSS.10001004", "MSS.00010009"],
  ["dds", "DBS.200002", "DBS.200010"],
])("[EMU-40] an account does not see what another has in %s", async (service, unknown, wrongProject) => {
  const one = await emulatorForTest();
  const other = accountOf(one);
  const path = paths(one)[service] ?? "";
  const sameIds = path.replace(one.projectId, other.projectId);
  for (const ask of [signed, withToken]) {
    expect(json(await ask(other, sameIds)).error_code).toBe(unknown);
    expect(json(await ask(other, path)).error_code).toBe(wrongProject);
    expect(json(await ask(one, sameIds)).error_code).toBe(wrongProject);
  }
  expect((await withToken(one, path)).status).toBe(200);
  expect((await withToken(other, paths(other)[service] ?? "")).status).toBe(200);
});

it("[EMU-40] a token is good for its own account, for whichever way it was asked for", async () => {
  const one = await emulatorForTest();
  const other = accountOf(one);
  const { name, password, domainName } = other.user;
  const identity = {
    methods: ["password"],
    password: { user: { name, password, domain: { name: domainName } } },
  };
  const log = (scope: object) =>
    receive(`${one.url}/v3/auth/tokens`, {
      method: "POST",
      body: JSON.stringify({ auth: { identity, scope } }),
    });
  const answer = await log({ project: { name: one.region } });
  expect(json(answer).token).toMatchObject({ project: { id: other.projectId }, user: { name } });
  expect((await log({ project: { id: one.projectId } })).status).toBe(401);
  const token = String(answer.headers["x-subject-token"]);
  expect(other.store.iam.tokens.has(token) && !one.store.iam.tokens.has(token)).toBe(true);
  expect(json(await withToken({ ...one, token }, "/v3/projects")).projects).toMatchObject([
    { id: other.projectId },
  ]);
  expect(json(await signed(one, "/v3/projects")).projects).toMatchObject([{ id: one.projectId }]);
});

it("[EMU-40] a temporary key, an agency and a pod's token belong to one account", async () => {
  const one = await emulatorForTest();
  const other = accountOf(one);
  const ask = (path: string, body: string, headers: Record<string, string>) =>
    receive(`${one.url}${path}`, { method: "POST", body, headers });
  const auth = { identity: { methods: ["token"], token: { id: other.token } } };
  await ask("/v3.0/OS-CREDENTIAL/securitytokens", JSON.stringify({ auth }), {});
  const pod = other.store.iam.issuePodToken().token;
  await ask("/v1/pod-identity/credentials", "{}", { authorization: pod });
  expect([one.store.iam.accessKeys.size, other.store.iam.accessKeys.size]).toEqual([0, 2]);
  for (const accessKey of other.store.iam.accessKeys.values()) {
    expect((await signed({ ...one, accessKey }, paths(other).hss ?? "")).status).toBe(200);
    expect(json(await signed({ ...one, accessKey }, paths(one).hss ?? "")).error_code).toBe("HSS.0013");
  }
  const agency = { agency_name: one.state.agency.name, domain_id: one.state.domainId };
  const body = JSON.stringify({ auth: { identity: { methods: ["assume_role"], assume_role: agency } } });
  const path = "/v3.0/OS-CREDENTIAL/securitytokens";
  expect((await signed(other, path, { method: "POST", body })).status).toBe(404);
  expect((await signed(one, path, { method: "POST", body })).status).toBe(201);
});

it("[EMU-40] a link leads to the object of the account that made it", async () => {
  const one = await emulatorForTest();
  const other = accountOf(one);
  const text = async (link: string) => {
    const answer = await fetch(link);
    return [answer.status, await answer.text()];
  };
  one.store.obs.put("bucket", "key", bytesContent(Buffer.from("of one")));
  const link = other.store.obs.link("bucket", "key");
  expect((await text(link))[0]).toBe(404);
  other.store.obs.put("bucket", "key", bytesContent(Buffer.from("of the other")));
  expect(await text(link)).toEqual([200, "of the other"]);
  expect(await text(one.store.obs.link("bucket", "key"))).toEqual([200, "of one"]);
  const unknown = link.replace(/LINK\w+/, "LINK0");
  expect(await text(unknown)).toMatchObject([403, expect.stringContaining("InvalidAccessKeyId")]);
});

it("[EMU-40] an account is what it is told to be, and no two are the same", async () => {
  const emulator = await emulatorForTest();
  const accessKey = { accessKeyId: "OTHER", secretAccessKey: "secret", securityToken: "token" };
  const user = { name: "ann", password: "pass", domainName: "anns" };
  const account = accountOf(emulator, { projectId: "p2", accessKey, user });
  expect(account).toMatchObject({ projectId: "p2", accessKey, user });
  expect((await signed(account, "/v3/projects")).status).toBe(200);
  expect(() => emulator.addAccount({ projectId: "p2" })).toThrow(/same project id: p2/);
  expect(() => emulator.addAccount({ accessKey })).toThrow(/same access key id: OTHER/);
  expect(() => emulator.addAccount({ user })).toThrow(/same account name: anns/);
  expect(emulator.state.accounts).toHaveLength(2);
});
