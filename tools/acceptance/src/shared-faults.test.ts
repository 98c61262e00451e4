import { describe, it } from "vitest";

const mebibyte = 1024 * 1024;
// Before the table is made: a file that is worth several connections.
process.env.CLOUDHAUL_FAULT_BYTES = String(10 * mebibyte);
const { allFaults } = await import("./all-faults.ts");
const { casesOf, runFaultCase } = await import("./fault-case.ts");
const { judgeFault } = await import("./judge-fault.ts");

/** Slow enough for the others to join. */
const run = { connections: 8, bytesPerSecond: 32 * mebibyte };

describe("[HTTP-24] a download under faults is right or absent, also over 8 connections", () => {
  describe.concurrent.each(allFaults)("$name", (fault) => {
    const cases = casesOf([fault]).filter(({ sink }) => sink === "file");
    it.for(cases)("$kind to $sink", (faultCase, { expect: expectHere }) =>
      runFaultCase(faultCase, (outcome) => judgeFault(faultCase, outcome, expectHere), run),
    );
  });
});
