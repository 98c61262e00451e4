import { randomContent } from "../content.ts";
import type { DdsVariants } from "../variants.ts";
import { ask, emulatorForTest } from "./client.ts";
import { testClock } from "./clock.ts";

/** An emulator with the instance `orders`, a clock that a test moves, and the calls of DDS. */
export async function ddsForTest(dds: Partial<DdsVariants> = {}) {
  const clock = testClock();
  const emulator = await emulatorForTest({ now: clock.now, variants: { dds } });
  const store = emulator.store.dds;
  const { instanceId } = store.addInstance({ instanceId: "instance-1", name: "orders" });
  const v3 = `/v3/${emulator.projectId}`;
  const list = async (query: Record<string, string> = {}) =>
    (await ask(emulator, `GET ${v3}/backups?${new URLSearchParams(query)}`)).body;
  const names = async (query: Record<string, string> = {}) =>
    (await list(query)).backups?.map((backup: { name: string }) => backup.name);
  const create = (backup: unknown) => ask(emulator, `POST ${v3}/backups`, { backup });
  const links = (backupId: string) =>
    ask(emulator, `GET ${v3}/backups/download-file?instance_id=${instanceId}&backup_id=${backupId}`);
  const job = async (id: string) => (await ask(emulator, `GET ${v3}/jobs?id=${id}`)).body;
  const content = randomContent({ seed: "backup", bytes: 2000 });
  const files = [{ name: "a.tar.gz", content }];
  return { clock, emulator, store, instanceId, v3, list, names, create, links, job, files };
}
