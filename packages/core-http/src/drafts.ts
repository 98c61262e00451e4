import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isClaim, isOfTheLiving } from "./claim.ts";
import type { SavedFile } from "./download.ts";
import { digestOf } from "./file-digest.ts";
import { onFile } from "./file-errors.ts";
import { makeFolder } from "./make-folder.ts";
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
const lookMs = 60_000;
/** A program that saves to more folders than these looks into some of them more often. */
const maxFolders = 100;

/** What a folder holds of downloads that were not finished, as far as this process has seen. */
interface Look {
  readonly at: number;
  /** Names of journals and locks. */
  readonly remains: Set<string>;
}

const looks = new Map<string, Promise<Look>>();

/** Whether one of these names stood in the folder a minute ago at most, or was made by this process since. */
export async function mayRemain(folder: string, names: readonly string[]): Promise<boolean> {
  const last = await looks.get(folder);
  const isFresh = last !== undefined && performance.now() - last.at < lookMs;
  const { remains } = isFresh ? last : await look(folder);
  return names.some((name) => remains.has(name));
}

/** This process makes a file of that name there. */
export async function noteRemains(folder: string, name: string): Promise<void> {
  const last = await looks.get(folder)?.catch(() => undefined); // told to whoever looked
  last?.remains.add(name);
}

/** Looks into the folder, and removes what killed processes have left of small files. */
async function look(folder: string): Promise<Look> {
  const looking = lookNow(folder);
  looks.set(folder, looking);
  for (const oldest of looks.keys()) if (looks.size > maxFolders) looks.delete(oldest);
  try {
    return await looking;
  } catch (error) {
    looks.delete(folder);
    throw error;
  }
}

async function lookNow(folder: string): Promise<Look> {
  const at = performance.now();
  await makeFolder(folder); // where that cannot be made, nothing need be asked for
  const names = await namesIn(folder);
  for (const draft of await deadDrafts(folder, names)) await removeFile(draft);
  // Of a folder with a million files their names are not worth keeping.
  return { at, remains: new Set(names.filter((name) => name.startsWith(".cloudhaul-"))) };
}

async function namesIn(folder: string): Promise<string[]> {
  return onFile(folder, () => readdir(folder));
}

/** Drafts whose writer was killed. One that lives removes its own. */
async function deadDrafts(folder: string, names: readonly string[]): Promise<string[]> {
  const claims = names.map(claimOnDraft);
  const isDead = await Promise.all(
    claims.map(async (claim) => claim !== undefined && !(await isOfTheLiving(claim))),
  );
  return names.filter((_, index) => isDead[index]).map((name) => join(folder, name));
}

/** The file that an earlier run saved, where it was killed right after giving the name: the draft is the same file still. */
export async function finishDraft(request: LockedRequest): Promise<SavedFile | undefined> {
  const { target, folder, paths, name, fileName = "", transfer } = request;
  const saved = await statOf(target);
  const drafts = await deadDrafts(folder, await namesIn(folder));
  const own = drafts.filter((draft) => draft.startsWith(paths.draft));
  const found = await Promise.all(own.map((draft) => statOf(draft)));
  // A target that is a link may lead to another disk, where the same number is another file's.
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
