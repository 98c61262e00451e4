import { expect, it } from "vitest";
import { readFacts, usage } from "./service-facts.ts";
import { templateValues } from "./template-values.ts";

const needed = ["--name", "smn-messages", "--service", "smn"];
const surroundings = { takenPrefixes: new Set<string>() };

function factsOf(...more: string[]) {
  const facts = readFacts([...needed, ...more]);
  if (!facts) throw new Error("No help was asked for.");
  return facts;
}

it("needs a name and a service, and fills in the rest", () => {
  expect(factsOf()).toMatchObject({
    title: "SMN",
    operation: "DownloadFile",
    path: "/v1/{project_id}/files/{file_id}",
    parameters: [{ wire: "file_id", name: "fileId" }],
    source: "https://support.huaweicloud.com/intl/en-us/api-smn/DownloadFile.html",
  });
  expect(readFacts(["--help"])).toBeUndefined();
  expect(usage).toContain("--path");
});

it.each([
  [["--name", "x"], "--name and --service are needed"],
  [[...needed, "--name", "Smn_Messages"], "--name must match"],
  [[...needed, "--service", "smn-x"], "--service must match"],
  [[...needed, "--path", "v1/files"], "--path must match"],
  [[...needed, "--path", "/v1/{project_id}/file"], "--path must hold an id"],
  [[...needed, "--regions", "cn-north-4, x"], "--regions must match"],
  [[...needed, "--source", "http://x.example"], "--source must match"],
  [[...needed, "--pages", "3"], "--pages"],
])("refuses %j", (words, message) => {
  expect(() => readFacts(words)).toThrow(message);
});

it("names an id of the path as it is told to", () => {
  const facts = factsOf(
    "--operation",
    "DownloadAuditReport",
    "--path",
    "/v1/{project_id}/i/{instance_id}/r/{id:reportId}",
  );
  expect(facts.path).toBe("/v1/{project_id}/i/{instance_id}/r/{id}");
  expect(templateValues(facts, surroundings)).toMatchObject({
    Package: "SmnMessages",
    method: "downloadAuditReport",
    sampleInput: '{ instanceId: "instance-1", reportId: "report-1" }',
    samplePath: "/v1/p1/i/instance-1/r/report-1",
    evilPath: "/v1/p1/i/instance-1/r/a%2F..%2Fb%3Fevil%3D1",
    lastWire: "id",
    readmeInput:
      'const instanceId = process.env.SMN_INSTANCE_ID ?? "";\nconst reportId = process.env.SMN_REPORT_ID ?? "";',
  });
});

it("takes a prefix of its own for its requirements where another package has that of the service", () => {
  expect(templateValues(factsOf(), surroundings).PREFIX).toBe("SMN");
  const taken = { ...surroundings, takenPrefixes: new Set(["SMN"]) };
  expect(templateValues(factsOf(), taken).PREFIX).toBe("SMNMESSAGES");
});
