import { createCipheriv, createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** What a file must be once it was downloaded. */
export interface ExpectedFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** The files that a folder must hold, and no others, by name. */
export type ExpectedFiles = ReadonlyMap<string, ExpectedFile>;

const pieceBytes = 4 * 1024 * 1024;

/** Writes a file of bytes that look random and are the same for the same name. */
export async function writeSeededFile(folder: string, name: string, bytes: number): Promise<ExpectedFile> {
  const key = createHash("sha256").update(name).digest();
  const cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  const digest = createHash("sha256");
  const zeros = Buffer.alloc(Math.min(bytes, pieceBytes));
  const file = await open(join(folder, name), "wx");
  try {
    for (let left = bytes; left > 0; left -= zeros.length) {
      const piece = cipher.update(zeros.subarray(0, Math.min(left, zeros.length)));
      digest.update(piece);
      await file.writeFile(piece);
    }
    // An export lies there for a while. nginx makes its ETag of the date, and one of a moment ago proves nothing.
    const yesterday = new Date(Date.now() - 86_400_000);
    await file.utimes(yesterday, yesterday);
  } finally {
    await file.close();
  }
  return { bytes, sha256: digest.digest("hex") };
}

/**
 * Reads everything in a folder again: a download that is fast and wrong must not count.
 *
 * @throws Error naming what is missing, too much, of another length or of other bytes
 */
export async function verifyFiles(folder: string, expected: ExpectedFiles): Promise<void> {
  const names = await readdir(folder);
  const strange = names.filter((name) => !expected.has(name));
  const missing = [...expected.keys()].filter((name) => !names.includes(name));
  if (strange.length > 0) throw new Error(`left behind: ${strange.slice(0, 3).join(", ")}`);
  if (missing.length > 0) throw new Error(`${missing.length} files are missing: ${missing[0]}`);
  for (const [name, { bytes, sha256 }] of expected) {
    const path = join(folder, name);
    const { size } = await stat(path);
    if (size !== bytes) throw new Error(`${name} has ${size} bytes, not ${bytes}`);
    const digest = createHash("sha256");
    await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), digest);
    if (digest.digest("hex") !== sha256) throw new Error(`${name} has other bytes than were served`);
  }
}
