import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A file that is gone when the test that asked for it is over. */
export async function temporaryFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cloudhaul-core-auth-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "file");
  await writeFile(file, text);
  return file;
}
