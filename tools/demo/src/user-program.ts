import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type DemoOptions, downloadRomaOnce, downloads, type RefusedAttempt } from "./downloads.ts";
import { createProgressLine } from "./progress-line.ts";

/** What the program tells on stdout, one JSON object a line. */
export type Report =
  | { readonly kind: "saved"; readonly service: string; readonly path: string }
  | ({ readonly kind: "refused" } & RefusedAttempt);

function report(line: Report): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Runs one service's downloads under a progress line, into a folder of its own. */
async function under<Result>(
  service: string,
  root: string,
  signal: AbortSignal,
  run: (folder: string, options: DemoOptions) => Promise<Result>,
): Promise<Result> {
  const folder = join(root, service);
  await mkdir(folder, { recursive: true });
  const line = createProgressLine(service, process.stderr);
  try {
    return await run(folder, { signal, onProgress: line.show, overwrite: true });
  } finally {
    line.end();
  }
}

/** Fetches one download of each service into `root`, with whatever credentials and endpoints the environment gives. */
async function fetchAll(root: string, signal: AbortSignal): Promise<void> {
  for (const [service, download] of Object.entries(downloads)) {
    for (const path of await under(service, root, signal, download)) report({ kind: "saved", service, path });
  }
  const refused = await under("roma", root, signal, (folder, options) =>
    downloadRomaOnce(folder, options, (path) => report({ kind: "saved", service: "roma", path })),
  );
  for (const attempt of refused) report({ kind: "refused", ...attempt });
}

if (import.meta.main) {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error("interrupted"));
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    await fetchAll(process.argv[2] ?? ".", interrupted.signal);
  } catch (error) {
    console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
    process.exitCode = interrupted.signal.aborted ? 130 : 1;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}
