import { describe, expect, it } from "vitest";
import { plantedManifest, plantTree } from "../../checks/src/__fixtures__/planted-tree.ts";
import { checkPendingChanges } from "./pending-changes.ts";

const packages = {
  "packages/core-http/package.json": plantedManifest("core-http"),
  "packages/core-http/api.md": "export interface Download {}\n",
  "packages/core-auth/package.json": plantedManifest("core-auth"),
  "packages/core-auth/api.md": "import { HttpOptions } from '@cloudhaul/core-http';\n",
  "packages/hss-download/package.json": plantedManifest("hss-download"),
  "packages/hss-download/api.md":
    "import { Download } from '@cloudhaul/core-http';\nimport type { Settings } from '@cloudhaul/core-auth';\n",
  "packages/emulator/package.json": plantedManifest("emulator"),
  "packages/emulator/api.md": "export interface Emulator {}\n",
  "packages/emulator/api-msw.md": "import { HttpHandler } from 'msw';\n",
};

function problems(...changesets: readonly Record<string, string>[]): readonly string[] {
  const files = changesets.map((releases, index) => {
    const lines = Object.entries(releases).map(([folder, bump]) => `"@cloudhaul/${folder}": ${bump}`);
    return [
      `.changeset/change-${index}.md`,
      `---\n${lines.join("\n")}\n---\n\nA change: "@cloudhaul/none": major\n`,
    ];
  });
  return checkPendingChanges(plantTree({ ...packages, ...Object.fromEntries(files) })).problems;
}

describe("a breaking change of a core", () => {
  it("asks for a major of every package that shows its types, and says which types", () => {
    expect(problems({ "core-http": "major" })).toEqual([
      expect.stringMatching(/^@cloudhaul\/core-auth shows types of @cloudhaul\/core-http .*\(HttpOptions\)/),
      expect.stringMatching(/^@cloudhaul\/hss-download shows types of @cloudhaul\/core-http .*\(Download\)/),
    ]);
  });

  it("is not asked twice: the majors may stand in changesets of their own", () => {
    expect(problems({ "core-http": "major", "core-auth": "major" }, { "hss-download": "major" })).toEqual([]);
  });

  it("goes on from package to package", () => {
    expect(problems({ "core-auth": "major", "hss-download": "minor" })).toEqual([
      expect.stringContaining(
        "a major of @cloudhaul/core-auth needs a changeset with a major of @cloudhaul/hss",
      ),
    ]);
  });
});

it("lets every other change be released alone", () => {
  expect(problems()).toEqual([]);
  expect(problems({ "core-http": "minor" }, { "core-auth": "patch" }, { emulator: "major" })).toEqual([]);
});

it("takes the most that any changeset asks for", () => {
  expect(problems({ "core-auth": "major" }, { "core-auth": "patch" })).toHaveLength(1);
});

it("knows the packages", () => {
  expect(problems({ "core-htpp": "patch" })).toEqual([
    ".changeset/change-0.md: there is no package @cloudhaul/core-htpp",
  ]);
});
