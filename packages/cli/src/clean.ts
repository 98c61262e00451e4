import { findLeftovers, type Leftover, removeLeftover } from "@cloudhaul/core-http";
import { formatBytes } from "./amounts.ts";
import type { CommandRun } from "./command.ts";

/** Why something stays. */
const stays: Readonly<Partial<Record<Leftover["state"], string>>> = {
  "in-use": "a download is running",
  "once-only": "of a file that can be downloaded only once (--markers takes it, too)",
};

export const clean: CommandRun = async ({ output, signal }, { yes, markers }, [folder = "."]) => {
  const found = await findLeftovers(folder, { signal });
  let files = 0;
  let bytes = 0;
  for (const leftover of found) {
    signal.throwIfAborted();
    const { state, source, paths } = leftover;
    const what = `${source ?? "unknown"}, ${formatBytes(leftover.bytes)}`;
    const isMeant = state === "stale" || (state === "once-only" && markers === true);
    const goes = isMeant && (!yes || (await removeLeftover(leftover, { signal })));
    if (goes) {
      files += paths.length;
      bytes += leftover.bytes;
      output.say(`${yes ? "removed" : "would remove"}: ${what}`);
    } else output.say(`kept: ${what}: ${stays[state] ?? stays["in-use"]}`);
    const fate = goes ? (yes ? "removed" : "would-remove") : "kept";
    const text = goes ? paths.join("\n") : undefined;
    output.data(text, { type: "leftover", fate, state, source, bytes: leftover.bytes, paths });
  }
  if (found.length === 0) output.say(`${folder}: nothing is left of any download.`);
  else if (!yes && files > 0)
    output.say(`Nothing was removed yet. To remove them: cloudhaul clean ${folder} --yes`);
  output.data(undefined, { type: "summary", removed: yes === true, files, bytes });
};
