import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

/** Where the differences are told. */
export const fidelityPath: string = resolve(import.meta.dirname, "../../../docs/fidelity.md");

const [begin, end] = ["<!-- begin: npm run fidelity -->", "<!-- end: npm run fidelity -->"];

/** The document with this table in its place. */
export async function fidelityDocument(table: string): Promise<string> {
  const [before, after] = (await readFile(fidelityPath, "utf8")).split(new RegExp(`${begin}[^]*${end}`));
  if (before === undefined || after === undefined)
    throw new Error(`${fidelityPath} has no place for the table: ${begin}`);
  return `${before}${begin}\n${table}\n${end}${after}`;
}
