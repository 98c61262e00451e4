import { allFaults } from "./all-faults.ts";
import { bodyOf, bytesOfVersion } from "./fault-bodies.ts";
import type { Fault } from "./fault-case.ts";
import type { ValidatorKind } from "./fault-server.ts";
import type { SourceKind } from "./fault-sources.ts";

/** A fault of the table, by one kind of server, as any client that is given a URL meets it. */
export interface ComparedFault {
  readonly name: string;
  readonly fault: Fault;
  readonly validator: ValidatorKind;
  /** Whether any file is right: of one that is cut, or has another digest than announced, none is. */
  readonly hasRightFile: boolean;
}

/** What became of one download. */
export type ComparedOutcome = "ok" | "error" | "hang" | "WRONG" | "MIXED";

const kinds: Readonly<Record<ValidatorKind, readonly SourceKind[]>> = {
  etag: ["validated", "link"],
  date: ["dated"],
  none: ["bare"],
};

const shownBy: Readonly<Record<ValidatorKind, string>> = {
  etag: "its ETag shows it",
  date: "its date shows it",
  none: "nothing shows it",
};

/**
 * The fault table without what only a source can promise. Most faults are met with a strong ETag; where the object changes,
 * it matters what shows it.
 */
export const comparedFaults: readonly ComparedFault[] = allFaults
  .filter(({ content }) => content === undefined)
  .flatMap((fault) => {
    const known = (Object.keys(kinds) as ValidatorKind[]).flatMap((validator) => {
      const [kind] = kinds[validator].filter((one) => fault.outcome.file[one]);
      return kind ? [{ validator, expected: fault.outcome.file[kind] }] : [];
    });
    const isReplaced = fault.steps.some(({ version }) => version !== undefined);
    return (isReplaced ? known : known.slice(0, 1)).map(({ validator, expected }) => ({
      name: isReplaced ? `${fault.name} (${shownBy[validator]})` : fault.name,
      fault,
      validator,
      hasRightFile: !/(DIGEST|ARCHIVE_END|CONTENT)$/.test(expected?.error ?? ""),
    }));
  });

/** Versions that a server may have come to. */
const versions = Array.from({ length: 20 }, (_, index) => index + 1);

/** What a client that says that it has succeeded has saved. */
export async function judgeSaved(
  { fault, hasRightFile }: ComparedFault,
  saved: Buffer | undefined,
): Promise<ComparedOutcome> {
  const { body = "bytes" } = fault;
  // Whatever the encoding on the way, the file is what was encoded.
  const content = body === "gzip" ? bytesOfVersion : await bodyOf(body);
  if (!saved) return "WRONG";
  if (hasRightFile && versions.some((version) => content(version).equals(saved))) return "ok";
  const edge = Math.min(saved.length, 64 * 1024);
  const beginsAs = versions.find((version) =>
    content(version).subarray(0, edge).equals(saved.subarray(0, edge)),
  );
  const endsAs = versions.find((version) => content(version).subarray(-edge).equals(saved.subarray(-edge)));
  const isMixed = beginsAs && endsAs && beginsAs !== endsAs && saved.length === content(1).length;
  return isMixed ? "MIXED" : "WRONG";
}
