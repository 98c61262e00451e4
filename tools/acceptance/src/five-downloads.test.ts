import { fromAccessKey } from "@cloudhaul/core-auth";
import { ServiceError } from "@cloudhaul/core-http";
import { createDdsBackupClient } from "@cloudhaul/dds-backup";
import {
  type Emulator,
  lz4TarContent,
  startEmulator,
  type VariantOptions,
  zipContent,
} from "@cloudhaul/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { publishedFiles, sha256OfFile } from "./saved-files.ts";
import { clientOptions, credentialKinds, directServices, type Service, services } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const zip = zipContent({ seed: "acceptance", bytes: 3_000_000, fileName: "server's name.zip" });
const backup = lz4TarContent({ seed: "acceptance", bytes: 3_000_000 });

async function emulatorWith(service: Service, variants: VariantOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ variants });
  onTestFinished(() => emulator.close());
  service.add(emulator.store, contentOf(service));
  return emulator;
}

const contentOf = ({ name }: Service) => (name === "dds" ? backup : zip);

/** Saves the service's file and compares what lies on the disk with the emulator's own digest. */
async function expectWholeFile(service: Service, emulator: Emulator, options = clientOptions(emulator)) {
  const folder = await temporaryFolder();
  const [file] = await service.save(options, folder);
  const content = contentOf(service);
  expect(file).toMatchObject({ bytes: content.bytes, sha256: await content.sha256() });
  expect(await sha256OfFile(file?.path ?? "")).toBe(await content.sha256());
  return file;
}

describe.each(services)("$name", (service) => {
  it.each(credentialKinds)("saves its file whole, by %s", async (_kind, credentialsOf) => {
    const emulator = await emulatorWith(service);
    await expectWholeFile(
      service,
      emulator,
      clientOptions(emulator, { credentials: credentialsOf(emulator) }),
    );
  });

  it("sends no credential to where the bytes come from, if that is a link", async () => {
    const emulator = await emulatorWith(service);
    await expectWholeFile(service, emulator);
    const request = emulator.requests.find(({ path }) => path.includes(service.fileRequest));
    const isLink = request?.path.includes("Signature=") ?? false;
    expect(isLink).toBe(service.name === "dds");
    expect(request?.headers.authorization === undefined).toBe(isLink);
    expect(request?.headers).not.toHaveProperty("x-auth-token");
  });
});

const downloadVariants = [
  ["length", "none"],
  ["length", "content-length"],
  ["etag", "none"],
  ["etag", "weak"],
  ["etag", "strong"],
  ["lastModified", "none"],
  ["lastModified", "present"],
  ["ranges", "ignored"],
  ["ranges", "honoured"],
  ["contentType", "octet-stream"],
  ["contentType", "none"],
  ["contentType", "zip"],
  ["disposition", "none"],
  ["disposition", "plain"],
  ["disposition", "rfc8187"],
] as const;

describe.each(directServices)("$name, whatever the service adds to its answer", (service) => {
  it.each(downloadVariants)("%s: %s", async (name, value) => {
    const emulator = await emulatorWith(service, { all: { [name]: value } });
    const file = await expectWholeFile(service, emulator);
    if (name === "disposition" && value !== "none") expect(file?.fileName).toBe("server's name.zip");
    else expect(file?.fileName).toContain("sample");
    expect(file?.etag === undefined).toBe(name !== "etag" || value === "none");
  });

  it("everything at once", async () => {
    const all = {
      length: "content-length",
      etag: "strong",
      lastModified: "present",
      ranges: "honoured",
    } as const;
    const emulator = await emulatorWith(service, {
      all: { ...all, contentType: "zip", disposition: "rfc8187" },
    });
    await expectWholeFile(service, emulator);
  });
});

describe("dds, whatever its links look like", () => {
  const dds = services.find(({ name }) => name === "dds") as Service;

  it.each<[string, VariantOptions]>([
    ["an expiry that is no date", { dds: { linkExpiredTime: "malformed" } }],
    ["the ETag of an object in parts", { obs: { etag: "multipart" } }],
    ["the parameters of AWS", { obs: { dialect: "aws" } }],
    ["a temporary key", { obs: { securityToken: "present" } }],
    ["a temporary key, as AWS writes it", { obs: { dialect: "aws", securityToken: "present" } }],
  ])("%s", async (_what, variants) => {
    const emulator = await emulatorWith(dds, variants);
    await expectWholeFile(dds, emulator);
    const client = createDdsBackupClient(clientOptions(emulator));
    onTestFinished(() => client.close());
    const input = { instanceId: "instance", backupId: "sample" };
    const { files } = await client.getBackupDownloadLinks(input);
    const lifeMs = (files[0]?.expiresAt?.getTime() ?? 0) - Date.now();
    expect(lifeMs).toBeGreaterThan(890_000);
    expect(lifeMs).toBeLessThanOrEqual(900_000);
  });

  it("puts the files of each part of a cluster into a folder of its own", async () => {
    const emulator = await startEmulator();
    onTestFinished(() => emulator.close());
    const parts = ["config", "shard_1", "shard_2"].map((groupName) => ({
      name: "same_name.tar.gz",
      content: lz4TarContent({ seed: groupName, bytes: 300_000 }),
      groupName,
    }));
    // One object in the bucket for each name: the parts differ in their names there.
    const files = parts.map((part, index) => ({ ...part, name: `${index}_${part.name}` }));
    emulator.store.dds.addBackup({ instanceId: "instance", backupId: "sample", files });
    const folder = await temporaryFolder();
    await dds.save(clientOptions(emulator), folder);
    for (const { groupName, name, content } of files)
      expect(await sha256OfFile(`${folder}/${groupName}/${name}`)).toBe(await content.sha256());
  });
});

interface ExpectedRefusal {
  readonly status: number;
  readonly kind: string;
  readonly serviceCode: string;
  readonly serviceMessage: RegExp;
}

/** For an id that does not exist; of ROMA, no code is documented that says so. */
const missing: Readonly<Record<Service["name"], ExpectedRefusal>> = {
  hss: { status: 400, kind: "not-found", serviceCode: "HSS.0011", serviceMessage: /not found/ },
  iotda: { status: 404, kind: "not-found", serviceCode: "IOTDA.014016", serviceMessage: /does not exist/ },
  roma: { status: 400, kind: "invalid", serviceCode: "ROMA.13000", serviceMessage: /Invalid parameters/ },
  metastudio: {
    status: 400,
    kind: "not-found",
    serviceCode: "MSS.10001004",
    serviceMessage: /does not exist/,
  },
  dds: { status: 400, kind: "not-found", serviceCode: "DBS.201214", serviceMessage: /does not exist/ },
};

/** For a project that is not the key's. */
const foreign: Readonly<Partial<Record<Service["name"], ExpectedRefusal>>> = {
  hss: { status: 400, kind: "forbidden", serviceCode: "HSS.0013", serviceMessage: /permissions/ },
  roma: { status: 403, kind: "forbidden", serviceCode: "ROMA.1006", serviceMessage: /permission/ },
  metastudio: { status: 400, kind: "forbidden", serviceCode: "MSS.00010009", serviceMessage: /tenant/ },
};

/** The error that a download ends with, of which nothing may lie in the folder. */
async function refusalOf(save: (folder: string) => Promise<unknown>): Promise<unknown> {
  const folder = await temporaryFolder();
  const error = await save(folder).then(
    () => expect.unreachable("it was not refused"),
    (reason: unknown) => reason,
  );
  expect(await publishedFiles(folder)).toEqual([]);
  return error;
}

function expectServiceError(error: unknown, expected: ExpectedRefusal): void {
  expect(ServiceError.isInstance(error)).toBe(true);
  const { serviceMessage, ...fields } = expected;
  expect(error).toMatchObject({ ...fields, requestId: expect.stringMatching(/^[0-9a-f]{32}$/i) });
  expect((error as ServiceError).serviceMessage).toMatch(serviceMessage);
}

describe.each(services)("what $name refuses", (service) => {
  it("an id that does not exist", async () => {
    const emulator = await emulatorWith(service);
    const error = await refusalOf((folder) => service.save(clientOptions(emulator), folder, "missing"));
    expectServiceError(error, missing[service.name]);
  });

  it("a project of someone else", async () => {
    const emulator = await emulatorWith(service);
    const options = clientOptions(emulator, { projectId: "ffffffffffffffffffffffffffffffff" });
    const error = await refusalOf((folder) => service.save(options, folder));
    const expected = foreign[service.name];
    if (expected) expectServiceError(error, expected);
    else expect(error).toMatchObject({ name: "AuthenticationError", credentialKind: "access-key" });
  });

  it.each(credentialKinds)("a proof of another account, by %s", async (_kind, credentialsOf) => {
    const emulator = await emulatorWith(service);
    const accessKey = { ...emulator.accessKey, secretAccessKey: "a-secret-that-is-not-the-one" };
    const user = { ...emulator.user, password: "a-password-that-is-not-the-one" };
    const impostor = { ...emulator, accessKey, user, token: "a-token-that-is-not-the-one" };
    const options = clientOptions(emulator, { credentials: credentialsOf(impostor) });
    expect(await refusalOf((folder) => service.save(options, folder))).toMatchObject({
      name: "AuthenticationError",
      code: "AUTHENTICATION",
    });
  });
});

describe("limits of one service alone", () => {
  const named = (wanted: Service["name"]) => services.find(({ name }) => name === wanted) as Service;

  it.each([
    ["forbidden", 403, "IOTDA.021101"],
    ["throttled", 429, "APIGW.0308"],
  ] as const)("iotda: a second file within 30 seconds, %s", async (downloadInterval, status, serviceCode) => {
    const iotda = named("iotda");
    const emulator = await emulatorWith(iotda, { iotda: { downloadInterval } });
    await expectWholeFile(iotda, emulator);
    const error = await refusalOf((folder) => iotda.save(clientOptions(emulator), folder));
    expectServiceError(error, { status, kind: "throttled", serviceCode, serviceMessage: /limit|throttling/ });
  });

  const roma = named("roma");

  it("roma: an archive that was given out before, into another folder", async () => {
    const emulator = await emulatorWith(roma);
    await expectWholeFile(roma, emulator);
    const error = await refusalOf((folder) => roma.save(clientOptions(emulator), folder));
    expectServiceError(error, missing.roma);
  });

  it("roma: an archive that was given out before, as an answer without a byte", async () => {
    const emulator = await emulatorWith(roma, { roma: { secondAnswer: "empty" } });
    await expectWholeFile(roma, emulator);
    const error = await refusalOf((folder) => roma.save(clientOptions(emulator), folder));
    expect(error).toMatchObject({
      name: "OnceOnlyDownloadError",
      receivedBytes: 0,
      partialPath: undefined,
      cause: { name: "IntegrityError", reason: "content", expected: "zip" },
    });
  });

  it("roma: the same folder again, where it says what became of the first and sends nothing", async () => {
    const emulator = await emulatorWith(roma);
    const folder = await temporaryFolder();
    const [saved] = await roma.save(clientOptions(emulator), folder);
    const before = emulator.requests.length;
    const error = await roma.save(clientOptions(emulator), folder).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: "OnceOnlyDownloadError",
      consumed: "yes",
      receivedBytes: saved?.bytes,
    });
    expect(emulator.requests).toHaveLength(before);
    expect(await publishedFiles(folder)).toEqual([saved?.path]);
  });

  it("roma: one harmless call goes before, and a refused proof never reaches the archive", async () => {
    const emulator = await emulatorWith(roma);
    await expectWholeFile(roma, emulator);
    const project = `/v2/${emulator.projectId}/instances`;
    expect(emulator.requests.map(({ path }) => path)).toEqual([
      project,
      `${project}/instance/assets/archives/sample`,
    ]);
    const credentials = fromAccessKey({ ...emulator.accessKey, secretAccessKey: "wrong" });
    const { projectId } = emulator;
    await refusalOf((folder) => roma.save(clientOptions(emulator, { credentials, projectId }), folder));
    expect(emulator.requests.slice(2).map(({ path }) => path)).toEqual([project]);
  });
});
