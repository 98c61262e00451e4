import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of the test's own, gone at its end. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  file(name: string): string;
  /** Every entry, hidden ones too. */
  names(): Promise<string[]>;
}

export async function makeTemporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "cloudhaul-test-"));
  return {
    path,
    file: (name) => join(path, name),
    names: async () => (await readdir(path, { recursive: true })).sort(),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
