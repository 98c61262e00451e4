import type { Content } from "./content.ts";
import type { EmulatorStore } from "./state.ts";

/** A file of the emulated cloud, as other processes are told of it. */
export interface StoredObject {
  readonly service: string;
  /** The ids by which the service gives it, with the names that our packages use. */
  readonly ids: Readonly<Record<string, string>>;
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

/** Everything that can be downloaded at this moment. Reads every content once, for its digest. */
export async function listStoredObjects(store: EmulatorStore): Promise<readonly StoredObject[]> {
  const found: (readonly [service: string, ids: Readonly<Record<string, string>>, content: Content])[] = [];
  for (const [fileId, { content }] of store.hss.files) found.push(["hss", { fileId }, content]);
  for (const [exportTaskId, { content }] of store.iotda.exportTasks)
    found.push(["iotda", { exportTaskId }, content]);
  for (const { instanceId, archiveId, content } of store.roma.archives.values()) {
    found.push(["roma", { instanceId, archiveId }, content]);
  }
  for (const [taskId, { content }] of store.metastudio.results)
    found.push(["metastudio", { taskId }, content]);
  for (const { instanceId, backupId, files } of store.dds.backups.values()) {
    for (const { name, content } of files) found.push(["dds", { instanceId, backupId, name }, content]);
  }
  for (const [path, { content }] of store.obs.objects) {
    const [bucket = "", key = ""] = path.split(/\/(.*)/s);
    found.push(["obs", { bucket, key }, content]);
  }
  const objects: StoredObject[] = [];
  for (const [service, ids, content] of found) {
    objects.push({ service, ids, bytes: content.bytes, sha256: await content.sha256() });
  }
  return objects;
}
