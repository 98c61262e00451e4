import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import {
  Extractor,
  ExtractorConfig,
  type ExtractorMessage,
  ExtractorMessageCategory,
} from "@microsoft/api-extractor";
import { apiReportName } from "./structure.ts";
import { report, type Verdict } from "./verdict.ts";
import {
  declarationsOf,
  type Entry,
  entriesOf,
  type Package,
  publishedPackages,
  repositoryRoot,
} from "./workspace.ts";

const configFile = path.join(import.meta.dirname, "../api-extractor.json");

/** How {@link checkApiReports} treats a difference. */
export interface ApiReportOptions {
  /** Accepts what is built as the new report. Default `false`: a difference is a problem. */
  readonly write: boolean;
}

/**
 * Compares the public API that is built with the report kept beside each package: `api.md`, and `api-msw.md` for the
 * entry `./msw`. So no change of the API goes unseen.
 */
export function checkApiReports(packages: readonly Package[], { write }: ApiReportOptions): Verdict {
  const problems: string[] = [];
  let reports = 0;
  for (const published of packages) {
    for (const entry of entriesOf(published)) {
      reports += 1;
      if (!existsSync(path.join(published.directory, declarationsOf(entry)))) {
        problems.push(
          `packages/${published.folder}/${declarationsOf(entry)} is missing: run "npm run build" first`,
        );
        continue;
      }
      const { text, messages } = extractApi(published, entry);
      const file = path.join(published.directory, apiReportName(entry));
      const name = `packages/${published.folder}/${apiReportName(entry)}`;
      problems.push(...messages.map((message) => `packages/${published.folder}: ${message}`));
      const kept = existsSync(file) ? readFileSync(file, "utf8") : undefined;
      if (kept === text) continue;
      if (write) writeFileSync(file, text);
      else
        problems.push(
          `the API of ${published.manifest.name} differs from ${name}; "npm run api" accepts it\n${difference(kept, text)}`,
        );
    }
  }
  return { problems, summary: `${reports} API reports ${write ? "written" : "compared"}` };
}

function extractApi(published: Package, entry: Entry): { text: string; messages: string[] } {
  const folder = mkdtempSync(path.join(tmpdir(), "cloudhaul-api-"));
  const messages: string[] = [];
  try {
    const config = ExtractorConfig.loadFile(configFile);
    const extractorConfig = ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: path.join(published.directory, "package.json"),
      configObject: {
        ...config,
        projectFolder: published.directory,
        mainEntryPointFilePath: path.join(published.directory, declarationsOf(entry)),
        apiReport: {
          ...config.apiReport,
          enabled: true,
          reportFileName: "report",
          reportFolder: folder,
          reportTempFolder: folder,
        },
      },
    });
    Extractor.invoke(extractorConfig, {
      localBuild: true,
      messageCallback: (message) => {
        message.handled = true;
        if (isOfWeight(message)) messages.push(message.formatMessageWithLocation(published.directory));
      },
    });
    return { text: readFileSync(path.join(folder, "report.api.md"), "utf8"), messages };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isOfWeight({ category, logLevel }: ExtractorMessage): boolean {
  return category !== ExtractorMessageCategory.Console && (logLevel === "error" || logLevel === "warning");
}

/** The lines that only one side has, marked as in a diff, up to a screenful. */
function difference(kept: string | undefined, built: string): string {
  const before = (kept ?? "").split("\n");
  const after = built.split("\n");
  const lines = [
    ...before.filter((line) => !after.includes(line)).map((line) => `  - ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `  + ${line}`),
  ];
  return lines.slice(0, 40).join("\n");
}

if (import.meta.main) {
  const { write } = parseArgs({ options: { write: { type: "boolean", default: false } } }).values;
  await report("api-reports", checkApiReports(publishedPackages(repositoryRoot), { write }));
}
