import type { ServiceClient } from "@cloudhaul/core-auth";
import {
  createDownload,
  createDownloadSet,
  createLinkSource,
  createSharedCall,
  type Download,
  type DownloadSet,
  type DownloadSource,
  type Operation,
  ResponseFormatError,
  type SourceIdentity,
} from "@cloudhaul/core-http";

/** A file behind a link that ends. */
export interface LinkedFile {
  readonly name: string;
  /** Tells files of one name apart: the id of the group, the name of the node. */
  readonly part: string | undefined;
  /** The folder that it goes to. */
  readonly group: string | undefined;
  /** `undefined` where the service could not make the file; then `failure` says why. */
  readonly link: string | undefined;
  readonly failure?: Error | undefined;
}

/** Files behind links that the service gives anew whenever it is asked. */
export interface LinkedFiles {
  readonly client: ServiceClient;
  /** The operation that gives the links. */
  readonly operation: Operation;
  readonly allowPrivateHosts: boolean | undefined;
  /** The ids that the set is known by; the last one names the manifest. They stay the same for all uses of a plan. */
  ids(signal: AbortSignal | undefined): Promise<readonly string[]>;
  /** Asks for fresh links. */
  ask(signal: AbortSignal): Promise<readonly LinkedFile[]>;
  /** What to tell the user instead of an error of the object store. */
  explain?(error: unknown, signal: AbortSignal | undefined): Promise<unknown>;
}

/** The plan for all of them. Their links are renewed together: one call at a time, for all files that ask while it runs. */
export function createLinkedSet(files: LinkedFiles): DownloadSet {
  const { client } = files;
  const askOnce = createSharedCall((_: undefined, signal) => files.ask(signal));
  const identity = async (signal: AbortSignal | undefined): Promise<SourceIdentity> =>
    client.identity(await files.ids(signal), signal);
  return createDownloadSet({
    logger: client.settings.logger,
    identity,
    list: async (signal) => {
      const known = await identity(signal);
      const listed = await askOnce(undefined, signal);
      return listed.map((file) => {
        const { name, part, group } = file;
        const place = twinsOf(listed, file).indexOf(file);
        const ids = [...known.ids, ...(part ? [part] : []), name, ...(place > 0 ? [String(place + 1)] : [])];
        const renew = async (renewSignal: AbortSignal | undefined): Promise<string> =>
          linkOf(twinsOf(await askOnce(undefined, renewSignal), file)[place], name);
        return { download: downloadOf(files, file, { ...known, ids }, renew), fileName: name, group };
      });
    },
  });
}

function downloadOf(
  { client, operation, allowPrivateHosts, explain }: LinkedFiles,
  file: LinkedFile,
  identity: SourceIdentity,
  renew: (signal: AbortSignal | undefined) => Promise<string>,
): Download {
  const { name: fileName, link } = file;
  const { settings } = client;
  const { content } = operation; // of logs none: they may be JSON, or anything else
  const about = { operation: operation.name, settings, content, fileName };
  if (link === undefined) return createDownload({ ...about, ...missing(file, identity) });
  const source = createLinkSource(link, { ...about, identity, renew, allowPrivateHosts });
  return createDownload({
    ...source,
    open: async (request, signal) => {
      try {
        return await source.open(request, signal);
      } catch (error) {
        signal?.throwIfAborted();
        throw (await explain?.(error, signal)) ?? error;
      }
    },
  });
}

/** The rest of a set is saved all the same, and this one is told as missing. */
function missing(
  { failure }: LinkedFile,
  identity: SourceIdentity,
): Pick<DownloadSource, "repeat" | "identity" | "open"> {
  return {
    repeat: "safe",
    identity: async () => identity,
    open: async () => {
      throw failure;
    },
  };
}

/** The files that bear the same name in the same part. That there is only one is likely, and not documented. */
function twinsOf(files: readonly LinkedFile[], { name, part }: LinkedFile): readonly LinkedFile[] {
  return files.filter((one) => one.name === name && one.part === part);
}

function linkOf(file: LinkedFile | undefined, name: string): string {
  if (file?.link !== undefined) return file.link;
  if (file?.failure) throw file.failure;
  const text = `DDS no longer gives a link to the file ${name}. Check in the console that it is still there.`;
  throw new ResponseFormatError("files", text);
}
