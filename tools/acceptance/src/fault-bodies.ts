import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { zipContent } from "@cloudhaul/emulator";

/** What the server of a fault holds. */
export type BodyKind = "bytes" | "zip" | "cut-zip" | "holed-zip" | "zip-and-more" | "gzip" | "empty";

/** Length of the `bytes`: small, unless whoever reads this first needs a file that is worth several connections. */
export const bodyBytes = Number(process.env.CLOUDHAUL_FAULT_BYTES ?? 1024 * 1024);

const known = new Map<number, Buffer>();

/** The same for the same version, and like no other. */
export function bytesOfVersion(version: number): Buffer {
  const bytes =
    known.get(version) ??
    createHash("shake256", { outputLength: bodyBytes }).update(`version ${version}`).digest();
  known.set(version, bytes);
  return bytes;
}

/** Every version of a body. Only `bytes` has more than one. */
export async function bodyOf(kind: BodyKind): Promise<(version: number) => Buffer> {
  if (kind === "bytes") return bytesOfVersion;
  const zip = await buffer(zipContent({ seed: "faults", bytes: bodyBytes }).stream());
  const bodies = {
    zip,
    "cut-zip": zip.subarray(0, 600_000),
    "holed-zip": Buffer.concat([zip.subarray(0, 1000), zip.subarray(101_000)]),
    "zip-and-more": Buffer.concat([zip, Buffer.from("garbage")]),
    gzip: gzipSync(bytesOfVersion(1)),
    empty: Buffer.alloc(0),
  };
  return () => bodies[kind];
}
