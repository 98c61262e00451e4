import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** A client of the comparison: a command that saves `url` as the file `out` in its folder. */
export interface ComparedProgram {
  readonly name: string;
  readonly version: string;
  command(url: string): readonly [file: string, ...args: string[]];
  /** What a reader would type. */
  readonly shown: string;
  /** How often it is run, at most, until it succeeds. Default 1. */
  readonly runs?: number | undefined;
}

const curl =
  "--fail --location --silent --show-error --speed-limit 1 --speed-time 2 --connect-timeout 5".split(" ");
const tries = 15;
const flags = {
  curl: [...curl, "--retry", `${tries}`, "--retry-all-errors", "--retry-delay", "1"],
  curlContinue: [...curl, "--continue-at", "-", "--retry", "2", "--retry-delay", "1"],
  aria2c: `--continue --max-tries=${tries} --retry-wait=1 --timeout=2 --connect-timeout=5 --quiet`.split(" "),
  rclone: `--retries 3 --low-level-retries ${tries} --timeout 2s --contimeout 5s --quiet`.split(" "),
};

const program = (file: string): string => join(import.meta.dirname, file);

/**
 * The clients, each with the flags by which it tries again, resumes and notices a stall.
 *
 * @throws Error naming every program that is not installed
 */
export function comparedPrograms(): readonly ComparedProgram[] {
  const versions = {
    curl: versionOf("curl"),
    aria2c: versionOf("aria2c"),
    rclone: versionOf("rclone", "version"),
  };
  const missing = Object.entries(versions).flatMap(([name, version]) => (version ? [] : [name]));
  if (missing.length > 0) {
    throw new Error(`Not installed: ${missing.join(", ")}. On Debian: apt-get install curl aria2 rclone`);
  }
  const { curl = "", aria2c = "", rclone = "" } = versions;
  const undici = packageVersion(createRequire(import.meta.url).resolve("undici/package.json"));
  const cloudhaul = packageVersion(join(import.meta.dirname, "../../../packages/core-http/package.json"));
  const node = (file: string) => (url: string) => [process.execPath, program(file), url] as const;
  return [
    {
      name: "curl",
      version: curl,
      shown: `curl ${flags.curl.join(" ")} -o out URL`,
      command: (url) => ["curl", ...flags.curl, "-o", "out", url],
    },
    {
      name: "curl -C -",
      version: curl,
      shown: `curl ${flags.curlContinue.join(" ")} -o out URL`,
      command: (url) => ["curl", ...flags.curlContinue, "-o", "out", url],
      runs: tries,
    },
    {
      name: "aria2c",
      version: aria2c,
      shown: `aria2c ${flags.aria2c.join(" ")} -o out URL`,
      command: (url) => ["aria2c", ...flags.aria2c, "-o", "out", url],
    },
    {
      name: "rclone copyurl",
      version: rclone,
      shown: `rclone copyurl ${flags.rclone.join(" ")} URL out`,
      command: (url) => ["rclone", "copyurl", ...flags.rclone, url, "out"],
    },
    {
      name: "undici RetryAgent",
      version: undici,
      shown: "tools/acceptance/src/compare-undici.ts URL",
      command: node("compare-undici.ts"),
    },
    {
      name: "Cloudhaul, a link",
      version: cloudhaul,
      shown: "tools/acceptance/src/compare-link.ts URL",
      command: node("compare-link.ts"),
    },
    {
      name: "Cloudhaul, a service",
      version: cloudhaul,
      shown: "tools/acceptance/src/compare-service.ts URL",
      command: node("compare-service.ts"),
    },
  ];
}

function versionOf(file: string, argument = "--version"): string | undefined {
  try {
    const text = execFileSync(file, [argument], { encoding: "utf8" });
    return /v?(\d+\.\d+[\w.-]*)/.exec(text)?.[1];
  } catch {
    return undefined; // told as missing
  }
}

function packageVersion(path: string): string {
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
