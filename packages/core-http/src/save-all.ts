import { type CheckedOptions, checkInput } from "./check-input.ts";
import { fileRules } from "./consume.ts";
import type { DownloadAllOptions, DownloadItem, DownloadOutcome } from "./download-all.ts";
import { eachLimited } from "./each-limited.ts";

const rules: CheckedOptions = {
  ...fileRules,
  concurrency: { type: "integer", min: 1, max: 256 },
  stopOnError: { type: "boolean" },
};

/** The work of `downloadAll`. */
export async function saveAll(
  items: Iterable<DownloadItem> | AsyncIterable<DownloadItem>,
  options: DownloadAllOptions,
): Promise<readonly DownloadOutcome[]> {
  checkInput(rules, options);
  const { concurrency = 4, stopOnError = false, ...fileOptions } = options;
  const outcomes: DownloadOutcome[] = [];
  let count = 0;
  await eachLimited(items, concurrency, async ({ download, path }) => {
    const index = count++;
    try {
      outcomes[index] = { path, file: await download.toFile(path, fileOptions) };
    } catch (error) {
      options.signal?.throwIfAborted();
      if (stopOnError) throw error;
      outcomes[index] = { path, error };
    }
  });
  return outcomes;
}
