import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { comparedFaults } from "./compare-faults.ts";

const documentPath = resolve(import.meta.dirname, "../../../docs/faults.md");

/** The rows of the table that `npm run faults` wrote, as cells without their emphasis. */
async function rowsOfTable(): Promise<readonly (readonly string[])[]> {
  const [, written = ""] = (await readFile(documentPath, "utf8")).split("<!-- begin: npm run faults -->");
  const lines = written.split("\n").filter((line) => line.startsWith("|"));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("**", "")),
  );
}

it("the document shows every fault, and no file that Cloudhaul took for the right one and was not", async () => {
  const [heading = [], , ...rows] = await rowsOfTable();
  expect(rows.map(([name]) => name)).toEqual(comparedFaults.map(({ name }) => name));
  const [link, service] = [heading.indexOf("Cloudhaul, a link"), heading.indexOf("Cloudhaul, a service")];
  for (const [name = "", ...outcomes] of rows) {
    expect(outcomes).toHaveLength(heading.length - 1);
    // A link may lead to a page, so none can be told from a file.
    const allowed = name.startsWith("200 with a page, ") ? /^WRONG$/ : /^(ok|error)$/;
    expect(outcomes[link - 1], name).toMatch(allowed);
    expect(outcomes[service - 1], name).toMatch(/^(ok|error)$/);
  }
});
