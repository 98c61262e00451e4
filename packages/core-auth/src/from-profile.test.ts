import { writeFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { tokenAnswer } from "./__fixtures__/loopback.ts";
import {
  accessKey,
  clientSettings,
  expectNoSecret,
  failureOf,
  secrets,
  serve,
} from "./__fixtures__/scene.ts";
import { temporaryFile } from "./__fixtures__/temporary-file.ts";
import { type CredentialContext, fromProfile } from "./index.ts";

const context = (more: Partial<CredentialContext> = {}): CredentialContext => ({
  ...clientSettings(),
  ...more,
});
const { secretAccessKey, securityToken } = secrets;

const profiles = `# accounts
[basic]
ak = AKEXAMPLE
sk=${secretAccessKey}
project_id = p1

; for global services
[global]
AK = AKGLOBAL
sk = ${secretAccessKey}

[work]
ak = AKWORK
sk = ${secretAccessKey}
security_token = ${securityToken}
colour = blue
[half]
ak = AKHALF
[empty]
`;

describe("fromProfile", () => {
  it("[AUTH-40] reads [basic], else [global], or the profile that is named", async () => {
    const file = await temporaryFile(profiles);
    vi.stubEnv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", file);
    expect(await fromProfile()(context())).toMatchObject({
      ...accessKey,
      kind: "access-key",
      projectId: "p1",
      source: `profile basic of ${file}`,
    });
    expect(await fromProfile({ profile: "work" })(context())).toMatchObject({
      accessKeyId: "AKWORK",
      securityToken,
    });
    const other = await temporaryFile(profiles.replace("[basic]", "[old]"));
    expect(await fromProfile({ file: other })(context())).toMatchObject({ accessKeyId: "AKGLOBAL" });
  });

  it("[AUTH-40] takes up a key that was changed", async () => {
    const file = await temporaryFile(profiles);
    const provider = fromProfile({ file });
    const rejected = await provider(context());
    expectNoSecret(await failureOf(provider(context({ rejected }))));
    await writeFile(file, profiles.replace("AKEXAMPLE", "AKNEW"));
    expect(await provider(context({ rejected }))).toMatchObject({ accessKeyId: "AKNEW" });
  });

  it("[AUTH-40] logs in at an identity provider where the profile has one, and keeps the key", async () => {
    const server = await serve(({ url }) =>
      url.includes("OS-AUTH")
        ? tokenAnswer(secrets.token)
        : {
            json: {
              credential: {
                access: "AKIDP",
                secret: secretAccessKey,
                securitytoken: securityToken,
                expires_at: "2099-01-01T00:00:00Z",
              },
            },
          },
    );
    const tokenFile = await temporaryFile("an id token");
    const lines = [
      `idp_id = idp`,
      `id_token_file = ${tokenFile}`,
      `iam_endpoint = ${server.url}`,
      "domain_id = d1",
    ];
    const file = await temporaryFile(`[basic]\nak = a\nsk = b\n${lines.join("\n")}`);
    const provider = fromProfile({ file });
    const asked = context();
    const found = await provider(asked);
    expect(found).toMatchObject({ accessKeyId: "AKIDP" });
    expect(await provider(asked)).toBe(found);
    expect(server.seen).toHaveLength(2);
    expect(JSON.parse(String(server.seen[0]?.body)).auth.scope).toEqual({ domain: { id: "d1" } });
  });

  it("[AUTH-41] passes over a default file that is not there, or has neither default profile", async () => {
    expect(await failureOf(fromProfile()(context()))).toMatchObject({ credentialKind: "none" });
    const file = await temporaryFile("[work]\nak = a\nsk = b");
    const error = await failureOf(fromProfile({ file })(context()));
    expect(error.credentialKind).toBe("none");
    expect(error.message).toContain("Known there: work");
    const empty = await failureOf(fromProfile({ file: await temporaryFile("[basic]") })(context()));
    expect(empty.credentialKind).toBe("none");
    expect(empty.message).toContain("ak and sk are not set in the profile basic");
  });

  it.each<[string, string, number]>([
    ["a line that is nothing", `[basic]\nak = a\n${secretAccessKey}\n`, 3],
    ["a key outside a profile", `\nsk = ${secretAccessKey}\n[basic]`, 2],
    ["a section that does not close", `[basic]\nak = a\n[other ${secretAccessKey}\n`, 3],
    ["a section without a name", "[]\nak = a", 1],
  ])("[AUTH-41] names the line of %s, and does not show it", async (_, text, line) => {
    const file = await temporaryFile(text);
    const error = await fromProfile({ file })(context()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "CONFIGURATION", option: "file" });
    expect(String(error)).toContain(`${file}, line ${line},`);
    expectNoSecret(error);
  });

  it("[AUTH-41] says which file cannot be read, which profile is missing, which half of a pair", async () => {
    vi.stubEnv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", "/nowhere/credentials");
    await expect(fromProfile()(context())).rejects.toMatchObject({
      code: "CONFIGURATION",
      option: "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
      message: expect.stringContaining("/nowhere/credentials cannot be read (ENOENT)"),
    });
    await expect(fromProfile({ file: "/" })(context())).rejects.toMatchObject({ option: "file" });
    const file = await temporaryFile(profiles);
    await expect(fromProfile({ file, profile: "missing" })(context())).rejects.toMatchObject({
      option: "profile",
      message: expect.stringContaining("basic, global, work, half, empty"),
    });
    const half = await failureOf(fromProfile({ file, profile: "half" })(context()));
    expect(half.message).toContain("sk is not set in the profile half");
    expect(half.credentialKind).toBe("access-key");
  });

  it("[AUTH-8] refuses an unknown option at once", () => {
    expect(() => fromProfile({ section: "basic" } as never)).toThrow(
      expect.objectContaining({ option: "section" }),
    );
  });
});
