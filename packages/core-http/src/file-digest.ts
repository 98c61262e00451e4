import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { onFile } from "./file-errors.ts";
import { statOf } from "./publish.ts";

/** The digest of a file on the disk, in lower-case hex. */
export async function digestOf(path: string, algorithm: "sha256" | "md5"): Promise<string> {
  const hash = createHash(algorithm);
  return onFile(path, async () => {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk);
    return hash.digest("hex");
  });
}

/** Whether the file at `path` is so long and, where a digest is known, has it. */
export async function isFile(
  path: string,
  wanted: { readonly bytes: number; readonly sha256?: string | undefined },
): Promise<boolean> {
  const found = await statOf(path);
  if (!found?.isFile() || Number(found.size) !== wanted.bytes) return false;
  return wanted.sha256 === undefined || (await digestOf(path, "sha256")) === wanted.sha256;
}
