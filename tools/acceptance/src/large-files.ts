import { once } from "node:events";
import { randomContent, startEmulator } from "@cloudhaul/emulator";

// A process of its own, so that what it needs of memory is not counted as the client's.
const emulator = await startEmulator({ variants: { all: { length: "content-length" } } });
const mebibyte = 1024 ** 2;
for (const mebibytes of [256, 1024]) {
  const content = randomContent({ seed: `${mebibytes} MiB`, bytes: mebibytes * mebibyte });
  emulator.store.hss.addFile({ fileId: String(mebibytes), content });
}
const { url, projectId, accessKey } = emulator;
console.log(JSON.stringify({ url, projectId, accessKey }));
await once(process, "SIGTERM");
await emulator.close();
