import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import {
  type CredentialProvider,
  defaultCredentials,
  fromAccessKey,
  fromAgency,
  fromEnvironment,
  fromIdToken,
  fromMetadata,
  fromPassword,
  fromPodIdentity,
  fromProfile,
} from "@cloudhaul/core-auth";
import { type Emulator, type EmulatorOptions, startEmulator, zipContent } from "@cloudhaul/emulator";
import { createHssDownloadClient } from "@cloudhaul/hss-download";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { leaksIn } from "./leaks.ts";
import { clientOptions } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const zip = zipContent({ seed: "providers", bytes: 100_000 });
const user = { name: "u", password: "PW-correct horse/battery+staple", domainName: "d" };
let home = "";

/** What a provider test works with: a cloud whose clock it sets, and a folder for its files. */
interface Stage {
  readonly emulator: Emulator;
  pass(seconds: number): void;
  /** Writes a file that holds `text`, and gives its path. */
  file(text: string): Promise<string>;
}

async function start(options: EmulatorOptions = {}): Promise<Stage> {
  let offsetMs = 0;
  const now = (): Date => new Date(Date.now() + offsetMs);
  const emulator = await startEmulator({ user, now, ...options });
  onTestFinished(() => emulator.close());
  emulator.store.hss.addFile({ fileId: "sample", content: zip });
  const folder = await temporaryFolder();
  let files = 0;
  return {
    emulator,
    pass(seconds) {
      offsetMs += seconds * 1000;
    },
    async file(text) {
      files += 1;
      const path = join(folder, `file-${files}`);
      await writeFile(path, text);
      return path;
    },
  };
}

beforeEach(async () => {
  home = await temporaryFolder();
  for (const name of Object.keys(process.env)) {
    if (/^(HUAWEICLOUD_SDK|HC_CONTAINER)_/.test(name)) vi.stubEnv(name, undefined);
  }
  for (const name of ["HOME", "USERPROFILE"]) vi.stubEnv(name, home);
  onTestFinished(() => void vi.unstubAllEnvs());
});

const stubAll = (variables: Readonly<Record<string, string>>): void => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
};

const fromEmulator = ({ emulator: { user: known, url } }: Stage, more: object = {}): CredentialProvider =>
  fromPassword({
    ...{ userName: known.name, password: known.password, domainName: known.domainName },
    ...{ iamEndpoint: url, ...more },
  });

const agencyOf = (
  { emulator: { state, url, accessKey, projectId } }: Stage,
  agencyName = state.agency.name,
) =>
  fromAgency({
    ...{ credentials: fromAccessKey(accessKey), agencyName, domainName: state.agency.domainName },
    ...{ iamEndpoint: url, projectId },
  });

async function idTokenOf(stage: Stage, token: string): Promise<CredentialProvider> {
  const { url, projectId, state } = stage.emulator;
  const { identityProviderId } = state;
  return fromIdToken({
    identityProviderId,
    idTokenFile: await stage.file(token),
    iamEndpoint: url,
    projectId,
  });
}

async function podOf(stage: Stage, token: string): Promise<CredentialProvider> {
  stubAll({
    HC_CONTAINER_CREDENTIALS_FULL_URI: `${stage.emulator.url}/v1/pod-identity/credentials`,
    HC_CONTAINER_AUTHORIZATION_TOKEN_FILE: await stage.file(token),
  });
  return fromPodIdentity();
}

const environmentOf = ({ accessKey, projectId }: Emulator) => ({
  HUAWEICLOUD_SDK_AK: accessKey.accessKeyId,
  HUAWEICLOUD_SDK_SK: accessKey.secretAccessKey,
  HUAWEICLOUD_SDK_PROJECT_ID: projectId,
});

const profileOf = ({ accessKey: { accessKeyId, secretAccessKey }, projectId }: Emulator): string =>
  `[basic]\nak = ${accessKeyId}\nsk = ${secretAccessKey}\nproject_id = ${projectId}\n`;

/** Every way to get a credential, as it works. */
const providers: Readonly<Record<string, (stage: Stage) => Promise<CredentialProvider>>> = {
  "an access key": async ({ emulator }) =>
    fromAccessKey({ ...emulator.accessKey, projectId: emulator.projectId }),
  "a temporary key": async ({ emulator }) => {
    const { accessKeyId, secretAccessKey, securityToken } = emulator.store.iam.issueAccessKey();
    return fromAccessKey({ accessKeyId, secretAccessKey, securityToken });
  },
  "a password": async (stage) => fromEmulator(stage),
  "an agency, by key": async (stage) => agencyOf(stage),
  "an agency, by token": async (stage) => {
    const { url, state } = stage.emulator;
    const { name: agencyName, domainId } = state.agency;
    return fromAgency({ credentials: fromEmulator(stage), agencyName, domainId, iamEndpoint: url });
  },
  "the environment": async ({ emulator }) => {
    stubAll(environmentOf(emulator));
    return fromEnvironment();
  },
  "an identity provider in the environment": async (stage) => {
    const { store, state } = stage.emulator;
    stubAll({
      ...environmentOf(stage.emulator),
      HUAWEICLOUD_SDK_SK: "a wrong one, which comes second",
      HUAWEICLOUD_SDK_IDP_ID: state.identityProviderId,
      HUAWEICLOUD_SDK_ID_TOKEN_FILE: await stage.file(store.iam.issueIdToken().token),
    });
    return fromEnvironment();
  },
  "a profile": async (stage) => fromProfile({ file: await stage.file(profileOf(stage.emulator)) }),
  metadata: async ({ emulator }) => fromMetadata({ endpoint: emulator.url }),
  "an id token": async (stage) => idTokenOf(stage, stage.emulator.store.iam.issueIdToken().token),
  "a pod's identity": async (stage) => podOf(stage, stage.emulator.store.iam.issuePodToken().token),
  "the chain, by environment": async ({ emulator }) => {
    stubAll(environmentOf(emulator));
    return defaultCredentials();
  },
  "the chain, by profile": async ({ emulator }) => {
    await mkdir(join(home, ".huaweicloud"));
    await writeFile(join(home, ".huaweicloud", "credentials"), profileOf(emulator));
    return defaultCredentials();
  },
};

/** A client of the emulator with this provider, which closes with the test. */
function clientOf({ emulator }: Stage, credentials: CredentialProvider, projectId = emulator.projectId) {
  vi.stubEnv("HUAWEICLOUD_SDK_IAM_ENDPOINT", emulator.url);
  const client = createHssDownloadClient({ ...clientOptions(emulator), credentials, projectId });
  onTestFinished(() => client.close());
  const download = () => client.downloadExportedFile({ fileId: "sample" }).toBytes({ maxBytes: 1_000_000 });
  return { client, download };
}

const asked = ({ emulator }: Stage, path: string): number =>
  emulator.requests.filter((request) => request.path.startsWith(path)).length;

/** Everything secret that a cloud knows, or was sent. */
const secretsOf = ({ emulator: { accessKey, store } }: Stage): string[] => [
  user.password,
  accessKey.secretAccessKey,
  ...store.iam.tokens.keys(),
  ...store.iam.idTokens.keys(),
  ...store.iam.podTokens.keys(),
  ...store.metadataTokens.keys(),
  ...[...store.iam.accessKeys.values()].flatMap((key) => [key.secretAccessKey, key.securityToken]),
];

describe("a file is downloaded with", () => {
  it.each(Object.entries(providers))(
    "[AUTH-44] [AUTH-9] %s, no file is written, and no secret shows",
    async (_, provide) => {
      const stage = await start();
      const { client, download } = clientOf(stage, await provide(stage));
      const before = await readdir(home, { recursive: true });
      expect((await download()).byteLength).toBe(zip.bytes);
      expect(await readdir(home, { recursive: true })).toEqual(before);
      const shown = inspect(client, { depth: Number.POSITIVE_INFINITY, showHidden: true });
      for (const secret of secretsOf(stage)) expect(shown).not.toContain(secret);
    },
  );

  it("[AUTH-37] metadata of an older cloud server, which knows no tokens", async () => {
    const stage = await start({ metadata: "old" });
    await clientOf(stage, fromMetadata({ endpoint: stage.emulator.url })).download();
    expect(stage.emulator.store.metadataTokens.size).toBe(0);
  });

  it("[AUTH-34] a password and a passcode", async () => {
    const stage = await start({ user: { ...user, passcode: "123456" } });
    const totp = { userId: stage.emulator.state.userId, passcode: () => "123456" };
    await clientOf(stage, fromEmulator(stage, { totp })).download();
    expect(asked(stage, "/v3/auth/tokens")).toBe(1);
  });
});

/** Each way as it fails, and a part of what it says. */
const failures: Readonly<
  Record<string, readonly [said: string, (stage: Stage) => Promise<CredentialProvider>]>
> = {
  "a wrong password": [
    "Check userName",
    async (stage) => fromEmulator(stage, { password: "PW-wrong-password" }),
  ],
  "a passcode that is missing": [
    "The passcode is missing or wrong",
    async (stage) =>
      fromEmulator({ ...stage, emulator: (await start({ user: { ...user, passcode: "1" } })).emulator }),
  ],
  "an unknown agency": ["Could not find agency", async (stage) => agencyOf(stage, "unknown")],
  "half a pair in the environment": [
    "HUAWEICLOUD_SDK_SK is not set",
    async ({ emulator }) => {
      stubAll({ ...environmentOf(emulator), HUAWEICLOUD_SDK_SK: "" });
      return fromEnvironment();
    },
  ],
  "a malformed profile": [
    ", line 5, is neither",
    async (stage) =>
      fromProfile({ file: await stage.file(`${profileOf(stage.emulator)}sk ${user.password}`) }),
  ],
  "a profile that cannot be read": [
    "cannot be read (ENOENT)",
    async () => fromProfile({ file: join(home, "nothing") }),
  ],
  "metadata that refuses": [
    "no agency",
    async () => fromMetadata({ endpoint: (await start({ metadata: "without-agency" })).emulator.url }),
  ],
  "an expired id token": [
    "The id token has expired",
    async (stage) => idTokenOf(stage, stage.emulator.store.iam.issueIdToken({ lifeSeconds: -1 }).token),
  ],
  "an expired pod token": [
    "has expired",
    async (stage) => podOf(stage, stage.emulator.store.iam.issuePodToken({ lifeSeconds: -1 }).token),
  ],
};

describe("a clear error, without a secret, comes of", () => {
  it.each(Object.entries(failures))("[AUTH-9] %s", async (_, [said, provide]) => {
    const stage = await start();
    const { download } = clientOf(stage, await provide(stage));
    const error = await download().then(
      () => expect.unreachable("it did not fail"),
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: expect.stringMatching(/^(AUTHENTICATION|CONFIGURATION)$/) });
    expect(String(error)).toContain(said);
    expect(leaksIn(error, "error", [...secretsOf(stage), "PW-wrong-password"])).toEqual([]);
    expect(asked(stage, "/v5/")).toBe(0);
  });
});

describe("renewal", () => {
  /** Those whose credentials end. */
  const renewed = Object.entries(providers).filter(([name]) =>
    /password|agency|metadata|id token|pod/.test(name),
  );

  it.each(renewed)(
    "[AUTH-15] a credential of %s that is void early costs one renewal, and no download",
    async (_, provide) => {
      const stage = await start();
      const { iam } = stage.emulator.store;
      const { download } = clientOf(stage, await provide(stage));
      await download();
      const tokens = [...iam.tokens.keys()].filter((token) => token !== stage.emulator.token);
      for (const token of tokens) iam.revokeToken(token);
      for (const id of [...iam.accessKeys.keys()]) iam.revokeAccessKey(id);
      const issued = { keys: iam.accessKeys.size, tokens: iam.tokens.size };
      const before = asked(stage, "/v5/");
      await Promise.all(Array.from({ length: 20 }, download));
      const renewals = { keys: iam.accessKeys.size - issued.keys, tokens: iam.tokens.size - issued.tokens };
      expect(Math.max(renewals.keys, renewals.tokens)).toBe(1);
      expect(asked(stage, "/v5/") - before).toBeLessThanOrEqual(40);
      await download();
      expect(iam.accessKeys.size + iam.tokens.size).toBe(
        issued.keys + issued.tokens + renewals.keys + renewals.tokens,
      );
    },
  );

  it("[AUTH-33] 1,000 requests at an expired token ask IAM once, and all succeed", async () => {
    const stage = await start();
    const { download } = clientOf(stage, fromEmulator(stage));
    await download();
    stage.pass(25 * 3600);
    const calls = asked(stage, "/v3/auth/tokens");
    const files = await Promise.all(Array.from({ length: 1000 }, download));
    expect(files).toHaveLength(1000);
    expect(asked(stage, "/v3/auth/tokens") - calls).toBe(1);
  });

  it("[AUTH-33] the same when the first renewal fails and the second works", async () => {
    const stage = await start();
    const credentials = fromEmulator(stage);
    vi.stubEnv("HUAWEICLOUD_SDK_IAM_ENDPOINT", stage.emulator.url);
    const { projectId } = stage.emulator;
    const retry = { maxAttempts: 3, baseDelayMs: 1 };
    const client = createHssDownloadClient({
      ...clientOptions(stage.emulator),
      credentials,
      projectId,
      retry,
    });
    onTestFinished(() => client.close());
    const download = () => client.downloadExportedFile({ fileId: "sample" }).toBytes({ maxBytes: 1_000_000 });
    stage.emulator.faults.add({ match: "/v3/auth/tokens", answer: { status: 503 } });
    await Promise.all(Array.from({ length: 1000 }, download));
    expect(asked(stage, "/v3/auth/tokens")).toBe(2);
  });
});
