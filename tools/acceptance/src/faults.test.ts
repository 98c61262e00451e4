import { describe, expect, it } from "vitest";
import { allFaults } from "./all-faults.ts";
import { casesOf, runFaultCase } from "./fault-case.ts";
import { judgeFault } from "./judge-fault.ts";

describe("[HTTP-24] a download under faults is right or absent", () => {
  it("has a table of at least 40 faults, each of them once", () => {
    expect(allFaults.length).toBeGreaterThan(40);
    expect(new Set(allFaults.map(({ name }) => name)).size).toBe(allFaults.length);
  });

  describe.concurrent.each(allFaults)("$name", (fault) => {
    it.for(casesOf([fault]))("$kind to $sink", (faultCase, { expect: expectHere }) =>
      runFaultCase(faultCase, (outcome) => judgeFault(faultCase, outcome, expectHere)),
    );
  });
});
