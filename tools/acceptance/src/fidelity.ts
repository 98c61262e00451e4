import { writeFile } from "node:fs/promises";
import { allCalls } from "./all-calls.ts";
import { fidelityDocument, fidelityPath } from "./fidelity-document.ts";
import { fidelityTable } from "./fidelity-table.ts";
import { findDifferences } from "./find-differences.ts";

const table = fidelityTable(allCalls, await findDifferences(allCalls));
await writeFile(fidelityPath, await fidelityDocument(table));
console.log(table);
