import { createCipheriv, createHash } from "node:crypto";
import { utimes, writeFile } from "node:fs/promises";

/** Bytes that look random and are the same for the same seed. */
export function randomBytesOf(seed: string, bytes: number): Buffer {
  const key = createHash("sha256").update(seed).digest();
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

/** Servers that know a file by its date cannot tell two versions of one second apart: an older file is trusted more. */
const hourAgo = () => new Date(Date.now() - 3_600_000);

/** Writes a file of such bytes, an hour old unless another date is given, and tells its sha256. */
export async function writeRandomFile(
  path: string,
  seed: string,
  bytes: number,
  modified: Date = hourAgo(),
): Promise<string> {
  const content = randomBytesOf(seed, bytes);
  await writeFile(path, content);
  await utimes(path, modified, modified);
  return createHash("sha256").update(content).digest("hex");
}
