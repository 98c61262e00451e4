import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, release, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ComparedFault, type ComparedOutcome, comparedFaults, judgeSaved } from "./compare-faults.ts";
import { type ComparedProgram, comparedPrograms } from "./compare-programs.ts";
import { bodyOf } from "./fault-bodies.ts";
import { faultCertificate } from "./fault-certificate.ts";
import { originOf } from "./fault-places.ts";
import { startFaultServer } from "./fault-server.ts";

/** Beyond this a download counts as hanging. The longest that ends has fifteen tries, a second apart. */
const limitMs = 30_000;
/** Most of the time is spent waiting. */
const atOnce = 16;

const documentPath = resolve(import.meta.dirname, "../../../docs/faults.md");
const [begin, end] = ["<!-- begin: npm run faults -->", "<!-- end: npm run faults -->"];

/** Runs the command, again if it may be, in a folder of its own; resolves to whether it said that it had succeeded. */
async function run(
  { command, runs = 1 }: ComparedProgram,
  url: string,
  folder: string,
  trusted: NodeJS.ProcessEnv,
): Promise<"success" | "failure" | "hang"> {
  const deadline = AbortSignal.timeout(limitMs);
  // Nothing of this machine's set-up, such as a proxy or a list of authorities, may reach the clients.
  const env = { PATH: process.env.PATH, HOME: folder, ...trusted };
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

/** Node, curl and rclone find the authority by their environment, aria2c by its configuration. */
async function trust(folder: string): Promise<NodeJS.ProcessEnv> {
  const path = join(folder, ".authority.pem");
  await writeFile(path, faultCertificate.cert);
  await mkdir(join(folder, ".aria2"));
  await writeFile(join(folder, ".aria2", "aria2.conf"), `ca-certificate=${path}\n`);
  return { NODE_EXTRA_CA_CERTS: path, CURL_CA_BUNDLE: path, SSL_CERT_FILE: path };
}

async function compare(program: ComparedProgram, compared: ComparedFault): Promise<ComparedOutcome> {
  const { fault, validator } = compared;
  const folder = await mkdtemp(join(tmpdir(), "cloudhaul-compare-"));
  const { ageSeconds, isSecure, isTrusted = true, brokenHandshakes, steps } = fault;
  const object = { content: await bodyOf(fault.body ?? "bytes"), validator, ageSeconds };
  const elsewhere = await startFaultServer({ ...object, steps: [{}] });
  const server = await startFaultServer({
    ...object,
    steps,
    isSecure,
    brokenHandshakes,
    refusesForGood: true,
    elsewhere: elsewhere.origin,
  });
  try {
    const env = isSecure && isTrusted ? await trust(folder) : {};
    const url = `${originOf(fault, server)}/file.bin?link=first`;
    const ended = await run(program, url, folder, env);
    if (ended !== "success") return ended === "hang" ? "hang" : "error";
    return await judgeSaved(compared, await readFile(join(folder, "out")).catch(() => undefined));
  } finally {
    await Promise.all([server[Symbol.asyncDispose](), elsewhere[Symbol.asyncDispose]()]);
    await rm(folder, { recursive: true });
  }
}

/** Every program under every case, a few at a time; the outcomes by program, in the order of the cases. */
async function compareAll(
  programs: readonly ComparedProgram[],
  cases: readonly ComparedFault[],
): Promise<Map<ComparedProgram, ComparedOutcome[]>> {
  const outcomes = new Map(programs.map((program) => [program, [] as ComparedOutcome[]]));
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

const bold = (outcome: ComparedOutcome): string => (/^[A-Z]+$/.test(outcome) ? `**${outcome}**` : outcome);
const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** The table has a row for each case: there are more cases than programs. */
function describe(
  outcomes: ReadonlyMap<ComparedProgram, readonly ComparedOutcome[]>,
  cases: readonly ComparedFault[],
): string {
  const programs = [...outcomes.keys()];
  const [cpu] = cpus();
  const [kernel] = /^\d+\.\d+/.exec(release()) ?? [];
  return [
    row(["fault", ...programs.map(({ name }) => name)]),
    row(["---", ...programs.map(() => ":-:")]),
    ...cases.map(({ name }, index) =>
      row([name, ...programs.map((program) => bold(outcomes.get(program)?.[index] ?? "error"))]),
    ),
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
const written = describe(await compareAll(programs, comparedFaults), comparedFaults);
const [before, after] = (await readFile(documentPath, "utf8")).split(new RegExp(`${begin}[^]*${end}`));
if (before === undefined || after === undefined)
  throw new Error(`${documentPath} has no place for the table: ${begin}`);
await writeFile(documentPath, `${before}${begin}\n${written}\n${end}${after}`);
console.log(written);
