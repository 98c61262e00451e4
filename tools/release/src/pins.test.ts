import { readFileSync } from "node:fs";
import path from "node:path";
import { exitCodes as actualExitCodes } from "@cloudhaul/cli";
import { iamOperations } from "@cloudhaul/core-auth";
import * as coreHttp from "@cloudhaul/core-http";
import { describe, expect, it } from "vitest";
import { operations as dds } from "../../../packages/dds-backup/src/operations.ts";
import { operations as hss } from "../../../packages/hss-download/src/operations.ts";
import { operationOf, producers } from "../../../packages/hss-download/src/producers.ts";
import { operations as iotda } from "../../../packages/iotda-export/src/operations.ts";
import { operations as metastudio } from "../../../packages/metastudio-ies/src/operations.ts";
import { operations as roma } from "../../../packages/roma-assets/src/operations.ts";
import { publishedPackages, repositoryRoot } from "../../checks/src/workspace.ts";
import {
  errorCodes,
  exitCodes,
  exportsMaps,
  fileSystemErrorCodes,
  integrityErrorCodes,
  repeatClasses,
  serviceErrorCodes,
  timeoutErrorCodes,
  transportErrorCodes,
} from "./pins.ts";

const { CloudhaulError, IntegrityError, ServiceError, TimeoutError } = coreHttp;

describe("error codes", () => {
  /** Those whose code is told by what they are given. */
  const manyCodes = ["FileSystemError", "IntegrityError", "ServiceError", "TimeoutError", "TransportError"];

  it("every error class is in the tables", () => {
    const classes = Object.entries(coreHttp).filter(
      ([, value]) => typeof value === "function" && value.prototype instanceof CloudhaulError,
    );
    const names = classes.map(([name]) => name).sort();
    expect(names).toEqual([...Object.keys(errorCodes), ...manyCodes].sort());
  });

  it.each(Object.entries(errorCodes))("%s has the code %s", (name, code) => {
    const errorClass = (coreHttp as unknown as Record<string, new (...args: unknown[]) => { code: string }>)[
      name
    ];
    if (!errorClass) throw new Error(`There is no ${name}.`);
    expect(new errorClass({}, "one", "two").code).toBe(code);
  });

  it.each(Object.entries(serviceErrorCodes))("a refusal of the kind %s has the code %s", (kind, code) => {
    const fields = { status: 400, operation: "Show", retryable: false };
    const error = new ServiceError({ ...fields, kind: kind as coreHttp.ServiceErrorKind }, "no");
    expect(error.code).toBe(code);
  });

  it.each(Object.entries(integrityErrorCodes))("a fault of %s has the code %s", (reason, code) => {
    expect(new IntegrityError({ reason: reason as coreHttp.IntegrityReason }, "no").code).toBe(code);
  });

  it.each(Object.entries(timeoutErrorCodes))("a timeout of %s has the code %s", (phase, code) => {
    const fields = { phase: phase as coreHttp.RequestPhase | "wait", timeoutMs: 1 };
    expect(new TimeoutError(fields, "late").code).toBe(code);
  });

  it.each([
    ["TransportErrorCode", transportErrorCodes],
    ["FileSystemErrorCode", fileSystemErrorCodes],
  ])("%s has the codes of the table", (name, codes) => {
    const report = readFileSync(path.join(repositoryRoot, "packages/core-http/api.md"), "utf8");
    const [, union = ""] = new RegExp(`export type ${name} = (.*);`).exec(report) ?? [];
    expect(union.split(" | ").sort()).toEqual(
      Object.keys(codes)
        .map((code) => `"${code}"`)
        .sort(),
    );
  });
});

it("operations are repeated as the table says", () => {
  const started = Object.keys(producers).map((kind) => operationOf(kind as keyof typeof producers));
  const operations = {
    "core-auth": Object.values(iamOperations),
    "dds-backup": Object.values(dds),
    "hss-download": [...Object.values(hss), ...started],
    "iotda-export": Object.values(iotda),
    "metastudio-ies": Object.values(metastudio),
    "roma-assets": Object.values(roma),
  };
  for (const [folder, list] of Object.entries(operations)) {
    const actual = Object.fromEntries(list.map(({ name, repeat }) => [name, repeat]));
    expect(actual, folder).toEqual(repeatClasses[folder]);
    // Two operations of one name would hide each other.
    expect(Object.keys(actual), folder).toHaveLength(list.length);
  }
  expect(Object.keys(operations).sort()).toEqual(Object.keys(repeatClasses).sort());
});

it("packages are entered where the table says, and new ones by their name alone", () => {
  for (const { folder, manifest } of publishedPackages(repositoryRoot))
    expect(Object.keys(manifest.exports ?? {}), folder).toEqual(
      exportsMaps[folder] ?? [".", "./package.json"],
    );
});

it("the command ends as the table says", () => {
  expect(Object.fromEntries(actualExitCodes.map(({ code, errors }) => [code, errors]))).toEqual(exitCodes);
});
