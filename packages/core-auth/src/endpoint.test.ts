import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gatewayErrorKinds, resolveEndpoint, resolveIamEndpoint } from "./index.ts";

const regions = {
  "cn-north-4": "https://hss.cn-north-4.myhuaweicloud.com",
  "eu-west-101": "https://hss.eu-west-101.myhuaweicloud.eu",
  "ap-southeast-3": "https://hss.ap-southeast-3.myhuaweicloud.com",
  "af-south-1": "https://hss.af-south-1.myhuaweicloud.com",
};

beforeEach(() => {
  for (const name of Object.keys(process.env))
    if (name.startsWith("HUAWEICLOUD_SDK_")) vi.stubEnv(name, undefined);
  for (const name of ["HOME", "USERPROFILE"]) vi.stubEnv(name, "/no-home-of-anyone");
});
afterEach(() => void vi.unstubAllEnvs());

describe("resolveEndpoint", () => {
  it("[AUTH-17] takes the option before the environment before the table", () => {
    const query = { service: "hss", region: "eu-west-101", regions };
    expect(resolveEndpoint(query)).toBe("https://hss.eu-west-101.myhuaweicloud.eu");
    vi.stubEnv("HUAWEICLOUD_SDK_REGION_HSS_EU_WEST_101", "https://first.example/, https://second.example");
    expect(resolveEndpoint(query)).toBe("https://first.example");
    expect(resolveEndpoint({ ...query, endpoint: "https://given.example:8443/" })).toBe(
      "https://given.example:8443",
    );
    expect(resolveEndpoint({ service: "hss", regions, endpoint: "given.example" })).toBe(
      "https://given.example",
    );
  });

  it("[AUTH-17] knows a region that only the environment knows", () => {
    vi.stubEnv("HUAWEICLOUD_SDK_REGION_HSS_MY_CLOUD_1", "hss.my-cloud.example");
    expect(resolveEndpoint({ service: "hss", region: "my-cloud-1", regions })).toBe(
      "https://hss.my-cloud.example",
    );
  });

  it.each(["ap-southeast-33", "constructor"])(
    "[AUTH-17] names the nearest regions for %s, and the way out",
    (region) => {
      const expected = expect.objectContaining({
        option: "region",
        message: expect.stringContaining("option endpoint"),
      });
      expect(() => resolveEndpoint({ service: "hss", region, regions })).toThrow(expected);
    },
  );

  it("[AUTH-17] puts the nearest region first, and asks for a missing one", () => {
    expect(() => resolveEndpoint({ service: "hss", region: "ap-souteast-3", regions })).toThrow(
      /nearest known: ap-southeast-3, /,
    );
    expect(() => resolveEndpoint({ service: "hss", regions })).toThrow(
      expect.objectContaining({ option: "region" }),
    );
  });

  it.each(["http://localhost:80", "http://127.0.0.1:9000", "http://[::1]:9000", "http://iam.localhost:1"])(
    "[AUTH-18] lets %s pass: it stays on this machine",
    (endpoint) =>
      expect(resolveEndpoint({ service: "hss", regions, endpoint })).toBe(new URL(endpoint).origin),
  );

  it.each([
    "http://hss.example",
    "http://127.0.0.1.example",
    "http://localhost.example",
    "ftp://hss.example",
    "https://",
    "",
    "https://hss.example/v5",
    "https://hss.example?x",
    "https://hss.example#x",
    "https://user:word@hss.example",
    "not an address",
  ])("[AUTH-18] refuses %j", (endpoint) => {
    expect(() => resolveEndpoint({ service: "hss", regions, endpoint })).toThrow(
      expect.objectContaining({ code: "CONFIGURATION", option: "endpoint" }),
    );
  });

  it("[AUTH-18] names the variable that is wrong", () => {
    vi.stubEnv("HUAWEICLOUD_SDK_REGION_HSS_CN_NORTH_4", "http://hss.example");
    expect(() => resolveEndpoint({ service: "hss", region: "cn-north-4", regions })).toThrow(
      /HUAWEICLOUD_SDK_REGION_HSS_CN_NORTH_4/,
    );
  });
});

describe("resolveIamEndpoint", () => {
  it.each([
    [undefined, "https://iam.myhuaweicloud.com"],
    ["cn-north-4", "https://iam.cn-north-4.myhuaweicloud.com"],
    ["eu-west-101", "https://iam.eu-west-101.myhuaweicloud.eu"],
    ["xx-new-1", "https://iam.myhuaweicloud.com"],
    ["constructor", "https://iam.myhuaweicloud.com"],
  ])("[AUTH-16] [AUTH-68] %s: %s", (region, endpoint) =>
    expect(resolveIamEndpoint({ region })).toBe(endpoint),
  );

  const officialRegions =
    "ae-ad-1 af-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 cn-east-2 cn-east-3 cn-east-4 cn-east-5 cn-north-1 cn-north-2 cn-north-4 cn-north-9 cn-south-1 cn-south-2 cn-southwest-2 eu-west-0 la-north-2 la-south-2 me-east-1 my-kualalumpur-1 na-mexico-1 ru-moscow-1 sa-brazil-1 tr-west-1";
  it.each(officialRegions.split(" "))("[AUTH-68] %s has an IAM of its own", (region) =>
    expect(resolveIamEndpoint({ region })).toBe(`https://iam.${region}.myhuaweicloud.com`),
  );

  it("[AUTH-68] takes the environment's variable for a region before the table", () => {
    vi.stubEnv("HUAWEICLOUD_SDK_REGION_IAM_CN_NORTH_4", "iam.example");
    expect(resolveIamEndpoint({ region: "cn-north-4" })).toBe("https://iam.example");
    expect(resolveIamEndpoint({ region: "cn-north-9" })).toBe("https://iam.cn-north-9.myhuaweicloud.com");
  });

  it("[AUTH-16] takes the option before the environment before the region", () => {
    vi.stubEnv("HUAWEICLOUD_SDK_IAM_ENDPOINT", "iam.example");
    expect(resolveIamEndpoint({ region: "cn-north-4" })).toBe("https://iam.example");
    expect(resolveIamEndpoint({ region: "cn-north-4", iamEndpoint: "https://given.example" })).toBe(
      "https://given.example",
    );
  });
});

describe("gatewayErrorKinds", () => {
  it.each([
    ["0101", "not-found"],
    ["0301", "unauthenticated"],
    ["0307", "unauthenticated"],
    ["0308", "throttled"],
  ])("[AUTH-22] %s is %s", (number, kind) => {
    expect(gatewayErrorKinds[`APIGW.${number}`]).toBe(kind);
    expect(gatewayErrorKinds[`APIG.${number}`]).toBe(kind);
  });
});
