import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import type { RequestRecord, StoredObject } from "@cloudhaul/emulator";
import type { Report } from "./user-program.ts";

/** A file on the disk beside what the emulator says of it. */
export interface ComparedFile {
  readonly service: string;
  readonly path: string;
  readonly bytes: number;
  /** Of what lies on the disk, in hex. */
  readonly sha256: string;
  /** Whether the emulator has given exactly this file. */
  readonly matches: boolean;
}

/** Reads every saved file back from the disk and compares it with the source. */
export async function compareFiles(
  reports: readonly Report[],
  objects: readonly StoredObject[],
): Promise<readonly ComparedFile[]> {
  const saved = reports.filter((report) => report.kind === "saved");
  return Promise.all(
    saved.map(async ({ service, path }) => {
      const { bytes, sha256 } = await digestOf(path);
      const source = objects.find((object) => isSourceOf(object, service, basename(path)));
      return { service, path, bytes, sha256, matches: source?.sha256 === sha256 && source.bytes === bytes };
    }),
  );
}

/** Only DDS gives several files for one set of ids. */
function isSourceOf({ service, ids }: StoredObject, wanted: string, fileName: string): boolean {
  return service === wanted && (ids.name === undefined || ids.name === fileName);
}

async function digestOf(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Everything that is not as it must be, in words; empty when all is well. */
export function problemsOf(
  files: readonly ComparedFile[],
  reports: readonly Report[],
  requests: readonly RequestRecord[],
  objects: readonly StoredObject[],
): readonly string[] {
  const expected = objects.filter(({ service }) => service !== "obs").length;
  const refused = reports.flatMap((report) => (report.kind === "refused" ? [report.error] : []));
  const romaRequests = requests.filter(({ path }) => path.includes("/instances"));
  const archiveRequests = romaRequests.filter(({ path }) => path.includes("/assets/archives/")).length;
  const harmlessCalls = romaRequests.length - archiveRequests;
  const facts: readonly (readonly [holds: boolean, otherwise: string])[] = [
    ...files.map(
      ({ matches, path }) => [matches, `${path} does not match the source: its bytes differ.`] as const,
    ),
    [files.length === expected, `${files.length} files were saved, and the emulator has ${expected}.`],
    [
      refused[0] === "OnceOnlyDownloadError",
      "The second use of one ROMA download was not refused by an OnceOnlyDownloadError.",
    ],
    [
      refused[1] === "OnceOnlyDownloadError",
      "A new ROMA download into the same folder was not refused by an OnceOnlyDownloadError.",
    ],
    [
      refused[2] === "ServiceError",
      "A new ROMA download into another folder was not refused by the service.",
    ],
    [
      archiveRequests === 2,
      `The ROMA archive was asked for ${archiveRequests} times in place of 2: by the first download and by the one into another folder.`,
    ],
    [
      harmlessCalls === 2,
      `ROMA got ${harmlessCalls} harmless calls in place of 2: one before each request for the archive.`,
    ],
  ];
  return facts.filter(([holds]) => !holds).map(([, otherwise]) => otherwise);
}
