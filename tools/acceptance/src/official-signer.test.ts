import { get } from "node:http";
import { buffer } from "node:stream/consumers";
import { type AccessKey, verifyRequest } from "@cloudhaul/core-auth";
import { type Emulator, lz4TarContent, startEmulator, zipContent } from "@cloudhaul/emulator";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { type Service, services } from "./services.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const zip = zipContent({ seed: "official", bytes: 100_000 });
const backup = lz4TarContent({ seed: "official", bytes: 100_000 });

/** How the vendor's own SDK is to sign. */
interface OfficialSigning {
  readonly accessKey: AccessKey;
  readonly contentType?: string | undefined;
  /** Whether by `V11-HMAC-SHA256`, as for an instance's own host of IoTDA. */
  readonly derived?: boolean | undefined;
}

/** What the vendor's own SDK signs: a request as its generated clients hand it over. */
async function officiallySigned(
  { operation }: Service,
  { url: endpoint, projectId, region }: Emulator,
  { accessKey, contentType, derived = false }: OfficialSigning,
): Promise<{ url: string; headers: Record<string, string> }> {
  const { BasicCredentials } = await import("@huaweicloud/huaweicloud-sdk-core");
  const { HcClient } = await import("@huaweicloud/huaweicloud-sdk-core/HcClient.js");
  const { accessKeyId, secretAccessKey, securityToken } = accessKey;
  const credentials = new BasicCredentials()
    .withAk(accessKeyId)
    .withSk(secretAccessKey)
    .withSecurityToken(securityToken)
    .withProjectId(projectId)
    .withRegionId(region)
    .withDerivedPredicate(() => derived);
  credentials.processDerivedAuthParams("iotdm", region);
  const request = await credentials.processAuthRequest(Object.create(HcClient.prototype), {
    method: "GET",
    endpoint,
    url: operation.path,
    queryParams: { ...operation.query },
    headers: contentType === undefined ? {} : { "content-type": contentType },
  });
  const query = new URLSearchParams(operation.query).toString();
  return {
    url: `${endpoint}${operation.path.replace("{project_id}", projectId)}${query && `?${query}`}`,
    headers: Object.fromEntries(
      Object.entries(request.headers as Record<string, unknown>)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, String(value)]),
    ),
  };
}

/** Sends exactly these headers, which `fetch` would not. */
function send(url: string, headers: Record<string, string>): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      buffer(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    }).on("error", reject);
  });
}

beforeEach(async () => {
  // The SDK may write a file with an id of the machine into the home folder.
  vi.stubEnv("HOME", await temporaryFolder());
  onTestFinished(() => void vi.unstubAllEnvs());
});

const permanent: AccessKey = { accessKeyId: "AKPERMANENT", secretAccessKey: "a-permanent-secret" };
const temporary: AccessKey = {
  accessKeyId: "AKTEMPORARY",
  secretAccessKey: "a-temporary-secret",
  securityToken: "a-security-token",
};

const algorithms = [
  ["plain", false, "SDK-HMAC-SHA256 Access=AK"],
  ["derived", true, "V11-HMAC-SHA256 Credential=AK"],
] as const;

async function emulatorWith(service: Service, accessKey: AccessKey): Promise<Emulator> {
  const emulator = await startEmulator({ accessKey });
  onTestFinished(() => emulator.close());
  service.add(emulator.store, service.name === "dds" ? backup : zip);
  return emulator;
}

describe.each(services)("the official signer, for $name", (service) => {
  it.each(
    algorithms.flatMap(([algorithm, derived, begin]) =>
      [
        ["a permanent key", permanent, undefined],
        ["a permanent key and a content type", permanent, "application/json"],
        ["a temporary key", temporary, undefined],
      ].map(([what, accessKey, contentType]) => ({
        what: `${algorithm}, ${what}`,
        begin,
        signing: { accessKey, contentType, derived } as OfficialSigning,
      })),
    ),
  )("is understood: $what", async ({ begin, signing }) => {
    const { accessKey } = signing;
    const emulator = await emulatorWith(service, accessKey);
    const { url, headers } = await officiallySigned(service, emulator, signing);
    expect(headers.Authorization).toContain(begin);
    expect(verifyRequest({ method: "GET", url, headers }, { accessKey: () => accessKey })).toEqual({
      ok: true,
      accessKeyId: accessKey.accessKeyId,
    });
    const { status, body } = await send(url, headers);
    expect(status).toBe(200);
    if (service.name === "dds") expect(JSON.parse(body.toString()).files).toHaveLength(1);
    else expect(body.byteLength).toBe(zip.bytes);
  });

  it.each(
    algorithms.flatMap(([algorithm, derived]) =>
      [permanent, temporary].map((accessKey) => ({
        algorithm,
        derived,
        accessKey,
        key: accessKey.accessKeyId,
      })),
    ),
  )("is refused with a wrong secret: $algorithm, $key", async ({ derived, accessKey }) => {
    const emulator = await emulatorWith(service, accessKey);
    const wrong = { ...accessKey, secretAccessKey: "another-secret" };
    const { url, headers } = await officiallySigned(service, emulator, { accessKey: wrong, derived });
    expect(verifyRequest({ method: "GET", url, headers }, { accessKey: () => accessKey })).toMatchObject({
      ok: false,
      reason: "wrong-signature",
    });
    const { status } = await send(url, headers);
    // ROMA and MetaStudio answer 400 to a refused identity.
    expect(status).toBe(service.name === "roma" || service.name === "metastudio" ? 400 : 401);
    expect(emulator.store.roma.archives.size).toBe(service.name === "roma" ? 1 : 0);
  });
});
