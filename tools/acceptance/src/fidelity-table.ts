import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { ComparedCall } from "./compared-call.ts";
import { reasonOf } from "./difference-reasons.ts";
import type { FoundDifference } from "./find-differences.ts";

/** As many names as a cell shows; of more it shows their number. */
const mostNames = 6;

const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const code = (text: string): string => (text === "not sent" ? text : `\`${text}\``);

/** The differences as the document shows them: the same ones give the same text. */
export function fidelityTable(calls: readonly ComparedCall[], found: readonly FoundDifference[]): string {
  const services = [...new Set(calls.map(({ service }) => service))];
  const where = (operations: readonly string[]): string => {
    if (operations.length === calls.length) return "all";
    return operations.length > mostNames ? `${operations.length}` : operations.join(", ");
  };
  return [
    `The vendor's core is ${coreVersion()}. ${calls.length} operations were called by both:`,
    "",
    ...services.map((service) => {
      const names = calls.filter((call) => call.service === service).map(({ name }) => name);
      return `- ${service}, ${names.length}: ${names.join(", ")}`;
    }),
    "",
    ...[...groupByReason(found)].flatMap(([reason, differences]) => [
      `**${differences[0]?.what}.** ${reason}`,
      "",
      row("Cloudhaul", "the vendor's core", "operations"),
      row("---", "---", "---"),
      ...differences.map(({ ours, official, operations }) =>
        row(code(ours), code(official), where(operations)),
      ),
      "",
    ]),
  ]
    .join("\n")
    .trimEnd();
}

/** What concerns the most operations comes first. */
function groupByReason(found: readonly FoundDifference[]): ReadonlyMap<string, readonly FoundDifference[]> {
  const groups = new Map<string, FoundDifference[]>();
  for (const difference of found.toSorted((a, b) => b.operations.length - a.operations.length)) {
    const { reason = "Not explained." } = reasonOf(difference) ?? {};
    groups.set(reason, [...(groups.get(reason) ?? []), difference]);
  }
  return groups;
}

function coreVersion(): string {
  const path = createRequire(import.meta.url).resolve("@huaweicloud/huaweicloud-sdk-core/package.json");
  return (JSON.parse(readFileSync(path, "utf8")) as { readonly version: string }).version;
}
