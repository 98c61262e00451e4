import { createHash } from "node:crypto";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { plantedManifest, plantTree } from "../../checks/src/__fixtures__/planted-tree.ts";
import { publishedPackages } from "../../checks/src/workspace.ts";
import { type Consumer, download, probe } from "./consumer.ts";
import { findUserShell, withNode } from "./user-shell.ts";

vi.setConfig({ testTimeout: 60_000 });

// This Node, whatever the machine has: which flags there are depends on it.
const shell = withNode(findUserShell(), process.execPath);
const version = process.versions.node;
const digest = createHash("sha256").update("0").digest("hex");
const cloud = { environment: {}, digests: [digest], close: async () => undefined };

/** A project in which a package was installed that is `core-http` by its name, and what a test needs by its code. */
function consumerOf(code: string): Consumer {
  const root = plantTree({
    "packages/core-http/package.json": plantedManifest("core-http"),
    "project/package.json": "{}",
    "project/node_modules/@cloudhaul/core-http/package.json": plantedManifest("core-http"),
    "project/node_modules/@cloudhaul/core-http/dist/index.js": code,
  });
  const [published] = publishedPackages(root);
  if (!published) throw new Error("Nothing was planted.");
  return { published, directory: `${root}/project`, shell };
}

describe("an import", () => {
  it("passes where it only defines something", async () => {
    expect(await probe(consumerOf("export const one = 1;"))).toEqual([]);
  });

  it.each([
    ["a global", "globalThis.loud = 1;", /changes globals: loud/],
    ["a builtin", "Array.prototype.last = () => 1;", /changes builtins: last/],
    ["a listener", "process.on('exit', () => 1);", /changes listeners: exit/],
    ["a timer", "setTimeout(() => 1, 50);", /changes resources: Timeout/],
    ["the environment", "process.env.LOUD = '1';", /changes environment: LOUD=1/],
    ["a warning", "process.emitWarning('old');", /import warns: .*old/],
  ])("is found out that leaves %s", async (_trace, code, problem) => {
    const problems = await probe(consumerOf(`${code}\nexport const one = 1;`));
    expect(problems).toContainEqual(expect.stringMatching(problem));
  });

  it.each([
    [
      "asks a host",
      `import net from "node:net";\nnet.connect(443, "example.test");`,
      /it asked for example.test/,
    ],
    [
      "looks up a host",
      `import dns from "node:dns";\ndns.lookup("example.test", () => 1);`,
      /it asked for example/,
    ],
    ["waits", "await 1;", /ERR_REQUIRE_ASYNC_MODULE/],
    ["needs what was not packed", `import "../lost.js";`, /ERR_MODULE_NOT_FOUND/],
  ])("fails that %s", async (_deed, code, problem) => {
    await expect(probe(consumerOf(`${code}\nexport const one = 1;`))).rejects.toThrow(problem);
  });
});

describe("a download", () => {
  const saving = (file: string, text: string) =>
    consumerOf(
      `import { writeFileSync } from "node:fs";
       export const downloadLink = () => ({ toFile: async () => writeFileSync(${JSON.stringify(file)}, "${text}") });`,
    );

  it("passes that saves what the cloud has, in its target folder", async () => {
    expect(await download(saving("saved/file", "0"), version, cloud)).toEqual([]);
  });

  it("is found out that saves something else, or nothing", async () => {
    expect(await download(saving("saved/file", "1"), version, cloud)).toEqual([
      "file is not as in the cloud",
    ]);
    expect(await download(saving("saved/.mark", "0"), version, cloud)).toEqual([
      "its download saved nothing",
    ]);
  });

  it("is found out that writes anywhere else", async () => {
    await expect(download(saving("trace", "0"), version, cloud)).rejects.toThrow("ERR_ACCESS_DENIED");
    // Where Node's permissions are not used: from 25 on.
    expect(await download(saving("temporary/trace", "0"), "26.0.0", cloud)).toContain(
      `its download wrote ${path.join("temporary", "trace")}, which is not in its target folder`,
    );
  });
});
