import { createHash } from "node:crypto";
import { join } from "node:path";

/** What stands beside a target while it is downloaded. */
export interface PartialPaths {
  readonly part: string;
  readonly journal: string;
  readonly lock: string;
  /** Of a small file, or a manifest, which is written in one piece; a claim follows it. */
  readonly draft: string;
}

/**
 * Named from what is downloaded, so that the same call finds it again, and another download never does.
 *
 * @param fileName - of the target; `undefined` where the server's name will be used
 */
export function partialPaths(folder: string, source: string, fileName: string | undefined): PartialPaths {
  const key = createHash("sha256")
    .update(JSON.stringify([source, fileName ?? null]))
    .digest("hex")
    .slice(0, 16);
  return pathsOf(folder, key);
}

/** Those that a file of this name is one of; `undefined` where it is none, or a draft. */
export function partialPathsWith(folder: string, name: string): PartialPaths | undefined {
  const [, key] = /^\.cloudhaul-([0-9a-f]{16})\.(?:part|journal|journal\.new|lock)$/.exec(name) ?? [];
  return key === undefined ? undefined : pathsOf(folder, key);
}

function pathsOf(folder: string, key: string): PartialPaths {
  const at = (kind: string): string => join(folder, `.cloudhaul-${key}.${kind}`);
  return { part: at("part"), journal: at("journal"), lock: at("lock"), draft: at("draft-") };
}
