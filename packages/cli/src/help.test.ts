import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cloudhaul, jsonLines } from "./__fixtures__/cloudhaul.ts";
import { allCommands } from "./command-tree.ts";
import { flags, flagText } from "./flags.ts";
import { commandHelp } from "./help-text.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** Writes every module that is loaded to stderr. */
const tellModules = `import { registerHooks } from "node:module";
registerHooks({ load(url, context, next) { process.stderr.write(url + "\\n"); return next(url, context); } });`;

describe("help", () => {
  it("[CLI-13] cloudhaul alone says what it can do, in one screen", async () => {
    const { exitCode, stdout, stderr } = await cloudhaul([]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const [[name = ""]] of allCommands()) expect(stdout).toContain(`\n  ${name} `);
    for (const words of [["--help"], ["-h"], ["help"]])
      expect(await cloudhaul(words)).toEqual({ exitCode: 0, stdout, stderr: "" });
  });

  it("[CLI-1] help and version load nothing of the library", async () => {
    const nodeOptions = ["--import", `data:text/javascript,${encodeURIComponent(tellModules)}`];
    for (const words of [["--help"], ["hss", "download", "--help"], ["--version"]]) {
      const { stderr } = await cloudhaul(words, { nodeOptions });
      expect(stderr).toContain("/dist/main.js\n");
      expect(stderr).not.toMatch(/core-http|core-auth|undici|zod|hss-download/);
    }
  });

  it("[CLI-13] the version is that of the package", async () => {
    expect(await cloudhaul(["--version"])).toMatchObject({ exitCode: 0, stdout: `${version}\n` });
  });

  it.each(allCommands())("[CLI-13] of %s", async (words, command) => {
    const { exitCode, stdout } = await cloudhaul([...words, "--help"]);
    expect([exitCode, stdout]).toEqual([0, commandHelp(words, command)]);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { line } of command.examples) {
      expect(line).toContain(`cloudhaul ${words.join(" ")}`);
      const ours = line.split(/[|>]/).find((part) => part.includes("cloudhaul ")) ?? "";
      const used = [...ours.matchAll(/ (--[a-z0-9-]+)/g)].map(([, flag]) => flag);
      expect(command.flags.map(flagText)).toEqual(expect.arrayContaining(used));
      for (const name of command.required ?? []) expect(used).toContain(flagText(name));
    }
    for (const name of command.flags) expect(stdout).toContain(flagText(name));
  });

  it("[CLI-13] every flag belongs to a command, and no letter to two flags", () => {
    const used = new Set(allCommands().flatMap(([, command]) => command.flags));
    expect(Object.keys(flags).filter((name) => !used.has(name as never))).toEqual([]);
    const letters = Object.values(flags).flatMap(({ alias }) => alias ?? []);
    expect(new Set(letters).size).toBe(letters.length);
  });
});

describe("wrong words", () => {
  it.each([
    [["hss", "downlod"], "did you mean `download`", "cloudhaul hss --help"],
    [["hs", "download"], "did you mean `hss`", "cloudhaul --help"],
    [["hss", "download", "x", "--outptu", "y"], "did you mean --output", "cloudhaul hss download --help"],
    [["hss", "download"], "FILE_ID", "cloudhaul hss download --help"],
    [["roma", "download", "a"], "--instance", "cloudhaul roma download --help"],
    [["dds", "download", "a", "b", "--instance", "i"], "b", "cloudhaul dds download --help"],
    [["get", "x", "--limit-rate", "fast"], "write it like 500K", "cloudhaul get --help"],
    [["get", "x", "--concurrency", "0"], "from 1 to 64", "cloudhaul get --help"],
    [["get", "x", "--sha256", "abc"], "64 hex digits", "cloudhaul get --help"],
  ])("[CLI-14] %j", async (words, says, help) => {
    const { exitCode, stdout, stderr } = await cloudhaul(words);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(says);
    expect(stderr).toContain(`Help: ${help}\n`);
    const json = await cloudhaul([...words, "--json"]);
    expect(json.exitCode).toBe(2);
    for (const line of jsonLines(json.stderr))
      expect(line).toMatchObject({ type: "error", code: "CONFIGURATION", exitCode: 2 });
  });

  it.each([
    [["whoami", "--secret", "PLAIN-SECRET"]],
    [["whoami", "--access-key=PLAIN-SECRET"]],
    [["whoami", "--secretKey", "PLAIN-SECRET"]],
    [["whoami", "--password=PLAIN-SECRET"]],
    [["hss", "download", "x", "--token", "PLAIN-SECRET"]],
    [["get", "https://user:PLAIN-SECRET@host.example/x"]],
    [["whoami", "--endpoint=https://user:PLAIN-SECRET@host.example"]],
  ])("[CLI-15] a secret among them is refused, with the remedy: %j", async (words) => {
    const { exitCode, stdout, stderr } = await cloudhaul(words);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("does not belong on the command line");
    expect(stderr).toContain("HUAWEICLOUD_SDK_AK");
    expect(stderr).not.toContain("PLAIN-SECRET");
  });

  it("[CLI-15] an @ in the path or query of a link is none", async () => {
    const { stderr } = await cloudhaul(["get", "http://127.0.0.1:9/a@b?c=d@e", "--retries", "0"], {
      cwd: "/tmp",
    });
    expect(stderr).not.toContain("command line");
  });
});

describe("completion", () => {
  it("[CLI-16] bash completes commands, flags and files", async () => {
    const { stdout: script } = await cloudhaul(["completion"]);
    const ask = (line: string): string[] => {
      const words = line.split(" ");
      const program = `cloudhaul() { "${process.execPath}" "${new URL("../dist/main.js", import.meta.url).pathname}" "$@"; }
${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${words.length - 1}
_cloudhaul
printf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync("bash", ["-c", program], { encoding: "utf8" }).trim().split("\n");
    };
    expect(ask("cloudhaul do")).toEqual(["doctor"]);
    expect(ask("cloudhaul hss ")).toEqual(["download", "export", "wait", "--help"]);
    expect(ask("cloudhaul hss download x --re")).toEqual(["--retries", "--region"]);
    expect(ask("cloudhaul get zzz")).toEqual([""]);
  });
});
