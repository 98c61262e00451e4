import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isClaim, isOfTheLiving } from "./claim.ts";
import type { SavedFile } from "./download.ts";
import { digestOf } from "./file-digest.ts";
import { onFile } from "./file-errors.ts";
import { removeFile } from "./partial-file.ts";
import { statOf } from "./publish.ts";
import type { LockedRequest } from "./save-request.ts";

/** The names of drafts: what is downloaded, and whose they are. */
const draftName = /^\.cloudhaul-[0-9a-f]{16}\.draft-(.*)$/;

/** Whose draft it is that has this name; `undefined` where it is none. */
export function claimOnDraft(name: string): string | undefined {
  const [, claim = ""] = draftName.exec(name) ?? [];
  return isClaim(claim) ? claim : undefined;
}

/** To look through a long folder for each of thousands of files would take longer than to save them. */
const sweepMs = 60_000;

const sweptAt = new Map<string, Promise<number>>();

/** Removes what killed processes have left of small files in a folder; looks for it once a minute at most. */
export async function sweepDrafts(folder: string): Promise<void> {
  const last = sweptAt.get(folder);
  if (last && performance.now() - (await last) < sweepMs) return;
  const sweep = sweepNow(folder);
  sweptAt.set(folder, sweep);
  try {
    await sweep;
  } catch (error) {
    sweptAt.delete(folder);
    throw error;
  }
}

async function sweepNow(folder: string): Promise<number> {
  for (const name of await draftsIn(folder)) {
    if (!(await isOfTheLiving(claimOnDraft(name) ?? ""))) await removeFile(join(folder, name));
  }
  return performance.now();
}

async function draftsIn(folder: string): Promise<string[]> {
  const names = await onFile(folder, () => readdir(folder));
  return names.filter((name) => claimOnDraft(name) !== undefined);
}

/** The file that an earlier run saved, where it was killed right after giving the name: the draft is the same file still. */
export async function finishDraft(request: LockedRequest): Promise<SavedFile | undefined> {
  const { target, folder, paths, name, fileName = "", transfer } = request;
  const saved = await statOf(target);
  const drafts = (await draftsIn(folder)).map((draft) => join(folder, draft));
  const own = drafts.filter((draft) => draft.startsWith(paths.draft));
  const found = await Promise.all(own.map((draft) => statOf(draft)));
  const draft = own.find(
    (_, index) => saved && found[index]?.ino === saved.ino && found[index]?.dev === saved.dev,
  );
  if (!saved || draft === undefined) return undefined;
  const { isHashing, wantedSha256 } = transfer.checks;
  const sha256 = isHashing ? await digestOf(target, "sha256") : undefined;
  if (wantedSha256 !== undefined && wantedSha256 !== sha256) return undefined;
  await removeFile(draft);
  const bytes = Number(saved.size);
  const unknown = { contentType: undefined, etag: undefined, requestId: undefined };
  const effort = { attempts: 0, resumedFromByte: bytes, elapsedMs: 0 };
  return { ...unknown, ...effort, path: target, fileName, bytes, totalBytes: bytes, sha256, source: name };
}
