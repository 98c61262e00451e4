import { expect, it } from "vitest";
import { installedFaults, licenceLines } from "./installed-faults.ts";

const budget = { packages: 2, megabytes: 1 };
const one = { name: "@cloudhaul/one", version: "1.0.0", license: "Apache-2.0" };
const zod = { name: "zod", version: "4.0.0", license: "MIT" };

it("passes what is within its budget, and shows how much of it is used", () => {
  expect(installedFaults({ manifests: [one, zod], bytes: 900_000 }, budget)).toEqual({
    faults: [],
    packages: "2 of 2",
    megabytes: "0.9 of 1",
  });
});

it("names what came where it is too much", () => {
  expect(installedFaults({ manifests: [one, zod, zod], bytes: 1_100_000 }, budget).faults).toEqual([
    "3 of 2 packages: @cloudhaul/one, zod, zod",
    "1.1 of 1 MB",
  ]);
});

it.each(["preinstall", "install", "postinstall"])("refuses the script %s, whoever's it is", (script) => {
  const manifests = [one, { ...zod, scripts: { [script]: "node fetch-things.js" } }];
  expect(installedFaults({ manifests, bytes: 1 }, budget).faults).toEqual([
    `zod runs a script when it is installed: ${script}`,
  ]);
});

it.each(["GPL-3.0-only", undefined])("refuses the licence %s", (license) => {
  expect(installedFaults({ manifests: [one, { ...zod, license }], bytes: 1 }, budget).faults).toEqual([
    `zod is under the licence ${license}`,
  ]);
});

it("lists the licences, each package once", () => {
  const other = { name: "@cloudhaul/other", version: "1.1.0", license: "Apache-2.0" };
  const installed = [
    [one, zod],
    [other, zod],
  ].map((manifests) => ({ manifests, bytes: 1 }));
  expect(licenceLines(installed)).toEqual([
    "Apache-2.0: @cloudhaul/one 1.0.0, @cloudhaul/other 1.1.0",
    "MIT: zod 4.0.0",
  ]);
});
