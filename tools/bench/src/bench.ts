import { loadavg } from "node:os";
import { resolve } from "node:path";
import { cases } from "./cases.ts";
import { runContest } from "./contest.ts";
import { type CaseResult, describeMachine, markdownTable, writeDocument } from "./document.ts";
import { parseOptions, usage } from "./options.ts";
import { peerVersions } from "./programs.ts";
import { fullScale, quickScale } from "./scale.ts";
import { createScene } from "./scene.ts";
import { contestSection } from "./section.ts";

const names = cases.map(({ name }) => name);

async function bench(): Promise<void> {
  const docs = resolve(import.meta.dirname, "../../../docs");
  const options = parseOptions(process.argv.slice(2), names, docs);
  if (options.help) return console.log(`${usage}\nCases: ${names.join(", ")}.`);
  const versions = peerVersions();
  const scale = options.quick ? quickScale : fullScale;
  const scene = await createScene(scale.neededBytes);
  const results: Record<string, CaseResult> = {};
  const failures: string[] = [];
  for (const { name, title, what, rounds: usual, run } of cases) {
    if (options.cases.length > 0 && !options.cases.includes(name)) continue;
    const rounds = options.rounds ?? (options.quick ? 1 : usual);
    process.stderr.write(`${new Date().toTimeString().slice(0, 8)} ${name}, ${rounds} rounds\n`);
    const sections = await run({
      ...{ scene, scale, rounds },
      hold: async (contest, layout) => {
        const standings = await runContest(contest, scene, { warmUp: scale.warmUp, counted: rounds });
        return contestSection(contest, standings, layout);
      },
    });
    await scene.clear();
    for (const section of sections) {
      console.log(`\n${title}: ${section.title}\n\n${markdownTable(section.header, section.rows)}`);
      failures.push(...section.failures);
    }
    const [load = 0] = loadavg();
    results[name] = { title, what, rounds, date: new Date().toISOString().slice(0, 10), load, sections };
  }
  if (!options.quick) {
    const { places } = scene;
    await writeDocument(options.out, { machine: describeMachine(), places, versions, cases: results }, names);
  }
  for (const failure of failures) console.error(failure);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

// Everything that was started ends in the handlers of "exit".
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
try {
  await bench();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
process.exit();
