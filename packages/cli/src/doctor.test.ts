import { expect, it } from "vitest";
import { cloudhaul, jsonLines } from "./__fixtures__/cloudhaul.ts";
import { startServer } from "./__fixtures__/file-server.ts";
import { temporaryFolder } from "./__fixtures__/temporary-folder.ts";

const account = { HUAWEICLOUD_SDK_AK: "AKEXAMPLE00000000000", HUAWEICLOUD_SDK_SK: "SECRET-KEY-0123456789" };
/** Without any, the metadata of a cloud server would be looked for, which is not on this machine. */
const halfAccount = { HUAWEICLOUD_SDK_AK: account.HUAWEICLOUD_SDK_AK };

/** An endpoint whose clock is off by so much. */
async function endpoint(offMs = 0) {
  return startServer((_request, response) => {
    response.setHeader("date", new Date(Date.now() + offMs).toUTCString());
    response.statusCode = 404;
    response.end();
  });
}

async function checkUp(words: readonly string[], env: NodeJS.ProcessEnv) {
  const result = await cloudhaul(["doctor", "--json", "--project", "p-1", ...words], { env });
  const checks = jsonLines(result.stdout).map(({ name, status, detail }) => [name, { status, detail }]);
  return { ...result, checks: Object.fromEntries(checks) };
}

it("[CLI-18] finds nothing where all is well, and shows no secret", async () => {
  const { url } = await endpoint();
  const proxy = { https_proxy: "http://me:PROXY-PASSWORD@proxy.example:3128", no_proxy: "localhost" };
  const folder = await temporaryFolder();
  const words = ["--endpoint", url, "--region", "cn-north-4", "--output", folder];
  const { exitCode, checks, stdout, stderr } = await checkUp(words, { ...account, ...proxy });
  expect([exitCode, stderr]).toEqual([0, ""]);
  for (const name of ["node", "proxy", "region", "endpoint", "clock", "credential", "disk"])
    expect([name, checks[name]?.status]).toEqual([name, "ok"]);
  expect(checks.proxy.detail).toContain("http://proxy.example:3128, not for localhost");
  expect(checks.credential.detail).toBe("access-key AKEX…0000 from environment, project p-1");
  expect(checks.disk.detail).toContain(`${folder} has room for`);
  expect(stdout).not.toMatch(/PASSWORD|SECRET/);
});

it("[CLI-18] tells which services a region has, and the nearest region to one that is none", async () => {
  const { url } = await endpoint();
  const some = await checkUp(["--endpoint", url, "--region", "af-north-1"], account);
  expect(some.exitCode).toBe(0);
  expect(some.checks.region).toMatchObject({
    status: "warning",
    detail: expect.stringMatching(/^af-north-1 has .*DDS.*; of .*MetaStudio.* no address is known/),
  });
  const none = await checkUp(["--endpoint", url, "--region", "cn-north-44"], account);
  expect(none.exitCode).toBe(2);
  expect(none.checks.region).toMatchObject({
    status: "failure",
    detail: expect.stringContaining("The nearest known: cn-north-4"),
  });
});

it("[CLI-18] says how far the clock is off, and what to do", async () => {
  const { url } = await endpoint(-20 * 60_000);
  const { exitCode, checks } = await checkUp(["--endpoint", url], account);
  expect(exitCode).toBe(0);
  expect(checks.clock).toMatchObject({
    status: "warning",
    detail: expect.stringMatching(/^(19|20) min .*fast.*timedatectl/),
  });
});

it("[CLI-18] ends as the first failure would, and looks at the rest all the same", async () => {
  const { checks, exitCode } = await checkUp(
    ["--endpoint", "http://127.0.0.1:9", "--output", "/nonexistent/x"],
    halfAccount,
  );
  expect(exitCode).toBe(6);
  expect(checks.endpoint.status).toBe("failure");
  expect(checks.credential).toMatchObject({
    status: "failure",
    detail: expect.stringContaining("HUAWEICLOUD_SDK_SK"),
  });
  expect(checks.disk).toMatchObject({ status: "failure", detail: expect.stringContaining("does not exist") });
});

it("[CLI-18] a missing credential ends with 3, a missing folder with 8", async () => {
  const { url } = await endpoint();
  expect((await checkUp(["--endpoint", url], halfAccount)).exitCode).toBe(3);
  const words = ["--endpoint", url, "--output", "/nonexistent/x"];
  expect((await checkUp(words, account)).exitCode).toBe(8);
});
