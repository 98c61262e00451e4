import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import "./__fixtures__/scene.ts";
import { resolveEndpoint, resolveIamEndpoint } from "./index.ts";

const regions = { "cn-north-4": "https://hss.cn-north-4.myhuaweicloud.com" };
const variable = "HUAWEICLOUD_SDK_REGIONS_FILE";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
});

/** A regions file, and the variable that names it. */
async function write(text: string): Promise<string> {
  const file = join(folder, "my-regions.yaml");
  await writeFile(file, text);
  vi.stubEnv(variable, file);
  return file;
}

const resolve = (region: string, service = "hss") => resolveEndpoint({ service, region, regions });

const example = `# Service name is case-insensitive
---
HSS:
  - id: 'cn-north-1'            # quotes of either kind
    endpoint: "https://hss.cn-north-1.example"
  - id: cn-north-4
    name: Beijing4
    endpoints:
      - 'https://first.example'
      - https://second.example
IoTDA:
- endpoint: iotda.my-cloud-1.example
  id: my-cloud-1

iam:
  - id: cn-north-4
    endpoint: https://iam.example:8443
`;

describe("the regions file", () => {
  it.each([
    ["cn-north-1", "hss", "https://hss.cn-north-1.example"],
    ["cn-north-4", "hss", "https://first.example"],
    ["my-cloud-1", "iotda", "https://iotda.my-cloud-1.example"],
  ])("[AUTH-64] gives the endpoint of %s for %s", async (region, service, endpoint) => {
    await write(example);
    expect(resolve(region, service)).toBe(endpoint);
    await write(example.replaceAll("\n", "\r\n"));
    expect(resolve(region, service)).toBe(endpoint);
  });

  it("[AUTH-64] gives that of IAM, too", async () => {
    await write(example);
    expect(resolveIamEndpoint({ region: "cn-north-4" })).toBe("https://iam.example:8443");
  });

  it("[AUTH-64] comes after the environment, and before the table", async () => {
    await write(example);
    vi.stubEnv("HUAWEICLOUD_SDK_REGION_HSS_CN_NORTH_4", "https://variable.example");
    expect(resolve("cn-north-4")).toBe("https://variable.example");
    await write("OTHER:\n  - id: cn-north-4\n    endpoint: https://other.example\n");
    vi.stubEnv("HUAWEICLOUD_SDK_REGION_HSS_CN_NORTH_4", undefined);
    expect(resolve("cn-north-4")).toBe(regions["cn-north-4"]);
  });

  it("[AUTH-64] lies in the home folder, and need not exist there", async () => {
    for (const name of ["HOME", "USERPROFILE"]) vi.stubEnv(name, folder);
    expect(resolve("cn-north-4")).toBe(regions["cn-north-4"]);
    await mkdir(join(folder, ".huaweicloud"));
    await writeFile(join(folder, ".huaweicloud", "regions.yaml"), example);
    expect(resolve("cn-north-4")).toBe("https://first.example");
  });

  it("[AUTH-64] is not opened when the endpoint is known without it", async () => {
    vi.stubEnv(variable, join(folder, "not-there.yaml"));
    const endpoint = "https://given.example";
    expect(resolveEndpoint({ service: "hss", regions, endpoint })).toBe(endpoint);
  });

  it("[AUTH-64] that is named must be there, and be a file", async () => {
    vi.stubEnv(variable, join(folder, "not-there.yaml"));
    const failure = { code: "CONFIGURATION", option: variable };
    expect(() => resolve("cn-north-4")).toThrow(expect.objectContaining(failure));
    expect(() => resolve("cn-north-4")).toThrow(/not-there\.yaml cannot be read \(ENOENT\)/);
    vi.stubEnv(variable, folder);
    expect(() => resolve("cn-north-4")).toThrow(/cannot be read \(EISDIR\)/);
  });

  it.each([
    ["a list in brackets", "HSS:\n  - id: a\n    endpoints: [https://a.example]\n", 3],
    ["an open quote", "HSS:\n  - id: 'a\n    endpoint: https://a.example\n", 2],
    ["an anchor", "HSS: &all\n  - id: a\n", 1],
    ["a tab", "HSS:\n\t- id: a\n", 2],
    ["a region under no service", "\n- id: a\n  endpoint: https://a.example\n", 2],
    ["a field of no region", "HSS:\n  id: a\n", 2],
    ["a field under no service", "version: 1\n", 1],
    ["a field at the margin", "HSS:\n  - id: a\n    endpoint: https://a.example\nversion: 1\n", 4],
    ["an endpoint of no list", "HSS:\n  - id: a\n    endpoint: b.example\n      - https://a.example\n", 4],
    ["words", "HSS:\n  - id: a\n    the endpoint is a.example\n", 3],
    ["a region without id", "HSS:\n  - id: a\n    endpoint: a.example\n  - endpoint: b.example\n", 4],
    ["a region without endpoint", "HSS:\n  - id: a\n    endpoints:\n  - id: b\n    endpoint: b.example\n", 2],
  ])("[AUTH-64] with %s is refused, naming the line", async (_, text, line) => {
    const file = await write(text);
    expect(() => resolve("cn-north-4")).toThrow(expect.objectContaining({ option: variable }));
    expect(() => resolve("cn-north-4")).toThrow(`${file}, line ${line}, `);
  });

  it("[AUTH-64] cannot lead to plain http elsewhere", async () => {
    await write("HSS:\n  - id: cn-north-4\n    endpoint: http://hss.example\n");
    expect(() => resolve("cn-north-4")).toThrow(expect.objectContaining({ option: variable }));
  });
});

it.each(["/dev/null", "/proc/1/root"])(
  "[AUTH-17] a home such as %s, which holds no file of anyone's, is no obstacle",
  (home) => {
    vi.stubEnv("HOME", home);
    vi.stubEnv(variable, undefined);
    expect(resolve("cn-north-4")).toBe("https://hss.cn-north-4.myhuaweicloud.com");
  },
);
