import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { report, type Verdict } from "./verdict.ts";
import { filesMatching, repositoryRoot } from "./workspace.ts";

const examplesFolder = "docs/examples";

/** A fenced block, and the comment before it that names its file: `<!-- example: resume.ts -->`. */
const block = /(?:^<!-- example: (?<file>\S+) -->\n)?^```(?<language>\w*)\n(?<code>.*?)^```$/gms;

/** How a block is fenced, by the ending of its file. */
const languages: Readonly<Record<string, string>> = {
  ".ts": "ts",
  ".sh": "sh",
  ".py": "python",
  ".env": "sh",
  ".crontab": "sh",
  ".service": "ini",
  ".timer": "ini",
};

/** How {@link checkGuides} treats a block that differs from its file. */
export interface GuideOptions {
  /** Writes the file's text into the page. Default `false`: a difference is a problem. */
  readonly write: boolean;
}

/**
 * Checks that every block of code in the guides is the text of a file in `docs/examples`, where it is run by tests, and that
 * every such file is shown.
 */
export function checkGuides(root: string, { write }: GuideOptions): Verdict {
  const examples = new Set(
    filesMatching(root, `${examplesFolder}/**/*`)
      .filter((file) => path.posix.extname(file) !== "")
      .map((file) => path.posix.relative(examplesFolder, file)),
  );
  const shown = new Set<string>();
  const problems: string[] = [];
  const guides = filesMatching(root, "docs/guides/*.md");
  for (const guide of guides) {
    const text = readFileSync(path.join(root, guide), "utf8");
    const synced = text.replaceAll(block, (fenced, file: string | undefined, _language, code: string) => {
      const line = text.slice(0, text.indexOf(fenced)).split("\n").length;
      if (!file || !existsSync(path.join(root, examplesFolder, file))) {
        problems.push(`${guide}:${line}: ${file ?? "a block"} is no file of ${examplesFolder}`);
        return fenced;
      }
      shown.add(file);
      const expected = fencedExample(file, readFileSync(path.join(root, examplesFolder, file), "utf8"));
      if (fenced !== expected && !write)
        problems.push(`${guide}:${line}: ${file} differs; "npm run guides" takes it over\n${code}`);
      return expected;
    });
    if (write && synced !== text) writeFileSync(path.join(root, guide), synced);
  }
  for (const file of examples)
    if (!shown.has(file)) problems.push(`${examplesFolder}/${file} is shown in no guide`);
  if (guides.length === 0) problems.push("no guide was found");
  return { problems, summary: `${guides.length} guides, ${shown.size} examples` };
}

function fencedExample(file: string, text: string): string {
  const language = languages[path.posix.extname(file)] ?? "";
  return `<!-- example: ${file} -->\n\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

if (import.meta.main) {
  const { write } = parseArgs({ options: { write: { type: "boolean", default: false } } }).values;
  await report("guides", checkGuides(repositoryRoot, { write }));
}
