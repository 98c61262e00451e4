import { once } from "node:events";
import { parseArgs } from "node:util";
import { addDemoFiles } from "./demo.ts";
import { startEmulator } from "./emulator.ts";
import { listStoredObjects } from "./stored-objects.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    demo: { type: "boolean", default: false },
    quiet: { type: "boolean", default: false },
  },
});
const emulator = await startEmulator({
  port: Number(values.port),
  onRequest: ({ method, path, status, bytesSent }) => {
    // The query of a link is its secret.
    if (!values.quiet) console.error(`${method} ${path.replace(/\?.*$/, "")} ${status ?? "-"} ${bytesSent}`);
  },
});
if (values.demo) addDemoFiles(emulator.store);
const { url, region, projectId, accessKey, user, store } = emulator;
const stop = Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
console.log(
  JSON.stringify({ url, region, projectId, accessKey, user, objects: await listStoredObjects(store) }),
);
await stop;
await emulator.close();
