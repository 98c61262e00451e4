import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { operations as dds } from "../../../packages/dds-backup/src/operations.ts";
import { operations as hss } from "../../../packages/hss-download/src/operations.ts";
import { producers } from "../../../packages/hss-download/src/producers.ts";
import { operations as iotda } from "../../../packages/iotda-export/src/operations.ts";
import { operations as metastudio } from "../../../packages/metastudio-ies/src/operations.ts";
import { operations as roma } from "../../../packages/roma-assets/src/operations.ts";
import { allCalls } from "./all-calls.ts";
import { differenceReasons, reasonOf } from "./difference-reasons.ts";
import { fidelityDocument, fidelityPath } from "./fidelity-document.ts";
import { fidelityTable } from "./fidelity-table.ts";
import { findDifferences } from "./find-differences.ts";

const namesIn = (
  ...tables: readonly Readonly<Record<string, { readonly name: string }>>[]
): readonly string[] => tables.flatMap((table) => Object.values(table).map(({ name }) => name)).toSorted();

it.each([
  ["hss", namesIn(hss, producers)],
  ["iotda", namesIn(iotda)],
  ["roma", namesIn(roma)],
  ["metastudio", namesIn(metastudio)],
  ["dds", namesIn(dds)],
])("every operation of %s is called", (service, names) => {
  const called = allCalls.filter((call) => call.service === service).map(({ name }) => name);
  expect(called.toSorted()).toEqual(names);
});

const found = await findDifferences(allCalls);

it("what our clients send differs from what the vendor's core sends in nothing but what has a reason", () => {
  expect(found.filter((difference) => !reasonOf(difference))).toEqual([]);
});

it("no reason is given for what does not differ", () => {
  const used = new Set(found.map(reasonOf));
  expect(differenceReasons.filter((row) => !used.has(row)).map(({ what }) => what)).toEqual([]);
});

it("the document tells of these differences: `npm run fidelity` writes them down", async () => {
  const document = await readFile(fidelityPath, "utf8");
  expect(document).toBe(await fidelityDocument(fidelityTable(allCalls, found)));
});
