import { spawn } from "node:child_process";

/** Where and how a command runs. */
export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What a command printed. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end; throws, with all that it printed, where it fails. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env }: RunOptions,
): Promise<Printed> {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text;
    });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (exitCode !== 0)
    throw new Error(
      `${[command, ...args].join(" ")} ended with ${exitCode}\n${printed.stdout}${printed.stderr}`,
    );
  return printed;
}

/** Runs the tasks, two at a time, and gives their results in order; throws the first failure. */
export async function runInPairs<Result>(
  tasks: readonly (() => Promise<Result>)[],
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const turns = tasks.entries();
  const work = async (): Promise<void> => {
    for (const [index, task] of turns) results[index] = await task();
  };
  await Promise.all([work(), work()]);
  return results;
}
