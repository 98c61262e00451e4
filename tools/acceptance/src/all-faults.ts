import { contentFaults } from "./content-faults.ts";
import type { Fault } from "./fault-case.ts";
import { transferFaults } from "./fault-table.ts";
import { rangeFaults } from "./range-faults.ts";
import { refusalFaults } from "./refusal-faults.ts";

/** The fault table. */
export const allFaults: readonly Fault[] = [
  ...transferFaults,
  ...rangeFaults,
  ...contentFaults,
  ...refusalFaults,
];
