import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { commandFile } from "./cloudhaul-command.ts";
import { startPacedServer } from "./paced-server.ts";
import { randomBytesOf } from "./random-file.ts";
import { runProgram } from "./run-program.ts";
import { sha256OfFile } from "./saved-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const mebibyte = 1024 ** 2;
const file = randomBytesOf("terminal", 24 * mebibyte);
const sha256 = createHash("sha256").update(file).digest("hex");

type Action = { readonly type: string } | { readonly resize: readonly [columns: number, rows: number] };
type Step = readonly [pattern: string, ...actions: readonly Action[]];

interface TerminalSession {
  readonly output: string;
  readonly exitCode: number;
  /** Steps whose pattern was never seen. */
  readonly stepsLeft: number;
}

/** Runs the command in a terminal of Python's making. */
async function inTerminal(
  words: readonly string[],
  steps: readonly Step[] = [],
  moreEnv: NodeJS.ProcessEnv = {},
): Promise<TerminalSession> {
  const driver = fileURLToPath(new URL("pseudo-terminal.py", import.meta.url));
  const program = [process.execPath, commandFile, ...words];
  const { stdout } = await promisify(execFile)(
    "python3",
    [driver, "100", "24", JSON.stringify(steps), ...program],
    {
      env: {
        ...process.env,
        TERM: "xterm-256color",
        NO_COLOR: undefined,
        FORCE_COLOR: undefined,
        ...moreEnv,
      },
      maxBuffer: 64 * mebibyte,
    },
  );
  return JSON.parse(stdout) as TerminalSession;
}

async function server(bytesPerSecond: number): Promise<string> {
  const paced = await startPacedServer(file, bytesPerSecond);
  onTestFinished(() => paced.close());
  return `${paced.url}/a.bin`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
const escapeCodes = /\u001b\[[0-9;]*[A-Za-z]/g;

/** The bars that were drawn, one after the other. */
const barsIn = (output: string): string[] =>
  output
    .replace(escapeCodes, "\n")
    .split(/[\r\n]+/)
    .filter((line) => line.includes("[#") || line.includes("[-"));

describe("in a terminal", () => {
  it("[CLI-8, CLI-11] bar, narrower window, Ctrl-C in the middle, and the same command goes on", async () => {
    const url = await server(8 * mebibyte);
    const folder = await temporaryFolder();
    const words = ["get", url, "-o", `${folder}/`];
    const first = await inTerminal(words, [
      ["\\[#+-+\\] +(2|3)\\d%", { resize: [60, 20] }],
      ["\\[#+-+\\] +(5|6)\\d%", { type: "\u0003" }],
    ]);
    expect([first.exitCode, first.stepsLeft]).toEqual([130, 0]);
    const [wide = "", narrow = ""] = first.output.split("<resized>");
    expect(barsIn(wide).length).toBeGreaterThan(3);
    expect(barsIn(wide)[0]).toMatch(/^a\.bin +\[[#-]{20}\] +\d+% .* of 24\.0 MiB/);
    const widths = barsIn(narrow).map((line) => line.length);
    expect(widths.length).toBeGreaterThan(3);
    expect(Math.max(...widths.slice(1))).toBeLessThan(60); // the first may have been on its way
    expect(first.output).toContain("Interrupted. What came is kept");
    expect(first.output).toContain(`cloudhaul get '${url}…' -o ${folder}/`);
    expect(await readdir(folder)).not.toContain("a.bin");

    const second = await inTerminal(words);
    expect(second.exitCode).toBe(0);
    expect(second.output).toMatch(/the first 1\d\.\d MiB from an earlier run/);
    expect(second.output).toContain(sha256);
    expect(await readdir(folder)).toEqual(["a.bin"]);
    expect(await sha256OfFile(join(folder, "a.bin"))).toBe(sha256);
    // What was drawn last was taken away: the last line is the result.
    expect(second.output.replace(escapeCodes, "").trimEnd().split("\r\n").at(-1)).toContain(sha256);
  });

  it("[CLI-11] errors are red, and with --no-color or NO_COLOR nothing is", async () => {
    const red = "\u001b[31merror:\u001b[0m";
    const words = ["get", "http://127.0.0.1:9/a", "--retries", "0", "-o", await temporaryFolder()];
    expect((await inTerminal(words)).output).toContain(red);
    const byFlag = await inTerminal([...words, "--no-color"]);
    const byVariable = await inTerminal(words, [], { NO_COLOR: "1" });
    for (const { exitCode, output } of [byFlag, byVariable]) {
      expect([exitCode, output.includes("error:")]).toEqual([6, true]);
      expect(output).not.toContain("\u001b[3");
    }
  });

  it("[CLI-5] a file is not poured over it", async () => {
    const { exitCode, output } = await inTerminal(["get", await server(mebibyte), "-o", "-"]);
    expect(exitCode).toBe(2);
    expect(output).toContain("stdout is a terminal");
  });
});

it("[CLI-12] in a pipe there is no escape code", async () => {
  const url = await server(16 * mebibyte);
  const words = ["get", url, `${url}?b`, "-o", `${await temporaryFolder()}/`, "--verbose", "--overwrite"];
  const env = { FORCE_COLOR: "3", TERM: "xterm-256color" };
  const { exitCode, stdout, stderr } = await runProgram(commandFile, { arguments: words, env });
  expect(exitCode).toBe(0);
  expect(stderr).toContain(sha256);
  expect(stdout + stderr).not.toContain("\u001b");
});
