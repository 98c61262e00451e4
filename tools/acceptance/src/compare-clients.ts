import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, release, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ComparedCase, comparedCases } from "./compare-cases.ts";
import { type ComparedProgram, comparedPrograms } from "./compare-programs.ts";
import { startComparedServer } from "./compare-server.ts";

/** What became of one download. */
type Outcome = "ok" | "error" | "hang" | "WRONG" | "MIXED";

/** Beyond this a download counts as hanging. The longest that ends has fifteen tries, a second apart. */
const limitMs = 30_000;
/** Most of the time is spent waiting. */
const atOnce = 6;

const documentPath = resolve(import.meta.dirname, "../../../docs/faults.md");
const [begin, end] = ["<!-- begin: npm run faults -->", "<!-- end: npm run faults -->"];

/** Runs the command, again if it may be, in a folder of its own; resolves to whether it said that it had succeeded. */
async function run(
  { command, runs = 1 }: ComparedProgram,
  url: string,
  folder: string,
): Promise<"success" | "failure" | "hang"> {
  const deadline = AbortSignal.timeout(limitMs);
  // Nothing of this machine's set-up, such as a proxy or a list of authorities, may reach the clients.
  const env = { PATH: process.env.PATH, HOME: folder };
  for (let attempt = 1; attempt <= runs; attempt++) {
    const [file, ...args] = command(url);
    const child = spawn(file, args, { cwd: folder, env, stdio: "ignore" });
    const kill = (): void => void child.kill("SIGKILL");
    deadline.addEventListener("abort", kill);
    const [exitCode] = (await once(child, "exit")) as [number | null];
    deadline.removeEventListener("abort", kill);
    if (deadline.aborted) return "hang";
    if (exitCode === 0) return "success";
  }
  return "failure";
}

function judge({ right, former }: ComparedCase, saved: Buffer | undefined): Outcome {
  if (saved && right?.equals(saved)) return "ok";
  const half = Math.min(saved?.length ?? 0, 64 * 1024);
  const isMixed =
    saved?.length === right?.length &&
    saved?.subarray(0, half).equals(former?.subarray(0, half) ?? Buffer.alloc(0)) &&
    saved.subarray(-half).equals(right?.subarray(-half) ?? Buffer.alloc(0));
  return isMixed ? "MIXED" : "WRONG";
}

async function compare(program: ComparedProgram, compared: ComparedCase): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "cloudhaul-compare-"));
  const server = await startComparedServer(compared.script);
  try {
    const ended = await run(program, `${server.origin}/file.bin?link=first`, folder);
    if (ended !== "success") return ended === "hang" ? "hang" : "error";
    return judge(compared, await readFile(join(folder, "out")).catch(() => undefined));
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
}

/** Every program under every case, a few at a time; the outcomes by program, in the order of the cases. */
async function compareAll(
  programs: readonly ComparedProgram[],
  cases: readonly ComparedCase[],
): Promise<Map<ComparedProgram, Outcome[]>> {
  const outcomes = new Map(programs.map((program) => [program, [] as Outcome[]]));
  const work = cases.flatMap((compared, index) => programs.map((program) => ({ program, compared, index })));
  const worker = async (): Promise<void> => {
    for (let next = work.shift(); next; next = work.shift()) {
      const { program, compared, index } = next;
      const outcome = await compare(program, compared);
      (outcomes.get(program) ?? [])[index] = outcome;
      process.stderr.write(`${program.name}, ${compared.name}: ${outcome}\n`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return outcomes;
}

const bold = (outcome: Outcome): string => (/^[A-Z]+$/.test(outcome) ? `**${outcome}**` : outcome);
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** The table has a row for each case: there are more cases than programs. */
function describe(
  outcomes: ReadonlyMap<ComparedProgram, readonly Outcome[]>,
  cases: readonly ComparedCase[],
): string {
  const programs = [...outcomes.keys()];
  const [cpu] = cpus();
  const [kernel] = /^\d+\.\d+/.exec(release()) ?? [];
  return [
    row(["case", ...programs.map(({ name }) => name)]),
    row(["---", ...programs.map(() => ":-:")]),
    ...cases.map(({ name }, index) =>
      row([name, ...programs.map((program) => bold(outcomes.get(program)?.[index] ?? "error"))]),
    ),
    "",
    "The cases, of a file of 1 MiB with a strong ETag and a date, unless something else is said:",
    "",
    ...cases.map(({ name, what }) => `- **${name}**: ${what}`),
    "",
    "The clients, each with the flags by which it tries again, resumes and notices a stall:",
    "",
    ...programs.map(
      ({ name, version, shown, runs }) =>
        `- **${name}** ${version}: \`${shown}\`${runs ? `, run until it succeeds, at most ${runs} times` : ""}`,
    ),
    "",
    `Run on ${new Date().toISOString().slice(0, 10)} with Node ${process.versions.node} on ${process.platform} ${kernel}, ${cpus().length} × ${cpu?.model.trim()}, over loopback.`,
  ].join("\n");
}

const programs = comparedPrograms();
const cases = await comparedCases();
const written = describe(await compareAll(programs, cases), cases);
const [before, after] = (await readFile(documentPath, "utf8")).split(new RegExp(`${begin}[^]*${end}`));
if (before === undefined || after === undefined)
  throw new Error(`${documentPath} has no place for the table: ${begin}`);
await writeFile(documentPath, `${before}${begin}\n${written}\n${end}${after}`);
console.log(written);
